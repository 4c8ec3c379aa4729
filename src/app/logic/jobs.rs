//! Starting the jobs, and polling them once a frame.

use std::{io, path::Path, sync::Arc};

use eframe::egui::Context;

use super::LonghandApp;
use crate::{
    app::{
        state::{
            ReaderStatus,
            document::{Document, DocumentId, Origin, Stage},
            reader_choice::{USED_TO_A_HAND, default_model},
        },
        tasks::{
            files::FileEvent,
            page::{self, DisplayEvent, ReadingEvent},
            page_source::{Decoded, image_source, source_of},
            writer::Writer,
        },
    },
    jobs::{Cancelled, JobContext, JobHandle, JobState, Wake},
    page::TextLine,
    recognition::{PageEvent, PageReader},
};

/// Number of pages whose pixels stay loaded: the one shown and the two before it.
const MAX_LOADED: usize = 3;

impl LonghandApp {
    /// Deletes for good the models that were removed in an earlier session.
    pub(super) fn purge_removed_models(&mut self) {
        if let Some(own) = self.lab_options.own_models.clone() {
            self.start_file_task("purge models", move |_job| {
                own.purge();
                Ok(())
            });
        }
    }

    /// Starts a small file task; its outcome arrives as a [`FileEvent`].
    pub(super) fn start_file_task(
        &mut self,
        name: &str,
        work: impl FnOnce(&JobContext<FileEvent>) -> Result<(), Cancelled> + Send + 'static,
    ) {
        let job = self.started(JobHandle::spawn(name, self.wake(), work));
        self.running.files.extend(job);
    }

    /// Starts to save pages; progress and outcome arrive as [`FileEvent`]s.
    pub(super) fn start_saving(
        &mut self,
        work: impl FnOnce(&JobContext<FileEvent>) -> Result<(), Cancelled> + Send + 'static,
    ) {
        let job = self.started(JobHandle::spawn("save pages", self.wake(), work));
        self.running.saving.extend(job);
    }

    /// Stops all saving under way; each file is replaced whole or not at all.
    pub(super) fn stop_saving(&mut self) {
        self.running.saving.clear();
        if self.state.saving.take().is_some() {
            self.inform("Stopped saving".to_owned());
        }
    }

    pub(super) fn wake(&self) -> Wake {
        Arc::clone(&self.running.wake)
    }

    /// The job, or a notification that it could not be started.
    pub(super) fn started<E>(&mut self, job: io::Result<JobHandle<E>>) -> Option<JobHandle<E>> {
        job.map_err(|error| self.fail(format!("A task could not be started: {error}"))).ok()
    }

    /// Applies the events of all jobs.
    pub(super) fn poll_jobs(&mut self) {
        self.poll_reader();
        self.poll_display();
        self.poll_reading();
        self.poll_finding_sheet();
        self.poll_files();
        let failures = self.running.writer.as_ref().map(Writer::failures).unwrap_or_default();
        for failure in failures {
            self.fail(failure);
        }
    }

    fn poll_display(&mut self) {
        let Some((id, job)) = self.running.display.take() else { return };
        let (events, state) = job.poll();
        for event in events {
            match event {
                DisplayEvent::Decoded(mut decoded) => {
                    decoded.defect.take().into_iter().for_each(|defect| self.warn(defect));
                    self.take_decoded(id, decoded, true);
                }
                DisplayEvent::Texture(texture) => {
                    if let Some(document) = self.state.find_mut(id) {
                        document.picture.texture = Some(texture);
                    }
                }
                DisplayEvent::Sheet(corners) => {
                    if let Some(document) = self.state.find_mut(id) {
                        document.propose_sheet(corners);
                    }
                }
                DisplayEvent::Failed(reason) => self.page_failed(id, reason),
            }
        }
        match state {
            JobState::Running => self.running.display = Some((id, job)),
            JobState::Panicked(reason) => self.page_failed(id, format!("A page could not be shown: {reason}")),
            JobState::Finished => {}
        }
    }

