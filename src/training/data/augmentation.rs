//! Augmentation of normalized lines: affine distortion, sine warp, elastic distortion, change of stroke width, blur,
//! contrast, noise and random erasing.
//!
//! The constants were set by eye on augmented lines; no measurement of them is recorded. The strengths are in
//! [`AugmentationConfig`], which recipes set.

use std::ops::{Range, RangeInclusive};

use rand::{RngExt as _, SeedableRng as _};
use rand_xoshiro::Xoshiro256PlusPlus;
use serde::{Deserialize, Serialize};

use super::line_cache::CachedLine;
use crate::imaging::{INPUT_ROWS, MAX_INPUT_WIDTH, WIDTH_MULTIPLE};

/// Change of the strokes' width: 1 is a whole 3×3 dilation, −1 a whole erosion.
const STROKE_CHANGE: RangeInclusive<f32> = -0.7..=0.9;
/// Pixels by which a marker's strokes grow to each side.
const MARKER_CHANGE: RangeInclusive<f32> = 1.0..=3.0;
/// Largest change of the gain, as a share of that of gamma.
const GAIN_SHARE: f32 = 0.6;
/// Rows and columns between the knots of the elastic distortion's grid.
const KNOT_SPACING: (usize, usize) = (16, 20);
/// Mean wavelength of the sine warp, in columns, and its largest deviation.
const SINE_LENGTH: (f32, f32) = (120.0, 80.0);
/// Phase of the sine warp that a row adds, in radians.
const SINE_PHASE_PER_ROW: f32 = 0.03;
/// Lines wider than this, in columns, are rotated less, so that their ends stay inside.
const FULL_ROTATION_WIDTH: f32 = 300.0;
/// The least width of a distorted line, in columns.
const LEAST_WIDTH: usize = 8;
/// Width of an erased bar, in columns: about a letter's.
const BAR_WIDTH: Range<usize> = 6..26;
/// Grey of an erased bar. Behind white bars a network would learn to read letters where there is paper.
const BAR_GREY: Range<f32> = 0.3..0.7;

/// How strongly lines are augmented. Each change is drawn anew for every line; angles are tangents.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AugmentationConfig {
    /// Share of the lines that are distorted in shape.
    pub probability: f32,
    /// Largest change of the width, as a share of it.
    #[serde(alias = "stretch")]
    pub x_scale: f32,
    /// Largest change of the size, as a share of it.
    pub zoom: f32,
    /// Largest slant added, to either side.
    pub shear: f32,
    /// Largest slope of the baseline added, up or down.
    pub rotation: f32,
    /// Largest shift up or down, in rows.
    pub shift_rows: f32,
    /// Largest amplitude of the sine warp, in pixels.
    #[serde(alias = "wave")]
    pub sine_warp: f32,
    /// Elastic distortion: the largest standard deviation of the displacements at the knots of a grid, in pixels.
    #[serde(alias = "pull")]
    pub elastic: f32,
    /// Share of the lines whose strokes are made thicker or thinner.
    pub stroke_probability: f32,
    /// Share of the lines whose strokes grow by one to three pixels to all sides, as of a marker on a small board.
    pub marker: f32,
    /// Largest change of contrast and gamma, in powers of two.
    pub contrast: f32,
    /// Largest standard deviation of the noise, where 1 is full ink.
    pub noise: f32,
    /// Share of the lines that are blurred.
    pub blur_probability: f32,
    /// Random erasing: the largest share of a line behind grey bars about as wide as a letter.
    #[serde(alias = "hidden")]
    pub erased: f32,
}

impl Default for AugmentationConfig {
    fn default() -> Self {
        Self {
            probability: 0.8,
            x_scale: 0.2,
            zoom: 0.12,
            shear: 0.35,
            rotation: 0.02,
            shift_rows: 3.0,
            sine_warp: 1.6,
            elastic: 0.0,
            stroke_probability: 0.4,
            marker: 0.0,
            contrast: 0.5,
            noise: 0.06,
            blur_probability: 0.15,
            erased: 0.0,
        }
    }
}

impl AugmentationConfig {
    /// No augmentation.
    pub fn none() -> Self {
        Self {
            probability: 0.0,
            stroke_probability: 0.0,
            contrast: 0.0,
            noise: 0.0,
            blur_probability: 0.0,
            erased: 0.0,
            ..Self::default()
        }
    }
}

/// A line as the network reads it.
#[derive(Clone, Debug, PartialEq)]
pub struct ShownLine {
    /// Columns, a multiple of four.
    pub width: usize,
    /// `[row, column]`, 64 rows, 0 paper to 1 ink.
    pub pixels: Vec<f32>,
}

