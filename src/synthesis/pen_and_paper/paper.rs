//! Paper and boards, and the light on them: a canvas of ink becomes a grey image.

use image::GrayImage;

use super::pen::Canvas;
use crate::synthesis::random::{Grain, LineRng, Wave};

/// What is written on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ground {
    /// A scan cleaned to white.
    Clean,
    Plain,
    Ruled,
    Squared,
    Whiteboard,
    /// Light writing on dark.
    Blackboard,
}

impl Ground {
    pub(crate) fn any(rng: &mut LineRng) -> Self {
        let all = [Self::Clean, Self::Plain, Self::Ruled, Self::Squared, Self::Whiteboard, Self::Blackboard];
        rng.weighted(&[0.36, 0.35, 0.12, 0.04, 0.11, 0.02]).map_or(Self::Clean, |i| all[i])
    }

    /// Whether it is written on with markers or chalk.
    pub(super) fn is_board(self) -> bool {
        matches!(self, Self::Whiteboard | Self::Blackboard)
    }

    /// Luminance of the paper, 0 to 255.
    fn paper(self, rng: &mut LineRng) -> f32 {
        match self {
            Self::Clean => 255.0,
            Self::Blackboard => rng.between(20.0, 80.0),
            _ => 255.0 - rng.between(2.0, 11.0).powi(2),
        }
    }

    /// Luminance of the ink against the paper's.
    fn ink(self, paper: f32, rng: &mut LineRng) -> f32 {
        match self {
            Self::Blackboard => rng.between(150.0, 240.0) / paper,
            Self::Clean => rng.between(0.0, 0.55),
            _ => rng.between(0.05, 0.62),
        }
    }
}

/// The image of `canvas` on `ground`, whose writing has small letters `x_height` pixels high on row `baseline`.
pub(super) fn expose(canvas: &Canvas, ground: Ground, x_height: f32, baseline: f32, rng: &mut LineRng) -> GrayImage {
    let paper = ground.paper(rng);
    let ink = ground.ink(paper, rng);
    let mut light: Vec<f32> = canvas.coverage.iter().map(|covered| paper * (1.0 - covered * (1.0 - ink))).collect();
    let writing = Writing { x_height, baseline, contrast: (1.0 - ink).abs() };
    match ground {
        Ground::Ruled => rule(&mut light, canvas, writing, rng),
        Ground::Squared => square(&mut light, canvas, writing, rng),
        Ground::Whiteboard => {
            smear(&mut light, canvas.width, x_height, rng);
            if rng.chance(0.3) {
                glare(&mut light, canvas, rng);
            }
        }
        Ground::Clean | Ground::Plain | Ground::Blackboard => {}
    }
    if ground != Ground::Clean {
        shade(&mut light, canvas, rng);
    }
    let noise = if ground == Ground::Clean && rng.chance(0.6) { 0.0 } else { rng.between(0.0, 6.0) };
    let mut grain = Grain::new(rng.seed());
    let pixels = light.iter().map(|value| (value + noise * grain.next()) as u8).collect();
    GrayImage::from_raw(canvas.width as u32, canvas.height as u32, pixels).unwrap_or_default()
}

/// What printed lines keep to: the writing's x-height and baseline in pixels, and the part of the light that ink takes.
#[derive(Clone, Copy)]
struct Writing {
    x_height: f32,
    baseline: f32,
    contrast: f32,
}

/// How printed lines look: always paler than the ink.
struct RuleLook {
    /// Half their width, in pixels.
    radius: f32,
    /// Part of the light that they take.
    darkness: f32,
}

impl RuleLook {
    fn any(rng: &mut LineRng, x_height: f32, contrast: f32) -> Self {
        Self {
            radius: (x_height * rng.between(0.015, 0.05)).max(0.3),
            darkness: (contrast * rng.between(0.1, 0.7)).min(0.45),
        }
    }

    /// What is left of the light at `distance` pixels from a line's middle.
    fn light_at(&self, distance: f32) -> f32 {
        1.0 - self.darkness * (self.radius - distance + 0.5).clamp(0.0, 1.0)
    }
}

/// Ruled paper: printed lines, one of them near the baseline, seldom quite level; sometimes a margin.
fn rule(light: &mut [f32], canvas: &Canvas, writing: Writing, rng: &mut LineRng) {
    let Writing { x_height, baseline, contrast } = writing;
    let spacing = x_height * rng.between(2.2, 4.5);
    // Many hands stand on the rule itself.
    let lift = if rng.chance(0.5) { rng.normal(0.04) } else { 0.1 + rng.normal(0.15) };
    let first = baseline + x_height * lift;
    let slope = rng.normal(0.006);
    let look = RuleLook::any(rng, x_height, contrast);
    draw_rows(light, canvas, (first, spacing), slope, &look);
    if rng.chance(0.1) {
        let margin = rng.between(0.0, canvas.width as f32);
        draw_columns(light, canvas.width, &[margin], &look);
    }
}

