//! Strokes around writing on boards and in notes: underlines, boxes, bars, arrows, drawn with the same pen.
//!
//! Ranges are in x-heights unless their sentence says otherwise, and were set by eye on photographed boards; no
//! measurement is recorded.

use std::ops::Range;

use crate::{
    page::{Point, Rect},
    synthesis::{
        ink::Polyline,
        random::{LineRng, SmoothNoise},
    },
};

/// Distance of horizontal strokes above and below the writing.
const GAP: Range<f32> = 0.2..0.9;
/// Distance of upright strokes beside the writing: closer ones would be letters.
const SIDE_GAP: Range<f32> = 0.6..1.6;
/// How far a side reaches beyond the box's corner; negative where it ends before the corner.
const OVERSHOOT: Range<f32> = -0.2..0.6;
/// Length of the straight pieces that a stroke is drawn with.
const PIECE: f32 = 0.4;
/// The most pieces of a stroke.
const MOST_PIECES: f32 = 400.0;
/// Amplitude of a stroke's wobble.
const WOBBLE: Range<f32> = 0.0..0.09;
/// Wavelength of the wobble.
const WOBBLE_LENGTH: f32 = 9.0;
/// Directions of the wobble's waves, in radians to either side of the x axis: any direction.
const WOBBLE_SPREAD: f32 = 3.1;

/// Distance of an arrow's near end from the writing.
const ARROW_GAP: Range<f32> = 0.3..0.8;
/// Length of an arrow.
const ARROW_LENGTH: Range<f32> = 1.0..5.0;
/// Standard deviation of an arrow's slope against the axis that it runs along, as a tangent.
const ARROW_LEAN: f32 = 0.25;
/// Share of the arrows that point to the writing.
const ARROW_TO_WRITING: f32 = 0.6;
/// Length of an arrowhead along the arrow.
const BARB: Range<f32> = 0.3..0.6;
/// Slope of the two strokes of an arrowhead against the arrow, as tangents.
const BARB_SLOPES: [f32; 2] = [0.6, -0.6];

/// Strokes around writing that fills `bounds`, in pixels: close to it, hardly touching it. The line's image cuts them
/// off as the crop of a real line does.
pub(crate) fn around(bounds: Rect, x_height: f32, rng: &mut LineRng) -> Vec<Polyline> {
    let mut gap = |range: Range<f32>| rng.log_uniform(range) * x_height;
    let (left, right) = (bounds.x0 - gap(SIDE_GAP), bounds.x1 + gap(SIDE_GAP));
    let (top, bottom) = (bounds.y0 - gap(GAP), bounds.y1 + gap(GAP));
    let corners = [[left, top], [right, top], [right, bottom], [left, bottom]].map(Point::from);
    let sides = |wanted: &[usize], rng: &mut LineRng| -> Vec<Polyline> {
        wanted.iter().map(|&side| side_line(corners[side], corners[(side + 1) % 4], x_height, rng)).collect()
    };
    match rng.count(0, 9) {
        0..=3 => sides(&[2], rng),
        4..=6 => sides(&[0, 1, 2, 3], rng),
        7 => {
            let side = rng.count(0, 3);
            sides(&[side, (side + 1) % 4], rng)
        }
        8 => {
            let side = if rng.chance(0.5) { 1 } else { 3 };
            sides(&[side], rng)
        }
        _ => arrow(bounds, x_height, rng),
    }
}

/// A side of a box, which need not end at the corners.
fn side_line(from: Point, to: Point, x_height: f32, rng: &mut LineRng) -> Polyline {
    let length = from.distance(to).max(1.0);
    let along = |share: f32| Point::new(from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share);
    let overshoot = x_height / length;
    let (start, end) = (-overshoot * rng.uniform(OVERSHOOT), 1.0 + overshoot * rng.uniform(OVERSHOOT));
    line(along(start), along(end), x_height, rng)
}

/// A stroke that is not quite straight.
fn line(from: Point, to: Point, x_height: f32, rng: &mut LineRng) -> Polyline {
    let n = (from.distance(to) / (PIECE * x_height)).ceil().clamp(2.0, MOST_PIECES) as usize;
    let wobble = SmoothNoise::in_plane(rng, WOBBLE_LENGTH * x_height, WOBBLE_SPREAD);
    let reach = rng.uniform(WOBBLE) * x_height;
    let at = |i: usize| {
        let share = i as f32 / n as f32;
        let p = Point::new(from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share);
        let shift = reach * wobble.at(p.x, p.y);
        Point::new(p.x + shift, p.y + shift)
    };
    (0..=n).map(at).collect()
}

/// An arrow to the writing or away from it, on any of its four sides.
fn arrow(bounds: Rect, x_height: f32, rng: &mut LineRng) -> Vec<Polyline> {
    let (near, length) = (rng.uniform(ARROW_GAP) * x_height, rng.uniform(ARROW_LENGTH) * x_height);
    let middle = bounds.center();
    let (dx, dy, near_point) = match rng.count(0, 3) {
        0 => (-1.0, 0.0, Point::new(bounds.x0 - near, middle.y)),
        1 => (1.0, 0.0, Point::new(bounds.x1 + near, middle.y)),
        2 => (0.0, -1.0, Point::new(middle.x, bounds.y0 - near)),
        _ => (0.0, 1.0, Point::new(middle.x, bounds.y1 + near)),
    };
    let lean = rng.normal(ARROW_LEAN);
    let far = Point::new(near_point.x + length * (dx - dy * lean), near_point.y + length * (dy + dx * lean));
    let (head, sign) = if rng.chance(ARROW_TO_WRITING) { (near_point, 1.0) } else { (far, -1.0) };
    let barb = rng.uniform(BARB) * x_height;
    let side = |turn: f32| {
        let end = Point::new(head.x + sign * barb * (dx - dy * turn), head.y + sign * barb * (dy + dx * turn));
        line(head, end, x_height, rng)
    };
    let mut strokes: Vec<Polyline> = BARB_SLOPES.map(side).into();
    strokes.push(line(near_point, far, x_height, rng));
    strokes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strokes_stand_around_writing_and_not_in_it() {
        let bounds = Rect::new(100.0, 50.0, 300.0, 90.0);
        let inner = Rect::new(101.0, 51.0, 299.0, 89.0);
        let near = Rect::new(100.0 - 260.0, 50.0 - 260.0, 300.0 + 260.0, 90.0 + 260.0);
        for index in 0..300 {
            let strokes = around(bounds, 20.0, &mut LineRng::new(4, index));
            assert!(!strokes.is_empty());
            for point in strokes.iter().flatten() {
                assert!(!inner.contains(*point) && near.contains(*point), "{point:?} in line {index}");
            }
        }
    }
}
