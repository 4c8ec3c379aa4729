//! Class diagrams, mind maps, axes with curves.
//!
//! Lengths are in x-heights and were set by eye on photographed diagrams; no measurement is recorded.

use std::f32::consts::TAU;

use super::nodes::{Node, draw_node};
use crate::{
    page::{Point, Rect},
    synthesis::pages::{
        composition::{ASCENT, Align, Composition},
        connectors::{ConnectorStyle, End, connector, route},
    },
};

/// UML classes: boxes with a name and compartments of lines, connected.
pub(in crate::synthesis::pages) fn classes(c: &mut Composition<'_, '_>, area: Rect) {
    let n_columns = ((area.width() / c.rng.uniform(17.0..28.0)) as usize).clamp(1, 4);
    let n_rows = ((area.height() / c.rng.uniform(14.0..24.0)) as usize).clamp(1, 4);
    let (width, height) = (area.width() / n_columns as f32, area.height() / n_rows as f32);
    let mut boxes = Vec::new();
    for row in 0..n_rows {
        for column in 0..n_columns {
            if c.rng.chance(0.2) {
                continue;
            }
            let left = area.x0 + (column as f32 + c.rng.uniform(0.02..0.2)) * width;
            let top = area.y0 + (row as f32 + c.rng.uniform(0.02..0.2)) * height;
            boxes.push(class(c, Rect::new(left, top, left + 0.75 * width, top + 0.8 * height)));
        }
    }
    let ends = [End::Hollow, End::Diamond, End::Open, End::Plain];
    for pair in boxes.windows(2) {
        if c.rng.chance(0.7) {
            let style = ConnectorStyle::random(c.rng).with_end(c.rng.pick(&ends).copied().unwrap_or(End::Open));
            let style = if c.rng.chance(0.2) { style.dashed(c.rng) } else { style };
            let is_beside = pair[1].x0 > pair[0].x1;
            let (from, to) = if is_beside {
                (Point::new(pair[0].x1, pair[0].center().y), Point::new(pair[1].x0, pair[1].center().y))
            } else {
                (Point::new(pair[0].center().x, pair[0].y1), Point::new(pair[1].center().x, pair[1].y0))
            };
            let way = route(from, to, is_beside, c.rng);
            let ink = connector(&c.hand, &way, &style, c.rng);
            c.draw_ink(ink);
        }
    }
}

fn class(c: &mut Composition<'_, '_>, room: Rect) -> Rect {
    let leading = c.rng.uniform(2.0..3.2);
    let n_lines = c.rng.count(1, ((room.height() - 4.0) / leading).clamp(1.0, 7.0) as usize);
    let name = c.label(2, room.width());
    let name_height = name.height() + c.rng.uniform(0.0..0.8);
    let centre = Point::new(room.center().x, room.y0 + 0.5 * name_height);
    c.put_block(name, centre, 0.0);
    let mut y = room.y0 + name_height + ASCENT;
    let mut rules = vec![room.y0 + name_height];
    for index in 0..n_lines {
        if let Some(line) = c.writer.line(room.width() - 1.2, false, c.rng) {
            let left = room.x0 + c.rng.uniform(0.3..0.9);
            c.put(line, Point::new(left, y), 1.0);
        }
        if index + 1 < n_lines && c.rng.chance(0.2) {
            rules.push(y + 0.7);
        }
        y += leading;
    }
    let area = Rect::new(room.x0, room.y0, room.x1, y - leading + c.rng.uniform(0.5..1.5));
    let mut strokes = c.hand.rectangle(area, c.rng);
    for y in rules {
        strokes.push(c.hand.line(Point::new(area.x0, y), Point::new(area.x1, y), c.rng));
    }
    c.draw(strokes);
    area
}

/// A mind map: a middle, branches around it, twigs at their ends.
pub(in crate::synthesis::pages) fn mind_map(c: &mut Composition<'_, '_>, area: Rect) {
    let kinds = [Node::Oval, Node::Cloud, Node::Bare, Node::Box];
    let root = c.rng.pick(&kinds).copied().unwrap_or(Node::Oval);
    let Some(middle) = draw_node(c, root, area.center(), 10.0) else { return };
    let leaf = c.rng.pick(&kinds).copied().unwrap_or(Node::Bare);
    let n_branches = c.rng.count(3, 9);
    let style = ConnectorStyle::random(c.rng).with_end(if c.rng.chance(0.7) { End::Plain } else { End::Open });
    let phase = c.rng.uniform(0.0..TAU);
    for index in 0..n_branches {
        let angle = phase + (index as f32 + c.rng.normal(0.1)) / n_branches as f32 * TAU;
        let (sin, cos) = angle.sin_cos();
        let reach = c.rng.uniform(0.65..0.9);
        let centre = area.center();
        let at =
            Point::new(centre.x + 0.42 * reach * area.width() * cos, centre.y + 0.44 * reach * area.height() * sin);
        let Some(target) = draw_node(c, leaf, at, 9.0) else { continue };
        let way = route(edge_of(middle, at), edge_of(target, centre), c.rng.chance(0.5), c.rng);
        let ink = connector(&c.hand, &way, &style, c.rng);
        c.draw_ink(ink);
        if c.rng.chance(0.3) {
            let along = angle + if cos < 0.0 { std::f32::consts::PI } else { 0.0 };
            let block = c.label(2, 8.0);
            let on = Point::new(f32::midpoint(centre.x, at.x), f32::midpoint(centre.y, at.y));
            c.put_if_free(block, on, along.sin().atan2(along.cos()));
        }
    }
}