/// Squared paper.
fn square(light: &mut [f32], canvas: &Canvas, writing: Writing, rng: &mut LineRng) {
    let Writing { x_height, baseline, contrast } = writing;
    let spacing = x_height * rng.between(1.2, 2.6);
    let look = RuleLook::any(rng, x_height, contrast);
    draw_rows(light, canvas, (baseline + x_height * rng.normal(0.3), spacing), rng.normal(0.006), &look);
    let first = spacing * rng.between(0.0, 1.0);
    let n = (canvas.width as f32 / spacing) as usize + 1;
    let middles: Vec<f32> = (0..n).map(|i| first + i as f32 * spacing).collect();
    draw_columns(light, canvas.width, &middles, &look);
}

/// Draws the lines `first + k · spacing` that cross the canvas, rising by `slope`.
fn draw_rows(light: &mut [f32], canvas: &Canvas, (first, spacing): (f32, f32), slope: f32, look: &RuleLook) {
    let reach = look.radius + 0.5;
    let middle = canvas.width as f32 / 2.0;
    for x in 0..canvas.width {
        let offset = first + slope * (x as f32 - middle);
        let mut row = offset - (offset / spacing).floor() * spacing;
        while row < canvas.height as f32 {
            for y in (row - reach).max(0.0) as usize..((row + reach).ceil() as usize).min(canvas.height) {
                light[y * canvas.width + x] *= look.light_at((y as f32 + 0.5 - row).abs());
            }
            row += spacing;
        }
    }
}

/// Draws upright lines over the whole height.
fn draw_columns(light: &mut [f32], width: usize, middles: &[f32], look: &RuleLook) {
    let reach = look.radius + 0.5;
    for row in light.chunks_exact_mut(width) {
        for &middle in middles {
            let first = ((middle - reach).max(0.0) as usize).min(width);
            let end = ((middle + reach).ceil() as usize).clamp(first, width);
            for (x, value) in (first..).zip(&mut row[first..end]) {
                *value *= look.light_at((x as f32 + 0.5 - middle).abs());
            }
        }
    }
}

/// What the sponge left behind: broad faint streaks.
fn smear(light: &mut [f32], width: usize, x_height: f32, rng: &mut LineRng) {
    let (along, across) = (Wave::new(rng, 8.0 * x_height), Wave::new(rng, 1.5 * x_height));
    let strength = rng.between(0.0, 0.07);
    let columns: Vec<f32> = (0..width).map(|x| strength * along.at(x as f32, 0.0).max(0.0)).collect();
    for (y, row) in light.chunks_exact_mut(width).enumerate() {
        let here = across.at(y as f32, 0.0).max(0.0);
        for (value, column) in row.iter_mut().zip(&columns) {
            *value *= 1.0 - column * here;
        }
    }
}

/// A lamp's reflection: a soft round spot where the board is white and the ink pale.
fn glare(light: &mut [f32], canvas: &Canvas, rng: &mut LineRng) {
    let strength = rng.between(0.2, 0.6);
    let radius = canvas.height as f32 * rng.between(0.4, 1.5);
    let (middle_x, middle_y) = (rng.between(0.0, canvas.width as f32), canvas.height as f32 * rng.between(-0.3, 1.3));
    let fall_off = |distance: f32| (-0.5 * (distance / radius).powi(2)).exp();
    let columns: Vec<f32> = (0..canvas.width).map(|x| strength * fall_off(x as f32 - middle_x)).collect();
    for (y, row) in light.chunks_exact_mut(canvas.width).enumerate() {
        let here = fall_off(y as f32 - middle_y);
        for (value, column) in row.iter_mut().zip(&columns) {
            *value += column * here * (255.0 - *value);
        }
    }
}

/// Light falls off across the paper; sometimes a shadow lies on it.
fn shade(light: &mut [f32], canvas: &Canvas, rng: &mut LineRng) {
    let (width, height) = (canvas.width as f32, canvas.height as f32);
    let (fall_x, fall_y) = (rng.normal(0.06), rng.normal(0.03));
    let unevenness = rng.between(0.0, 0.04);
    let wave = Wave::new(rng, 500.0);
    let across: Vec<f32> = (0..canvas.width)
        .map(|x| 1.0 + fall_x * (x as f32 / width - 0.5) + unevenness * wave.at(x as f32, 0.0))
        .collect();
    for (y, row) in light.chunks_exact_mut(canvas.width).enumerate() {
        let down = 1.0 + fall_y * (y as f32 / height - 0.5);
        for (value, across) in row.iter_mut().zip(&across) {
            // Brighter than white is white.
            *value = (*value * across * down).min(255.0);
        }
    }
    if rng.chance(0.08) {
        cast_shadow(light, canvas, rng);
    }
}

/// The shadow of a hand or a telephone over one side, its edge softer than the writing.
fn cast_shadow(light: &mut [f32], canvas: &Canvas, rng: &mut LineRng) {
    let depth = rng.between(0.08, 0.35);
    let softness = rng.between(0.7, 3.0) * canvas.height as f32;
    let (edge, lean) = (rng.between(0.0, canvas.width as f32), rng.normal(0.8));
    for (y, row) in light.chunks_exact_mut(canvas.width).enumerate() {
        for (x, value) in row.iter_mut().enumerate() {
            let inside = ((x as f32 - edge - lean * y as f32) / softness).clamp(-1.0, 1.0);
            *value *= 1.0 - depth * 0.5 * (1.0 + inside);
        }
    }
}
