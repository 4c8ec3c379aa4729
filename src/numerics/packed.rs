//! Products of few vectors with one large matrix, whose numbers lie in the order in which they are read.
//!
//! A general matrix product first copies the matrix into such an order, which takes longer than the product with few
//! rows.
#![expect(clippy::inline_always, reason = "only what is inlined is compiled for each set of instructions")]

use half::f16;

use super::lanes::{Lanes, Widener, load, multiply_add, store};

/// Columns that lie beside one another: eight AVX-512 registers.
pub(crate) const BLOCK: usize = 128;

/// A matrix `[row, column]` as `[block of columns, row, column of the block]`; columns are filled up with zeros to a
/// multiple of [`BLOCK`].
#[derive(Debug)]
pub(crate) struct PackedMatrix {
    numbers: Numbers,
    n_rows: usize,
    n_columns: usize,
}

#[derive(Debug)]
enum Numbers {
    Single(Vec<f32>),
    /// Where half precision loses nothing and the processor widens it: products with few vectors take the time in which
    /// the numbers are read.
    Half(Vec<u16>, Widener),
}

impl Numbers {
    fn new(numbers: Vec<f32>) -> Self {
        let is_half = |number: &f32| f16::from_f32(*number).to_f32().to_bits() == number.to_bits();
        match Widener::new() {
            Some(widener) if numbers.iter().all(is_half) => {
                Self::Half(numbers.iter().map(|&number| f16::from_f32(number).to_bits()).collect(), widener)
            }
            _ => Self::Single(numbers),
        }
    }
}

/// How numbers in memory become lanes.
trait Reader: Copy {
    type Number;

    fn load<const L: usize>(self, numbers: &[Self::Number]) -> Lanes<L>;
}

/// Reads numbers of single precision.
#[derive(Clone, Copy)]
struct Plain;

impl Reader for Plain {
    type Number = f32;

    #[inline(always)]
    fn load<const L: usize>(self, numbers: &[f32]) -> Lanes<L> {
        load(numbers)
    }
}

impl Reader for Widener {
    type Number = u16;

    #[inline(always)]
    fn load<const L: usize>(self, numbers: &[u16]) -> Lanes<L> {
        Widener::load(self, numbers)
    }
}

impl PackedMatrix {
    /// From `[column, row]`: the transpose of `rows` with `n_rows` numbers in each.
    pub(crate) fn transposed(rows: &[f32], n_rows: usize) -> Self {
        let n_columns = (rows.len() / n_rows.max(1)).next_multiple_of(BLOCK);
        let mut numbers = vec![0.0; n_rows * n_columns];
        for (column, values) in rows.chunks_exact(n_rows.max(1)).enumerate() {
            let start = column / BLOCK * n_rows * BLOCK + column % BLOCK;
            for (row, value) in values.iter().enumerate() {
                numbers[start + row * BLOCK] = *value;
            }
        }
        Self { numbers: Numbers::new(numbers), n_rows, n_columns }
    }

    /// Columns, with those that were filled up.
    pub(crate) fn n_columns(&self) -> usize {
        self.n_columns
    }

    /// Adds to each row of `out`, `[vector, column]`, the product of that vector of `vectors`, `[vector, row]`, with
    /// the matrix. A row's sums do not depend on the other vectors.
    #[inline(always)]
    pub(crate) fn add_products<const L: usize, const FMA: bool>(&self, out: &mut [f32], vectors: &[f32]) {
        let shape = [self.n_rows, self.n_columns];
        match &self.numbers {
            Numbers::Single(numbers) => Product { numbers, reader: Plain, shape }.add::<L, FMA>(out, vectors),
            Numbers::Half(numbers, widener) => {
                Product { numbers, reader: *widener, shape }.add::<L, FMA>(out, vectors);
            }
        }
    }
}

/// A matrix to be multiplied.
struct Product<'a, R: Reader> {
    numbers: &'a [R::Number],
    reader: R,
    /// Rows and columns.
    shape: [usize; 2],
}

