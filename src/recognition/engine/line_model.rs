//! The interface of networks that read lines, independent of the engine that runs them.

use std::path::PathBuf;

use thiserror::Error;

use crate::{imaging::ModelInput, page::CharacterSet};

/// A network that reads normalized lines, one at a time; every thread has its own.
pub trait LineModel: Send {
    /// The characters of the labels.
    fn character_set(&self) -> &CharacterSet;

    /// Does the one-time work for inputs `width` columns wide, which [`LineModel::run`] does otherwise.
    fn prepare(&mut self, _width: usize) -> Result<(), ModelError> {
        Ok(())
    }

    /// The posteriors of one line, `[time, label]` with a frame for every [`crate::imaging::WIDTH_MULTIPLE`] columns.
    /// Deterministic.
    fn run(&mut self, input: &ModelInput) -> Result<LabelPosteriors, ModelError>;
}

/// Log-probabilities of the labels, `[time, label]`; the blank is label 0.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelPosteriors {
    /// Natural logarithms, `[time, label]`; the probabilities of a row sum to 1.
    pub log_probs: Vec<f32>,
    /// Labels a row, the blank included.
    pub n_labels: usize,
}

impl LabelPosteriors {
    /// The rows, `[label]` each, one for every time step.
    pub fn frames(&self) -> impl ExactSizeIterator<Item = &[f32]> {
        self.log_probs.chunks_exact(self.n_labels)
    }
}

/// Why a model could not be loaded or run.
#[derive(Debug, Error)]
pub enum ModelError {
    /// No package has that name.
    #[error("there is no model called \"{name}\"; `longhand models` lists those there are")]
    Unknown {
        /// The requested name.
        name: String,
    },
    /// A file of the package is missing, damaged or contradicts another.
    #[error("the model package {} cannot be used: {reason}", path.display())]
    BadPackage {
        /// The package's folder.
        path: PathBuf,
        /// The defect, as a clause.
        reason: String,
    },
    /// A package could not be copied, removed or restored.
    #[error("the model package {} cannot be changed: {reason}", path.display())]
    NotKept {
        /// The package's folder.
        path: PathBuf,
        /// The system's message.
        reason: String,
    },
    /// The network failed on a line.
    #[error("the model failed on this line: {reason}")]
    RunFailed {
        /// The engine's message.
        reason: String,
    },
}
