//! Products of few vectors with one large matrix, whose numbers lie in the order in which they are read.
//!
//! A general matrix product first copies the matrix into such an order, which takes longer than the product with few
//! rows.
#![expect(clippy::inline_always, reason = "only what is inlined is compiled for each set of instructions")]

use super::lanes::{Lanes, load, multiply_add, store};

/// Columns that lie beside one another: eight AVX-512 registers.
pub(crate) const BLOCK: usize = 128;
/// A matrix `[row, column]` as `[block of columns, row, column of the block]`; columns are filled up with zeros to a
/// multiple of [`BLOCK`].
#[derive(Debug)]
pub(crate) struct PackedMatrix {
    data: Vec<f32>,
    n_rows: usize,
    n_columns: usize,
}

impl PackedMatrix {
    /// From `[column, row]`: the transpose of `rows` with `n_rows` numbers in each.
    pub(crate) fn transposed(rows: &[f32], n_rows: usize) -> Self {
        let n_columns = (rows.len() / n_rows.max(1)).next_multiple_of(BLOCK);
        let mut data = vec![0.0; n_rows * n_columns];
        for (column, values) in rows.chunks_exact(n_rows.max(1)).enumerate() {
            let start = column / BLOCK * n_rows * BLOCK + column % BLOCK;
            for (row, value) in values.iter().enumerate() {
                data[start + row * BLOCK] = *value;
            }
        }
        Self { data, n_rows, n_columns }
    }

    /// Columns, with those that were filled up.
    pub(crate) fn n_columns(&self) -> usize {
        self.n_columns
    }

    /// Adds to each row of `out`, `[vector, column]`, the product of that vector of `vectors`, `[vector, row]`, with
    /// the matrix. A row's sums do not depend on the other vectors.
    #[inline(always)]
    pub(crate) fn add_products<const L: usize, const FMA: bool>(&self, out: &mut [f32], vectors: &[f32]) {
        let (mut out, mut vectors) = (out, vectors);
        while vectors.len() >= 2 * self.n_rows {
            let n = if vectors.len() >= 3 * self.n_rows { 3 } else { 2 };
            let (first, rest) = vectors.split_at(n * self.n_rows);
            let (first_out, rest_out) = out.split_at_mut(n * self.n_columns);
            if n == 3 {
                self.add_few::<L, FMA, 3>(first_out, first);
            } else {
                self.add_few::<L, FMA, 2>(first_out, first);
            }
            (out, vectors) = (rest_out, rest);
        }
        if !vectors.is_empty() {
            self.add_one::<L, FMA>(out, vectors);
        }
    }

    /// The same for exactly one vector, with sums of eight registers. They are written out, because compilers leave
    /// arrays in memory.
    #[inline(always)]
    fn add_one<const L: usize, const FMA: bool>(&self, out: &mut [f32], vector: &[f32]) {
        for (block, out) in self.blocks().zip(out.chunks_exact_mut(BLOCK)) {
            for (part, out) in out.chunks_exact_mut(8 * L).enumerate() {
                let mut sums: [Lanes<L>; 8] = [
                    load(out),
                    load(&out[L..]),
                    load(&out[2 * L..]),
                    load(&out[3 * L..]),
                    load(&out[4 * L..]),
                    load(&out[5 * L..]),
                    load(&out[6 * L..]),
                    load(&out[7 * L..]),
                ];
                for (numbers, value) in block.chunks_exact(BLOCK).zip(vector) {
                    let row = &numbers[part * 8 * L..][..8 * L];
                    sums = [
                        multiply_add::<L, FMA>(load(row), *value, sums[0]),
                        multiply_add::<L, FMA>(load(&row[L..]), *value, sums[1]),
                        multiply_add::<L, FMA>(load(&row[2 * L..]), *value, sums[2]),
                        multiply_add::<L, FMA>(load(&row[3 * L..]), *value, sums[3]),
                        multiply_add::<L, FMA>(load(&row[4 * L..]), *value, sums[4]),
                        multiply_add::<L, FMA>(load(&row[5 * L..]), *value, sums[5]),
                        multiply_add::<L, FMA>(load(&row[6 * L..]), *value, sums[6]),
                        multiply_add::<L, FMA>(load(&row[7 * L..]), *value, sums[7]),
                    ];
                }
                for (sum, out) in sums.into_iter().zip(out.chunks_exact_mut(L)) {
                    store(out, sum);
                }
            }
        }
    }

