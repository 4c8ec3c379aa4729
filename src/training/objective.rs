//! What steps descend, and for how long.

use super::{
    criteria::{
        criterion::Criterion,
        ctc::{CtcLoss, Target},
    },
    data::batches::Batch,
    network::cnn_dblstm::Network,
    teacher::Teacher,
};

/// Where the loss of a batch comes from.
#[derive(Debug)]
pub enum Objective {
    /// CTC on the lines' labels.
    Labels {
        /// Weight of the auxiliary head's loss.
        auxiliary_weight: f32,
    },
    /// A teacher's activations on the same pixels.
    Teacher(Box<Teacher>),
}

/// A stretch of a run towards one objective, with a rise and fall of the learning rate of its own.
#[derive(Debug)]
pub struct Phase {
    /// What its steps descend.
    pub objective: Objective,
    /// How many steps.
    pub steps: u64,
    /// The highest learning rate, as a part of the configured one.
    pub relative_rate: f32,
    /// Whether the LSTM layers and the inner-product layer stay as they are.
    pub fixes_upper_layers: bool,
}

impl Objective {
    /// What the loss is that of.
    pub const fn criterion(&self) -> Criterion {
        match self {
            Self::Labels { .. } => Criterion::Ctc,
            Self::Teacher(teacher) => teacher.criterion(),
        }
    }

    /// Reads `batch` with `network` and adds the loss's gradient to its parameters'. Returns the loss: the mean of a
    /// line for CTC, of a frame for the others.
    pub(super) fn propagate(&mut self, network: &mut Network, batch: &Batch) -> f32 {
        match self {
            Self::Labels { auxiliary_weight } => propagate_ctc(network, batch, *auxiliary_weight),
            Self::Teacher(teacher) => teacher.propagate(network, batch),
        }
    }
}

fn propagate_ctc(network: &mut Network, batch: &Batch, auxiliary_weight: f32) -> f32 {
    let n_labels = network.architecture.n_labels;
    let targets: Vec<Target<'_>> =
        (batch.labels.iter().zip(&batch.n_frames)).map(|(labels, &n_frames)| Target { labels, n_frames }).collect();
    let logits = network.forward_training(&batch.input);
    let (mut gradient, mut auxiliary_gradient) = (Vec::new(), Vec::new());
    let loss = CtcLoss::of_batch(logits.main, n_labels, &targets, &mut gradient);
    if !logits.auxiliary.is_empty() {
        CtcLoss::of_batch(logits.auxiliary, n_labels, &targets, &mut auxiliary_gradient);
        for gradient in &mut auxiliary_gradient {
            *gradient *= auxiliary_weight;
        }
    }
    network.backward(&batch.input, &gradient, &auxiliary_gradient);
    loss.mean
}
