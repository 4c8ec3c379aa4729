//! Shows and reads one page: bodies of jobs, and their events.

use std::{sync::Arc, time::Instant};

use eframe::egui::Context;
use image::imageops::crop_imm;

use super::{
    files::FileEvent,
    page_source::{Decoded, ImageSource, PageSource, drawn, page_image},
};
use crate::{
    app::{state::document::DocumentId, ui::texture::PageTexture},
    imaging::{CleanUp, Corners, PageImage, are_seen_aslant, prepare_with, propose_corners},
    jobs::{Cancelled, JobContext},
    page::{Rect, TextLine},
    recognition::{PageEvent, PageReader, PageTimings},
};

/// An event of showing a page.
pub(crate) enum DisplayEvent {
    Decoded(Decoded),
    /// The tiles uploaded so far.
    Texture(PageTexture),
    /// The corners of a sheet photographed at an angle, in pixels of the page as it was opened.
    Sheet(Corners),
    Failed(String),
}

/// An event of reading a page.
pub(crate) enum ReadingEvent {
    Decoded(Decoded),
    Page(PageEvent),
    Finished(PageTimings),
    Failed(String),
}

/// Decodes, adjusts and uploads a page, then looks for an oblique sheet on it, unless the page is cropped already.
pub(crate) fn show_page(job: &JobContext<DisplayEvent>, ctx: &Context, source: ImageSource) -> Result<(), Cancelled> {
    let name = source.name.clone();
    let is_uncut = source.adjustments.corners.is_none();
    let (original, image) = match source.load(ctx) {
        Ok((decoded, image)) => {
            let original = Arc::clone(&decoded.original);
            job.tell(DisplayEvent::Decoded(decoded))?;
            (original, image)
        }
        Err(reason) => return job.tell(DisplayEvent::Failed(reason)),
    };
    PageTexture::upload(ctx, &name, &image.pixels, |texture| job.tell_or_break(DisplayEvent::Texture(texture)));
    let sheet = is_uncut.then(|| propose_corners(&original)).flatten().filter(are_seen_aslant);
    sheet.map_or(Ok(()), |corners| job.tell(DisplayEvent::Sheet(corners)))
}

/// Looks for the sheet on a page whose corners are to be moved; reports its corners if there is one.
pub(crate) fn find_sheet(job: &JobContext<Corners>, ctx: &Context, source: ImageSource) -> Result<(), Cancelled> {
    // Ignored: the job that shows the page reports why it cannot be decoded.
    let found = source.load(ctx).ok().and_then(|(_, image)| propose_corners(&image));
    found.map_or(Ok(()), |corners| job.tell(corners))
}

/// Cuts `sheets`, boxes in pixels of the page as it is read, out of the page of this name.
pub(crate) fn part_sheets(
    job: &JobContext<FileEvent>,
    id: DocumentId,
    source: PageSource,
    sheets: &[Rect],
) -> Result<(), Cancelled> {
    let photo = match page_image(source) {
        Ok(photo) => photo,
        Err(reason) => return job.tell(FileEvent::Failed(reason)),
    };
    let cut = |sheet: &Rect| {
        let (x, y) = (sheet.x0.max(0.0) as u32, sheet.y0.max(0.0) as u32);
        PageImage { pixels: crop_imm(&photo.pixels, x, y, sheet.width() as u32, sheet.height() as u32).to_image() }
    };
    job.tell(FileEvent::Parted(id, sheets.iter().map(cut).collect()))
}

/// Reads a page from its source to its last line.
pub(crate) fn read_page(
    job: &JobContext<ReadingEvent>,
    ctx: &Context,
    reader: &PageReader,
    source: PageSource,
) -> Result<(), Cancelled> {
    let mut reader = reader.clone();
    let (image, clean_up, name) = match source {
        PageSource::Ink { strokes, width, height } => {
            reader = reader.for_sheet(&strokes);
            (drawn(&strokes, width, height), CleanUp::default(), "The sheet".to_owned())
        }
        PageSource::Image(source) => {
            let name = source.name.clone();
            let clean_up = source.adjustments.clean_up;
            match source.load(ctx) {
                Ok((decoded, image)) => {
                    job.tell(ReadingEvent::Decoded(decoded))?;
                    (image, clean_up, name)
                }
                Err(reason) => return job.tell(ReadingEvent::Failed(reason)),
            }
        }
    };
    let read = reader.read_with(&image, clean_up, &mut |event| job.tell_or_break(ReadingEvent::Page(event)));
    job.tell(match read {
        Ok((_page, timings)) => ReadingEvent::Finished(timings),
        Err(panicked) => ReadingEvent::Failed(format!("{name} cannot be read: {panicked}")),
    })
}

/// Reads these lines of a page, which the user has drawn or changed.
pub(crate) fn read_lines(
    job: &JobContext<ReadingEvent>,
    ctx: &Context,
    reader: &PageReader,
    source: PageSource,
    lines: &[TextLine],
) -> Result<(), Cancelled> {
    let mut timings = PageTimings::default();
    if lines.is_empty() {
        return job.tell(ReadingEvent::Finished(timings));
    }
    let (image, clean_up) = match source {
        PageSource::Ink { strokes, width, height } => (drawn(&strokes, width, height), CleanUp::default()),
        PageSource::Image(source) => {
            let clean_up = source.adjustments.clean_up;
            match source.load(ctx) {
                Ok((decoded, image)) => {
                    job.tell(ReadingEvent::Decoded(decoded))?;
                    (image, clean_up)
                }
                Err(reason) => return job.tell(ReadingEvent::Failed(reason)),
            }
        }
    };
    let started = Instant::now();
    let prepared = prepare_with(&image, clean_up);
    timings.prepare_ms = started.elapsed().as_secs_f32() * 1e3;
    let started = Instant::now();
    let _is_complete = reader.read_lines(&prepared, lines, &mut |event| job.tell_or_break(ReadingEvent::Page(event)));
    timings.recognize_ms = started.elapsed().as_secs_f32() * 1e3;
    job.tell(ReadingEvent::Finished(timings))
}
