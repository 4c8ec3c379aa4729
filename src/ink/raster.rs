//! Rasterization: strokes as dark, antialiased ink on white paper.

use image::{GrayImage, Luma, Rgb, RgbImage};

use crate::page::Point;

use super::stroke::{Segment, Stroke, distance_to_segment, in_painting_order, nearest_on_segment};

/// Luminance of the paper.
const PAPER: u8 = 255;
/// Luminance of the darkest ink. No measurement recorded.
const INK: f32 = 24.0;

/// Draws `strokes`, in page pixels, as dark ink of one colour on white paper of `width` × `height` pixels, as readers
/// see it; ink outside is clipped, and that of highlighters left out.
pub fn rasterize(strokes: &[Stroke], width: u32, height: u32) -> GrayImage {
    let mut image = GrayImage::from_pixel(width, height, Luma([PAPER]));
    for segment in strokes.iter().filter(|stroke| !stroke.is_highlighter).flat_map(Stroke::segments) {
        for_covered(&segment, (width, height), |x, y, coverage| {
            let value = (f32::from(PAPER) - coverage * (f32::from(PAPER) - INK)).round() as u8;
            let pixel = image.get_pixel_mut(x, y);
            // Overlapping segments keep the darker value, so that joints are invisible.
            pixel.0[0] = pixel.0[0].min(value);
        });
    }
    image
}

/// Draws `strokes`, in page pixels, in their colours on white paper of `width` × `height` pixels, as people see it.
pub fn rasterize_in_color(strokes: &[Stroke], width: u32, height: u32) -> RgbImage {
    let mut image = RgbImage::from_pixel(width, height, Rgb([PAPER; 3]));
    // Of each pixel, how much of it the present stroke covers: joints of its segments are no darker.
    let mut covered = GrayImage::new(width, height);
    for stroke in in_painting_order(strokes) {
        let mut touched = Vec::new();
        for segment in stroke.segments() {
            for_covered(&segment, (width, height), |x, y, coverage| {
                let coverage = (coverage * 255.0).round() as u8;
                let most = &mut covered.get_pixel_mut(x, y).0[0];
                if *most == 0 && coverage > 0 {
                    touched.push((x, y));
                }
                *most = coverage.max(*most);
            });
        }
        for (x, y) in touched {
            let coverage = f32::from(std::mem::take(&mut covered.get_pixel_mut(x, y).0[0])) / 255.0;
            for (channel, ink) in image.get_pixel_mut(x, y).0.iter_mut().zip(stroke.painted_color().0) {
                *channel = (f32::from(*channel) * (1.0 - coverage) + f32::from(ink) * coverage).round() as u8;
            }
        }
    }
    image
}

/// Calls `paint` for the pixels that a segment with round ends covers, with the covered share, which falls from 1 to 0
/// over one pixel at the edge.
fn for_covered(segment: &Segment, (width, height): (u32, u32), mut paint: impl FnMut(u32, u32, f32)) {
    let Segment { ends: [a, b], widths } = *segment;
    let reach = widths[0].max(widths[1]) / 2.0 + 1.0;
    let columns = pixel_range(a.x.min(b.x) - reach, a.x.max(b.x) + reach, width);
    for y in pixel_range(a.y.min(b.y) - reach, a.y.max(b.y) + reach, height) {
        for x in columns.clone() {
            let center = Point::new(x as f32 + 0.5, y as f32 + 0.5);
            let radius = f32::midpoint(widths[0], widths[1]) / 2.0
                + (nearest_on_segment(center, [a, b]) - 0.5) * (widths[1] - widths[0]) / 2.0;
            let coverage = (radius + 0.5 - distance_to_segment(center, [a, b])).clamp(0.0, 1.0);
            // Not a number where a point lies beyond all measure.
            if coverage > 0.0 {
                paint(x, y, coverage);
            }
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
    use crate::ink::InkColor;

    #[test]
    fn a_level_stroke_darkens_its_rows_only() {
        let stroke = Stroke::new(vec![Point::new(2.0, 5.0), Point::new(8.0, 5.0)], 2.0);
        let image = rasterize(&[stroke], 10, 10);
        assert_eq!(image.get_pixel(5, 4).0[0], INK as u8);
        assert_eq!(image.get_pixel(5, 5).0[0], INK as u8);
        assert_eq!(image.get_pixel(5, 1).0[0], PAPER);
        assert_eq!(image.get_pixel(5, 8).0[0], PAPER);
    }

    #[test]
    fn ink_outside_the_paper_is_cut_off() {
        let stroke = Stroke::new(vec![Point::new(-500.0, -500.0), Point::new(f32::MAX, 2.0)], 3.0);
        let far = Stroke::new(vec![Point::new(900.0, 900.0)], 3.0);
        assert!(rasterize(&[far], 8, 8).pixels().all(|pixel| pixel.0[0] == PAPER));
        assert_eq!(rasterize(&[stroke], 8, 8).dimensions(), (8, 8));
    }

    #[test]
    fn people_see_colours_and_readers_dark_ink() {
        let red = InkColor([200, 30, 30]);
        let stroke = Stroke { color: red, ..Stroke::new(vec![Point::new(2.0, 5.0), Point::new(8.0, 5.0)], 4.0) };
        let crossing = Stroke::new(vec![Point::new(5.0, 1.0), Point::new(5.0, 9.0)], 2.0);
        let picture = rasterize_in_color(&[stroke.clone(), crossing.clone()], 10, 10);
        assert_eq!(picture.get_pixel(7, 5).0, red.0);
        assert_eq!(picture.get_pixel(5, 5).0, InkColor::BLACK.0, "the later stroke lies above");
        assert_eq!(picture.get_pixel(0, 0).0, [PAPER; 3]);
        assert_eq!(rasterize(&[stroke], 10, 10).get_pixel(7, 5).0[0], INK as u8);
    }

    #[test]
    fn a_highlighter_lies_under_the_pen_and_is_not_read() {
        let level = |width: f32| Stroke::new(vec![Point::new(2.0, 5.0), Point::new(8.0, 5.0)], width);
        let marker = Stroke { color: InkColor([255, 255, 0]), is_highlighter: true, ..level(8.0) };
        let strokes = [level(2.0), marker];
        let picture = rasterize_in_color(&strokes, 10, 10);
        assert_eq!(picture.get_pixel(5, 2).0, [255, 255, 128]);
        assert_eq!(picture.get_pixel(5, 5).0, InkColor::BLACK.0);
        assert_eq!(rasterize(&strokes, 10, 10), rasterize(&strokes[..1], 10, 10));
    }

    #[test]
    fn a_stroke_grows_thicker_with_the_pressure() {
        let points = vec![Point::new(2.0, 10.0), Point::new(38.0, 10.0)];
        let stroke = Stroke { pressures: vec![0.2, 1.0], ..Stroke::new(points, 10.0) };
        let image = rasterize(&[stroke], 40, 20);
        let thickness = |x: u32| (0..20).filter(|&y| image.get_pixel(x, y).0[0] < 128).count();
        assert!(thickness(4) <= 4 && thickness(36) >= 9, "{} {}", thickness(4), thickness(36));
    }
}
