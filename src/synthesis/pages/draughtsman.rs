//! Shapes drawn by hand: lines that are not quite straight, corners that do not quite meet.
//!
//! Lengths are in x-heights and were set by eye on photographed diagrams; no measurement is recorded.

use std::f32::consts::TAU;
use std::ops::Range;

use crate::{
    page::{Point, Rect},
    synthesis::{
        ink::Polyline,
        random::{LineRng, SmoothNoise},
    },
};

/// Distance between the points of a stroke.
const STEP: f32 = 0.5;
/// Share of the people who draw with a ruler.
const RULER: f32 = 0.15;
/// Amplitude of the wobble of a free hand.
const WOBBLE: Range<f32> = 0.02..0.22;
/// Wavelengths of the wobble.
const WOBBLE_LENGTH: Range<f32> = 4.0..16.0;
/// How far sides reach beyond a corner; negative where they end before it.
const OVERSHOOT: Range<f32> = -0.25..0.7;
/// Share of the people who draw each side of a box as a stroke of its own.
const SIDE_BY_SIDE: f32 = 0.4;
/// Share of the people who draw outlines twice.
const TWICE: f32 = 0.08;

/// One way of drawing.
pub(super) struct Draughtsman {
    wobble: f32,
    overshoot: f32,
    is_side_by_side: bool,
    is_twice: bool,
}

impl Draughtsman {
    pub(super) fn random(rng: &mut LineRng) -> Self {
        let wobble = if rng.chance(RULER) { 0.0 } else { rng.uniform(WOBBLE) };
        Self {
            wobble,
            overshoot: rng.uniform(0.0..1.0),
            is_side_by_side: rng.chance(SIDE_BY_SIDE),
            is_twice: rng.chance(TWICE),
        }
    }

    /// One stroke through `points`.
    pub(super) fn stroke(&self, points: &[Point], rng: &mut LineRng) -> Polyline {
        let length = rng.log_uniform(WOBBLE_LENGTH);
        let noise = [(); 2].map(|()| SmoothNoise::in_plane(rng, length, 3.1));
        let amplitude = self.wobble * rng.uniform(0.3..1.3);
        dense(points, STEP)
            .into_iter()
            .map(|p| Point::new(p.x + amplitude * noise[0].at(p.x, p.y), p.y + amplitude * noise[1].at(p.x, p.y)))
            .collect()
    }

    pub(super) fn line(&self, from: Point, to: Point, rng: &mut LineRng) -> Polyline {
        self.stroke(&[from, to], rng)
    }

    /// A closed outline with corners.
    pub(super) fn polygon(&self, corners: &[Point], rng: &mut LineRng) -> Vec<Polyline> {
        let mut strokes = Vec::new();
        for _ in 0..if self.is_twice { 2 } else { 1 } {
            if self.is_side_by_side {
                for (index, &from) in corners.iter().enumerate() {
                    strokes.push(self.side(from, corners[(index + 1) % corners.len()], rng));
                }
            } else {
                let mut way = corners.to_vec();
                let start = way[0];
                let slip = self.overshoot * 0.4;
                way.push(Point::new(start.x + rng.normal(slip), start.y + rng.normal(slip)));
                strokes.push(self.stroke(&way, rng));
            }
        }
        strokes
    }

    fn side(&self, from: Point, to: Point, rng: &mut LineRng) -> Polyline {
        let length = from.distance(to).max(0.5);
        let along = |share: f32| Point::new(from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share);
        let mut beyond = || self.overshoot * rng.uniform(OVERSHOOT) / length;
        let (before, behind) = (beyond(), beyond());
        self.line(along(-before), along(1.0 + behind), rng)
    }

    pub(super) fn rectangle(&self, area: Rect, rng: &mut LineRng) -> Vec<Polyline> {
        let lean = self.wobble * 2.0;
        let corners = area.corners().map(|p| Point::new(p.x + rng.normal(lean), p.y + rng.normal(lean)));
        self.polygon(&corners, rng)
    }

    /// A rectangle with corners rounded by `radius`, as one stroke.
    pub(super) fn rounded(&self, area: Rect, radius: f32, rng: &mut LineRng) -> Vec<Polyline> {
        let r = radius.min(0.5 * area.width()).min(0.5 * area.height());
        let mut points = Vec::new();
        let centres = [
            (area.x1 - r, area.y0 + r, -0.25),
            (area.x1 - r, area.y1 - r, 0.0),
            (area.x0 + r, area.y1 - r, 0.25),
            (area.x0 + r, area.y0 + r, 0.5),
        ];
        for (x, y, start) in centres {
            points.extend((0..=4).map(|i| {
                let angle = (start + i as f32 / 16.0) * TAU;
                Point::new(x + r * angle.cos(), y + r * angle.sin())
            }));
        }
        let turn = rng.count(0, points.len() - 1);
        points.rotate_left(turn);
        let slip = 0.15 * self.overshoot;
        points.push(Point::new(points[0].x + rng.normal(slip), points[0].y + rng.normal(slip)));
        vec![self.stroke(&points, rng)]
    }

