//! The hand of one line: slant, width, tremor, a baseline that wanders, haste.
//!
//! The ranges below are in x-heights unless their sentence says otherwise. They were set by eye on contact sheets
//! against lines of IAM; no measurement is recorded.

use std::ops::Range;

use crate::{
    page::Point,
    synthesis::{
        ink::{Ink, Polyline},
        random::{LineRng, SmoothNoise},
    },
};

/// Share of the lines that are written in haste.
const HASTY: f32 = 0.25;
/// Length of a stroke over which haste averages its course, to either side of a point.
const CORNER_REACH: Range<f32> = 0.06..0.22;
/// Share of the hasty lines in which some strokes are joined.
const JOINING: f32 = 0.5;
/// Share of the neighbouring strokes that such a line joins.
const JOINED: Range<f32> = 0.0..0.6;
/// The largest distance between the end of a stroke and the start of the next that are joined.
const JOINED_GAP: f32 = 0.6;
/// Shorter strokes are dots and dashes, which are not joined.
const SHORTEST_JOINED: f32 = 0.6;
/// Distance between the points of a stroke whose corners are cut.
const STEP: f32 = 0.06;

/// Standard deviation of a stroke's shift along either axis, at full strength.
const STROKE_SHIFT: f32 = 0.04;
/// Standard deviation of a stroke's turn about its middle at full strength: radians times the stroke's length.
const STROKE_TURN: f32 = 0.06;

/// Share of the lines with the tremor of a steady hand.
const STEADY: f32 = 0.8;
/// Amplitude of a steady hand's tremor.
const STEADY_TREMOR: Range<f32> = 0.0..0.06;
/// Amplitude of an unsteady hand's tremor.
const UNSTEADY_TREMOR: Range<f32> = 0.06..0.12;
/// Wavelength of the tremor.
const TREMOR_LENGTH: f32 = 1.4;
/// Directions of the tremor's waves, in radians to either side of the x axis.
const TREMOR_SPREAD: f32 = 1.5;
/// Amplitude of the baseline's wander.
const WANDER: Range<f32> = 0.0..0.22;
/// Wavelength of the baseline's wander.
const WANDER_LENGTH: f32 = 14.0;
/// Change of the height along the line, as a share of it.
const HEIGHT_CHANGE: Range<f32> = 0.0..0.09;
/// Wavelength of that change.
const HEIGHT_LENGTH: f32 = 9.0;
/// Factor on the width of the whole line.
const X_SCALE: Range<f32> = 0.75..1.3;
/// Standard deviation of the slant, as a tangent.
const SLANT: f32 = 0.17;
/// The largest slant to either side, as a tangent.
const LARGEST_SLANT: f32 = 0.5;
/// Change of the slant along the line, as a tangent.
const SLANT_CHANGE: Range<f32> = 0.0..0.06;
/// Wavelength of that change.
const SLANT_LENGTH: f32 = 20.0;
/// Share of the lines whose ascenders and descenders are longer or shorter.
const OTHER_ASCENT: f32 = 0.3;
/// Factor on the length of their ascenders and descenders.
const ASCENT: Range<f32> = 0.85..1.2;

/// Bends the strokes of `ink` as another hand, or the same hand on another day, would have drawn them. Units stay
/// x-heights.
pub(crate) fn vary_hand(ink: &mut Ink, rng: &mut LineRng) {
    if rng.chance(HASTY) {
        write_hastily(ink, rng);
    }
    jitter_strokes(ink, rng);
    let variation = HandVariation::random(rng);
    ink.map(|p| variation.at(p));
}

/// How one hand on one day bends everything that it writes: a map of the plane in x-heights.
pub(crate) struct HandVariation {
    tremor: f32,
    tremor_noise: [SmoothNoise; 2],
    wander: f32,
    wander_noise: SmoothNoise,
    height_change: f32,
    height_noise: SmoothNoise,
    x_scale: f32,
    slant: f32,
    slant_change: f32,
    slant_noise: SmoothNoise,
    ascent: f32,
}

