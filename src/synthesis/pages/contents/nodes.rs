//! Nodes of diagrams: boxes, events, gateways, data, people, clouds, with their labels in or beside them.
//!
//! Lengths are in x-heights. The sizes were set on the boxes of 593 photographed process diagrams (hdBPMN: tasks 6 to
//! 15 x-heights wide, events and gateways 2 to 5), the others by eye.

use std::f32::consts::TAU;

use crate::{
    page::{Point, Rect},
    synthesis::{
        ink::{Ink, Polyline},
        pages::composition::Composition,
    },
};

/// What a diagram is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Node {
    Box,
    RoundedBox,
    Oval,
    Decision,
    Event,
    Gateway,
    Document,
    Cylinder,
    Person,
    Cloud,
    Note,
    /// A label without any frame.
    Bare,
}

/// Draws `node` with its label about `centre`; the label is at most `room` wide. The box that connectors end at;
/// `None` where another node or its label stands.
pub(super) fn draw_node(c: &mut Composition<'_, '_>, node: Node, centre: Point, room: f32) -> Option<Rect> {
    match node {
        Node::Box | Node::RoundedBox | Node::Oval | Node::Decision | Node::Cloud | Node::Note => {
            labelled_inside(c, node, centre, room)
        }
        Node::Bare => {
            let block = c.label(4, room);
            let is_free = c.is_free(block.area(centre, 0.0));
            is_free.then(|| c.put_block(block, centre, 0.0))
        }
        Node::Event | Node::Gateway | Node::Document | Node::Cylinder | Node::Person => {
            labelled_beside(c, node, centre, room)
        }
    }
}

fn around(centre: Point, width: f32, height: f32) -> Rect {
    Rect::new(centre.x - 0.5 * width, centre.y - 0.5 * height, centre.x + 0.5 * width, centre.y + 0.5 * height)
}

/// A frame fitted to its label, at times so closely that the label touches or crosses it.
fn labelled_inside(c: &mut Composition<'_, '_>, node: Node, centre: Point, room: f32) -> Option<Rect> {
    let most = c.rng.count(1, 6);
    let block = c.label(most, room);
    let (mut pad_x, mut pad_y) = (c.rng.uniform(-0.1..2.2), c.rng.uniform(-0.3..1.4));
    if node == Node::Decision || node == Node::Oval || node == Node::Cloud {
        let grow = if node == Node::Decision { 0.45 } else { 0.22 };
        pad_x += grow * block.width();
        pad_y += grow * block.height();
    }
    let width = (block.width() + 2.0 * pad_x).max(c.rng.uniform(2.0..9.0));
    let height = (block.height() + 2.0 * pad_y).max(2.0);
    let area = around(centre, width, height);
    if !c.is_free(area) {
        return None;
    }
    c.take(area);
    let slack = Point::new(0.5 * (width - block.width()).max(0.0), 0.5 * (height - block.height()).max(0.0));
    let shift = if c.rng.chance(0.25) { 0.9 } else { 0.2 };
    let (dx, dy) = (shift * slack.x * c.rng.uniform(-1.0..1.0), shift * slack.y * c.rng.uniform(-1.0..1.0));
    c.put_block(block, Point::new(centre.x + dx, centre.y + dy), 0.0);
    let strokes = frame(c, node, area);
    c.draw(strokes);
    Some(area)
}

fn frame(c: &mut Composition<'_, '_>, node: Node, area: Rect) -> Vec<Polyline> {
    match node {
        Node::RoundedBox => c.hand.rounded(area, c.rng.uniform(0.4..1.8), c.rng),
        Node::Oval => vec![c.hand.ellipse(area, c.rng)],
        Node::Decision => c.hand.diamond(area, c.rng),
        Node::Cloud => vec![cloud(c, area)],
        Node::Note => {
            let fold = (0.25 * area.width().min(area.height())).max(0.6);
            let inner = Point::new(area.x1 - fold, area.y0 + fold);
            let points = [
                Point::new(area.x1 - fold, area.y0),
                Point::new(area.x1, area.y0 + fold),
                Point::new(area.x1, area.y1),
                Point::new(area.x0, area.y1),
                Point::new(area.x0, area.y0),
            ];
            let mut strokes = c.hand.polygon(&points, c.rng);
            strokes.push(c.hand.stroke(&[points[0], inner, points[1]], c.rng));
            strokes
        }
        _ => c.hand.rectangle(area, c.rng),
    }
}

