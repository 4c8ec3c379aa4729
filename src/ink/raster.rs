//! Rasterization: strokes as dark, antialiased ink on white paper.

use image::{GrayImage, Luma};

use crate::page::Point;

use super::stroke::{Stroke, distance_to_segment};

/// Luminance of the paper.
const PAPER: u8 = 255;
/// Luminance of the darkest ink. No measurement recorded.
const INK: f32 = 24.0;

/// Draws `strokes`, in page pixels, on white paper of `width` × `height` pixels; ink outside is clipped.
pub fn rasterize(strokes: &[Stroke], width: u32, height: u32) -> GrayImage {
    let mut image = GrayImage::from_pixel(width, height, Luma([PAPER]));
    for stroke in strokes {
        for (a, b) in stroke.segments() {
            draw_segment(&mut image, a, b, stroke.width / 2.0);
        }
    }
    image
}

/// Draws a segment with round ends. Coverage falls from 1 to 0 over one pixel at the edge; overlapping segments keep
/// the darker value, so that joints are invisible.
fn draw_segment(image: &mut GrayImage, a: Point, b: Point, radius: f32) {
    let reach = radius + 1.0;
    let columns = pixel_range(a.x.min(b.x) - reach, a.x.max(b.x) + reach, image.width());
    let rows = pixel_range(a.y.min(b.y) - reach, a.y.max(b.y) + reach, image.height());
    for y in rows {
        for x in columns.clone() {
            let center = Point::new(x as f32 + 0.5, y as f32 + 0.5);
            let coverage = (radius + 0.5 - distance_to_segment(center, a, b)).clamp(0.0, 1.0);
            let value = (f32::from(PAPER) - coverage * (f32::from(PAPER) - INK)).round() as u8;
            let pixel = image.get_pixel_mut(x, y);
            pixel.0[0] = pixel.0[0].min(value);
        }
    }
}

/// The pixels between two coordinates, clamped to `0..size`.
fn pixel_range(from: f32, to: f32, size: u32) -> std::ops::Range<u32> {
    let clamp = |value: f32| value.clamp(0.0, size as f32) as u32;
    clamp(from.floor())..clamp(to.ceil())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_stroke_darkens_its_rows_only() {
        let stroke = Stroke { points: vec![Point::new(2.0, 5.0), Point::new(8.0, 5.0)], width: 2.0 };
        let image = rasterize(&[stroke], 10, 10);
        assert_eq!(image.get_pixel(5, 4).0[0], INK as u8);
        assert_eq!(image.get_pixel(5, 5).0[0], INK as u8);
        assert_eq!(image.get_pixel(5, 1).0[0], PAPER);
        assert_eq!(image.get_pixel(5, 8).0[0], PAPER);
    }

    #[test]
    fn ink_outside_the_paper_is_cut_off() {
        let stroke = Stroke { points: vec![Point::new(-500.0, -500.0), Point::new(f32::MAX, 2.0)], width: 3.0 };
        let far = Stroke { points: vec![Point::new(900.0, 900.0)], width: 3.0 };
        assert!(rasterize(&[far], 8, 8).pixels().all(|pixel| pixel.0[0] == PAPER));
        assert_eq!(rasterize(&[stroke], 8, 8).dimensions(), (8, 8));
    }
}
