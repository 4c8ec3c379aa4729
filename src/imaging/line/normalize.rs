//! Line normalization: from a line image to the input of a network. Recognition, evaluation and training share this one
//! function.
//!
//! Bright ink on dark ground is inverted, illumination is divided out, the ink's darkness is stretched to a common
//! range, and the line is scaled so that writing of any size has about the same x-height, and is a little wider than it
//! was. Slant is not corrected: the networks learn it.

use image::{GrayImage, imageops};

use super::line_image::LineImage;
use crate::{imaging::raster::histogram::Histogram, numerics::median::median};

/// The version of [`normalize`], recorded in every model package: it changes whenever a line gets other numbers. Which
/// lines count as blank may change without it, because no network reads blank lines.
pub const NORMALIZE_VERSION: u32 = 2;
/// Rows of a model input: 60 for the writing, padded to 64 so that four poolings by 2 leave whole rows.
pub const INPUT_ROWS: usize = 64;
/// Columns of a model input to a time step: every input's width is a multiple of it.
pub const WIDTH_MULTIPLE: usize = 4;
/// The width of a model input, at most, in columns: longer lines are squeezed. 3,200 columns hold about 160 characters.
pub const MAX_INPUT_WIDTH: usize = 3200;

/// Rows that the writing fills, at most.
const WRITING_ROWS: f32 = 60.0;
/// What one and a half x-heights plus half the ink's height are scaled to, in rows. Ordinary writing, with ink three
/// x-heights tall, gets an x-height of 13 rows. The sum follows the x-height where ascenders are long, and keeps a line
/// of capitals, whose height passes for an x-height, from being scaled down to small letters.
const TARGET_SIZE: f32 = 40.0;
/// The horizontal scale over the vertical one, for about five time steps a character instead of four. Chosen on
/// `iam-lines/valid`: networks trained on lines in proportion read widened lines with a CER of 4.6 % instead of 5.2 %,
/// greedily.
const WIDENING: f32 = 1.2;
/// Paper left and right of the ink, in columns of the input.
const MARGIN: usize = 8;
/// The vertical scale, at most: further enlarged writing is nothing but blur. No measurement recorded.
const MAX_ENLARGEMENT: f32 = 4.0;
/// The darkness of ink, at least, as a fraction of the paper's brightness: a line of weaker ink is blank. No
/// measurement recorded.
const MIN_CONTRAST: f32 = 0.06;
/// The darkness of ink, at least, in grey levels: in a dark picture noise is a large fraction of the light. No
/// measurement recorded (commit 44acf40).
const MIN_LEVELS: f32 = 8.0;
/// The width and height of a speck, at most, as a fraction of the image's height: enlarged to a letter's size it would
/// be read as a letter. No measurement recorded (commit ed76e8c).
const MAX_SPECK: f32 = 0.1;
/// The darkness, as a fraction of the paper's brightness, that is stretched to full ink, at least: weaker ink stays
/// grey, so that noise does not become strokes. No measurement recorded.
const FULL_CONTRAST: f32 = 0.18;

/// A normalized line: `[row, column]`, 64 rows, 0 paper to 255 ink.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelInput {
    /// Columns, a multiple of [`WIDTH_MULTIPLE`].
    pub width: usize,
    /// `[row, column]`, [`INPUT_ROWS`] × `width`, 0 paper to 255 ink.
    pub pixels: Vec<u8>,
    /// The input's left and right end as fractions of the line image's width, below 0 and above 1 where the margin lies
    /// outside of it. They lead from time steps back to the page.
    pub span: (f32, f32),
    /// Whether the line image holds no ink.
    pub is_blank: bool,
}

impl ModelInput {
    /// The number of time steps that the networks give for this input.
    pub fn n_frames(&self) -> usize {
        self.width / WIDTH_MULTIPLE
    }

    fn blank() -> Self {
        let width = 2 * MARGIN + WIDTH_MULTIPLE;
        Self { width, pixels: vec![0; INPUT_ROWS * width], span: (0.0, 1.0), is_blank: true }
    }
}

/// The model input of a line image. Never fails: an image without ink gives a short blank input.
pub fn normalize(line: &LineImage) -> ModelInput {
    let Some(ink) = ink_map(&line.pixels) else { return ModelInput::blank() };
    let Some(extent) = InkExtent::measure(&ink) else { return ModelInput::blank() };
    if extent.is_speck(ink.height()) {
        return ModelInput::blank();
    }
    set_into_rows(&ink, &extent)
}

