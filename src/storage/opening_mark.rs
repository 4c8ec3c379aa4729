//! A mark that stands while the window opens. If it still stands at the next start, the program ended before it had
//! drawn anything: drivers of graphics cards can end a program so, without an error that it could report.

use std::{
    fs::{self, File, TryLockError},
    io::{self, Read as _, Seek as _, Write as _},
    path::Path,
};

const OPENING: &[u8] = b"opening\n";

/// How the last opening ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// With a window, or nobody knows.
    Done,
    /// The program ended first.
    Failed,
}

/// The mark of this program's opening. Locked, so that another program which opens at the same time is not taken for
/// one that failed.
#[derive(Debug)]
pub struct OpeningMark {
    /// `None` where no mark can be set: another program holds it, or nothing can be written.
    file: Option<File>,
}

impl OpeningMark {
    /// Sets the mark at `path`, and tells how the last opening ended.
    pub fn set(path: &Path) -> (Self, Opening) {
        match locked(path) {
            Ok(Some((file, last))) => (Self { file: Some(file) }, last),
            Ok(None) | Err(_) => (Self { file: None }, Opening::Done),
        }
    }

    /// Takes the mark away: the window is there, or the program has told why it is not.
    pub fn clear(self) {
        // Ignored: the next start would draw more slowly.
        self.file.map(|file| file.set_len(0)).transpose().ok();
    }
}

/// The locked file at `path` with the mark in it, and how the last opening ended; `None` if another program holds it.
fn locked(path: &Path) -> io::Result<Option<(File, Opening)>> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = File::options().create(true).truncate(false).read(true).write(true).open(path)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(error)) => return Err(error),
    }
    let mut found = Vec::new();
    (&file).take(OPENING.len() as u64).read_to_end(&mut found)?;
    file.rewind()?;
    file.write_all(OPENING)?;
    Ok(Some((file, if found == OPENING { Opening::Failed } else { Opening::Done })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_opening_that_was_not_finished_is_told_at_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data").join("window-opening");
        let (first, last) = OpeningMark::set(&path);
        assert_eq!(last, Opening::Done);
        first.clear();
        let (second, last) = OpeningMark::set(&path);
        assert_eq!(last, Opening::Done);
        // The program ends, and its lock with it.
        drop(second);
        let (third, last) = OpeningMark::set(&path);
        assert_eq!(last, Opening::Failed);
        third.clear();
        assert_eq!(OpeningMark::set(&path).1, Opening::Done);
    }

    #[test]
    fn a_program_that_is_still_opening_has_not_failed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("window-opening");
        let (first, _) = OpeningMark::set(&path);
        let (second, last) = OpeningMark::set(&path);
        assert_eq!(last, Opening::Done);
        second.clear();
        drop(first);
        assert_eq!(OpeningMark::set(&path).1, Opening::Failed);
    }

    #[test]
    fn where_nothing_can_be_written_nothing_is_known() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        let (mark, last) = OpeningMark::set(&file.join("window-opening"));
        assert_eq!(last, Opening::Done);
        mark.clear();
    }
}
