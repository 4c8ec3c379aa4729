//! Pages of PDF files, rendered at a scanner's resolution or at that of their pictures.

mod annotations;
mod contents;
#[cfg(test)]
pub(super) mod tests;

use std::{
    collections::BTreeSet,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use hayro::{
    RenderCache, RenderSettings,
    hayro_interpret::{InterpreterSettings, InterpreterWarning},
    hayro_syntax::{
        LoadPdfError, Pdf,
        object::{Dict, Stream},
        page::Page,
    },
    kurbo::Affine,
    vello_cpu::{
        Pixmap, RasterizerSettings, RenderContext, Resources, TargetInit,
        color::{
            AlphaColor, Srgb,
            palette::css::{TRANSPARENT, WHITE},
        },
        peniko::ImageAlphaType,
    },
};
use image::{DynamicImage, RgbImage, RgbaImage};

use self::contents::Contents;
use super::{
    error::{ImageError, check_size},
    origin::{PackedPicture, PageOrigin},
};
use crate::imaging::{limits::MAX_SIDE, page_image::PageImage};

/// The bytes that mark a PDF.
const SIGNATURE: &[u8] = b"%PDF-";
/// The resolution of rendered pages, in pixels an inch: that of scans of writing.
const DOTS_PER_INCH: f64 = 300.0;
/// Units of PDF pages an inch, by the PDF standard.
const POINTS_PER_INCH: f64 = 72.0;
/// The pixels of a rendered page, at most: A2 at 300 pixels an inch. Larger pages get fewer pixels an inch.
const MAX_PAGE_PIXELS: f64 = 36e6;
/// The longer side of a page that is drawn at its pictures' own resolution, at most, in pixels: more than cameras'
/// pictures of a page have. No measurement recorded.
const MAX_OWN_SIDE: f64 = 5000.0;
/// The memory that drawing a page takes, at most, in bytes; what needs more is drawn at a lower resolution.
const MAX_DRAWING_BYTES: f64 = 600e6;
/// The pixels that patterns paint, at most, each time anew: one page of 33 million took 18 s on a busy machine. A page
/// with more is drawn at a lower resolution.
const MAX_PATTERNED_PIXELS: f64 = 36e6;
/// The darkest channel of paper and of ink that is lost on it, at least, in grey levels. No measurement recorded.
const BRIGHT: u8 = 215;
/// The part of a page's pixels that are dark, at most, for bright ink to be looked for on it. No measurement recorded.
const MAX_DARK_PART: f64 = 1e-3;

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

/// The points of a page's unit (`UserUnit`, PDF 1.6).
fn points_per_unit(page: &Page<'_>) -> f64 {
    page.raw().get::<f64>("UserUnit").filter(|unit| unit.is_finite() && *unit > 0.0).unwrap_or(1.0)
}

/// Renders a page on white, with the page's own rotation; on black where its ink is bright and it has no ground.
pub(super) fn render(page: &Page<'_>, path: &Path) -> Result<PageImage, ImageError> {
    let (width, height) = page.render_dimensions();
    check_pictures(page, path)?;
    let contents = Contents::of(page);
    if contents.is_too_intricate {
        return Err(ImageError::damaged(path, "its patterns are too intricate to be drawn"));
    }
    let scale = scale_of((f64::from(width), f64::from(height)), points_per_unit(page), &contents)
        .ok_or_else(|| ImageError::damaged(path, "the page has no size, or drawing it takes too much memory"))?;
    let has_lost_image = Arc::new(AtomicBool::new(false));
    let pixmap = draw(page, scale, WHITE, &has_lost_image);
    let size = (u32::from(pixmap.width()), u32::from(pixmap.height()));
    let not_drawn = || ImageError::damaged(path, "the page could not be drawn");
    let pixels: Vec<u8> = pixmap.data().iter().flat_map(|pixel| [pixel.r, pixel.g, pixel.b]).collect();
    drop(pixmap);
    // A scan without its picture would be an empty page, without an error.
    if has_lost_image.load(Ordering::Relaxed) && pixels.iter().all(|&value| value == 255) {
        return Err(ImageError::damaged(path, "its picture cannot be decoded"));
    }
    let n_dark = pixels.chunks_exact(3).filter(|pixel| pixel.iter().any(|&channel| channel < BRIGHT)).count();
    if n_dark as f64 <= MAX_DARK_PART * (pixels.len() / 3) as f64 {
        drop(pixels);
        let clear = draw(page, scale, TRANSPARENT, &has_lost_image).take_rgba8(ImageAlphaType::Alpha);
        let rgba = RgbaImage::from_raw(size.0, size.1, clear).ok_or_else(not_drawn)?;
        return Ok(DynamicImage::ImageRgba8(rgba).into());
    }
    let pixels = RgbImage::from_raw(size.0, size.1, pixels).ok_or_else(not_drawn)?;
    Ok(PageImage { pixels })
}

/// What the file holds of a page: one without letters or annotations is kept.
pub(super) fn origin(file: &Pdf, index: usize) -> PageOrigin<'_> {
    let Some(page) = file.pages().get(index) else { return PageOrigin::default() };
    let points_per_unit = points_per_unit(page) as f32;
    let (width, height) = page.render_dimensions();
    let is_kept = !annotations::are_there(page) && !Contents::of(page).has_text;
    PageOrigin {
        picture: is_kept.then_some(PackedPicture::Page { file, index, points_per_unit }),
        points: Some([width, height].map(|side| side * points_per_unit)),
    }
}

