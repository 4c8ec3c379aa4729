//! Distorts normalized lines, so that a network meets more hands, pens and papers than the data hold.

use rand::{RngExt as _, SeedableRng as _};
use rand_xoshiro::Xoshiro256PlusPlus;
use serde::{Deserialize, Serialize};

use super::CachedLine;
use crate::imaging::{INPUT_ROWS, MAX_INPUT_WIDTH, WIDTH_MULTIPLE};

/// How strongly lines are distorted. Each distortion is drawn anew for every line; angles are tangents.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AugmentationConfig {
    /// Part of the lines that are distorted in shape; the others keep theirs.
    pub probability: f32,
    /// Width times 1 ± this.
    pub stretch: f32,
    /// Size times 1 ± this.
    pub zoom: f32,
    /// Largest slant added, to either side.
    pub shear: f32,
    /// Largest rise or fall.
    pub rotation: f32,
    /// Largest shift up or down, in rows.
    pub shift_rows: f32,
    /// Largest amplitude of the wavy displacement, in pixels.
    pub wave: f32,
    /// Part of the lines whose strokes are made thicker or thinner.
    pub stroke_probability: f32,
    /// Largest change of contrast and gamma, in powers of two.
    pub contrast: f32,
    /// Largest standard deviation of the noise, where 1 is full ink.
    pub noise: f32,
    /// Part of the lines that are blurred.
    pub blur_probability: f32,
}

impl Default for AugmentationConfig {
    fn default() -> Self {
        Self {
            probability: 0.8,
            stretch: 0.2,
            zoom: 0.12,
            shear: 0.35,
            rotation: 0.02,
            shift_rows: 3.0,
            wave: 1.6,
            stroke_probability: 0.4,
            contrast: 0.5,
            noise: 0.06,
            blur_probability: 0.15,
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
        let (zoom, stretch) = (1.0 + within(config.zoom), 1.0 + within(config.stretch));
        // Upright and slanted hands are both common: half of the lines get little shear.
        let shear = within(config.shear) * within(1.0).abs();
        let (rotation, shift) = (within(config.rotation), within(config.shift_rows));
        let mut wave = || Wave {
            amplitude: within(config.wave),
            frequency: std::f32::consts::TAU / (120.0 + 80.0 * within(1.0)),
            phase: within(std::f32::consts::PI),
        };
        let waves = [wave(), wave()];
        Self { x_scale: zoom * stretch, y_scale: zoom, shear, rotation, shift, waves }
    }

    fn apply(&self, line: &CachedLine) -> ShownLine {
        let slant_room = (self.shear.abs() * INPUT_ROWS as f32 * 0.5).ceil();
        let width = ((line.width as f32 * self.x_scale + slant_room) as usize).clamp(8, MAX_INPUT_WIDTH);
        let width = width.next_multiple_of(WIDTH_MULTIPLE);
        // Half a line's rotation moves its ends: long lines are turned less, so that they stay inside.
        let rotation = self.rotation * (300.0 / width as f32).min(1.0);
        let (x_middle, y_middle) = (width as f32 / 2.0, INPUT_ROWS as f32 / 2.0);
        let source_middle = line.width as f32 / 2.0;
        let mut pixels = Vec::with_capacity(INPUT_ROWS * width);
        for row in 0..INPUT_ROWS {
            let y = row as f32 + 0.5 - y_middle - self.shift;
            for column in 0..width {
                let x = column as f32 + 0.5 - x_middle;
                let from_x = (x + self.shear * y) / self.x_scale + self.waves[0].at(x, y) + source_middle - 0.5;
                let from_y = (y + rotation * x) / self.y_scale + self.waves[1].at(x, y) + y_middle - 0.5;
                pixels.push(sample(line, from_x, from_y));
            }
        }
        ShownLine { width, pixels }
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
}