    /// The same for exactly `R` vectors, with sums of four registers each: 12 of three vectors leave room for operands
    /// where there are 16 registers.
    #[inline(always)]
    fn add_few<const L: usize, const FMA: bool, const R: usize>(&self, out: &mut [f32], vectors: &[f32]) {
        for (index, block) in self.blocks().enumerate() {
            for column in (0..BLOCK).step_by(4 * L) {
                let mut sums = [[[0.0; L]; 4]; R];
                for (row, sums) in sums.iter_mut().enumerate() {
                    let out = &out[row * self.n_columns + index * BLOCK + column..][..4 * L];
                    *sums = [load(out), load(&out[L..]), load(&out[2 * L..]), load(&out[3 * L..])];
                }
                for (at, numbers) in block.chunks_exact(BLOCK).enumerate() {
                    let numbers = &numbers[column..][..4 * L];
                    let lanes: [Lanes<L>; 4] =
                        [load(numbers), load(&numbers[L..]), load(&numbers[2 * L..]), load(&numbers[3 * L..])];
                    for (row, sums) in sums.iter_mut().enumerate() {
                        let value = vectors[row * self.n_rows + at];
                        *sums = [
                            multiply_add::<L, FMA>(lanes[0], value, sums[0]),
                            multiply_add::<L, FMA>(lanes[1], value, sums[1]),
                            multiply_add::<L, FMA>(lanes[2], value, sums[2]),
                            multiply_add::<L, FMA>(lanes[3], value, sums[3]),
                        ];
                    }
                }
                for (row, sums) in sums.iter().enumerate() {
                    let out = &mut out[row * self.n_columns + index * BLOCK + column..][..4 * L];
                    for (sum, out) in sums.iter().zip(out.chunks_exact_mut(L)) {
                        store(out, *sum);
                    }
                }
            }
        }
    }

    /// The blocks, `[row, column of the block]`.
    #[inline(always)]
    fn blocks(&self) -> impl Iterator<Item = &[f32]> {
        self.data.chunks_exact((BLOCK * self.n_rows).max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::lanes::{LaneKernel, dispatch};

    struct Products<'a>(&'a PackedMatrix, &'a mut [f32], &'a [f32]);

    impl LaneKernel for Products<'_> {
        #[inline(always)]
        fn run<const L: usize, const FMA: bool>(self) {
            self.0.add_products::<L, FMA>(self.1, self.2);
        }
    }

    #[test]
    fn any_number_of_vectors_is_multiplied_and_each_as_if_alone() {
        let (n_rows, n_columns) = (7, 200);
        let number = |i: usize| ((i * 7919) % 31) as f32 / 10.0 - 1.5;
        let rows: Vec<f32> = (0..n_rows * n_columns).map(number).collect();
        let matrix = PackedMatrix::transposed(&rows, n_rows);
        assert_eq!(matrix.n_columns(), 256);
        for n in 0..6 {
            let vectors: Vec<f32> = (0..n * n_rows).map(|i| number(i + 3)).collect();
            let mut out = vec![1.0; n * matrix.n_columns()];
            dispatch(Products(&matrix, &mut out, &vectors));
            for (vector, out) in vectors.chunks(n_rows).zip(out.chunks(matrix.n_columns())) {
                for (column, row) in rows.chunks(n_rows).enumerate() {
                    let expected: f32 = 1.0 + row.iter().zip(vector).map(|(a, b)| a * b).sum::<f32>();
                    assert!((out[column] - expected).abs() < 1e-4, "{} {expected}", out[column]);
                }
                let mut alone = vec![1.0; matrix.n_columns()];
                dispatch(Products(&matrix, &mut alone, vector));
                assert_eq!(alone, out);
            }
        }
    }
}
