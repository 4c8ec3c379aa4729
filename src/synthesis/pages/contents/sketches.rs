//! Sketches, doodles and icons: drawings without any writing.
//!
//! Lengths are in x-heights and were set by eye; no measurement is recorded.

use super::nodes::{icon, person};
use crate::{
    page::{Point, Rect},
    synthesis::{
        ink::{Ink, Polyline},
        pages::{
            composition::Composition,
            connectors::{ConnectorStyle, connector, route},
            layout::InkKind,
        },
    },
};

/// Several sketches over `area`.
pub(in crate::synthesis::pages) fn sketches(c: &mut Composition<'_, '_>, area: Rect) {
    let n = c.rng.count(2, ((area.area() / 60.0) as usize).clamp(3, 40));
    for _ in 0..n {
        let size = c.rng.log_uniform(1.2..0.35 * area.width().min(area.height()).max(5.0));
        let x = c.rng.uniform(area.x0..area.x1);
        let y = c.rng.uniform(area.y0..area.y1);
        let (a, b) = (size * c.rng.uniform(0.5..1.0), size * c.rng.uniform(0.5..1.0));
        sketch(c, Rect::new(x - 0.5 * a, y - 0.5 * b, x + 0.5 * a, y + 0.5 * b));
    }
}

/// One sketch that fills `area`.
pub(in crate::synthesis::pages) fn sketch(c: &mut Composition<'_, '_>, area: Rect) {
    let strokes: Vec<Polyline> = match c.rng.count(0, 13) {
        0 => vec![c.hand.ellipse(area, c.rng)],
        1 => c.hand.rectangle(area, c.rng),
        2 => {
            let n = c.rng.count(3, 7);
            let corners: Vec<Point> = (0..n).map(|_| inside(c, area)).collect();
            c.hand.polygon(&corners, c.rng)
        }
        3 => {
            let n_turns = c.rng.count(4, 30);
            let strokes = vec![c.hand.scribble(area, n_turns, c.rng)];
            if n_turns > 12 {
                return c.layout.draw(strokes, InkKind::Struck, c.drawing_pen);
            }
            strokes
        }
        4 => c.hand.hatching(area, c.rng.uniform(0.3..1.2), c.rng),
        5 => person(c, area),
        6 => {
            let ink = icon(c, area);
            return c.draw_ink(ink);
        }
        7 => house(c, area),
        8 => face(c, area),
        9 => flower(c, area),
        10 => spiral(c, area),
        11 => cube(c, area),
        12 => stroked(c, area),
        _ => {
            let (from, to) = (inside(c, area), inside(c, area));
            let way = route(from, to, c.rng.chance(0.5), c.rng);
            let style = ConnectorStyle::random(c.rng);
            let style = if c.rng.chance(0.3) { style.dashed(c.rng) } else { style };
            let ink: Ink = connector(&c.hand, &way, &style, c.rng);
            return c.draw_ink(ink);
        }
    };
    c.draw(strokes);
}

fn inside(c: &mut Composition<'_, '_>, area: Rect) -> Point {
    Point::new(c.rng.uniform(area.x0..area.x1), c.rng.uniform(area.y0..area.y1))
}

/// Strokes of random length and direction, as in a field of grass or rain.
fn stroked(c: &mut Composition<'_, '_>, area: Rect) -> Vec<Polyline> {
    let lean = c.rng.uniform(-1.5..1.5);
    (0..c.rng.count(2, 14))
        .map(|_| {
            let from = inside(c, area);
            let length = c.rng.uniform(0.4..2.5);
            let angle = lean + c.rng.normal(0.3);
            let to = Point::new(from.x + length * angle.sin(), from.y - length * angle.cos());
            let over = Point::new(f32::midpoint(from.x, to.x) + c.rng.normal(0.3), f32::midpoint(from.y, to.y));
            c.hand.curve(from, over, to, c.rng)
        })
        .collect()
}

fn house(c: &mut Composition<'_, '_>, area: Rect) -> Vec<Polyline> {
    let eaves = area.y0 + 0.4 * area.height();
    let walls = Rect::new(area.x0, eaves, area.x1, area.y1);
    let mut strokes = c.hand.rectangle(walls, c.rng);
    let ridge = Point::new(area.center().x, area.y0);
    strokes.push(c.hand.stroke(&[Point::new(area.x0, eaves), ridge, Point::new(area.x1, eaves)], c.rng));
    let door = 0.2 * area.width();
    let x = area.x0 + c.rng.uniform(0.1..0.7) * area.width();
    strokes.extend(c.hand.rectangle(Rect::new(x, area.y1 - 2.0 * door, x + door, area.y1), c.rng));
    strokes
}

fn face(c: &mut Composition<'_, '_>, area: Rect) -> Vec<Polyline> {
    let mut strokes = vec![c.hand.ellipse(area, c.rng)];
    let at = |x: f32, y: f32| Point::new(area.x0 + x * area.width(), area.y0 + y * area.height());
    for x in [0.33, 0.67] {
        let (m, r) = (at(x, 0.38), 0.05 * area.width());
        strokes.push(c.hand.ellipse(Rect::new(m.x - r, m.y - r, m.x + r, m.y + r), c.rng));
    }
    let smile = c.rng.uniform(0.45..1.0);
    strokes.push(c.hand.curve(at(0.3, 0.68), at(0.5, smile), at(0.7, 0.68), c.rng));
    strokes
}

fn flower(c: &mut Composition<'_, '_>, area: Rect) -> Vec<Polyline> {
    let n_petals = c.rng.count(4, 8);
    let m = Point::new(area.center().x, area.y0 + 0.3 * area.height());
    let r = 0.12 * area.height();
    let disc = |x: f32, y: f32| Rect::new(x - r, y - r, x + r, y + r);
    let mut strokes = vec![c.hand.ellipse(disc(m.x, m.y), c.rng)];
    for index in 0..n_petals {
        let (sin, cos) = (index as f32 / n_petals as f32 * std::f32::consts::TAU).sin_cos();
        strokes.push(c.hand.ellipse(disc(m.x + 1.9 * r * cos, m.y + 1.9 * r * sin), c.rng));
    }
    let foot = Point::new(m.x + c.rng.normal(0.3), area.y1);
    strokes.push(c.hand.curve(Point::new(m.x, m.y + 3.0 * r), Point::new(m.x + r, area.center().y), foot, c.rng));
    strokes
}

fn spiral(c: &mut Composition<'_, '_>, area: Rect) -> Vec<Polyline> {
    let n_turns = c.rng.uniform(1.5..6.0);
    let (m, n) = (area.center(), 60);
    let points: Vec<Point> = (0..=n)
        .map(|i| {
            let share = i as f32 / n as f32;
            let (sin, cos) = (share * n_turns * std::f32::consts::TAU).sin_cos();
            Point::new(m.x + 0.5 * share * area.width() * cos, m.y + 0.5 * share * area.height() * sin)
        })
        .collect();
    vec![c.hand.stroke(&points, c.rng)]
}

fn cube(c: &mut Composition<'_, '_>, area: Rect) -> Vec<Polyline> {
    let depth = 0.3 * area.width().min(area.height());
    let front = Rect::new(area.x0, area.y0 + depth, area.x1 - depth, area.y1);
    let moved = |p: Point| Point::new(p.x + depth, p.y - depth);
    let mut strokes = c.hand.rectangle(front, c.rng);
    let [a, b, d, _] = front.corners();
    strokes.push(c.hand.stroke(&[a, moved(a), moved(b), moved(d), d], c.rng));
    strokes.push(c.hand.line(b, moved(b), c.rng));
    strokes
}