impl<R: Reader> Product<'_, R> {
    /// All vectors with one block of columns before the next: a block stays in the second-level cache.
    #[inline(always)]
    fn add<const L: usize, const FMA: bool>(&self, out: &mut [f32], vectors: &[f32]) {
        let [n_rows, n_columns] = self.shape;
        for (index, block) in self.numbers.chunks_exact((BLOCK * n_rows).max(1)).enumerate() {
            let (mut out, mut vectors) = (&mut *out, vectors);
            while vectors.len() >= 2 * n_rows {
                let n = if vectors.len() >= 3 * n_rows { 3 } else { 2 };
                let (first, rest) = vectors.split_at(n * n_rows);
                let (first_out, rest_out) = out.split_at_mut(n * n_columns);
                if n == 3 {
                    self.add_few::<L, FMA, 3>(block, &mut first_out[index * BLOCK..], first);
                } else {
                    self.add_few::<L, FMA, 2>(block, &mut first_out[index * BLOCK..], first);
                }
                (out, vectors) = (rest_out, rest);
            }
            if !vectors.is_empty() {
                self.add_one::<L, FMA>(block, &mut out[index * BLOCK..][..BLOCK], vectors);
            }
        }
    }

    /// The same for exactly one vector, with sums of eight registers. They are written out, because compilers leave
    /// arrays in memory.
    #[inline(always)]
    fn add_one<const L: usize, const FMA: bool>(&self, block: &[R::Number], out: &mut [f32], vector: &[f32]) {
        for column in (0..BLOCK).step_by(8 * L) {
            let out = &mut out[column..][..8 * L];
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
            for row in 0..vector.len() {
                let (value, row) = (vector[row], &block[row * BLOCK + column..][..8 * L]);
                sums = [
                    multiply_add::<L, FMA>(self.reader.load(row), value, sums[0]),
                    multiply_add::<L, FMA>(self.reader.load(&row[L..]), value, sums[1]),
                    multiply_add::<L, FMA>(self.reader.load(&row[2 * L..]), value, sums[2]),
                    multiply_add::<L, FMA>(self.reader.load(&row[3 * L..]), value, sums[3]),
                    multiply_add::<L, FMA>(self.reader.load(&row[4 * L..]), value, sums[4]),
                    multiply_add::<L, FMA>(self.reader.load(&row[5 * L..]), value, sums[5]),
                    multiply_add::<L, FMA>(self.reader.load(&row[6 * L..]), value, sums[6]),
                    multiply_add::<L, FMA>(self.reader.load(&row[7 * L..]), value, sums[7]),
                ];
            }
            for index in 0..8 {
                store(&mut out[index * L..], sums[index]);
            }
        }
    }

    /// The same for exactly `N` vectors, with sums of four registers each: 12 of three vectors leave room for operands
    /// where there are 16 registers. `out` begins with the block's columns of the first vector.
    #[inline(always)]
    fn add_few<const L: usize, const FMA: bool, const N: usize>(
        &self,
        block: &[R::Number],
        out: &mut [f32],
        vectors: &[f32],
    ) {
        let [n_rows, n_columns] = self.shape;
        for column in (0..BLOCK).step_by(4 * L) {
            let mut sums = [[[0.0; L]; 4]; N];
            for row in 0..N {
                let out = &out[row * n_columns + column..][..4 * L];
                sums[row] = [load(out), load(&out[L..]), load(&out[2 * L..]), load(&out[3 * L..])];
            }
            for at in 0..n_rows {
                let numbers = &block[at * BLOCK + column..][..4 * L];
                let lanes: [Lanes<L>; 4] = [
                    self.reader.load(numbers),
                    self.reader.load(&numbers[L..]),
                    self.reader.load(&numbers[2 * L..]),
                    self.reader.load(&numbers[3 * L..]),
                ];
                for row in 0..N {
                    let value = vectors[row * n_rows + at];
                    sums[row] = [
                        multiply_add::<L, FMA>(lanes[0], value, sums[row][0]),
                        multiply_add::<L, FMA>(lanes[1], value, sums[row][1]),
                        multiply_add::<L, FMA>(lanes[2], value, sums[row][2]),
                        multiply_add::<L, FMA>(lanes[3], value, sums[row][3]),
                    ];
                }
            }
            for row in 0..N {
                let out = &mut out[row * n_columns + column..][..4 * L];
                for part in 0..4 {
                    store(&mut out[part * L..], sums[row][part]);
                }
            }
        }
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
