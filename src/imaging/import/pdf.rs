//! Pages of PDF files, rendered at a scanner's resolution.

use std::{
    collections::BTreeSet,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use hayro::{
    PixmapSettings, RenderCache, RenderSettings,
    hayro_interpret::{InterpreterSettings, InterpreterWarning},
    hayro_syntax::{
        LoadPdfError, Pdf,
        object::{Dict, Stream},
        page::Page,
    },
    vello_cpu::color::palette::css::WHITE,
};
use image::RgbImage;

use super::error::{ImageError, check_size};
use crate::imaging::{limits::MAX_SIDE, page_image::PageImage};

/// The bytes that mark a PDF.
const SIGNATURE: &[u8] = b"%PDF-";
/// The resolution of rendered pages, in pixels an inch: that of scans of writing.
const DOTS_PER_INCH: f32 = 300.0;
/// Units of PDF pages an inch, by the PDF standard.
const POINTS_PER_INCH: f32 = 72.0;
/// The pixels of a rendered page, at most: A2 at 300 pixels an inch. Larger pages get fewer pixels an inch.
const MAX_PAGE_PIXELS: f32 = 36e6;

/// Whether a file that begins with `head` is a PDF. Some programs write other bytes before the signature.
pub(super) fn is_pdf(head: &[u8]) -> bool {
    head.windows(SIGNATURE.len()).any(|bytes| bytes == SIGNATURE)
}

/// Finds the file's pages.
pub(super) fn open(bytes: Vec<u8>, path: &Path) -> Result<Pdf, ImageError> {
    Pdf::new(bytes).map_err(|error| match error {
        LoadPdfError::Decryption(_) => ImageError::Protected { path: path.to_owned() },
        LoadPdfError::Invalid => ImageError::damaged(path, "its pages cannot be found"),
    })
}

/// Renders a page on white, with the page's own rotation.
pub(super) fn render(page: &Page<'_>, path: &Path) -> Result<PageImage, ImageError> {
    let (width, height) = page.render_dimensions();
    let scale = scale_of(width, height).ok_or_else(|| ImageError::damaged(path, "the page has no size"))?;
    check_pictures(page, path)?;
    let has_lost_image = Arc::new(AtomicBool::new(false));
    let lost = Arc::clone(&has_lost_image);
    let interpreter = InterpreterSettings {
        warning_sink: Arc::new(move |warning| {
            if matches!(warning, InterpreterWarning::ImageDecodeFailure) {
                lost.store(true, Ordering::Relaxed);
            }
        }),
        ..InterpreterSettings::default()
    };
    let pixmap = hayro::render(
        page,
        &RenderCache::new(),
        &interpreter,
        &RenderSettings::default(),
        &PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE },
    );
    let (width, height) = (u32::from(pixmap.width()), u32::from(pixmap.height()));
    let pixels = pixmap.data().iter().flat_map(|pixel| [pixel.r, pixel.g, pixel.b]).collect();
    let pixels = RgbImage::from_raw(width, height, pixels)
        .ok_or_else(|| ImageError::damaged(path, "the page could not be drawn"))?;
    // A scan without its picture would be an empty page, without an error.
    if has_lost_image.load(Ordering::Relaxed) && pixels.as_raw().iter().all(|&value| value == 255) {
        return Err(ImageError::damaged(path, "its picture cannot be decoded"));
    }
    Ok(PageImage { pixels })
}

/// Refuses a page with a picture that exceeds the limits of pages: the renderer allocates the size that a picture
/// states.
fn check_pictures(page: &Page<'_>, path: &Path) -> Result<(), ImageError> {
    let resources = page.resources();
    let mut seen = BTreeSet::new();
    let mut open: Vec<Dict<'_>> = vec![resources.x_objects.clone(), resources.patterns.clone()];
    while let Some(listed) = open.pop() {
        for stream in listed.keys().filter_map(|name| listed.get::<Stream<'_>>(name)) {
            if !seen.insert(stream.obj_id()) {
                continue;
            }
            let described = stream.dict();
            if let (Some(width), Some(height)) = (described.get::<u32>("Width"), described.get::<u32>("Height")) {
                check_size(path, width, height)?;
            }
            // Masks are in the picture's own dictionary, nested pictures among its resources.
            open.push(described.clone());
            if let Some(inner) = described.get::<Dict<'_>>("Resources") {
                open.extend(["XObject", "Pattern"].into_iter().filter_map(|kind| inner.get::<Dict<'_>>(kind)));
            }
        }
    }
    Ok(())
}

/// Pixels to a unit of the page; `None` for a page without a size.
fn scale_of(width: f32, height: f32) -> Option<f32> {
    if !(width.is_finite() && height.is_finite() && width >= 1.0 && height >= 1.0) {
        return None;
    }
    let by_pixels = (MAX_PAGE_PIXELS / (width * height)).sqrt();
    let by_side = MAX_SIDE as f32 / width.max(height);
    // At least one pixel each way, for pages that are all length.
    let least = 1.0 / width.min(height);
    Some((DOTS_PER_INCH / POINTS_PER_INCH).min(by_pixels).min(by_side).max(least))
        .filter(|scale| scale * width.max(height) < 65_535.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_get_300_dots_an_inch_unless_they_are_posters() {
        let a4 = scale_of(595.0, 842.0).unwrap();
        assert!((a4 * 842.0 - 3508.0).abs() < 2.0);
        let poster = scale_of(5000.0, 7000.0).unwrap();
        assert!(poster * 5000.0 * poster * 7000.0 < 1.01 * MAX_PAGE_PIXELS);
        assert_eq!(scale_of(f32::NAN, 842.0), None);
        assert_eq!(scale_of(0.0, 842.0), None);
    }
}
