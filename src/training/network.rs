//! A CNN-DBLSTM line reader that can be trained.

use super::{
    architecture::{Architecture, FRAME_CHANNELS, FRAME_FEATURES, FRAME_ROWS},
    engine::{BidirectionalLstm, Convolution, Initializer, Linear, NormalizedActivation, Parameter, Tensor},
};

/// A convolution, what follows it, and what its forward pass left for the backward pass.
#[derive(Clone, Debug)]
struct Stage {
    convolution: Convolution,
    activation: NormalizedActivation,
    convolved: Tensor,
    output: Tensor,
}

/// The network with its weights and the activations of its last pass.
#[derive(Clone, Debug)]
pub struct Network {
    /// What it is built after.
    pub architecture: Architecture,
    stages: Vec<Stage>,
    last_convolution: Convolution,
    lstms: [BidirectionalLstm; 2],
    inner_product: Linear,
    /// Reads the frames without the LSTM: keeps the convolutions' gradients large in training, dropped at export.
    auxiliary: Option<Linear>,
    passes: Passes,
}

/// Activations of the last pass.
#[derive(Clone, Debug, Default)]
struct Passes {
    columns: Tensor,
    frames: Vec<f32>,
    hidden: [Vec<f32>; 2],
    logits: Vec<f32>,
    auxiliary_logits: Vec<f32>,
    gradients: [Tensor; 2],
    sequence_gradients: [Vec<f32>; 2],
    frame_gradients: Vec<f32>,
}

