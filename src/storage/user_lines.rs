//! The user's labelled lines: line images with their texts, collected only on request.
//!
//! A folder with `lines.tsv` (the columns `file`, `writer`, `segmentation`, `origin`, `text` of labelled sets) and
//! `images/*.png`. Images are named by a hash of their pixels, so that a line added twice is one line.

use std::{
    fs::{self, File},
    io::{self, Cursor},
    path::{Path, PathBuf},
};

use image::ImageFormat;
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use super::{atomic::write_atomically, limited::read_text_limited};
use crate::{
    imaging::{LineImage, PageImage, crop_line, prepare},
    page::TextLine,
};

/// The largest table that is read, in bytes: some hundreds of thousands of lines.
const MAX_TABLE_BYTES: u64 = 100_000_000;
/// The table's file name.
const TABLE: &str = "lines.tsv";
/// The name of the folder of images.
const IMAGES: &str = "images";
/// The header of the table.
const HEADER: &str = "file\twriter\tsegmentation\torigin\ttext";

/// Why the user's lines could not be read or changed.
#[derive(Debug, Error)]
pub enum UserLinesError {
    /// The table cannot be read.
    #[error("your lines in {} cannot be read: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The defect, as a clause.
        reason: String,
    },
    /// A file could not be written.
    #[error("your lines could not be kept in {}: {source}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The line has no text.
    #[error("a line without text cannot be learnt from")]
    NoText,
}

/// A line of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserLine {
    /// The image, relative to the table.
    pub file: String,
    /// The name of the page it came from.
    pub origin: String,
    /// Its text.
    pub text: String,
}

/// The result of adding a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// The line is new.
    New,
    /// The line was known and has a new text.
    Replaced,
    /// The line was known with the same text.
    Known,
}

/// The folder of the user's lines. It need not exist before the first line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserLines {
    folder: PathBuf,
}

impl UserLines {
    /// The lines in `folder`.
    pub const fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// The table, which is a labelled set.
    pub fn table(&self) -> PathBuf {
        self.folder.join(TABLE)
    }

    /// The file of the image of `line`.
    pub fn picture(&self, line: &UserLine) -> PathBuf {
        self.folder.join(&line.file)
    }

    /// Adds a line with its text; white space is collapsed. A known image gets the new text.
    pub fn add(&self, image: &LineImage, text: &str, origin: &str) -> Result<Added, UserLinesError> {
        let text = cell(text);
        if text.is_empty() {
            return Err(UserLinesError::NoText);
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
            let line = UserLine { file: file.clone(), origin: cell(origin), text: text.clone() };
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

    /// Adds the lines of `page` that have a text. Returns the number of new or replaced lines, and that of known ones.
    pub fn add_page(
        &self,
        page: &PageImage,
        lines: &[TextLine],
        origin: &str,
    ) -> Result<(usize, usize), UserLinesError> {
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

    /// Removes the line with this image from the table and returns it. The image stays until [`Self::forget_removed`],
    /// so that [`Self::restore`] can undo the removal.
    pub fn remove(&self, file: &str) -> Result<Option<UserLine>, UserLinesError> {
        self.change(|lines| {
            let place = lines.iter().position(|line| line.file == file);
            Ok(place.map(|place| lines.remove(place)))
        })
    }

    /// Restores a removed line at the end of the table.
    pub fn restore(&self, line: UserLine) -> Result<(), UserLinesError> {
        self.change(|lines| {
            lines.retain(|known| known.file != line.file);
            lines.push(line);
            Ok(())
        })
    }

    /// Deletes the images of removed lines.
    pub fn forget_removed(&self) -> Result<(), UserLinesError> {
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

    /// All lines, the oldest first; none without a table.
    pub fn list(&self) -> Result<Vec<UserLine>, UserLinesError> {
        let path = self.table();
        let table = match read_text_limited(&path, MAX_TABLE_BYTES) {
            Ok(table) => table,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(UserLinesError::Unreadable { path, reason: error.to_string() }),
        };
        let mut rows = table.lines();
        if rows.next() != Some(HEADER) {
            return Err(UserLinesError::Unreadable { path, reason: "its first line is not the one it had".to_owned() });
        }
        Ok(rows.filter_map(parse).collect())
    }

    /// The number of lines.
    pub fn count(&self) -> Result<usize, UserLinesError> {
        Ok(self.list()?.len())
    }

    /// Reads, changes and atomically writes the table under a lock, so that changes by other programs are not lost.
    fn change<T>(
        &self,
        change: impl FnOnce(&mut Vec<UserLine>) -> Result<T, UserLinesError>,
    ) -> Result<T, UserLinesError> {
        let path = self.table();
        let lock = self.folder.join(".lock");
        let locked = fs::create_dir_all(&self.folder).and_then(|()| File::create(&lock)).and_then(|file| {
            file.lock()?;
            Ok(file)
        });
        // The lock is held until the end of this function.
        let _held = locked.map_err(|source| unwritable(&lock, source))?;
        let before = self.list()?;
        let mut lines = before.clone();
        let outcome = change(&mut lines)?;
        if lines != before {
            let rows =
                lines.iter().map(|UserLine { file, origin, text }| format!("{file}\tme\tok\t{origin}\t{text}\n"));
            let table = format!("{HEADER}\n{}", rows.collect::<String>());
            write_atomically(&path, table.as_bytes()).map_err(|source| unwritable(&path, source))?;
        }
        Ok(outcome)
    }
}

/// Parses a row of the table; `None` if it is truncated.
fn parse(row: &str) -> Option<UserLine> {
    let mut cells = row.split('\t');
    let file = cells.next()?;
    let (origin, text) = (cells.nth(2)?, cells.next()?);
    Some(UserLine { file: file.to_owned(), origin: origin.to_owned(), text: text.to_owned() })
}

/// A text for a cell of the table: white space, which would separate cells and rows, becomes single spaces.
fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The hash of an image's size and pixels, in hexadecimal.
fn fingerprint(image: &LineImage) -> String {
    let mut hash = Sha256::new();
    hash.update(image.pixels.width().to_le_bytes());
    hash.update(image.pixels.height().to_le_bytes());
    hash.update(image.pixels.as_raw());
    let number = hash.finalize().iter().take(12).fold(0_u128, |number, &byte| (number << 8) | u128::from(byte));
    format!("{number:024x}")
}

fn unwritable(path: &Path, source: io::Error) -> UserLinesError {
    UserLinesError::Unwritable { path: path.to_owned(), source }
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
        assert!(matches!(lines.add(&picture(1), "  ", "a"), Err(UserLinesError::NoText)));
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
