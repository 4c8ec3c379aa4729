//! Decodes image files into upright pages, within limits on pixels and memory.

use std::{
    io::Cursor,
    path::{Path, PathBuf},
};

use image::{DynamicImage, GrayImage, ImageDecoder as _, ImageReader, Limits, RgbImage};
use thiserror::Error;

use super::jpeg;

/// Pages with more pixels than this are refused: at four bytes a pixel they would need 600 MB.
pub(super) const MAX_PIXELS: u64 = 150_000_000;
/// Neither side of a page may be longer, in pixels.
pub(super) const MAX_SIDE: u32 = 30_000;

/// Why an image could not be opened. Each text names the file and says what is wrong.
#[derive(Debug, Error)]
pub enum ImageError {
    /// There is no such file, or it may not be read.
    #[error("cannot read {}: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// In words.
        reason: String,
    },
    /// The file is no image of a known format.
    #[error("{} is not an image that Longhand can open (PNG, JPEG, TIFF, WebP, BMP or GIF)", path.display())]
    NotAnImage {
        /// The file.
        path: PathBuf,
    },
    /// The image is damaged or cut short.
    #[error("{} is damaged and cannot be decoded: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The decoder's words.
        reason: String,
    },
    /// The image has too many pixels.
    #[error("{} is {width} × {height} pixels; Longhand opens at most {MAX_SIDE} a side and {} million in all", path.display(), MAX_PIXELS / 1_000_000)]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
}

/// A decoded page, upright, in colour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageImage {
    /// Colours, alpha laid over white.
    pub pixels: RgbImage,
}

impl PageImage {
    /// Opens the image at `path` and turns it upright by its EXIF orientation.
    pub fn open(path: &Path) -> Result<Self, ImageError> {
        let bytes = std::fs::read(path)
            .map_err(|error| ImageError::Unreadable { path: path.to_owned(), reason: plain_reason(&error) })?;
        Self::decode(&bytes, path)
    }

    /// Decodes an image file's bytes; `path` only names it in errors.
    pub fn decode(bytes: &[u8], path: &Path) -> Result<Self, ImageError> {
        Ok(Self::from_image(&decode(bytes, path)?))
    }

    /// A page from a decoded image that is upright already.
    pub fn from_image(image: &DynamicImage) -> Self {
        Self { pixels: opaque_rgb(image) }
    }

    /// Width in pixels.
    pub fn width(&self) -> u32 {
        self.pixels.width()
    }

    /// Height in pixels.
    pub fn height(&self) -> u32 {
        self.pixels.height()
    }
}

/// Decodes and turns upright.
pub(super) fn decode(bytes: &[u8], path: &Path) -> Result<DynamicImage, ImageError> {
    let damaged = |error: image::ImageError| ImageError::Damaged { path: path.to_owned(), reason: error.to_string() };
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|error| ImageError::Unreadable { path: path.to_owned(), reason: plain_reason(&error) })?;
    if reader.format().is_none() {
        return Err(ImageError::NotAnImage { path: path.to_owned() });
    }
    if jpeg::is_cut_short(bytes) {
        return Err(ImageError::Damaged { path: path.to_owned(), reason: "the file is cut short".to_owned() });
    }
    // The size is checked here, before anything is allocated, with an error that names it.
    reader.no_limits();
    let mut decoder = reader.into_decoder().map_err(damaged)?;
    let (width, height) = decoder.dimensions();
    if width > MAX_SIDE || height > MAX_SIDE || u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(ImageError::TooLarge { path: path.to_owned(), width, height });
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_PIXELS * 8);
    decoder.set_limits(limits).map_err(damaged)?;
    // A damaged EXIF block is no reason to refuse the picture.
    let orientation = decoder.orientation().unwrap_or(image::metadata::Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    image.apply_orientation(orientation);
    Ok(image)
}

/// Lays transparent pixels over white paper: ink on a transparent ground stays ink.
fn opaque_rgb(image: &DynamicImage) -> RgbImage {
    if !image.color().has_alpha() {
        return image.to_rgb8();
    }
    let rgba = image.to_rgba8();
    RgbImage::from_fn(rgba.width(), rgba.height(), |x, y| {
        let [r, g, b, a] = rgba.get_pixel(x, y).0;
        let over_white = |c: u8| ((u16::from(c) * u16::from(a) + 255 * (255 - u16::from(a)) + 127) / 255) as u8;
        image::Rgb([over_white(r), over_white(g), over_white(b)])
    })
}

/// Grey in which coloured ink stays legible: the mean of luminance and the darkest channel. Luminance alone loses
/// yellow and light green markers, whose blue channel is dark; the darkest channel alone doubles the paper's noise.
pub(super) fn legible_gray(image: &RgbImage) -> GrayImage {
    GrayImage::from_fn(image.width(), image.height(), |x, y| {
        let [r, g, b] = image.get_pixel(x, y).0.map(u32::from);
        let luminance = (299 * r + 587 * g + 114 * b) / 1000;
        image::Luma([u32::midpoint(luminance, r.min(g).min(b)) as u8])
    })
}

fn plain_reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
        std::io::ErrorKind::PermissionDenied => "you may not read it".to_owned(),
        std::io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        _ => error.to_string(),
    }
}