/// Draws a page and the strokes of its annotations on this ground.
fn draw(page: &Page<'_>, scale: f64, ground: AlphaColor<Srgb>, has_lost_image: &Arc<AtomicBool>) -> Pixmap {
    let lost = Arc::clone(has_lost_image);
    let interpreter = InterpreterSettings {
        warning_sink: Arc::new(move |warning| {
            if matches!(warning, InterpreterWarning::ImageDecodeFailure) {
                lost.store(true, Ordering::Relaxed);
            }
        }),
        ..InterpreterSettings::default()
    };
    let (width, height) = page.render_dimensions();
    let side = |side: f32| ((f64::from(side) * scale) as u16).max(1);
    let mut context = RenderContext::new(side(width), side(height));
    let transform = Affine::scale(scale) * Affine::new(page.initial_transform(true).as_coeffs());
    let settings = RenderSettings::default();
    hayro::render_into(page, &RenderCache::new(), &interpreter, &settings, &mut context, transform);
    annotations::draw(page, &mut context, transform);
    context.flush();
    let mut pixmap = Pixmap::new(context.width(), context.height());
    let rasterizer = RasterizerSettings { target_init: TargetInit::Clear(ground), ..Default::default() };
    context.render_with(&mut pixmap, &mut Resources::default(), rasterizer);
    pixmap
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

/// Pixels to a unit of the page: at a scanner's resolution or at that of the page's own pictures, as far as the limits
/// of pages and of memory go; `None` for a page without a size or beyond every limit.
fn scale_of((width, height): (f64, f64), points_per_unit: f64, contents: &Contents) -> Option<f64> {
    if !(width.is_finite() && height.is_finite() && width >= 1.0 && height >= 1.0) {
        return None;
    }
    let longer = width.max(height);
    let usual = points_per_unit * DOTS_PER_INCH / POINTS_PER_INCH;
    let own = contents.pixels_per_unit().min(MAX_OWN_SIDE / longer);
    let by_pixels = (MAX_PAGE_PIXELS / (width * height)).sqrt();
    let by_side = f64::from(MAX_SIDE) / longer;
    // At least one pixel each way, for pages that are all length.
    let least = 1.0 / width.min(height);
    let mut scale = usual.max(own).min(by_pixels).min(by_side).max(least);
    while contents.n_bytes(scale) > MAX_DRAWING_BYTES || contents.patterned * scale * scale > MAX_PATTERNED_PIXELS {
        scale *= 0.9;
        if scale < least {
            return None;
        }
    }
    Some(scale).filter(|scale| scale * longer < 65_535.0)
}
