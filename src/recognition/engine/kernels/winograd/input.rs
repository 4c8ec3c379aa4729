//! Winograd's transform of inputs: tiles of 6×6 pixels, which overlap by two, to 36 numbers a channel (`Bᵀ d B`).
#![expect(
    clippy::needless_range_loop,
    reason = "iterators stay calls in what is compiled for each set of instructions"
)]
#![expect(clippy::inline_always, reason = "only what is inlined is compiled for each set of instructions")]

use std::ops::Range;

use super::tile::{PATCH, ScaledSums, TILE, column_of};
use crate::numerics::registers::{RegisterKernel, Registers};

/// `Bᵀ d`.
#[inline(always)]
fn input_transform<R: Registers>(registers: R, d: [R::Lanes; PATCH]) -> [R::Lanes; PATCH] {
    let scaled = ScaledSums(registers);
    let (even, odd) = (scaled.add(d[2], -4.0, d[4]), scaled.add(d[1], -4.0, d[3]));
    let (far_even, far_odd) = (registers.subtract(d[4], d[2]), registers.subtract(d[3], d[1]));
    [
        scaled.add(d[0], 4.0, scaled.add(d[2], -5.0, d[4])),
        registers.add(even, odd),
        registers.subtract(even, odd),
        scaled.add(far_odd, 2.0, far_even),
        scaled.add(far_odd, -2.0, far_even),
        scaled.add(d[1], 4.0, scaled.add(d[3], -5.0, d[5])),
    ]
}

pub(super) struct InputTransform<'a> {
    /// `[row, column, channel]`.
    pub(super) input: &'a [f32],
    pub(super) size: [usize; 2],
    pub(super) n_channels: usize,
    pub(super) tiles: Range<usize>,
    /// Numbers from one point's plane to the next.
    pub(super) plane: usize,
    /// `[point, tile, channel]`.
    pub(super) out: &'a mut [f32],
}

impl InputTransform<'_> {
    /// `L` channels of a pixel; coordinates count from the border of zeros, which is one pixel wide.
    #[inline(always)]
    fn pixel<R: Registers>(&self, registers: R, [row, column]: [usize; 2], channel: usize) -> R::Lanes {
        let (y, x) = (row.wrapping_sub(1), column.wrapping_sub(1));
        if y < self.size[0] && x < self.size[1] {
            registers.load(&self.input[(y * self.size[1] + x) * self.n_channels + channel..])
        } else {
            registers.splat(0.0)
        }
    }

    /// A row of a patch, transformed.
    #[inline(always)]
    fn row<R: Registers>(&self, registers: R, [row, left]: [usize; 2], channel: usize) -> [R::Lanes; PATCH] {
        let pixels = [
            self.pixel(registers, [row, left], channel),
            self.pixel(registers, [row, left + 1], channel),
            self.pixel(registers, [row, left + 2], channel),
            self.pixel(registers, [row, left + 3], channel),
            self.pixel(registers, [row, left + 4], channel),
            self.pixel(registers, [row, left + 5], channel),
        ];
        input_transform(registers, pixels)
    }
}

impl RegisterKernel for InputTransform<'_> {
    #[inline(always)]
    fn run<R: Registers>(self, registers: R) {
        let n_across = self.size[1].div_ceil(TILE);
        for (index, tile) in self.tiles.clone().enumerate() {
            let (top, left) = (tile / n_across * TILE, tile % n_across * TILE);
            for channel in (0..self.n_channels).step_by(R::N) {
                let rows = [
                    self.row(registers, [top, left], channel),
                    self.row(registers, [top + 1, left], channel),
                    self.row(registers, [top + 2, left], channel),
                    self.row(registers, [top + 3, left], channel),
                    self.row(registers, [top + 4, left], channel),
                    self.row(registers, [top + 5, left], channel),
                ];
                for column in 0..PATCH {
                    let points = input_transform(registers, column_of(&rows, column));
                    for row in 0..PATCH {
                        let place = (row * PATCH + column) * self.plane + index * self.n_channels + channel;
                        registers.store(&mut self.out[place..], points[row]);
                    }
                }
            }
        }
    }
}
