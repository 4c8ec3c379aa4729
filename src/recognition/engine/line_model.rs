//! What every reader of lines can do, whatever engine runs it.

use std::path::PathBuf;

use thiserror::Error;

use crate::{imaging::ModelInput, page::CharacterSet};

/// A network that reads one normalized line. Loaded once, used for many lines, on one thread at a time.
pub trait LineModel: Send {
    /// The characters behind the labels.
    fn character_set(&self) -> &CharacterSet;

    /// Does what is done only once for inputs `width` columns wide. Running the model does it as well.
    fn prepare(&mut self, _width: usize) -> Result<(), ModelError> {
        Ok(())
    }

    /// The posteriors of one line. The same input always gives the same numbers.
    fn run(&mut self, input: &ModelInput) -> Result<LabelPosteriors, ModelError>;
}

/// Log-probabilities of the labels, `[time, label]`, the blank being label 0.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelPosteriors {
    /// Natural logarithms, `[time, label]`; each row sums to one in probability.
    pub log_probs: Vec<f32>,
    /// Labels a row, the blank included.
    pub n_labels: usize,
}

impl LabelPosteriors {
    /// One row of log-probabilities per time step.
    pub fn frames(&self) -> impl ExactSizeIterator<Item = &[f32]> {
        self.log_probs.chunks_exact(self.n_labels)
    }
}

/// Why a model could not be loaded or run.
#[derive(Debug, Error)]
pub enum ModelError {
    /// No package of that name in the places where packages lie.
    #[error("there is no model called \"{name}\"; `longhand models` lists those there are")]
    Unknown {
        /// The name asked for.
        name: String,
    },
    /// A file of the package is missing, damaged or contradicts another.
    #[error("the model package {} cannot be used: {reason}", path.display())]
    BadPackage {
        /// The package's folder.
        path: PathBuf,
        /// What is wrong, in words.
        reason: String,
    },
    /// A package could not be copied, put aside or brought back.
    #[error("the model package {} cannot be changed: {reason}", path.display())]
    NotKept {
        /// The package's folder.
        path: PathBuf,
        /// The system's words.
        reason: String,
    },
    /// The network failed on a line.
    #[error("the model failed on this line: {reason}")]
    RunFailed {
        /// The engine's words.
        reason: String,
    },
}
