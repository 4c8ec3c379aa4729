//! The inner-product layer.

use super::parameter::{Initializer, Parameter};
use crate::numerics::{
    matrix::{Into, View, multiply},
    vectorized::add_rows,
};

/// `output = input · weight + bias` on every frame.
#[derive(Clone, Debug)]
pub struct Linear {
    /// Features of the input.
    pub inputs: usize,
    /// Features of the output.
    pub outputs: usize,
    /// `[input, output]`.
    pub weight: Parameter,
    /// `[output]`.
    pub bias: Parameter,
}

impl Linear {
    /// Weights are uniform within ±1/√inputs, biases 0.
    pub fn new(name: &str, inputs: usize, outputs: usize, initializer: &mut Initializer) -> Self {
        let bound = 1.0 / (inputs as f32).sqrt();
        Self {
            inputs,
            outputs,
            weight: Parameter::uniform(format!("{name}.weight"), &[inputs, outputs], bound, initializer),
            bias: Parameter::constant(format!("{name}.bias"), &[outputs], 0.0),
        }
    }

    /// `input` is `[frame, input]`, `output` becomes `[frame, output]`.
    pub fn forward(&self, input: &[f32], output: &mut Vec<f32>) {
        let n_frames = input.len() / self.inputs;
        output.resize(n_frames * self.outputs, 0.0);
        for frame in output.chunks_exact_mut(self.outputs) {
            frame.copy_from_slice(&self.bias.value);
        }
        let weight = View::packed(&self.weight.value, self.inputs, self.outputs);
        multiply(output, Into::Add, View::packed(input, n_frames, self.inputs), weight);
    }

    /// Adds to the gradients of weight and bias where they are not fixed, and writes the input's gradient, `[frame,
    /// input]`.
    pub fn backward(&mut self, input: &[f32], output_gradient: &[f32], input_gradient: &mut Vec<f32>) {
        let n_frames = input.len() / self.inputs;
        let upstream = View::packed(output_gradient, n_frames, self.outputs);
        if !self.weight.is_fixed {
            let frames = View::packed(input, n_frames, self.inputs).transposed();
            multiply(&mut self.weight.gradient, Into::Add, frames, upstream);
            add_rows(&mut self.bias.gradient, output_gradient);
        }
        input_gradient.resize(n_frames * self.inputs, 0.0);
        let weight = View::packed(&self.weight.value, self.inputs, self.outputs).transposed();
        multiply(input_gradient, Into::Replace, upstream, weight);
    }
}
