//! The 3×3 convolution of an image, which has one channel: nine multiplications a pixel and output channel.
#![expect(clippy::inline_always, reason = "only what is inlined is compiled for each set of instructions")]

use super::{
    CHANNELS,
    activation::{Activation, activate},
};
use crate::numerics::registers::{RegisterKernel, Registers, with_registers};

/// A 3×3 convolution of one channel with a stride of 1 and a border of zeros, ready to run.
pub(in crate::recognition::engine) struct ImageConvolution {
    /// `[place in the filter, output channel]`.
    filters: Vec<f32>,
    /// One an output channel.
    bias: Vec<f32>,
    activation: Activation,
}

impl ImageConvolution {
    /// `weight` is `[output channel, 1, 3, 3]`. `None` if output channels are no multiple of [`CHANNELS`].
    pub(in crate::recognition::engine) fn new(weight: &[f32], bias: Vec<f32>, activation: Activation) -> Option<Self> {
        let n_outputs = bias.len();
        if n_outputs == 0 || !n_outputs.is_multiple_of(CHANNELS) || weight.len() != 9 * n_outputs {
            return None;
        }
        let mut filters = vec![0.0; weight.len()];
        for (index, value) in weight.iter().enumerate() {
            filters[index % 9 * n_outputs + index / 9] = *value;
        }
        Some(Self { filters, bias, activation })
    }

    /// Output channels.
    pub(in crate::recognition::engine) fn n_outputs(&self) -> usize {
        self.bias.len()
    }

    /// From `[row, column]` to `[row, column, channel]` of what pooling leaves; `border` is memory kept for the next
    /// run.
    pub(in crate::recognition::engine) fn run(
        &self,
        image: &[f32],
        size: [usize; 2],
        output: &mut [f32],
        border: &mut Vec<f32>,
    ) {
        let [height, width] = size;
        border.clear();
        border.resize((height + 2) * (width + 2), 0.0);
        for (row, pixels) in image.chunks_exact(width).take(height).enumerate() {
            border[(row + 1) * (width + 2) + 1..][..width].copy_from_slice(pixels);
        }
        with_registers(Convolve { convolution: self, image: border, size, out: output });
    }
}

struct Convolve<'a> {
    convolution: &'a ImageConvolution,
    /// `[row, column]` with a border of one zero all around.
    image: &'a [f32],
    size: [usize; 2],
    /// `[row, column, channel]`, pooled.
    out: &'a mut [f32],
}

impl RegisterKernel for Convolve<'_> {
    #[inline(always)]
    fn run<R: Registers>(self, registers: R) {
        let ImageConvolution { filters, bias, activation } = self.convolution;
        let stride = self.size[1] + 2;
        let [height, width] = activation.output_size(self.size);
        let [pool_rows, pool_columns] = activation.pooling;
        let slope = registers.splat(activation.slope);
        for channel in (0..bias.len()).step_by(R::N) {
            let mut filter = [slope; 9];
            for place in 0..9 {
                filter[place] = registers.load(&filters[place * bias.len() + channel..]);
            }
            let bias_lanes = registers.load(&bias[channel..]);
            for row in 0..height {
                for column in 0..width {
                    let mut best = registers.splat(f32::NEG_INFINITY);
                    for y in row * pool_rows..(row + 1) * pool_rows {
                        for x in column * pool_columns..(column + 1) * pool_columns {
                            let sum = filtered(registers, self.image, y * stride + x, stride, &filter);
                            best = registers.larger(best, activate(registers, sum, bias_lanes, slope));
                        }
                    }
                    registers.store(&mut self.out[(row * width + column) * bias.len() + channel..], best);
                }
            }
        }
    }
}

/// The filters over the 3×3 pixels whose first is at `start`.
#[inline(always)]
fn filtered<R: Registers>(
    registers: R,
    image: &[f32],
    start: usize,
    stride: usize,
    filters: &[R::Lanes; 9],
) -> R::Lanes {
    let mut sum = registers.splat(0.0);
    for row in 0..3 {
        let pixels = &image[start + row * stride..][..3];
        for column in 0..3 {
            sum = registers.multiply_add(filters[3 * row + column], registers.splat(pixels[column]), sum);
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::{
        super::reference::{convolved, numbers},
        *,
    };

    #[test]
    fn it_is_the_plain_convolution() {
        for (size, pooling) in [([6, 8], [2, 2]), ([5, 3], [1, 1]), ([4, 7], [2, 1])] {
            let activation = Activation { slope: 0.1, pooling };
            let (weight, bias, image) = (numbers(9 * 32, 1), numbers(32, 2), numbers(size[0] * size[1], 3));
            let expected = convolved(&image, size, &weight, &bias, activation);
            let mut output = vec![0.0; expected.len()];
            let convolution = ImageConvolution::new(&weight, bias, activation).unwrap();
            convolution.run(&image, size, &mut output, &mut Vec::new());
            for (output, expected) in output.iter().zip(&expected) {
                assert!((output - expected).abs() < 1e-5, "{output} {expected}");
            }
        }
    }
}
