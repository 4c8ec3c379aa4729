//! From a line image to its text: models, their packages, CTC decoding.
#![warn(missing_docs)]

mod model;

pub use model::{LabelPosteriors, LineModel, ModelError};
