//! Connectors between parts of a page: paths, dashes, arrow heads.
//!
//! Lengths are in x-heights and were set by eye on photographed diagrams; no measurement is recorded.

use std::ops::Range;

use super::draughtsman::{Draughtsman, bezier};
use crate::{
    page::Point,
    synthesis::{
        ink::{Ink, Polyline},
        random::LineRng,
    },
};

/// Length of an arrow head.
const HEAD: Range<f32> = 0.5..1.7;
/// Half the width of an arrow head, as a share of its length.
const HEAD_WIDTH: Range<f32> = 0.35..0.8;
/// Length of a dash.
const DASH: Range<f32> = 0.3..1.6;
/// Gap between dashes, as a share of a dash.
const DASH_GAP: Range<f32> = 0.5..1.4;

/// What stands at an end of a connector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Plain,
    Open,
    Filled,
    Hollow,
    Diamond,
    Circle,
}

/// How the connectors of a drawing look.
#[derive(Clone, Copy)]
pub(super) struct ConnectorStyle {
    pub(super) end: End,
    /// Length of dashes; `None` for whole lines.
    pub(super) dash: Option<f32>,
    head: f32,
    head_width: f32,
}

impl ConnectorStyle {
    pub(super) fn random(rng: &mut LineRng) -> Self {
        let ends = [End::Open, End::Open, End::Open, End::Filled, End::Filled, End::Hollow, End::Plain];
        Self {
            end: rng.pick(&ends).copied().unwrap_or(End::Open),
            dash: None,
            head: rng.uniform(HEAD),
            head_width: rng.uniform(HEAD_WIDTH),
        }
    }

    /// The same with dashes.
    pub(super) fn dashed(self, rng: &mut LineRng) -> Self {
        Self { dash: Some(rng.log_uniform(DASH)), ..self }
    }

    pub(super) const fn with_end(self, end: End) -> Self {
        Self { end, ..self }
    }
}

/// Where a connector runs between two points.
pub(super) fn route(from: Point, to: Point, is_horizontal: bool, rng: &mut LineRng) -> Vec<Point> {
    let (dx, dy) = ((to.x - from.x).abs(), (to.y - from.y).abs());
    if dx.min(dy) < 0.8 || rng.chance(0.25) {
        return vec![from, to];
    }
    if rng.chance(0.25) {
        let lean = rng.uniform(-0.35..0.35);
        let middle = Point::new(f32::midpoint(from.x, to.x), f32::midpoint(from.y, to.y));
        let over = Point::new(middle.x - lean * (to.y - from.y), middle.y + lean * (to.x - from.x));
        return bezier(from, over, to);
    }
    if rng.chance(0.5) {
        let corner = if is_horizontal { Point::new(to.x, from.y) } else { Point::new(from.x, to.y) };
        return vec![from, corner, to];
    }
    let share = rng.uniform(0.25..0.75);
    if is_horizontal {
        let x = from.x + share * (to.x - from.x);
        vec![from, Point::new(x, from.y), Point::new(x, to.y), to]
    } else {
        let y = from.y + share * (to.y - from.y);
        vec![from, Point::new(from.x, y), Point::new(to.x, y), to]
    }
}

/// The ink of a connector along `way`.
pub(super) fn connector(hand: &Draughtsman, way: &[Point], style: &ConnectorStyle, rng: &mut LineRng) -> Ink {
    let shaft = hand.stroke(way, rng);
    let (Some(&tip), Some(&before)) = (shaft.last(), shaft.iter().rev().find(|p| far_from(**p, way[way.len() - 1])))
    else {
        return Ink::default();
    };
    let mut ink = head(hand, before, tip, style, rng);
    match style.dash {
        Some(dash) => ink.strokes.extend(dashes(&shaft, dash, rng)),
        None => ink.strokes.push(shaft),
    }
    ink
}

fn far_from(p: Point, end: Point) -> bool {
    p.distance(end) > 0.6
}

/// The head of an arrow that comes from `before` and ends at `tip`.
fn head(hand: &Draughtsman, before: Point, tip: Point, style: &ConnectorStyle, rng: &mut LineRng) -> Ink {
    let length = before.distance(tip).max(0.01);
    let (dx, dy) = ((tip.x - before.x) / length, (tip.y - before.y) / length);
    let (size, half) = (style.head * rng.uniform(0.8..1.25), style.head_width * style.head * rng.uniform(0.8..1.25));
    let at = |back: f32, side: f32| Point::new(tip.x - dx * back - dy * side, tip.y - dy * back + dx * side);
    let (left, right) = (at(size, half), at(size * rng.uniform(0.85..1.15), -half));
    match style.end {
        End::Plain => Ink::default(),
        End::Open => {
            let strokes = if rng.chance(0.5) {
                vec![hand.stroke(&[left, tip, right], rng)]
            } else {
                vec![hand.line(left, tip, rng), hand.line(tip, right, rng)]
            };
            Ink { strokes, areas: Vec::new() }
        }
        End::Filled => {
            Ink { strokes: hand.polygon(&[tip, left, right], rng), areas: vec![vec![vec![tip, left, right]]] }
        }
        End::Hollow => Ink { strokes: hand.polygon(&[tip, left, right], rng), areas: Vec::new() },
        End::Diamond => {
            let far = at(2.0 * size, 0.0);
            Ink { strokes: hand.polygon(&[tip, left, far, right], rng), areas: Vec::new() }
        }
        End::Circle => {
            let r = 0.4 * size;
            let c = at(r, 0.0);
            let area = crate::page::Rect::new(c.x - r, c.y - r, c.x + r, c.y + r);
            Ink { strokes: vec![hand.ellipse(area, rng)], areas: Vec::new() }
        }
    }
}

/// `stroke` in pieces of about `dash` with gaps between them.
pub(super) fn dashes(stroke: &[Point], dash: f32, rng: &mut LineRng) -> Vec<Polyline> {
    let gap = dash * rng.uniform(DASH_GAP);
    let (mut pieces, mut piece) = (Vec::new(), Vec::new());
    let (mut left, mut is_down) = (dash, true);
    for p in super::draughtsman::dense(stroke, 0.1) {
        let step = piece.last().map_or(0.1, |last: &Point| last.distance(p)).min(0.1);
        left -= step;
        if is_down {
            piece.push(p);
        }
        if left <= 0.0 {
            if is_down && piece.len() > 1 {
                pieces.push(std::mem::take(&mut piece));
            }
            piece.clear();
            is_down = !is_down;
            left = if is_down { dash } else { gap } * rng.uniform(0.75..1.3);
        }
    }
    if piece.len() > 1 {
        pieces.push(piece);
    }
    pieces
}
