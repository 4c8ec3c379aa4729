//! Winograd's transform of sums: 36 numbers a channel to 4×4 outputs (`Aᵀ m A`), activated and pooled while they are in
//! registers: windows of 2 never cross tiles.
#![expect(
    clippy::needless_range_loop,
    reason = "iterators stay calls in what is compiled for each set of instructions"
)]
#![expect(clippy::inline_always, reason = "only what is inlined is compiled for each set of instructions")]

use std::ops::Range;

use super::{
    super::activation::{Activation, activate},
    tile::{PATCH, ScaledSums, TILE, column_of},
};
use crate::numerics::registers::{RegisterKernel, Registers};

/// `Aᵀ m`.
#[inline(always)]
fn output_transform<R: Registers>(registers: R, m: [R::Lanes; PATCH]) -> [R::Lanes; TILE] {
    let scaled = ScaledSums(registers);
    let (near_sum, near_difference) = (registers.add(m[1], m[2]), registers.subtract(m[1], m[2]));
    let (far_sum, far_difference) = (registers.add(m[3], m[4]), registers.subtract(m[3], m[4]));
    [
        registers.add(m[0], registers.add(near_sum, far_sum)),
        scaled.add(far_difference, 2.0, near_difference),
        scaled.add(far_sum, 4.0, near_sum),
        registers.add(scaled.add(far_difference, 8.0, near_difference), m[5]),
    ]
}

pub(super) struct OutputTransform<'a> {
    /// `[point, tile, channel of the block]`.
    pub(super) sums: &'a [f32],
    pub(super) plane: usize,
    pub(super) tiles: Range<usize>,
    pub(super) size: [usize; 2],
    /// Of the block's channels.
    pub(super) bias: &'a [f32],
    pub(super) activation: Activation,
    pub(super) first_channel: usize,
    pub(super) n_channels: usize,
    /// `[row, column, channel]`, pooled.
    pub(super) out: &'a mut [f32],
}

impl OutputTransform<'_> {
    /// A column of a tile's 36 sums, transformed; `start` is the place of the tile and channels in a plane.
    #[inline(always)]
    fn column<R: Registers>(&self, registers: R, column: usize, start: usize) -> [R::Lanes; TILE] {
        let sums = &self.sums[column * self.plane + start..];
        let row = PATCH * self.plane;
        output_transform(
            registers,
            [
                registers.load(sums),
                registers.load(&sums[row..]),
                registers.load(&sums[2 * row..]),
                registers.load(&sums[3 * row..]),
                registers.load(&sums[4 * row..]),
                registers.load(&sums[5 * row..]),
            ],
        )
    }

    /// The 4×4 outputs of a tile, activated but not pooled.
    #[inline(always)]
    fn outputs<R: Registers>(&self, registers: R, start: usize, bias: R::Lanes) -> [[R::Lanes; TILE]; TILE] {
        let columns = [
            self.column(registers, 0, start),
            self.column(registers, 1, start),
            self.column(registers, 2, start),
            self.column(registers, 3, start),
            self.column(registers, 4, start),
            self.column(registers, 5, start),
        ];
        let slope = registers.splat(self.activation.slope);
        [
            output_row(registers, &columns, 0, bias, slope),
            output_row(registers, &columns, 1, bias, slope),
            output_row(registers, &columns, 2, bias, slope),
            output_row(registers, &columns, 3, bias, slope),
        ]
    }
}

/// A row of a tile's outputs from its transformed columns.
#[inline(always)]
fn output_row<R: Registers>(
    registers: R,
    columns: &[[R::Lanes; TILE]; PATCH],
    row: usize,
    bias: R::Lanes,
    slope: R::Lanes,
) -> [R::Lanes; TILE] {
    let sums = output_transform(registers, column_of(columns, row));
    [
        activate(registers, sums[0], bias, slope),
        activate(registers, sums[1], bias, slope),
        activate(registers, sums[2], bias, slope),
        activate(registers, sums[3], bias, slope),
    ]
}

impl RegisterKernel for OutputTransform<'_> {
    #[inline(always)]
    fn run<R: Registers>(self, registers: R) {
        let n_across = self.size[1].div_ceil(TILE);
        let [height, width] = self.activation.output_size(self.size);
        let pooling = self.activation.pooling;
        for (index, tile) in self.tiles.clone().enumerate() {
            let (top, left) = (tile / n_across * TILE / pooling[0], tile % n_across * TILE / pooling[1]);
            for channel in (0..self.bias.len()).step_by(R::N) {
                let bias = registers.load(&self.bias[channel..]);
                let outputs = self.outputs(registers, index * self.bias.len() + channel, bias);
                let window = Window {
                    registers,
                    out: &mut *self.out,
                    corner: [top, left],
                    size: [height, width],
                    n_channels: self.n_channels,
                    channel: self.first_channel + channel,
                };
                window.put(&outputs, pooling);
            }
        }
    }
}

/// The place of a pooled tile in the output.
struct Window<'a, R> {
    registers: R,
    /// `[row, column, channel]`.
    out: &'a mut [f32],
    corner: [usize; 2],
    size: [usize; 2],
    n_channels: usize,
    channel: usize,
}

impl<R: Registers> Window<'_, R> {
    #[inline(always)]
    fn set(&mut self, row: usize, column: usize, value: R::Lanes) {
        let (y, x) = (self.corner[0] + row, self.corner[1] + column);
        if y < self.size[0] && x < self.size[1] {
            self.registers.store(&mut self.out[(y * self.size[1] + x) * self.n_channels + self.channel..], value);
        }
    }

    /// Keeps the largest number of every window of a tile.
    #[inline(always)]
    fn put(mut self, tile: &[[R::Lanes; TILE]; TILE], pooling: [usize; 2]) {
        let registers = self.registers;
        match pooling {
            [2, 2] => {
                for (row, column) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                    let (r, c) = (2 * row, 2 * column);
                    let upper = registers.larger(tile[r][c], tile[r][c + 1]);
                    let lower = registers.larger(tile[r + 1][c], tile[r + 1][c + 1]);
                    self.set(row, column, registers.larger(upper, lower));
                }
            }
            [2, _] => {
                for row in 0..TILE / 2 {
                    for column in 0..TILE {
                        self.set(row, column, registers.larger(tile[2 * row][column], tile[2 * row + 1][column]));
                    }
                }
            }
            [_, 2] => {
                for row in 0..TILE {
                    for column in 0..TILE / 2 {
                        self.set(row, column, registers.larger(tile[row][2 * column], tile[row][2 * column + 1]));
                    }
                }
            }
            _ => {
                for row in 0..TILE {
                    for column in 0..TILE {
                        self.set(row, column, tile[row][column]);
                    }
                }
            }
        }
    }
}
