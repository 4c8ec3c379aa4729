//! Where synthetic lines come from, and what may be wrong with that.

pub(super) mod bundled;
pub(super) mod copied_lines;
pub(super) mod fonts;
mod ink_file;
mod letter_shape;
mod mixed_hand;
pub(super) mod plain_lines;
pub(super) mod sampled_hands;
pub(super) mod single_line_font;

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
    /// Part of the lines, 0 to 1, that nobody wrote on: paper, rules, ends of the lines above and below, no text. From
    /// them a reader learns to read nothing where nothing is.
    pub blank: f32,
    /// Part of the lines, 0 to 1, that are a few words in thick marker on a whiteboard. Of the others a few are, too, but
    /// with any words and pens.
    pub boards: f32,
    /// Part of the lines set in fonts, 0 to 1, whose letters are of several typefaces of one folder with pens about as
    /// thick.
    pub mixed: f32,
}

impl SynthesisSources {
    /// What lies in a folder laid out so: `strokes/` with one archive of lines and archives of samples (named
    /// `writepad…`), `fonts/` with a folder for each kind of typeface, `single-line-fonts/`, `text/`. Ink counts most,
    /// everyday fonts more than decorative ones. What is missing is left out.
    pub fn in_folder(folder: &Path) -> Result<Self, SynthesisError> {
        let (mut ink_lines, mut ink_samples) = (Vec::new(), Vec::new());
        for path in entries(&folder.join("strokes"))? {
            let is_samples = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("writepad"));
            if is_samples {
                ink_samples.push(Weighted::new(path, 0.22));
            } else {
                ink_lines.push(Weighted::new(path, 0.45));
            }
        }
        let mut fonts: Vec<Weighted> = entries(&folder.join("fonts"))?
            .into_iter()
            .filter(|path| path.is_dir())
            .map(|path| {
                let weight = match path.file_name().and_then(|name| name.to_str()) {
                    Some("A") => 0.13,
                    Some("B") => 0.08,
                    _ => 0.03,
                };
                Weighted::new(path, weight)
            })
            .collect();
        let single_line = folder.join("single-line-fonts");
        if single_line.is_dir() {
            fonts.push(Weighted::new(single_line, 0.06));
        }
        let texts = entries(&folder.join("text"))?
            .into_iter()
            .filter(|path| path.extension().is_some_and(|e| e == "xz" || e == "txt"))
            .map(|path| Weighted::new(path, 1.0))
            .collect();
        Ok(Self { ink_lines, ink_samples, fonts, texts, blank: 0.0, boards: 0.0, mixed: 0.0 })
    }
}

/// The folder's entries by name; none if there is no such folder.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, SynthesisError> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let unreadable = |error: std::io::Error| SynthesisError::unreadable(folder, &error);
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        paths.push(entry.map_err(unreadable)?.path());
    }
    paths.sort();
    Ok(paths)
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
    /// None of many lines came out legible.
    #[error("the ink of the given sources makes no legible lines")]
    NothingLegible,
    /// No source was given.
    #[error("no source of ink is given, so no lines can be made")]
    NoSources,
}

impl SynthesisError {
    pub(super) fn unreadable(path: &Path, reason: &impl ToString) -> Self {
        Self::Unreadable { path: path.to_path_buf(), reason: reason.to_string() }
    }
}
