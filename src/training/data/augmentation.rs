//! Distorts normalized lines, so that a network meets more hands, pens and papers than the data hold.

use rand::{RngExt as _, SeedableRng as _};
use rand_xoshiro::Xoshiro256PlusPlus;
use serde::{Deserialize, Serialize};

use super::line_cache::CachedLine;
use crate::imaging::{INPUT_ROWS, MAX_INPUT_WIDTH, WIDTH_MULTIPLE};

/// How strongly lines are distorted. Each distortion is drawn anew for every line; angles are tangents.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AugmentationConfig {
    /// Part of the lines that are distorted in shape; the others keep theirs.
    pub probability: f32,
    /// Width times 1 ± this.
    #[serde(alias = "stretch")]
    pub x_scale: f32,
    /// Size times 1 ± this.
    pub zoom: f32,
    /// Largest slant added, to either side.
    pub shear: f32,
    /// Largest rise or fall.
    pub rotation: f32,
    /// Largest shift up or down, in rows.
    pub shift_rows: f32,
    /// Largest amplitude of the wavy displacement, in pixels.
    #[serde(alias = "wave")]
    pub sine_warp: f32,
    /// Pixels that letters are pulled about by, each otherwise than its neighbours: the standard deviation of a grid's knots
    /// at most.
    #[serde(alias = "pull")]
    pub elastic: f32,
    /// Part of the lines whose strokes are made thicker or thinner.
    pub stroke_probability: f32,
    /// Largest change of contrast and gamma, in powers of two.
    pub contrast: f32,
    /// Largest standard deviation of the noise, where 1 is full ink.
    pub noise: f32,
    /// Part of the lines that are blurred.
    pub blur_probability: f32,
    /// Up to this part of a line is hidden behind grey bars about as wide as a letter.
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
            contrast: 0.5,
            noise: 0.06,
            blur_probability: 0.15,
            erased: 0.0,
        }
    }
}

impl AugmentationConfig {
    /// Leaves lines as they are.
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

/// A line as the network is shown it: `[row, column]`, 64 rows, 0 paper to 1 ink.
#[derive(Clone, Debug, PartialEq)]
pub struct ShownLine {
    /// Columns, a multiple of four.
    pub width: usize,
    /// `[row, column]`.
    pub pixels: Vec<f32>,
}

/// Distorts `line` by `config`; the same `seed` gives the same distortion.
pub fn augment(line: &CachedLine, config: &AugmentationConfig, seed: u64) -> ShownLine {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut shown = if random.random::<f32>() < config.probability {
        Warp::draw(config, &mut random).apply(line)
    } else {
        ShownLine { width: line.width, pixels: line.pixels.iter().map(|&p| f32::from(p) / 255.0).collect() }
    };
    if random.random::<f32>() < config.stroke_probability {
        let amount = random.random_range(-0.7..=0.9f32);
        change_strokes(&mut shown, amount);
    }
    if random.random::<f32>() < config.blur_probability {
        blur(&mut shown);
    }
    let (gamma, gain) = (power_of_two(config.contrast, &mut random), power_of_two(0.6 * config.contrast, &mut random));
    let noise = config.noise * random.random::<f32>().powi(2);
    for pixel in &mut shown.pixels {
        let grain = noise * (random.random::<f32>() + random.random::<f32>() + random.random::<f32>() - 1.5) * 2.0;
        *pixel = (pixel.powf(gamma) * gain + grain).clamp(0.0, 1.0);
    }
    if config.erased > 0.0 {
        let part = config.erased * random.random::<f32>();
        hide(&mut shown, part, &mut random);
    }
    shown
}

fn power_of_two(exponent: f32, random: &mut Xoshiro256PlusPlus) -> f32 {
    if exponent > 0.0 { random.random_range(-exponent..=exponent).exp2() } else { 1.0 }
}

/// A change of shape: where each shown pixel is taken from.
struct Warp {
    x_scale: f32,
    y_scale: f32,
    shear: f32,
    rotation: f32,
    shift: f32,
    waves: [Wave; 2],
    elastic: f32,
    /// Draws the grid's knots once the width is known.
    elastic_seed: u64,
}

/// A displacement that swings along the line.
struct Wave {
    amplitude: f32,
    frequency: f32,
    phase: f32,
}

impl Wave {
    fn at(&self, x: f32, y: f32) -> f32 {
        self.amplitude * (self.frequency * x + 0.03 * y + self.phase).sin()
    }
}

impl Warp {
    fn draw(config: &AugmentationConfig, random: &mut Xoshiro256PlusPlus) -> Self {
        let mut within = |range: f32| random.random_range(-range..=range);
        let (zoom, stretch) = (1.0 + within(config.zoom), 1.0 + within(config.x_scale));
        // Upright and slanted hands are both common: half of the lines get little shear.
        let shear = within(config.shear) * within(1.0).abs();
        let (rotation, shift) = (within(config.rotation), within(config.shift_rows));
        let mut wave = || Wave {
            amplitude: within(config.sine_warp),
            frequency: std::f32::consts::TAU / (120.0 + 80.0 * within(1.0)),
            phase: within(std::f32::consts::PI),
        };
        let waves = [wave(), wave()];
        let (mut elastic, mut elastic_seed) = (0.0, 0);
        if config.elastic > 0.0 {
            (elastic, elastic_seed) = (config.elastic * random.random::<f32>(), random.random());
        }
        Self { x_scale: zoom * stretch, y_scale: zoom, shear, rotation, shift, waves, elastic, elastic_seed }
    }

