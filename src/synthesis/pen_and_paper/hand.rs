//! A hand of its own for every line: slant, breadth, unsteadiness, a baseline that wanders.

use crate::{
    page::Point,
    synthesis::{
        ink::{Ink, Stroke},
        random::{LineRng, Wave},
    },
};

/// Part of the lines that are written in haste.
const HASTY: f32 = 0.25;
/// Strokes no farther apart than this are sometimes joined in haste, in x-heights.
const JOINED_GAP: f32 = 0.6;
/// Shorter strokes are dots and dashes, which are not.
const SHORTEST_JOINED: f32 = 0.6;
/// How far apart points lie where corners are cut.
const STEP: f32 = 0.06;

/// Bends the strokes of `ink` as another hand, or the same on another day, would have drawn them. Units stay
/// x-heights.
pub(crate) fn rewrite(ink: &mut Ink, rng: &mut LineRng) {
    if rng.chance(HASTY) {
        hurry(ink, rng);
    }
    jolt_strokes(ink, rng);
    let unsteadiness = if rng.chance(0.8) { rng.between(0.0, 0.06) } else { rng.between(0.06, 0.12) };
    let letter_waves = [Wave::in_plane(rng, 1.4, 1.5), Wave::in_plane(rng, 1.4, 1.5)];
    let line_wave = Wave::new(rng, 14.0);
    let wander = rng.between(0.0, 0.22);
    let size_wave = Wave::new(rng, 9.0);
    let size_change = rng.between(0.0, 0.09);
    let breadth = rng.log_between(0.75, 1.3);
    let slant_wave = Wave::new(rng, 20.0);
    let slant = rng.normal(0.17).clamp(-0.5, 0.5);
    let slant_change = rng.between(0.0, 0.06);
    let ascent = if rng.chance(0.3) { rng.log_between(0.85, 1.2) } else { 1.0 };
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
fn jolt_strokes(ink: &mut Ink, rng: &mut LineRng) {
    let strength = rng.between(0.0, 1.0);
    for stroke in &mut ink.strokes {
        let Some(middle) = stroke.get(stroke.len() / 2).copied() else { continue };
        let length: f32 = stroke.windows(2).map(|pair| pair[0].distance(pair[1])).sum();
        let turn = strength * rng.normal(0.06) / length.max(1.0);
        let (dx, dy) = (strength * rng.normal(0.04), strength * rng.normal(0.04));
        for point in stroke {
            let (x, y) = (point.x - middle.x, point.y - middle.y);
            *point = Point::new(middle.x + x - turn * y + dx, middle.y + y + turn * x + dy);
        }
    }
}

/// As a hasty hand writes the same: corners are cut, and the pen is not always lifted between strokes.
fn hurry(ink: &mut Ink, rng: &mut LineRng) {
    let reach = rng.between(0.06, 0.22);
    let joins = if rng.chance(0.5) { rng.between(0.0, 0.6) } else { 0.0 };
    let mut strokes: Vec<Stroke> = Vec::new();
    for stroke in ink.strokes.drain(..) {
        match strokes.last_mut() {
            Some(before) if is_joinable(before, &stroke) && rng.chance(joins) => before.extend(stroke),
            _ => strokes.push(stroke),
        }
    }
    ink.strokes = strokes.iter().map(|stroke| without_corners(stroke, reach)).collect();
}

fn is_joinable(before: &[Point], after: &[Point]) -> bool {
    let near = before.last().zip(after.first()).is_some_and(|(end, start)| end.distance(*start) < JOINED_GAP);
    near && length(before) > SHORTEST_JOINED && length(after) > SHORTEST_JOINED
}

fn length(stroke: &[Point]) -> f32 {
    stroke.windows(2).map(|pair| pair[0].distance(pair[1])).sum()
}

/// The mean of the way up to `reach` before and behind every place; the ends stay.
fn without_corners(stroke: &[Point], reach: f32) -> Stroke {
    let points = evenly_spaced(stroke, STEP);
    let last = points.len().saturating_sub(1);
    (0..points.len())
        .map(|i| {
            let n = ((reach / STEP).round() as usize).min(i).min(last - i);
            let near = &points[i - n..=i + n];
            let (x, y) = near.iter().fold((0.0, 0.0), |(x, y), p| (x + p.x, y + p.y));
            Point::new(x / near.len() as f32, y / near.len() as f32)
        })
        .collect()
}

/// Points on the polyline, `step` apart on the way, and its end.
fn evenly_spaced(stroke: &[Point], step: f32) -> Stroke {
    let (Some(&first), Some(&last)) = (stroke.first(), stroke.last()) else { return Vec::new() };
    let mut points = vec![first];
    let mut to_go = step;
    for pair in stroke.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        let length = from.distance(to);
        let mut way = to_go;
        while way < length {
            let part = way / length;
            points.push(Point::new(from.x + part * (to.x - from.x), from.y + part * (to.y - from.y)));
            way += step;
        }
        to_go = way - length;
    }
    points.push(last);
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn haste_cuts_corners_and_keeps_ends() {
        let corner = vec![Point::new(0.0, 0.0), Point::new(1.0, -1.0), Point::new(2.0, 0.0)];
        let cut = without_corners(&corner, 0.3);
        let top = cut.iter().map(|p| p.y).fold(f32::INFINITY, f32::min);
        assert!((-0.95..-0.8).contains(&top), "{top}");
        assert_eq!((cut.first(), cut.last()), (corner.first(), corner.last()));
        assert!(without_corners(&corner[..1], 0.3).len() <= 2 && without_corners(&[], 0.3).is_empty());
    }

    #[test]
    fn haste_joins_letters_but_neither_dots_nor_words() {
        let bar = |x: f32| vec![Point::new(x, -1.0), Point::new(x, 0.0), Point::new(x + 0.2, 0.0)];
        let dot = vec![Point::new(0.3, -1.3), Point::new(0.3, -1.25)];
        assert!(!is_joinable(&bar(0.0), &dot) && !is_joinable(&bar(0.0), &bar(3.0)));
        let turned = vec![Point::new(0.5, 0.0), Point::new(0.5, -1.0)];
        assert!(is_joinable(&bar(0.0), &turned));
        let n_strokes = |index| {
            let mut ink = Ink { strokes: vec![bar(0.0), turned.clone()], areas: Vec::new() };
            hurry(&mut ink, &mut LineRng::new(1, index));
            ink.strokes.len()
        };
        let joined = (0..200).filter(|&index| n_strokes(index) == 1).count();
        assert!((10..60).contains(&joined), "{joined} of 200");
    }
}
