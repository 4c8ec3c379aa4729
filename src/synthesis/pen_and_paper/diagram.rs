//! What stands around writing on boards and in notes: underlines, boxes, bars, arrows, drawn with the same pen.

use crate::{
    page::{Point, Rect},
    synthesis::{
        ink::Stroke,
        random::{LineRng, Wave},
    },
};

/// Strokes near writing that fills `bounds`, in pixels; they come close to it and hardly touch it. What leaves the
/// line's image is cut off there, as the crop of a real line cuts it.
pub(crate) fn around(bounds: Rect, x_height: f32, rng: &mut LineRng) -> Vec<Stroke> {
    // An upright stroke close to the letters would be one of them.
    let (left, right) = (bounds.x0 - wide_gap(rng) * x_height, bounds.x1 + wide_gap(rng) * x_height);
    let (top, bottom) = (bounds.y0 - gap(rng) * x_height, bounds.y1 + gap(rng) * x_height);
    let corners = [[left, top], [right, top], [right, bottom], [left, bottom]].map(Point::from);
    let sides = |wanted: &[usize], rng: &mut LineRng| -> Vec<Stroke> {
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

/// Between writing and what stands around it, in x-heights.
fn gap(rng: &mut LineRng) -> f32 {
    rng.log_between(0.2, 0.9)
}

/// Beside writing, in x-heights.
fn wide_gap(rng: &mut LineRng) -> f32 {
    rng.log_between(0.6, 1.6)
}

/// A side of a box: it may begin early and end late, and is seldom quite straight or level.
fn side_line(from: Point, to: Point, x_height: f32, rng: &mut LineRng) -> Stroke {
    let length = from.distance(to).max(1.0);
    let along = |share: f32| Point::new(from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share);
    let overshoot = x_height / length;
    let (start, end) = (-overshoot * rng.between(-0.2, 0.6), 1.0 + overshoot * rng.between(-0.2, 0.6));
    line(along(start), along(end), x_height, rng)
}

fn line(from: Point, to: Point, x_height: f32, rng: &mut LineRng) -> Stroke {
    let n = (from.distance(to) / (0.4 * x_height)).ceil().clamp(2.0, 400.0) as usize;
    let wobble = Wave::in_plane(rng, 9.0 * x_height, 3.1);
    let reach = rng.between(0.0, 0.09) * x_height;
    let at = |i: usize| {
        let share = i as f32 / n as f32;
        let p = Point::new(from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share);
        let shift = reach * wobble.at(p.x, p.y);
        Point::new(p.x + shift, p.y + shift)
    };
    (0..=n).map(at).collect()
}

/// An arrow to the writing or away from it, beside it, above or below.
fn arrow(bounds: Rect, x_height: f32, rng: &mut LineRng) -> Vec<Stroke> {
    let (near, length) = (rng.between(0.3, 0.8) * x_height, rng.between(1.0, 5.0) * x_height);
    let middle = bounds.center();
    let (dx, dy, near_point) = match rng.count(0, 3) {
        0 => (-1.0, 0.0, Point::new(bounds.x0 - near, middle.y)),
        1 => (1.0, 0.0, Point::new(bounds.x1 + near, middle.y)),
        2 => (0.0, -1.0, Point::new(middle.x, bounds.y0 - near)),
        _ => (0.0, 1.0, Point::new(middle.x, bounds.y1 + near)),
    };
    let lean = rng.normal(0.25);
    let far = Point::new(near_point.x + length * (dx - dy * lean), near_point.y + length * (dy + dx * lean));
    let (head, sign) = if rng.chance(0.6) { (near_point, 1.0) } else { (far, -1.0) };
    let barb = rng.between(0.3, 0.6) * x_height;
    let side = |turn: f32| {
        let end = Point::new(head.x + sign * barb * (dx - dy * turn), head.y + sign * barb * (dy + dx * turn));
        line(head, end, x_height, rng)
    };
    let mut strokes: Vec<Stroke> = [0.6, -0.6].map(side).into();
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
