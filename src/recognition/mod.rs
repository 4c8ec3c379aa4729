//! Reading: from page and line images to text.
//!
//! | file or folder | contents |
//! | - | - |
//! | `page_reader` | whole pages: prepare, segment, read every line |
//! | `orientation` | which way up a page and its vertical text are, by reading |
//! | `ink_labeller` | the network that tells writing from drawing, for line finding |
//! | `line_recognizer` | one line image: normalize, run the network, decode |
//! | `no_writing` | tells photos without writing by what their lines read as |
//! | `engine/` | what runs a network: `LineModel`, tract, profiles of layers |
//! | `decoding/` | label posteriors to text: CTC, beam search, several views |
//! | `language/` | the language model of English that the decoder uses |
//! | `package/` | model packages and where they lie |
//! | `workers` | work on several threads |
#![warn(missing_docs)]

mod decoding;
mod engine;
mod ink_labeller;
mod language;
mod line_memory;
mod line_recognizer;
mod no_writing;
mod orientation;
mod package;
mod page_reader;
mod workers;

#[cfg(feature = "train")]
pub(crate) use self::decoding::ctc::align;
#[cfg(test)]
pub(crate) use self::engine::fake_model::FakeLineModel;
#[cfg(feature = "train")]
pub use self::engine::tract_export::{
    ConvolutionWeights, InnerProductWeights, LstmWeights, NetworkWeights, WeightFormat,
};
#[cfg(any(feature = "train", test))]
pub use self::language::ngram_counts::NgramCounts;
pub use self::{
    decoding::{
        ctc::{CtcHypothesis, DecodedLabel, LabelAlternatives, log_add},
        decoder::CtcDecoder,
        tuning::{DecoderTuning, SearchTuning, ViewTuning},
    },
    engine::{
        line_model::{LabelPosteriors, LineModel, ModelError},
        profile::{LayerCost, LayerKind, LayerProfile, NamedProfile, Profile},
        tract_ink_labeller::TractInkLabeller,
        tract_model::TractModel,
        tract_peak::matrix_peak_gflops,
        tract_profile::{OnProgress, line_costs, line_of_strokes, profile},
    },
    ink_labeller::ink_labeller,
    language::{
        ngram_model::{LanguageModel, LanguageModelError},
        recurrent_model::RecurrentLanguageModel,
        scorer::LanguageScorer,
        tuning::LanguageTuning,
        word_list::WordList,
    },
    line_recognizer::{FirstReading, LineRecognizer},
    package::{
        BUILT_IN_MODEL, ModelPackage, PackageLocation, TEACHER_MODEL,
        labeller_package::{INK_LABELLER, INK_LABELLER_CARD, LabellerManifest, MEASURED_PAGE, profile_ink_labeller},
        library::ModelLibrary,
        manifest::{
            ArchitectureSummary, InputContract, MeasuredErrors, ModelManifest, OutputContract, PACKAGE_FORMAT,
            SetMetrics,
        },
        sha256_hex,
        user_models::UserModels,
    },
    page_reader::{PageEvent, PageReader, PageTimings},
    workers::in_parallel,
};
