//! What training minimizes: CTC on labels, or the difference between a student and its teacher.
//!
//! - `criterion.rs`: the criteria by name, `teacher_loss.rs`: the loss of one of them for a teacher
//! - `ctc.rs`, `soft_targets.rs` (Softmax-CE), `squared_distance.rs` (CNN-L2, LSTM-L2, IP-L2), `mahalanobis.rs`
//!   (CNN-MAH): loss and gradient of each
//! - `sequences.rs`: the shape of the activations that they compare

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
