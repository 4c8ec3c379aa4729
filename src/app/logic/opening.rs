//! Pages are opened and closed: dialogs, files, the clipboard, blank sheets.

use std::path::{Path, PathBuf};

use super::LonghandApp;
use crate::{
    app::{
        state::{
            Tool, Workspace,
            document::{Document, DocumentId, Origin, Stage},
            earlier::EarlierCorrections,
            file_page::FilePage,
            question::{BinState, Question},
        },
        tasks::{
            dialogs::Ask,
            files::{self, FileEvent, FoundPage},
        },
    },
    formats::{InkSheet, TypedLine},
    imaging::PageImage,
    ink::Drawing,
    page::{LineId, TextLine},
    storage::{BinnedPage, EarlierWork, FoundKeptPage, KeptPage},
};

/// Width and height of a blank sheet, in pixels.
const SHEET_SIZE: (u32, u32) = (1600, 1100);

impl LonghandApp {
    pub(super) fn ask_what_to_open(&mut self) {
        if self.may_ask() {
            let event = |answer: Result<_, _>| answer.map_or_else(FileEvent::Failed, FileEvent::Chosen);
            let shown = self.state.document().and_then(Document::path);
            let last = shown.or(self.state.settings.recent_files.first().map(PathBuf::as_path));
            let dialog = self.running.dialogs.open(self.wake(), last.and_then(Path::parent), event);
            self.running.dialog = self.started(dialog);
        }
    }

    pub(super) fn ask_which_folder_to_open(&mut self) {
        if self.may_ask() {
            let event = |answer: Result<PathBuf, String>| {
                answer.map_or_else(FileEvent::Failed, |folder| FileEvent::Chosen(vec![folder]))
            };
            let ask = Ask::Folder { title: "Open a folder of pages" };
            let dialog = self.running.dialogs.ask(self.wake(), ask, event);
            self.running.dialog = self.started(dialog);
        }
    }

    /// Whether a dialog can be shown; where one is open already, that is told.
    pub(super) fn may_ask(&mut self) -> bool {
        let is_free = self.running.dialog.is_none();
        if !is_free {
            self.warn("Another dialog is still open, perhaps behind this window".to_owned());
        }
        is_free
    }

    pub(super) fn open(&mut self, paths: Vec<PathBuf>) {
        self.state.is_opening = true;
        let recovery_folder = self.recovery_folder.clone();
        self.start_file_task("find pages", move |job| files::find_pages(job, &paths, recovery_folder.as_deref()));
    }

    pub(super) fn take_file_event(&mut self, event: FileEvent) {
        match event {
            FileEvent::Chosen(paths) => self.open(paths),
            FileEvent::Found { pages, is_first, asked_for } => {
                self.state.settings.remember_file(&asked_for);
                self.add_pages(pages, is_first);
            }
            FileEvent::ExportTo(path, sheet) => self.export(path, sheet),
            FileEvent::Project(path, project) => self.add_project(path, project),
            FileEvent::SaveProjectTo(path, holds_pictures) => self.start_saving_project(path, holds_pictures),
            FileEvent::ProjectSaved { path, stamp } => self.project_saved(&path, stamp),
            FileEvent::Pasted(image) => self.add_pasted(image),
            FileEvent::Parted(id, sheets) => self.replace_by_sheets(id, sheets),
            FileEvent::Ink { name, sheets, asked_for } => self.add_sheets(&name, sheets, asked_for.as_deref()),
            FileEvent::Sample(image) => self.add_sample(image),
            FileEvent::Kept(kept, pages) => {
                self.unsaved_pages = Some(kept);
                self.bring_back(pages);
            }
            FileEvent::Binned(pages) => self.state.bin = Some(BinState { pages, to_delete: None }),
            FileEvent::OutOfBin(binned, image) => self.add_out_of_bin(*binned, image),
            FileEvent::Copied(clipboard) => {
                self.running.clipboard = Some(clipboard);
                self.inform("Text copied with its headings and lists".to_owned());
            }
            FileEvent::Saving(progress) => self.state.saving = Some(progress),
            FileEvent::Saved(done) => self.inform(done),
            FileEvent::Failed(reason) => self.fail(reason),
        }
    }

