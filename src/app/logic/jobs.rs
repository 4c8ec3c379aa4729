//! The jobs under way: one typed place for each kind, started and polled once a frame.

use std::{io, num::NonZeroUsize, sync::Arc, thread};

use eframe::egui::Context;

use crate::{
    app::{
        LonghandApp,
        lab::{
            LabCommand,
            context::Task,
            model_list::{USED_TO_A_HAND, default_model, other_reader},
        },
        state::{
            ReaderStatus,
            document::{Document, DocumentId, Origin, Stage},
        },
        tasks::{
            page::{self, Decoded, DisplayEvent, FileEvent, ImageSource, ReadingEvent, Source},
            writer::Writer,
        },
    },
    imaging::{Corners, PageAdjustments},
    jobs::{JobContext, JobHandle, JobState, Wake},
    recognition::{BUILT_IN_MODEL, CtcDecoder, PageEvent, PageReader},
};

/// Pages whose pixels stay loaded: the one shown and the last before it.
const MAX_LOADED: usize = 3;

type LoadedReader = Result<PageReader, String>;

/// A reader on its way.
struct LoadingReader {
    job: JobHandle<LoadedReader>,
    wanted: WantedReader,
}

/// Why a reader is loaded.
enum WantedReader {
    /// The program has begun; the settings name it.
    BySettings,
    /// The user chose it: the settings get its name once it is there, and the open pages may be read again.
    Chosen { name: String, reads_again: bool },
    /// The one in the settings cannot be loaded.
    InsteadOfAnother,
}

/// The jobs' handles.
pub(crate) struct Running {
    pub(crate) wake: Wake,
    loading_reader: Option<LoadingReader>,
    display: Option<(DocumentId, JobHandle<DisplayEvent>)>,
    reading: Option<(DocumentId, JobHandle<ReadingEvent>)>,
    finding_sheet: Option<(DocumentId, JobHandle<Corners>)>,
    pub(crate) dialog: Option<JobHandle<FileEvent>>,
    files: Vec<JobHandle<FileEvent>>,
    saving: Vec<JobHandle<FileEvent>>,
    pub(crate) lab_dialog: Task<Result<LabCommand, String>>,
    pub(crate) writer: Option<Writer>,
    /// Pages by when they were last shown, the newest last.
    shown: Vec<DocumentId>,
}

impl Running {
    pub(crate) fn new(wake: Wake) -> Self {
        let writer = Writer::start().map_err(|error| tracing::error!("nothing will be saved: {error}")).ok();
        Self {
            wake,
            loading_reader: None,
            display: None,
            reading: None,
            finding_sheet: None,
            dialog: None,
            files: Vec::new(),
            saving: Vec::new(),
            lab_dialog: Task::default(),
            writer,
            shown: Vec::new(),
        }
    }

    /// Ends the reading of page `id`, if it is under way.
    pub(super) fn stop_reading(&mut self, id: DocumentId) {
        self.reading.take_if(|(reading, _)| *reading == id);
    }

    /// Ends the showing of page `id`, if it is under way.
    pub(super) fn stop_showing(&mut self, id: DocumentId) {
        self.display.take_if(|(shown, _)| *shown == id);
    }

    /// Ends all work on page `id`.
    pub(super) fn forget(&mut self, id: DocumentId) {
        self.stop_reading(id);
        self.stop_showing(id);
        self.shown.retain(|&shown| shown != id);
    }
}

impl LonghandApp {
    /// Starts to load the reader.
    pub(crate) fn load_reader(&mut self, load: impl FnOnce() -> anyhow::Result<PageReader> + Send + 'static) {
        self.start_loading(WantedReader::BySettings, load);
    }

    /// Starts to load the model called `name`, and keeps it in the settings if it can be loaded; then the open pages are
    /// read again where `reads_again`.
    pub(super) fn use_model(&mut self, name: String, reads_again: bool) {
        self.start_opening(name.clone(), WantedReader::Chosen { name, reads_again });
    }

    fn start_opening(&mut self, name: String, wanted: WantedReader) {
        let library = self.lab_options.library.clone();
        self.start_loading(wanted, move || {
            let n_threads = thread::available_parallelism().map_or(1, NonZeroUsize::get);
            let package = library.open(&name)?;
            Ok(PageReader::open(&package, n_threads, CtcDecoder::english(&package.character_set))?)
        });
    }

