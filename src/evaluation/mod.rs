//! How good the program is: lines found, lines read.
#![warn(missing_docs)]

mod comparison;
mod comparison_lines;
mod line_detection;
mod line_set;

pub use comparison::{
    ComparedLine, ComparisonLine, ComparisonTotals, LineFilter, LinePicture, ModelTotals, Reading, compare,
};
pub use comparison_lines::ComparisonError;
pub use line_detection::{DetectionScore, LineMatch, match_lines};
pub use line_set::{Evaluation, LabelledLine, LineSet, LineSetError, ReadLine};
