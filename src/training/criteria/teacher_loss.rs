//! The loss of a criterion for one teacher.

use super::{
    criterion::Criterion, mahalanobis::MahalanobisMetric, sequences::SequenceShape,
    soft_targets::soft_target_cross_entropy, squared_distance::squared_distance,
};
use crate::training::network::cnn_dblstm::Network;

/// Compares a student's activations with its teacher's at the criterion's tap.
#[derive(Clone, Debug)]
pub enum TeacherLoss {
    /// Softmax-CE at this temperature.
    CrossEntropy(f32),
    /// CNN-L2, LSTM-L2, IP-L2.
    SquaredDistance,
    /// CNN-MAH.
    Mahalanobis(MahalanobisMetric),
}

impl TeacherLoss {
    /// `None` for CTC, which needs no teacher. `temperature` is that of Softmax-CE.
    pub fn new(criterion: Criterion, temperature: f32, teacher: &Network) -> Option<Self> {
        match criterion {
            Criterion::Ctc => None,
            Criterion::SoftmaxCe => Some(Self::CrossEntropy(temperature)),
            Criterion::IpL2 | Criterion::LstmL2 | Criterion::CnnL2 => Some(Self::SquaredDistance),
            Criterion::CnnMah => Some(Self::Mahalanobis(MahalanobisMetric::of_inputs(&teacher.lstms()[0]))),
        }
    }

    /// The mean loss of a frame. Activations are `[time, batch, feature]`; the gradient with respect to the student's
    /// is written to `gradient`, same shape.
    pub fn compare(&self, teacher: &[f32], student: &[f32], shape: SequenceShape<'_>, gradient: &mut Vec<f32>) -> f32 {
        match self {
            Self::CrossEntropy(temperature) => {
                soft_target_cross_entropy(teacher, student, shape, *temperature, gradient)
            }
            Self::SquaredDistance => squared_distance(teacher, student, shape, gradient),
            Self::Mahalanobis(metric) => metric.loss(teacher, student, shape, gradient),
        }
    }
}
