//! Pages are opened and closed: dialogs, files, the clipboard, blank sheets.

use std::path::{Path, PathBuf};

use super::LonghandApp;
use crate::{
    app::{
        state::{
            Tool, Workspace,
            document::{Document, DocumentId, Origin, Stage},
        },
        tasks::{
            dialogs,
            files::{self, FileEvent, FoundPage},
        },
    },
    imaging::PageImage,
    ink::Drawing,
    storage::{FoundKeptPage, KeptPage},
};

/// Width and height of a blank sheet, in pixels.
const SHEET_SIZE: (u32, u32) = (1600, 1100);

impl LonghandApp {
    pub(super) fn ask_what_to_open(&mut self) {
        if self.running.dialog.is_none() {
            let event = |answer: Result<_, _>| answer.map_or_else(FileEvent::Failed, FileEvent::Chosen);
            self.running.dialog = self.started(dialogs::open(self.wake(), event));
        }
    }

    pub(super) fn open(&mut self, paths: Vec<PathBuf>) {
        self.state.is_opening = true;
        let recovery_folder = self.recovery_folder.clone();
        self.start_file_task("find pages", move |job| files::find_pages(job, &paths, recovery_folder.as_deref()));
    }

    pub(super) fn take_file_event(&mut self, event: FileEvent) {
        match event {
            FileEvent::Chosen(paths) => self.open(paths),
            FileEvent::Found { pages, is_first } => self.add_pages(pages, is_first),
            FileEvent::SaveTo(path, scope) => self.save(path, scope),
            FileEvent::Pasted(image) => self.add_pasted(image),
            FileEvent::Kept(kept, pages) => {
                self.unsaved_pages = Some(kept);
                self.bring_back(pages);
            }
            FileEvent::Saving(progress) => self.state.saving = Some(progress),
            FileEvent::Saved(path) => self.inform(format!("Saved as {}", path.display())),
            FileEvent::Failed(reason) => self.fail(reason),
        }
    }

    /// Adds the pages of a file that are not open yet, and shows the first one if `shows_first`.
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
        // The first page may have failed and been closed before the others were found.
        if shows_first || self.state.current.is_none() {
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
        let document = self.add(self.free_name("Pasted image"), Origin::Clipboard);
        document.set_pasted(image);
        // No file holds it, so it is saved as it is.
        document.edit_count += 1;
        self.state.current = Some(document.id);
        self.state.workspace = Workspace::Pages;
    }

    pub(super) fn new_drawing(&mut self) {
        let document = self.add(self.free_name("Sheet"), Origin::Drawing);
        document.drawing = Some(Drawing::default());
        document.stage = Stage::Done;
        (document.page.width, document.page.height) = SHEET_SIZE;
        self.state.current = Some(document.id);
        self.state.tool = Tool::Pen;
        self.state.workspace = Workspace::Pages;
    }

    /// `name`, with a number if an open page has that name.
    fn free_name(&self, name: &str) -> String {
        let numbered = (2..).map(|number| format!("{name} {number}"));
        let is_free = |name: &String| self.state.documents.iter().all(|document| document.name != *name);
        std::iter::once(name.to_owned()).chain(numbered).find(is_free).unwrap_or_default()
    }

    pub(super) fn find_kept_pages(&mut self) {
        if let Some(folder) = self.recovery_folder.as_ref().map(|folder| folder.join("pages")) {
            self.start_file_task("find kept pages", move |job| files::find_kept_pages(job, &folder));
        }
    }

    /// Opens the pages without a file that were open when the program ended.
    fn bring_back(&mut self, pages: Vec<FoundKeptPage>) {
        let n_pages = pages.len();
        for (number, page, image) in pages {
            let KeptPage { name, size, strokes, done, .. } = page;
            let origin = if strokes.is_some() { Origin::Drawing } else { Origin::Clipboard };
            let document = self.add(name, origin);
            document.kept_number = Some(number);
            (document.page.width, document.page.height) = size;
            document.drawing = strokes.map(Drawing::from_strokes);
            if let Some(image) = image {
                document.set_pasted(image);
            }
            document.restore(&done);
            let id = document.id;
            self.state.current.get_or_insert(id);
        }
        if n_pages > 0 {
            let pages = if n_pages == 1 { "1 page".to_owned() } else { format!("{n_pages} pages") };
            self.inform(format!("Brought back {pages} from the last time"));
        }
    }

    pub(super) fn add(&mut self, name: String, origin: Origin) -> &mut Document {
        self.next_id += 1;
        self.state.documents.push_mut(Document::new(DocumentId(self.next_id), name, origin))
    }

    pub(super) fn close_current(&mut self) {
        if let Some(id) = self.state.current {
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
            self.close(id);
        }
    }

    /// Closes a page and shows its neighbour.
    pub(super) fn close(&mut self, id: DocumentId) {
        self.running.forget(id);
        // A closed page without a file is not kept.
        if self.state.find(id).is_some_and(|document| document.file().is_some()) {
            self.save_page(id);
        }
        self.autosave.forget(id);
        let Some(index) = self.state.documents.iter().position(|document| document.id == id) else { return };
        let mut document = self.state.documents.remove(index);
        self.forget_kept_page(&mut document);
        self.state.remember_closed(document, index);
        if self.state.current == Some(id) {
            let neighbour = index.min(self.state.documents.len().saturating_sub(1));
            self.state.current = self.state.documents.get(neighbour).map(|document| document.id);
        }
    }

    /// Opens the page closed last again, at its old place.
    pub(super) fn reopen(&mut self) {
        let Some((mut document, index)) = self.state.closed.pop() else { return };
        self.state.workspace = Workspace::Pages;
        let opened_since = document.file().and_then(|file| self.find_file_page(&file.path, file.index));
        self.state.current = opened_since.or(Some(document.id));
        if opened_since.is_some() {
            return;
        }
        // Closing removed its saved copy; this saves it again.
        document.edit_count += 1;
        let index = index.min(self.state.documents.len());
        self.state.documents.insert(index, document);
    }

    pub(super) fn show_relative(&mut self, step: isize) {
        let index = self.state.current_index().and_then(|index| index.checked_add_signed(step));
        if let Some(document) = index.and_then(|index| self.state.documents.get(index)) {
            self.state.current = Some(document.id);
        }
    }
}