impl HandVariation {
    pub(crate) fn random(rng: &mut LineRng) -> Self {
        let tremor = if rng.chance(STEADY) { rng.uniform(STEADY_TREMOR) } else { rng.uniform(UNSTEADY_TREMOR) };
        let tremor_noise = [(); 2].map(|()| SmoothNoise::in_plane(rng, TREMOR_LENGTH, TREMOR_SPREAD));
        let wander_noise = SmoothNoise::new(rng, WANDER_LENGTH);
        let wander = rng.uniform(WANDER);
        let height_noise = SmoothNoise::new(rng, HEIGHT_LENGTH);
        let height_change = rng.uniform(HEIGHT_CHANGE);
        let x_scale = rng.log_uniform(X_SCALE);
        let slant_noise = SmoothNoise::new(rng, SLANT_LENGTH);
        let slant = rng.normal(SLANT).clamp(-LARGEST_SLANT, LARGEST_SLANT);
        let slant_change = rng.uniform(SLANT_CHANGE);
        let ascent = if rng.chance(OTHER_ASCENT) { rng.log_uniform(ASCENT) } else { 1.0 };
        Self {
            tremor,
            tremor_noise,
            wander,
            wander_noise,
            height_change,
            height_noise,
            x_scale,
            slant,
            slant_change,
            slant_noise,
            ascent,
        }
    }

    /// Factor on the width of everything.
    pub(crate) const fn x_scale(&self) -> f32 {
        self.x_scale
    }

    /// Where the hand puts what belongs at `p`; the baseline is y = 0.
    pub(crate) fn at(&self, p: Point) -> Point {
        let [dx, dy] = [0, 1].map(|axis| self.tremor * self.tremor_noise[axis].at(p.x, p.y));
        let (x, mut y) = (p.x + dx, p.y + dy);
        if !(-1.0..=0.0).contains(&y) {
            // Only ascenders and descenders change; the zone of the small letters stays.
            y = if y > 0.0 { y * self.ascent } else { -1.0 + (y + 1.0) * self.ascent };
        }
        y *= 1.0 + self.height_change * self.height_noise.at(p.x, 0.0);
        let shear = self.slant + self.slant_change * self.slant_noise.at(p.x, 0.0);
        Point::new(x * self.x_scale - y * shear, y + self.wander * self.wander_noise.at(p.x, 0.0))
    }
}

/// Shifts each stroke a little and turns it about its middle, long strokes less.
pub(crate) fn jitter_strokes(ink: &mut Ink, rng: &mut LineRng) {
    let strength = rng.uniform(0.0..1.0);
    for stroke in &mut ink.strokes {
        let Some(middle) = stroke.get(stroke.len() / 2).copied() else { continue };
        let turn = strength * rng.normal(STROKE_TURN) / length(stroke).max(1.0);
        let (dx, dy) = (strength * rng.normal(STROKE_SHIFT), strength * rng.normal(STROKE_SHIFT));
        for point in stroke {
            let (x, y) = (point.x - middle.x, point.y - middle.y);
            *point = Point::new(middle.x + x - turn * y + dx, middle.y + y + turn * x + dy);
        }
    }
}

/// Haste: corners are cut, and the pen is not always lifted between strokes.
pub(crate) fn write_hastily(ink: &mut Ink, rng: &mut LineRng) {
    let reach = rng.uniform(CORNER_REACH);
    let joined = if rng.chance(JOINING) { rng.uniform(JOINED) } else { 0.0 };
    let mut strokes: Vec<Polyline> = Vec::new();
    for stroke in ink.strokes.drain(..) {
        match strokes.last_mut() {
            Some(before) if is_joinable(before, &stroke) && rng.chance(joined) => before.extend(stroke),
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

/// Each point becomes the mean of the stroke over `reach` before and behind it; the ends stay.
fn without_corners(stroke: &[Point], reach: f32) -> Polyline {
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

/// Points on the polyline, `step` apart along it, and its end.
fn evenly_spaced(stroke: &[Point], step: f32) -> Polyline {
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
            write_hastily(&mut ink, &mut LineRng::new(1, index));
            ink.strokes.len()
        };
        let joined = (0..200).filter(|&index| n_strokes(index) == 1).count();
        assert!((10..60).contains(&joined), "{joined} of 200");
    }
}
