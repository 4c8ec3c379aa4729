//! Reads whole pages. The window and all commands read through [`PageReader`], so that they give the same text.

use std::{collections::BTreeMap, ops::ControlFlow, sync::Arc, time::Instant};

use serde::Serialize;

use super::{
    decoding::decoder::CtcDecoder,
    engine::{
        line_model::{LineModel, ModelError},
        tract_model::TractModel,
    },
    ink_labeller::ink_labeller,
    line_memory::{LineKey, LineMemory},
    line_recognizer::{FirstReading, LineRecognizer},
    no_writing::is_without_writing,
    package::ModelPackage,
    workers::in_parallel,
};
use crate::{
    imaging::{CleanUp, PageImage, PreparedPage, crop_line, prepare_with, segment},
    ink::Stroke,
    jobs::{Panicked, contain},
    page::{Drawing, LineId, Page, Rect, TextLine, Transcription},
};

/// A model, a decoder and a number of threads: page images in, pages out. Clones share the model.
#[derive(Clone)]
pub struct PageReader {
    pub(super) make_model: Arc<dyn Fn() -> Box<dyn LineModel> + Send + Sync>,
    decoder: CtcDecoder,
    n_threads: usize,
    memory: Arc<LineMemory>,
    /// The strokes of the page, if it is a sheet that is being written on.
    sheet: Option<Arc<[Stroke]>>,
}

/// Progress of a page that is being read, in this order.
#[derive(Clone, Debug, PartialEq)]
pub enum PageEvent {
    /// The page is prepared.
    Prepared {
        /// The boxes of the sheets of a photo that shows several, in reading order and pixels of the image; else none.
        sheets: Vec<Rect>,
        /// Duration in milliseconds.
        elapsed_ms: f32,
    },
    /// A line was read to find out which way up the page is; its text is discarded.
    Glanced,
    /// The lines were found.
    Segmented {
        /// In reading order, unread.
        lines: Vec<TextLine>,
        /// What is drawn and not written.
        drawings: Vec<Drawing>,
        /// Duration in milliseconds.
        elapsed_ms: f32,
    },
    /// A line was read once, quickly; [`PageEvent::LineRead`] or [`PageEvent::LineFailed`] follows, after all lines
    /// were read once. Not sent by a reader that reads lines only once.
    LineReadOnce {
        /// The line.
        id: LineId,
        /// Its first text.
        transcription: Transcription,
    },
    /// A line was read. Lines come in the order of completion.
    LineRead {
        /// The line.
        id: LineId,
        /// Its text.
        transcription: Transcription,
    },
    /// A line could not be read; the others still are.
    LineFailed {
        /// The line.
        id: LineId,
        /// The error as a sentence.
        reason: String,
    },
    /// None of the lines is writing, as their texts show: a photo without any. The page has no lines.
    NoWriting {
        /// What is drawn, and what was taken for lines.
        drawings: Vec<Drawing>,
    },
}

/// Durations of a page's stages, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct PageTimings {
    /// Preparation.
    pub prepare_ms: f32,
    /// Line finding, with the orientation of the page.
    pub segment_ms: f32,
    /// Recognition of all lines, from the first one's start to the last one's end.
    pub recognize_ms: f32,
}

impl PageReader {
    /// Loads a package's network for `n_threads` workers (at least one).
    pub fn open(package: &ModelPackage, n_threads: usize, decoder: CtcDecoder) -> Result<Self, ModelError> {
        let model = TractModel::open(package)?;
        Ok(Self::with_model(move || Box::new(model.clone()), n_threads, decoder))
    }

    /// A reader whose workers each make their own model.
    pub fn with_model(
        make_model: impl Fn() -> Box<dyn LineModel> + Send + Sync + 'static,
        n_threads: usize,
        decoder: CtcDecoder,
    ) -> Self {
        Self {
            make_model: Arc::new(make_model),
            decoder,
            n_threads: n_threads.max(1),
            memory: Arc::default(),
            sheet: None,
        }
    }

