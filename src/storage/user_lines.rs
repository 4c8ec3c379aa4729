//! The user's own labelled lines: pictures of lines and what they say, collected only when the user asks.
//!
//! A folder with `lines.tsv` (the columns `file`, `writer`, `segmentation`, `origin`, `text`, as labelled sets have
//! them) and `images/*.png`, each picture named by what it shows: the same line added twice is one line.

use std::{
    fs::{self, File},
    io::{self, Cursor},
    path::{Path, PathBuf},
};

use image::ImageFormat;
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use super::atomic::write_atomically;
use crate::{
    imaging::{LineImage, PageImage, crop_line, prepare},
    page::TextLine,
};

const TABLE: &str = "lines.tsv";
const IMAGES: &str = "images";
const HEADER: &str = "file\twriter\tsegmentation\torigin\ttext";

/// Why the own lines could not be read or changed.
#[derive(Debug, Error)]
pub enum OwnLinesError {
    /// The table or a picture is there, but cannot be read.
    #[error("your lines in {} cannot be read: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// In words.
        reason: String,
    },
    /// Something could not be written.
    #[error("your lines could not be kept in {}: {source}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// The system's words.
        source: io::Error,
    },
    /// A line without text teaches nothing.
    #[error("a line without text cannot be learnt from")]
    NoText,
}

/// A line of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnLine {
    /// The picture, relative to the table.
    pub file: String,
    /// Where it came from, for people: a page's name.
    pub origin: String,
    /// What it says.
    pub text: String,
}

/// What adding a line came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// The line was not there before.
    New,
    /// The line was there and has another text now.
    Replaced,
    /// The line was there with this very text.
    Known,
}

/// The folder of the user's own lines. It need not exist before the first line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserLines {
    folder: PathBuf,
}

impl UserLines {
    /// The lines in `folder`.
    pub const fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// The table, a labelled set like any other.
    pub fn table(&self) -> PathBuf {
        self.folder.join(TABLE)
    }

    /// Where the picture of `line` lies.
    pub fn picture(&self, line: &OwnLine) -> PathBuf {
        self.folder.join(&line.file)
    }

    /// Adds a line that says `text`; white space is collapsed. The same picture again takes the new text.
    pub fn add(&self, image: &LineImage, text: &str, origin: &str) -> Result<Added, OwnLinesError> {
        let text = cell(text);
        if text.is_empty() {
            return Err(OwnLinesError::NoText);
        }
        let file = format!("{IMAGES}/{}.png", fingerprint(image));
        let path = self.folder.join(&file);
        self.change(|lines| {
            if !path.exists() {
                let mut png = Cursor::new(Vec::new());
                let encoded = image.pixels.write_to(&mut png, ImageFormat::Png).map_err(io::Error::other);
                encoded
                    .and_then(|()| write_atomically(&path, png.get_ref()))
                    .map_err(|source| unwritable(&path, source))?;
            }
            let line = OwnLine { file: file.clone(), origin: cell(origin), text: text.clone() };
            match lines.iter_mut().find(|known| known.file == file) {
                Some(known) if known.text == text => Ok(Added::Known),
                Some(known) => {
                    *known = line;
                    Ok(Added::Replaced)
                }
                None => {
                    lines.push(line);
                    Ok(Added::New)
                }
            }
        })
    }

    /// Adds those of `lines`, which lie on `page`, that say something: how many are new or have another text now, and how
    /// many were known.
    pub fn add_page(
        &self,
        page: &PageImage,
        lines: &[TextLine],
        origin: &str,
    ) -> Result<(usize, usize), OwnLinesError> {
        let prepared = prepare(page);
        let (mut n_added, mut n_known) = (0, 0);
        for line in lines.iter().filter(|line| !line.text_as_seen().trim().is_empty()) {
            match self.add(&crop_line(&prepared, line), line.text_as_seen(), origin)? {
                Added::New | Added::Replaced => n_added += 1,
                Added::Known => n_known += 1,
            }
        }
        Ok((n_added, n_known))
    }

    /// Takes the line with this picture out of the table and gives it back. Its picture stays until
    /// [`Self::forget_removed`], so that [`Self::restore`] can undo this.
    pub fn remove(&self, file: &str) -> Result<Option<OwnLine>, OwnLinesError> {
        self.change(|lines| {
            let place = lines.iter().position(|line| line.file == file);
            Ok(place.map(|place| lines.remove(place)))
        })
    }

    /// Puts a removed line back, at the end.
    pub fn restore(&self, line: OwnLine) -> Result<(), OwnLinesError> {
        self.change(|lines| {
            lines.retain(|known| known.file != line.file);
            lines.push(line);
            Ok(())
        })
    }

    /// Deletes the pictures of removed lines for good.
    pub fn forget_removed(&self) -> Result<(), OwnLinesError> {
        self.change(|lines| {
            for entry in fs::read_dir(self.folder.join(IMAGES)).into_iter().flatten().flatten() {
                let file = format!("{IMAGES}/{}", entry.file_name().to_string_lossy());
                if !lines.iter().any(|line| line.file == file) {
                    fs::remove_file(entry.path()).map_err(|source| unwritable(&entry.path(), source))?;
                }
            }
            Ok(())
        })
    }

    /// Every line, the oldest first; none where there is no table yet.
    pub fn list(&self) -> Result<Vec<OwnLine>, OwnLinesError> {
        let path = self.table();
        let table = match fs::read_to_string(&path) {
            Ok(table) => table,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(OwnLinesError::Unreadable { path, reason: error.to_string() }),
        };
        let mut rows = table.lines();
        if rows.next() != Some(HEADER) {
            return Err(OwnLinesError::Unreadable { path, reason: "its first line is not the one it had".to_owned() });
        }
        Ok(rows.filter_map(parse).collect())
    }

