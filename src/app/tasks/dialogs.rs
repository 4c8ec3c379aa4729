//! The system's file dialogs, waited for on a thread of their own.

use std::{
    future::Future,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use rfd::{AsyncFileDialog, FileHandle};

use super::page::FileEvent;
use crate::{
    app::state::text::TextScope,
    imaging::IMAGE_EXTENSIONS,
    jobs::{JobHandle, Wake},
};

/// Nobody closes a dialog sooner than this: an answer of nothing within it means that the system has no dialog to show
/// (on Linux, neither a desktop portal nor zenity).
const TOO_SOON_FOR_A_PERSON: Duration = Duration::from_millis(300);

/// Asks which files to open.
pub(crate) fn open(wake: Wake) -> std::io::Result<JobHandle<FileEvent>> {
    // macOS wants dialogs made on the main thread; only the waiting is done elsewhere.
    let answer = AsyncFileDialog::new()
        .set_title("Open pages of handwriting")
        .add_filter("Images and PDFs", &IMAGE_EXTENSIONS)
        .add_filter("All files", &["*"])
        .pick_files();
    let chosen = |files: Vec<FileHandle>| {
        FileEvent::Chosen(files.iter().map(|file| file.path().to_owned()).collect::<Vec<PathBuf>>())
    };
    wait("open dialog", wake, answer, chosen, FileEvent::Failed)
}

/// Asks where to save a page or its text, and so as what; proposes `proposal`.
pub(crate) fn save_text(wake: Wake, proposal: &Path, scope: TextScope) -> std::io::Result<JobHandle<FileEvent>> {
    let name = proposal.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let is_pdf = proposal.extension().is_some_and(|extension| extension == "pdf");
    let mut kinds = vec![
        ("Text", ["txt"].as_slice()),
        ("Searchable PDF", &["pdf"]),
        ("PAGE XML", &["xml"]),
        ("ALTO", &["alto.xml", "alto"]),
        ("hOCR", &["hocr", "html"]),
    ];
    if is_pdf {
        kinds.swap(0, 1);
    }
    let dialog = AsyncFileDialog::new().set_title(if is_pdf { "Save as PDF" } else { "Save text" }).set_file_name(name);
    let mut dialog = kinds.into_iter().fold(dialog, |dialog, (kind, endings)| dialog.add_filter(kind, endings));
    if let Some(folder) = proposal.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        dialog = dialog.set_directory(folder);
    }
    let chosen = move |file: FileHandle| FileEvent::SaveTo(file.path().to_owned(), scope);
    wait("save dialog", wake, dialog.save_file(), chosen, FileEvent::Failed)
}

/// What else the user may be asked for.
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
        /// What its name may end in, after a name for the kind.
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

/// Asks for a file or folder and makes an event of the answer, or of the reason why nobody can be asked.
pub(crate) fn ask<E: Send + 'static>(
    wake: Wake,
    ask: Ask,
    to_event: impl FnOnce(PathBuf) -> E + Send + 'static,
) -> std::io::Result<JobHandle<Result<E, String>>> {
    let dialog = AsyncFileDialog::new();
    let event = move |file: FileHandle| Ok(to_event(file.path().to_owned()));
    match ask {
        Ask::Folder { title } => wait("dialog", wake, dialog.set_title(title).pick_folder(), event, Err),
        Ask::File { title, kinds: (kind, endings) } => {
            let dialog = dialog.set_title(title).add_filter(kind, endings).add_filter("All files", &["*"]);
            wait("dialog", wake, dialog.pick_file(), event, Err)
        }
        Ask::NewFile { title, name } => {
            wait("dialog", wake, dialog.set_title(title).set_file_name(name).save_file(), event, Err)
        }
    }
}

fn wait<T: 'static, E: Send + 'static>(
    name: &str,
    wake: Wake,
    answer: impl Future<Output = Option<T>> + Send + 'static,
    to_event: impl FnOnce(T) -> E + Send + 'static,
    to_failure: fn(String) -> E,
) -> std::io::Result<JobHandle<E>> {
    let asked = Instant::now();
    JobHandle::spawn(name, wake, move |job| {
        let event = match pollster::block_on(answer) {
            Some(chosen) => to_event(chosen),
            None if asked.elapsed() < TOO_SOON_FOR_A_PERSON => to_failure(
                "This system shows no file dialogs: install xdg-desktop-portal or zenity, or drop files onto the \
                 window"
                    .to_owned(),
            ),
            None => return,
        };
        // A handle that is gone wants no answer.
        job.report(event).ok();
    })
}
