//! Pages are exported as files: the export sheet, where to save, and what is saved.

use std::path::{Path, PathBuf};

use super::LonghandApp;
use crate::{
    app::{
        state::{
            document::{Document, Stage},
            export_sheet::{ExportSheet, TextScope, names_in_sentence},
            file_page::FilePage,
            question::Question,
        },
        tasks::{
            dialogs::Ask,
            export::{Export, PageToExport, export},
            files::{FileEvent, SavingProgress},
            page_source::source_of,
        },
    },
    formats::{ExportError, ExportFormat, InkSheet},
    ink::Drawing,
};

impl LonghandApp {
    /// Shows the export sheet. Of a page that has ink and no text yet the ink is exported.
    pub(super) fn show_export(&mut self, format: ExportFormat, scope: TextScope) {
        let has_lines = self.state.document().is_some_and(|document| !document.page.lines.is_empty());
        let has_ink = self.state.document().is_some_and(|document| document.drawing.is_some());
        let format = if scope == TextScope::Page && has_ink && !has_lines { ExportFormat::Svg } else { format };
        self.state.export = Some(ExportSheet::new(format, scope));
    }

    /// Shows the export sheet for the page that is asked about before it is closed.
    pub(super) fn save_asked(&mut self) {
        if let Some(Question::ClosePage(id)) = self.state.question.take() {
            self.state.current = Some(id);
            self.show_export(ExportFormat::Text, TextScope::Page);
        }
    }

    /// Queues the pages to be exported that are not read.
    pub(super) fn read_pages_to_export(&mut self) {
        let scope = self.state.export.map(|sheet| sheet.scope);
        let current = self.state.current;
        for document in &mut self.state.documents {
            let is_meant = scope == Some(TextScope::AllPages) || Some(document.id) == current;
            if is_meant && document.stage == Stage::Stopped {
                document.stage = Stage::Waiting;
            }
        }
    }

    /// Asks where to save what the export sheet says.
    pub(super) fn ask_where_to_export(&mut self) {
        if self.state.export.is_none() || !self.may_ask() {
            return;
        }
        let Some((sheet, document)) = self.state.export.zip(self.state.document()) else { return };
        let event = move |answer: Result<PathBuf, String>| match answer {
            Ok(path) => FileEvent::ExportTo(path, sheet),
            Err(reason) => FileEvent::Failed(reason),
        };
        let proposal = sheet.proposal(document, &self.state.documents);
        let dialog = if sheet.goes_to_folder() {
            self.running.dialogs.ask(self.wake(), Ask::Folder { title: "Choose a folder for the pages" }, event)
        } else {
            self.running.dialogs.save(self.wake(), &proposal, sheet.format, event)
        };
        self.running.dialog = self.started(dialog);
    }

    /// Exports pages in the format that the name of `path` ends in; another ending is refused.
    pub(super) fn export_by_name(&mut self, path: PathBuf, scope: TextScope) {
        let checked = ExportFormat::of_path(&path).and_then(|format| match scope {
            TextScope::AllPages if format.is_of_one_page() => Err(ExportError::OnePageOnly { format: format.name() }),
            _ => Ok(format),
        });
        match checked {
            Ok(format) => self.start_export(path, ExportSheet::new(format, scope), true),
            Err(error) => self.fail(format!("{} could not be saved: {error}", path.display())),
        }
    }

    /// Exports what `sheet` says to a folder, or to `path` with the ending of the format.
    pub(super) fn export(&mut self, path: PathBuf, sheet: ExportSheet) {
        if sheet.goes_to_folder() {
            return self.start_export(path, sheet, false);
        }
        let named = sheet.format.named(&path);
        // The dialog has asked whether to replace the name that was chosen, not this one.
        let may_replace = named == path;
        self.start_export(named, sheet, may_replace);
    }

    fn start_export(&mut self, path: PathBuf, sheet: ExportSheet, may_replace: bool) {
        let chosen = sheet.pages(&self.state.documents, self.state.document());
        let unread = chosen.iter().filter(|document| !document.is_read()).map(|document| document.name.clone());
        let unread: Vec<String> = unread.collect();
        let pages: Vec<PageToExport> = chosen.iter().map(|document| to_export(document, sheet.format)).collect();
        if pages.is_empty() {
            return;
        }
        let note = if unread.is_empty() {
            String::new()
        } else {
            format!(". Not read, and so without their text: {}", names_in_sentence(&unread))
        };
        self.state.export = None;
        self.state.saving = Some(SavingProgress { n_done: 0, n_pages: pages.len() });
        let open = self.state.documents.iter().filter_map(|document| document.path().map(Path::to_owned)).collect();
        let task = Export { path, may_replace, open, sheet, pages, note };
        self.start_saving(move |job| export(job, task));
    }
}

fn to_export(document: &Document, format: ExportFormat) -> PageToExport {
    let name = document.file().map_or_else(|| document.name.clone(), FilePage::file_name);
    let page = match document.original_size {
        // These formats name the image file, so their coordinates are in its pixels.
        Some(size) if format != ExportFormat::Pdf && !document.adjustments.keeps_geometry() => {
            let to_original = |point| document.adjustments.to_original(size, point);
            document.page.moved(size, to_original)
        }
        _ => document.page.clone(),
    };
    let needs_pixels = matches!(format, ExportFormat::Pdf | ExportFormat::Png);
    PageToExport {
        stem: document.file().map_or_else(|| document.name.clone(), page_stem),
        name,
        number: document.file().and_then(FilePage::number),
        page,
        clean_up: document.adjustments.clean_up,
        source: if needs_pixels { source_of(document, false) } else { None },
        ink: document.drawing.as_ref().map(|drawing| sheet_of(document, drawing)),
    }
}

fn sheet_of(document: &Document, drawing: &Drawing) -> InkSheet {
    let size = [document.page.width, document.page.height];
    InkSheet::new(size, drawing.strokes().to_vec(), drawing.paper())
}

/// The name of a page's own file, without ending.
fn page_stem(file: &FilePage) -> String {
    file.text_path().file_stem().unwrap_or_default().to_string_lossy().into_owned()
}
