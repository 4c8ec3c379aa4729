//! Where synthetic lines come from, and what may be wrong with that.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A file or folder, and how often it is drawn from, against the others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Weighted {
    /// The file or folder.
    pub path: PathBuf,
    /// Not negative; lines are shared out in proportion.
    pub weight: f32,
}

impl Weighted {
    /// `path`, drawn with `weight`.
    pub fn new(path: impl Into<PathBuf>, weight: f32) -> Self {
        Self { path: path.into(), weight }
    }
}

/// The material of synthetic lines. Each of the lists may be empty, but not all that draw ink.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SynthesisSources {
    /// Stroke archives (`.jsonl.gz` or `.jsonl`) whose records are whole lines: `id`, `text`, `strokes`.
    pub ink_lines: Vec<Weighted>,
    /// Stroke archives whose records are samples of a `writer`: words, and characters in spaced groups.
    pub ink_samples: Vec<Weighted>,
    /// Folders of handwriting fonts: `.ttf` and `.otf` outlines, `.svg` with a single line.
    pub fonts: Vec<Weighted>,
    /// What is set in fonts and written in sampled hands: one sentence a line, plain or `.xz`. The weights are among
    /// the texts.
    pub texts: Vec<Weighted>,
}

/// Why no lines can be made.
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
    /// No source was given.
    #[error("no source of ink is given, so no lines can be made")]
    NoSources,
}

impl SynthesisError {
    pub(super) fn unreadable(path: &Path, reason: &impl ToString) -> Self {
        Self::Unreadable { path: path.to_path_buf(), reason: reason.to_string() }
    }
}
