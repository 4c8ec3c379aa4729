//! Objectives, and the phases of a run in which each is minimized.

use super::{
    criteria::{
        criterion::Criterion,
        ctc::{CtcLoss, Target},
    },
    data::batches::Batch,
    network::cnn_dblstm::Network,
    teacher::Teacher,
};

/// What the loss of a batch is computed from.
#[derive(Debug)]
pub enum Objective {
    /// The lines' labels, by CTC.
    Labels {
        /// Weight of the auxiliary head's loss.
        auxiliary_weight: f32,
    },
    /// A teacher's activations on the same pixels.
    Teacher(Box<Teacher>),
}

/// A part of a run with one objective and its own schedule of the learning rate.
#[derive(Debug)]
pub struct Phase {
    /// What its steps minimize.
    pub objective: Objective,
    /// Number of steps.
    pub steps: u64,
    /// The highest learning rate, as a share of the configured one.
    pub relative_rate: f32,
    /// Whether the LSTM layers and the inner-product layer stay unchanged.
    pub fixes_upper_layers: bool,
}

impl Objective {
    /// The criterion of the loss.
    pub const fn criterion(&self) -> Criterion {
        match self {
            Self::Labels { .. } => Criterion::Ctc,
            Self::Teacher(teacher) => teacher.criterion(),
        }
    }

    /// Runs `network` on `batch` and adds the loss's gradient to those of its parameters. Returns the mean loss: of a
    /// line in nats for CTC, of a frame for the other criteria.
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
