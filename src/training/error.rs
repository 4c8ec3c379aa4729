//! Why training cannot go on.

use std::{
    io,
    path::{Path, PathBuf},
};

use thiserror::Error;

use crate::synthesis::SynthesisError;

/// Each text says what to do or what is wrong with which file.
#[derive(Debug, Error)]
pub enum TrainingError {
    /// A file of data, weights or configuration is missing or damaged.
    #[error("cannot use {}: {reason}", path.display())]
    BadData {
        /// The file.
        path: PathBuf,
        /// In words.
        reason: String,
    },
    /// A result could not be written.
    #[error("cannot write {}: {reason}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// The system's words.
        reason: String,
    },
    /// There is nothing to learn from.
    #[error("no lines to learn from: {reason}")]
    NoLines {
        /// In words.
        reason: String,
    },
    /// The loss is no number any more.
    #[error("training diverged at step {step}: lower the learning rate and resume from the last checkpoint")]
    Diverged {
        /// Counted from 1.
        step: u64,
    },
    /// A recipe says what cannot be.
    #[error("the recipe cannot be used: {reason}")]
    BadRecipe {
        /// In words.
        reason: String,
    },
    /// Synthetic lines cannot be made.
    #[error("no synthetic lines can be made: {0}")]
    Synthesis(#[source] SynthesisError),
}

impl TrainingError {
    pub(super) fn unwritable(path: &Path, error: &io::Error) -> Self {
        Self::Unwritable { path: path.to_owned(), reason: error.to_string() }
    }

    pub(super) fn bad_data(path: &Path, reason: impl std::fmt::Display) -> Self {
        Self::BadData { path: path.to_owned(), reason: reason.to_string() }
    }
}
