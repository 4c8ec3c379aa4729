//! The bodies of the window's jobs: what runs off the drawing thread, and what it reports.

use std::{
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

use eframe::egui::{Color32, ColorImage, Context, TextureHandle};
use image::DynamicImage;

use crate::{
    app::{
        state::{SavingProgress, file_page::FilePage, text::TextScope},
        ui::texture::{PageTexture, thumbnail},
    },
    formats::{ExportFormat, ExportedPage, PdfBook, document},
    imaging::{CleanUp, Corners, PageAdjustments, PageFile, PageImage, are_seen_aslant, propose_corners},
    ink::{Stroke, rasterize},
    jobs::{Cancelled, JobContext},
    page::Page,
    recognition::{PageEvent, PageReader, PageTimings},
    storage::{FoundKeptPage, Recovery, UnsavedPages, page_files_in, write_atomically},
};

/// A page's pixels, ready to be shown or read.
pub(crate) struct Decoded {
    /// As opened.
    pub(crate) original: Arc<PageImage>,
    /// What was done to them, and the size that came of it.
    pub(crate) adjustments: PageAdjustments,
    pub(crate) size: (u32, u32),
    pub(crate) thumbnail: TextureHandle,
    /// From file to pixels; `None` where they were there.
    pub(crate) decode_ms: Option<f32>,
}

/// A page that was found in a file, and what was done to it at an earlier time.
pub(crate) struct FoundPage {
    pub(crate) file: FilePage,
    pub(crate) saved: Option<Recovery>,
}

/// What showing a page reports.
pub(crate) enum DisplayEvent {
    Decoded(Decoded),
    /// Everything uploaded so far.
    Texture(PageTexture),
    /// The page shows a sheet seen aslant, with these corners in pixels of the page as it was opened.
    Sheet(Corners),
    Failed(String),
}

/// What reading a page reports.
pub(crate) enum ReadingEvent {
    Decoded(Decoded),
    Page(PageEvent),
    Finished(PageTimings),
    Failed(String),
}

/// What a dialog, the clipboard or a small file task reports.
pub(crate) enum FileEvent {
    /// Files and folders to open.
    Chosen(Vec<PathBuf>),
    /// The pages of one file; whether they are the first of those asked for.
    Found {
        pages: Vec<FoundPage>,
        is_first: bool,
    },
    /// Where to save the text, and which.
    SaveTo(PathBuf, TextScope),
    Pasted(PageImage),
    /// The place for pages that no file holds, and those left there.
    Kept(UnsavedPages, Vec<FoundKeptPage>),
    /// Pages have been packed into the file that is being saved.
    Saving(SavingProgress),
    Saved(PathBuf),
    Failed(String),
}

/// Where a reading takes its pixels from.
pub(crate) enum Source {
    Image(ImageSource),
    Ink { strokes: Vec<Stroke>, width: u32, height: u32 },
}

/// Pixels to be adjusted: those loaded, or a page of a file.
pub(crate) struct ImageSource {
    pub(crate) loaded: Option<Arc<PageImage>>,
    pub(crate) file: Option<FilePage>,
    pub(crate) name: String,
    pub(crate) adjustments: PageAdjustments,
}

impl ImageSource {
    /// Decodes the page unless it is loaded, and adjusts it.
    fn pixels(&self) -> Result<Pixels, String> {
        let start = Instant::now();
        let (original, decode_ms) = match (&self.loaded, &self.file) {
            (Some(image), _) => (Arc::clone(image), None),
            (None, Some(file)) => {
                let page = PageFile::open(&file.path).and_then(|pages| pages.page(file.index));
                let page = page.map_err(|error| error.to_string())?;
                (Arc::new(page), Some(start.elapsed().as_secs_f32() * 1e3))
            }
            (None, None) => return Err(format!("The pixels of {} are gone", self.name)),
        };
        let adjusted = if self.adjustments.keeps_geometry() {
            Arc::clone(&original)
        } else {
            Arc::new(self.adjustments.apply(&original))
        };
        Ok(Pixels { original, adjusted, decode_ms })
    }

    /// The page's pixels: what is to be told of them, and as adjusted.
    fn get(self, ctx: &Context) -> Result<(Decoded, Arc<PageImage>), String> {
        let Pixels { original, adjusted, decode_ms } = self.pixels()?;
        let thumbnail = thumbnail(ctx, &self.name, &adjusted.pixels);
        let size = (adjusted.width(), adjusted.height());
        Ok((Decoded { original, adjustments: self.adjustments, size, thumbnail, decode_ms }, adjusted))
    }
}

/// A page as opened and as adjusted.
struct Pixels {
    original: Arc<PageImage>,
    adjusted: Arc<PageImage>,
    /// From file to pixels; `None` where they were there.
    decode_ms: Option<f32>,
}

/// Decodes, adjusts and uploads a page, then looks whether a page that is not cut yet shows a sheet to be set straight.
pub(crate) fn show_page(job: &JobContext<DisplayEvent>, ctx: &Context, source: ImageSource) -> Result<(), Cancelled> {
    let name = source.name.clone();
    let is_uncut = source.adjustments.corners.is_none();
    let (original, image) = match source.get(ctx) {
        Ok((decoded, image)) => {
            let original = Arc::clone(&decoded.original);
            job.report(DisplayEvent::Decoded(decoded))?;
            (original, image)
        }
        Err(reason) => return job.report(DisplayEvent::Failed(reason)),
    };
    PageTexture::upload(ctx, &name, &image.pixels, |texture| flow(job.report(DisplayEvent::Texture(texture))));
    let sheet = is_uncut.then(|| propose_corners(&original)).flatten().filter(are_seen_aslant);
    sheet.map_or(Ok(()), |corners| job.report(DisplayEvent::Sheet(corners)))
}

/// Views for the sheet on a page whose corners are to be moved; reports them where it is found.
pub(crate) fn find_sheet(job: &JobContext<Corners>, ctx: &Context, source: ImageSource) -> Result<(), Cancelled> {
    // A page that cannot be decoded is told of by the job that shows it.
    let found = source.get(ctx).ok().and_then(|(_, image)| propose_corners(&image));
    found.map_or(Ok(()), |corners| job.report(corners))
}

/// Reads a page from its source to its last line.
pub(crate) fn read_page(
    job: &JobContext<ReadingEvent>,
    ctx: &Context,
    reader: &PageReader,
    source: Source,
) -> Result<(), Cancelled> {
    let (image, clean_up) = match source {
        Source::Ink { strokes, width, height } => (drawn(&strokes, width, height), CleanUp::default()),
        Source::Image(source) => {
            let clean_up = source.adjustments.clean_up;
            match source.get(ctx) {
                Ok((decoded, image)) => {
                    job.report(ReadingEvent::Decoded(decoded))?;
                    (image, clean_up)
                }
                Err(reason) => return job.report(ReadingEvent::Failed(reason)),
            }
        }
    };
    let (_page, timings) = reader.read_with(&image, clean_up, &mut |event| flow(job.report(ReadingEvent::Page(event))));
    job.report(ReadingEvent::Finished(timings))
}

/// The pixels of a page as they are read, without reporting anything.
pub(crate) fn page_image(source: Source) -> Result<Arc<PageImage>, String> {
    match source {
        Source::Ink { strokes, width, height } => Ok(drawn(&strokes, width, height)),
        Source::Image(source) => Ok(source.pixels()?.adjusted),
    }
}

fn drawn(strokes: &[Stroke], width: u32, height: u32) -> Arc<PageImage> {
    let ink = rasterize(strokes, width, height);
    Arc::new(PageImage::from_image(&DynamicImage::ImageLuma8(ink)))
}

fn flow(reported: Result<(), Cancelled>) -> ControlFlow<()> {
    if reported.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
}

/// Finds the pages of `paths`, in a folder's place of the files in it, and what `recovery_folder` keeps of them.
pub(crate) fn find_pages(
    job: &JobContext<FileEvent>,
    paths: &[PathBuf],
    recovery_folder: Option<&Path>,
) -> Result<(), Cancelled> {
    let mut is_first = true;
    for path in paths {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
        for file in files_at(job, path)? {
            // A file that cannot be opened counts as one page, whose decoding will tell why.
            let n_pages = PageFile::count_pages(&file).unwrap_or(1);
            let found = FilePage::all(&file, n_pages).map(|page| {
                let saved = recovery_folder.and_then(|folder| Recovery::load(folder, &page.path, page.index));
                FoundPage { file: page, saved }
            });
            job.report(FileEvent::Found { pages: found.collect(), is_first: std::mem::take(&mut is_first) })?;
        }
    }
    Ok(())
}

/// Finds the pages that no file holds and that were open when the program ended.
pub(crate) fn find_kept_pages(job: &JobContext<FileEvent>, folder: &Path) -> Result<(), Cancelled> {
    job.report(match UnsavedPages::claim(folder) {
        Ok(kept) => {
            let pages = kept.load();
            FileEvent::Kept(kept, pages)
        }
        Err(error) => FileEvent::Failed(format!(
            "Sheets and pasted images will be lost when Longhand ends, as {} cannot be used: {error}",
            folder.display()
        )),
    })
}

fn files_at(job: &JobContext<FileEvent>, path: PathBuf) -> Result<Vec<PathBuf>, Cancelled> {
    if !path.is_dir() {
        return Ok(vec![path]);
    }
    let files = page_files_in(&path);
    match &files {
        Ok(files) if files.is_empty() => {
            job.report(FileEvent::Failed(format!("There are no images in the folder {}", path.display())))?;
        }
        Err(error) => {
            job.report(FileEvent::Failed(format!("The folder {} cannot be read: {error}", path.display())))?;
        }
        Ok(_) => {}
    }
    Ok(files.unwrap_or_default())
}

/// Takes an image, or copied image files, from the clipboard.
pub(crate) fn paste(job: &JobContext<FileEvent>) -> Result<(), Cancelled> {
    let mut clipboard = match arboard::Clipboard::new() {
        Ok(clipboard) => clipboard,
        Err(error) => return job.report(FileEvent::Failed(format!("The clipboard cannot be used: {error}"))),
    };
    if let Ok(files) = clipboard.get().file_list()
        && !files.is_empty()
    {
        return job.report(FileEvent::Chosen(files));
    }
    let pasted = clipboard.get_image().ok().and_then(|data| {
        let (width, height) = (u32::try_from(data.width).ok()?, u32::try_from(data.height).ok()?);
        image::RgbaImage::from_raw(width, height, data.bytes.into_owned())
    });
    job.report(match pasted {
        Some(image) => FileEvent::Pasted(PageImage::from_image(&DynamicImage::ImageRgba8(image))),
        None => FileEvent::Failed("There is no image on the clipboard".to_owned()),
    })
}

/// A page from an image that the windowing system took from the clipboard.
pub(crate) fn page_from_pasted(image: &ColorImage) -> PageImage {
    let bytes = image.pixels.iter().flat_map(Color32::to_srgba_unmultiplied).collect();
    let size = image.size.map(|side| side as u32);
    // The number of pixels always fits the size; an image of no pixels stands in otherwise.
    let rgba = image::RgbaImage::from_raw(size[0], size[1], bytes).unwrap_or_default();
    PageImage::from_image(&DynamicImage::ImageRgba8(rgba))
}

/// A page to be exported.
pub(crate) struct PageToExport {
    /// Its image's name.
    pub(crate) name: String,
    /// Its lines: for a PDF in pixels of the page as it is read, else as it was opened.
    pub(crate) page: Page,
    /// Its pixels, where the format shows them.
    pub(crate) source: Option<Source>,
}

/// Writes pages in `format`.
pub(crate) fn export(
    job: &JobContext<FileEvent>,
    path: PathBuf,
    format: ExportFormat,
    pages: Vec<PageToExport>,
) -> Result<(), Cancelled> {
    let packed = exported(job, format, pages)?;
    job.cancel_token().check()?;
    let saved = packed.and_then(|bytes| write_atomically(&path, &bytes).map_err(|error| error.to_string()));
    job.report(match saved {
        Ok(()) => FileEvent::Saved(path),
        Err(reason) => FileEvent::Failed(format!("{} could not be saved: {reason}", path.display())),
    })
}

/// The pages as one file, or why there is none.
fn exported(
    job: &JobContext<FileEvent>,
    format: ExportFormat,
    pages: Vec<PageToExport>,
) -> Result<Result<Vec<u8>, String>, Cancelled> {
    if format != ExportFormat::Pdf {
        let pages: Vec<ExportedPage<'_>> =
            pages.iter().map(|page| ExportedPage { name: &page.name, page: &page.page }).collect();
        return Ok(document(&pages, format).map(String::into_bytes).map_err(|error| error.to_string()));
    }
    let mut book = PdfBook::default();
    let n_pages = pages.len();
    for (n_done, PageToExport { name, page, source }) in pages.into_iter().enumerate() {
        job.report(FileEvent::Saving(SavingProgress { n_done, n_pages }))?;
        let Some(source) = source else { return Ok(Err(format!("the pixels of {name} are not there yet"))) };
        let added = page_image(source).and_then(|image| {
            let exported = ExportedPage { name: &name, page: &page };
            book.add(&exported, &image.pixels).map_err(|error| error.to_string())
        });
        if let Err(reason) = added {
            return Ok(Err(reason));
        }
    }
    Ok(Ok(book.finish()))
}
