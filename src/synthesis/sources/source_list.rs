//! The files and folders that synthetic lines are made from, and how often each is drawn from.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::synthesis::error::SynthesisError;

/// Weight of an archive of recorded lines in [`SynthesisSources::in_folder`]. No measurement is recorded.
const LINES_WEIGHT: f32 = 0.45;
/// Weight of an archive of samples. No measurement is recorded.
const SAMPLES_WEIGHT: f32 = 0.22;
/// Weight of the fonts in `fonts/A`, everyday hands. No measurement is recorded.
const EVERYDAY_WEIGHT: f32 = 0.13;
/// Weight of the fonts in `fonts/B`, neat hands. No measurement is recorded.
const NEAT_WEIGHT: f32 = 0.08;
/// Weight of every other folder of fonts, decorative hands. No measurement is recorded.
const DECORATIVE_WEIGHT: f32 = 0.03;
/// Weight of the single-line fonts. No measurement is recorded.
const SINGLE_LINE_WEIGHT: f32 = 0.06;

/// A file or folder, and how often it is drawn from, against the others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Weighted {
    /// The file or folder.
    pub path: PathBuf,
    /// Not negative; lines are drawn from the sources in proportion to it.
    pub weight: f32,
}

impl Weighted {
    /// `path`, drawn with `weight`.
    pub fn new(path: impl Into<PathBuf>, weight: f32) -> Self {
        Self { path: path.into(), weight }
    }
}

/// The material of synthetic lines. Each list may be empty, but not `ink_lines`, `ink_samples` and `fonts` together.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SynthesisSources {
    /// Polyline archives (`.jsonl.gz` or `.jsonl`) whose records are whole lines: `id`, `text`, `strokes`.
    pub ink_lines: Vec<Weighted>,
    /// Polyline archives whose records are samples of a `writer`: words, and characters in spaced groups.
    pub ink_samples: Vec<Weighted>,
    /// Folders of handwriting fonts: `.ttf` and `.otf` outlines, `.svg` with a single line.
    pub fonts: Vec<Weighted>,
    /// Text files that are set in fonts and written in sampled hands: one sentence a line, plain or `.xz`.
    pub texts: Vec<Weighted>,
    /// Share of the lines, 0 to 1, without writing: paper, printed lines, ends of the lines above and below, no text.
    /// They train a reader to give no text where there is none.
    pub blank: f32,
    /// Share of the lines, 0 to 1, that are a few words in thick marker on a whiteboard. Some of the others stand on
    /// whiteboards as well, with any words and pens.
    pub boards: f32,
    /// Share of the lines set in fonts, 0 to 1, that mix letters of several typefaces of one folder with about the same
    /// stroke thickness.
    pub mixed: f32,
    /// Share of the lines, 0 to 1, with characters beyond ASCII: letters with accents, ligatures, £, €, ° and others.
    #[serde(skip_serializing_if = "is_zero")]
    pub western: f32,
    /// Whether lines are written on composed pages and cut out where line finding finds them. `blank` and `boards` are
    /// then unused: pages have boards, and drawings that are taken for lines.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub pages: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_zero(share: &f32) -> bool {
    *share == 0.0
}

impl SynthesisSources {
    /// The sources in a folder with this layout: `strokes/` with one archive of lines and archives of samples (named
    /// `writepad…`), `fonts/` with a folder for each kind of typeface, `single-line-fonts/`, `text/`. Recorded ink has
    /// the largest weights, everyday fonts larger ones than decorative fonts. Missing folders are left out.
    pub fn in_folder(folder: &Path) -> Result<Self, SynthesisError> {
        let (mut ink_lines, mut ink_samples) = (Vec::new(), Vec::new());
        for path in entries(&folder.join("strokes"))? {
            let is_samples = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("writepad"));
            if is_samples {
                ink_samples.push(Weighted::new(path, SAMPLES_WEIGHT));
            } else {
                ink_lines.push(Weighted::new(path, LINES_WEIGHT));
            }
        }
        let mut fonts: Vec<Weighted> = entries(&folder.join("fonts"))?
            .into_iter()
            .filter(|path| path.is_dir())
            .map(|path| {
                let weight = match path.file_name().and_then(|name| name.to_str()) {
                    Some("A") => EVERYDAY_WEIGHT,
                    Some("B") => NEAT_WEIGHT,
                    _ => DECORATIVE_WEIGHT,
                };
                Weighted::new(path, weight)
            })
            .collect();
        let single_line = folder.join("single-line-fonts");
        if single_line.is_dir() {
            fonts.push(Weighted::new(single_line, SINGLE_LINE_WEIGHT));
        }
        let texts = entries(&folder.join("text"))?
            .into_iter()
            .filter(|path| path.extension().is_some_and(|e| e == "xz" || e == "txt"))
            .map(|path| Weighted::new(path, 1.0))
            .collect();
        Ok(Self { ink_lines, ink_samples, fonts, texts, ..Self::default() })
    }
}

/// The entries of `folder`, sorted by name; none if it does not exist.
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