    fn start_loading(
        &mut self,
        wanted: WantedReader,
        load: impl FnOnce() -> anyhow::Result<PageReader> + Send + 'static,
    ) {
        let job = self.started(JobHandle::spawn("load model", self.wake(), move |job| {
            let loaded = load().map_err(|error| format!("{error:#}"));
            // A window that is gone wants no reader.
            job.report(loaded).ok();
        }));
        self.running.loading_reader = job.map(|job| LoadingReader { job, wanted });
    }

    /// Deletes for good the models that were removed in an earlier session.
    pub(crate) fn purge_removed_models(&mut self) {
        if let Some(own) = self.lab_options.own_models.clone() {
            self.start_file_task("purge models", move |_job| own.purge());
        }
    }

    /// Starts a small file task; its outcome arrives as a [`FileEvent`].
    pub(super) fn start_file_task(&mut self, name: &str, work: impl FnOnce(&JobContext<FileEvent>) + Send + 'static) {
        let job = self.started(JobHandle::spawn(name, self.wake(), work));
        self.running.files.extend(job);
    }

    /// Starts to save pages; how far it has come and what came of it arrive as [`FileEvent`]s.
    pub(super) fn start_saving(&mut self, work: impl FnOnce(&JobContext<FileEvent>) + Send + 'static) {
        let job = self.started(JobHandle::spawn("save pages", self.wake(), work));
        self.running.saving.extend(job);
    }

    /// Ends all saving under way; files are replaced whole or not at all.
    pub(super) fn stop_saving(&mut self) {
        self.running.saving.clear();
        if self.state.saving.take().is_some() {
            self.inform("Stopped saving".to_owned());
        }
    }

    pub(crate) fn wake(&self) -> Wake {
        Arc::clone(&self.running.wake)
    }

    /// The job, or a notification that it could not be started.
    pub(crate) fn started<E>(&mut self, job: io::Result<JobHandle<E>>) -> Option<JobHandle<E>> {
        job.map_err(|error| self.fail(format!("A task could not be started: {error}"))).ok()
    }

    /// Takes in what the jobs report.
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

    fn poll_reader(&mut self) {
        let Some(loading) = self.running.loading_reader.take() else { return };
        let (events, state) = loading.job.poll();
        match (events.into_iter().next(), state) {
            (Some(Ok(reader)), _) => self.take_reader(reader, loading.wanted),
            (Some(Err(reason)), _) | (None, JobState::Panicked(reason)) => self.reader_failed(reason, &loading.wanted),
            (None, JobState::Running) => self.running.loading_reader = Some(loading),
            (None, JobState::Finished) => {}
        }
    }

    fn take_reader(&mut self, reader: PageReader, wanted: WantedReader) {
        self.state.reader = ReaderStatus::Ready(Arc::new(reader));
        if let WantedReader::Chosen { name, reads_again } = wanted {
            self.state.settings.model = (name != BUILT_IN_MODEL).then_some(name);
            let reader = other_reader(&self.state.settings).unwrap_or("the original reader");
            self.inform(format!("Pages are read with {reader} from now on"));
            if reads_again {
                self.read_all_again();
            }
        }
    }

    /// The model read with so far stays, if there is one. In place of a model of the user's own that cannot be loaded when
    /// the program begins, as it was made for another version or is gone, comes the one inside the program.
    fn reader_failed(&mut self, reason: String, wanted: &WantedReader) {
        let own = self.state.settings.model.clone();
        if let ReaderStatus::Ready(_) = self.state.reader {
            self.fail(format!("The model stays as it was: {reason}"));
        } else if let (WantedReader::BySettings, Some(own)) = (wanted, own) {
            self.fail(format!("{own} cannot be used, so pages are read with {BUILT_IN_MODEL}: {reason}"));
            self.start_opening(BUILT_IN_MODEL.to_owned(), WantedReader::InsteadOfAnother);
        } else {
            self.fail(format!("Pages cannot be read: {reason}"));
            self.state.reader = ReaderStatus::Unavailable(reason);
        }
    }

