//! 3×3 convolutions by Winograd's minimal filtering F(4×4, 3×3): Lavin and Gray, "Fast Algorithms for Convolutional
//! Neural Networks", CVPR 2016, with their matrices for the points 0, ±1, ±2 and ∞.
//!
//! Tiles of 6×6 inputs, which overlap by two, become 36 numbers a channel (`Bᵀ d B`); each of the 36 is a matrix
//! product over channels with the filters in the same form (`G g Gᵀ`); and 36 sums become 4×4 outputs (`Aᵀ m A`). That
//! takes a quarter of the multiplications of the plain convolution. Bias, activation and pooling are done on the 4×4
//! outputs while they are in registers: windows of 2 never cross tiles.
#![expect(clippy::inline_always, reason = "only what is inlined is compiled for each set of instructions")]

use std::ops::Range;

use super::{
    CHANNELS,
    activation::{Activation, activate},
};
use crate::numerics::{
    lanes::{LaneKernel, Lanes, add, dispatch, larger, load, multiply_add, store, subtract},
    matrix::{Into, View, multiply},
};

/// Rows and columns of a tile's outputs.
const TILE: usize = 4;
/// Rows and columns of a tile's inputs.
const PATCH: usize = 6;
/// Numbers of a tile in its transformed form.
const POINTS: usize = PATCH * PATCH;
/// Tiles worked on at once. 64 tiles of 64 output channels take 590 kB, which fit the second-level cache; on an AMD
/// EPYC with AVX-512 the student's convolutions take the same time with 64 and 128, and 5 % more with 32.
const MAX_TILES: usize = 64;
/// Output channels worked on at once: products with 64 are 15 % faster than with 32, and as fast as with more (same
/// machine).
const MAX_OUTPUTS: usize = 64;
/// Added to the distance between planes, in numbers, so that the 36 numbers of a tile do not fall into the same set of
/// the first-level cache: transforms are three times as fast.
const PLANE_GAP: usize = 16;

/// `G`: from filters to their transformed form.
const FILTER_TRANSFORM: [[f32; 3]; PATCH] = [
    [1.0 / 4.0, 0.0, 0.0],
    [-1.0 / 6.0, -1.0 / 6.0, -1.0 / 6.0],
    [-1.0 / 6.0, 1.0 / 6.0, -1.0 / 6.0],
    [1.0 / 24.0, 1.0 / 12.0, 1.0 / 6.0],
    [1.0 / 24.0, -1.0 / 12.0, 1.0 / 6.0],
    [0.0, 0.0, 1.0],
];

/// A 3×3 convolution with a stride of 1 and a border of zeros, ready to run.
pub(in crate::recognition::engine) struct WinogradConvolution {
    n_inputs: usize,
    n_outputs: usize,
    /// `[block of outputs, point, input channel, output channel of the block]`.
    filters: Vec<f32>,
    /// One an output channel.
    bias: Vec<f32>,
    activation: Activation,
}

/// Memory of a run, kept for the next.
#[derive(Default)]
pub(in crate::recognition::engine) struct Scratch {
    /// `[point, tile, input channel]`.
    inputs: Vec<f32>,
    /// `[point, tile, output channel]`.
    sums: Vec<f32>,
}

impl WinogradConvolution {
    /// `weight` is `[output channel, input channel, 3, 3]`. `None` if channels are no multiples of [`CHANNELS`].
    pub(in crate::recognition::engine) fn new(weight: &[f32], bias: Vec<f32>, activation: Activation) -> Option<Self> {
        let n_outputs = bias.len();
        let n_inputs = weight.len().checked_div(9 * n_outputs)?;
        let fits = |n: usize| n > 0 && n.is_multiple_of(CHANNELS);
        if !fits(n_inputs) || !fits(n_outputs) || weight.len() != 9 * n_inputs * n_outputs {
            return None;
        }
        let filters = transformed_filters(weight, n_inputs, n_outputs);
        Some(Self { n_inputs, n_outputs, filters, bias, activation })
    }

    /// Output channels.
    pub(in crate::recognition::engine) fn n_outputs(&self) -> usize {
        self.n_outputs
    }

