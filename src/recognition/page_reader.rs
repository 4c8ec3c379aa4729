//! Reads whole pages. The window, batches and the command line all read through this one, so that they read alike.

use std::{ops::ControlFlow, sync::Arc, time::Instant};

use serde::Serialize;

use super::{CtcDecoder, LineModel, LineRecognizer, ModelError, ModelPackage, TractModel, in_parallel};
use crate::{
    imaging::{PageImage, PreparedPage, cut_line, prepare, segment},
    page::{LineId, Page, TextLine, Transcription},
};

/// A model, a decoder and a number of threads: page images in, pages out. Cheap to share.
#[derive(Clone)]
pub struct PageReader {
    make_model: Arc<dyn Fn() -> Box<dyn LineModel> + Send + Sync>,
    decoder: CtcDecoder,
    n_threads: usize,
}

/// What has become of a page that is being read, in the order in which it happens.
#[derive(Clone, Debug, PartialEq)]
pub enum PageEvent {
    /// Shadows and perspective are gone.
    Prepared {
        /// Milliseconds that this took.
        elapsed_ms: f32,
    },
    /// The lines have been found.
    Segmented {
        /// In reading order, unread.
        lines: Vec<TextLine>,
        /// Milliseconds that this took.
        elapsed_ms: f32,
    },
    /// A line has been read. Lines come in the order in which they get done.
    LineRead {
        /// Which.
        id: LineId,
        /// What it says.
        transcription: Transcription,
    },
    /// A line could not be read; the others are.
    LineFailed {
        /// Which.
        id: LineId,
        /// In words.
        reason: String,
    },
}

/// How long the stages of a page took, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct PageTimings {
    /// Cleaning the page.
    pub prepare_ms: f32,
    /// Finding the lines.
    pub segment_ms: f32,
    /// Reading all lines, from the first's start to the last's end.
    pub recognize_ms: f32,
}

impl PageReader {
    /// Loads the package's network, to be run by `n_threads` workers (at least one).
    pub fn open(package: &ModelPackage, n_threads: usize, decoder: CtcDecoder) -> Result<Self, ModelError> {
        let model = TractModel::open(package)?;
        Ok(Self::with_model(move || Box::new(model.clone()), n_threads, decoder))
    }

    /// A reader whose workers each get their own model.
    pub fn with_model(
        make_model: impl Fn() -> Box<dyn LineModel> + Send + Sync + 'static,
        n_threads: usize,
        decoder: CtcDecoder,
    ) -> Self {
        Self { make_model: Arc::new(make_model), decoder, n_threads: n_threads.max(1) }
    }

    /// Threads that read lines.
    pub fn n_threads(&self) -> usize {
        self.n_threads
    }

    /// A recognizer for one thread, for lines that come without a page.
    pub fn line_recognizer(&self) -> LineRecognizer {
        LineRecognizer::new((self.make_model)(), self.decoder.clone())
    }

    /// Reads a page. `on_event` hears of every step; where it answers `Break` the page comes back as far as it is.
    /// The lines of a page without writing are none, and a line that cannot be read stays unread.
    pub fn read(
        &self,
        image: &PageImage,
        on_event: &mut dyn FnMut(PageEvent) -> ControlFlow<()>,
    ) -> (Page, PageTimings) {
        let mut page = Page { width: image.width(), height: image.height(), lines: Vec::new() };
        let mut timings = PageTimings::default();
        // A break leaves the page as far as it is, which is what comes back in any case.
        let (ControlFlow::Continue(()) | ControlFlow::Break(())) =
            self.read_stages(image, &mut page, &mut timings, on_event);
        (page, timings)
    }

    fn read_stages(
        &self,
        image: &PageImage,
        page: &mut Page,
        timings: &mut PageTimings,
        on_event: &mut dyn FnMut(PageEvent) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let started = Instant::now();
        let prepared = prepare(image);
        timings.prepare_ms = elapsed_ms(started);
        on_event(PageEvent::Prepared { elapsed_ms: timings.prepare_ms })?;

        let started = Instant::now();
        page.lines = segment(&prepared).lines;
        timings.segment_ms = elapsed_ms(started);
        on_event(PageEvent::Segmented { lines: page.lines.clone(), elapsed_ms: timings.segment_ms })?;

        let started = Instant::now();
        let lines = page.lines.clone();
        let flow = self.read_lines(&prepared, &lines, &mut |event| {
            if let PageEvent::LineRead { id, transcription } = &event
                && let Some(line) = page.line_mut(*id)
            {
                line.transcription = Some(transcription.clone());
            }
            on_event(event)
        });
        timings.recognize_ms = elapsed_ms(started);
        flow
    }

    /// Reads these lines of a prepared page, on all workers. `on_event` hears [`PageEvent::LineRead`] or
    /// [`PageEvent::LineFailed`] of each, unless it answers `Break`.
    pub fn read_lines(
        &self,
        page: &PreparedPage,
        lines: &[TextLine],
        on_event: &mut dyn FnMut(PageEvent) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        in_parallel(
            self.n_threads,
            lines.len(),
            || self.line_recognizer(),
            |recognizer, index| recognizer.recognize(&cut_line(page, &lines[index])),
            &mut |index, read: Result<Transcription, ModelError>| {
                let id = lines[index].id;
                on_event(match read {
                    Ok(transcription) => PageEvent::LineRead { id, transcription },
                    Err(error) => PageEvent::LineFailed { id, reason: error.to_string() },
                })
            },
        )
    }
}

fn elapsed_ms(started: Instant) -> f32 {
    started.elapsed().as_secs_f32() * 1e3
}
