//! 1×1 convolutions: one matrix product over all places, then bias and activation.
#![expect(clippy::inline_always, reason = "only what is inlined is compiled for each set of instructions")]

use super::{CHANNELS, activation::activate};
use crate::numerics::{
    matrix::{Into, View, multiply},
    registers::{RegisterKernel, Registers, with_registers},
};

/// A 1×1 convolution, ready to run.
pub(in crate::recognition::engine) struct PointwiseConvolution {
    n_inputs: usize,
    /// `[input channel, output channel]`.
    weight: Vec<f32>,
    /// One an output channel.
    bias: Vec<f32>,
    /// Factor of negative numbers; 1 leaves all as they are.
    slope: f32,
}

impl PointwiseConvolution {
    /// `weight` is `[output channel, input channel]`. `None` if output channels are no multiple of [`CHANNELS`].
    pub(in crate::recognition::engine) fn new(weight: &[f32], bias: Vec<f32>, slope: f32) -> Option<Self> {
        let n_outputs = bias.len();
        let n_inputs = weight.len().checked_div(n_outputs)?;
        if n_inputs == 0 || !n_outputs.is_multiple_of(CHANNELS) || weight.len() != n_inputs * n_outputs {
            return None;
        }
        let mut transposed = vec![0.0; weight.len()];
        for (index, value) in weight.iter().enumerate() {
            transposed[index % n_inputs * n_outputs + index / n_inputs] = *value;
        }
        Some(Self { n_inputs, weight: transposed, bias, slope })
    }

    /// Output channels.
    pub(in crate::recognition::engine) fn n_outputs(&self) -> usize {
        self.bias.len()
    }

    /// From `[place, input channel]` to `[place, output channel]`.
    pub(in crate::recognition::engine) fn run(&self, input: &[f32], output: &mut [f32]) {
        let n_places = input.len() / self.n_inputs;
        let weight = View::packed(&self.weight, self.n_inputs, self.bias.len());
        multiply(output, Into::Replace, View::packed(input, n_places, self.n_inputs), weight);
        with_registers(Activate { values: output, bias: &self.bias, slope: self.slope });
    }
}

struct Activate<'a> {
    /// `[place, channel]`.
    values: &'a mut [f32],
    bias: &'a [f32],
    slope: f32,
}

impl RegisterKernel for Activate<'_> {
    #[inline(always)]
    fn run<R: Registers>(self, registers: R) {
        let (n, slope) = (self.bias.len(), registers.splat(self.slope));
        for place in 0..self.values.len() / n {
            let values = &mut self.values[place * n..][..n];
            for channel in (0..n).step_by(R::N) {
                let values = &mut values[channel..];
                let bias = registers.load(&self.bias[channel..]);
                let value = activate(registers, registers.load(values), bias, slope);
                registers.store(values, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::reference::numbers, *};

    #[test]
    fn every_place_is_multiplied_alone() {
        let (weight, bias, input) = (numbers(16 * 24, 1), numbers(16, 2), numbers(5 * 24, 3));
        let convolution = PointwiseConvolution::new(&weight, bias.clone(), 0.1).unwrap();
        let mut output = vec![0.0; 5 * 16];
        convolution.run(&input, &mut output);
        for (place, output) in output.chunks(16).enumerate() {
            for (channel, output) in output.iter().enumerate() {
                let products = (0..24).map(|k| input[place * 24 + k] * weight[channel * 24 + k]);
                let sum = products.sum::<f32>() + bias[channel];
                assert!((output - sum.max(0.1 * sum)).abs() < 1e-5);
            }
        }
    }
}