    /// Adds the pages of a file that are not open yet, and shows the first one if `shows_first`.
    fn add_pages(&mut self, pages: Vec<FoundPage>, shows_first: bool) {
        let Some(first) = pages.first().map(|page| page.file.clone()) else { return };
        let mut n_restored = 0;
        for FoundPage { file, saved, described } in pages {
            if self.find_file_page(&file).is_some() {
                continue;
            }
            let document = self.add(file.name(), Origin::File(file));
            match saved {
                Some(EarlierWork::OfThisPicture(saved)) => {
                    document.restore(&saved);
                    n_restored += saved.lines.len();
                }
                Some(EarlierWork::OfEarlierPicture(saved)) => document.earlier = EarlierCorrections::Unweighed(saved),
                None => {}
            }
            if let Some(described) = described
                && !document.has_own_lines
            {
                document.take_description(&described);
            }
        }
        // The first page may have failed and been closed before the others were found.
        if shows_first || self.state.current.is_none() {
            self.state.current = self.find_file_page(&first).or(self.state.current);
            self.state.workspace = Workspace::Pages;
        }
        if n_restored > 0 {
            let corrections =
                if n_restored == 1 { "1 correction".to_owned() } else { format!("{n_restored} corrections") };
            self.inform(format!("Restored {corrections} made earlier in {}", first.file_name()));
        }
    }

    /// The open page of that file with that content.
    pub(super) fn find_file_page(&self, file: &FilePage) -> Option<DocumentId> {
        let is_it = |document: &&Document| document.file().is_some_and(|open| open.key() == file.key());
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

    fn add_sample(&mut self, image: PageImage) {
        let document = self.add(self.free_name("Sample page"), Origin::Sample);
        document.set_pasted(image);
        self.state.current = Some(document.id);
        self.state.workspace = Workspace::Pages;
    }

    pub(super) fn new_drawing(&mut self) {
        let paper = self.state.settings.paper;
        let document = self.add(self.free_name("Sheet"), Origin::Drawing);
        document.drawing = Some(Drawing::new(Vec::new(), paper));
        document.stage = Stage::Done;
        (document.page.width, document.page.height) = SHEET_SIZE;
        self.state.current = Some(document.id);
        self.state.tool = Tool::Pen;
        self.state.workspace = Workspace::Pages;
    }

    /// Adds the sheets of an ink file, or one that was pasted, and shows the first.
    fn add_sheets(&mut self, name: &str, sheets: Vec<InkSheet>, asked_for: Option<&Path>) {
        if let Some(file) = asked_for {
            self.state.settings.remember_file(file);
        }
        let n_left_out: usize = sheets.iter().map(|sheet| sheet.n_pictures_left_out).sum();
        if n_left_out > 0 {
            let pictures = if n_left_out == 1 { "1 picture".to_owned() } else { format!("{n_left_out} pictures") };
            self.warn(format!("{name}: {pictures} on the sheets or under them cannot be shown and are left out"));
        }
        let mut first = None;
        for InkSheet { size: [width, height], strokes, paper, typed, .. } in sheets {
            let document = self.add(self.free_name(name), Origin::Drawing);
            document.drawing = Some(Drawing::new(strokes, paper));
            (document.page.width, document.page.height) = (width, height);
            document.page.lines = typed_lines(typed);
            // The file is read and never written, so what is done to the sheet is saved beside the other sheets.
            document.edit_count += 1;
            first = first.or(Some(document.id));
        }
        self.state.current = first.or(self.state.current);
        self.state.workspace = Workspace::Pages;
    }

    /// `name`, with a number if an open page has that name.
    pub(super) fn free_name(&self, name: &str) -> String {
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
            let id = self.add_kept(page, image);
            if let Some(document) = self.state.find_mut(id) {
                document.kept_number = Some(number);
            }
            self.state.current.get_or_insert(id);
        }
        if n_pages > 0 {
            let pages = if n_pages == 1 { "1 page".to_owned() } else { format!("{n_pages} pages") };
            self.inform(format!("Brought back {pages} from the last time"));
        }
    }

