//! Reading of pages for the commands that turn them into text: shared options, readers, one page.

use std::{borrow::Cow, ops::ControlFlow, path::PathBuf, time::Instant};

use clap::Args;

use super::{
    inputs::InputPage,
    options::ReaderOptions,
    outcome::Outcome,
    output::{complain, complained},
};
use crate::{
    formats::DescribedPage,
    imaging::{PageAdjustments, PageImage, prepare, propose_corners},
    jobs::{Panicked, contain},
    page::{Page, TextLine},
    recognition::{PageEvent, PageReader, PageTimings},
};

/// The reader, and how pages are prepared.
#[derive(Args, Debug)]
pub(super) struct PageReading {
    #[command(flatten)]
    reader: ReaderOptions,
    /// Cut out the sheet or board that a photo shows, where one stands out, and set it straight before it is read.
    /// Places that are told stay those in the photo; a PDF shows what was cut out.
    #[arg(long)]
    straighten: bool,
    /// Get used to the hand first: adapt to what is read most surely on these pages, then read them again. For pages in
    /// one hand that is hard to read, at least 10 lines; takes about a minute more.
    #[cfg(feature = "train")]
    #[arg(long, alias = "practise")]
    adapt: bool,
}

/// The chosen reader, and the one adapted to the pages' writer.
pub(super) struct Readers {
    unadapted: PageReader,
    adapted: Option<PageReader>,
}

/// A page after reading.
pub(super) struct ReadPage {
    pub(super) page: Page,
    pub(super) timings: PageTimings,
    /// Complete if no line failed.
    pub(super) outcome: Outcome,
}

impl PageReading {
    /// Loads the model, and adapts it to `files` with `--adapt`.
    #[cfg_attr(not(feature = "train"), expect(unused_variables, reason = "there is no adaptation without training"))]
    pub(super) fn readers(&self, files: &[PathBuf]) -> anyhow::Result<Readers> {
        let unadapted = self.reader.reader()?;
        #[cfg(feature = "train")]
        if self.adapt {
            let pictures = super::training::page_adaptation::opened_pages(files)
                .map(|(name, image)| (name, adjusted(&self.adjustments(&image), &image).into_owned()));
            let adapted_reader =
                super::training::page_adaptation::adapted_to_pages(&self.reader, &unadapted, pictures)?;
            return Ok(Readers { unadapted, adapted: adapted_reader });
        }
        Ok(Readers { unadapted, adapted: None })
    }

    /// The page as it is read: rectified with `--straighten`.
    pub(super) fn picture<'a>(&self, image: &'a PageImage) -> Cow<'a, PageImage> {
        adjusted(&self.adjustments(image), image)
    }

    /// Reads the page called `name`: rectified with `--straighten`, or the lines that a description leaves without
    /// text. Lines are placed in the pixels of its picture. A page that brings out a mistake is reported, and the
    /// sentence returned.
    pub(super) fn read(&self, readers: &Readers, name: &str, input: &InputPage) -> Result<ReadPage, String> {
        let image = &input.image;
        guarded(name, || {
            if let Some(described) = &input.described {
                return readers.read_described(name, image, described);
            }
            let adjustments = self.adjustments(image);
            let read = readers.read(name, &adjusted(&adjustments, image))?;
            if adjustments.keeps_geometry() {
                return Ok(read);
            }
            let (width, height) = (image.width(), image.height());
            let in_photo = |point| adjustments.to_original((width, height), point);
            Ok(ReadPage { page: read.page.moved((width, height), in_photo), ..read })
        })
    }

    /// As [`PageReading::read`], but returns the rectified image as well, and places lines in its pixels.
    pub(super) fn read_with_picture<'a>(
        &self,
        readers: &Readers,
        name: &str,
        input: &'a InputPage,
    ) -> Result<(ReadPage, Cow<'a, PageImage>), String> {
        guarded(name, || {
            if let Some(described) = &input.described {
                return Ok((readers.read_described(name, &input.image, described)?, Cow::Borrowed(&input.image)));
            }
            let picture = self.picture(&input.image);
            Ok((readers.read(name, &picture)?, picture))
        })
    }

    fn adjustments(&self, image: &PageImage) -> PageAdjustments {
        let corners = if self.straighten { propose_corners(image) } else { None };
        PageAdjustments { corners, ..PageAdjustments::default() }
    }
}