    /// From `[row, column, channel]` to the same of what pooling leaves; `size` is the number of rows and columns.
    pub(in crate::recognition::engine) fn run(
        &self,
        input: &[f32],
        size: [usize; 2],
        output: &mut [f32],
        scratch: &mut Scratch,
    ) {
        let n_tiles = size[0].div_ceil(TILE) * size[1].div_ceil(TILE);
        for first in (0..n_tiles).step_by(MAX_TILES) {
            let tiles = first..n_tiles.min(first + MAX_TILES);
            let plane = tiles.len() * self.n_inputs + PLANE_GAP;
            let inputs = at_least(&mut scratch.inputs, POINTS * plane);
            let (n_channels, tiles) = (self.n_inputs, tiles.clone());
            dispatch(InputTransform { input, size, n_channels, tiles: tiles.clone(), plane, out: inputs });
            for (block, bias) in self.bias.chunks(MAX_OUTPUTS).enumerate() {
                let sums_plane = tiles.len() * bias.len() + PLANE_GAP;
                let sums = at_least(&mut scratch.sums, POINTS * sums_plane);
                self.multiply(inputs, plane, sums, sums_plane, block, tiles.len());
                dispatch(OutputTransform {
                    sums,
                    plane: sums_plane,
                    tiles: tiles.clone(),
                    size,
                    bias,
                    activation: self.activation,
                    first_channel: block * MAX_OUTPUTS,
                    n_channels: self.n_outputs,
                    out: output,
                });
            }
        }
    }

    /// The 36 matrix products of one block of output channels.
    fn multiply(
        &self,
        inputs: &[f32],
        plane: usize,
        sums: &mut [f32],
        sums_plane: usize,
        block: usize,
        n_tiles: usize,
    ) {
        let n_block = self.block_outputs(block);
        let filters = &self.filters[block * MAX_OUTPUTS * POINTS * self.n_inputs..];
        for point in 0..POINTS {
            let tiles = View::packed(&inputs[point * plane..][..n_tiles * self.n_inputs], n_tiles, self.n_inputs);
            let filters = &filters[point * self.n_inputs * n_block..][..self.n_inputs * n_block];
            let out = &mut sums[point * sums_plane..][..n_tiles * n_block];
            multiply(out, Into::Replace, tiles, View::packed(filters, self.n_inputs, n_block));
        }
    }

    fn block_outputs(&self, block: usize) -> usize {
        (self.n_outputs - block * MAX_OUTPUTS).min(MAX_OUTPUTS)
    }
}

/// `values` with room for `n` numbers.
fn at_least(values: &mut Vec<f32>, n: usize) -> &mut [f32] {
    if values.len() < n {
        values.resize(n, 0.0);
    }
    &mut values[..n]
}

/// `G g Gᵀ` of every filter, `[block of outputs, point, input channel, output channel of the block]`.
fn transformed_filters(weight: &[f32], n_inputs: usize, n_outputs: usize) -> Vec<f32> {
    let mut filters = vec![0.0; POINTS * n_inputs * n_outputs];
    for (index, filter) in weight.chunks_exact(9).enumerate() {
        let (output, input) = (index / n_inputs, index % n_inputs);
        let block = output / MAX_OUTPUTS;
        let n_block = (n_outputs - block * MAX_OUTPUTS).min(MAX_OUTPUTS);
        for point in 0..POINTS {
            let (rows, columns) = (FILTER_TRANSFORM[point / PATCH], FILTER_TRANSFORM[point % PATCH]);
            let value: f32 = (0..9).map(|place| rows[place / 3] * filter[place] * columns[place % 3]).sum();
            let start = block * MAX_OUTPUTS * POINTS * n_inputs;
            filters[start + (point * n_inputs + input) * n_block + output % MAX_OUTPUTS] = value;
        }
    }
    filters
}

/// `Bᵀ d`.
#[inline(always)]
fn input_transform<const L: usize, const FMA: bool>(d: [Lanes<L>; PATCH]) -> [Lanes<L>; PATCH] {
    let even = multiply_add::<L, FMA>(d[2], -4.0, d[4]);
    let odd = multiply_add::<L, FMA>(d[1], -4.0, d[3]);
    let (far_even, far_odd) = (subtract(d[4], d[2]), subtract(d[3], d[1]));
    [
        multiply_add::<L, FMA>(d[0], 4.0, multiply_add::<L, FMA>(d[2], -5.0, d[4])),
        add(even, odd),
        subtract(even, odd),
        multiply_add::<L, FMA>(far_odd, 2.0, far_even),
        multiply_add::<L, FMA>(far_odd, -2.0, far_even),
        multiply_add::<L, FMA>(d[1], 4.0, multiply_add::<L, FMA>(d[3], -5.0, d[5])),
    ]
}

/// `Aᵀ m`.
#[inline(always)]
fn output_transform<const L: usize, const FMA: bool>(m: [Lanes<L>; PATCH]) -> [Lanes<L>; TILE] {
    let (near_sum, near_difference) = (add(m[1], m[2]), subtract(m[1], m[2]));
    let (far_sum, far_difference) = (add(m[3], m[4]), subtract(m[3], m[4]));
    [
        add(m[0], add(near_sum, far_sum)),
        multiply_add::<L, FMA>(far_difference, 2.0, near_difference),
        multiply_add::<L, FMA>(far_sum, 4.0, near_sum),
        add(multiply_add::<L, FMA>(far_difference, 8.0, near_difference), m[5]),
    ]
}

