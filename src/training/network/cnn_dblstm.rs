//! The CNN-DBLSTM line reader: its weights, its forward and its backward pass.

use super::{
    architecture::{Architecture, FRAME_CHANNELS, FRAME_FEATURES, FRAME_ROWS},
    feature_tap::FeatureTap,
};
use crate::training::engine::{
    batch_norm::NormalizedActivation,
    convolution::Convolution,
    convolution_chain::ConvolutionChain,
    linear::Linear,
    lstm::BidirectionalLstm,
    parameter::{Initializer, Parameter},
    tensor::Tensor,
};

/// A convolution with its normalization, activation and pooling, and what its forward pass keeps for the backward pass.
#[derive(Clone, Debug)]
pub(super) struct ConvolutionStage {
    pub(super) convolution: ConvolutionChain,
    pub(super) activation: NormalizedActivation,
    convolved: Tensor,
    output: Tensor,
}

/// The network with its weights and the activations of its last pass.
#[derive(Clone, Debug)]
pub struct Network {
    /// Its table of layers.
    pub architecture: Architecture,
    pub(super) stages: Vec<ConvolutionStage>,
    pub(super) last_convolution: Convolution,
    pub(super) lstms: [BidirectionalLstm; 2],
    /// Between the LSTM layers, in networks with an LSTM of low rank.
    pub(super) projection: Option<Linear>,
    inner_product: Linear,
    /// The auxiliary head, an inner-product layer on the frames: it keeps the gradients of the convolutions large in
    /// training and is dropped at export.
    pub(super) auxiliary: Option<Linear>,
    passes: Passes,
}

/// Activations of the last forward pass, and gradients of the last backward pass.
#[derive(Clone, Debug, Default)]
struct Passes {
    /// Output of the last convolution, `[batch, 4, time, 16]`.
    columns: Tensor,
    /// `[time, batch, feature]`.
    frames: Vec<f32>,
    /// Outputs of the LSTM layers, `[time, batch, 2 · cell]`.
    hidden: [Vec<f32>; 2],
    /// Output of the projection, where there is one, `[time, batch, rank]`.
    projected: Vec<f32>,
    logits: Vec<f32>,
    auxiliary_logits: Vec<f32>,
    gradients: [Tensor; 2],
    sequence_gradients: [Vec<f32>; 3],
    frame_gradients: Vec<f32>,
}

/// The output of a forward pass: logits `[time, batch, label]`.
#[derive(Clone, Copy, Debug)]
pub struct Logits<'a> {
    /// Those of the inner-product layer.
    pub main: &'a [f32],
    /// Those of the auxiliary head; empty where there is none.
    pub auxiliary: &'a [f32],
}

impl Network {
    /// A network with first weights drawn from `seed`.
    pub fn new(architecture: Architecture, has_auxiliary: bool, seed: u64) -> Self {
        let mut initializer = Initializer::new(seed);
        let mut inputs = 1;
        let stages = (architecture.convolutions().iter().enumerate())
            .map(|(i, spec)| {
                let name = format!("conv{}", i + 1);
                let names = if spec.ranks.is_some() { &[".inputs", ".core", ".outputs"][..] } else { &[""] };
                let layers = names.iter().zip(spec.parts(inputs)).map(|(part, (kernel, inputs, outputs))| {
                    Convolution::new(&format!("{name}{part}"), kernel, inputs, outputs, false, &mut initializer)
                });
                let convolution = ConvolutionChain::new(layers.collect());
                inputs = spec.outputs;
                let activation = NormalizedActivation::new(&format!("{name}.norm"), spec.outputs, spec.pooling);
                ConvolutionStage { convolution, activation, convolved: Tensor::default(), output: Tensor::default() }
            })
            .collect();
        let last_convolution = Convolution::new("conv_frames", 1, inputs, FRAME_CHANNELS, true, &mut initializer);
        let cells = architecture.lstm_cells;
        let [first, second] = architecture.lstm_inputs();
        let lstms = [
            BidirectionalLstm::new("lstm1", first, cells, &mut initializer),
            BidirectionalLstm::new("lstm2", second, cells, &mut initializer),
        ];
        let projection =
            architecture.lstm_rank.map(|rank| Linear::new("lstm2.projection", 2 * cells, rank, &mut initializer));
        let inner_product = Linear::new("inner_product", 2 * cells, architecture.n_labels, &mut initializer);
        let auxiliary =
            has_auxiliary.then(|| Linear::new("auxiliary", FRAME_FEATURES, architecture.n_labels, &mut initializer));
        let passes = Passes::default();
        Self { architecture, stages, last_convolution, lstms, projection, inner_product, auxiliary, passes }
    }

