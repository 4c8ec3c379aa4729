//! Left singular vectors of a matrix.

use faer::{Accum, Mat, MatRef, Par, Side, linalg::matmul::matmul, linalg::solvers::SelfAdjointEigen};

/// Left singular vectors of a matrix, by falling singular value.
#[derive(Clone, Debug)]
pub struct LeftSingularVectors {
    /// Squares of the singular values, falling.
    pub squares: Vec<f64>,
    /// `[vector, row]`.
    pub vectors: Vec<f64>,
}

impl LeftSingularVectors {
    /// Those of `matrix`, `[row, column]` with `n_rows` rows: the eigenvectors of A·Aᵀ, which is small. `None` if a
    /// number is not finite.
    pub fn new(matrix: &[f64], n_rows: usize) -> Option<Self> {
        if n_rows == 0 || matrix.iter().any(|value| !value.is_finite()) {
            return None;
        }
        let a = MatRef::from_row_major_slice(matrix, n_rows, matrix.len() / n_rows);
        let mut square = Mat::<f64>::zeros(n_rows, n_rows);
        matmul(square.as_mut(), Accum::Replace, a, a.transpose(), 1.0, Par::Seq);
        let eigen = SelfAdjointEigen::new(square.as_ref(), Side::Lower).ok()?;
        // Eigenvalues rise.
        let order = || (0..n_rows).rev();
        let squares = order().map(|i| eigen.S()[i].max(0.0)).collect();
        let vectors = order().flat_map(|i| eigen.U().col(i).iter().copied().collect::<Vec<_>>()).collect();
        Some(Self { squares, vectors })
    }

    /// Rows of the matrix.
    pub fn n_rows(&self) -> usize {
        self.squares.len()
    }

    /// The vector with the `index`-th largest singular value.
    pub fn vector(&self, index: usize) -> &[f64] {
        &self.vectors[index * self.n_rows()..][..self.n_rows()]
    }

    /// The fewest vectors that keep `part` of the matrix's squared norm, at least one.
    pub fn rank_that_keeps(&self, part: f64) -> usize {
        let wanted = part * self.squares.iter().sum::<f64>();
        let mut kept = 0.0;
        let enough = self.squares.iter().position(|square| {
            kept += square;
            kept >= wanted
        });
        enough.map_or(self.n_rows(), |last| last + 1)
    }

    /// The share of the matrix's squared norm that the first `rank` vectors keep.
    pub fn part_kept(&self, rank: usize) -> f64 {
        let all: f64 = self.squares.iter().sum();
        if all > 0.0 { self.squares.iter().take(rank).sum::<f64>() / all } else { 1.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matrix_of_rank_two_is_kept_by_two_vectors() {
        // Rows are combinations of (1, 0, 2, 1) and (0, 1, 1, −1).
        let row = |a: f64, b: f64| [a, b, 2.0 * a + b, a - b];
        let matrix = [row(1.0, 0.0), row(0.0, 1.0), row(2.0, -1.0), row(0.5, 3.0)].concat();
        let found = LeftSingularVectors::new(&matrix, 4).unwrap();
        assert!((found.part_kept(2) - 1.0).abs() < 1e-12);
        assert!(found.part_kept(1) < 0.999);
        assert_eq!(found.rank_that_keeps(0.999_999), 2);
        // Projected on both vectors, every column is itself again.
        for column in 0..4 {
            let values: Vec<f64> = (0..4).map(|r| matrix[r * 4 + column]).collect();
            let mut again = vec![0.0; 4];
            for k in 0..2 {
                let along: f64 = found.vector(k).iter().zip(&values).map(|(u, v)| u * v).sum();
                again.iter_mut().zip(found.vector(k)).for_each(|(sum, u)| *sum += along * u);
            }
            assert!(again.iter().zip(&values).all(|(a, b)| (a - b).abs() < 1e-10), "{again:?} {values:?}");
        }
        assert!(LeftSingularVectors::new(&[f64::NAN], 1).is_none());
    }
}