/// What a pass gives: logits `[time, batch, label]`.
#[derive(Clone, Copy, Debug)]
pub struct Logits<'a> {
    /// The network's.
    pub main: &'a [f32],
    /// The auxiliary head's; empty where there is none.
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
                let convolution = Convolution::new(&name, spec.kernel, inputs, spec.outputs, false, &mut initializer);
                inputs = spec.outputs;
                let activation = NormalizedActivation::new(&format!("{name}.norm"), spec.outputs, spec.pooling);
                Stage { convolution, activation, convolved: Tensor::default(), output: Tensor::default() }
            })
            .collect();
        let last_convolution = Convolution::new("conv_frames", 1, inputs, FRAME_CHANNELS, true, &mut initializer);
        let cells = architecture.lstm_cells;
        let lstms = [
            BidirectionalLstm::new("lstm1", FRAME_FEATURES, cells, &mut initializer),
            BidirectionalLstm::new("lstm2", 2 * cells, cells, &mut initializer),
        ];
        let inner_product = Linear::new("inner_product", 2 * cells, architecture.n_labels, &mut initializer);
        let auxiliary =
            has_auxiliary.then(|| Linear::new("auxiliary", FRAME_FEATURES, architecture.n_labels, &mut initializer));
        let passes = Passes::default();
        Self { architecture, stages, last_convolution, lstms, inner_product, auxiliary, passes }
    }

    /// Reads a batch with running means and variances: `[batch, 64, width, 1]`, 0 paper to 1 ink.
    pub fn forward(&mut self, input: &Tensor) -> Logits<'_> {
        self.pass(input, false)
    }

    /// Reads a batch with the batch's own means and variances, for [`Network::backward`].
    pub fn forward_training(&mut self, input: &Tensor) -> Logits<'_> {
        self.pass(input, true)
    }

    fn pass(&mut self, input: &Tensor, is_training: bool) -> Logits<'_> {
        let mut previous = input;
        for stage in &mut self.stages {
            let Stage { convolution, activation, convolved, output } = stage;
            convolution.forward(previous, convolved);
            if is_training {
                activation.forward_training(convolved, output);
            } else {
                activation.forward(convolved, output);
            }
            previous = output;
        }
        let Passes { columns, frames, hidden: [hidden1, hidden2], logits, auxiliary_logits, .. } = &mut self.passes;
        self.last_convolution.forward(previous, columns);
        frames_of_columns(columns, frames);
        let batch = input.batch;
        self.lstms[0].forward(frames, batch, hidden1);
        self.lstms[1].forward(hidden1, batch, hidden2);
        self.inner_product.forward(hidden2, logits);
        match &self.auxiliary {
            Some(auxiliary) if is_training => auxiliary.forward(frames, auxiliary_logits),
            _ => auxiliary_logits.clear(),
        }
        Logits { main: logits, auxiliary: auxiliary_logits }
    }

    /// Adds to every parameter's gradient. `input` is what the last [`Network::forward_training`] read; the gradients
    /// of its logits are `[time, batch, label]`, the auxiliary head's empty where there is none.
    pub fn backward(&mut self, input: &Tensor, logits_gradient: &[f32], auxiliary_gradient: &[f32]) {
        let batch = input.batch;
        let Passes {
            columns, frames, hidden: [hidden1, hidden2], gradients, sequence_gradients, frame_gradients, ..
        } = &mut self.passes;
        let [first, second] = sequence_gradients;
        self.inner_product.backward(hidden2, logits_gradient, first);
        self.lstms[1].backward(hidden1, batch, first, second);
        self.lstms[0].backward(frames, batch, second, frame_gradients);
        if let Some(auxiliary) = &mut self.auxiliary
            && !auxiliary_gradient.is_empty()
        {
            auxiliary.backward(frames, auxiliary_gradient, first);
            frame_gradients.iter_mut().zip(first.iter()).for_each(|(sum, value)| *sum += value);
        }
        let [upstream, convolved_gradient] = gradients;
        convolved_gradient.reshape_like(columns, FRAME_CHANNELS);
        columns_of_frames(frame_gradients, convolved_gradient);
        let last = self.stages.last().map_or(input, |stage| &stage.output);
        self.last_convolution.backward(last, convolved_gradient, Some(upstream));
        for i in (0..self.stages.len()).rev() {
            let (before, rest) = self.stages.split_at_mut(i);
            let Stage { convolution, activation, convolved, .. } = &mut rest[0];
            activation.backward(convolved, upstream, convolved_gradient);
            let stage_input = before.last().map_or(input, |stage| &stage.output);
            convolution.backward(stage_input, convolved_gradient, (i > 0).then_some(&mut *upstream));
        }
    }

    /// All parameters, always in the same order.
    pub fn parameters_mut(&mut self) -> Vec<&mut Parameter> {
        let mut all = Vec::new();
        for Stage { convolution, activation, .. } in &mut self.stages {
            all.extend([&mut convolution.weight, &mut activation.scale, &mut activation.shift]);
        }
        all.push(&mut self.last_convolution.weight);
        all.extend(&mut self.last_convolution.bias);
        for lstm in &mut self.lstms {
            for direction in [&mut lstm.forward_direction, &mut lstm.backward_direction] {
                all.extend([&mut direction.input_weight, &mut direction.recurrent_weight, &mut direction.bias]);
            }
        }
        for linear in std::iter::once(&mut self.inner_product).chain(&mut self.auxiliary) {
            all.extend([&mut linear.weight, &mut linear.bias]);
        }
        all
    }

    /// The running means and variances, named as in weight files.
    pub fn running_statistics_mut(&mut self) -> Vec<(String, &mut Vec<f32>)> {
        let mut all = Vec::new();
        for Stage { convolution, activation, .. } in &mut self.stages {
            let name = convolution.weight.name.trim_end_matches(".weight").to_owned();
            all.push((format!("{name}.norm.running_mean"), &mut activation.running_mean));
            all.push((format!("{name}.norm.running_variance"), &mut activation.running_variance));
        }
        all
    }

    /// The convolutional part with batch normalization folded in: `(weights, biases, is followed by activation)`; the
    /// last is linear. Weights are `[kernel row, kernel column, input, output]`.
    pub fn folded_convolutions(&self) -> Vec<(Convolution, Vec<f32>)> {
        let mut all: Vec<(Convolution, Vec<f32>)> = (self.stages.iter())
            .map(|Stage { convolution, activation, .. }| {
                let (factor, summand) = activation.folded();
                let mut folded = convolution.clone();
                for taps in folded.weight.value.chunks_exact_mut(factor.len()) {
                    taps.iter_mut().zip(&factor).for_each(|(tap, factor)| *tap *= factor);
                }
                (folded, summand)
            })
            .collect();
        let bias = self.last_convolution.bias.as_ref().map_or_else(Vec::new, |bias| bias.value.clone());
        all.push((self.last_convolution.clone(), bias));
        all
    }

    /// The LSTM layers, first one first.
    pub const fn lstms(&self) -> &[BidirectionalLstm; 2] {
        &self.lstms
    }

    /// The layer before the softmax.
    pub const fn inner_product(&self) -> &Linear {
        &self.inner_product
    }
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

/// The way back of [`frames_of_columns`]; `columns` has its shape.
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
