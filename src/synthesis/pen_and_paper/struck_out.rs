//! Words that were written by mistake and struck out.
//!
//! Numbers are in x-heights: the baseline is 0, small letters reach up to −1. They were set by eye; no measurement is
//! recorded.

use std::ops::Range;

use crate::{
    page::{Point, Rect},
    synthesis::{
        ink::{Ink, Polyline},
        random::LineRng,
    },
};

/// Narrower words would not be seen as words.
const LEAST_WIDTH: f32 = 1.0;
/// The middle of the small letters, which words are struck through at.
const MIDDLE: f32 = -0.5;
/// Standard deviation of a bar's ends up or down.
const BAR_TILT: f32 = 0.18;
/// How far a bar reaches beyond the word.
const BAR_OVERSHOOT: Range<f32> = 0.0..0.3;
/// Points of a bar.
const BAR_PIECES: usize = 6;
/// Standard deviation of a bar's points up or down.
const BAR_WOBBLE: f32 = 0.04;
/// Distance between the turns of a zigzag.
const ZIGZAG_STEP: Range<f32> = 0.15..0.5;
/// Rows between which a zigzag runs.
const ZIGZAG_ROWS: [f32; 2] = [-1.05, 0.05];
/// Standard deviation of a zigzag's turns along x and y.
const ZIGZAG_WOBBLE: [f32; 2] = [0.05, 0.12];
/// Distance between the turns of a coil.
const COIL_PITCH: Range<f32> = 0.2..0.45;
/// Half the width and half the height of a coil's turn.
const COIL_RADII: [f32; 2] = [0.4, 0.55];
/// Points of one turn of a coil.
const COIL_POINTS: f32 = 8.0;
/// Standard deviation of a coil's points along x and y.
const COIL_WOBBLE: [f32; 2] = [0.02, 0.04];

/// `word` with a pen drawn through it; `None` for a word narrower than [`LEAST_WIDTH`].
pub(crate) fn struck_out(word: &[Polyline], rng: &mut LineRng) -> Option<Ink> {
    let bounds = Rect::around(word.iter().flatten().copied()).filter(|b| b.x1 - b.x0 > LEAST_WIDTH)?;
    let mut strokes = word.to_vec();
    match rng.count(0, 2) {
        0 => strokes.extend((0..rng.count(1, 3)).map(|_| bar(bounds, rng))),
        1 => strokes.push(zigzag(bounds, rng)),
        _ => strokes.push(coil(bounds, rng)),
    }
    Some(Ink { strokes, areas: Vec::new() })
}

/// A line through the small letters.
fn bar(bounds: Rect, rng: &mut LineRng) -> Polyline {
    let (start, end) = (MIDDLE + rng.normal(BAR_TILT), MIDDLE + rng.normal(BAR_TILT));
    let (left, right) = (bounds.x0 - rng.uniform(BAR_OVERSHOOT), bounds.x1 + rng.uniform(BAR_OVERSHOOT));
    (0..=BAR_PIECES)
        .map(|i| {
            let share = i as f32 / BAR_PIECES as f32;
            Point::new(left + share * (right - left), start + share * (end - start) + rng.normal(BAR_WOBBLE))
        })
        .collect()
}

fn zigzag(bounds: Rect, rng: &mut LineRng) -> Polyline {
    let step = rng.uniform(ZIGZAG_STEP);
    let n = ((bounds.x1 - bounds.x0) / step).ceil() as usize + 1;
    (0..=n)
        .map(|i| {
            let row = ZIGZAG_ROWS[i % 2];
            Point::new(bounds.x0 + i as f32 * step + rng.normal(ZIGZAG_WOBBLE[0]), row + rng.normal(ZIGZAG_WOBBLE[1]))
        })
        .collect()
}

/// A coil along the word.
fn coil(bounds: Rect, rng: &mut LineRng) -> Polyline {
    let pitch = rng.uniform(COIL_PITCH);
    let n = ((bounds.x1 - bounds.x0) / pitch * COIL_POINTS) as usize;
    (0..=n)
        .map(|i| {
            let angle = i as f32 / COIL_POINTS * std::f32::consts::TAU;
            let x = bounds.x0 + i as f32 / COIL_POINTS * pitch + COIL_RADII[0] * angle.sin();
            Point::new(
                x + rng.normal(COIL_WOBBLE[0]),
                MIDDLE - COIL_RADII[1] * angle.cos() + rng.normal(COIL_WOBBLE[1]),
            )
        })
        .collect()
}
