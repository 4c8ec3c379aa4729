//! The bodies of the window's jobs: what runs off the drawing thread, and what it reports.

use std::{
    fs,
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

use eframe::egui::{Color32, ColorImage, Context, TextureHandle};
use image::DynamicImage;

use super::texture::{PageTexture, thumbnail};
use crate::{
    imaging::PageImage,
    ink::{Stroke, rasterize},
    jobs::{Cancelled, JobContext},
    recognition::{PageEvent, PageReader, PageTimings},
    storage::{Recovery, write_atomically},
};

/// Endings that a folder's images are known by.
pub(super) const IMAGE_EXTENSIONS: [&str; 9] = ["png", "jpg", "jpeg", "tif", "tiff", "webp", "bmp", "gif", "jfif"];

/// A decoded image and what decoding took.
pub(super) struct Decoded {
    pub(super) image: Arc<PageImage>,
    pub(super) thumbnail: TextureHandle,
    pub(super) decode_ms: f32,
}

/// What showing a page reports.
pub(super) enum DisplayEvent {
    Decoded(Decoded),
    /// Everything uploaded so far.
    Texture(PageTexture),
    Failed(String),
}

/// What reading a page reports.
pub(super) enum ReadingEvent {
    Decoded(Decoded),
    /// Corrections of an earlier time.
    Restored(Recovery),
    Page(PageEvent),
    Finished(PageTimings),
    Failed(String),
}

/// What a dialog, the clipboard or a small file task reports.
pub(super) enum FileEvent {
    /// Files to open.
    Chosen(Vec<PathBuf>),
    /// Where to save the text.
    SaveTo(PathBuf),
    Pasted(PageImage),
    Saved(PathBuf),
    Failed(String),
}

/// Where a reading takes its pixels from.
pub(super) enum Source {
    Loaded(Arc<PageImage>),
    File(PathBuf),
    Ink { strokes: Vec<Stroke>, width: u32, height: u32 },
}

/// Decodes (unless `image` is there) and uploads a page.
pub(super) fn show_page(
    job: &JobContext<DisplayEvent>,
    ctx: &Context,
    path: Option<&Path>,
    image: Option<Arc<PageImage>>,
) -> Result<(), Cancelled> {
    let image = match (image, path) {
        (Some(image), _) => image,
        (None, Some(path)) => match decode(ctx, path) {
            Ok(decoded) => {
                let image = Arc::clone(&decoded.image);
                job.report(DisplayEvent::Decoded(decoded))?;
                image
            }
            Err(reason) => return job.report(DisplayEvent::Failed(reason)),
        },
        (None, None) => return Ok(()),
    };
    let name = path.map_or_else(|| "page".to_owned(), |path| path.display().to_string());
    PageTexture::upload(ctx, &name, &image.pixels, |texture| flow(job.report(DisplayEvent::Texture(texture))));
    Ok(())
}

/// Reads a page from its source to its last line.
pub(super) fn read_page(
    job: &JobContext<ReadingEvent>,
    ctx: &Context,
    reader: &PageReader,
    source: Source,
    recovery: Option<(PathBuf, PathBuf)>,
) -> Result<(), Cancelled> {
    let image = match source {
        Source::Loaded(image) => image,
        Source::Ink { strokes, width, height } => {
            let ink = rasterize(&strokes, width, height);
            Arc::new(PageImage::from_image(&DynamicImage::ImageLuma8(ink)))
        }
        Source::File(path) => match decode(ctx, &path) {
            Ok(decoded) => {
                let image = Arc::clone(&decoded.image);
                job.report(ReadingEvent::Decoded(decoded))?;
                image
            }
            Err(reason) => return job.report(ReadingEvent::Failed(reason)),
        },
    };
    if let Some(saved) = recovery.and_then(|(folder, image)| Recovery::load(&folder, &image)) {
        job.report(ReadingEvent::Restored(saved))?;
    }
    let (_page, timings) = reader.read(&image, &mut |event| flow(job.report(ReadingEvent::Page(event))));
    job.report(ReadingEvent::Finished(timings))
}

/// The pixels of a page, without reporting anything.
pub(super) fn page_image(source: Source) -> Result<Arc<PageImage>, String> {
    match source {
        Source::Loaded(image) => Ok(image),
        Source::File(path) => PageImage::open(&path).map(Arc::new).map_err(|error| error.to_string()),
        Source::Ink { strokes, width, height } => {
            let ink = rasterize(&strokes, width, height);
            Ok(Arc::new(PageImage::from_image(&DynamicImage::ImageLuma8(ink))))
        }
    }
}

fn decode(ctx: &Context, path: &Path) -> Result<Decoded, String> {
    let start = Instant::now();
    let image = PageImage::open(path).map_err(|error| error.to_string())?;
    let decode_ms = start.elapsed().as_secs_f32() * 1e3;
    let thumbnail = thumbnail(ctx, &path.display().to_string(), &image.pixels);
    Ok(Decoded { image: Arc::new(image), thumbnail, decode_ms })
}

fn flow(reported: Result<(), Cancelled>) -> ControlFlow<()> {
    if reported.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
}

/// Makes paths absolute and puts the images of a folder in its place.
pub(super) fn list_files(job: &JobContext<FileEvent>, paths: &[PathBuf]) -> Result<(), Cancelled> {
    let mut files = Vec::new();
    for path in paths {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
        if !path.is_dir() {
            files.push(path);
            continue;
        }
        match images_in(&path) {
            Ok(images) if images.is_empty() => {
                job.report(FileEvent::Failed(format!("There are no images in the folder {}", path.display())))?;
            }
            Ok(images) => files.extend(images),
            Err(error) => {
                job.report(FileEvent::Failed(format!("The folder {} cannot be read: {error}", path.display())))?;
            }
        }
    }
    job.report(FileEvent::Chosen(files))
}

fn images_in(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut images = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        if IMAGE_EXTENSIONS.iter().any(|known| known.eq_ignore_ascii_case(extension)) {
            images.push(path);
        }
    }
    images.sort();
    Ok(images)
}

/// Takes an image, or copied image files, from the clipboard.
pub(super) fn paste(job: &JobContext<FileEvent>) -> Result<(), Cancelled> {
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
pub(super) fn page_from_pasted(image: &ColorImage) -> PageImage {
    let bytes = image.pixels.iter().flat_map(Color32::to_srgba_unmultiplied).collect();
    let size = image.size.map(|side| side as u32);
    // The number of pixels always fits the size; an image of no pixels stands in otherwise.
    let rgba = image::RgbaImage::from_raw(size[0], size[1], bytes).unwrap_or_default();
    PageImage::from_image(&DynamicImage::ImageRgba8(rgba))
}

/// Writes a page's text.
pub(super) fn save_text(job: &JobContext<FileEvent>, path: PathBuf, text: &str) -> Result<(), Cancelled> {
    job.report(match write_atomically(&path, text.as_bytes()) {
        Ok(()) => FileEvent::Saved(path),
        Err(error) => FileEvent::Failed(format!("The text could not be saved as {}: {error}", path.display())),
    })
}
