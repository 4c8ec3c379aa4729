//! How good the program is: line detection.
#![warn(missing_docs)]

mod line_detection;

pub use line_detection::{DetectionScore, LineMatch, match_lines};