/// Ink darkness: 0 paper, 255 ink. `None` where there is nothing but paper.
fn ink_map(gray: &GrayImage) -> Option<GrayImage> {
    if gray.width() < 2 || gray.height() < 2 {
        return None;
    }
    let (darkness, brightest) = paper_divided_out(gray);
    let histogram = Histogram::of(darkness.as_raw());
    let threshold = histogram.otsu().map_or(128, |split| usize::from(split.threshold));
    let ink_level = f32::from(histogram.quantile_within(threshold..256, 0.6)) / 255.0;
    let paper = histogram.quantile_within(0..threshold, 0.75);
    let noise = f32::from(paper) / 255.0;
    let contrast = ink_level - noise;
    if contrast < MIN_CONTRAST || contrast * brightest < MIN_LEVELS {
        return None;
    }
    let range = contrast.max(FULL_CONTRAST);
    let stretched: Vec<u8> =
        (0..=255u16).map(|d| ((f32::from(d) / 255.0 - noise) / range * 255.0).clamp(0.0, 255.0) as u8).collect();
    let mut ink = darkness;
    for pixel in ink.iter_mut() {
        *pixel = stretched[usize::from(*pixel)];
    }
    Some(ink)
}

/// Each pixel's darkness, from 0 to 255, relative to the paper: the brightest quartile of each square cell, linear
/// between the cells' middles. And the paper's brightness in the brightest cell, of 255.
fn paper_divided_out(gray: &GrayImage) -> (GrayImage, f32) {
    let (width, height) = gray.dimensions();
    let n_cells = (width as f32 / height.max(16) as f32).ceil().max(1.0) as u32;
    let cell_width = width as f32 / n_cells as f32;
    let cells: Vec<Histogram> = (0..n_cells)
        .map(|cell| {
            let columns = (cell as f32 * cell_width) as usize..((cell + 1) as f32 * cell_width) as usize;
            let rows = gray.as_raw().chunks_exact(width as usize);
            Histogram::of(rows.flat_map(|row| &row[columns.start..columns.end.min(row.len())]))
        })
        .collect();
    let is_inverted = has_bright_ink(&cells);
    let bright = |value: u8| if is_inverted { 255 - value } else { value };
    let white: Vec<f32> = (cells.iter())
        .map(|cell| f32::from(bright(cell.quantile(if is_inverted { 0.25 } else { 0.75 }))).max(1.0))
        .collect();
    let white_at: Vec<f32> = (0..width)
        .map(|x| {
            let position = ((x as f32 + 0.5) / cell_width - 0.5).clamp(0.0, (n_cells - 1) as f32);
            let (left, part) = (position as usize, position.fract());
            let right = (left + 1).min(white.len() - 1);
            white[left] * (1.0 - part) + white[right] * part
        })
        .collect();
    let darkness = GrayImage::from_fn(width, height, |x, y| {
        let value = f32::from(bright(gray.get_pixel(x, y).0[0]));
        image::Luma([(255.0 * (1.0 - value / white_at[x as usize])).clamp(0.0, 255.0) as u8])
    });
    (darkness, white.into_iter().fold(0.0, f32::max))
}

/// Whether the ink is brighter than the ground. In every cell most pixels are ground, so the median lies at the
/// ground's end of the range; cells vote by their contrast, so that a shadow across the line does not pass for ink.
///
/// Pages have a rule of their own (`prepare/polarity.rs`): over a page the light varies too much for this one.
fn has_bright_ink(cells: &[Histogram]) -> bool {
    let votes = cells.iter().map(|cell| {
        let at = |part| i32::from(cell.quantile(part));
        at(0.02) + at(0.98) - 2 * at(0.5)
    });
    votes.sum::<i32>() > 0
}

/// Where a line's ink lies in its image, in image pixels.
#[derive(Debug)]
struct InkExtent {
    left: f32,
    right: f32,
    top: f32,
    bottom: f32,
    /// The height of the zone that small letters fill.
    x_height: f32,
    /// The middle of that zone.
    core_middle: f32,
}