    /// Opens a page that no file holds, with what was done to it.
    fn add_kept(&mut self, page: KeptPage, image: Option<PageImage>) -> DocumentId {
        let KeptPage { name, size, strokes, paper, done, .. } = page;
        let origin = if strokes.is_some() { Origin::Drawing } else { Origin::Clipboard };
        let document = self.add(name, origin);
        (document.page.width, document.page.height) = size;
        document.drawing = strokes.map(|strokes| Drawing::new(strokes, paper));
        if let Some(image) = image {
            document.set_pasted(image);
        }
        document.restore(&done);
        document.id
    }

    pub(super) fn add(&mut self, name: String, origin: Origin) -> &mut Document {
        let id = self.new_id();
        self.state.documents.push_mut(Document::new(id, name, origin))
    }

    fn new_id(&mut self) -> DocumentId {
        self.next_id += 1;
        DocumentId(self.next_id)
    }

    /// Closes the shown page, or asks first: no file holds what is written on a sheet or was pasted.
    pub(super) fn close_current(&mut self) {
        let Some(document) = self.state.document() else { return };
        let id = document.id;
        if document.is_held_by_no_file() {
            self.state.question = Some(Question::ClosePage(id));
        } else {
            self.close(id);
        }
    }

    /// Closes the page that the user was asked about.
    pub(super) fn close_asked(&mut self) {
        if let Some(Question::ClosePage(id)) = self.state.question.take() {
            self.close(id);
        }
    }

    /// Shows the bin.
    pub(super) fn show_bin(&mut self) {
        if let Some(bin) = self.bin.clone() {
            self.start_file_task("list bin", move |job| files::list_bin(job, &bin));
        }
    }

    /// Opens a page of the bin again.
    pub(super) fn open_binned(&mut self, index: usize) {
        let binned = self.state.bin.take().and_then(|bin| bin.pages.into_iter().nth(index));
        if let Some(binned) = binned {
            self.start_file_task("open page", move |job| files::open_binned(job, binned));
        }
    }

    /// Deletes the page of the bin that the user was asked about.
    pub(super) fn delete_binned(&mut self) {
        let Some((bin, shown)) = self.bin.clone().zip(self.state.bin.as_ref()) else { return };
        if let Some(binned) = shown.to_delete.and_then(|index| shown.pages.get(index)).cloned() {
            self.start_file_task("delete page", move |job| files::delete_binned(job, &bin, &binned));
        }
    }

    fn add_out_of_bin(&mut self, binned: BinnedPage, image: Option<PageImage>) {
        // If it is among the pages closed lately, that one is not opened a second time.
        self.state.closed.retain(|(document, _)| document.bin_path.as_ref() != Some(&binned.path));
        let mut document = Document::new(self.new_id(), String::new(), Origin::Drawing);
        document.bin_path = Some(binned.path);
        self.take_out_of_bin(&mut document);
        let id = self.add_kept(binned.page, image);
        if let Some(document) = self.state.find_mut(id) {
            document.edit_count += 1;
        }
        self.state.current = Some(id);
        self.state.workspace = Workspace::Pages;
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
        let is_without_file = self.state.find(id).is_some_and(|document| document.file().is_none());
        if is_without_file && !self.move_to_bin(id) {
            return self.fail(format!("{} stays open, as it could not be kept: try again", self.name(id)));
        }
        self.running.forget(id);
        if !is_without_file {
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
        let opened_since = document.file().and_then(|file| self.find_file_page(file));
        self.state.current = opened_since.or(Some(document.id));
        if opened_since.is_some() {
            return;
        }
        self.take_out_of_bin(&mut document);
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

/// Lines whose text is known before they are found and read.
fn typed_lines(typed: Vec<TypedLine>) -> Vec<TextLine> {
    let line = |(number, TypedLine { bounds, text })| TextLine {
        id: LineId(number),
        correction: Some(text),
        is_checked: true,
        ..TextLine::at(bounds)
    };
    (0..).zip(typed).map(line).collect()
}
