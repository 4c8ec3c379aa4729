//! Why no lines can be made.

use std::path::{Path, PathBuf};

use thiserror::Error;

/// Each text names the file and what is wrong with it.
#[derive(Debug, Error)]
pub enum SynthesisError {
    /// A file or folder cannot be read.
    #[error("{path} cannot be read: {reason}")]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// A record of a stroke archive is not as it should be.
    #[error("line {line} of {path} is no ink record: {reason}")]
    BadRecord {
        /// The archive.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// Why.
        reason: String,
    },
    /// A source holds nothing that can be used.
    #[error("{path} holds nothing that lines can be made of")]
    NothingUsable {
        /// The file or folder.
        path: PathBuf,
    },
    /// None of many lines came out legible.
    #[error("the ink of the given sources makes no legible lines")]
    NothingLegible,
    /// No source was given.
    #[error("no source of ink is given, so no lines can be made")]
    NoSources,
}

impl SynthesisError {
    pub(crate) fn unreadable(path: &Path, reason: &impl ToString) -> Self {
        Self::Unreadable { path: path.to_path_buf(), reason: reason.to_string() }
    }
}