struct InputTransform<'a> {
    /// `[row, column, channel]`.
    input: &'a [f32],
    size: [usize; 2],
    n_channels: usize,
    tiles: Range<usize>,
    /// Numbers from one point's plane to the next.
    plane: usize,
    /// `[point, tile, channel]`.
    out: &'a mut [f32],
}

impl InputTransform<'_> {
    /// `L` channels of a pixel; coordinates count from the border of zeros, which is one pixel wide.
    #[inline(always)]
    fn pixel<const L: usize>(&self, [row, column]: [usize; 2], channel: usize) -> Lanes<L> {
        let (y, x) = (row.wrapping_sub(1), column.wrapping_sub(1));
        if y < self.size[0] && x < self.size[1] {
            load(&self.input[(y * self.size[1] + x) * self.n_channels + channel..])
        } else {
            [0.0; L]
        }
    }

    /// A row of a patch, transformed.
    #[inline(always)]
    fn row<const L: usize, const FMA: bool>(&self, [row, left]: [usize; 2], channel: usize) -> [Lanes<L>; PATCH] {
        input_transform::<L, FMA>([
            self.pixel([row, left], channel),
            self.pixel([row, left + 1], channel),
            self.pixel([row, left + 2], channel),
            self.pixel([row, left + 3], channel),
            self.pixel([row, left + 4], channel),
            self.pixel([row, left + 5], channel),
        ])
    }
}

impl LaneKernel for InputTransform<'_> {
    #[inline(always)]
    fn run<const L: usize, const FMA: bool>(self) {
        let n_across = self.size[1].div_ceil(TILE);
        for (index, tile) in self.tiles.clone().enumerate() {
            let (top, left) = (tile / n_across * TILE, tile % n_across * TILE);
            for channel in (0..self.n_channels).step_by(L) {
                let rows = [
                    self.row::<L, FMA>([top, left], channel),
                    self.row::<L, FMA>([top + 1, left], channel),
                    self.row::<L, FMA>([top + 2, left], channel),
                    self.row::<L, FMA>([top + 3, left], channel),
                    self.row::<L, FMA>([top + 4, left], channel),
                    self.row::<L, FMA>([top + 5, left], channel),
                ];
                for column in 0..PATCH {
                    let points = input_transform::<L, FMA>(column_of(&rows, column));
                    for (row, point) in points.into_iter().enumerate() {
                        let place = (row * PATCH + column) * self.plane + index * self.n_channels + channel;
                        store(&mut self.out[place..], point);
                    }
                }
            }
        }
    }
}

/// A column of six rows.
#[inline(always)]
fn column_of<const L: usize, const N: usize>(rows: &[[Lanes<L>; N]; PATCH], column: usize) -> [Lanes<L>; PATCH] {
    [rows[0][column], rows[1][column], rows[2][column], rows[3][column], rows[4][column], rows[5][column]]
}

struct OutputTransform<'a> {
    /// `[point, tile, channel of the block]`.
    sums: &'a [f32],
    plane: usize,
    tiles: Range<usize>,
    size: [usize; 2],
    /// Of the block's channels.
    bias: &'a [f32],
    activation: Activation,
    first_channel: usize,
    n_channels: usize,
    /// `[row, column, channel]`, pooled.
    out: &'a mut [f32],
}

impl OutputTransform<'_> {
    /// A column of a tile's 36 sums, transformed; `start` is the place of the tile and channels in a plane.
    #[inline(always)]
    fn column<const L: usize, const FMA: bool>(&self, column: usize, start: usize) -> [Lanes<L>; TILE] {
        output_transform::<L, FMA>([
            load(&self.sums[column * self.plane + start..]),
            load(&self.sums[(PATCH + column) * self.plane + start..]),
            load(&self.sums[(2 * PATCH + column) * self.plane + start..]),
            load(&self.sums[(3 * PATCH + column) * self.plane + start..]),
            load(&self.sums[(4 * PATCH + column) * self.plane + start..]),
            load(&self.sums[(5 * PATCH + column) * self.plane + start..]),
        ])
    }

    /// The 4×4 outputs of a tile, activated but not pooled.
    #[inline(always)]
    fn outputs<const L: usize, const FMA: bool>(&self, start: usize, bias: Lanes<L>) -> [[Lanes<L>; TILE]; TILE] {
        let columns = [
            self.column::<L, FMA>(0, start),
            self.column::<L, FMA>(1, start),
            self.column::<L, FMA>(2, start),
            self.column::<L, FMA>(3, start),
            self.column::<L, FMA>(4, start),
            self.column::<L, FMA>(5, start),
        ];
        let slope = self.activation.slope;
        [
            output_row::<L, FMA>(&columns, 0, bias, slope),
            output_row::<L, FMA>(&columns, 1, bias, slope),
            output_row::<L, FMA>(&columns, 2, bias, slope),
            output_row::<L, FMA>(&columns, 3, bias, slope),
        ]
    }
}