    /// An ellipse that ends about where it began.
    pub(super) fn ellipse(&self, area: Rect, rng: &mut LineRng) -> Polyline {
        let beyond = rng.uniform(-0.04..0.16) * (0.3 + self.overshoot);
        self.arc(area, rng.uniform(0.0..TAU), TAU * (1.0 + beyond), rng)
    }

    /// A part of an ellipse from the angle `start` over `turn` radians.
    pub(super) fn arc(&self, area: Rect, start: f32, turn: f32, rng: &mut LineRng) -> Polyline {
        let (centre, a, b) = (area.center(), 0.5 * area.width(), 0.5 * area.height());
        let drift = 1.0 + rng.normal(0.03) * self.overshoot;
        let n = ((a + b) * turn.abs() / STEP).ceil().clamp(8.0, 200.0) as usize;
        let points: Vec<Point> = (0..=n)
            .map(|i| {
                let share = i as f32 / n as f32;
                let (sin, cos) = (start + share * turn).sin_cos();
                let grown = 1.0 + (drift - 1.0) * share;
                Point::new(centre.x + a * grown * cos, centre.y + b * grown * sin)
            })
            .collect();
        self.stroke(&points, rng)
    }

    pub(super) fn diamond(&self, area: Rect, rng: &mut LineRng) -> Vec<Polyline> {
        let c = area.center();
        let corners = [[c.x, area.y0], [area.x1, c.y], [c.x, area.y1], [area.x0, c.y]].map(Point::from);
        self.polygon(&corners, rng)
    }

    /// A quadratic Bézier curve.
    pub(super) fn curve(&self, from: Point, over: Point, to: Point, rng: &mut LineRng) -> Polyline {
        self.stroke(&bezier(from, over, to), rng)
    }

    /// A wavy stroke through random turns inside of `area`.
    pub(super) fn scribble(&self, area: Rect, n_turns: usize, rng: &mut LineRng) -> Polyline {
        let points: Vec<Point> = (0..n_turns.max(3))
            .map(|_| Point::new(rng.uniform(area.x0..area.x1), rng.uniform(area.y0..area.y1)))
            .collect();
        self.stroke(&rounded_off(&points), rng)
    }

    /// Parallel strokes over `area`.
    pub(super) fn hatching(&self, area: Rect, distance: f32, rng: &mut LineRng) -> Vec<Polyline> {
        let lean = rng.uniform(-1.0..1.0);
        let shift = lean * area.height();
        let n = ((area.width() + shift.abs()) / distance).clamp(2.0, 60.0) as usize;
        let mut strokes = Vec::new();
        for i in 0..n {
            let x = area.x0 - shift.max(0.0) + i as f32 * distance;
            let at = |share: f32| Point::new(x + shift * share, area.y1 - share * area.height());
            let inside = |p: Point| p.x >= area.x0 && p.x <= area.x1;
            let shares: Vec<f32> = (0..=20).map(|k| k as f32 / 20.0).filter(|&s| inside(at(s))).collect();
            if let (Some(&first), Some(&last)) = (shares.first(), shares.last())
                && last > first
            {
                strokes.push(self.line(at(first), at(last), rng));
            }
        }
        strokes
    }
}

/// Points on a quadratic Bézier curve.
pub(super) fn bezier(from: Point, over: Point, to: Point) -> Vec<Point> {
    let n = ((from.distance(over) + over.distance(to)) / STEP).ceil().clamp(6.0, 200.0) as usize;
    (0..=n)
        .map(|i| {
            let t = i as f32 / n as f32;
            let (a, b, c) = ((1.0 - t) * (1.0 - t), 2.0 * t * (1.0 - t), t * t);
            Point::new(a * from.x + b * over.x + c * to.x, a * from.y + b * over.y + c * to.y)
        })
        .collect()
}

/// `points` with corners replaced by curves.
fn rounded_off(points: &[Point]) -> Vec<Point> {
    let middle = |a: Point, b: Point| Point::new(f32::midpoint(a.x, b.x), f32::midpoint(a.y, b.y));
    let mut way = vec![points[0]];
    for three in points.windows(3) {
        way.extend(bezier(middle(three[0], three[1]), three[1], middle(three[1], three[2])));
    }
    way
}

/// Points on the polyline, at most `step` apart, corners kept.
pub(super) fn dense(points: &[Point], step: f32) -> Polyline {
    let Some(&first) = points.first() else { return Vec::new() };
    let mut out = vec![first];
    for pair in points.windows(2) {
        let n = (pair[0].distance(pair[1]) / step).ceil().clamp(1.0, 600.0) as usize;
        out.extend((1..=n).map(|i| {
            let share = i as f32 / n as f32;
            Point::new(pair[0].x + share * (pair[1].x - pair[0].x), pair[0].y + share * (pair[1].y - pair[0].y))
        }));
    }
    out
}
