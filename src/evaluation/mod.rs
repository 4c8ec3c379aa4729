//! How good the program is: lines found, lines read.
#![warn(missing_docs)]

mod line_detection;
mod line_set;

pub use line_detection::{DetectionScore, LineMatch, match_lines};
pub use line_set::{Evaluation, LabelledLine, LineSet, LineSetError, ReadLine};
