//! Why training cannot start or go on.

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
        /// What is wrong with it.
        reason: String,
    },
    /// A result could not be written.
    #[error("cannot write {}: {reason}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// The system's message.
        reason: String,
    },
    /// All sources of lines are empty.
    #[error("no lines to learn from: {reason}")]
    NoLines {
        /// Which sources, and why.
        reason: String,
    },
    /// CTC is to be trained without a labelled line.
    #[error(
        "CTC needs labelled lines, and there are none; without them, distil by another criterion and set \
         `fine_tune_steps` to 0"
    )]
    NoLabels,
    /// A set has fewer lines than an adaptation needs.
    #[error("{} has {n_lines} lines, and it takes {fewest} to learn a hand", path.display())]
    TooFewLines {
        /// The set.
        path: PathBuf,
        /// Lines with text.
        n_lines: usize,
        /// Lines that are needed.
        fewest: usize,
    },
    /// No word could be cut out of a set's lines.
    #[error("no words were found in the lines of {}", path.display())]
    NoWords {
        /// The set.
        path: PathBuf,
    },
    /// The thread that prepares batches cannot be started.
    #[error("the thread that prepares batches cannot be started: {reason}")]
    Thread {
        /// The system's message.
        reason: String,
    },
    /// The loss or its gradient is not a finite number.
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
    Synthesis(#[from] SynthesisError),
}

impl TrainingError {
    pub(super) fn unwritable(path: &Path, error: &io::Error) -> Self {
        Self::Unwritable { path: path.to_owned(), reason: error.to_string() }
    }

    pub(super) fn bad_data(path: &Path, reason: impl std::fmt::Display) -> Self {
        Self::BadData { path: path.to_owned(), reason: reason.to_string() }
    }
}