    /// The same reader with a language model that knows these words as well, such as names.
    #[must_use]
    pub fn with_own_words<'a>(&self, words: impl IntoIterator<Item = &'a str>) -> Self {
        let decoder = self.decoder.clone().with_own_words(words);
        // What was read without them may read otherwise.
        Self { decoder, memory: Arc::default(), ..self.clone() }
    }

    /// The same reader for a sheet of these strokes that is being written on: it is upright, and of a line that this
    /// reader has read before on any sheet, the transcription of then stands.
    #[must_use]
    pub fn for_sheet(&self, strokes: &[Stroke]) -> Self {
        Self { sheet: Some(strokes.into()), ..self.clone() }
    }

    /// Threads that read lines.
    pub fn n_threads(&self) -> usize {
        self.n_threads
    }

    /// A recognizer for one thread, for line images without a page.
    pub fn line_recognizer(&self) -> LineRecognizer {
        LineRecognizer::new((self.make_model)(), self.decoder.clone())
    }

    /// Reads a page; `on_event` gets every step. After a `Break` the page is returned as far as it was read. A page
    /// without writing has no lines, and a line that fails stays without transcription. [`Panicked`] if the page brings
    /// out a mistake before its lines are read; the reader can be used again.
    pub fn read(
        &self,
        image: &PageImage,
        on_event: &mut dyn FnMut(PageEvent) -> ControlFlow<()>,
    ) -> Result<(Page, PageTimings), Panicked> {
        self.read_with(image, CleanUp::Normal, on_event)
    }

    /// As [`PageReader::read`], with another degree of clean-up.
    pub fn read_with(
        &self,
        image: &PageImage,
        clean_up: CleanUp,
        on_event: &mut dyn FnMut(PageEvent) -> ControlFlow<()>,
    ) -> Result<(Page, PageTimings), Panicked> {
        let mut page = Page { width: image.width(), height: image.height(), ..Page::default() };
        let mut timings = PageTimings::default();
        // After a break, too, the page is returned as far as it was read.
        let (ControlFlow::Continue(()) | ControlFlow::Break(())) =
            contain(|| self.read_stages(image, clean_up, &mut page, &mut timings, on_event))?;
        Ok((page, timings))
    }

    fn read_stages(
        &self,
        image: &PageImage,
        clean_up: CleanUp,
        page: &mut Page,
        timings: &mut PageTimings,
        on_event: &mut dyn FnMut(PageEvent) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let started = Instant::now();
        let prepared = prepare_with(image, clean_up);
        timings.prepare_ms = elapsed_ms(started);
        on_event(PageEvent::Prepared { sheets: prepared.sheet_bounds(), elapsed_ms: timings.prepare_ms })?;

        let started = Instant::now();
        let mut found = segment(&prepared, ink_labeller());
        if self.sheet.is_none() {
            found = self.upright(&prepared, found, on_event)?;
        }
        page.drawings.clone_from(&found.drawings);
        page.lines = self.labels_upright(&prepared, found, on_event)?;
        timings.segment_ms = elapsed_ms(started);
        on_event(PageEvent::Segmented {
            lines: page.lines.clone(),
            drawings: page.drawings.clone(),
            elapsed_ms: timings.segment_ms,
        })?;

        let started = Instant::now();
        let lines = page.lines.clone();
        let flow = self.read_lines(&prepared, &lines, &mut |event| {
            if let PageEvent::LineReadOnce { id, transcription } | PageEvent::LineRead { id, transcription } = &event
                && let Some(line) = page.line_mut(*id)
            {
                line.transcription = Some(transcription.clone());
            }
            on_event(event)
        });
        timings.recognize_ms = elapsed_ms(started);
        flow?;
        // A greedy decoder is as sure of rubbish as of writing.
        if self.sheet.is_none() && self.decoder.scorer().is_some() && is_without_writing(&page.lines) {
            page.drawings.extend(page.lines.drain(..).map(Drawing::from));
            on_event(PageEvent::NoWriting { drawings: page.drawings.clone() })?;
        }
        ControlFlow::Continue(())
    }

    /// Reads these lines of a prepared page on all workers. `on_event` gets [`PageEvent::LineReadOnce`] for each that a
    /// careful reading follows, then [`PageEvent::LineRead`] or [`PageEvent::LineFailed`] for each, until it returns
    /// `Break`.
    pub fn read_lines(
        &self,
        page: &PreparedPage,
        lines: &[TextLine],
        on_event: &mut dyn FnMut(PageEvent) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let Some(sheet) = &self.sheet else { return self.read_new_lines(page, lines, on_event) };
        let mut new = Vec::new();
        let mut keys = BTreeMap::new();
        for line in lines {
            let key = LineKey::of(line, sheet);
            if let Some(transcription) = self.memory.find(key) {
                on_event(PageEvent::LineRead { id: line.id, transcription })?;
            } else {
                keys.insert(line.id, key);
                new.push(line.clone());
            }
        }
        self.read_new_lines(page, &new, &mut |event| {
            if let PageEvent::LineRead { id, transcription } = &event
                && let Some(key) = keys.get(id)
            {
                self.memory.remember(*key, transcription);
            }
            on_event(event)
        })
    }

    fn read_new_lines(
        &self,
        page: &PreparedPage,
        lines: &[TextLine],
        on_event: &mut dyn FnMut(PageEvent) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let is_read_twice = !matches!(self.decoder, CtcDecoder::Greedy);
        let mut looked: Vec<(&TextLine, FirstReading)> = Vec::new();
        self.on_all_workers(
            lines.len(),
            |recognizer, index| {
                let first = recognizer.look(&crop_line(page, &lines[index]))?;
                let text = lines[index].with_marker(recognizer.first_text(&first));
                Ok((first, text))
            },
            &mut |index, read| {
                let id = lines[index].id;
                on_event(match read {
                    Ok((first, transcription)) if is_read_twice => {
                        looked.push((&lines[index], first));
                        PageEvent::LineReadOnce { id, transcription }
                    }
                    Ok((_, transcription)) => PageEvent::LineRead { id, transcription },
                    Err(error) => PageEvent::LineFailed { id, reason: error.to_string() },
                })
            },
        )?;
        self.on_all_workers(
            looked.len(),
            |recognizer, index| Ok(looked[index].0.with_marker(recognizer.read(&looked[index].1)?)),
            &mut |index, read| {
                let id = looked[index].0.id;
                on_event(match read {
                    Ok(transcription) => PageEvent::LineRead { id, transcription },
                    Err(error) => PageEvent::LineFailed { id, reason: error.to_string() },
                })
            },
        )
    }

    /// Does `work` for every index below `n_lines`, each worker with a recognizer of its own. A panic fails that line.
    fn on_all_workers<T: Send>(
        &self,
        n_lines: usize,
        work: impl Fn(&mut LineRecognizer, usize) -> Result<T, ModelError> + Sync,
        on_result: &mut dyn FnMut(usize, Result<T, ModelError>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        in_parallel(
            self.n_threads,
            n_lines,
            || self.line_recognizer(),
            |recognizer, index| {
                contain(|| work(recognizer, index)).unwrap_or_else(|panicked| {
                    *recognizer = self.line_recognizer();
                    Err(ModelError::RunFailed { reason: panicked.to_string() })
                })
            },
            on_result,
        )
    }
}

fn elapsed_ms(started: Instant) -> f32 {
    started.elapsed().as_secs_f32() * 1e3
}

#[cfg(test)]
#[path = "page_reader_tests.rs"]
mod tests;