/// Augments `line` by `config`; the same `seed` gives the same result.
pub fn augment(line: &CachedLine, config: &AugmentationConfig, seed: u64) -> ShownLine {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut shown = if random.random::<f32>() < config.probability {
        Warp::random(config, &mut random).apply(line)
    } else {
        ShownLine { width: line.width, pixels: line.pixels.iter().map(|&p| f32::from(p) / 255.0).collect() }
    };
    if random.random::<f32>() < config.stroke_probability {
        let amount = random.random_range(STROKE_CHANGE);
        change_strokes(&mut shown, amount);
    }
    if config.marker > 0.0 && random.random::<f32>() < config.marker {
        let amount = random.random_range(MARKER_CHANGE);
        change_strokes(&mut shown, amount);
    }
    if random.random::<f32>() < config.blur_probability {
        blur(&mut shown);
    }
    let (gamma, gain) =
        (power_of_two(config.contrast, &mut random), power_of_two(GAIN_SHARE * config.contrast, &mut random));
    let noise = config.noise * random.random::<f32>().powi(2);
    for pixel in &mut shown.pixels {
        let grain = noise * (random.random::<f32>() + random.random::<f32>() + random.random::<f32>() - 1.5) * 2.0;
        *pixel = (pixel.powf(gamma) * gain + grain).clamp(0.0, 1.0);
    }
    if config.erased > 0.0 {
        let share = config.erased * random.random::<f32>();
        erase(&mut shown, share, &mut random);
    }
    shown
}

/// Two to a power between ∓`exponent`.
fn power_of_two(exponent: f32, random: &mut Xoshiro256PlusPlus) -> f32 {
    if exponent > 0.0 { random.random_range(-exponent..=exponent).exp2() } else { 1.0 }
}

/// A distortion of shape: the position in the line that each pixel is sampled from.
struct Warp {
    x_scale: f32,
    y_scale: f32,
    shear: f32,
    rotation: f32,
    /// In rows.
    shift: f32,
    /// Displacement along x and along y.
    sine_warps: [SineWarp; 2],
    /// Standard deviation of the elastic distortion's knots, in pixels.
    elastic: f32,
    /// The knots are drawn from it once the width is known.
    elastic_seed: u64,
}

/// A displacement by a sine along the line.
struct SineWarp {
    /// In pixels.
    amplitude: f32,
    /// In radians a column.
    frequency: f32,
    /// In radians.
    phase: f32,
}

impl SineWarp {
    fn at(&self, x: f32, y: f32) -> f32 {
        self.amplitude * (self.frequency * x + SINE_PHASE_PER_ROW * y + self.phase).sin()
    }
}

impl Warp {
    fn random(config: &AugmentationConfig, random: &mut Xoshiro256PlusPlus) -> Self {
        let mut within = |range: f32| random.random_range(-range..=range);
        let (zoom, x_scale) = (1.0 + within(config.zoom), 1.0 + within(config.x_scale));
        // Half of the lines get little shear: upright and slanted hands are both common.
        let shear = within(config.shear) * within(1.0).abs();
        let (rotation, shift) = (within(config.rotation), within(config.shift_rows));
        let mut sine_warp = || SineWarp {
            amplitude: within(config.sine_warp),
            frequency: std::f32::consts::TAU / (SINE_LENGTH.0 + SINE_LENGTH.1 * within(1.0)),
            phase: within(std::f32::consts::PI),
        };
        let sine_warps = [sine_warp(), sine_warp()];
        let (mut elastic, mut elastic_seed) = (0.0, 0);
        if config.elastic > 0.0 {
            (elastic, elastic_seed) = (config.elastic * random.random::<f32>(), random.random());
        }
        Self { x_scale: zoom * x_scale, y_scale: zoom, shear, rotation, shift, sine_warps, elastic, elastic_seed }
    }

    fn apply(&self, line: &CachedLine) -> ShownLine {
        let slant_room = (self.shear.abs() * INPUT_ROWS as f32 * 0.5).ceil();
        let width = ((line.width as f32 * self.x_scale + slant_room) as usize).clamp(LEAST_WIDTH, MAX_INPUT_WIDTH);
        let width = width.next_multiple_of(WIDTH_MULTIPLE);
        let rotation = self.rotation * (FULL_ROTATION_WIDTH / width as f32).min(1.0);
        let (x_middle, y_middle) = (width as f32 / 2.0, INPUT_ROWS as f32 / 2.0);
        let source_middle = line.width as f32 / 2.0;
        let displacements = [0, 1].map(|axis| ElasticField::random(self.elastic, width, self.elastic_seed ^ axis));
        let mut pixels = Vec::with_capacity(INPUT_ROWS * width);
        for row in 0..INPUT_ROWS {
            let y = row as f32 + 0.5 - y_middle - self.shift;
            for column in 0..width {
                let x = column as f32 + 0.5 - x_middle;
                let from_x = (x + self.shear * y) / self.x_scale + self.sine_warps[0].at(x, y) + source_middle - 0.5;
                let from_y = (y + rotation * x) / self.y_scale + self.sine_warps[1].at(x, y) + y_middle - 0.5;
                let [dx, dy] = [0, 1].map(|axis| displacements[axis].at(row, column));
                pixels.push(sample(line, from_x + dx, from_y + dy));
            }
        }
        ShownLine { width, pixels }
    }
}

