//! Corrections kept beside the program until they are wanted again: nothing is lost in a crash.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::page::{Page, Rect};

const FORMAT: u32 = 1;

/// A corrected line: found again on the page by its place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedLine {
    /// The box around the line, in page pixels.
    pub bounds: Rect,
    /// What the user says it says.
    pub correction: String,
}

/// The corrections of one image file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recovery {
    format: u32,
    /// The image.
    pub image: PathBuf,
    /// Its corrected lines, in reading order.
    pub lines: Vec<SavedLine>,
}

impl Recovery {
    /// The corrections of `page`, which shows the image at `image`.
    pub fn of_page(image: &Path, page: &Page) -> Self {
        let saved = |correction: &String, bounds| SavedLine { bounds, correction: correction.clone() };
        let lines = page.lines.iter().filter_map(|line| Some(saved(line.correction.as_ref()?, line.bounds))).collect();
        Self { format: FORMAT, image: image.to_owned(), lines }
    }

    /// Where the corrections of the image at `image` are kept in `folder`.
    pub fn path(folder: &Path, image: &Path) -> PathBuf {
        let hash = Sha256::digest(image.as_os_str().as_encoded_bytes());
        let number = hash.iter().take(12).fold(0_u128, |number, &byte| (number << 8) | u128::from(byte));
        folder.join(format!("{number:024x}.json"))
    }

    /// The corrections kept for the image at `image`, if there are any that can be read.
    pub fn load(folder: &Path, image: &Path) -> Option<Self> {
        let bytes = fs::read(Self::path(folder, image)).ok()?;
        let recovery: Self = serde_json::from_slice(&bytes).ok()?;
        (recovery.format == FORMAT && recovery.image == image && !recovery.lines.is_empty()).then_some(recovery)
    }

    /// What is written to the file.
    pub fn to_json(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec_pretty(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        page::{Baseline, LineId, TextLine},
        storage::write_atomically,
    };

    fn page() -> Page {
        let line = |id, correction: Option<&str>| TextLine {
            id: LineId(id),
            bounds: Rect::new(0.0, id as f32 * 10.0, 50.0, id as f32 * 10.0 + 8.0),
            outline: Vec::new(),
            baseline: Baseline::default(),
            x_height: 4.0,
            transcription: None,
            correction: correction.map(str::to_owned),
        };
        Page { width: 50, height: 50, lines: vec![line(0, None), line(1, Some("one")), line(2, Some(""))] }
    }

    #[test]
    fn only_corrected_lines_are_kept_and_come_back() {
        let folder = tempfile::tempdir().unwrap();
        let image = Path::new("/photos/ä page.jpg");
        let recovery = Recovery::of_page(image, &page());
        assert_eq!(recovery.lines.len(), 2);
        write_atomically(&Recovery::path(folder.path(), image), &recovery.to_json().unwrap()).unwrap();
        assert_eq!(Recovery::load(folder.path(), image), Some(recovery));
        assert_eq!(Recovery::load(folder.path(), Path::new("/photos/other.jpg")), None);
    }

    #[test]
    fn a_damaged_file_counts_as_none() {
        let folder = tempfile::tempdir().unwrap();
        let image = Path::new("a.jpg");
        fs::write(Recovery::path(folder.path(), image), "{").unwrap();
        assert_eq!(Recovery::load(folder.path(), image), None);
    }
}
