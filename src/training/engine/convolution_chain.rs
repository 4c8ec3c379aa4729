//! Convolutions in a row without activation in between: one, or the three of a Tucker decomposition.

use super::{convolution::Convolution, tensor::Tensor};

/// At least one convolution; each reads the output of the one before.
#[derive(Clone, Debug)]
pub struct ConvolutionChain {
    layers: Vec<Convolution>,
    /// The outputs of all layers but the last.
    between: Vec<Tensor>,
    /// Their gradients.
    gradients: Vec<Tensor>,
}

impl ConvolutionChain {
    /// The chain of `layers`, whose channels fit together.
    pub fn new(layers: Vec<Convolution>) -> Self {
        let n_between = layers.len().saturating_sub(1);
        Self { layers, between: vec![Tensor::default(); n_between], gradients: vec![Tensor::default(); n_between] }
    }

    /// The layers, in the order of the pass.
    pub fn layers(&self) -> &[Convolution] {
        &self.layers
    }

    /// The layers, in the order of the pass.
    pub fn layers_mut(&mut self) -> &mut [Convolution] {
        &mut self.layers
    }

    /// `output = input ∗ weight ∗ …`.
    pub fn forward(&mut self, input: &Tensor, output: &mut Tensor) {
        for (i, layer) in self.layers.iter().enumerate() {
            let (before, rest) = self.between.split_at_mut(i);
            let target = rest.first_mut().unwrap_or(&mut *output);
            layer.forward(before.last().unwrap_or(input), target);
        }
    }

    /// Adds to the gradients of all weights, and writes the input's gradient if `input_gradient` is given. `input` is
    /// that of the last [`ConvolutionChain::forward`].
    pub fn backward(&mut self, input: &Tensor, output_gradient: &Tensor, input_gradient: Option<&mut Tensor>) {
        let mut input_gradient = input_gradient;
        for (i, layer) in self.layers.iter_mut().enumerate().rev() {
            let (lower, upper) = self.gradients.split_at_mut(i);
            let source = i.checked_sub(1).map_or(input, |before| &self.between[before]);
            let target = lower.last_mut().or_else(|| input_gradient.take());
            layer.backward(source, upper.first().unwrap_or(output_gradient), target);
        }
    }
}