    fn poll_display(&mut self) {
        let Some((id, job)) = self.running.display.take() else { return };
        let (events, state) = job.poll();
        for event in events {
            match event {
                DisplayEvent::Decoded(decoded) => self.take_decoded(id, decoded, true),
                DisplayEvent::Texture(texture) => {
                    if let Some(document) = self.state.find_mut(id) {
                        document.texture = Some(texture);
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

    /// Views for the sheet on page `id`, whose corners are to be moved.
    pub(crate) fn find_sheet(&mut self, ctx: &Context, id: DocumentId) {
        let Some(document) = self.state.find(id).filter(|document| document.corner_edit.is_some()) else { return };
        let (source, ctx) = (image_source(document, document.shown_adjustments()), ctx.clone());
        let job = self.started(JobHandle::spawn("find sheet", self.wake(), move |job| {
            // Cancelled: the corners are looked for on another page.
            page::find_sheet(job, &ctx, source).ok();
        }));
        self.running.finding_sheet = job.map(|job| (id, job));
    }

    /// A proposal that cannot be made is none: nobody is told.
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
            ReadingEvent::Decoded(decoded) => return self.take_decoded(id, decoded, false),
            ReadingEvent::Failed(reason) => return self.page_failed(id, reason),
            _ => {}
        }
        let has_practised = default_model(&self.state.settings).starts_with(USED_TO_A_HAND);
        let Some(document) = self.state.find_mut(id) else { return };
        match event {
            ReadingEvent::Page(PageEvent::Prepared { .. } | PageEvent::Glanced) => document.stage = Stage::FindingLines,
            ReadingEvent::Page(PageEvent::Segmented { lines, .. }) => document.set_lines(lines),
            ReadingEvent::Page(PageEvent::LineRead { id, transcription }) => {
                document.set_transcription(id, transcription, has_practised);
            }
            ReadingEvent::Page(PageEvent::LineFailed { id, reason }) => document.set_unreadable(id, reason),
            ReadingEvent::Finished(timings) => {
                document.stage = Stage::Done;
                document.timings.reader = Some(timings);
            }
            ReadingEvent::Decoded(_) | ReadingEvent::Failed(_) => {}
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
        // While corners are moved the whole page is shown, which is not what its lines are about.
        if decoded.adjustments.has_geometry_of(&document.adjustments) {
            (document.page.width, document.page.height) = decoded.size;
            document.thumbnail = Some(decoded.thumbnail);
        }
        document.timings.decode_ms = decoded.decode_ms.or(document.timings.decode_ms);
        if is_kept {
            document.image = Some(decoded.original);
        }
    }

    /// A page cannot be opened: it goes, unless it has text already.
    fn page_failed(&mut self, id: DocumentId, reason: String) {
        self.fail(reason.clone());
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
        self.state.is_opening = !self.running.files.is_empty();
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

    /// Starts what is due: pixels for the page shown, then the reading of one page that waits.
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
        if document.texture.is_some() || document.drawing.is_some() || is_under_way {
            return;
        }
        if let Stage::Failed(_) = document.stage {
            return;
        }
        let (source, ctx) = (image_source(document, document.shown_adjustments()), ctx.clone());
        let job = self.started(JobHandle::spawn("show page", self.wake(), move |job| {
            // Cancelled: another page is shown.
            page::show_page(job, &ctx, source).ok();
        }));
        self.running.display = job.map(|job| (id, job));
        self.unload_all_but_last_shown(id);
    }

    fn unload_all_but_last_shown(&mut self, id: DocumentId) {
        self.running.shown.retain(|&shown| shown != id);
        self.running.shown.push(id);
        while self.running.shown.len() > MAX_LOADED {
            let oldest = self.running.shown.remove(0);
            if let Some(document) = self.state.find_mut(oldest) {
                document.texture = None;
                document.image.take_if(|_| matches!(document.origin, Origin::File(_)));
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
        let job = self.started(JobHandle::spawn("read page", self.wake(), move |job| {
            // Cancelled: the page was closed or reading it was stopped.
            page::read_page(job, &ctx, &reader, source).ok();
        }));
        self.running.reading = job.map(|job| (id, job));
    }
}

/// Where to read a page from; `None` while its pixels are on their way.
pub(crate) fn source_of(document: &Document, is_being_decoded: bool) -> Option<Source> {
    if let Some(drawing) = &document.drawing {
        let (width, height) = (document.page.width, document.page.height);
        return Some(Source::Ink { strokes: drawing.strokes().to_vec(), width, height });
    }
    let is_there = document.image.is_some() || (document.file().is_some() && !is_being_decoded);
    is_there.then(|| Source::Image(image_source(document, document.adjustments)))
}

/// Where a page's pixels come from, and what is to be done to them.
fn image_source(document: &Document, adjustments: PageAdjustments) -> ImageSource {
    ImageSource {
        loaded: document.image.clone(),
        file: document.file().cloned(),
        name: document.name.clone(),
        adjustments,
    }
}