fn cloud(c: &mut Composition<'_, '_>, area: Rect) -> Polyline {
    let n_bumps = c.rng.count(5, 9);
    let centre = area.center();
    let points: Vec<Point> = (0..=n_bumps * 8)
        .map(|i| {
            let share = i as f32 / (n_bumps * 8) as f32;
            let bump = 0.86 + 0.2 * (share * n_bumps as f32 * TAU / 2.0).sin().abs();
            let (sin, cos) = (share * TAU).sin_cos();
            Point::new(centre.x + 0.55 * area.width() * bump * cos, centre.y + 0.55 * area.height() * bump * sin)
        })
        .collect();
    c.hand.stroke(&points, c.rng)
}

/// A small symbol with a label below, above or beside it.
fn labelled_beside(c: &mut Composition<'_, '_>, node: Node, centre: Point, room: f32) -> Option<Rect> {
    let size = c.rng.uniform(2.0..5.0);
    let (width, height) = match node {
        Node::Person => (0.6 * size + 0.6, 1.3 * size + 1.0),
        Node::Document => (0.8 * size, size),
        Node::Cylinder => (1.2 * size, 1.1 * size),
        _ => (size, size * c.rng.uniform(0.9..1.1)),
    };
    let area = around(centre, width, height);
    if !c.is_free(area) {
        return None;
    }
    c.take(area);
    let ink = symbol(c, node, area);
    c.draw_ink(ink);
    if c.rng.chance(0.75) {
        let block = c.label(4, room);
        let gap = c.rng.uniform(-0.2..0.7);
        let below = 0.5 * (height + block.height()) + gap;
        let beside = 0.5 * (width + block.width()) + gap + 0.3;
        let at = match c.rng.count(0, 6) {
            0..=3 => Point::new(centre.x + c.rng.normal(0.8), centre.y + below),
            4..=5 => Point::new(centre.x + c.rng.normal(0.8), centre.y - below),
            _ => Point::new(centre.x + beside, centre.y),
        };
        c.put_if_free(block, at, 0.0);
    }
    Some(area)
}

fn symbol(c: &mut Composition<'_, '_>, node: Node, area: Rect) -> Ink {
    let mut ink = Ink::default();
    match node {
        Node::Event => {
            ink.strokes.push(c.hand.ellipse(area, c.rng));
            let n_more = c.rng.count(0, 3);
            if n_more == 1 {
                ink.strokes.push(c.hand.ellipse(inset(area, 0.12 * area.width()), c.rng));
            } else if n_more == 2 {
                // A thick rim.
                for _ in 0..c.rng.count(2, 6) {
                    ink.strokes.push(c.hand.ellipse(inset(area, c.rng.uniform(-0.1..0.25)), c.rng));
                }
            }
            if c.rng.chance(0.35) {
                ink.add(&icon(c, inset(area, 0.27 * area.width())), 0.0, 0.0);
            }
        }
        Node::Gateway => {
            ink.strokes.extend(c.hand.diamond(area, c.rng));
            let inner = inset(area, c.rng.uniform(0.22..0.36) * area.width());
            let (m, corners) = (inner.center(), inner.corners());
            match c.rng.count(0, 4) {
                0 | 1 => {
                    ink.strokes.push(c.hand.line(corners[0], corners[2], c.rng));
                    ink.strokes.push(c.hand.line(corners[1], corners[3], c.rng));
                }
                2 => {
                    ink.strokes.push(c.hand.line(Point::new(m.x, inner.y0), Point::new(m.x, inner.y1), c.rng));
                    ink.strokes.push(c.hand.line(Point::new(inner.x0, m.y), Point::new(inner.x1, m.y), c.rng));
                }
                3 => ink.strokes.push(c.hand.ellipse(inner, c.rng)),
                _ => {}
            }
        }
        Node::Document => ink.strokes.extend(frame(c, Node::Note, area)),
        Node::Cylinder => ink.strokes.extend(cylinder(c, area)),
        _ => ink.strokes.extend(person(c, area)),
    }
    ink
}