/// A row of a tile's outputs from its transformed columns.
#[inline(always)]
fn output_row<const L: usize, const FMA: bool>(
    columns: &[[Lanes<L>; TILE]; PATCH],
    row: usize,
    bias: Lanes<L>,
    slope: f32,
) -> [Lanes<L>; TILE] {
    let sums = output_transform::<L, FMA>(column_of(columns, row));
    [
        activate(sums[0], bias, slope),
        activate(sums[1], bias, slope),
        activate(sums[2], bias, slope),
        activate(sums[3], bias, slope),
    ]
}

impl LaneKernel for OutputTransform<'_> {
    #[inline(always)]
    fn run<const L: usize, const FMA: bool>(self) {
        let n_across = self.size[1].div_ceil(TILE);
        let [height, width] = self.activation.output_size(self.size);
        let pooling = self.activation.pooling;
        for (index, tile) in self.tiles.clone().enumerate() {
            let (top, left) = (tile / n_across * TILE / pooling[0], tile % n_across * TILE / pooling[1]);
            for channel in (0..self.bias.len()).step_by(L) {
                let outputs = self.outputs::<L, FMA>(index * self.bias.len() + channel, load(&self.bias[channel..]));
                let window = Window {
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
struct Window<'a> {
    /// `[row, column, channel]`.
    out: &'a mut [f32],
    corner: [usize; 2],
    size: [usize; 2],
    n_channels: usize,
    channel: usize,
}

impl Window<'_> {
    #[inline(always)]
    fn set<const L: usize>(&mut self, row: usize, column: usize, value: Lanes<L>) {
        let (y, x) = (self.corner[0] + row, self.corner[1] + column);
        if y < self.size[0] && x < self.size[1] {
            store(&mut self.out[(y * self.size[1] + x) * self.n_channels + self.channel..], value);
        }
    }

    /// Keeps the largest number of every window of a tile.
    #[inline(always)]
    fn put<const L: usize>(mut self, tile: &[[Lanes<L>; TILE]; TILE], pooling: [usize; 2]) {
        match pooling {
            [2, 2] => {
                for (row, column) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                    let (r, c) = (2 * row, 2 * column);
                    let upper = larger(tile[r][c], tile[r][c + 1]);
                    self.set(row, column, larger(upper, larger(tile[r + 1][c], tile[r + 1][c + 1])));
                }
            }
            [2, _] => {
                for (row, rows) in tile.chunks_exact(2).enumerate() {
                    for (column, (upper, lower)) in rows[0].iter().zip(&rows[1]).enumerate() {
                        self.set(row, column, larger(*upper, *lower));
                    }
                }
            }
            [_, 2] => {
                for (row, values) in tile.iter().enumerate() {
                    for (column, pair) in values.chunks_exact(2).enumerate() {
                        self.set(row, column, larger(pair[0], pair[1]));
                    }
                }
            }
            _ => {
                for (row, values) in tile.iter().enumerate() {
                    for (column, value) in values.iter().enumerate() {
                        self.set(row, column, *value);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::reference::{convolved, numbers},
        *,
    };

    #[test]
    fn it_is_the_plain_convolution() {
        let poolings = [[1, 1], [2, 1], [1, 2], [2, 2]];
        for (size, channels) in [([8, 20], [16, 32]), ([4, 4], [32, 16]), ([7, 13], [16, 80]), ([2, 1], [16, 16])] {
            for pooling in poolings {
                let activation = Activation { slope: 0.1, pooling };
                let weight = numbers(9 * channels[0] * channels[1], 1);
                let (bias, input) = (numbers(channels[1], 2), numbers(size[0] * size[1] * channels[0], 3));
                let expected = convolved(&input, size, &weight, &bias, activation);
                let convolution = WinogradConvolution::new(&weight, bias, activation).unwrap();
                let mut output = vec![0.0; expected.len()];
                let mut scratch = Scratch::default();
                // Twice: nothing of a run is left for the next.
                for _ in 0..2 {
                    convolution.run(&input, size, &mut output, &mut scratch);
                    for (output, expected) in output.iter().zip(&expected) {
                        assert!((output - expected).abs() < 2e-4, "{output} {expected} {size:?} {pooling:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn channels_that_fill_no_vector_are_refused() {
        let activation = Activation { slope: 1.0, pooling: [1, 1] };
        assert!(WinogradConvolution::new(&[0.0; 9 * 12 * 16], vec![0.0; 16], activation).is_none());
        assert!(WinogradConvolution::new(&[0.0; 9 * 16 * 16], vec![0.0; 15], activation).is_none());
        assert!(WinogradConvolution::new(&[], vec![], activation).is_none());
    }
}
