//! The system's file dialogs, which belong to the window and are waited for on threads of their own.

use std::{
    future::Future,
    io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use eframe::Frame;
use rfd::{AsyncFileDialog, FileHandle};

use crate::{
    formats::ExportFormat,
    imaging::IMAGE_EXTENSIONS,
    jobs::{JobHandle, Wake},
    storage::PROJECT_ENDING,
};

/// No user closes a dialog sooner than this: an empty answer within it means that the system has no dialog to show (on
/// Linux, neither a desktop portal nor zenity). No measurement recorded.
const TOO_SOON_FOR_A_PERSON: Duration = Duration::from_millis(300);
const NO_DIALOGS: &str =
    "This system shows no file dialogs: install xdg-desktop-portal or zenity, or drop files onto the window";

/// An answer: what the user chose, or why no dialog can be shown.
type Answer<T> = Result<T, String>;

/// Dialogs that lie above the window, wherever the system lets them.
#[derive(Default)]
pub(crate) struct Dialogs {
    /// A dialog that lacks everything else.
    of_window: AsyncFileDialog,
    has_window: bool,
}

impl Dialogs {
    /// Makes them belong to the window of `frame`.
    pub(crate) fn adopt(&mut self, frame: &Frame) {
        if !self.has_window {
            self.of_window = AsyncFileDialog::new().set_parent(frame);
            self.has_window = true;
        }
    }

    /// Asks which files to open, in `folder` at first, and reports what `to_event` makes of the answer.
    pub(crate) fn open<E: Send + 'static>(
        &self,
        wake: Wake,
        folder: Option<&Path>,
        to_event: impl FnOnce(Answer<Vec<PathBuf>>) -> E + Send + 'static,
    ) -> io::Result<JobHandle<E>> {
        let dialog = self.of_window.clone().set_title("Open pages of handwriting");
        let pages = [IMAGE_EXTENSIONS.as_slice(), &[PROJECT_ENDING]].concat();
        let dialog = dialog.add_filter("Images, PDFs and projects", &pages).add_filter("All files", &["*"]);
        let paths = |files: Vec<FileHandle>| files.iter().map(path_of).collect();
        // macOS requires dialogs to be made on the main thread; only the waiting is done elsewhere.
        let chosen = beginning_in(dialog, folder).pick_files();
        wait("open dialog", wake, chosen, move |answer| to_event(answer.map(paths)))
    }

    /// Asks where to save a file of this format; proposes `proposal`.
    pub(crate) fn save<E: Send + 'static>(
        &self,
        wake: Wake,
        proposal: &Path,
        format: ExportFormat,
        to_event: impl FnOnce(Answer<PathBuf>) -> E + Send + 'static,
    ) -> io::Result<JobHandle<E>> {
        let endings: Vec<&str> = format.endings().iter().map(|ending| ending.trim_start_matches('.')).collect();
        let dialog = self.of_window.clone().set_title(format!("Save as {}", format.name()));
        save(dialog.add_filter(format.name(), &endings), wake, proposal, to_event)
    }

    /// Asks where to save a project; proposes `proposal`.
    pub(crate) fn save_project<E: Send + 'static>(
        &self,
        wake: Wake,
        proposal: &Path,
        to_event: impl FnOnce(Answer<PathBuf>) -> E + Send + 'static,
    ) -> io::Result<JobHandle<E>> {
        let dialog = self.of_window.clone().set_title("Save project");
        save(dialog.add_filter("Longhand project", &[PROJECT_ENDING]), wake, proposal, to_event)
    }

    /// Asks for a file or folder, and reports what `to_event` makes of the answer.
    pub(crate) fn ask<E: Send + 'static>(
        &self,
        wake: Wake,
        ask: Ask,
        to_event: impl FnOnce(Answer<PathBuf>) -> E + Send + 'static,
    ) -> io::Result<JobHandle<E>> {
        let dialog = self.of_window.clone();
        let event = move |answer: Answer<FileHandle>| to_event(answer.map(|file| path_of(&file)));
        match ask {
            Ask::Folder { title } => wait("dialog", wake, dialog.set_title(title).pick_folder(), event),
            Ask::File { title, kinds: (kind, endings) } => {
                let dialog = dialog.set_title(title).add_filter(kind, endings).add_filter("All files", &["*"]);
                wait("dialog", wake, dialog.pick_file(), event)
            }
            Ask::NewFile { title, name } => {
                wait("dialog", wake, dialog.set_title(title).set_file_name(name).save_file(), event)
            }
        }
    }
}

/// Asks where to save; proposes `proposal`.
fn save<E: Send + 'static>(
    dialog: AsyncFileDialog,
    wake: Wake,
    proposal: &Path,
    to_event: impl FnOnce(Answer<PathBuf>) -> E + Send + 'static,
) -> io::Result<JobHandle<E>> {
    let name = proposal.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let chosen = beginning_in(dialog.set_file_name(name), proposal.parent()).save_file();
    wait("save dialog", wake, chosen, |answer| to_event(answer.map(|file| path_of(&file))))
}

/// The dialog with the contents of `folder`, if that has a name.
fn beginning_in(dialog: AsyncFileDialog, folder: Option<&Path>) -> AsyncFileDialog {
    match folder.filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => dialog.set_directory(folder),
        None => dialog,
    }
}

/// A question for a file or folder.
#[derive(Clone, Debug)]
pub(crate) enum Ask {
    /// A folder that exists.
    Folder {
        /// The dialog's title.
        title: &'static str,
    },
    /// A file that exists.
    File {
        /// The dialog's title.
        title: &'static str,
        /// A name for the kind of file, and the extensions of its names.
        kinds: (&'static str, &'static [&'static str]),
    },
    /// A place for a new file.
    NewFile {
        /// The dialog's title.
        title: &'static str,
        /// The file's proposed name.
        name: String,
    },
}

fn path_of(file: &FileHandle) -> PathBuf {
    file.path().to_owned()
}

/// Waits for the dialog on a thread; a dialog that the user cancelled reports nothing.
fn wait<T: 'static, E: Send + 'static>(
    name: &str,
    wake: Wake,
    chosen: impl Future<Output = Option<T>> + Send + 'static,
    to_event: impl FnOnce(Answer<T>) -> E + Send + 'static,
) -> io::Result<JobHandle<E>> {
    let asked = Instant::now();
    JobHandle::spawn(name, wake, move |job| match pollster::block_on(chosen) {
        Some(chosen) => job.tell(to_event(Ok(chosen))),
        None if asked.elapsed() < TOO_SOON_FOR_A_PERSON => job.tell(to_event(Err(NO_DIALOGS.to_owned()))),
        None => Ok(()),
    })
}
