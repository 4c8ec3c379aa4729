//! Recovery files: the adjustments and corrections of a page, kept across crashes until they are saved.
//!
//! They belong to the content of a picture; its path is a hint. So a file that was moved or renamed keeps its
//! corrections, and another picture under the old name does not get them.

use std::{
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use serde::{Deserialize, Serialize};

use super::{content_hash::ContentHash, limited::read_limited};
use crate::{
    imaging::PageAdjustments,
    page::{Drawing, Page, Rect, TextLine},
};

/// The format of recovery files. Those of format 1 name the picture by its path alone.
const FORMAT: u32 = 2;
/// The largest recovery file that is read, in bytes: a page of 40 lines of the user's own takes about 200 kB.
const MAX_RECOVERY_BYTES: u64 = 100_000_000;

/// A corrected line, matched with the lines of the page by its box.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedLine {
    /// The box around the line, in page pixels.
    pub bounds: Rect,
    /// The user's text.
    pub correction: String,
    /// The text that was read; `None` if it was not read, or in format 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read: Option<String>,
    /// Whether the user has accepted the whole line. In format 1 every corrected line was.
    #[serde(default = "accepted")]
    pub is_checked: bool,
}

const fn accepted() -> bool {
    true
}

impl SavedLine {
    /// The user's work on a line; `None` without any.
    pub fn of(line: &TextLine) -> Option<Self> {
        Some(Self {
            bounds: line.bounds,
            correction: line.correction.clone()?,
            read: line.transcription.as_ref().map(|read| read.text.clone()),
            is_checked: line.is_checked,
        })
    }
}

/// A page of a file: which picture it is, and where it lay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureKey {
    /// `None` where the file could not be read, and in format 1.
    #[serde(default)]
    pub content: Option<ContentHash>,
    /// Where the file lay.
    #[serde(rename = "image")]
    pub path: PathBuf,
    /// The page's index in the file, from 0.
    #[serde(default, rename = "page")]
    pub index: usize,
}

impl PictureKey {
    /// The name of its recovery file. Two copies of a picture that lie in two places have two.
    fn file_name(&self) -> String {
        let place = ContentHash::of_bytes(self.path.as_os_str().as_encoded_bytes());
        let content = self.content.as_ref().map_or("unread", |content| content.prefix(24));
        format!("{content}-{}-{}.json", self.index, place.prefix(12))
    }

    /// The recovery file in `folder`.
    pub fn recovery_path(&self, folder: &Path) -> PathBuf {
        folder.join(self.file_name())
    }
}

/// The user's changes to a page of a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recovery {
    format: u32,
    /// The page.
    #[serde(flatten)]
    pub key: PictureKey,
    /// Rotation and cropping of the page.
    #[serde(default)]
    pub adjustments: PageAdjustments,
    /// Its corrected lines, in reading order, in pixels of the adjusted page.
    pub lines: Vec<SavedLine>,
    /// All its lines, if the user has changed which there are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_lines: Option<Vec<TextLine>>,
    /// What is drawn and not written, if the user has changed which lines there are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub own_drawings: Vec<Drawing>,
}

impl Recovery {
    /// The changes to `page`, which is `key` with these adjustments.
    pub fn from_page(key: PictureKey, adjustments: PageAdjustments, page: &Page) -> Self {
        let lines = page.lines.iter().filter_map(SavedLine::of).collect();
        Self { format: FORMAT, key, adjustments, lines, own_lines: None, own_drawings: Vec::new() }
    }

    /// Keeps all lines and drawings of `page`, whose lines are the user's; without one the lines are found anew.
    pub fn set_own(&mut self, page: Option<&Page>) {
        self.own_lines = page.map(|page| page.lines.clone());
        self.own_drawings = page.map(|page| page.drawings.clone()).unwrap_or_default();
    }

    /// Whether nothing was changed.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.own_lines.is_none() && self.adjustments == PageAdjustments::default()
    }

    /// The contents of the recovery file.
    pub fn to_json(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec_pretty(self)
    }
}

/// What was saved of a page in an earlier session.
#[derive(Clone, Debug, PartialEq)]
pub enum EarlierWork {
    /// The changes to this very picture.
    OfThisPicture(Recovery),
    /// Changes to the picture that lay at its path before, of which this may be an edited version.
    OfEarlierPicture(Recovery),
}

/// The recovery files of a folder.
#[derive(Debug, Default)]
pub struct SavedWork {
    /// From the oldest to the newest.
    files: Vec<(SystemTime, Recovery)>,
}

impl SavedWork {
    /// The recovery files in `folder`. Damaged ones and those of a newer format are skipped.
    pub fn in_folder(folder: &Path) -> Self {
        let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
        let mut files: Vec<(SystemTime, Recovery)> = entries.filter_map(|entry| load(&entry.path())).collect();
        files.sort_by_key(|(written, recovery)| (*written, recovery.key.path.clone()));
        Self { files }
    }

    /// What was saved of the page `key`; of several copies of the picture, what was saved under the same path, else the
    /// newest.
    pub fn find(&self, key: &PictureKey) -> Option<EarlierWork> {
        let of_page = || self.files.iter().map(|(_, saved)| saved).filter(|saved| saved.key.index == key.index);
        let is_same = |saved: &&Recovery| key.content.is_some() && saved.key.content == key.content;
        let is_there = |saved: &&Recovery| saved.key.path == key.path;
        let same = of_page().filter(is_same).rfind(is_there).or_else(|| of_page().rfind(is_same));
        let found = match same {
            Some(saved) => EarlierWork::OfThisPicture(saved.clone()),
            None => EarlierWork::OfEarlierPicture(of_page().rfind(is_there)?.clone()),
        };
        let (EarlierWork::OfThisPicture(saved) | EarlierWork::OfEarlierPicture(saved)) = &found;
        (!saved.is_empty()).then_some(found)
    }

