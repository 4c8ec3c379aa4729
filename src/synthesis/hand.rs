//! A hand of its own for every line: slant, breadth, unsteadiness, a baseline that wanders.

use super::dice::{Dice, Wave};
use super::ink::Ink;
use crate::page::Point;

/// Bends the strokes of `ink` as another hand, or the same on another day, would have drawn them. Units stay
/// x-heights.
pub(super) fn rewrite(ink: &mut Ink, dice: &mut Dice) {
    jolt_strokes(ink, dice);
    let unsteadiness = if dice.chance(0.8) { dice.between(0.0, 0.06) } else { dice.between(0.06, 0.12) };
    let letter_waves = [Wave::in_plane(dice, 1.4, 1.5), Wave::in_plane(dice, 1.4, 1.5)];
    let line_wave = Wave::new(dice, 14.0);
    let wander = dice.between(0.0, 0.22);
    let size_wave = Wave::new(dice, 9.0);
    let size_change = dice.between(0.0, 0.09);
    let breadth = dice.log_between(0.75, 1.3);
    let slant_wave = Wave::new(dice, 20.0);
    let slant = dice.bell(0.17).clamp(-0.5, 0.5);
    let slant_change = dice.between(0.0, 0.06);
    let ascent = if dice.chance(0.3) { dice.log_between(0.85, 1.2) } else { 1.0 };
    ink.map(|p| {
        let (x, mut y) =
            (p.x + unsteadiness * letter_waves[0].at(p.x, p.y), p.y + unsteadiness * letter_waves[1].at(p.x, p.y));
        if !(-1.0..=0.0).contains(&y) {
            // Longer or shorter ascenders and descenders; the zone of the small letters stays.
            y = if y > 0.0 { y * ascent } else { -1.0 + (y + 1.0) * ascent };
        }
        y *= 1.0 + size_change * size_wave.at(p.x, 0.0);
        let lean = slant + slant_change * slant_wave.at(p.x, 0.0);
        Point::new(x * breadth - y * lean, y + wander * line_wave.at(p.x, 0.0))
    });
}

/// Shifts and turns each stroke a little about its middle; long joined strokes less.
fn jolt_strokes(ink: &mut Ink, dice: &mut Dice) {
    let strength = dice.between(0.0, 1.0);
    for stroke in &mut ink.strokes {
        let Some(middle) = stroke.get(stroke.len() / 2).copied() else { continue };
        let length: f32 = stroke.windows(2).map(|pair| pair[0].distance(pair[1])).sum();
        let turn = strength * dice.bell(0.06) / length.max(1.0);
        let (dx, dy) = (strength * dice.bell(0.04), strength * dice.bell(0.04));
        for point in stroke {
            let (x, y) = (point.x - middle.x, point.y - middle.y);
            *point = Point::new(middle.x + x - turn * y + dx, middle.y + y + turn * x + dy);
        }
    }
}
