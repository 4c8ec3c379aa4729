//! Paper and boards, and the light on them: a canvas of ink becomes a grey image.

use image::{GrayImage, Luma};

use super::dice::{Dice, Grain, Wave};
use super::pen::Canvas;

/// What is written on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ground {
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
    fn any(dice: &mut Dice) -> Self {
        let all = [Self::Clean, Self::Plain, Self::Ruled, Self::Squared, Self::Whiteboard, Self::Blackboard];
        dice.weighted(&[0.34, 0.35, 0.13, 0.05, 0.11, 0.02]).map_or(Self::Clean, |i| all[i])
    }
}

/// The image of `canvas` on some ground, whose writing has small letters `x_height` pixels high on row `baseline`.
pub(super) fn expose(canvas: &Canvas, x_height: f32, baseline: f32, dice: &mut Dice) -> GrayImage {
    let ground = Ground::any(dice);
    let mut light = vec![1.0f32; canvas.coverage.len()];
    match ground {
        Ground::Ruled => rule(&mut light, canvas, x_height, baseline, dice),
        Ground::Squared => square(&mut light, canvas, x_height, baseline, dice),
        Ground::Whiteboard => smear(&mut light, canvas, x_height, dice),
        Ground::Clean | Ground::Plain | Ground::Blackboard => {}
    }
    let paper = match ground {
        Ground::Clean => 255.0,
        Ground::Blackboard => dice.between(20.0, 80.0),
        _ => dice.between(135.0, 250.0),
    };
    let ink = match ground {
        Ground::Blackboard => dice.between(150.0, 240.0) / paper,
        Ground::Clean => dice.between(0.0, 0.5),
        _ => dice.between(0.05, 0.62),
    };
    for (value, covered) in light.iter_mut().zip(&canvas.coverage) {
        *value *= 1.0 - covered * (1.0 - ink);
    }
    if ground != Ground::Clean {
        shade(&mut light, canvas, dice);
    }
    let noise = if ground == Ground::Clean && dice.chance(0.6) { 0.0 } else { dice.between(0.0, 6.0) };
    let mut grain = Grain::new(dice.seed());
    GrayImage::from_fn(canvas.width as u32, canvas.height as u32, |x, y| {
        let value = light[y as usize * canvas.width + x as usize] * paper + noise * grain.next();
        Luma([value.clamp(0.0, 255.0) as u8])
    })
}

/// Printed lines, one of them near the baseline, seldom quite level.
fn rule(light: &mut [f32], canvas: &Canvas, x_height: f32, baseline: f32, dice: &mut Dice) {
    let spacing = x_height * dice.between(2.2, 4.5);
    let offset = baseline + x_height * (dice.bell(0.15) + 0.1);
    let slope = dice.bell(0.008);
    draw_rows(light, canvas, offset, spacing, slope, &RuleLook::any(dice, x_height));
    if dice.chance(0.1) {
        let x = dice.between(0.0, canvas.width as f32);
        draw_columns(light, canvas, x, f32::INFINITY, slope, &RuleLook::any(dice, x_height));
    }
}

/// Squared paper.
fn square(light: &mut [f32], canvas: &Canvas, x_height: f32, baseline: f32, dice: &mut Dice) {
    let spacing = x_height * dice.between(1.2, 2.6);
    let slope = dice.bell(0.008);
    let look = RuleLook::any(dice, x_height);
    draw_rows(light, canvas, baseline + x_height * dice.bell(0.3), spacing, slope, &look);
    draw_columns(light, canvas, spacing * dice.between(0.0, 1.0), spacing, slope, &look);
}

struct RuleLook {
    radius: f32,
    darkness: f32,
}

impl RuleLook {
    fn any(dice: &mut Dice, x_height: f32) -> Self {
        Self { radius: (x_height * dice.between(0.015, 0.05)).max(0.3), darkness: dice.between(0.06, 0.3) }
    }
}

fn draw_rows(light: &mut [f32], canvas: &Canvas, offset: f32, spacing: f32, slope: f32, look: &RuleLook) {
    for (y, row) in light.chunks_exact_mut(canvas.width).enumerate() {
        for (x, value) in row.iter_mut().enumerate() {
            let height = y as f32 + 0.5 - offset - slope * (x as f32 - canvas.width as f32 / 2.0);
            let distance = (height - (height / spacing).round() * spacing).abs();
            *value *= 1.0 - look.darkness * (look.radius - distance + 0.5).clamp(0.0, 1.0);
        }
    }
}

fn draw_columns(light: &mut [f32], canvas: &Canvas, offset: f32, spacing: f32, slope: f32, look: &RuleLook) {
    for (y, row) in light.chunks_exact_mut(canvas.width).enumerate() {
        for (x, value) in row.iter_mut().enumerate() {
            let way = x as f32 + 0.5 - offset + slope * y as f32;
            let distance = if spacing.is_finite() { way - (way / spacing).round() * spacing } else { way }.abs();
            *value *= 1.0 - look.darkness * (look.radius - distance + 0.5).clamp(0.0, 1.0);
        }
    }
}

/// What the sponge left behind: broad faint streaks.
fn smear(light: &mut [f32], canvas: &Canvas, x_height: f32, dice: &mut Dice) {
    let wave = Wave::in_plane(dice, 4.0 * x_height, 1.5);
    let strength = dice.between(0.0, 0.07);
    for (y, row) in light.chunks_exact_mut(canvas.width).enumerate() {
        for (x, value) in row.iter_mut().enumerate().step_by(1) {
            *value *= 1.0 - strength * wave.at(x as f32, y as f32 * 2.0).max(0.0);
        }
    }
}

/// Light falls off across the paper; sometimes a shadow lies on it.
fn shade(light: &mut [f32], canvas: &Canvas, dice: &mut Dice) {
    let (width, height) = (canvas.width as f32, canvas.height as f32);
    let (fall_x, fall_y) = (dice.bell(0.06), dice.bell(0.03));
    let unevenness = dice.between(0.0, 0.04);
    let wave = Wave::new(dice, 500.0);
    let shadow = dice.chance(0.12).then(|| {
        let depth = dice.between(0.1, 0.45);
        let softness = dice.between(0.05, 1.5) * height;
        (dice.between(0.0, width), dice.bell(0.8), depth, softness)
    });
    let across: Vec<f32> =
        (0..canvas.width).map(|x| 1.0 + fall_x * (x as f32 / width - 0.5) + unevenness * wave.at(x as f32, 0.0)).collect();
    for (y, row) in light.chunks_exact_mut(canvas.width).enumerate() {
        let down = 1.0 + fall_y * (y as f32 / height - 0.5);
        for (x, value) in row.iter_mut().enumerate() {
            *value *= across[x] * down;
            if let Some((edge, lean, depth, softness)) = shadow {
                let inside = ((x as f32 - edge - lean * y as f32) / softness).clamp(-1.0, 1.0);
                *value *= 1.0 - depth * 0.5 * (1.0 + inside);
            }
        }
    }
}
