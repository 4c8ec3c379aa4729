//! How pages come and go: dialogs, files, the clipboard, blank sheets.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    LonghandApp, dialogs,
    document::{Document, DocumentId, Origin, Stage},
    state::{Tool, Workspace},
    tasks::{self, FileEvent, FoundPage},
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
        let recovery_folder = self.recovery_folder.clone();
        self.start_file_task("find pages", move |job| {
            // Cancelled: the window closes.
            tasks::find_pages(job, &paths, recovery_folder.as_deref()).ok();
        });
    }

    pub(super) fn take_file_event(&mut self, event: FileEvent) {
        match event {
            FileEvent::Chosen(paths) => self.open(paths),
            FileEvent::Found { pages, is_first } => self.add_pages(pages, is_first),
            FileEvent::SaveTo(path, scope) => self.save_text(path, scope),
            FileEvent::Pasted(image) => self.add_pasted(image),
            FileEvent::Saved(path) => self.inform(format!("Text saved as {}", path.display())),
            FileEvent::Failed(reason) => self.fail(reason),
        }
    }

    /// Adds those pages of a file that are not open, and shows the first if it is to be shown.
    fn add_pages(&mut self, pages: Vec<FoundPage>, shows_first: bool) {
        let Some(first) = pages.first().map(|page| page.file.clone()) else { return };
        self.state.settings.remember_file(&first.path);
        let mut n_restored = 0;
        for FoundPage { file, saved } in pages {
            if self.find_file_page(&first.path, file.index).is_some() {
                continue;
            }
            let document = self.add(file.name(), Origin::File(file));
            if let Some(saved) = saved {
                document.restore(&saved);
                n_restored += saved.lines.len();
            }
        }
        if shows_first {
            self.state.current = self.find_file_page(&first.path, first.index).or(self.state.current);
            self.state.workspace = Workspace::Pages;
        }
        if n_restored > 0 {
            let corrections =
                if n_restored == 1 { "1 correction".to_owned() } else { format!("{n_restored} corrections") };
            self.inform(format!("Restored {corrections} made earlier in {}", first.file_name()));
        }
    }

    fn find_file_page(&self, path: &Path, index: usize) -> Option<DocumentId> {
        let is_it = |document: &&Document| document.file().is_some_and(|file| file.path == path && file.index == index);
        self.state.documents.iter().find(is_it).map(|document| document.id)
    }

    pub(super) fn add_pasted(&mut self, image: PageImage) {
        let n_pasted = self.state.documents.iter().filter(|d| d.origin == Origin::Clipboard).count();
        let name = if n_pasted == 0 { "Pasted image".to_owned() } else { format!("Pasted image {}", n_pasted + 1) };
        let document = self.add(name, Origin::Clipboard);
        (document.page.width, document.page.height) = (image.width(), image.height());
        document.original_size = Some((image.width(), image.height()));
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

    /// Closes all pages of the file that is shown.
    pub(super) fn close_current_file(&mut self) {
        let Some(path) = self.state.document().and_then(Document::path).map(PathBuf::from) else {
            return self.close_current();
        };
        let is_of_file = |document: &&Document| document.path() == Some(&path);
        let ids: Vec<DocumentId> = self.state.documents.iter().filter(is_of_file).map(|document| document.id).collect();
        for id in ids {
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