/// The displacement of pixels along one axis, in pixels: random at the knots of a grid, smooth between them.
struct ElasticField {
    /// `[row, column]`; empty where nothing is displaced.
    knots: Vec<f32>,
    n_columns: usize,
}

impl ElasticField {
    /// `deviation` is the standard deviation at the knots.
    fn random(deviation: f32, width: usize, seed: u64) -> Self {
        let n_columns = width / KNOT_SPACING.1 + 2;
        if deviation == 0.0 {
            return Self { knots: Vec::new(), n_columns };
        }
        let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
        // Twelve uniform numbers sum to nearly a normal one of variance 1.
        let mut normal = || (0..12).map(|_| random.random::<f32>()).sum::<f32>() - 6.0;
        let n_knots = (INPUT_ROWS / KNOT_SPACING.0 + 1) * n_columns;
        Self { knots: (0..n_knots).map(|_| deviation * normal()).collect(), n_columns }
    }

    fn at(&self, row: usize, column: usize) -> f32 {
        if self.knots.is_empty() {
            return 0.0;
        }
        let cell = |at: usize, step: usize| (at / step, smoothstep((at % step) as f32 / step as f32));
        let ((top, down), (left, along)) = (cell(row, KNOT_SPACING.0), cell(column, KNOT_SPACING.1));
        let between = |row: usize| {
            let [one, next] = [left, left + 1].map(|column| self.knots[row * self.n_columns + column]);
            one + along * (next - one)
        };
        let (upper, lower) = (between(top), between(top + 1));
        upper + down * (lower - upper)
    }
}

/// 3t² − 2t³: from 0 to 1 with slope 0 at either end.
fn smoothstep(t: f32) -> f32 {
    t * t * (3.0 - 2.0 * t)
}

/// Random erasing: draws grey bars over about this `share` of the line.
fn erase(line: &mut ShownLine, share: f32, random: &mut Xoshiro256PlusPlus) {
    let n_bars = (share * line.width as f32 * 2.0 / (BAR_WIDTH.start + BAR_WIDTH.end) as f32).round() as usize;
    for _ in 0..n_bars {
        let left = random.random_range(0..line.width);
        let right = (left + random.random_range(BAR_WIDTH)).min(line.width);
        let grey = random.random_range(BAR_GREY);
        for row in line.pixels.chunks_exact_mut(line.width) {
            row[left..right].fill(grey);
        }
    }
}

/// Bilinear interpolation, 0 to 1, with paper outside the line.
fn sample(line: &CachedLine, x: f32, y: f32) -> f32 {
    let (left, top) = (x.floor(), y.floor());
    let (x_share, y_share) = (x - left, y - top);
    let at = |column: f32, row: f32| {
        let inside = (0.0..line.width as f32).contains(&column) && (0.0..INPUT_ROWS as f32).contains(&row);
        if inside { f32::from(line.pixels[row as usize * line.width + column as usize]) } else { 0.0 }
    };
    let upper = at(left, top) * (1.0 - x_share) + at(left + 1.0, top) * x_share;
    let lower = at(left, top + 1.0) * (1.0 - x_share) + at(left + 1.0, top + 1.0) * x_share;
    (upper * (1.0 - y_share) + lower * y_share) / 255.0
}

/// Mixes the line with its 3×3 dilation (`amount` > 0, once a pixel) or erosion (`amount` < 0).
fn change_strokes(line: &mut ShownLine, amount: f32) {
    let pick: fn(f32, f32) -> f32 = if amount > 0.0 { f32::max } else { f32::min };
    let mut left = amount.abs();
    while left > 0.0 {
        let changed = over_neighbours(line, pick);
        let share = left.min(1.0);
        line.pixels.iter_mut().zip(changed).for_each(|(pixel, changed)| *pixel += share * (changed - *pixel));
        left -= 1.0;
    }
}

/// A 3×3 box filter.
fn blur(line: &mut ShownLine) {
    let sums = over_neighbours(line, |a, b| a + b);
    line.pixels.iter_mut().zip(sums).for_each(|(pixel, sum)| *pixel = sum / 9.0);
}

