//! The system's file dialogs, waited for on a thread of their own.

use std::{
    future::Future,
    io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

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

/// Asks which files to open, and reports what `to_event` makes of the answer.
pub(crate) fn open<E: Send + 'static>(
    wake: Wake,
    to_event: impl FnOnce(Answer<Vec<PathBuf>>) -> E + Send + 'static,
) -> io::Result<JobHandle<E>> {
    // macOS requires dialogs to be made on the main thread; only the waiting is done elsewhere.
    let chosen = AsyncFileDialog::new()
        .set_title("Open pages of handwriting")
        .add_filter("Images, PDFs and projects", &[IMAGE_EXTENSIONS.as_slice(), &[PROJECT_ENDING]].concat())
        .add_filter("All files", &["*"])
        .pick_files();
    let paths = |files: Vec<FileHandle>| files.iter().map(path_of).collect();
    wait("open dialog", wake, chosen, move |answer| to_event(answer.map(paths)))
}

/// Asks where to save a file of this format; proposes `proposal`.
pub(crate) fn save<E: Send + 'static>(
    wake: Wake,
    proposal: &Path,
    format: ExportFormat,
    to_event: impl FnOnce(Answer<PathBuf>) -> E + Send + 'static,
) -> io::Result<JobHandle<E>> {
    let name = proposal.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let endings: Vec<&str> = format.endings().iter().map(|ending| ending.trim_start_matches('.')).collect();
    let dialog = AsyncFileDialog::new().set_title(format!("Save as {}", format.name())).set_file_name(name);
    let mut dialog = dialog.add_filter(format.name(), &endings);
    if let Some(folder) = proposal.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        dialog = dialog.set_directory(folder);
    }
    wait("save dialog", wake, dialog.save_file(), |answer| to_event(answer.map(|file| path_of(&file))))
}

/// Asks where to save a project; proposes `proposal`.
pub(crate) fn save_project<E: Send + 'static>(
    wake: Wake,
    proposal: &Path,
    to_event: impl FnOnce(Answer<PathBuf>) -> E + Send + 'static,
) -> io::Result<JobHandle<E>> {
    let name = proposal.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let dialog = AsyncFileDialog::new().set_title("Save project").set_file_name(name);
    let mut dialog = dialog.add_filter("Longhand project", &[PROJECT_ENDING]);
    if let Some(folder) = proposal.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        dialog = dialog.set_directory(folder);
    }
    wait("save dialog", wake, dialog.save_file(), |answer| to_event(answer.map(|file| path_of(&file))))
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

/// Asks for a file or folder, and reports what `to_event` makes of the answer.
pub(crate) fn ask<E: Send + 'static>(
    wake: Wake,
    ask: Ask,
    to_event: impl FnOnce(Answer<PathBuf>) -> E + Send + 'static,
) -> io::Result<JobHandle<E>> {
    let dialog = AsyncFileDialog::new();
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
