//! Handwriting typefaces of a folder: lines of text set in one of them, or in a mix of several.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use ab_glyph::FontVec;

use super::{mixed_hand::mixed_hand, single_line_font, typeface::Typeface};
use crate::synthesis::{
    error::SynthesisError, ink::WrittenLine, random::LineRng, surface::Surface, texts::corpora::Texts,
};

/// Families whose small letters are drawn as capitals, by folder name: their texts are set and labelled in capitals.
const CAPITALS_ONLY: [&str; 5] = ["amatic-sc", "patrick-hand-sc", "permanent-marker", "rock-salt", "walter-turncoat"];
/// All typefaces of one source.
pub(crate) struct Typefaces {
    faces: Vec<Typeface>,
    /// Share of the lines that mix the letters of several of them, 0 to 1.
    mixed: f32,
}

impl Typefaces {
    /// Opens all `.ttf`, `.otf` and single-line `.svg` fonts in `folder` and its subfolders. Fonts that cannot be read
    /// are left out with a warning. `mixed` is the share of the lines, 0 to 1, that mix the letters of several
    /// typefaces.
    pub(crate) fn open(folder: &Path, mixed: f32) -> Result<Self, SynthesisError> {
        let mut files = Vec::new();
        find_fonts(folder, &mut files)?;
        files.sort();
        let mut faces = Vec::new();
        for path in &files {
            if let Some(face) = read_face(path) {
                faces.push(face);
            } else {
                tracing::warn!("{} is no font with all letters; it is left out", path.display());
            }
        }
        if faces.is_empty() {
            return Err(SynthesisError::NothingUsable { path: folder.to_path_buf() });
        }
        Ok(Self { faces, mixed })
    }

    /// A line of text set in one of the typefaces.
    pub(crate) fn line(&self, texts: &Texts, surface: Surface, rng: &mut LineRng) -> WrittenLine {
        let face = &self.faces[rng.count(0, self.faces.len() - 1)];
        let text = texts.line_that(surface, rng, |text| face.has_all(text)).unwrap_or_else(|| "note".to_owned());
        let text = if face.capitals_only { text.to_uppercase() } else { text };
        // No random number is drawn where `mixed` is 0, so that such recipes give the lines that they gave before it
        // existed.
        let is_mixed = self.mixed > 0.0 && rng.chance(self.mixed);
        let hand = if is_mixed { Cow::Owned(mixed_hand(face, &self.faces, &text, rng)) } else { Cow::Borrowed(face) };
        WrittenLine { ink: hand.set(&text, rng), text }
    }

    /// One of the typefaces.
    pub(crate) fn face(&self, rng: &mut LineRng) -> &Typeface {
        &self.faces[rng.count(0, self.faces.len() - 1)]
    }

    /// Whether all typefaces are centre lines, which any pen can draw.
    pub(crate) fn are_centre_lines(&self) -> bool {
        self.faces.iter().all(|face| face.thickness <= 0.0)
    }
}

fn find_fonts(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), SynthesisError> {
    let entries = std::fs::read_dir(folder).map_err(|error| SynthesisError::unreadable(folder, &error))?;
    for entry in entries {
        let path = entry.map_err(|error| SynthesisError::unreadable(folder, &error))?.path();
        if path.is_dir() {
            find_fonts(&path, files)?;
        } else if path.extension().is_some_and(|e| e == "ttf" || e == "otf" || e == "svg") {
            files.push(path);
        }
    }
    Ok(())
}

fn read_face(path: &Path) -> Option<Typeface> {
    let bytes = std::fs::read(path).ok()?;
    if path.extension().is_some_and(|e| e == "svg") {
        return single_line_font::typeface(std::str::from_utf8(&bytes).ok()?);
    }
    let family = path.parent().and_then(Path::file_name).and_then(|name| name.to_str()).unwrap_or_default();
    Typeface::from_font(&FontVec::try_from_vec(bytes).ok()?, CAPITALS_ONLY.contains(&family))
}