    /// The changes to this very picture, if they were saved after `time`.
    pub fn newer_than(&self, key: &PictureKey, time: SystemTime) -> Option<Recovery> {
        let is_it = |saved: &&(SystemTime, Recovery)| {
            saved.1.key.content.is_some() && saved.1.key.content == key.content && saved.1.key.index == key.index
        };
        self.files.iter().rfind(is_it).filter(|(written, _)| *written > time).map(|(_, saved)| saved.clone())
    }
}

fn load(path: &Path) -> Option<(SystemTime, Recovery)> {
    if path.extension().is_none_or(|extension| extension != "json") {
        return None;
    }
    let written = fs::metadata(path).and_then(|file| file.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
    let recovery: Recovery = serde_json::from_slice(&read_limited(path, MAX_RECOVERY_BYTES).ok()?).ok()?;
    (1..=FORMAT).contains(&recovery.format).then_some((written, recovery))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        page::{LineId, TextLine, Transcription},
        storage::atomic::write_atomically,
    };

    fn page() -> Page {
        let line = |id, correction: Option<&str>| TextLine {
            id: LineId(id),
            correction: correction.map(str::to_owned),
            is_checked: id == 1,
            transcription: Some(Transcription { text: "read".to_owned(), ..Transcription::default() }),
            ..TextLine::at(Rect::new(0.0, id as f32 * 10.0, 50.0, id as f32 * 10.0 + 8.0))
        };
        Page {
            width: 50,
            height: 50,
            lines: vec![line(0, None), line(1, Some("one")), line(2, Some(""))],
            drawings: Vec::new(),
        }
    }

    fn key(bytes: &str, path: &str) -> PictureKey {
        PictureKey { content: Some(ContentHash::of_bytes(bytes.as_bytes())), path: path.into(), index: 0 }
    }

    fn save(folder: &Path, key: &PictureKey, adjustments: PageAdjustments, page: &Page) -> Recovery {
        let recovery = Recovery::from_page(key.clone(), adjustments, page);
        write_atomically(&key.recovery_path(folder), &recovery.to_json().unwrap()).unwrap();
        recovery
    }

    fn found(folder: &Path, key: &PictureKey) -> Option<EarlierWork> {
        SavedWork::in_folder(folder).find(key)
    }

    #[test]
    fn only_corrected_lines_are_kept_and_come_back() {
        let folder = tempfile::tempdir().unwrap();
        for index in [0, 3] {
            let key = PictureKey { index, ..key("ink", "/photos/ä page.jpg") };
            let saved = save(folder.path(), &key, PageAdjustments::default().turned(1), &page());
            assert_eq!(saved.lines.len(), 2);
            assert_eq!((saved.lines[0].read.as_deref(), saved.lines[0].is_checked), (Some("read"), true));
            assert_eq!(found(folder.path(), &key), Some(EarlierWork::OfThisPicture(saved)));
        }
        assert_eq!(found(folder.path(), &PictureKey { index: 1, ..key("ink", "/photos/ä page.jpg") }), None);
        assert_eq!(found(folder.path(), &key("other", "/photos/other.jpg")), None);
    }

    #[test]
    fn a_moved_picture_keeps_its_corrections_and_another_under_its_name_does_not_get_them() {
        let folder = tempfile::tempdir().unwrap();
        let saved = save(folder.path(), &key("ink", "/a/scan.jpg"), PageAdjustments::default(), &page());
        let of_this = Some(EarlierWork::OfThisPicture(saved.clone()));
        assert_eq!(found(folder.path(), &key("ink", "/b/renamed.jpg")), of_this);
        let other = key("other ink", "/a/scan.jpg");
        assert_eq!(found(folder.path(), &other), Some(EarlierWork::OfEarlierPicture(saved)));
        // Once that picture was worked on, even without a change left, the earlier one is not of interest.
        save(folder.path(), &other, PageAdjustments::default(), &Page::default());
        assert_eq!(found(folder.path(), &other), None);
        assert_eq!(found(folder.path(), &key("ink", "/a/scan.jpg")), of_this);
    }

    #[test]
    fn corrections_taken_back_at_a_new_place_do_not_return_from_the_old_one() {
        let folder = tempfile::tempdir().unwrap();
        save(folder.path(), &key("ink", "/a/scan.jpg"), PageAdjustments::default(), &page());
        let moved = key("ink", "/b/scan.jpg");
        save(folder.path(), &moved, PageAdjustments::default(), &Page::default());
        assert_eq!(found(folder.path(), &moved), None);
    }

    #[test]
    fn what_was_kept_by_path_alone_is_of_an_earlier_picture() {
        let folder = tempfile::tempdir().unwrap();
        let kept = r#"{"format":1,"image":"a.jpg","lines":[{"bounds":[0.0,0.0,9.0,9.0],"correction":"x"}]}"#;
        fs::write(folder.path().join("0123.json"), kept).unwrap();
        let Some(EarlierWork::OfEarlierPicture(saved)) = found(folder.path(), &key("ink", "a.jpg")) else {
            panic!("it is found")
        };
        assert_eq!((saved.lines.len(), saved.adjustments), (1, PageAdjustments::default()));
        assert!(saved.lines[0].is_checked);
    }

    #[test]
    fn damaged_files_and_those_of_a_newer_format_count_as_none() {
        let folder = tempfile::tempdir().unwrap();
        let key = key("ink", "a.jpg");
        for text in ["{", r#"{"format":99,"image":"a.jpg","lines":[]}"#, "[]"] {
            fs::write(key.recovery_path(folder.path()), text).unwrap();
            assert_eq!(found(folder.path(), &key), None);
        }
    }
}