/// Combines each pixel with its eight neighbours, border pixels repeated.
fn over_neighbours(line: &ShownLine, combine: impl Fn(f32, f32) -> f32) -> Vec<f32> {
    let width = line.width;
    let mut across = line.pixels.clone();
    for (row, out) in line.pixels.chunks_exact(width).zip(across.chunks_exact_mut(width)) {
        for x in 0..width {
            let (left, right) = (x.saturating_sub(1), (x + 1).min(width - 1));
            out[x] = combine(combine(row[left], row[x]), row[right]);
        }
    }
    let mut out = Vec::with_capacity(across.len());
    for y in 0..INPUT_ROWS {
        let (above, below) = (y.saturating_sub(1) * width, (y + 1).min(INPUT_ROWS - 1) * width);
        for x in 0..width {
            out.push(combine(combine(across[above + x], across[y * width + x]), across[below + x]));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar() -> CachedLine {
        let (width, mut pixels) = (80, vec![0u8; 80 * INPUT_ROWS]);
        for y in 20..44 {
            pixels[y * width + 38..y * width + 42].fill(255);
        }
        CachedLine { width, pixels, text: "l".to_owned() }
    }

    #[test]
    fn without_distortion_the_line_stays() {
        let line = bar();
        let shown = augment(&line, &AugmentationConfig::none(), 3);
        assert_eq!(shown.width, line.width);
        let same = shown.pixels.iter().zip(&line.pixels).all(|(a, b)| (a - f32::from(*b) / 255.0).abs() < 1e-6);
        assert!(same);
    }

    #[test]
    fn a_seed_gives_one_distortion_and_keeps_the_ink() {
        let line = bar();
        let config = AugmentationConfig::default();
        let ink = |shown: &ShownLine| shown.pixels.iter().sum::<f32>();
        let plain = ink(&augment(&line, &AugmentationConfig::none(), 0));
        for seed in 0..40 {
            let shown = augment(&line, &config, seed);
            assert_eq!(shown, augment(&line, &config, seed));
            assert_eq!(shown.pixels.len(), shown.width * INPUT_ROWS);
            assert_eq!(shown.width % WIDTH_MULTIPLE, 0);
            assert!(ink(&shown) > 0.2 * plain, "seed {seed} lost the ink");
        }
        assert_ne!(augment(&line, &config, 1), augment(&line, &config, 2));
    }

    #[test]
    fn a_marker_s_strokes_grow_by_one_to_three_pixels_a_side() {
        let line = bar();
        let config = AugmentationConfig { marker: 1.0, ..AugmentationConfig::none() };
        for seed in 0..20 {
            let shown = augment(&line, &config, seed);
            let width: f32 = shown.pixels[32 * line.width..33 * line.width].iter().sum();
            assert!((6.0..=10.0).contains(&width), "seed {seed}: {width} columns");
        }
    }

    #[test]
    fn what_is_hidden_is_grey_from_top_to_bottom() {
        let line = bar();
        let config = AugmentationConfig { erased: 1.0, ..AugmentationConfig::none() };
        let plain = augment(&line, &AugmentationConfig::none(), 0);
        let mut n_hidden = 0;
        for seed in 0..40 {
            let shown = augment(&line, &config, seed);
            for column in 0..line.width {
                let of = |line: &ShownLine| line.pixels.iter().copied().skip(column).step_by(line.width).collect();
                let (now, before): (Vec<f32>, Vec<f32>) = (of(&shown), of(&plain));
                let is_grey = now.iter().all(|&p| (p - now[0]).abs() < 1e-6 && (0.3..0.7).contains(&p));
                assert!(is_grey || now == before, "seed {seed}, column {column}");
                n_hidden += usize::from(is_grey);
            }
        }
        let part = n_hidden as f32 / (40 * line.width) as f32;
        assert!((0.2..0.6).contains(&part), "{part}");
    }

    #[test]
    fn letters_are_pulled_about_and_little() {
        let line = bar();
        let config = AugmentationConfig {
            probability: 1.0,
            x_scale: 0.0,
            zoom: 0.0,
            shear: 0.0,
            rotation: 0.0,
            shift_rows: 0.0,
            sine_warp: 0.0,
            elastic: 1.5,
            ..AugmentationConfig::none()
        };
        let still = augment(&line, &AugmentationConfig { elastic: 0.0, ..config }, 1);
        assert_eq!(still, augment(&line, &AugmentationConfig::none(), 1));
        for seed in 0..20 {
            let shown = augment(&line, &config, seed);
            assert_ne!(shown, still, "seed {seed}");
            let ink: f32 = shown.pixels.iter().sum();
            let kept: f32 = (30..50).map(|x| shown.pixels.iter().skip(x).step_by(line.width).sum::<f32>()).sum();
            assert!(kept > 0.99 * ink, "seed {seed}: ink came far from its place");
        }
    }
}