    /// The same network with an auxiliary head, new where it has none, or without one.
    #[must_use]
    pub fn with_auxiliary(mut self, has_auxiliary: bool, seed: u64) -> Self {
        let n_labels = self.architecture.n_labels;
        let new = || Linear::new("auxiliary", FRAME_FEATURES, n_labels, &mut Initializer::new(seed));
        self.auxiliary = has_auxiliary.then(|| self.auxiliary.take().unwrap_or_else(new));
        self
    }

    /// Sets whether training normalizes with the running means and variances and leaves them unchanged.
    pub fn freeze_normalization(&mut self, is_frozen: bool) {
        self.stages.iter_mut().for_each(|stage| stage.activation.is_frozen = is_frozen);
    }

    /// Whether training leaves the running means and variances unchanged.
    pub fn has_frozen_normalization(&self) -> bool {
        self.stages.first().is_some_and(|stage| stage.activation.is_frozen)
    }

    /// The forward pass with running means and variances; `input` is `[batch, 64, width, 1]`, 0 paper to 1 ink.
    pub fn forward(&mut self, input: &Tensor) -> Logits<'_> {
        self.pass(input, false, FeatureTap::Logits);
        self.logits()
    }

    /// The forward pass with the batch's own means and variances, for [`Network::backward`].
    pub fn forward_training(&mut self, input: &Tensor) -> Logits<'_> {
        self.pass(input, true, FeatureTap::Logits);
        self.logits()
    }

    /// [`Network::forward`] up to `tap`.
    pub fn forward_to(&mut self, input: &Tensor, tap: FeatureTap) -> &[f32] {
        self.pass(input, false, tap);
        self.activations(tap)
    }

    /// [`Network::forward_training`] up to `tap`, for [`Network::backward_from`].
    pub fn forward_training_to(&mut self, input: &Tensor, tap: FeatureTap) -> &[f32] {
        self.pass(input, true, tap);
        self.activations(tap)
    }

    /// Activations of the last pass, `[time, batch, feature]`; `tap` is one that it reached.
    pub fn activations(&self, tap: FeatureTap) -> &[f32] {
        match tap {
            FeatureTap::Frames => &self.passes.frames,
            FeatureTap::Hidden => &self.passes.hidden[1],
            FeatureTap::Logits => &self.passes.logits,
        }
    }

    /// Features a frame at `tap`.
    pub const fn n_features(&self, tap: FeatureTap) -> usize {
        match tap {
            FeatureTap::Frames => FRAME_FEATURES,
            FeatureTap::Hidden => 2 * self.architecture.lstm_cells,
            FeatureTap::Logits => self.architecture.n_labels,
        }
    }

    fn logits(&self) -> Logits<'_> {
        Logits { main: &self.passes.logits, auxiliary: &self.passes.auxiliary_logits }
    }

    fn pass(&mut self, input: &Tensor, is_training: bool, until: FeatureTap) {
        let mut previous = input;
        for stage in &mut self.stages {
            let ConvolutionStage { convolution, activation, convolved, output } = stage;
            convolution.forward(previous, convolved);
            if is_training {
                activation.forward_training(convolved, output);
            } else {
                activation.forward(convolved, output);
            }
            previous = output;
        }
        let Passes { columns, frames, hidden: [hidden1, hidden2], projected, logits, auxiliary_logits, .. } =
            &mut self.passes;
        self.last_convolution.forward(previous, columns);
        frames_of_columns(columns, frames);
        if until == FeatureTap::Frames {
            return;
        }
        let batch = input.batch;
        self.lstms[0].forward(frames, batch, hidden1);
        if let Some(projection) = &self.projection {
            projection.forward(hidden1, projected);
            self.lstms[1].forward(projected, batch, hidden2);
        } else {
            self.lstms[1].forward(hidden1, batch, hidden2);
        }
        if until == FeatureTap::Hidden {
            return;
        }
        self.inner_product.forward(hidden2, logits);
        match &self.auxiliary {
            Some(auxiliary) if is_training => auxiliary.forward(frames, auxiliary_logits),
            _ => auxiliary_logits.clear(),
        }
    }

    /// The backward pass: adds to the gradients of all parameters. `input` is that of the last
    /// [`Network::forward_training`]; the gradients of its logits are `[time, batch, label]`, those of the auxiliary
    /// head empty where there is none.
    pub fn backward(&mut self, input: &Tensor, logits_gradient: &[f32], auxiliary_gradient: &[f32]) {
        self.backward_to_frames(input.batch, FeatureTap::Logits, logits_gradient);
        if let Some(auxiliary) = &mut self.auxiliary
            && !auxiliary_gradient.is_empty()
        {
            let Passes { frames, sequence_gradients: [gradient, ..], frame_gradients, .. } = &mut self.passes;
            auxiliary.backward(frames, auxiliary_gradient, gradient);
            frame_gradients.iter_mut().zip(gradient.iter()).for_each(|(sum, value)| *sum += value);
        }
        self.backward_to_input(input);
    }

    /// The backward pass from `tap`: adds to the gradients of all parameters before it. `input` is that of the last
    /// [`Network::forward_training_to`], `gradient` that of its activations.
    pub fn backward_from(&mut self, input: &Tensor, tap: FeatureTap, gradient: &[f32]) {
        self.backward_to_frames(input.batch, tap, gradient);
        self.backward_to_input(input);
    }

    fn backward_to_frames(&mut self, batch: usize, tap: FeatureTap, gradient: &[f32]) {
        let Passes { frames, hidden: [hidden1, hidden2], projected, sequence_gradients, frame_gradients, .. } =
            &mut self.passes;
        let [first, second, third] = sequence_gradients;
        let hidden_gradient = match tap {
            FeatureTap::Frames => {
                frame_gradients.clear();
                frame_gradients.extend_from_slice(gradient);
                return;
            }
            FeatureTap::Hidden => gradient,
            FeatureTap::Logits => {
                self.inner_product.backward(hidden2, gradient, first);
                first
            }
        };
        if let Some(projection) = &mut self.projection {
            self.lstms[1].backward(projected, batch, hidden_gradient, third);
            projection.backward(hidden1, third, second);
        } else {
            self.lstms[1].backward(hidden1, batch, hidden_gradient, second);
        }
        self.lstms[0].backward(frames, batch, second, frame_gradients);
    }

    fn backward_to_input(&mut self, input: &Tensor) {
        let Passes { columns, gradients: [upstream, convolved_gradient], frame_gradients, .. } = &mut self.passes;
        convolved_gradient.reshape_like(columns, FRAME_CHANNELS);
        columns_of_frames(frame_gradients, convolved_gradient);
        let last = self.stages.last().map_or(input, |stage| &stage.output);
        self.last_convolution.backward(last, convolved_gradient, Some(upstream));
        for i in (0..self.stages.len()).rev() {
            let (before, rest) = self.stages.split_at_mut(i);
            let ConvolutionStage { convolution, activation, convolved, .. } = &mut rest[0];
            activation.backward(convolved, upstream, convolved_gradient);
            let stage_input = before.last().map_or(input, |stage| &stage.output);
            convolution.backward(stage_input, convolved_gradient, (i > 0).then_some(&mut *upstream));
        }
    }

    /// All parameters, always in the same order.
    pub fn parameters_mut(&mut self) -> Vec<&mut Parameter> {
        let mut all = Vec::new();
        for ConvolutionStage { convolution, activation, .. } in &mut self.stages {
            all.extend(convolution.layers_mut().iter_mut().map(|layer| &mut layer.weight));
            all.extend([&mut activation.scale, &mut activation.shift]);
        }
        all.push(&mut self.last_convolution.weight);
        all.extend(&mut self.last_convolution.bias);
        all.extend(upper_parameters(&mut self.lstms, &mut self.projection, &mut self.inner_product));
        if let Some(auxiliary) = &mut self.auxiliary {
            all.extend([&mut auxiliary.weight, &mut auxiliary.bias]);
        }
        all
    }

    /// The parameters of the LSTM layers and the inner-product layer, which a student takes over from its teacher.
    pub fn upper_parameters_mut(&mut self) -> Vec<&mut Parameter> {
        upper_parameters(&mut self.lstms, &mut self.projection, &mut self.inner_product)
    }

    /// The layers with an output a label: the inner-product layer, and the auxiliary head where there is one.
    pub(super) fn label_layers_mut(&mut self) -> impl Iterator<Item = &mut Linear> {
        std::iter::once(&mut self.inner_product).chain(&mut self.auxiliary)
    }

    /// The running means and variances, named as in weight files.
    pub fn running_statistics_mut(&mut self) -> Vec<(String, &mut Vec<f32>)> {
        let mut all = Vec::new();
        for (index, ConvolutionStage { activation, .. }) in self.stages.iter_mut().enumerate() {
            let number = index + 1;
            all.push((format!("conv{number}.norm.running_mean"), &mut activation.running_mean));
            all.push((format!("conv{number}.norm.running_variance"), &mut activation.running_variance));
        }
        all
    }

    /// The convolutions of the stages, in the order of the pass.
    pub(super) fn chains(&self) -> impl Iterator<Item = &ConvolutionChain> {
        self.stages.iter().map(|stage| &stage.convolution)
    }

    /// The convolutions of the stages, in the order of the pass.
    pub(super) fn chains_mut(&mut self) -> impl Iterator<Item = &mut ConvolutionChain> {
        self.stages.iter_mut().map(|stage| &mut stage.convolution)
    }

    /// The layer between the LSTM layers, in networks that have one.
    pub const fn projection(&self) -> Option<&Linear> {
        self.projection.as_ref()
    }

    /// The LSTM layers, in the order of the pass.
    pub const fn lstms(&self) -> &[BidirectionalLstm; 2] {
        &self.lstms
    }

    /// The layer before the softmax.
    pub const fn inner_product(&self) -> &Linear {
        &self.inner_product
    }
}

