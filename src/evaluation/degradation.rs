//! Degraded pages: turned, warped, shaded and compressed, with their true lines mapped alike, to measure how robust
//! line finding is.

use image::{DynamicImage, Rgb, RgbImage, codecs::jpeg::JpegEncoder};

use super::labelled_page::{PageTruth, TrueLine};
use crate::{
    imaging::{PageImage, rgb_with_repeated_border},
    page::{Baseline, Point},
};

/// Distance of points on mapped outlines in pixels, at most, so that they follow the warp.
const OUTLINE_STEP: f32 = 40.0;
/// Iterations of the inverse map; each one reduces the error by a large factor.
const ROUNDS: usize = 12;

/// The degradations of a careless photo. The default changes nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Degradation {
    /// Rotation in degrees clockwise.
    pub degrees: f32,
    /// Amplitude of a vertical sine warp, like loose paper, as a fraction of the page's longer side.
    pub warp: f32,
    /// Perspective: the fraction of its width that the upper edge loses.
    pub perspective: f32,
    /// The fraction of light missing in the darkest corner.
    pub shade: f32,
    /// Quality of JPEG compression, 1 to 100.
    pub jpeg_quality: Option<u8>,
}

/// The map between the degraded page and the original.
struct PageMap {
    from: Point,
    to: Point,
    sin: f32,
    cos: f32,
    amplitude: f32,
    wavelength: f32,
    perspective: f32,
    half_height: f32,
}

impl Degradation {
    /// A page held askew under a lamp: rotated by `degrees`, warped, shaded and compressed.
    pub const fn careless(degrees: f32) -> Self {
        Self { degrees, warp: 0.004, perspective: 0.0, shade: 0.45, jpeg_quality: Some(50) }
    }

    /// The degraded page and its truth. Corners outside the page get the paper's colour.
    pub fn apply(&self, page: &PageImage, truth: &PageTruth) -> (PageImage, PageTruth) {
        let map = self.map(page);
        let size = (2.0 * map.to.x, 2.0 * map.to.y);
        let paper = paper_colour(&page.pixels);
        let mut pixels = RgbImage::from_fn(size.0 as u32, size.1 as u32, |x, y| {
            let source = map.source(Point::new(x as f32 + 0.5, y as f32 + 0.5));
            let Rgb(colour) = sample(&page.pixels, source).unwrap_or(paper);
            let light = 1.0 - self.shade * 0.5 * (x as f32 / size.0 + y as f32 / size.1);
            Rgb(colour.map(|value| (f32::from(value) * light).round() as u8))
        });
        if let Some(quality) = self.jpeg_quality {
            pixels = compressed(pixels, quality);
        }
        let truth = match truth {
            PageTruth::Lines(lines) => PageTruth::Lines(lines.iter().map(|line| map.moved(line)).collect()),
            PageTruth::Words(words) => PageTruth::Words(words.clone()),
        };
        (PageImage::from_image(&DynamicImage::ImageRgb8(pixels)), truth)
    }

    fn map(&self, page: &PageImage) -> PageMap {
        let (width, height) = (page.width() as f32, page.height() as f32);
        let (sin, cos) = self.degrees.to_radians().sin_cos();
        let turned = (width * cos.abs() + height * sin.abs(), width * sin.abs() + height * cos.abs());
        let longer = width.max(height);
        PageMap {
            from: Point::new(width / 2.0, height / 2.0),
            to: Point::new((turned.0 / 2.0).round(), (turned.1 / 2.0).round()),
            sin,
            cos,
            amplitude: self.warp * longer,
            wavelength: 0.7 * longer,
            perspective: self.perspective,
            half_height: height / 2.0,
        }
    }
}

impl PageMap {
    /// The point of the original for `place` on the degraded page.
    fn source(&self, place: Point) -> Point {
        let (x, y) = (place.x - self.to.x, place.y - self.to.y);
        let (x, y) = (x * self.cos + y * self.sin, y * self.cos - x * self.sin);
        let y = y + self.amplitude * (std::f32::consts::TAU * x / self.wavelength).sin();
        let narrowed = 1.0 - self.perspective * (0.5 - 0.5 * y / self.half_height);
        Point::new(self.from.x + x / narrowed.max(0.1), self.from.y + y)
    }

    /// The point of the degraded page for `point` of the original: the inverse of [`Self::source`], by fixed-point
    /// iteration.
    fn target(&self, point: Point) -> Point {
        let mut place = self.to;
        for _ in 0..ROUNDS {
            let seen = self.source(place);
            let (x, y) = (point.x - seen.x, point.y - seen.y);
            place.x += x * self.cos - y * self.sin;
            place.y += x * self.sin + y * self.cos;
        }
        place
    }