impl InkExtent {
    fn measure(ink: &GrayImage) -> Option<Self> {
        let (width, height) = (ink.width() as usize, ink.height() as usize);
        let is_ink = |x: usize, y: usize| ink.as_raw()[y * width + x] >= 128;
        let mut columns = vec![0u32; width];
        let mut rows = vec![0u32; height];
        for (y, row) in rows.iter_mut().enumerate() {
            for (x, column) in columns.iter_mut().enumerate() {
                let one = u32::from(is_ink(x, y));
                *column += one;
                *row += one;
            }
        }
        let total: u32 = rows.iter().sum();
        if total < 4 {
            return None;
        }
        let (top, bottom) = robust_span(&rows, 0.004);
        let left = columns.iter().position(|&count| count > 0)?;
        let right = columns.iter().rposition(|&count| count > 0)? + 1;
        let (x_height, core_middle) = core_zone(ink, top as usize, bottom as usize);
        Some(Self { left: left as f32, right: right as f32, top, bottom, x_height, core_middle })
    }

    /// Whether the ink is a speck, too small to be writing in an image of this height.
    fn is_speck(&self, image_height: u32) -> bool {
        (self.right - self.left).max(self.bottom - self.top) <= MAX_SPECK * image_height as f32
    }
}

/// The first index and the one behind the last, without the ends of `counts` that hold the fraction `part` of their sum
/// each.
fn robust_span(counts: &[u32], part: f32) -> (f32, f32) {
    let total: u32 = counts.iter().sum();
    let spare = (part * total as f32) as u32;
    let skipped = |counts: &mut dyn Iterator<Item = &u32>| {
        let mut seen = 0;
        counts
            .take_while(|&&count| {
                seen += count;
                seen <= spare
            })
            .count()
    };
    let first = skipped(&mut counts.iter());
    let last = counts.len() - skipped(&mut counts.iter().rev());
    (first as f32, last.max(first + 1) as f32)
}

/// The height and the middle of the zone that small letters fill: the rows that cross at least half as many strokes as
/// the busiest row. It is measured stretch by stretch along the line, so that a rising or falling line does not smear
/// it; the medians over the stretches count.
fn core_zone(ink: &GrayImage, top: usize, bottom: usize) -> (f32, f32) {
    let (width, ink_height) = (ink.width() as usize, bottom - top);
    let stretch = (4 * ink_height).max(32);
    let n_stretches = (width / stretch).max(1);
    let zones: Vec<(f32, f32)> = (0..n_stretches)
        .filter_map(|i| core_of_stretch(ink, top..bottom, i * width / n_stretches..(i + 1) * width / n_stretches))
        .collect();
    if zones.is_empty() {
        return (ink_height as f32 / 2.0, (top + bottom) as f32 / 2.0);
    }
    (median(zones.iter().map(|zone| zone.0)), median(zones.iter().map(|zone| zone.1)))
}

/// The height and the middle of the core of the ink in these rows and columns; `None` where no row crosses two strokes.
fn core_of_stretch(
    ink: &GrayImage,
    rows: std::ops::Range<usize>,
    columns: std::ops::Range<usize>,
) -> Option<(f32, f32)> {
    let width = ink.width() as usize;
    let crossings: Vec<f32> = rows
        .clone()
        .map(|y| {
            let row = &ink.as_raw()[y * width..][columns.clone()];
            row.windows(2).filter(|pair| pair[0] < 128 && pair[1] >= 128).count() as f32
        })
        .collect();
    let reach = (crossings.len() / 24).max(1);
    let smooth: Vec<f32> = (0..crossings.len())
        .map(|i| {
            let near = &crossings[i.saturating_sub(reach)..(i + reach + 1).min(crossings.len())];
            near.iter().sum::<f32>() / near.len() as f32
        })
        .collect();
    let (peak, &most) = smooth.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1))?;
    if most < 2.0 {
        return None;
    }
    let is_core = |i: &usize| smooth[*i] >= 0.5 * most;
    let first = (0..=peak).rev().take_while(is_core).last()?;
    let last = (peak..smooth.len()).take_while(is_core).last()? + 1;
    Some(((last - first) as f32, rows.start as f32 + (first + last) as f32 / 2.0))
}