/// Where the way from the middle of `area` to `to` leaves it.
fn edge_of(area: Rect, to: Point) -> Point {
    let (m, dx, dy) = (area.center(), to.x - area.center().x, to.y - area.center().y);
    let share = (0.5 * area.width() / dx.abs().max(0.01)).min(0.5 * area.height() / dy.abs().max(0.01)).min(1.0);
    Point::new(m.x + share * dx, m.y + share * dy)
}

/// Axes with labels, ticks with numbers, curves or bars.
pub(in crate::synthesis::pages) fn chart(c: &mut Composition<'_, '_>, area: Rect) {
    let plot = Rect::new(area.x0 + 5.0, area.y0 + 1.0, area.x1 - 1.0, area.y1 - 5.0);
    if plot.width() < 8.0 || plot.height() < 8.0 {
        return;
    }
    let style = ConnectorStyle::random(c.rng);
    let origin = Point::new(plot.x0, plot.y1);
    for to in [Point::new(plot.x1, plot.y1), Point::new(plot.x0, plot.y0)] {
        let ink = connector(&c.hand, &[origin, to], &style, c.rng);
        c.draw_ink(ink);
    }
    ticks(c, plot);
    let block = c.label(3, 0.8 * plot.width());
    let x = plot.x1 - c.rng.uniform(0.1..0.7) * plot.width();
    c.put_block(block, Point::new(x, plot.y1 + 3.6), 0.0);
    let block = c.label(3, 0.8 * plot.height());
    let is_upright = c.rng.chance(0.6);
    if is_upright {
        c.put_block(block, Point::new(plot.x0 - 3.6, plot.center().y), -0.25 * TAU);
    } else {
        let x = plot.x0 + 0.5 * block.width();
        c.put_block(block, Point::new(x + 0.6, plot.y0), 0.0);
    }
    if c.rng.chance(0.3) {
        bars(c, plot);
    } else {
        for _ in 0..c.rng.count(1, 3) {
            curve(c, plot);
        }
    }
}

fn ticks(c: &mut Composition<'_, '_>, plot: Rect) {
    let n_ticks = c.rng.count(0, 7);
    let has_numbers = c.rng.chance(0.6);
    for index in 1..=n_ticks {
        let share = index as f32 / (n_ticks + 1) as f32;
        let x = plot.x0 + share * plot.width();
        let y = plot.y1 - share * plot.height();
        let strokes = vec![
            c.hand.line(Point::new(x, plot.y1 - 0.4), Point::new(x, plot.y1 + 0.4), c.rng),
            c.hand.line(Point::new(plot.x0 - 0.4, y), Point::new(plot.x0 + 0.4, y), c.rng),
        ];
        c.draw(strokes);
        if has_numbers {
            let words = c.writer.write(&index.to_string(), c.rng);
            let block = c.block(words, 5.0, Align::Centre);
            c.put_block(block, Point::new(x, plot.y1 + 1.6), 0.0);
        }
    }
}

fn curve(c: &mut Composition<'_, '_>, plot: Rect) {
    let n = c.rng.count(3, 8);
    let points: Vec<Point> = (0..=n)
        .map(|i| Point::new(plot.x0 + i as f32 / n as f32 * 0.9 * plot.width(), c.rng.uniform(plot.y0..plot.y1)))
        .collect();
    let stroke = if c.rng.chance(0.5) {
        c.hand.stroke(&points, c.rng)
    } else {
        c.hand.curve(points[0], points[n / 2], points[n], c.rng)
    };
    c.draw(vec![stroke]);
}

fn bars(c: &mut Composition<'_, '_>, plot: Rect) {
    let n = c.rng.count(2, 8);
    let width = 0.9 * plot.width() / n as f32;
    for index in 0..n {
        let left = plot.x0 + (index as f32 + 0.2) * width;
        let area = Rect::new(left, c.rng.uniform(plot.y0..plot.y1 - 1.0), left + 0.65 * width, plot.y1);
        let mut strokes = c.hand.rectangle(area, c.rng);
        if c.rng.chance(0.3) {
            strokes.extend(c.hand.hatching(area, c.rng.uniform(0.4..1.0), c.rng));
        }
        c.draw(strokes);
    }
}
