//! Printed lines and squares on paper.
//!
//! Lengths are in x-heights unless their sentence says otherwise, and were set by eye on photographed pages; no
//! measurement is recorded.

use std::ops::Range;

use super::canvas::Canvas;
use crate::synthesis::random::LineRng;

/// Half the width of a printed line.
const RADIUS: Range<f32> = 0.015..0.05;
/// The least half width of a printed line, in pixels.
const LEAST_RADIUS: f32 = 0.3;
/// Share of the ink's contrast that a printed line has.
const DARKNESS: Range<f32> = 0.1..0.7;
/// The largest share of the light that a printed line takes.
const MOST_DARKNESS: f32 = 0.45;
/// Standard deviation of the slope of printed lines, as a tangent.
const SLOPE: f32 = 0.006;

/// Distance between the rules of ruled paper.
const RULE_SPACING: Range<f32> = 2.2..4.5;
/// Share of the ruled lines whose writing stands on the rule itself.
const WRITTEN_ON_RULE: f32 = 0.5;
/// Standard deviation of the distance between baseline and rule where it does.
const ON_RULE: f32 = 0.04;
/// Mean distance of the rule below the baseline where it does not.
const ABOVE_RULE: f32 = 0.1;
/// Standard deviation of that distance.
const ABOVE_RULE_SPREAD: f32 = 0.15;
/// Share of the ruled lines that a margin line crosses.
const MARGIN: f32 = 0.1;

/// Side of a square.
const SQUARE_SIDE: Range<f32> = 1.2..2.6;
/// Standard deviation of the distance between baseline and the nearest printed line on squared paper.
const SQUARE_SHIFT: f32 = 0.3;

/// The writing that printed lines are fitted to.
#[derive(Clone, Copy)]
pub(super) struct Writing {
    /// Height of small letters, in pixels.
    pub(super) x_height: f32,
    /// Row of the baseline, in pixels.
    pub(super) baseline: f32,
    /// Share of the light that ink takes, 0 to 1.
    pub(super) contrast: f32,
}

/// How printed lines style: they are always paler than the ink.
struct RulingStyle {
    /// Half their width, in pixels.
    radius: f32,
    /// Share of the light that they take, 0 to 1.
    darkness: f32,
}

impl RulingStyle {
    fn random(rng: &mut LineRng, x_height: f32, contrast: f32) -> Self {
        Self {
            radius: (x_height * rng.uniform(RADIUS)).max(LEAST_RADIUS),
            darkness: (contrast * rng.uniform(DARKNESS)).min(MOST_DARKNESS),
        }
    }

    /// The share of the light that is left `distance` pixels from a line's middle.
    fn light_at(&self, distance: f32) -> f32 {
        1.0 - self.darkness * (self.radius - distance + 0.5).clamp(0.0, 1.0)
    }
}

/// Ruled paper: printed lines, one of them near the baseline, not quite level; on some a margin line.
pub(super) fn rule(light: &mut [f32], canvas: &Canvas, writing: Writing, rng: &mut LineRng) {
    let Writing { x_height, baseline, contrast } = writing;
    let spacing = x_height * rng.uniform(RULE_SPACING);
    let drop =
        if rng.chance(WRITTEN_ON_RULE) { rng.normal(ON_RULE) } else { ABOVE_RULE + rng.normal(ABOVE_RULE_SPREAD) };
    let first = baseline + x_height * drop;
    let slope = rng.normal(SLOPE);
    let style = RulingStyle::random(rng, x_height, contrast);
    draw_rows(light, canvas, (first, spacing), slope, &style);
    if rng.chance(MARGIN) {
        let margin = rng.uniform(0.0..canvas.width as f32);
        draw_columns(light, canvas.width, &[margin], &style);
    }
}

/// Squared paper.
pub(super) fn square(light: &mut [f32], canvas: &Canvas, writing: Writing, rng: &mut LineRng) {
    let Writing { x_height, baseline, contrast } = writing;
    let spacing = x_height * rng.uniform(SQUARE_SIDE);
    let style = RulingStyle::random(rng, x_height, contrast);
    draw_rows(light, canvas, (baseline + x_height * rng.normal(SQUARE_SHIFT), spacing), rng.normal(SLOPE), &style);
    let first = spacing * rng.uniform(0.0..1.0);
    let n = (canvas.width as f32 / spacing) as usize + 1;
    let middles: Vec<f32> = (0..n).map(|i| first + i as f32 * spacing).collect();
    draw_columns(light, canvas.width, &middles, &style);
}

/// Draws the lines at rows `first + k · spacing` that cross the canvas; `slope` is rows a column.
fn draw_rows(light: &mut [f32], canvas: &Canvas, (first, spacing): (f32, f32), slope: f32, style: &RulingStyle) {
    let reach = style.radius + 0.5;
    let middle = canvas.width as f32 / 2.0;
    for x in 0..canvas.width {
        let offset = first + slope * (x as f32 - middle);
        let mut row = offset - (offset / spacing).floor() * spacing;
        while row < canvas.height as f32 {
            for y in (row - reach).max(0.0) as usize..((row + reach).ceil() as usize).min(canvas.height) {
                light[y * canvas.width + x] *= style.light_at((y as f32 + 0.5 - row).abs());
            }
            row += spacing;
        }
    }
}

/// Draws upright lines at columns `middles` over the whole height.
fn draw_columns(light: &mut [f32], width: usize, middles: &[f32], style: &RulingStyle) {
    let reach = style.radius + 0.5;
    for row in light.chunks_exact_mut(width) {
        for &middle in middles {
            let first = ((middle - reach).max(0.0) as usize).min(width);
            let end = ((middle + reach).ceil() as usize).clamp(first, width);
            for (x, value) in (first..).zip(&mut row[first..end]) {
                *value *= style.light_at((x as f32 + 0.5 - middle).abs());
            }
        }
    }
}