    fn poll_reading(&mut self) {
        let Some((id, job)) = self.running.reading.take() else { return };
        let (events, state) = job.poll();
        for event in events {
            self.take_reading_event(id, event);
        }
        match state {
            JobState::Running => self.running.reading = Some((id, job)),
            JobState::Panicked(reason) => self.reading_failed(id, &reason),
            JobState::Finished => {}
        }
    }

    /// Starts to look for the sheet on page `id`, whose corners are being moved.
    pub(super) fn find_sheet(&mut self, ctx: &Context, id: DocumentId) {
        let Some(document) = self.state.find(id).filter(|document| document.corner_edit.is_some()) else { return };
        let (source, ctx) = (image_source(document, document.shown_adjustments()), ctx.clone());
        let job =
            self.started(JobHandle::spawn("find sheet", self.wake(), move |job| page::find_sheet(job, &ctx, source)));
        self.running.finding_sheet = job.map(|job| (id, job));
    }

    /// A failed search proposes nothing and is not reported.
    fn poll_finding_sheet(&mut self) {
        let Some((id, job)) = self.running.finding_sheet.take() else { return };
        let (proposals, state) = job.poll();
        for corners in proposals {
            if let Some(document) = self.state.find_mut(id) {
                document.propose_corners(corners);
            }
        }
        if state == JobState::Running {
            self.running.finding_sheet = Some((id, job));
        }
    }

    fn take_reading_event(&mut self, id: DocumentId, event: ReadingEvent) {
        match event {
            ReadingEvent::Decoded(decoded) => self.take_decoded(id, decoded, false),
            ReadingEvent::Page(event) => self.take_page_event(id, event),
            ReadingEvent::Finished(timings) => {
                if let Some(document) = self.state.find_mut(id) {
                    document.stage = Stage::Done;
                    document.timings.reader = Some(timings);
                    document.weigh_earlier_corrections();
                }
            }
            ReadingEvent::Failed(reason) => self.page_failed(id, reason),
        }
    }

    fn take_page_event(&mut self, id: DocumentId, event: PageEvent) {
        let is_adapted = default_model(&self.state.settings).starts_with(USED_TO_A_HAND);
        let Some(document) = self.state.find_mut(id) else { return };
        match event {
            PageEvent::Prepared { sheets, .. } => {
                document.stage = Stage::FindingLines;
                document.propose_parting(sheets);
            }
            PageEvent::Glanced => document.stage = Stage::FindingLines,
            PageEvent::Segmented { lines, drawings, .. } => document.set_layout(lines, drawings),
            PageEvent::NoWriting { drawings } => document.set_layout(Vec::new(), drawings),
            PageEvent::LineReadOnce { id, transcription } => document.set_first_text(id, transcription),
            PageEvent::LineRead { id, transcription } => document.set_transcription(id, transcription, is_adapted),
            PageEvent::LineFailed { id, reason } => document.set_unreadable(id, reason),
        }
    }

    fn reading_failed(&mut self, id: DocumentId, reason: &str) {
        self.fail(format!("Reading {} broke off: {reason}", self.name(id)));
        if let Some(document) = self.state.find_mut(id) {
            document.stage = Stage::Failed(reason.to_owned());
        }
    }

    fn take_decoded(&mut self, id: DocumentId, decoded: Decoded, is_kept: bool) {
        let Some(document) = self.state.find_mut(id) else { return };
        document.original_size = Some((decoded.original.width(), decoded.original.height()));
        // While corners are moved the uncropped page is shown, but lines are in pixels of the cropped page.
        if decoded.adjustments.has_geometry_of(&document.adjustments) {
            (document.page.width, document.page.height) = decoded.size;
            document.picture.thumbnail = Some(decoded.thumbnail);
        }
        document.timings.decode_ms = decoded.decode_ms.or(document.timings.decode_ms);
        if is_kept {
            document.picture.image = Some(decoded.original);
        }
    }

