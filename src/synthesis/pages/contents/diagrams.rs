//! Diagrams on a grid: flow charts, processes with pools and lanes, networks.
//!
//! Lengths are in x-heights and were set by eye on photographed diagrams; no measurement is recorded.

use super::nodes::{Node, draw_node};
use crate::{
    page::{Point, Rect},
    synthesis::{
        pages::{
            composition::Composition,
            connectors::{ConnectorStyle, End, connector, route},
        },
        random::LineRng,
    },
};

/// The nodes of flow charts, of processes, of networks.
const FLOW: [Node; 10] = [
    Node::Box,
    Node::Box,
    Node::Box,
    Node::RoundedBox,
    Node::RoundedBox,
    Node::Oval,
    Node::Decision,
    Node::Decision,
    Node::Cylinder,
    Node::Bare,
];
const PROCESS: [Node; 14] = [
    Node::RoundedBox,
    Node::RoundedBox,
    Node::RoundedBox,
    Node::RoundedBox,
    Node::RoundedBox,
    Node::Box,
    Node::Gateway,
    Node::Gateway,
    Node::Gateway,
    Node::Event,
    Node::Event,
    Node::Event,
    Node::Document,
    Node::Cylinder,
];
const NETWORK: [Node; 8] =
    [Node::Box, Node::Oval, Node::Cloud, Node::Cylinder, Node::Person, Node::Note, Node::Bare, Node::Document];

/// A diagram of any of these kinds over `area`.
pub(in crate::synthesis::pages) fn diagram(c: &mut Composition<'_, '_>, area: Rect) {
    match c.rng.count(0, 6) {
        0..=2 => process(c, area),
        3..=4 => grid(c, area, &FLOW),
        _ => grid(c, area, &NETWORK),
    }
}

/// A process, in most cases in pools with lanes.
fn process(c: &mut Composition<'_, '_>, area: Rect) {
    if c.rng.chance(0.4) {
        return grid(c, area, &PROCESS);
    }
    let n_pools = c.rng.count(1, 3);
    let title = c.rng.uniform(2.6..4.5);
    let height = area.height() / n_pools as f32;
    for index in 0..n_pools {
        let top = area.y0 + index as f32 * height;
        let gap = c.rng.uniform(0.5..3.0);
        let pool = Rect::new(area.x0, top, area.x1, top + height - gap);
        let is_closed = n_pools > 1 && c.rng.chance(0.3);
        let pool = if is_closed { Rect::new(pool.x0, pool.y0, pool.x1, pool.y0 + 4.0) } else { pool };
        let strokes = c.hand.rectangle(pool, c.rng);
        c.draw(strokes);
        if is_closed {
            let block = c.label(2, 20.0);
            c.put_block(block, pool.center(), 0.0);
            continue;
        }
        let inner = titled(c, pool, title);
        lanes(c, inner, title);
    }
}

/// A bar at the left of `area` with a title that runs up; the rest of the area.
fn titled(c: &mut Composition<'_, '_>, area: Rect, title: f32) -> Rect {
    let x = area.x0 + title;
    let bar = c.hand.line(Point::new(x, area.y0), Point::new(x, area.y1), c.rng);
    c.draw(vec![bar]);
    let block = c.label(3, (area.height() - 1.0).max(2.0));
    if block.width() < area.height() + 1.0 {
        let turn = if c.rng.chance(0.93) { -0.25 } else { 0.25 };
        let middle = Point::new(area.x0 + 0.5 * title, area.center().y + c.rng.normal(0.8));
        c.put_block(block, middle, turn * std::f32::consts::TAU);
    }
    Rect::new(x, area.y0, area.x1, area.y1)
}

fn lanes(c: &mut Composition<'_, '_>, area: Rect, title: f32) {
    let n_lanes = if area.height() > 20.0 { c.rng.count(1, 3) } else { 1 };
    let height = area.height() / n_lanes as f32;
    for index in 0..n_lanes {
        let y = area.y0 + index as f32 * height;
        let lane = Rect::new(area.x0, y, area.x1, y + height);
        if index > 0 {
            let rule = c.hand.line(Point::new(area.x0, y), Point::new(area.x1, y), c.rng);
            c.draw(vec![rule]);
        }
        let inner = if n_lanes > 1 { titled(c, lane, title) } else { lane };
        grid(c, Rect::new(inner.x0 + 1.0, inner.y0 + 0.5, inner.x1 - 0.5, inner.y1 - 0.5), &PROCESS);
    }
}

