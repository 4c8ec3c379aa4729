//! From a line image to its text: models, their packages, CTC decoding.
#![warn(missing_docs)]

mod ctc;
mod ctc_beam;
#[cfg(test)]
mod fake_model;
mod library;
mod line_recognizer;
mod manifest;
mod model;
mod package;
mod page_reader;
#[cfg(feature = "train")]
mod tract_export;
#[cfg(feature = "train")]
mod tract_import;
mod tract_model;
mod tract_profile;
mod workers;

pub use ctc::{CtcDecoder, CtcHypothesis, DecodedLabel, log_add};
#[cfg(test)]
pub(crate) use fake_model::FakeLineModel;
pub use library::ModelLibrary;
pub use line_recognizer::LineRecognizer;
pub use manifest::{Architecture, InputContract, MeasuredErrors, ModelManifest, OutputContract, PACKAGE_FORMAT};
pub use model::{LabelPosteriors, LineModel, ModelError};
pub use package::{BUILT_IN_MODEL, ModelPackage, PackageLocation, sha256_hex};
pub use page_reader::{PageEvent, PageReader, PageTimings};
#[cfg(feature = "train")]
pub use tract_export::{ConvolutionWeights, InnerProductWeights, LstmWeights, NetworkWeights, WeightFormat};
pub use tract_model::TractModel;
pub use tract_profile::{LayerKind, LayerProfile, Profile, profile};
pub use workers::in_parallel;
