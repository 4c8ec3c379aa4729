//! The project that the open pages belong to.

use std::{
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::{Path, PathBuf},
};

use super::document::Document;

/// The choices of saving a project for the first time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProjectSheet {
    /// Whether the pictures are packed into the file, to be handed on.
    pub(crate) holds_pictures: bool,
}

/// A project on the disk.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OpenProject {
    pub(crate) path: PathBuf,
    pub(crate) holds_pictures: bool,
    /// The [`change_stamp`] of what is on the disk; `None` before it was saved, or when it differs from what is open.
    pub(crate) saved_stamp: Option<u64>,
    /// When the first change was seen that is not on the disk, in seconds of the window's clock.
    pub(crate) changed_at_secs: Option<f64>,
}

impl OpenProject {
    /// It is being saved, perhaps under another name.
    pub(crate) fn is_being_saved(&mut self, path: &Path, holds_pictures: bool) {
        if self.path != path {
            self.saved_stamp = None;
        }
        path.clone_into(&mut self.path);
        self.holds_pictures = holds_pictures;
        self.changed_at_secs = None;
    }

    /// Its name for the user.
    pub(crate) fn name(&self) -> String {
        self.path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
    }
}

/// A number that changes with everything that a project holds.
pub(crate) fn change_stamp(documents: &[Document]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for document in documents {
        let n_read = document.page.lines.iter().filter(|line| line.transcription.is_some()).count();
        (document.id, document.edit_count, document.page.lines.len(), n_read, document.is_read()).hash(&mut hasher);
    }
    hasher.finish()
}
