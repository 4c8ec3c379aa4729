//! Uneven light: fall-off, shadows, and on whiteboards smears and glare.
//!
//! Lengths are in canvas heights unless their sentence says otherwise. The numbers were set by eye on photographed
//! pages and boards; no measurement is recorded.

use std::ops::Range;

use super::canvas::Canvas;
use crate::synthesis::random::{LineRng, SmoothNoise};

/// The largest luminance.
const WHITE: f32 = 255.0;

/// Wavelengths of a smear along the line and across it, in x-heights.
const SMEAR_LENGTHS: [f32; 2] = [8.0, 1.5];
/// The largest share of the light that a smear takes.
const SMEAR: Range<f32> = 0.0..0.07;

/// Share of the way to white in the middle of a reflection.
const GLARE: Range<f32> = 0.2..0.6;
/// Standard deviation of a reflection, whose shape is a Gaussian.
const GLARE_RADIUS: Range<f32> = 0.4..1.5;
/// Row of a reflection's middle.
const GLARE_ROW: Range<f32> = -0.3..1.3;

/// Standard deviation of the change of light over the canvas along x and along y, as a share of it.
const FALL_OFF: [f32; 2] = [0.06, 0.03];
/// Amplitude of the unevenness along x, as a share of the light.
const UNEVENNESS: Range<f32> = 0.0..0.04;
/// Wavelength of the unevenness, in pixels.
const UNEVENNESS_LENGTH: f32 = 500.0;

/// Share of the photographed lines with a shadow.
const SHADOWED: f32 = 0.08;
/// Share of the light that a shadow takes.
const SHADOW: Range<f32> = 0.08..0.35;
/// Half the width of a shadow's edge.
const SHADOW_EDGE: Range<f32> = 0.7..3.0;
/// Standard deviation of the slope of a shadow's edge, in columns a row.
const SHADOW_LEAN: f32 = 0.8;

/// Broad faint streaks that a sponge left on a whiteboard.
pub(crate) fn smear(light: &mut [f32], width: usize, x_height: f32, rng: &mut LineRng) {
    let [along, across] = SMEAR_LENGTHS.map(|length| SmoothNoise::new(rng, length * x_height));
    let strength = rng.uniform(SMEAR);
    let columns: Vec<f32> = (0..width).map(|x| strength * along.at(x as f32, 0.0).max(0.0)).collect();
    for (y, row) in light.chunks_exact_mut(width).enumerate() {
        let here = across.at(y as f32, 0.0).max(0.0);
        for (value, column) in row.iter_mut().zip(&columns) {
            *value *= 1.0 - column * here;
        }
    }
}

/// The reflection of a lamp: a soft round spot in which the board is white and the ink pale.
pub(crate) fn glare(light: &mut [f32], canvas: &Canvas, rng: &mut LineRng) {
    let strength = rng.uniform(GLARE);
    let radius = canvas.height as f32 * rng.uniform(GLARE_RADIUS);
    let (middle_x, middle_y) = (rng.uniform(0.0..canvas.width as f32), canvas.height as f32 * rng.uniform(GLARE_ROW));
    let fall_off = |distance: f32| (-0.5 * (distance / radius).powi(2)).exp();
    let columns: Vec<f32> = (0..canvas.width).map(|x| strength * fall_off(x as f32 - middle_x)).collect();
    for (y, row) in light.chunks_exact_mut(canvas.width).enumerate() {
        let here = fall_off(y as f32 - middle_y);
        for (value, column) in row.iter_mut().zip(&columns) {
            *value += column * here * (WHITE - *value);
        }
    }
}

/// Light falls off across the paper; on some lines a shadow lies on it.
pub(super) fn shade(light: &mut [f32], canvas: &Canvas, rng: &mut LineRng) {
    let (width, height) = (canvas.width as f32, canvas.height as f32);
    let (fall_x, fall_y) = (rng.normal(FALL_OFF[0]), rng.normal(FALL_OFF[1]));
    let unevenness = rng.uniform(UNEVENNESS);
    let wave = SmoothNoise::new(rng, UNEVENNESS_LENGTH);
    let across: Vec<f32> = (0..canvas.width)
        .map(|x| 1.0 + fall_x * (x as f32 / width - 0.5) + unevenness * wave.at(x as f32, 0.0))
        .collect();
    for (y, row) in light.chunks_exact_mut(canvas.width).enumerate() {
        let down = 1.0 + fall_y * (y as f32 / height - 0.5);
        for (value, across) in row.iter_mut().zip(&across) {
            *value = (*value * across * down).min(WHITE);
        }
    }
    if rng.chance(SHADOWED) {
        cast_shadow(light, canvas, rng);
    }
}

/// The shadow of a hand or a phone over one side; its edge is softer than the writing.
fn cast_shadow(light: &mut [f32], canvas: &Canvas, rng: &mut LineRng) {
    let depth = rng.uniform(SHADOW);
    let softness = rng.uniform(SHADOW_EDGE) * canvas.height as f32;
    let (edge, lean) = (rng.uniform(0.0..canvas.width as f32), rng.normal(SHADOW_LEAN));
    for (y, row) in light.chunks_exact_mut(canvas.width).enumerate() {
        for (x, value) in row.iter_mut().enumerate() {
            let inside = ((x as f32 - edge - lean * y as f32) / softness).clamp(-1.0, 1.0);
            *value *= 1.0 - depth * 0.5 * (1.0 + inside);
        }
    }
}
