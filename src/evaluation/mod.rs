//! How well a reader reads: error rates over labelled sets.

mod line_set;

pub use line_set::{Evaluation, LabelledLine, LineSet, LineSetError, ReadLine};
