//! Decoded pages in colour, and their grey.

use image::{DynamicImage, GrayImage, RgbImage, Rgba, RgbaImage};

/// The darkest channel of a stroke, at least, that is lost on white paper, in grey levels. No measurement recorded
/// (commit 1a380eb).
const LOST_ON_WHITE: u8 = 215;

/// A decoded page, upright, in colour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageImage {
    /// Opaque colours: transparent pixels are laid over white, or over black where the strokes are bright.
    pub pixels: RgbImage,
}

impl PageImage {
    /// A page from a decoded image that is upright already.
    pub fn from_image(image: &DynamicImage) -> Self {
        image.clone().into()
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

/// A page from a decoded image that is upright already, in the image's own memory where that suffices.
impl From<DynamicImage> for PageImage {
    fn from(image: DynamicImage) -> Self {
        Self { pixels: opaque_rgb(image) }
    }
}

/// Lays transparent pixels over white, so that ink on a transparent ground stays ink; over black where the strokes are
/// bright, as on a dark screen.
fn opaque_rgb(image: DynamicImage) -> RgbImage {
    if !image.color().has_alpha() {
        return image.into_rgb8();
    }
    let rgba = image.into_rgba8();
    let ground: u16 = if is_bright_on_nothing(&rgba) { 0 } else { 255 };
    let (width, height) = rgba.dimensions();
    let mut values = rgba.into_raw();
    // In place: three values take the place of four.
    for pixel in 0..values.len() / 4 {
        let alpha = u16::from(values[4 * pixel + 3]);
        for channel in 0..3 {
            let color = u16::from(values[4 * pixel + channel]);
            values[3 * pixel + channel] = ((color * alpha + ground * (255 - alpha) + 127) / 255) as u8;
        }
    }
    values.truncate(values.len() / 4 * 3);
    values.shrink_to_fit();
    // As many values as pixels need; without, there are no pixels.
    RgbImage::from_raw(width, height, values).unwrap_or_default()
}

/// Whether most of a picture is transparent and 99 % of its opaque pixels would be lost on white paper.
fn is_bright_on_nothing(rgba: &RgbaImage) -> bool {
    let (mut drawn, mut bright) = (0u64, 0u64);
    for Rgba([r, g, b, _]) in rgba.pixels().filter(|pixel| pixel.0[3] > 127) {
        drawn += 1;
        bright += u64::from(*r.min(g).min(b) >= LOST_ON_WHITE);
    }
    let n_pixels = u64::from(rgba.width()) * u64::from(rgba.height());
    drawn > 0 && 2 * drawn < n_pixels && 100 * bright >= 99 * drawn
}

/// Grey in which coloured ink stays legible: the mean of luminance and the darkest channel. Luminance alone loses
/// yellow and light green markers, whose blue channel is dark; the darkest channel alone doubles the paper's noise.
pub(super) fn legible_gray(image: &RgbImage) -> GrayImage {
    gray_of(image, 0)
}

/// The legible grey of the image's negative. It differs from the inverted grey: coloured chalk is bright in one channel
/// only, as coloured ink is dark in one.
pub(super) fn legible_negative(image: &RgbImage) -> GrayImage {
    gray_of(image, 255)
}

/// The legible grey of every pixel, of whose bits those set in `flipped` are inverted. It loops over raw channels, for
/// photos have twelve million pixels.
fn gray_of(image: &RgbImage, flipped: u8) -> GrayImage {
    let mut gray = GrayImage::new(image.width(), image.height());
    let channels = image.as_raw();
    for (at, value) in gray.iter_mut().enumerate() {
        let pixel = &channels[3 * at..3 * at + 3];
        *value = legible([pixel[0] ^ flipped, pixel[1] ^ flipped, pixel[2] ^ flipped]);
    }
    gray
}

fn legible([r, g, b]: [u8; 3]) -> u8 {
    let (r, g, b) = (u32::from(r), u32::from(g), u32::from(b));
    let luminance = (299 * r + 587 * g + 114 * b) / 1000;
    u32::midpoint(luminance, r.min(g).min(b)) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Strokes of `ink` on a transparent ground, and a faint one.
    fn strokes(ink: [u8; 3]) -> DynamicImage {
        let alpha = |x: u32, y: u32| {
            if y == 9 {
                60
            } else if x.is_multiple_of(7) {
                255
            } else {
                0
            }
        };
        RgbaImage::from_fn(70, 20, |x, y| Rgba([ink[0], ink[1], ink[2], alpha(x, y)])).into()
    }

    #[test]
    fn what_is_drawn_on_nothing_stands_out() {
        for ink in [[0, 0, 0], [200, 30, 30], [240, 220, 40], [255, 255, 255], [225, 230, 235]] {
            let page = PageImage::from_image(&strokes(ink));
            let (stroke, ground) = (page.pixels.get_pixel(7, 3).0, page.pixels.get_pixel(8, 3).0);
            assert_eq!(stroke, ink);
            assert!((0..3).any(|channel| stroke[channel].abs_diff(ground[channel]) > 200), "{ink:?} on {ground:?}");
        }
    }

    #[test]
    fn holes_in_a_bright_page_are_paper() {
        let mut page = RgbaImage::from_pixel(40, 40, Rgba([250, 250, 250, 255]));
        (0..10).for_each(|x| page.put_pixel(x, 0, Rgba([0, 0, 0, 0])));
        assert_eq!(PageImage::from_image(&page.into()).pixels.get_pixel(0, 0).0, [255; 3]);
    }
}
