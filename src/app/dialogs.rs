//! The system's file dialogs, waited for on a thread of their own.

use std::path::{Path, PathBuf};

use rfd::AsyncFileDialog;

use super::tasks::{FileEvent, IMAGE_EXTENSIONS};
use crate::jobs::{JobHandle, Wake};

/// Asks which images to open.
pub(super) fn open(wake: Wake) -> std::io::Result<JobHandle<FileEvent>> {
    // macOS wants dialogs made on the main thread; only the waiting is done elsewhere.
    let answer = AsyncFileDialog::new()
        .set_title("Open pages of handwriting")
        .add_filter("Images", &IMAGE_EXTENSIONS)
        .add_filter("All files", &["*"])
        .pick_files();
    JobHandle::spawn("open dialog", wake, move |job| {
        let files: Vec<PathBuf> =
            pollster::block_on(answer).into_iter().flatten().map(|file| file.path().to_owned()).collect();
        if !files.is_empty() {
            // A handle that is gone wants no answer.
            job.report(FileEvent::Chosen(files)).ok();
        }
    })
}

/// Asks where to save a text; proposes `proposal`.
pub(super) fn save_text(wake: Wake, proposal: &Path) -> std::io::Result<JobHandle<FileEvent>> {
    let name = proposal.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut dialog = AsyncFileDialog::new().set_title("Save text").add_filter("Text", &["txt"]).set_file_name(name);
    if let Some(folder) = proposal.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        dialog = dialog.set_directory(folder);
    }
    let answer = dialog.save_file();
    JobHandle::spawn("save dialog", wake, move |job| {
        if let Some(file) = pollster::block_on(answer) {
            job.report(FileEvent::SaveTo(file.path().to_owned())).ok();
        }
    })
}
