//! Colours from the samples of a TIFF's image.

use std::path::Path;

use image::{DynamicImage, GrayAlphaImage, GrayImage, RgbImage, RgbaImage};

use super::{
    directory::{Image, tag},
    samples::Samples,
};
use crate::imaging::import::error::ImageError;

/// The kind of an extra sample that is alpha and has been multiplied into the colours.
const ASSOCIATED_ALPHA: u64 = 1;
/// The kind of an extra sample that is alpha.
const UNASSOCIATED_ALPHA: u64 = 2;

/// Colour spaces, as the tag numbers them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ColorSpace {
    WhiteIsZero,
    BlackIsZero,
    Rgb,
    Palette,
    Mask,
    Cmyk,
    YCbCr,
    /// Lightness first, then two chromas that only tell colours.
    Lab,
}

impl ColorSpace {
    fn of(photometric: u64) -> Option<Self> {
        Some(match photometric {
            0 => Self::WhiteIsZero,
            1 => Self::BlackIsZero,
            2 => Self::Rgb,
            3 => Self::Palette,
            4 => Self::Mask,
            5 => Self::Cmyk,
            6 => Self::YCbCr,
            8..=10 => Self::Lab,
            _ => return None,
        })
    }

    /// Samples of a pixel.
    fn n_samples(self) -> usize {
        match self {
            Self::WhiteIsZero | Self::BlackIsZero | Self::Palette | Self::Mask => 1,
            Self::Rgb | Self::YCbCr | Self::Lab => 3,
            Self::Cmyk => 4,
        }
    }
}

/// The picture in grey or RGB, with alpha where it has one that shows anything.
pub(super) fn colored(image: &Image<'_>, samples: Samples, path: &Path) -> Result<DynamicImage, ImageError> {
    let photometric = image.value(tag::PHOTOMETRIC).unwrap_or_default();
    let unsupported = |reason: String| ImageError::Unsupported { path: path.to_owned(), reason };
    let space = ColorSpace::of(photometric).ok_or_else(|| unsupported(format!("colour space {photometric}")))?;
    if samples.n_per_pixel < space.n_samples() {
        return Err(unsupported(format!("{} samples a pixel in colour space {photometric}", samples.n_per_pixel)));
    }
    let alpha = alpha_of(image, &samples, space);
    let (width, height) = (samples.width, samples.height);
    let too_few = || ImageError::damaged(path, "it has fewer pixels than it says it has");
    let picture = match space {
        ColorSpace::WhiteIsZero | ColorSpace::BlackIsZero | ColorSpace::Mask | ColorSpace::Lab => {
            let is_inverted = space == ColorSpace::WhiteIsZero;
            let gray = each_pixel(&samples, |pixel| {
                let gray = (u16::from(pixel[0]) * 255 / u16::from(samples.max)) as u8;
                [if is_inverted { 255 - gray } else { gray }]
            });
            with_alpha(
                alpha,
                gray,
                |gray| GrayImage::from_raw(width, height, gray).map(DynamicImage::from),
                |gray| GrayAlphaImage::from_raw(width, height, gray).map(DynamicImage::from),
            )
        }
        ColorSpace::Rgb | ColorSpace::Palette | ColorSpace::Cmyk | ColorSpace::YCbCr => {
            let rgb = match space {
                ColorSpace::Palette => {
                    let colors = palette(image).ok_or_else(|| ImageError::damaged(path, "its palette is not there"))?;
                    each_pixel(&samples, |pixel| colors.get(usize::from(pixel[0])).copied().unwrap_or([255; 3]))
                }
                ColorSpace::Cmyk => each_pixel(&samples, rgb_from_cmyk),
                ColorSpace::YCbCr => each_pixel(&samples, rgb_from_ycbcr),
                _ if samples.n_per_pixel == 3 && samples.max == u8::MAX => samples.values,
                _ => each_pixel(&samples, |pixel| {
                    [pixel[0], pixel[1], pixel[2]].map(|value| (u16::from(value) * 255 / u16::from(samples.max)) as u8)
                }),
            };
            with_alpha(
                alpha,
                rgb,
                |rgb| RgbImage::from_raw(width, height, rgb).map(DynamicImage::from),
                |rgba| RgbaImage::from_raw(width, height, rgba).map(DynamicImage::from),
            )
        }
    };
    picture.ok_or_else(too_few)
}