/// Scales the ink into the model's 64 rows, with the core in the middle where ascenders and descenders allow it.
fn set_into_rows(ink: &GrayImage, extent: &InkExtent) -> ModelInput {
    let ink_height = extent.bottom - extent.top;
    let size = 1.5 * extent.x_height.min(ink_height) + 0.5 * ink_height;
    let scale = (TARGET_SIZE / size).min(WRITING_ROWS / ink_height).min(MAX_ENLARGEMENT);
    let ink_width = extent.right - extent.left;
    let max_ink_width = (MAX_INPUT_WIDTH - 2 * MARGIN - WIDTH_MULTIPLE) as f32;
    let scaled_width = (ink_width * scale * WIDENING).round().clamp(1.0, max_ink_width) as usize;
    let width = (scaled_width + 2 * MARGIN).next_multiple_of(WIDTH_MULTIPLE);

    let middle_row = INPUT_ROWS as f32 / 2.0;
    let fitting = (extent.bottom * scale - (INPUT_ROWS - 1) as f32, extent.top * scale - 1.0);
    let first_row = (extent.core_middle * scale - middle_row).clamp(fitting.0.min(fitting.1), fitting.1.max(fitting.0));

    let x_step = ink_width / scaled_width as f32;
    let origin = (extent.left - MARGIN as f32 * x_step, first_row / scale);
    let pixels = resample(ink, origin, (x_step, 1.0 / scale), width);
    let image_width = ink.width() as f32;
    let span = (origin.0 / image_width, (origin.0 + width as f32 * x_step) / image_width);
    ModelInput { width, pixels, span, is_blank: false }
}

/// Resamples `ink` from `origin` on in steps of `step` image pixels: areas are averaged where it is reduced, pixels are
/// interpolated linearly where it is enlarged. Outside of the image there is paper.
fn resample(ink: &GrayImage, origin: (f32, f32), step: (f32, f32), width: usize) -> Vec<u8> {
    let (columns, rows) =
        (Taps::along(ink.width(), origin.0, step.0, width), Taps::along(ink.height(), origin.1, step.1, INPUT_ROWS));
    let source_width = ink.width() as usize;
    let first_source_row = rows.taps.iter().map(|tap| tap.start).min().unwrap_or(0);
    let end_source_row = rows.taps.iter().map(|tap| tap.start + tap.weights.len()).max().unwrap_or(0);
    let mut squeezed = vec![0f32; end_source_row.saturating_sub(first_source_row) * width];
    for (y, out) in (first_source_row..end_source_row).zip(squeezed.chunks_exact_mut(width)) {
        let source = &ink.as_raw()[y * source_width..][..source_width];
        for (value, tap) in out.iter_mut().zip(&columns.taps) {
            *value = tap.weights.iter().zip(&source[tap.start..]).map(|(w, &s)| w * f32::from(s)).sum();
        }
    }
    let mut pixels = vec![0u8; INPUT_ROWS * width];
    let mut sums = vec![0f32; width];
    for (tap, out) in rows.taps.iter().zip(pixels.chunks_exact_mut(width)) {
        sums.fill(0.0);
        for (i, &weight) in tap.weights.iter().enumerate() {
            let row = &squeezed[(tap.start + i - first_source_row) * width..][..width];
            for (sum, value) in sums.iter_mut().zip(row) {
                *sum += weight * value;
            }
        }
        for (pixel, sum) in out.iter_mut().zip(&sums) {
            *pixel = sum.round().clamp(0.0, 255.0) as u8;
        }
    }
    pixels
}

/// The weights of the source pixels that make one output pixel.
struct Tap {
    start: usize,
    weights: Vec<f32>,
}

struct Taps {
    taps: Vec<Tap>,
}

impl Taps {
    /// A triangle filter that reaches a step either way, and at least a source pixel.
    fn along(source_len: u32, origin: f32, step: f32, n: usize) -> Self {
        let reach = step.max(1.0);
        let taps = (0..n)
            .map(|i| {
                let center = origin + (i as f32 + 0.5) * step - 0.5;
                let first = (center - reach).ceil() as i64;
                let last = (center + reach).floor() as i64;
                let start = first.clamp(0, i64::from(source_len));
                let end = (last + 1).clamp(start, i64::from(source_len));
                let weight = |j: i64| (1.0 - (j as f32 - center).abs() / reach).max(0.0);
                let total: f32 = (first..=last).map(weight).sum();
                let weights = (start..end).map(|j| weight(j) / total.max(f32::EPSILON)).collect();
                Tap { start: start as usize, weights }
            })
            .collect();
        Self { taps }
    }
}

