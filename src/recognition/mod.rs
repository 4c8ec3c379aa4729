//! From a line image to its text: models, their packages, CTC decoding.
#![warn(missing_docs)]

mod ctc;
mod ctc_beam;
#[cfg(test)]
mod fake_model;
mod language_model;
mod language_scorer;
mod library;
mod line_recognizer;
mod looks;
mod manifest;
mod model;
#[cfg(any(feature = "train", test))]
mod ngram_counts;
mod orientation;
mod own_models;
mod package;
mod page_reader;
mod profile;
mod recurrent_language_model;
#[cfg(feature = "train")]
mod tract_export;
#[cfg(feature = "train")]
mod tract_import;
mod tract_layers;
mod tract_model;
mod tract_profile;
mod tract_roof;
mod wide_gaps;
mod word_alternatives;
mod word_list;
mod workers;

#[cfg(feature = "train")]
pub(crate) use ctc::align;
pub use ctc::{CtcDecoder, CtcHypothesis, DecodedLabel, log_add};
#[cfg(test)]
pub(crate) use fake_model::FakeLineModel;
pub use language_model::{LanguageModel, LanguageModelError};
pub use language_scorer::LanguageScorer;
pub use library::ModelLibrary;
pub use line_recognizer::LineRecognizer;
pub use manifest::{Architecture, InputContract, MeasuredErrors, ModelManifest, OutputContract, PACKAGE_FORMAT};
pub use model::{LabelPosteriors, LineModel, ModelError};
#[cfg(any(feature = "train", test))]
pub use ngram_counts::NgramCounts;
pub use own_models::OwnModels;
pub use package::{BUILT_IN_MODEL, ModelPackage, PackageLocation, sha256_hex};
pub use page_reader::{PageEvent, PageReader, PageTimings};
pub use profile::{LayerCost, LayerKind, LayerProfile, NamedProfile, Profile};
pub use recurrent_language_model::RecurrentLanguageModel;
#[cfg(feature = "train")]
pub use tract_export::{ConvolutionWeights, InnerProductWeights, LstmWeights, NetworkWeights, WeightFormat};
pub use tract_model::TractModel;
pub use tract_profile::{OnProgress, line_costs, line_of_strokes, profile};
pub use tract_roof::matrix_roof_gflops;
pub use word_alternatives::LabelAlternatives;
pub use word_list::WordList;
pub use workers::in_parallel;
