//! 3×3 convolutions by Winograd's minimal filtering F(4×4, 3×3): Lavin and Gray, "Fast Algorithms for Convolutional
//! Neural Networks", CVPR 2016, with their matrices for the points 0, ±1, ±2 and ∞.
//!
//! Tiles of 6×6 inputs become 36 numbers a channel (`input`); each of the 36 is a matrix product over channels with the
//! filters in the same form (`filters`); and 36 sums become 4×4 outputs (`output`). That takes a quarter of the
//! multiplications of the plain convolution.
#![expect(clippy::inline_always, reason = "only what is inlined is compiled for each set of instructions")]

mod filters;
mod input;
mod output;
mod tile;

use self::{
    filters::Filters,
    input::InputTransform,
    output::OutputTransform,
    tile::{PLANE_GAP, POINTS, TILE},
};
use super::{CHANNELS, activation::Activation};
use crate::numerics::{
    matrix::{Into, View, multiply},
    panel::{MAX_COLUMNS, multiply_panel},
    registers::{RegisterKernel, Registers, with_registers},
};

/// Tiles worked on at once: 64 tiles of 64 output channels take 590 kB, which fit the second-level cache.
const MAX_TILES: usize = 64;
/// Output channels worked on at once: with 32 the student's convolutions of 512 columns take 7 % longer on an Intel
/// Xeon with AVX-512.
const MAX_OUTPUTS: usize = MAX_COLUMNS;
/// Input channels up to which products are those of a panel, which then fits the first-level cache.
const MAX_INNER: usize = 64;
/// A 3×3 convolution with a stride of 1 and a border of zeros, ready to run.
pub(in crate::recognition::engine) struct WinogradConvolution {
    n_inputs: usize,
    n_outputs: usize,
    filters: Filters,
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
        let filters = Filters::new(weight, n_inputs, MAX_OUTPUTS);
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
            let n_channels = self.n_inputs;
            with_registers(InputTransform { input, size, n_channels, tiles: tiles.clone(), plane, out: inputs });
            for (block, bias) in self.bias.chunks(MAX_OUTPUTS).enumerate() {
                let (first_channel, n_block) = (block * MAX_OUTPUTS, bias.len());
                let filters = self.filters.block(block, n_block);
                let sums_plane = tiles.len() * n_block + PLANE_GAP;
                let sums = at_least(&mut scratch.sums, POINTS * sums_plane);
                let (n_tiles, n_inputs) = (tiles.len(), self.n_inputs);
                let products = Products { inputs, plane, filters, sums, sums_plane, n_tiles, n_inputs, n_block };
                if n_inputs <= MAX_INNER {
                    with_registers(products);
                } else {
                    products.multiply();
                }
                with_registers(OutputTransform {
                    sums,
                    plane: sums_plane,
                    tiles: tiles.clone(),
                    size,
                    bias,
                    activation: self.activation,
                    first_channel,
                    n_channels: self.n_outputs,
                    out: output,
                });
            }
        }
    }
}

/// The 36 matrix products of some tiles with a block of output channels.
struct Products<'a> {
    /// `[point, tile, input channel]`.
    inputs: &'a [f32],
    /// Numbers from one point's plane of inputs to the next.
    plane: usize,
    /// `[point, input channel, output channel of the block]`.
    filters: &'a [f32],
    /// `[point, tile, output channel of the block]`.
    sums: &'a mut [f32],
    sums_plane: usize,
    n_tiles: usize,
    n_inputs: usize,
    n_block: usize,
}

impl Products<'_> {
    /// The sums, tiles and filters of a point.
    #[inline(always)]
    fn of(&mut self, point: usize) -> (&mut [f32], &[f32], &[f32]) {
        let n_filters = self.n_inputs * self.n_block;
        (
            &mut self.sums[point * self.sums_plane..][..self.n_tiles * self.n_block],
            &self.inputs[point * self.plane..][..self.n_tiles * self.n_inputs],
            &self.filters[point * (n_filters + PLANE_GAP)..][..n_filters],
        )
    }

    /// As matrix products of many input channels.
    fn multiply(mut self) {
        let (n_tiles, n_inputs, n_block) = (self.n_tiles, self.n_inputs, self.n_block);
        for point in 0..POINTS {
            let (sums, tiles, filters) = self.of(point);
            let tiles = View::packed(tiles, n_tiles, n_inputs);
            multiply(sums, Into::Replace, tiles, View::packed(filters, n_inputs, n_block));
        }
    }
}

impl RegisterKernel for Products<'_> {
    #[inline(always)]
    fn run<R: Registers>(mut self, registers: R) {
        let (n_inputs, n_block) = (self.n_inputs, self.n_block);
        for point in 0..POINTS {
            let (sums, tiles, filters) = self.of(point);
            multiply_panel(registers, sums, tiles, n_inputs, filters, n_block);
        }
    }
}

/// `values` with room for `n` numbers.
fn at_least(values: &mut Vec<f32>, n: usize) -> &mut [f32] {
    if values.len() < n {
        values.resize(n, 0.0);
    }
    &mut values[..n]
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
