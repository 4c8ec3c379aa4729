//! How good the program is: lines found, lines read.
#![warn(missing_docs)]

mod alto;
mod disturbance;
mod labelled_page;
mod line_detection;
mod line_set;
mod page_evaluation;
mod word_overlap;

pub use disturbance::Disturbance;
pub use labelled_page::{LabelError, LabelledPage, PageTruth, TrueLine};
pub use line_detection::{DetectionScore, LineMatch, match_lines};
pub use line_set::{Evaluation, LabelledLine, LineSet, LineSetError, ReadLine};
pub use page_evaluation::{PageEvaluation, THRESHOLDS};
pub use word_overlap::WordOverlap;
