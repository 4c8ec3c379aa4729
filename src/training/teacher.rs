//! A teacher network: the loss of a student against its activations.

use super::{
    criteria::{criterion::Criterion, sequences::SequenceShape, teacher_loss::TeacherLoss},
    data::batches::Batch,
    network::cnn_dblstm::Network,
};

/// A teacher with the loss that compares a student with it.
#[derive(Debug)]
pub struct Teacher {
    criterion: Criterion,
    loss: TeacherLoss,
    network: Network,
    /// The loss's gradient with respect to the student's activations, `[time, batch, feature]`.
    gradient: Vec<f32>,
}

impl Teacher {
    pub(super) const fn new(criterion: Criterion, loss: TeacherLoss, network: Network) -> Self {
        Self { criterion, loss, network, gradient: Vec::new() }
    }

    /// The criterion that its loss is computed by.
    pub const fn criterion(&self) -> Criterion {
        self.criterion
    }

    /// Runs both networks on the same pixels, the teacher in evaluation mode, and adds to the gradients of the student.
    /// Returns the mean loss of a frame.
    pub(super) fn propagate(&mut self, student: &mut Network, batch: &Batch) -> f32 {
        let tap = self.criterion.tap();
        let shape = SequenceShape { n_features: self.network.n_features(tap), n_frames: &batch.n_frames };
        let expected = self.network.forward_to(&batch.input, tap);
        let given = student.forward_training_to(&batch.input, tap);
        let loss = self.loss.compare(expected, given, shape, &mut self.gradient);
        student.backward_from(&batch.input, tap, &self.gradient);
        loss
    }
}