/// The result of work on the page called `name`. Where it panics, that is reported, and the sentence returned.
pub(super) fn guarded<T>(name: &str, work: impl FnOnce() -> Result<T, Panicked>) -> Result<T, String> {
    contain(work).flatten().map_err(|panicked| complained(format!("{name} cannot be read: {panicked}")))
}

fn adjusted<'a>(adjustments: &PageAdjustments, image: &'a PageImage) -> Cow<'a, PageImage> {
    if adjustments.keeps_geometry() { Cow::Borrowed(image) } else { Cow::Owned(adjustments.apply(image)) }
}

impl Readers {
    fn read(&self, name: &str, image: &PageImage) -> Result<ReadPage, Panicked> {
        let mut outcome = Outcome::Complete;
        let reader = self.adapted.as_ref().unwrap_or(&self.unadapted);
        let (mut page, timings) = reader.read(image, &mut |event| {
            if let PageEvent::LineFailed { id, reason } = event {
                complain(&format!("line {} of {name}: {reason}", id.0));
                outcome = Outcome::Incomplete;
            }
            ControlFlow::Continue(())
        })?;
        if page.lines.is_empty() {
            complain(&format!("{name} has no writing that Longhand can find"));
        }
        if self.adapted.is_some() {
            self.restore_confidences(&mut page, image)?;
        }
        Ok(ReadPage { page, timings, outcome })
    }

    /// The page as it is described; only lines without text are read.
    fn read_described(&self, name: &str, image: &PageImage, described: &DescribedPage) -> Result<ReadPage, Panicked> {
        let mut page = described.to_page(image.width(), image.height());
        let unread: Vec<TextLine> = page.lines.iter().filter(|line| line.correction.is_none()).cloned().collect();
        let (mut timings, mut outcome) = (PageTimings::default(), Outcome::Complete);
        if !unread.is_empty() {
            let started = Instant::now();
            let prepared = contain(|| prepare(image))?;
            timings.prepare_ms = 1e3 * started.elapsed().as_secs_f32();
            let reader = self.adapted.as_ref().unwrap_or(&self.unadapted);
            let started = Instant::now();
            let (ControlFlow::Continue(()) | ControlFlow::Break(())) =
                reader.read_lines(&prepared, &unread, &mut |event| {
                    outcome = outcome.and(take_line(&mut page, name, event));
                    ControlFlow::Continue(())
                });
            timings.recognize_ms = 1e3 * started.elapsed().as_secs_f32();
        }
        Ok(ReadPage { page, timings, outcome })
    }

    /// Gives lines that both readers read alike the confidences of the unadapted one. Both find the same lines.
    fn restore_confidences(&self, page: &mut Page, image: &PageImage) -> Result<(), Panicked> {
        let (unadapted, _) = self.unadapted.read(image, &mut |_event| ControlFlow::Continue(()))?;
        for line in &mut page.lines {
            if let Some(unadapted) = unadapted.line(line.id).and_then(|line| line.transcription.as_ref()) {
                line.transcription = line.transcription.take().map(|read| read.or_unadapted(unadapted));
            }
        }
        Ok(())
    }
}

/// Puts a line that was read into `page`; one that failed is reported.
fn take_line(page: &mut Page, name: &str, event: PageEvent) -> Outcome {
    match event {
        PageEvent::LineRead { id, transcription } => {
            if let Some(line) = page.line_mut(id) {
                line.transcription = Some(transcription);
            }
            Outcome::Complete
        }
        PageEvent::LineFailed { id, reason } => {
            complain(&format!("line {} of {name}: {reason}", id.0));
            Outcome::Incomplete
        }
        _ => Outcome::Complete,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recognition::CtcDecoder;

    #[test]
    fn a_page_that_makes_the_reader_panic_is_told_and_the_next_one_read() {
        let panicking = PageReader::with_model(|| panic!("it was made to panic"), 2, CtcDecoder::Greedy);
        let readers = Readers { unadapted: panicking, adapted: None };
        let page = PageImage::open(std::path::Path::new("assets/samples/notes.jpg")).unwrap();
        let sentence = guarded("notes.jpg", || readers.read("notes.jpg", &page)).err();
        assert!(sentence.is_some_and(|sentence| sentence.starts_with("notes.jpg cannot be read: it brings out")));
        assert_eq!(guarded("next.jpg", || Ok(1)), Ok(1));
    }
}
