//! The camera or scanner: blur and JPEG compression.

use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, GrayImage, ImageEncoder as _, ImageFormat};

use crate::synthesis::random::LineRng;

/// Share of the images that went through a JPEG file. Set by eye; no measurement is recorded.
const COMPRESSED: f32 = 0.2;
/// Quality of the JPEG file, 1 to 100. Set by eye; no measurement is recorded.
const JPEG_QUALITY: std::ops::Range<f32> = 22.0..85.0;
/// Smaller standard deviations, in pixels, change no image.
const LEAST_BLUR: f32 = 0.05;
/// The largest weight of a neighbour in one pass of the three-tap filter.
const LARGEST_TAP: f32 = 0.33;

/// Blurs the coverage of ink, as lenses and wet paper do: passes of a three-tap filter along rows and columns, together
/// of standard deviation `deviation` pixels.
pub(crate) fn blur(values: &mut [f32], width: usize, deviation: f32) {
    if deviation < LEAST_BLUR || width == 0 {
        return;
    }
    // A three-tap filter with weight w on either neighbour has variance 2w.
    let passes = (deviation * deviation / 0.5).ceil().max(1.0);
    let weight = (deviation * deviation / passes / 2.0).min(LARGEST_TAP);
    for _ in 0..passes as usize {
        blur_once(values, width, weight);
    }
}

fn blur_once(values: &mut [f32], width: usize, weight: f32) {
    for row in values.chunks_exact_mut(width) {
        let mut before = row[0];
        for x in 0..width {
            let here = row[x];
            let after = row[(x + 1).min(width - 1)];
            row[x] = here + weight * (before + after - 2.0 * here);
            before = here;
        }
    }
    let height = values.len() / width;
    let mut above = values[..width].to_vec();
    for y in 0..height {
        let below = (y + 1).min(height - 1) * width;
        for x in 0..width {
            let here = values[y * width + x];
            values[y * width + x] = here + weight * (above[x] + values[below + x] - 2.0 * here);
            above[x] = here;
        }
    }
}

/// The image after a JPEG file, with probability [`COMPRESSED`].
pub(crate) fn compress(image: GrayImage, rng: &mut LineRng) -> GrayImage {
    if !rng.chance(COMPRESSED) {
        return image;
    }
    let quality = rng.uniform(JPEG_QUALITY) as u8;
    let mut bytes = Vec::new();
    let written = JpegEncoder::new_with_quality(&mut bytes, quality).write_image(
        image.as_raw(),
        image.width(),
        image.height(),
        ExtendedColorType::L8,
    );
    // An image too large for JPEG stays as it is.
    match written.and_then(|()| image::load_from_memory_with_format(&bytes, ImageFormat::Jpeg)) {
        Ok(read) => read.into_luma8(),
        Err(_) => image,
    }
}
