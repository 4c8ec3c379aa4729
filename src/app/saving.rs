//! What is written without being asked for: corrections and settings.

use std::time::Duration;

use eframe::egui::Context;

use super::{
    LonghandApp,
    document::{Document, DocumentId},
    writer::WriteTask,
};
use crate::storage::Recovery;

impl LonghandApp {
    pub(super) fn save_due(&mut self, ctx: &Context) {
        let mut is_unsaved = false;
        let is_kept = |document: &&Document| self.recovery_folder.is_some() && document.path().is_some();
        let changes: Vec<_> = self.state.documents.iter().filter(is_kept).map(|d| (d.id, d.edit_count())).collect();
        for (id, edit_count) in changes {
            if self.autosave.is_due(id, edit_count, self.now_secs) {
                self.save_corrections(id);
            }
            is_unsaved |= self.autosave.is_unsaved(id, edit_count);
        }
        self.save_settings();
        if is_unsaved {
            ctx.request_repaint_after(Duration::from_millis(500));
        }
    }

    /// Queues the corrections of page `id` for the recovery folder, if they changed.
    pub(super) fn save_corrections(&mut self, id: DocumentId) {
        let (Some(folder), Some(document)) = (&self.recovery_folder, self.state.find(id)) else { return };
        let edit_count = document.edit_count();
        let Some(file) = document.file().filter(|_| self.autosave.is_unsaved(id, edit_count)) else { return };
        let recovery = Recovery::of_page(&file.path, file.index, document.adjustments, &document.page);
        let bytes = if recovery.is_empty() { None } else { recovery.to_json().ok() };
        let task = WriteTask { path: Recovery::path(folder, &file.path, file.index), bytes };
        if self.running.writer.as_ref().is_some_and(|writer| writer.write(task)) {
            self.autosave.saved(id, edit_count);
        }
    }

    fn save_settings(&mut self) {
        let Some(path) = self.settings_path.clone().filter(|_| self.state.settings != self.saved_settings) else {
            return;
        };
        let settings = self.state.settings.clone();
        match settings.to_toml() {
            Ok(text) => {
                let task = WriteTask { path, bytes: Some(text.into_bytes()) };
                if self.running.writer.as_ref().is_some_and(|writer| writer.write(task)) {
                    self.saved_settings = settings;
                }
            }
            Err(error) => {
                self.saved_settings = settings;
                self.fail(format!("The settings could not be saved: {error}"));
            }
        }
    }

    /// Writes what is not written yet, and waits for it: the program ends.
    pub(super) fn save_everything(&mut self) {
        let ids: Vec<_> = self.state.documents.iter().map(|document| document.id).collect();
        for id in ids {
            self.save_corrections(id);
        }
        self.save_settings();
        self.running.writer = None;
    }
}