    /// Closes a page that cannot be opened, unless it has text already.
    fn page_failed(&mut self, id: DocumentId, reason: String) {
        self.fail(reason.clone());
        if let Some(path) = self.state.find(id).and_then(Document::path).map(Path::to_owned) {
            self.state.settings.forget_file(&path);
        }
        match self.state.find_mut(id) {
            Some(document) if !document.page.lines.is_empty() => document.stage = Stage::Failed(reason),
            _ => self.close(id),
        }
    }

    fn poll_files(&mut self) {
        let dialog = self.running.dialog.take();
        let (files, saving) = (std::mem::take(&mut self.running.files), std::mem::take(&mut self.running.saving));
        self.running.dialog = dialog.and_then(|job| self.poll_file_job(job));
        for job in files {
            let job = self.poll_file_job(job);
            self.running.files.extend(job);
        }
        for job in saving {
            let job = self.poll_file_job(job);
            self.running.saving.extend(job);
        }
        self.state.is_dialog_open = self.running.dialog.is_some();
        self.state.is_opening = !self.running.files.is_empty();
        self.running.is_saving_project &= !self.running.saving.is_empty();
        self.state.saving.take_if(|_| self.running.saving.is_empty());
    }

    fn poll_file_job(&mut self, job: JobHandle<FileEvent>) -> Option<JobHandle<FileEvent>> {
        let (events, state) = job.poll();
        for event in events {
            self.take_file_event(event);
        }
        match state {
            JobState::Running => return Some(job),
            JobState::Panicked(reason) => self.fail(format!("A file task broke off: {reason}")),
            JobState::Finished => {}
        }
        None
    }

    /// Starts the jobs that are due: pixels for the page shown, then the reading of one queued page.
    pub(super) fn start_due_jobs(&mut self, ctx: &Context) {
        self.start_display(ctx);
        if self.running.reading.is_none()
            && let ReaderStatus::Ready(reader) = &self.state.reader
        {
            let reader = Arc::clone(reader);
            self.start_reading(ctx, reader);
        }
    }

    fn start_display(&mut self, ctx: &Context) {
        let Some(document) = self.state.document() else { return };
        let id = document.id;
        let is_under_way = self.running.display.as_ref().is_some_and(|(shown, _)| *shown == id);
        if document.picture.texture.is_some() || document.drawing.is_some() || is_under_way {
            return;
        }
        if let Stage::Failed(_) = document.stage {
            return;
        }
        let (source, ctx) = (image_source(document, document.shown_adjustments()), ctx.clone());
        let job =
            self.started(JobHandle::spawn("show page", self.wake(), move |job| page::show_page(job, &ctx, source)));
        self.running.display = job.map(|job| (id, job));
        self.unload_all_but_last_shown(id);
    }

    fn unload_all_but_last_shown(&mut self, id: DocumentId) {
        self.running.shown.retain(|&shown| shown != id);
        self.running.shown.push(id);
        while self.running.shown.len() > MAX_LOADED {
            let oldest = self.running.shown.remove(0);
            if let Some(document) = self.state.find_mut(oldest) {
                document.picture.unload(matches!(document.origin, Origin::File(_)));
            }
        }
    }

    fn start_reading(&mut self, ctx: &Context, reader: Arc<PageReader>) {
        let current = self.state.current;
        let waits = |document: &&mut Document| document.stage == Stage::Waiting;
        let mut waiting: Vec<&mut Document> = self.state.documents.iter_mut().filter(waits).collect();
        waiting.sort_by_key(|document| Some(document.id) != current);
        let Some(document) = waiting.into_iter().next() else { return };
        let is_being_decoded = self.running.display.as_ref().is_some_and(|(shown, _)| *shown == document.id);
        let Some(source) = source_of(document, is_being_decoded) else { return };
        document.begin_reading();
        let (id, ctx) = (document.id, ctx.clone());
        let lines: Option<Vec<TextLine>> = document.has_own_lines.then(|| document.lines_to_read().cloned().collect());
        let job = self.started(JobHandle::spawn("read page", self.wake(), move |job| match lines {
            Some(lines) => page::read_lines(job, &ctx, &reader, source, &lines),
            None => page::read_page(job, &ctx, &reader, source),
        }));
        self.running.reading = job.map(|job| (id, job));
    }
}
