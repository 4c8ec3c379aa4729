//! Words that were written by mistake and struck out.

use crate::{
    page::{Point, Rect},
    synthesis::{
        ink::{Ink, Stroke},
        random::LineRng,
    },
};

/// `word` with a pen drawn through it; `None` for a word too short to be seen as one.
pub(crate) fn struck_out(word: &[Stroke], rng: &mut LineRng) -> Option<Ink> {
    let bounds = Rect::around(word.iter().flatten().copied()).filter(|b| b.x1 - b.x0 > 1.0)?;
    let mut strokes = word.to_vec();
    match rng.count(0, 2) {
        0 => strokes.extend((0..rng.count(1, 3)).map(|_| bar(bounds, rng))),
        1 => strokes.push(zigzag(bounds, rng)),
        _ => strokes.push(loops(bounds, rng)),
    }
    Some(Ink { strokes, areas: Vec::new() })
}

/// A line through the small letters.
fn bar(bounds: Rect, rng: &mut LineRng) -> Stroke {
    let (start, end) = (-0.5 + rng.normal(0.18), -0.5 + rng.normal(0.18));
    let (left, right) = (bounds.x0 - rng.between(0.0, 0.3), bounds.x1 + rng.between(0.0, 0.3));
    (0..=6)
        .map(|i| {
            let part = i as f32 / 6.0;
            Point::new(left + part * (right - left), start + part * (end - start) + rng.normal(0.04))
        })
        .collect()
}

fn zigzag(bounds: Rect, rng: &mut LineRng) -> Stroke {
    let step = rng.between(0.15, 0.5);
    let n = ((bounds.x1 - bounds.x0) / step).ceil() as usize + 1;
    (0..=n)
        .map(|i| {
            let row = if i % 2 == 0 { -1.05 } else { 0.05 };
            Point::new(bounds.x0 + i as f32 * step + rng.normal(0.05), row + rng.normal(0.12))
        })
        .collect()
}

/// A coil along the word.
fn loops(bounds: Rect, rng: &mut LineRng) -> Stroke {
    let pitch = rng.between(0.2, 0.45);
    let n = ((bounds.x1 - bounds.x0) / pitch * 8.0) as usize;
    (0..=n)
        .map(|i| {
            let angle = i as f32 / 8.0 * std::f32::consts::TAU;
            let x = bounds.x0 + i as f32 / 8.0 * pitch + 0.4 * angle.sin();
            Point::new(x + rng.normal(0.02), -0.5 - 0.55 * angle.cos() + rng.normal(0.04))
        })
        .collect()
}
