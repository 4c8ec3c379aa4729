//! Recovery files: the adjustments and corrections of a page, kept across crashes until they are saved.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{
    imaging::PageAdjustments,
    page::{Page, Rect},
};

/// The format of recovery files.
const FORMAT: u32 = 1;

/// A corrected line, matched with the lines of the page by its box.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedLine {
    /// The box around the line, in page pixels.
    pub bounds: Rect,
    /// The user's text.
    pub correction: String,
}

/// The user's changes to a page of a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recovery {
    format: u32,
    /// The file of the page.
    pub image: PathBuf,
    /// The page's index in the file, from 0.
    #[serde(default)]
    pub page: usize,
    /// Rotation and cropping of the page.
    #[serde(default)]
    pub adjustments: PageAdjustments,
    /// Its corrected lines, in reading order, in pixels of the adjusted page.
    pub lines: Vec<SavedLine>,
}

impl Recovery {
    /// The changes to `page`: page `index` of the file `image` with these adjustments.
    pub fn from_page(image: &Path, index: usize, adjustments: PageAdjustments, page: &Page) -> Self {
        let saved = |correction: &String, bounds| SavedLine { bounds, correction: correction.clone() };
        let lines = page.lines.iter().filter_map(|line| Some(saved(line.correction.as_ref()?, line.bounds))).collect();
        Self { format: FORMAT, image: image.to_owned(), page: index, adjustments, lines }
    }

    /// Whether nothing was changed.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.adjustments == PageAdjustments::default()
    }

    /// The recovery file in `folder` for page `index` of the file `image`.
    pub fn path(folder: &Path, image: &Path, index: usize) -> PathBuf {
        let mut hasher = Sha256::new();
        hasher.update(image.as_os_str().as_encoded_bytes());
        // The first page has the file name of older versions, which knew files of one page only.
        if index > 0 {
            hasher.update([0]);
            hasher.update((index as u64).to_le_bytes());
        }
        let hash = hasher.finalize();
        let number = hash.iter().take(12).fold(0_u128, |number, &byte| (number << 8) | u128::from(byte));
        folder.join(format!("{number:024x}.json"))
    }

    /// Loads the changes to page `index` of the file `image`; `None` if there are none, or the file is damaged.
    pub fn load(folder: &Path, image: &Path, index: usize) -> Option<Self> {
        let bytes = fs::read(Self::path(folder, image, index)).ok()?;
        let recovery: Self = serde_json::from_slice(&bytes).ok()?;
        let is_of_page = recovery.format == FORMAT && recovery.image == image && recovery.page == index;
        (is_of_page && !recovery.is_empty()).then_some(recovery)
    }

    /// The contents of the recovery file.
    pub fn to_json(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec_pretty(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        page::{LineId, TextLine},
        storage::atomic::write_atomically,
    };

    fn page() -> Page {
        let line = |id, correction: Option<&str>| TextLine {
            id: LineId(id),
            correction: correction.map(str::to_owned),
            ..TextLine::at(Rect::new(0.0, id as f32 * 10.0, 50.0, id as f32 * 10.0 + 8.0))
        };
        Page {
            width: 50,
            height: 50,
            lines: vec![line(0, None), line(1, Some("one")), line(2, Some(""))],
            drawings: Vec::new(),
        }
    }

    #[test]
    fn only_corrected_lines_are_kept_and_come_back() {
        let folder = tempfile::tempdir().unwrap();
        let image = Path::new("/photos/ä page.jpg");
        let adjustments = PageAdjustments::default().turned(1);
        for index in [0, 3] {
            let recovery = Recovery::from_page(image, index, adjustments, &page());
            assert_eq!(recovery.lines.len(), 2);
            write_atomically(&Recovery::path(folder.path(), image, index), &recovery.to_json().unwrap()).unwrap();
            assert_eq!(Recovery::load(folder.path(), image, index), Some(recovery));
        }
        assert_eq!(Recovery::load(folder.path(), image, 1), None);
        assert_eq!(Recovery::load(folder.path(), Path::new("/photos/other.jpg"), 0), None);
    }

    #[test]
    fn what_was_kept_before_files_had_pages_is_of_the_first() {
        let folder = tempfile::tempdir().unwrap();
        let image = Path::new("a.jpg");
        let kept = r#"{"format":1,"image":"a.jpg","lines":[{"bounds":[0.0,0.0,9.0,9.0],"correction":"x"}]}"#;
        fs::write(Recovery::path(folder.path(), image, 0), kept).unwrap();
        let recovery = Recovery::load(folder.path(), image, 0).unwrap();
        assert_eq!((recovery.lines.len(), recovery.adjustments), (1, PageAdjustments::default()));
    }

    #[test]
    fn a_damaged_file_counts_as_none() {
        let folder = tempfile::tempdir().unwrap();
        let image = Path::new("a.jpg");
        fs::write(Recovery::path(folder.path(), image, 0), "{").unwrap();
        assert_eq!(Recovery::load(folder.path(), image, 0), None);
    }
}