    fn moved(&self, line: &TrueLine) -> TrueLine {
        let baseline = Baseline(line.baseline.0.iter().map(|&point| self.target(point)).collect());
        let words = line.words.iter().map(|word| self.moved_outline(word)).collect();
        TrueLine { outline: self.moved_outline(&line.outline), baseline, words, ..line.clone() }
    }

    fn moved_outline(&self, outline: &[Point]) -> Vec<Point> {
        let edges = outline.iter().zip(outline.iter().cycle().skip(1));
        let moved = edges.flat_map(|(&a, &b)| {
            let n = (a.distance(b) / OUTLINE_STEP).ceil().max(1.0) as usize;
            (0..n).map(move |i| {
                let fraction = i as f32 / n as f32;
                self.target(Point::new(a.x + (b.x - a.x) * fraction, a.y + (b.y - a.y) * fraction))
            })
        });
        moved.collect()
    }
}

/// The colour at `place` by bilinear interpolation; `None` outside of the image.
fn sample(image: &RgbImage, place: Point) -> Option<Rgb<u8>> {
    let (x, y) = (place.x - 0.5, place.y - 0.5);
    let is_inside = x >= -0.5 && y >= -0.5 && x <= image.width() as f32 - 0.5 && y <= image.height() as f32 - 0.5;
    is_inside.then(|| Rgb(rgb_with_repeated_border(image, place).map(|value| value.round() as u8)))
}

/// The upper quartile of each channel.
fn paper_colour(image: &RgbImage) -> Rgb<u8> {
    Rgb([0, 1, 2].map(|channel| {
        let mut values: Vec<u8> = image.pixels().step_by(97).map(|pixel| pixel.0[channel]).collect();
        values.sort_unstable();
        values.get(values.len() * 3 / 4).copied().unwrap_or(255)
    }))
}

fn compressed(pixels: RgbImage, quality: u8) -> RgbImage {
    let mut bytes = Vec::new();
    let written = JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(&pixels);
    // JPEG cannot hold sides above 65,535 pixels; such a page stays uncompressed.
    let read = written.and_then(|()| image::load_from_memory(&bytes));
    read.map_or(pixels, |image| image.to_rgb8())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> (PageImage, PageTruth) {
        let image = RgbImage::from_fn(300, 200, |x, y| {
            Rgb(if (100..140).contains(&x) && (80..90).contains(&y) { [20; 3] } else { [240; 3] })
        });
        let outline = [[100.0, 80.0], [140.0, 80.0], [140.0, 90.0], [100.0, 90.0]].map(Point::from).to_vec();
        let line = TrueLine {
            outline,
            baseline: Baseline::default(),
            words: Vec::new(),
            text: "dash".to_owned(),
            is_handwritten: true,
        };
        (PageImage::from_image(&DynamicImage::ImageRgb8(image)), PageTruth::Lines(vec![line]))
    }

    #[test]
    fn outlines_move_with_their_ink() {
        let (page, truth) = page();
        for degrees in [-5.0, 20.0, 90.0, 180.0] {
            let degradation = Degradation { perspective: 0.1, ..Degradation::careless(degrees) };
            let (degraded, PageTruth::Lines(lines)) = degradation.apply(&page, &truth) else { panic!("lines") };
            let outline = &lines[0].outline;
            let n = outline.len() as f32;
            let (x, y) = (outline.iter().map(|p| p.x).sum::<f32>() / n, outline.iter().map(|p| p.y).sum::<f32>() / n);
            assert!(degraded.pixels.get_pixel(x as u32, y as u32).0[0] < 60, "ink at {x}, {y} after {degrees}°");
            let (corner, other) = (degraded.pixels.get_pixel(2, 2).0[0], degraded.pixels.get_pixel(90, 30).0[0]);
            assert!(corner > 150 && other > 150, "paper after {degrees}°");
        }
    }

    #[test]
    fn no_disturbance_changes_nothing() {
        let (page, truth) = page();
        let (same, same_truth) = Degradation::default().apply(&page, &truth);
        assert_eq!(same, page);
        let (PageTruth::Lines(before), PageTruth::Lines(after)) = (&truth, &same_truth) else { panic!("lines") };
        for (a, b) in before[0].outline.iter().zip(&after[0].outline) {
            assert!(a.distance(*b) < 0.01);
        }
    }
}