impl From<&ModelInput> for GrayImage {
    /// For people: dark ink on white paper.
    fn from(input: &ModelInput) -> Self {
        let mut image = Self::from_raw(input.width as u32, INPUT_ROWS as u32, input.pixels.clone()).unwrap_or_default();
        imageops::invert(&mut image);
        image
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    /// Dark strokes on light paper: eight upright bars of 40 pixels, the third with an ascender.
    fn bars(paper: u8, ink: u8) -> LineImage {
        let mut image = GrayImage::from_pixel(400, 120, Luma([paper]));
        for bar in 0..8u32 {
            let top = if bar == 2 { 20 } else { 40 };
            for y in top..80 {
                for x in 0..6 {
                    image.put_pixel(30 + bar * 40 + x, y, Luma([ink]));
                }
            }
        }
        LineImage::from_gray(image)
    }

    #[test]
    fn a_speck_is_no_writing_and_a_stop_cut_out_by_itself_is() {
        let dot = |size: u32, height: u32| {
            let ink = |x: u32, y: u32| x.abs_diff(200) < size / 2 && y.abs_diff(height / 2) < size / 2;
            let image = GrayImage::from_fn(400, height, |x, y| image::Luma([if ink(x, y) { 30 } else { 230 }]));
            normalize(&LineImage::from_gray(image)).is_blank
        };
        assert!(dot(6, 60) && dot(8, 80));
        assert!(!dot(6, 20) && !dot(12, 60));
    }

    #[test]
    fn paper_ink_and_polarity_do_not_matter() {
        let plain = normalize(&bars(255, 0));
        for (paper, ink) in [(180, 60), (20, 230), (240, 190)] {
            let other = normalize(&bars(paper, ink));
            assert_eq!(other.width, plain.width, "paper {paper} ink {ink}");
            let far = plain.pixels.iter().zip(&other.pixels).filter(|(a, b)| a.abs_diff(**b) > 64).count();
            assert!(far * 100 < plain.pixels.len(), "paper {paper} ink {ink}: {far} pixels differ");
        }
    }

    #[test]
    fn a_shadow_across_the_line_does_not_pass_for_ink() {
        let mut shaded = bars(240, 60);
        for (x, _, pixel) in shaded.pixels.enumerate_pixels_mut() {
            let light = 1.0 - 0.75 * (x as f32 / 400.0).powi(3);
            pixel.0[0] = (f32::from(pixel.0[0]) * light) as u8;
        }
        let (plain, shaded) = (normalize(&bars(240, 60)), normalize(&shaded));
        assert!(!shaded.is_blank);
        assert!(plain.width.abs_diff(shaded.width) <= 12, "{} against {}", plain.width, shaded.width);
    }

    #[test]
    fn size_does_not_matter() {
        let large = bars(255, 0);
        let small = imageops::resize(&large.pixels, 200, 60, imageops::FilterType::Triangle);
        let (large, small) = (normalize(&large), normalize(&LineImage::from_gray(small)));
        assert!(large.width.abs_diff(small.width) <= 12, "{} against {}", large.width, small.width);
    }

    #[test]
    fn nothing_but_paper_is_blank() {
        for image in [GrayImage::from_pixel(300, 40, Luma([200])), GrayImage::new(1, 1), GrayImage::new(0, 0)] {
            let input = normalize(&LineImage::from_gray(image));
            assert!(input.is_blank);
            assert!(input.pixels.iter().all(|&p| p == 0));
        }
    }

    #[test]
    fn the_noise_of_a_dark_picture_is_no_ink_but_dim_writing_is() {
        let noisy = GrayImage::from_fn(500, 60, |x, y| Luma([17 + ((x * 7919 + y * 104_729) % 31 % 7) as u8]));
        assert!(normalize(&LineImage::from_gray(noisy)).is_blank);
        assert!(!normalize(&bars(60, 30)).is_blank);
        assert!(!normalize(&bars(15, 60)).is_blank, "chalk on a board in the dark");
    }

    #[test]
    fn inputs_have_64_rows_whole_frames_and_a_bounded_width() {
        let mut long = GrayImage::from_pixel(12_000, 30, Luma([255]));
        for x in (0..12_000).step_by(7) {
            for y in 8..22 {
                long.put_pixel(x, y, Luma([0]));
            }
        }
        for line in [bars(255, 0), LineImage::from_gray(long)] {
            let input = normalize(&line);
            assert_eq!(input.pixels.len(), INPUT_ROWS * input.width);
            assert_eq!(input.width % WIDTH_MULTIPLE, 0);
            assert!(input.width <= MAX_INPUT_WIDTH);
        }
    }

    #[test]
    fn the_span_leads_back_to_the_ink() {
        let input = normalize(&bars(255, 0));
        let first_ink = (0..input.width).find(|x| (0..INPUT_ROWS).any(|y| input.pixels[y * input.width + x] > 128));
        let part = first_ink.expect("there is ink") as f32 / input.width as f32;
        let x = (input.span.0 + part * (input.span.1 - input.span.0)) * 400.0;
        assert!((x - 30.0).abs() < 3.0, "the first bar begins at 30, not {x}");
    }
}