fn inset(area: Rect, by: f32) -> Rect {
    Rect::new(area.x0 + by, area.y0 + by, area.x1 - by, area.y1 - by)
}

fn cylinder(c: &mut Composition<'_, '_>, area: Rect) -> Vec<Polyline> {
    let rim = 0.22 * area.height();
    let lid = Rect::new(area.x0, area.y0, area.x1, area.y0 + rim);
    let floor = Rect::new(area.x0, area.y1 - rim, area.x1, area.y1);
    let middle = f32::midpoint(lid.y0, lid.y1);
    let bottom = f32::midpoint(floor.y0, floor.y1);
    let mut strokes = vec![c.hand.ellipse(lid, c.rng), c.hand.arc(floor, 0.0, 0.5 * TAU, c.rng)];
    for x in [area.x0, area.x1] {
        strokes.push(c.hand.line(Point::new(x, middle), Point::new(x, bottom), c.rng));
    }
    strokes
}

/// A stick figure.
pub(super) fn person(c: &mut Composition<'_, '_>, area: Rect) -> Vec<Polyline> {
    let x = area.center().x;
    let at = |dx: f32, share: f32| Point::new(x + dx * area.width(), area.y0 + share * area.height());
    let head = Rect::new(x - 0.14 * area.height(), area.y0, x + 0.14 * area.height(), area.y0 + 0.28 * area.height());
    let mut strokes = vec![c.hand.ellipse(head, c.rng)];
    strokes.push(c.hand.line(at(0.0, 0.28), at(0.0, 0.65), c.rng));
    strokes.push(c.hand.line(at(-0.5, 0.42), at(0.5, 0.42), c.rng));
    strokes.push(c.hand.stroke(&[at(-0.4, 1.0), at(0.0, 0.65), at(0.4, 1.0)], c.rng));
    strokes
}

/// A small picture inside a symbol: an envelope, a clock, a bolt, a tick.
pub(super) fn icon(c: &mut Composition<'_, '_>, area: Rect) -> Ink {
    let m = area.center();
    let at = |x: f32, y: f32| Point::new(area.x0 + x * area.width(), area.y0 + y * area.height());
    let strokes = match c.rng.count(0, 6) {
        0 => {
            let mut strokes = c.hand.rectangle(Rect::new(area.x0, at(0.0, 0.2).y, area.x1, at(0.0, 0.8).y), c.rng);
            strokes.push(c.hand.stroke(&[at(0.0, 0.2), at(0.5, 0.55), at(1.0, 0.2)], c.rng));
            strokes
        }
        1 => {
            let mut strokes = vec![c.hand.ellipse(area, c.rng)];
            strokes.push(c.hand.stroke(&[at(0.5, 0.15), m, at(0.8, 0.55)], c.rng));
            strokes
        }
        2 => vec![c.hand.stroke(&[at(0.6, 0.0), at(0.2, 0.55), at(0.7, 0.5), at(0.3, 1.0)], c.rng)],
        3 => vec![c.hand.stroke(&[at(0.0, 0.5), at(0.35, 0.95), at(1.0, 0.0)], c.rng)],
        4 => c.hand.polygon(&[at(0.5, 0.0), at(1.0, 0.9), at(0.0, 0.9)], c.rng),
        5 => {
            let disc = c.hand.ellipse(area, c.rng);
            return Ink { areas: vec![vec![disc.clone()]], strokes: vec![disc] };
        }
        _ => c.hand.polygon(
            &[
                at(0.5, 0.0),
                at(0.62, 0.38),
                at(1.0, 0.4),
                at(0.7, 0.63),
                at(0.82, 1.0),
                at(0.5, 0.78),
                at(0.18, 1.0),
                at(0.3, 0.63),
                at(0.0, 0.4),
                at(0.38, 0.38),
            ],
            c.rng,
        ),
    };
    Ink { strokes, areas: Vec::new() }
}