/// The values of `color` for each pixel.
fn each_pixel<const N: usize>(samples: &Samples, color: impl Fn(&[u8]) -> [u8; N]) -> Vec<u8> {
    samples.values.chunks_exact(samples.n_per_pixel).flat_map(color).collect()
}

/// The picture of `colors`, opaque or with the alpha of each pixel.
fn with_alpha(
    alpha: Option<Alpha>,
    colors: Vec<u8>,
    opaque: impl FnOnce(Vec<u8>) -> Option<DynamicImage>,
    transparent: impl FnOnce(Vec<u8>) -> Option<DynamicImage>,
) -> Option<DynamicImage> {
    let Some(Alpha { values, is_associated }) = alpha else { return opaque(colors) };
    let n_colors = colors.len() / values.len().max(1);
    let unassociated = |color: u8, alpha: u8| {
        if is_associated { (u16::from(color) * 255 / u16::from(alpha.max(1))).min(255) as u8 } else { color }
    };
    let mut pixels = Vec::with_capacity(colors.len() + values.len());
    for (colors, &alpha) in colors.chunks_exact(n_colors.max(1)).zip(&values) {
        pixels.extend(colors.iter().map(|&color| unassociated(color, alpha)));
        pixels.push(alpha);
    }
    transparent(pixels)
}

struct Alpha {
    values: Vec<u8>,
    /// Whether the colours have been multiplied by it.
    is_associated: bool,
}

/// The alpha of each pixel: the sample behind those of the colour space, if the file says so or, in RGB, says nothing.
/// One that shows no pixel at all is none.
fn alpha_of(image: &Image<'_>, samples: &Samples, space: ColorSpace) -> Option<Alpha> {
    let at = space.n_samples();
    let kind = image.value(tag::EXTRA_SAMPLES);
    let is_alpha = match kind {
        Some(kind) => matches!(kind, ASSOCIATED_ALPHA | UNASSOCIATED_ALPHA),
        None => space == ColorSpace::Rgb,
    };
    if !is_alpha || samples.n_per_pixel <= at {
        return None;
    }
    let scaled = |pixel: &[u8]| (u16::from(pixel[at]) * 255 / u16::from(samples.max)) as u8;
    let values: Vec<u8> = samples.values.chunks_exact(samples.n_per_pixel).map(scaled).collect();
    let shows_any = values.iter().any(|&alpha| alpha > 0);
    shows_any.then_some(Alpha { values, is_associated: kind == Some(ASSOCIATED_ALPHA) })
}

/// The palette's colours: three rows of 16-bit numbers, red, green, blue. Some programs write numbers of 8 bits.
fn palette(image: &Image<'_>) -> Option<Vec<[u8; 3]>> {
    let values = image.values(tag::COLOR_MAP);
    let n_colors = values.len() / 3;
    if n_colors == 0 {
        return None;
    }
    let shift = if values.iter().any(|&value| value > 255) { 8 } else { 0 };
    let color = |index: usize| [0, 1, 2].map(|row| (values[row * n_colors + index] >> shift) as u8);
    Some((0..n_colors).map(color).collect())
}

fn rgb_from_cmyk(pixel: &[u8]) -> [u8; 3] {
    let [c, m, y, k] = [0, 1, 2, 3].map(|index| 255 - u16::from(pixel[index]));
    [c, m, y].map(|ink| (ink * k / 255) as u8)
}

/// JFIF's conversion (ITU T.871, section 7).
fn rgb_from_ycbcr(pixel: &[u8]) -> [u8; 3] {
    let (y, cb, cr) = (f32::from(pixel[0]), f32::from(pixel[1]) - 128.0, f32::from(pixel[2]) - 128.0);
    // A cast to a byte stops at its ends.
    [y + 1.402 * cr, y - 0.344_136 * cb - 0.714_136 * cr, y + 1.772 * cb].map(|value| value.round() as u8)
}
