//! Automatic saving of corrections, of pages without a file, and of settings.

use std::{path::PathBuf, time::Duration};

use eframe::egui::Context;

use super::{LonghandApp, autosave_clock::LONGEST_WAIT_SECS};
use crate::{
    app::{
        state::document::{Document, DocumentId, Origin},
        tasks::writer::{Content, WriteTask},
    },
    storage::{Bin, Recovery},
};

impl LonghandApp {
    pub(super) fn save_due(&mut self, ctx: &Context) {
        let mut is_unsaved = false;
        let is_kept = |document: &&Document| match document.path() {
            Some(_) => self.recovery_folder.is_some(),
            None if document.origin == Origin::Sample => false,
            None => self.unsaved_pages.is_some(),
        };
        let changes: Vec<_> = self.state.documents.iter().filter(is_kept).map(|d| (d.id, d.edit_count())).collect();
        for (id, edit_count) in changes {
            if self.autosave.is_due(id, edit_count, self.now_secs) {
                self.save_page(id);
            }
            is_unsaved |= self.autosave.is_unsaved(id, edit_count);
        }
        self.save_settings();
        if is_unsaved {
            ctx.request_repaint_after(Duration::from_secs_f64(LONGEST_WAIT_SECS / 2.0));
        }
    }

    /// Queues the changes of page `id` for the recovery folder; of a page without a file also its pixels or strokes.
    pub(super) fn save_page(&mut self, id: DocumentId) {
        let Some(document) = self.state.find(id) else { return };
        let edit_count = document.edit_count();
        if !self.autosave.is_unsaved(id, edit_count) {
            return;
        }
        let is_queued = match document.file() {
            Some(_) => self.queue_corrections(document),
            None => self.queue_kept_page(id),
        };
        if is_queued {
            self.autosave.saved(id, edit_count);
        }
    }

    fn queue_corrections(&self, document: &Document) -> bool {
        let (Some(folder), Some(file)) = (&self.recovery_folder, document.file()) else { return false };
        let key = file.key();
        let path = key.recovery_path(folder);
        // Written even if nothing is left of the changes: those of a copy elsewhere must not come back.
        let mut recovery = Recovery::from_page(key, document.adjustments, &document.page);
        recovery.set_own(document.own_layout());
        self.queue(path, Content::Corrections(recovery))
    }

    /// Queues the pixels of a pasted page once, then its changes.
    fn queue_kept_page(&mut self, id: DocumentId) -> bool {
        let (Some(kept), Some(document)) = (&mut self.unsaved_pages, self.state.find(id)) else { return false };
        let is_new = document.kept_number.is_none();
        let number = document.kept_number.unwrap_or_else(|| kept.new_number());
        let (page_path, image_path) = (kept.page_path(number), kept.image_path(number));
        let image = document.picture.image.clone().filter(|_| is_new && document.drawing.is_none());
        let page = document.to_kept();
        if image.is_some_and(|image| !self.queue(image_path, Content::Png(image))) {
            return false;
        }
        if let Some(document) = self.state.find_mut(id) {
            document.kept_number = Some(number);
        }
        let content = if page.is_empty() { Content::Nothing } else { Content::Page(page) };
        self.queue(page_path, content)
    }

    /// Moves a page without a file that is being closed to the bin. Returns whether nothing of it is lost.
    pub(super) fn move_to_bin(&mut self, id: DocumentId) -> bool {
        let Some((folder, document)) = self.bin.as_ref().zip(self.state.find(id)) else { return true };
        let page = document.to_kept();
        if !document.is_held_by_no_file() {
            return true;
        }
        let path = folder.new_path(id.0);
        let image = document.picture.image.clone().filter(|_| document.drawing.is_none());
        let is_queued = image.is_none_or(|image| self.queue(Bin::image_path(&path), Content::Png(image)))
            && self.queue(path.clone(), Content::Page(page));
        if let Some(document) = self.state.find_mut(id).filter(|_| is_queued) {
            document.bin_path = Some(path);
        }
        is_queued
    }

    /// Takes a page out of the bin that is open again.
    pub(super) fn take_out_of_bin(&self, document: &mut Document) {
        if let Some(path) = document.bin_path.take() {
            self.queue(path.clone(), Content::Nothing);
            self.queue(Bin::image_path(&path), Content::Nothing);
        }
    }

    /// Removes the saved copy of a page without a file that is open no more.
    pub(super) fn forget_kept_page(&self, document: &mut Document) {
        let Some((kept, number)) = self.unsaved_pages.as_ref().zip(document.kept_number.take()) else { return };
        // If the queue is full the page is opened again next time, which is better than losing it.
        self.queue(kept.page_path(number), Content::Nothing);
        self.queue(kept.image_path(number), Content::Nothing);
    }

    fn queue(&self, path: PathBuf, content: Content) -> bool {
        self.running.writer.as_ref().is_some_and(|writer| writer.write(WriteTask { path, content }))
    }

    fn save_settings(&mut self) {
        let Some(path) = self.settings_path.clone().filter(|_| self.state.settings != self.saved_settings) else {
            return;
        };
        let settings = self.state.settings.clone();
        match settings.to_toml() {
            Ok(text) => {
                if self.queue(path, Content::Bytes(text.into_bytes())) {
                    self.saved_settings = settings;
                }
            }
            Err(error) => {
                self.saved_settings = settings;
                self.fail(format!("The settings could not be saved: {error}"));
            }
        }
    }

    /// Writes everything unsaved and waits for it, as the program ends.
    pub(crate) fn save_everything(&mut self) {
        let ids: Vec<_> = self.state.documents.iter().map(|document| document.id).collect();
        for id in ids {
            self.save_page(id);
        }
        self.save_settings();
        self.running.writer = None;
    }
}
