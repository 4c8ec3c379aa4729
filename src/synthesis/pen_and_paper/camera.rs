//! What a camera or scanner and the files they write do to an image.

use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, GrayImage, ImageEncoder as _, ImageFormat};

use crate::synthesis::random::LineRng;

/// Softens ink before it is exposed, as lenses and wet paper do: two box filters of `reach` pixels.
pub(super) fn blur(values: &mut [f32], width: usize, reach: f32) {
    if reach < 0.05 || width == 0 {
        return;
    }
    // A three-tap filter has variance 2w; `reach` is its standard deviation.
    let passes = (reach * reach / 0.5).ceil().max(1.0);
    let weight = (reach * reach / passes / 2.0).min(0.33);
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

/// The image as it comes back from a JPEG file, on some lines.
pub(super) fn compress(image: GrayImage, rng: &mut LineRng) -> GrayImage {
    if !rng.chance(0.2) {
        return image;
    }
    let quality = rng.between(22.0, 85.0) as u8;
    let mut bytes = Vec::new();
    let written = JpegEncoder::new_with_quality(&mut bytes, quality).write_image(
        image.as_raw(),
        image.width(),
        image.height(),
        ExtendedColorType::L8,
    );
    // A line too large for JPEG stays as it is.
    match written.and_then(|()| image::load_from_memory_with_format(&bytes, ImageFormat::Jpeg)) {
        Ok(read) => read.into_luma8(),
        Err(_) => image,
    }
}
