//! Changes of resolution: max pooling, and the sum of a map with a coarser one. Maps are `[row, column, channel]`.
#![expect(clippy::inline_always, reason = "only what is inlined is compiled for each set of instructions")]

use crate::numerics::lanes::{LaneKernel, Lanes, add, dispatch, load, store, zip};

/// The largest number of each 2×2 window of `input`, of `columns` columns; what fills no window is dropped.
pub(in crate::recognition::engine) fn pool(input: &[f32], columns: usize, channels: usize, output: &mut [f32]) {
    dispatch(Pool { input, columns, channels, output });
}

/// `fine` plus `coarse`, each of whose places covers 2×2 of `fine`, of an even number of `columns`.
pub(in crate::recognition::engine) fn add_doubled(
    fine: &[f32],
    coarse: &[f32],
    columns: usize,
    channels: usize,
    output: &mut [f32],
) {
    dispatch(AddDoubled { fine, coarse, columns, channels, output });
}

struct Pool<'a> {
    input: &'a [f32],
    columns: usize,
    channels: usize,
    output: &'a mut [f32],
}

impl LaneKernel for Pool<'_> {
    #[inline(always)]
    fn run<const L: usize, const FMA: bool>(self) {
        let row = self.columns * self.channels;
        let out_row = self.columns / 2 * self.channels;
        if out_row == 0 {
            return;
        }
        for (rows, output) in self.input.chunks_exact(2 * row).zip(self.output.chunks_exact_mut(out_row)) {
            let (upper, lower) = rows.split_at(row);
            let places = upper.chunks_exact(2 * self.channels).zip(lower.chunks_exact(2 * self.channels));
            for ((upper, lower), output) in places.zip(output.chunks_exact_mut(self.channels)) {
                let (left, right) = (0, self.channels);
                for at in (0..self.channels).step_by(L) {
                    let of = |row: &[f32]| larger::<L>(load(&row[left + at..]), load(&row[right + at..]));
                    store(&mut output[at..], larger::<L>(of(upper), of(lower)));
                }
            }
        }
    }
}

#[inline(always)]
fn larger<const L: usize>(a: Lanes<L>, b: Lanes<L>) -> Lanes<L> {
    zip(
        a,
        b,
        #[inline(always)]
        |a, b| if a > b { a } else { b },
    )
}

struct AddDoubled<'a> {
    fine: &'a [f32],
    coarse: &'a [f32],
    columns: usize,
    channels: usize,
    output: &'a mut [f32],
}

impl LaneKernel for AddDoubled<'_> {
    #[inline(always)]
    fn run<const L: usize, const FMA: bool>(self) {
        let row = self.columns * self.channels;
        if row == 0 {
            return;
        }
        let coarse_row = row / 2;
        let rows = self.fine.chunks_exact(row).zip(self.output.chunks_exact_mut(row));
        for (y, (fine, output)) in rows.enumerate() {
            let coarse = &self.coarse[y / 2 * coarse_row..(y / 2 + 1) * coarse_row];
            let pairs = fine.chunks_exact(2 * self.channels).zip(output.chunks_exact_mut(2 * self.channels));
            for ((fine, output), coarse) in pairs.zip(coarse.chunks_exact(self.channels)) {
                for at in (0..self.channels).step_by(L) {
                    let added: Lanes<L> = load(&coarse[at..]);
                    store(&mut output[at..], add::<L>(load(&fine[at..]), added));
                    let right = self.channels + at;
                    store(&mut output[right..], add::<L>(load(&fine[right..]), added));
                }
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
