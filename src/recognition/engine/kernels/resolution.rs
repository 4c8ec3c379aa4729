//! Changes of resolution: max pooling, and the sum of a map with a coarser one. Maps are `[row, column, channel]`.
#![expect(clippy::inline_always, reason = "only what is inlined is compiled for each set of instructions")]

use crate::numerics::registers::{RegisterKernel, Registers, with_registers};

/// The largest number of each 2×2 window of `input`, of `columns` columns; what fills no window is dropped.
pub(in crate::recognition::engine) fn pool(input: &[f32], columns: usize, channels: usize, output: &mut [f32]) {
    with_registers(Pool { input, columns, channels, output });
}

/// `fine` plus `coarse`, each of whose places covers 2×2 of `fine`, of an even number of `columns`.
pub(in crate::recognition::engine) fn add_doubled(
    fine: &[f32],
    coarse: &[f32],
    columns: usize,
    channels: usize,
    output: &mut [f32],
) {
    with_registers(AddDoubled { fine, coarse, columns, channels, output });
}

struct Pool<'a> {
    input: &'a [f32],
    columns: usize,
    channels: usize,
    output: &'a mut [f32],
}

impl RegisterKernel for Pool<'_> {
    #[inline(always)]
    fn run<R: Registers>(self, registers: R) {
        let (n, row) = (self.channels, self.columns * self.channels);
        let (n_rows, n_columns) = (self.input.len() / row.max(1) / 2, self.columns / 2);
        for place in 0..n_rows * n_columns {
            let upper = &self.input[place / n_columns * 2 * row + place % n_columns * 2 * n..][..row + 2 * n];
            let (upper, lower) = (&upper[..2 * n], &upper[row..][..2 * n]);
            let out = &mut self.output[place * n..][..n];
            for at in (0..n).step_by(R::N) {
                let above = registers.larger(registers.load(&upper[at..]), registers.load(&upper[n + at..]));
                let below = registers.larger(registers.load(&lower[at..]), registers.load(&lower[n + at..]));
                registers.store(&mut out[at..], registers.larger(above, below));
            }
        }
    }
}

struct AddDoubled<'a> {
    fine: &'a [f32],
    coarse: &'a [f32],
    columns: usize,
    channels: usize,
    output: &'a mut [f32],
}

impl RegisterKernel for AddDoubled<'_> {
    #[inline(always)]
    fn run<R: Registers>(self, registers: R) {
        let n = self.channels;
        for place in 0..self.fine.len() / n.max(1) {
            let (y, x) = (place / self.columns, place % self.columns);
            let coarse = &self.coarse[(y / 2 * (self.columns / 2) + x / 2) * n..][..n];
            let fine = &self.fine[place * n..][..n];
            let out = &mut self.output[place * n..][..n];
            for at in (0..n).step_by(R::N) {
                let sum = registers.add(registers.load(&fine[at..]), registers.load(&coarse[at..]));
                registers.store(&mut out[at..], sum);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::reference::numbers, *};

    #[test]
    fn each_window_keeps_its_largest_number() {
        let (rows, columns, channels) = (5, 7, 16);
        let input = numbers(rows * columns * channels, 1);
        let mut output = vec![0.0; 2 * 3 * channels];
        pool(&input, columns, channels, &mut output);
        for (i, value) in output.iter().enumerate() {
            let (y, x, c) = (i / channels / 3, i / channels % 3, i % channels);
            let at = |dy: usize, dx: usize| input[((2 * y + dy) * columns + 2 * x + dx) * channels + c];
            assert!((value - at(0, 0).max(at(0, 1)).max(at(1, 0)).max(at(1, 1))).abs() < f32::EPSILON);
        }
    }

    #[test]
    fn each_coarse_place_is_added_to_four() {
        let (rows, columns, channels) = (4, 6, 16);
        let (fine, coarse) = (numbers(rows * columns * channels, 1), numbers(2 * 3 * channels, 2));
        let mut output = vec![0.0; fine.len()];
        add_doubled(&fine, &coarse, columns, channels, &mut output);
        for (i, value) in output.iter().enumerate() {
            let (y, x, c) = (i / channels / columns, i / channels % columns, i % channels);
            assert!((value - fine[i] - coarse[(y / 2 * 3 + x / 2) * channels + c]).abs() < f32::EPSILON);
        }
    }
}
