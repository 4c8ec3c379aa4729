//! The jobs under way: one typed place for each kind.

use crate::{
    app::{
        lab::command::LabCommand,
        state::document::DocumentId,
        tasks::{
            dialogs::Dialogs,
            files::FileEvent,
            job_slot::JobSlot,
            page::{DisplayEvent, ReadingEvent},
            writer::Writer,
        },
    },
    imaging::Corners,
    jobs::{JobHandle, Wake},
    recognition::PageReader,
};

pub(super) type LoadedReader = Result<PageReader, String>;

/// A reader that is being loaded.
pub(super) struct LoadingReader {
    pub(super) job: JobHandle<LoadedReader>,
    pub(super) wanted: WantedReader,
}

/// Why a reader is loaded.
pub(super) enum WantedReader {
    /// The program starts; the settings name it.
    BySettings,
    /// The user chose it: the settings get its name once it is loaded, and the open pages may be read again.
    Chosen { name: String, reads_again: bool },
    /// The reader in the settings cannot be loaded.
    InsteadOfAnother,
}

/// The handles of the jobs under way.
pub(super) struct Running {
    pub(super) wake: Wake,
    pub(super) loading_reader: Option<LoadingReader>,
    pub(super) display: Option<(DocumentId, JobHandle<DisplayEvent>)>,
    pub(super) reading: Option<(DocumentId, JobHandle<ReadingEvent>)>,
    pub(super) finding_sheet: Option<(DocumentId, JobHandle<Corners>)>,
    pub(super) dialogs: Dialogs,
    pub(super) dialog: Option<JobHandle<FileEvent>>,
    pub(super) files: Vec<JobHandle<FileEvent>>,
    pub(super) saving: Vec<JobHandle<FileEvent>>,
    pub(super) lab_dialog: JobSlot<Result<LabCommand, String>>,
    pub(super) writer: Option<Writer>,
    /// Whether one of the jobs that save saves the project.
    pub(super) is_saving_project: bool,
    /// Holds what was copied as HTML.
    pub(super) clipboard: Option<arboard::Clipboard>,
    /// Loaded pages in the order in which they were last shown, the newest last.
    pub(super) shown: Vec<DocumentId>,
}

impl Running {
    pub(super) fn new(wake: Wake) -> Self {
        let writer = Writer::start().map_err(|error| tracing::error!("nothing will be saved: {error}")).ok();
        Self {
            wake,
            loading_reader: None,
            display: None,
            reading: None,
            finding_sheet: None,
            dialogs: Dialogs::default(),
            dialog: None,
            files: Vec::new(),
            saving: Vec::new(),
            lab_dialog: JobSlot::default(),
            writer,
            is_saving_project: false,
            clipboard: None,
            shown: Vec::new(),
        }
    }

    /// Ends the reading of page `id`, if it is under way.
    pub(super) fn stop_reading(&mut self, id: DocumentId) {
        self.reading.take_if(|(reading, _)| *reading == id);
    }

    /// Ends the showing of page `id`, if it is under way.
    pub(super) fn stop_showing(&mut self, id: DocumentId) {
        self.display.take_if(|(shown, _)| *shown == id);
    }

    /// Ends all work on page `id`.
    pub(super) fn forget(&mut self, id: DocumentId) {
        self.stop_reading(id);
        self.stop_showing(id);
        self.shown.retain(|&shown| shown != id);
    }
}
