//! The state of the window. Views read it; only `logic` holds it for writing.

mod adjustments;
pub(super) mod corner_edit;
mod correcting;
pub(super) mod document;
mod doubts;
pub(super) mod earlier;
pub(super) mod export_sheet;
pub(super) mod file_page;
pub(super) mod finding;
pub(super) mod first_readings;
mod history;
mod ink_edits;
mod line_edits;
mod line_matching;
pub(super) mod notifications;
pub(super) mod project;
pub(super) mod question;
pub(super) mod reader_choice;
mod selection;

use std::sync::Arc;

use eframe::egui::Rect;

use self::{
    document::{Document, DocumentId, Origin, Stage},
    export_sheet::ExportSheet,
    finding::Finding,
    notifications::Notifications,
    project::{OpenProject, ProjectSheet},
    question::{BinState, Question},
};
use super::{
    lab::{Lab, command::LabPanel, lab_view::LabView},
    tasks::files::SavingProgress,
};
use crate::{recognition::PageReader, storage::Settings};

/// Number of closed pages that can be opened again. A pasted page keeps its pixels in memory for that.
const MAX_CLOSED: usize = 5;

/// Whether there is a model to read with.
pub(super) enum ReaderStatus {
    /// Being loaded.
    Loading,
    /// Ready for any page.
    Ready(Arc<PageReader>),
    /// Could not be loaded, and why.
    Unavailable(String),
}

/// What the window shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Workspace {
    /// Pages and their text.
    #[default]
    Pages,
    /// Models: compared, measured, trained.
    Lab(LabPanel),
}

/// How far closing the window has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Closing {
    /// The window stays open.
    #[default]
    No,
    /// The user is asked whether to close.
    Asking,
    /// Waits for the training's checkpoint, or until pages are saved.
    Stopping,
    /// The window closes at the next chance.
    Now,
}

/// Radius of the eraser, in page pixels.
pub(super) const ERASER_RADIUS: f32 = 12.0;

/// The pointer's tool on a page that is written here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Tool {
    #[default]
    Pen,
    /// Takes whole strokes away.
    Eraser,
    /// Takes the ink away that it touches.
    InkEraser,
    /// Takes strokes to be moved, scaled, copied and deleted.
    Lasso,
}

/// The open pages and everything around them.
#[expect(clippy::struct_excessive_bools, reason = "each is open or not, in any combination")]
pub(super) struct State {
    pub(super) workspace: Workspace,
    pub(super) lab: Lab,
    pub(super) documents: Vec<Document>,
    /// Pages closed lately, the last at the end, each with its index before.
    pub(super) closed: Vec<(Document, usize)>,
    pub(super) current: Option<DocumentId>,
    pub(super) settings: Settings,
    pub(super) notifications: Notifications,
    pub(super) reader: ReaderStatus,
    pub(super) tool: Tool,
    /// Whether pen and paper can be chosen, in a menu at the bar.
    pub(super) shows_pen_menu: bool,
    /// Whether lines are drawn, moved and resized on the page.
    pub(super) edits_lines: bool,
    pub(super) shows_shortcuts: bool,
    pub(super) shows_palette: bool,
    pub(super) shows_settings: bool,
    /// The page view's rectangle in the last frame, in screen points.
    pub(super) viewport: Rect,
    pub(super) closing: Closing,
    /// A question over the window.
    pub(super) question: Option<Question>,
    /// The export sheet, while it is shown.
    pub(super) export: Option<ExportSheet>,
    /// Find and replace, while it is open.
    pub(super) finding: Option<Finding>,
    /// The project that the pages belong to.
    pub(super) project: Option<OpenProject>,
    /// The choices of saving it, while they are shown.
    pub(super) project_sheet: Option<ProjectSheet>,
    /// The bin, while it is shown.
    pub(super) bin: Option<BinState>,
    /// Whether a dialog of the system is open.
    pub(super) is_dialog_open: bool,
    /// Whether the pages of files to be opened are being found.
    pub(super) is_opening: bool,
    /// Progress of saving pages, while it is under way.
    pub(super) saving: Option<SavingProgress>,
}

impl State {
    /// Nothing open yet.
    pub(super) fn new(settings: Settings) -> Self {
        Self {
            workspace: Workspace::default(),
            lab: Lab::default(),
            documents: Vec::new(),
            closed: Vec::new(),
            current: None,
            settings,
            notifications: Notifications::default(),
            reader: ReaderStatus::Loading,
            tool: Tool::default(),
            shows_pen_menu: false,
            edits_lines: false,
            shows_shortcuts: false,
            shows_palette: false,
            shows_settings: false,
            viewport: Rect::ZERO,
            closing: Closing::default(),
            question: None,
            export: None,
            finding: None,
            project: None,
            project_sheet: None,
            bin: None,
            is_dialog_open: false,
            is_opening: false,
            saving: None,
        }
    }

    /// Keeps a page that was closed at `index`, without pixels that can be loaded again.
    pub(super) fn remember_closed(&mut self, mut document: Document, index: usize) {
        document.picture.unload(!matches!(document.origin, Origin::Clipboard | Origin::Sample));
        if document.is_busy() {
            document.stage = Stage::Waiting;
        }
        self.closed.push((document, index));
        if self.closed.len() > MAX_CLOSED {
            self.closed.remove(0);
        }
    }

    /// The part of the state that views of the lab's panels read.
    pub(super) fn lab_view(&self) -> LabView<'_> {
        let models = self.lab.models();
        LabView { settings: &self.settings, document: self.document(), documents: &self.documents, models }
    }

    /// The page that is shown.
    pub(super) fn document(&self) -> Option<&Document> {
        self.find(self.current?)
    }

    /// The page that is shown, to be changed.
    pub(super) fn document_mut(&mut self) -> Option<&mut Document> {
        self.find_mut(self.current?)
    }

    /// The page called `id`.
    pub(super) fn find(&self, id: DocumentId) -> Option<&Document> {
        self.documents.iter().find(|document| document.id == id)
    }

    /// The page called `id`, to be changed.
    pub(super) fn find_mut(&mut self, id: DocumentId) -> Option<&mut Document> {
        self.documents.iter_mut().find(|document| document.id == id)
    }

    /// The shown page's place among the open ones.
    pub(super) fn current_index(&self) -> Option<usize> {
        let current = self.current?;
        self.documents.iter().position(|document| document.id == current)
    }
}
