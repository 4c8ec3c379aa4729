//! Saves what a panel shows, off the drawing thread: reports, tables, pictures.

use std::path::PathBuf;

use super::{
    command::{LabCommand, SavedFile},
    context::LabContext,
};
use crate::{
    app::tasks::{dialogs::Ask, job_slot::JobSlot},
    storage::write_atomically,
};

impl SavedFile {
    /// Begins the sentence that it is saved.
    const fn name(self) -> &'static str {
        match self {
            Self::Report => "Report",
            Self::Table => "Table",
            Self::Picture => "Picture",
        }
    }

    const fn question(self) -> &'static str {
        match self {
            Self::Report => "Save the report",
            Self::Table => "Save the table",
            Self::Picture => "Save the picture",
        }
    }

    const fn ending(self) -> &'static str {
        match self {
            Self::Report => "html",
            Self::Table => "csv",
            Self::Picture => "png",
        }
    }

    /// Asks where to save it; the answer arrives as the command that `to_command` makes of it.
    pub(super) fn ask(
        self,
        cx: &mut LabContext<'_>,
        stem: &str,
        to_command: impl FnOnce(PathBuf) -> LabCommand + Send + 'static,
    ) {
        let name = format!("{stem}.{}", self.ending());
        cx.ask(Ask::NewFile { title: self.question(), name }, to_command);
    }
}

/// Writes one file at a time and tells of it.
#[derive(Default)]
pub(super) struct FileSaver {
    slot: JobSlot<Result<PathBuf, String>>,
    file: Option<SavedFile>,
}

impl FileSaver {
    /// Writes what `make` returns to `path`.
    pub(super) fn save(
        &mut self,
        file: SavedFile,
        path: PathBuf,
        cx: &mut LabContext<'_>,
        make: impl FnOnce() -> Result<Vec<u8>, String> + Send + 'static,
    ) {
        self.file = Some(file);
        self.slot.start("Saving", &mut cx.jobs, move |job| {
            let saved = make().and_then(|bytes| {
                write_atomically(&path, &bytes)
                    .map_err(|error| format!("{} could not be saved: {error}", path.display()))
            });
            job.tell(saved.map(|()| path))
        });
    }

    pub(super) fn poll(&mut self, cx: &mut LabContext<'_>) {
        for saved in self.slot.poll(&mut cx.jobs) {
            let name = self.file.map_or("File", SavedFile::name);
            match saved {
                Ok(path) => cx.inform(format!("{name} saved as {}", path.display())),
                Err(reason) => cx.fail(reason),
            }
        }
    }
}