    /// How many lines there are.
    pub fn count(&self) -> Result<usize, OwnLinesError> {
        Ok(self.list()?.len())
    }

    /// Reads the table, changes it and writes it whole, one at a time on this machine.
    fn change<T>(
        &self,
        change: impl FnOnce(&mut Vec<OwnLine>) -> Result<T, OwnLinesError>,
    ) -> Result<T, OwnLinesError> {
        let path = self.table();
        let lock = self.folder.join(".lock");
        let locked = fs::create_dir_all(&self.folder).and_then(|()| File::create(&lock)).and_then(|file| {
            file.lock()?;
            Ok(file)
        });
        // Held until the end of this function.
        let _held = locked.map_err(|source| unwritable(&lock, source))?;
        let before = self.list()?;
        let mut lines = before.clone();
        let outcome = change(&mut lines)?;
        if lines != before {
            let rows = lines.iter().map(|OwnLine { file, origin, text }| format!("{file}\tme\tok\t{origin}\t{text}\n"));
            let table = format!("{HEADER}\n{}", rows.collect::<String>());
            write_atomically(&path, table.as_bytes()).map_err(|source| unwritable(&path, source))?;
        }
        Ok(outcome)
    }
}

/// A row of the table; `None` for one that is cut short.
fn parse(row: &str) -> Option<OwnLine> {
    let mut cells = row.split('\t');
    let file = cells.next()?;
    let (origin, text) = (cells.nth(2)?, cells.next()?);
    Some(OwnLine { file: file.to_owned(), origin: origin.to_owned(), text: text.to_owned() })
}

/// A text that fits a cell of the table: white space, which parts cells and rows, becomes single blanks.
fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Names a picture by its size and pixels.
fn fingerprint(image: &LineImage) -> String {
    let mut hash = Sha256::new();
    hash.update(image.pixels.width().to_le_bytes());
    hash.update(image.pixels.height().to_le_bytes());
    hash.update(image.pixels.as_raw());
    let number = hash.finalize().iter().take(12).fold(0_u128, |number, &byte| (number << 8) | u128::from(byte));
    format!("{number:024x}")
}

fn unwritable(path: &Path, source: io::Error) -> OwnLinesError {
    OwnLinesError::Unwritable { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{GrayImage, Luma};

    fn picture(ink: u32) -> LineImage {
        let mut pixels = GrayImage::from_pixel(40, 12, Luma([255]));
        pixels.put_pixel(ink, 5, Luma([0]));
        LineImage::from_gray(pixels)
    }

    fn user_lines() -> (tempfile::TempDir, UserLines) {
        let folder = tempfile::tempdir().unwrap();
        let lines = UserLines::new(folder.path().join("lines"));
        (folder, lines)
    }

    #[test]
    fn lines_come_back_as_they_were_added() {
        let (_folder, lines) = user_lines();
        assert_eq!(lines.count().unwrap(), 0);
        assert_eq!(lines.add(&picture(1), " one\tand\n two ", "page.jpg").unwrap(), Added::New);
        assert_eq!(lines.add(&picture(2), "three", "page.jpg").unwrap(), Added::New);
        let listed = lines.list().unwrap();
        assert_eq!(listed.iter().map(|line| line.text.as_str()).collect::<Vec<_>>(), ["one and two", "three"]);
        assert_eq!(LineImage::open(&lines.picture(&listed[1])).unwrap(), picture(2));
    }

    #[test]
    fn the_same_picture_is_one_line_with_the_last_text() {
        let (_folder, lines) = user_lines();
        lines.add(&picture(1), "helo", "a").unwrap();
        assert_eq!(lines.add(&picture(1), "hello", "a").unwrap(), Added::Replaced);
        assert_eq!(lines.add(&picture(1), "hello", "a").unwrap(), Added::Known);
        assert_eq!(lines.count().unwrap(), 1);
        assert_eq!(lines.list().unwrap()[0].text, "hello");
        assert!(matches!(lines.add(&picture(1), "  ", "a"), Err(OwnLinesError::NoText)));
    }

    #[test]
    fn a_removed_line_can_be_put_back_until_it_is_forgotten() {
        let (_folder, lines) = user_lines();
        lines.add(&picture(1), "one", "a").unwrap();
        lines.add(&picture(2), "two", "a").unwrap();
        let removed = lines.remove(&lines.list().unwrap()[0].file).unwrap().unwrap();
        assert_eq!(lines.count().unwrap(), 1);
        lines.restore(removed.clone()).unwrap();
        assert_eq!(lines.count().unwrap(), 2);
        lines.remove(&removed.file).unwrap();
        assert!(lines.picture(&removed).exists());
        lines.forget_removed().unwrap();
        assert!(!lines.picture(&removed).exists());
        assert!(lines.picture(&lines.list().unwrap()[0]).exists());
        assert_eq!(lines.remove("images/unknown.png").unwrap(), None);
    }

    #[test]
    fn lines_added_at_the_same_time_are_all_kept() {
        let (_folder, lines) = user_lines();
        std::thread::scope(|scope| {
            for n in 0..8 {
                let lines = &lines;
                scope.spawn(move || lines.add(&picture(n), &n.to_string(), "a").unwrap());
            }
        });
        assert_eq!(lines.count().unwrap(), 8);
    }

    #[test]
    fn a_foreign_table_is_neither_read_nor_replaced() {
        let (_folder, lines) = user_lines();
        write_atomically(&lines.table(), b"something else\n").unwrap();
        let error = lines.add(&picture(1), "one", "a").unwrap_err().to_string();
        assert!(error.contains("lines.tsv"), "{error}");
        assert_eq!(fs::read(lines.table()).unwrap(), b"something else\n");
    }
}
