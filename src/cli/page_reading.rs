//! How the commands that turn pages into text read them: the options they share, and a page.

use std::{borrow::Cow, ops::ControlFlow, path::PathBuf};

use clap::Args;

use super::{Outcome, options::ReaderOptions, output::complain};
use crate::{
    imaging::{PageAdjustments, PageImage, propose_corners},
    page::Page,
    recognition::{PageEvent, PageReader, PageTimings},
};

/// What reads, and how pages are prepared.
#[derive(Args, Debug)]
pub(super) struct PageReading {
    #[command(flatten)]
    reader: ReaderOptions,
    /// Cut out the sheet or board that a photo shows, where one stands out, and set it straight before it is read. Places
    /// that are told stay those in the photo; a PDF shows what was cut out.
    #[arg(long)]
    straighten: bool,
    /// Adapt the reader to the hand first, by the lines that it reads on these pages with the highest confidence. For pages
    /// in one hand that is hard to read, at least 10 lines; takes about a minute more. `--practise` is the same.
    #[cfg(feature = "train")]
    #[arg(long, alias = "practise")]
    adapt: bool,
}

/// The reader asked for, and the same adapted to the pages.
pub(super) struct Readers {
    usual: PageReader,
    adapted: Option<PageReader>,
}

/// A page that was read.
pub(super) struct ReadPage {
    pub(super) page: Page,
    pub(super) timings: PageTimings,
    /// Whether all its lines were read.
    pub(super) outcome: Outcome,
}

impl PageReading {
    /// Loads the model, and adapts it to the pages of `files` where that is asked for.
    #[cfg_attr(not(feature = "train"), expect(unused_variables, reason = "nothing is adapted without training"))]
    pub(super) fn readers(&self, files: &[PathBuf]) -> anyhow::Result<Readers> {
        let usual = self.reader.reader()?;
        #[cfg(feature = "train")]
        if self.adapt {
            let pictures = super::training::page_adaptation::opened_pages(files)
                .map(|(name, image)| (name, adjusted(&self.adjustments(&image), &image).into_owned()));
            let adapted = super::training::page_adaptation::adapted_to_pages(&self.reader, &usual, pictures)?;
            return Ok(Readers { usual, adapted });
        }
        Ok(Readers { usual, adapted: None })
    }

    /// The page as it is read: set straight where that is asked for.
    pub(super) fn picture<'a>(&self, image: &'a PageImage) -> Cow<'a, PageImage> {
        adjusted(&self.adjustments(image), image)
    }

    /// Reads the page called `name`, set straight where that is asked for. Lines are told where they are in `image`.
    pub(super) fn read(&self, readers: &Readers, name: &str, image: &PageImage) -> ReadPage {
        let adjustments = self.adjustments(image);
        let read = readers.read(name, &adjusted(&adjustments, image));
        if adjustments.keeps_geometry() {
            return read;
        }
        let (width, height) = (image.width(), image.height());
        let in_photo = |point| adjustments.to_original((width, height), point);
        let lines = read.page.lines.iter().map(|line| line.moved(in_photo)).collect();
        ReadPage { page: Page { width, height, lines }, ..read }
    }

    /// As [`PageReading::read`], but with the picture as it was read, and places in that.
    pub(super) fn read_with_picture<'a>(
        &self,
        readers: &Readers,
        name: &str,
        image: &'a PageImage,
    ) -> (ReadPage, Cow<'a, PageImage>) {
        let picture = self.picture(image);
        (readers.read(name, &picture), picture)
    }

    fn adjustments(&self, image: &PageImage) -> PageAdjustments {
        let corners = if self.straighten { propose_corners(image) } else { None };
        PageAdjustments { corners, ..PageAdjustments::default() }
    }
}

fn adjusted<'a>(adjustments: &PageAdjustments, image: &'a PageImage) -> Cow<'a, PageImage> {
    if adjustments.keeps_geometry() { Cow::Borrowed(image) } else { Cow::Owned(adjustments.apply(image)) }
}

impl Readers {
    fn read(&self, name: &str, image: &PageImage) -> ReadPage {
        let mut outcome = Outcome::Complete;
        let reader = self.adapted.as_ref().unwrap_or(&self.usual);
        let (mut page, timings) = reader.read(image, &mut |event| {
            if let PageEvent::LineFailed { id, reason } = event {
                complain(&format!("line {} of {name}: {reason}", id.0));
                outcome = Outcome::Incomplete;
            }
            ControlFlow::Continue(())
        });
        if page.lines.is_empty() {
            complain(&format!("{name} has no writing that Longhand can find"));
        }
        if self.adapted.is_some() {
            self.doubt_as_usual(&mut page, image);
        }
        ReadPage { page, timings, outcome }
    }

    /// Lines that the usual reader reads alike are as sure as it is. Both find the same lines.
    fn doubt_as_usual(&self, page: &mut Page, image: &PageImage) {
        let (usual, _) = self.usual.read(image, &mut |_event| ControlFlow::Continue(()));
        for line in &mut page.lines {
            if let Some(usual) = usual.line(line.id).and_then(|line| line.transcription.as_ref()) {
                line.transcription = line.transcription.take().map(|read| read.or_usual(usual));
            }
        }
    }
}