    fn apply(&self, line: &CachedLine) -> ShownLine {
        let slant_room = (self.shear.abs() * INPUT_ROWS as f32 * 0.5).ceil();
        let width = ((line.width as f32 * self.x_scale + slant_room) as usize).clamp(8, MAX_INPUT_WIDTH);
        let width = width.next_multiple_of(WIDTH_MULTIPLE);
        // Half a line's rotation moves its ends: long lines are turned less, so that they stay inside.
        let rotation = self.rotation * (300.0 / width as f32).min(1.0);
        let (x_middle, y_middle) = (width as f32 / 2.0, INPUT_ROWS as f32 / 2.0);
        let source_middle = line.width as f32 / 2.0;
        let pulls = [0, 1].map(|axis| Pulls::draw(self.elastic, width, self.elastic_seed ^ axis));
        let mut pixels = Vec::with_capacity(INPUT_ROWS * width);
        for row in 0..INPUT_ROWS {
            let y = row as f32 + 0.5 - y_middle - self.shift;
            for column in 0..width {
                let x = column as f32 + 0.5 - x_middle;
                let from_x = (x + self.shear * y) / self.x_scale + self.waves[0].at(x, y) + source_middle - 0.5;
                let from_y = (y + rotation * x) / self.y_scale + self.waves[1].at(x, y) + y_middle - 0.5;
                let [x_pull, y_pull] = [0, 1].map(|axis| pulls[axis].at(row, column));
                pixels.push(sample(line, from_x + x_pull, from_y + y_pull));
            }
        }
        ShownLine { width, pixels }
    }
}

/// Rows and columns between the knots of the grid that letters are pulled by.
const PULL_KNOTS: (usize, usize) = (16, 20);

/// How far pixels are taken from elsewhere along one axis: drawn at the knots of a grid, smooth between them.
struct Pulls {
    /// `[row, column]`; empty where nothing is pulled.
    knots: Vec<f32>,
    n_columns: usize,
}

impl Pulls {
    fn draw(strength: f32, width: usize, seed: u64) -> Self {
        let n_columns = width / PULL_KNOTS.1 + 2;
        if strength == 0.0 {
            return Self { knots: Vec::new(), n_columns };
        }
        let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
        // Twelve uniform numbers sum to nearly a normal one of variance 1.
        let mut normal = || (0..12).map(|_| random.random::<f32>()).sum::<f32>() - 6.0;
        let n_knots = (INPUT_ROWS / PULL_KNOTS.0 + 1) * n_columns;
        Self { knots: (0..n_knots).map(|_| strength * normal()).collect(), n_columns }
    }

    fn at(&self, row: usize, column: usize) -> f32 {
        if self.knots.is_empty() {
            return 0.0;
        }
        let place = |at: usize, step: usize| (at / step, smooth((at % step) as f32 / step as f32));
        let ((top, down), (left, along)) = (place(row, PULL_KNOTS.0), place(column, PULL_KNOTS.1));
        let between = |row: usize| {
            let [one, next] = [left, left + 1].map(|column| self.knots[row * self.n_columns + column]);
            one + along * (next - one)
        };
        let (upper, lower) = (between(top), between(top + 1));
        upper + down * (lower - upper)
    }
}

/// From 0 to 1 without corners at either end.
fn smooth(part: f32) -> f32 {
    part * part * (3.0 - 2.0 * part)
}

/// Columns of a bar that hides, at least and below.
const BAR_WIDTHS: (usize, usize) = (6, 26);

/// Lays grey bars over about this part of the line. Grey, because what is hidden behind white would teach to read letters
/// where there are none.
fn hide(line: &mut ShownLine, part: f32, random: &mut Xoshiro256PlusPlus) {
    let n_bars = (part * line.width as f32 * 2.0 / (BAR_WIDTHS.0 + BAR_WIDTHS.1) as f32).round() as usize;
    for _ in 0..n_bars {
        let left = random.random_range(0..line.width);
        let right = (left + random.random_range(BAR_WIDTHS.0..BAR_WIDTHS.1)).min(line.width);
        let grey = random.random_range(0.3..0.7f32);
        for row in line.pixels.chunks_exact_mut(line.width) {
            row[left..right].fill(grey);
        }
    }
}

/// Linear between pixels, paper outside.
fn sample(line: &CachedLine, x: f32, y: f32) -> f32 {
    let (left, top) = (x.floor(), y.floor());
    let (x_part, y_part) = (x - left, y - top);
    let at = |column: f32, row: f32| {
        let inside = (0.0..line.width as f32).contains(&column) && (0.0..INPUT_ROWS as f32).contains(&row);
        if inside { f32::from(line.pixels[row as usize * line.width + column as usize]) } else { 0.0 }
    };
    let upper = at(left, top) * (1.0 - x_part) + at(left + 1.0, top) * x_part;
    let lower = at(left, top + 1.0) * (1.0 - x_part) + at(left + 1.0, top + 1.0) * x_part;
    (upper * (1.0 - y_part) + lower * y_part) / 255.0
}

/// Mixes the line with its 3×3 dilation (`amount` above 0) or erosion (below).
fn change_strokes(line: &mut ShownLine, amount: f32) {
    let pick: fn(f32, f32) -> f32 = if amount > 0.0 { f32::max } else { f32::min };
    let changed = over_neighbours(line, pick);
    let amount = amount.abs();
    line.pixels.iter_mut().zip(changed).for_each(|(pixel, changed)| *pixel += amount * (changed - *pixel));
}

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
