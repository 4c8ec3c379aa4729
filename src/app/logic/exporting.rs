//! Pages and their text are saved as files: text, searchable PDF, PAGE XML, ALTO, hOCR.

use std::path::PathBuf;

use super::LonghandApp;
use crate::{
    app::{
        state::{document::Document, file_page::FilePage, text::TextScope},
        tasks::{
            dialogs,
            export::{PageToExport, export},
            files::{FileEvent, SavingProgress},
            page_source::source_of,
        },
    },
    formats::ExportFormat,
};

impl LonghandApp {
    /// Asks where to save the text; the extension of the chosen name selects the format.
    pub(super) fn ask_where_to_save(&mut self, scope: TextScope, extension: &str) {
        if let Some(document) = self.state.document()
            && self.running.dialog.is_none()
        {
            let proposal = match (scope, document.file()) {
                (TextScope::Page, Some(file)) => file.text_path(),
                (TextScope::Page, None) => PathBuf::from(&document.name),
                (TextScope::AllPages, Some(file)) => file.path.clone(),
                (TextScope::AllPages, None) => PathBuf::from("pages"),
            };
            let mut proposal = proposal.with_extension(extension);
            if document.file().is_some_and(|file| file.path == proposal) {
                // Never propose to replace the PDF that was opened.
                proposal.set_extension("text.pdf");
            }
            let event = move |answer: Result<PathBuf, String>| match answer {
                Ok(path) => FileEvent::SaveTo(path, scope),
                Err(reason) => FileEvent::Failed(reason),
            };
            self.running.dialog = self.started(dialogs::save_text(self.wake(), &proposal, event));
        }
    }

    /// Saves pages in the format of `path`'s extension: text, PDF, PAGE XML, ALTO or hOCR.
    pub(super) fn save(&mut self, path: PathBuf, scope: TextScope) {
        let format = ExportFormat::of_path(&path);
        let chosen = |document: &&Document| scope == TextScope::AllPages || Some(document.id) == self.state.current;
        let to_export = |document: &Document| Self::to_export(document, format);
        let pages: Vec<PageToExport> = self.state.documents.iter().filter(chosen).map(to_export).collect();
        if pages.is_empty() {
            return;
        }
        if scope == TextScope::AllPages {
            let note = self.text_of_all().1;
            self.inform(format!("Saving {} pages{note}", pages.len()));
        }
        self.state.saving = Some(SavingProgress { n_done: 0, n_pages: pages.len() });
        self.start_saving(move |job| export(job, path, format, pages));
    }

    fn to_export(document: &Document, format: ExportFormat) -> PageToExport {
        let name = document.file().map_or_else(|| document.name.clone(), FilePage::file_name);
        let number = document.file().and_then(FilePage::number);
        match (format, document.original_size) {
            (ExportFormat::Pdf, _) => {
                let source = source_of(document, false);
                PageToExport { name, number, page: document.page.clone(), source }
            }
            // The other formats name the image file, so their coordinates are in its pixels.
            (_, Some(size)) if !document.adjustments.keeps_geometry() => {
                let to_original = |point| document.adjustments.to_original(size, point);
                PageToExport { name, number, page: document.page.moved(size, to_original), source: None }
            }
            _ => PageToExport { name, number, page: document.page.clone(), source: None },
        }
    }
}
