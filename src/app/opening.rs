//! How pages come and go: dialogs, files, the clipboard, blank sheets.

use std::{path::PathBuf, sync::Arc};

use super::{
    LonghandApp, dialogs,
    document::{Document, DocumentId, Origin, Stage},
    state::{Tool, Workspace},
    tasks::{self, FileEvent},
};
use crate::{imaging::PageImage, ink::Drawing};

/// A sheet to write on, in pixels.
const SHEET_SIZE: (u32, u32) = (1600, 1100);

impl LonghandApp {
    pub(super) fn ask_what_to_open(&mut self) {
        if self.running.dialog.is_none() {
            self.running.dialog = self.started(dialogs::open(self.wake()));
        }
    }

    pub(super) fn open(&mut self, paths: Vec<PathBuf>) {
        self.state.is_opening = true;
        self.start_file_task("list files", move |job| {
            tasks::list_files(job, &paths).ok();
        });
    }

    pub(super) fn take_file_event(&mut self, event: FileEvent) {
        match event {
            FileEvent::Chosen(paths) => self.add_files(paths),
            FileEvent::SaveTo(path) => self.save_text(path),
            FileEvent::Pasted(image) => self.add_pasted(image),
            FileEvent::Saved(path) => self.inform(format!("Text saved as {}", path.display())),
            FileEvent::Failed(reason) => self.fail(reason),
        }
    }

    /// Adds a page for each file that is not open, and shows the first of them.
    pub(super) fn add_files(&mut self, paths: Vec<PathBuf>) {
        let mut first = None;
        for path in paths {
            let open = self.state.documents.iter().find(|document| document.path() == Some(&path)).map(|d| d.id);
            let id = open.unwrap_or_else(|| {
                let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
                self.state.settings.remember_file(&path);
                self.add(name, Origin::File(path)).id
            });
            first = first.or(Some(id));
        }
        self.state.current = first.or(self.state.current);
        if first.is_some() {
            self.state.workspace = Workspace::Pages;
        }
    }

    pub(super) fn add_pasted(&mut self, image: PageImage) {
        let n_pasted = self.state.documents.iter().filter(|d| d.origin == Origin::Clipboard).count();
        let name = if n_pasted == 0 { "Pasted image".to_owned() } else { format!("Pasted image {}", n_pasted + 1) };
        let document = self.add(name, Origin::Clipboard);
        (document.page.width, document.page.height) = (image.width(), image.height());
        document.image = Some(Arc::new(image));
        self.state.current = Some(document.id);
        self.state.workspace = Workspace::Pages;
    }

    pub(super) fn new_drawing(&mut self) {
        let n_drawings = self.state.documents.iter().filter(|d| d.origin == Origin::Drawing).count();
        let name = if n_drawings == 0 { "Sheet".to_owned() } else { format!("Sheet {}", n_drawings + 1) };
        let document = self.add(name, Origin::Drawing);
        document.drawing = Some(Drawing::default());
        document.stage = Stage::Done;
        (document.page.width, document.page.height) = SHEET_SIZE;
        self.state.current = Some(document.id);
        self.state.tool = Tool::Pen;
        self.state.workspace = Workspace::Pages;
    }

    pub(super) fn add(&mut self, name: String, origin: Origin) -> &mut Document {
        self.next_id += 1;
        self.state.documents.push_mut(Document::new(DocumentId(self.next_id), name, origin))
    }

    pub(super) fn close_current(&mut self) {
        if let Some(id) = self.state.current {
            self.save_corrections(id);
            self.close(id);
        }
    }

    /// Takes a page away and shows its neighbour.
    pub(super) fn close(&mut self, id: DocumentId) {
        self.running.forget(id);
        self.autosave.forget(id);
        let Some(index) = self.state.documents.iter().position(|document| document.id == id) else { return };
        self.state.documents.remove(index);
        if self.state.current == Some(id) {
            let neighbour = index.min(self.state.documents.len().saturating_sub(1));
            self.state.current = self.state.documents.get(neighbour).map(|document| document.id);
        }
    }

    pub(super) fn show_relative(&mut self, step: isize) {
        let index = self.state.current_index().and_then(|index| index.checked_add_signed(step));
        if let Some(document) = index.and_then(|index| self.state.documents.get(index)) {
            self.state.current = Some(document.id);
        }
    }
}
