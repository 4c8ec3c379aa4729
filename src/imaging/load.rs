//! A page's pixels, upright, and their grey.

use std::path::Path;

use image::{DynamicImage, GrayImage, RgbImage};

use super::{ImageError, PageFile};

/// Pages with more pixels than this are refused: at four bytes a pixel they would need 600 MB.
pub(super) const MAX_PIXELS: u64 = 150_000_000;
/// Neither side of a page may be longer, in pixels.
pub(super) const MAX_SIDE: u32 = 30_000;

/// A decoded page, upright, in colour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageImage {
    /// Colours, alpha laid over white.
    pub pixels: RgbImage,
}

impl PageImage {
    /// Opens the first page of the file at `path`, upright.
    pub fn open(path: &Path) -> Result<Self, ImageError> {
        PageFile::open(path)?.page(0)
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
