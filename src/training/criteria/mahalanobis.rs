//! CNN-MAH: the distance of frames after the input weights of the first LSTM layer.

use super::sequences::SequenceShape;
use crate::training::engine::lstm::BidirectionalLstm;

/// ‖W(x − x̂)‖² with the input weights W of a layer, all gates, both directions: a Mahalanobis distance with M = `WᵀW`.
/// Stored as the upper triangular R with `RᵀR` = M, which gives the same distance with 64 rows instead of 1024.
#[derive(Clone, Debug)]
pub struct MahalanobisMetric {
    n_features: usize,
    /// R, `[row, column]`.
    root: Vec<f32>,
}

impl MahalanobisMetric {
    /// The metric of a layer's inputs.
    pub fn of_inputs(lstm: &BidirectionalLstm) -> Self {
        let n_features = lstm.inputs;
        let mut moments = vec![0f64; n_features * n_features];
        for direction in [&lstm.forward_direction, &lstm.backward_direction] {
            add_products(&direction.input_weight.value, n_features, &mut moments);
        }
        let root = upper_cholesky(&moments, n_features).into_iter().map(|value| value as f32).collect();
        Self { n_features, root }
    }

    /// 1/T Σ‖R(x − x̂)‖² over the T frames that are not padding. The gradient with respect to the student's frames x̂
    /// is written to `gradient`, same shape.
    pub fn loss(&self, teacher: &[f32], student: &[f32], shape: SequenceShape<'_>, gradient: &mut Vec<f32>) -> f32 {
        gradient.clear();
        gradient.resize(student.len(), 0.0);
        let n = self.n_features;
        let weight = shape.frame_weight();
        let mut difference = vec![0f32; n];
        let mut total = 0f64;
        for frame in shape.frames() {
            let pairs = student[frame.clone()].iter().zip(&teacher[frame.clone()]);
            difference.iter_mut().zip(pairs).for_each(|(out, (x_hat, x))| *out = x_hat - x);
            let out = &mut gradient[frame];
            for (row, root) in self.root.chunks_exact(n).enumerate() {
                // R is zero left of the diagonal.
                let seen: f32 = root[row..].iter().zip(&difference[row..]).map(|(r, d)| r * d).sum();
                total += f64::from(seen * seen);
                out[row..].iter_mut().zip(&root[row..]).for_each(|(sum, r)| *sum += 2.0 * weight * seen * r);
            }
        }
        (total * f64::from(weight)) as f32
    }
}

/// Adds A·Aᵀ of `weight`, `[input, gate]`, to `sums`, `[input, input]`.
fn add_products(weight: &[f32], n: usize, sums: &mut [f64]) {
    let n_gates = weight.len() / n;
    for (i, row) in weight.chunks_exact(n_gates).enumerate() {
        for (j, other) in weight.chunks_exact(n_gates).enumerate() {
            sums[i * n + j] += row.iter().zip(other).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>();
        }
    }
}

/// The Cholesky factor: the upper triangular R with `RᵀR` = `matrix`, which is symmetric positive semidefinite.
/// Directions in which it is zero stay zero in R.
fn upper_cholesky(matrix: &[f64], n: usize) -> Vec<f64> {
    let mut root = vec![0f64; n * n];
    let largest = (0..n).map(|i| matrix[i * n + i]).fold(0.0, f64::max);
    for row in 0..n {
        let explained =
            |column: usize, root: &[f64]| -> f64 { (0..row).map(|k| root[k * n + row] * root[k * n + column]).sum() };
        let pivot = matrix[row * n + row] - explained(row, &root);
        if pivot <= 1e-12 * largest {
            continue;
        }
        let diagonal = pivot.sqrt();
        for column in row..n {
            root[row * n + column] = (matrix[row * n + column] - explained(column, &root)) / diagonal;
        }
    }
    root
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::training::{criteria::sequences::testing::*, engine::parameter::Initializer};

    /// Σ over gates and directions of (w · (x − x̂))², as the definition says.
    fn direct(lstm: &BidirectionalLstm, teacher: &[f32], student: &[f32]) -> f64 {
        let (n, n_gates) = (lstm.inputs, 4 * lstm.cells);
        let mut total = 0.0;
        each_frame(|step, line| {
            let (x, x_hat) = (frame(teacher, n, step, line), frame(student, n, step, line));
            for direction in [&lstm.forward_direction, &lstm.backward_direction] {
                for gate in 0..n_gates {
                    let weight = |i: usize| f64::from(direction.input_weight.value[i * n_gates + gate]);
                    let seen: f64 = (0..n).map(|i| weight(i) * f64::from(x[i] - x_hat[i])).sum();
                    total += seen * seen;
                }
            }
        });
        total / N_FRAMES.iter().sum::<usize>() as f64
    }

    #[test]
    fn the_triangular_form_equals_the_direct_one() {
        // The second has fewer gates than features, so that some differences are not seen at all.
        for (inputs, cells) in [(64, 128), (20, 2)] {
            let lstm = BidirectionalLstm::new("lstm", inputs, cells, &mut Initializer::new(3));
            let metric = MahalanobisMetric::of_inputs(&lstm);
            let (teacher, student) = (values(inputs, 1), values(inputs, 2));
            let shape = SequenceShape { n_features: inputs, n_frames: &N_FRAMES };
            let loss = f64::from(metric.loss(&teacher, &student, shape, &mut Vec::new()));
            let expected = direct(&lstm, &teacher, &student);
            assert!((loss - expected).abs() < 1e-4 * expected, "{loss} {expected}");
        }
    }

    #[test]
    fn the_gradient_agrees_with_differences() {
        let lstm = BidirectionalLstm::new("lstm", 8, 6, &mut Initializer::new(4));
        let metric = MahalanobisMetric::of_inputs(&lstm);
        check_gradient(8, |teacher, student, shape, gradient| metric.loss(teacher, student, shape, gradient));
    }
}