/// Nodes on a grid, connected to their neighbours.
fn grid(c: &mut Composition<'_, '_>, area: Rect, nodes: &[Node]) {
    let cell_width = c.rng.uniform(11.0..19.0);
    let cell_height = c.rng.uniform(6.5..13.0);
    let n_columns = ((area.width() / cell_width) as usize).clamp(1, 12);
    let n_rows = ((area.height() / cell_height) as usize).clamp(1, 12);
    let (width, height) = (area.width() / n_columns as f32, area.height() / n_rows as f32);
    let filled = c.rng.uniform(0.4..0.9);
    let mut boxes: Vec<Vec<Option<Rect>>> = vec![vec![None; n_columns]; n_rows];
    for (row, boxes) in boxes.iter_mut().enumerate() {
        for (column, node_box) in boxes.iter_mut().enumerate() {
            if !c.rng.chance(filled) {
                continue;
            }
            let x = area.x0 + (column as f32 + 0.5) * width + c.rng.normal(0.06) * width;
            let y = area.y0 + (row as f32 + 0.5) * height + c.rng.normal(0.05) * height;
            let node = c.rng.pick(nodes).copied().unwrap_or(Node::Box);
            let room = width * c.rng.uniform(0.45..0.8);
            *node_box = draw_node(c, node, Point::new(x, y), room);
        }
    }
    connect(c, &boxes);
}

fn connect(c: &mut Composition<'_, '_>, boxes: &[Vec<Option<Rect>>]) {
    let whole = ConnectorStyle::random(c.rng);
    let end = if c.rng.chance(0.3) { End::Circle } else { whole.end };
    let dashed = ConnectorStyle::random(c.rng).dashed(c.rng).with_end(end);
    let labelled = c.rng.uniform(0.0..0.4);
    for row in 0..boxes.len() {
        let known: Vec<Rect> = boxes[row].iter().flatten().copied().collect();
        for pair in known.windows(2).filter(|pair| pair[1].x0 > pair[0].x1 + 0.5) {
            if c.rng.chance(0.8) {
                let style = style_of(&whole, &dashed, 0.08, c.rng);
                edge(c, (pair[0], pair[1]), true, &style, labelled);
            }
        }
        let Some(below) = boxes.get(row + 1) else { continue };
        for (column, from) in boxes[row].iter().enumerate() {
            let Some(from) = from else { continue };
            let nearest = (0..below.len()).filter(|&k| below[k].is_some()).min_by_key(|&k| k.abs_diff(column));
            if let Some(to) = nearest.and_then(|k| below[k])
                && c.rng.chance(0.4)
                && to.y0 > from.y1 + 0.5
            {
                let style = style_of(&whole, &dashed, 0.25, c.rng);
                edge(c, (*from, to), false, &style, labelled);
            }
        }
    }
}

fn style_of(whole: &ConnectorStyle, dashed: &ConnectorStyle, share: f32, rng: &mut LineRng) -> ConnectorStyle {
    if rng.chance(share) {
        return *dashed;
    }
    if rng.chance(0.05) { whole.with_end(End::Plain) } else { *whole }
}

/// A connector between two boxes that ends at their sides, a bit before or inside them; at times with a label.
fn edge(c: &mut Composition<'_, '_>, (a, b): (Rect, Rect), is_horizontal: bool, style: &ConnectorStyle, labelled: f32) {
    let (start, end) = (c.rng.uniform(-0.3..0.7), c.rng.uniform(-0.4..0.8));
    let (p, q) = (a.center(), b.center());
    let (from, to) = if is_horizontal {
        let slip = 0.15 * a.height().min(b.height());
        (Point::new(a.x1 + start, p.y + c.rng.normal(slip)), Point::new(b.x0 - end, q.y + c.rng.normal(slip)))
    } else {
        let slip = 0.15 * a.width().min(b.width());
        (Point::new(p.x + c.rng.normal(slip), a.y1 + start), Point::new(q.x + c.rng.normal(slip), b.y0 - end))
    };
    let way = route(from, to, is_horizontal, c.rng);
    let ink = connector(&c.hand, &way, style, c.rng);
    c.draw_ink(ink);
    if c.rng.chance(labelled) {
        edge_label(c, from, to, is_horizontal);
    }
}

/// A label beside a connector, on it, or touching it.
fn edge_label(c: &mut Composition<'_, '_>, from: Point, to: Point, is_horizontal: bool) {
    let room = if is_horizontal { (0.9 * (to.x - from.x).abs()).max(4.0) } else { 8.0 };
    let block = c.label(3, room);
    let share = c.rng.uniform(0.2..0.8);
    let on = Point::new(from.x + share * (to.x - from.x), from.y + share * (to.y - from.y));
    let side = if c.rng.chance(0.75) { -1.0 } else { 1.0 };
    let gap = c.rng.uniform(-0.4..0.6);
    let at = if is_horizontal {
        Point::new(on.x, on.y + side * (0.5 * block.height() + gap))
    } else {
        Point::new(on.x - side * (0.5 * block.width() + gap + 0.3), on.y)
    };
    c.put_if_free(block, at, 0.0);
}
