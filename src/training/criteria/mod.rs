//! What training minimizes: CTC on labels, or what sets a student apart from its teacher.

mod criterion;
mod ctc;
mod mahalanobis;
mod sequences;
mod soft_targets;
mod squared_distance;
mod teacher_loss;

pub use criterion::{Criterion, UnknownCriterion};
pub(super) use ctc::n_frames_needed;
pub use ctc::{CtcLoss, Target};
pub use mahalanobis::MahalanobisMetric;
pub use sequences::SequenceShape;
pub use soft_targets::soft_target_cross_entropy;
pub use squared_distance::squared_distance;
pub use teacher_loss::TeacherLoss;