fn upper_parameters<'a>(
    lstms: &'a mut [BidirectionalLstm; 2],
    projection: &'a mut Option<Linear>,
    inner_product: &'a mut Linear,
) -> Vec<&'a mut Parameter> {
    let mut all = Vec::new();
    for lstm in lstms {
        for direction in [&mut lstm.forward_direction, &mut lstm.backward_direction] {
            all.extend([&mut direction.input_weight, &mut direction.recurrent_weight, &mut direction.bias]);
        }
    }
    for linear in projection.iter_mut().chain([inner_product]) {
        all.extend([&mut linear.weight, &mut linear.bias]);
    }
    all
}

/// `[batch, 4, time, 16]` to `[time, batch, 4 · 16]`: a frame's features are its rows' channels, top row first.
fn frames_of_columns(columns: &Tensor, frames: &mut Vec<f32>) {
    frames.resize(columns.batch * columns.width * FRAME_FEATURES, 0.0);
    for (at, features) in frames.chunks_exact_mut(FRAME_FEATURES).enumerate() {
        let (time, image) = (at / columns.batch, at % columns.batch);
        for row in 0..FRAME_ROWS {
            let from = image * columns.image_len() + row * columns.row_len() + (time + 1) * FRAME_CHANNELS;
            features[row * FRAME_CHANNELS..][..FRAME_CHANNELS]
                .copy_from_slice(&columns.data[from..from + FRAME_CHANNELS]);
        }
    }
}

/// The inverse of [`frames_of_columns`]; `columns` has its shape already.
fn columns_of_frames(frames: &[f32], columns: &mut Tensor) {
    let (image_len, row_len, batch) = (columns.image_len(), columns.row_len(), columns.batch);
    columns.clear_halo();
    for (at, features) in frames.chunks_exact(FRAME_FEATURES).enumerate() {
        let (time, image) = (at / batch, at % batch);
        for row in 0..FRAME_ROWS {
            let to = image * image_len + row * row_len + (time + 1) * FRAME_CHANNELS;
            columns.data[to..to + FRAME_CHANNELS].copy_from_slice(&features[row * FRAME_CHANNELS..][..FRAME_CHANNELS]);
        }
    }
}
