//! Networks from a network: batch normalization folded into convolutions for export, folded convolutions set at import,
//! and other architectures with the same weights.

use std::collections::HashMap;

use super::{
    architecture::Architecture,
    cnn_dblstm::{ConvolutionStage, Network},
};
use crate::training::engine::{batch_norm::Pooling, convolution::Convolution};

/// A convolution with batch normalization folded in, its activation and its pooling.
#[derive(Clone, Debug)]
pub struct FoldedConvolution {
    /// Its own bias is unused.
    pub convolution: Convolution,
    /// `[output]`.
    pub bias: Vec<f32>,
    /// Whether a leaky ReLU follows.
    pub is_activated: bool,
    /// The pooling after the activation.
    pub pooling: Pooling,
}

impl Network {
    /// The convolutions with batch normalization folded in. The last convolution, and all but the last layer of a
    /// decomposed one, are linear. Weights are `[kernel row, kernel column, input, output]`.
    pub fn folded_convolutions(&self) -> Vec<FoldedConvolution> {
        let linear = |convolution: Convolution, bias| {
            let pooling = Pooling::None;
            FoldedConvolution { convolution, bias, is_activated: false, pooling }
        };
        let mut all = Vec::new();
        for ConvolutionStage { convolution, activation, .. } in &self.stages {
            let (factor, summand) = activation.folded();
            for layer in convolution.layers() {
                all.push(linear(layer.clone(), vec![0.0; layer.outputs]));
            }
            // The activation follows the last of them.
            if let Some(folded) = all.last_mut() {
                for taps in folded.convolution.weight.value.chunks_exact_mut(factor.len()) {
                    taps.iter_mut().zip(&factor).for_each(|(tap, factor)| *tap *= factor);
                }
                (folded.bias, folded.is_activated, folded.pooling) = (summand, true, activation.pooling);
            }
        }
        let bias = self.last_convolution.bias.as_ref().map_or_else(Vec::new, |bias| bias.value.clone());
        all.push(linear(self.last_convolution.clone(), bias));
        all
    }

    /// Sets weights and biases, as many and of the same sizes as those of [`Network::folded_convolutions`].
    pub(in crate::training) fn set_folded_convolutions(&mut self, folded: impl Iterator<Item = (Vec<f32>, Vec<f32>)>) {
        let mut folded = folded;
        for ConvolutionStage { convolution, activation, .. } in &mut self.stages {
            for (layer, (weight, bias)) in convolution.layers_mut().iter_mut().zip(&mut folded) {
                layer.weight.value = weight;
                if bias.len() == activation.shift.len() {
                    // Only the last layer of a decomposed convolution has a bias.
                    activation.set_bias(&bias);
                }
            }
        }
        if let (Some((weight, bias)), Some(own)) = (folded.next(), &mut self.last_convolution.bias) {
            self.last_convolution.weight.value = weight;
            own.value = bias;
        }
    }

    /// A network of `architecture` with this network's values in all parameters of the same name and size.
    pub(in crate::training) fn rebuilt(&mut self, architecture: Architecture) -> Self {
        let mut other = Self::new(architecture, self.auxiliary.is_some(), 0);
        other.freeze_normalization(self.has_frozen_normalization());
        let own: HashMap<String, Vec<f32>> =
            self.parameters_mut().into_iter().map(|p| (p.name.clone(), p.value.clone())).collect();
        for parameter in other.parameters_mut() {
            if let Some(values) = own.get(&parameter.name).filter(|values| values.len() == parameter.len()) {
                parameter.value.clone_from(values);
            }
        }
        for ((_, theirs), (_, own)) in other.running_statistics_mut().into_iter().zip(self.running_statistics_mut()) {
            theirs.clone_from(own);
        }
        other
    }

    /// Sets the weights of the projection, its bias to zero, and the input weights of both directions of the second
    /// LSTM layer.
    pub(in crate::training) fn set_second_lstm_inputs(&mut self, projection: Vec<f32>, input_weights: [Vec<f32>; 2]) {
        if let Some(linear) = &mut self.projection {
            linear.weight.value = projection;
            linear.bias.value.fill(0.0);
        }
        let [forward, backward] = input_weights;
        self.lstms[1].forward_direction.input_weight.value = forward;
        self.lstms[1].backward_direction.input_weight.value = backward;
    }
}
