//! What training minimizes: CTC on labels, or what sets a student apart from its teacher.

pub(super) mod criterion;
pub(super) mod ctc;
mod mahalanobis;
pub(super) mod sequences;
mod soft_targets;
mod squared_distance;
pub(super) mod teacher_loss;

pub use self::{
    criterion::{Criterion, UnknownCriterion},
    ctc::{CtcLoss, Target},
    mahalanobis::MahalanobisMetric,
    sequences::SequenceShape,
    soft_targets::soft_target_cross_entropy,
    squared_distance::squared_distance,
    teacher_loss::TeacherLoss,
};
