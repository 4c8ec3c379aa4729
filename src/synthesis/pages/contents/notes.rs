//! Running text: paragraphs, lists, letters, forms.
//!
//! Lengths are in x-heights and were set by eye on photographed pages; no measurement is recorded.

use super::{annotations::annotate, characters::characters};
use crate::{
    page::{Point, Rect},
    synthesis::{
        ink::{Ink, Polyline, WrittenWord},
        pages::{
            composition::{ASCENT, Composition},
            connectors::{ConnectorStyle, connector, dashes},
            layout::InkKind,
        },
    },
};

/// Share of the lines with a word struck out.
const STRUCK: f32 = 0.05;
/// Share of the parts of notes that are rows of single characters, and that are lists.
const CHARACTERS: f32 = 0.08;
const LISTS: f32 = 0.37;

/// Notes in one to three columns.
pub(in crate::synthesis::pages) fn notes(c: &mut Composition<'_, '_>, area: Rect) {
    let most = (area.width() / 22.0) as usize;
    let n_columns = c.rng.count(1, most.clamp(1, 3));
    let gutter = c.rng.uniform(1.5..6.0);
    let width = (area.width() - gutter * (n_columns - 1) as f32) / n_columns as f32;
    for column in 0..n_columns {
        let x0 = area.x0 + column as f32 * (width + gutter);
        let top = area.y0 + if c.rng.chance(0.3) { c.rng.uniform(0.0..8.0) } else { 0.0 };
        let bottom = area.y1 - if c.rng.chance(0.4) { c.rng.uniform(0.0..0.6) * area.height() } else { 0.0 };
        column_of_notes(c, Rect::new(x0, top, x0 + width, bottom));
        if column > 0 && c.rng.chance(0.2) {
            let x = x0 - 0.5 * gutter;
            let rule = c.hand.line(Point::new(x, area.y0), Point::new(x, area.y1), c.rng);
            c.draw(vec![rule]);
        }
    }
}

/// Headings, paragraphs and lists below one another.
fn column_of_notes(c: &mut Composition<'_, '_>, area: Rect) {
    let first = c.layout.lines.len();
    let mut y = area.y0 + ASCENT;
    if c.rng.chance(0.4) {
        y = heading(c, area, y);
    }
    while y < area.y1 {
        let n_lines = c.rng.count(1, 9);
        y = match c.rng.weighted(&[CHARACTERS, LISTS, 1.0 - CHARACTERS - LISTS]) {
            Some(0) => characters(c, area, y, n_lines.min(4)),
            Some(1) => list(c, area, y, n_lines),
            _ => paragraph(c, area, y, n_lines),
        };
        y += c.leading * if c.rng.chance(0.5) { c.rng.uniform(0.0..1.5) } else { 0.0 };
    }
    annotate(c, first);
}

fn heading(c: &mut Composition<'_, '_>, area: Rect, y: f32) -> f32 {
    let words = c.writer.label(4, c.rng);
    let scale = c.rng.uniform(0.9..1.8);
    if words.is_empty() {
        return y;
    }
    let line = c.writer.set(words, None, c.rng);
    let width = line.width * scale;
    let left = area.x0 + if c.rng.chance(0.3) { (0.5 * (area.width() - width)).max(0.0) } else { 0.0 };
    let baseline = y + (scale - 1.0).max(0.0) * ASCENT;
    c.put(line, Point::new(left, baseline), scale);
    if c.rng.chance(0.4) {
        let below = baseline + c.rng.uniform(0.3..1.0);
        let stroke = c.hand.line(Point::new(left, below), Point::new(left + width, below), c.rng);
        c.draw(vec![stroke]);
    }
    baseline + c.leading * c.rng.uniform(1.0..1.8)
}

/// Lines of text from the baseline `y` on; the baseline below them.
fn paragraph(c: &mut Composition<'_, '_>, area: Rect, y: f32, n_lines: usize) -> f32 {
    let mut y = y;
    let indent = if c.rng.chance(0.25) { c.rng.uniform(1.0..5.0) } else { 0.0 };
    let ragged = c.rng.uniform(0.0..0.25);
    for index in 0..n_lines {
        if y > area.y1 {
            break;
        }
        let left = area.x0 + if index == 0 { indent } else { c.rng.normal(0.2) };
        let mut width = area.x1 - left;
        width *= 1.0 - ragged * c.rng.uniform(0.0..1.0);
        if index + 1 == n_lines {
            width *= c.rng.uniform(0.15..1.0);
        }
        let struck = c.rng.chance(STRUCK);
        if let Some(line) = c.writer.line(width, struck, c.rng) {
            c.put(line, Point::new(left, y), 1.0);
        }
        y += c.leading * c.rng.uniform(0.93..1.07);
    }
    y
}

/// Items with bullets, numbers or check boxes.
fn list(c: &mut Composition<'_, '_>, area: Rect, y: f32, n_items: usize) -> f32 {
    let mut y = y;
    let marker = c.rng.count(0, 7);
    let indent = c.rng.uniform(1.2..3.5);
    let depth = if c.rng.chance(0.3) { c.rng.uniform(1.0..4.0) } else { 0.0 };
    for index in 0..n_items {
        if y > area.y1 {
            break;
        }
        let left = area.x0 + if c.rng.chance(0.3) { depth } else { 0.0 };
        let number = number(c, marker, index);
        let is_numbered = !number.is_empty();
        let text = left + if is_numbered { 0.0 } else { draw_marker(c, marker, Point::new(left, y), indent) };
        let width = (area.x1 - text) * c.rng.uniform(0.15..1.0);
        if let Some(line) = c.writer.line_after(number, width, false, c.rng) {
            c.put(line, Point::new(text, y), 1.0);
        }
        y += c.leading * c.rng.uniform(0.95..1.05);
    }
    y
}

/// Draws what stands before an item; how far right of `at` its text begins.
fn draw_marker(c: &mut Composition<'_, '_>, kind: usize, at: Point, indent: f32) -> f32 {
    let box_at = |side: f32| Rect::new(at.x, at.y - side, at.x + side, at.y);
    match kind {
        0 => {
            let dot = Point::new(at.x + 0.3, at.y - 0.5);
            let r = c.rng.uniform(0.08..0.25);
            let disc = c.hand.ellipse(Rect::new(dot.x - r, dot.y - r, dot.x + r, dot.y + r), c.rng);
            c.draw_ink(Ink { areas: vec![vec![disc.clone()]], strokes: vec![disc] });
            indent.max(1.0)
        }
        1 => {
            let end = at.x + c.rng.uniform(0.4..1.0);
            let dash = c.hand.line(Point::new(at.x, at.y - 0.5), Point::new(end, at.y - 0.5), c.rng);
            c.draw(vec![dash]);
            indent.max(1.4)
        }
        2 => {
            let side = c.rng.uniform(0.9..1.7);
            let mut strokes = c.hand.rectangle(box_at(side), c.rng);
            if c.rng.chance(0.4) {
                strokes.extend(tick(c, box_at(side)));
            }
            c.draw(strokes);
            indent.max(side + 0.5)
        }
        3 => {
            let style = ConnectorStyle::random(c.rng);
            let way = [Point::new(at.x, at.y - 0.5), Point::new(at.x + 1.5, at.y - 0.5)];
            let ink = connector(&c.hand, &way, &style, c.rng);
            c.draw_ink(ink);
            indent.max(2.2)
        }
        4 => {
            let star = [((0.0, -0.5), (0.9, -0.5)), ((0.45, -0.95), (0.45, -0.05)), ((0.1, -0.85), (0.8, -0.15))];
            let point = |(x, y): (f32, f32)| Point::new(at.x + x, at.y + y);
            let strokes = star.map(|(a, b)| c.hand.line(point(a), point(b), c.rng)).into();
            c.draw(strokes);
            indent.max(1.5)
        }
        _ => 0.0,
    }
}

/// The number of an item, which is the first word of its line; none for other markers.
fn number(c: &mut Composition<'_, '_>, kind: usize, index: usize) -> Vec<WrittenWord> {
    let number = match kind {
        5 => format!("{}.", index + 1),
        6 => format!("{})", index + 1),
        7 => format!("{})", char::from(b'a' + (index % 26) as u8)),
        _ => return Vec::new(),
    };
    c.writer.write(&number, c.rng)
}

fn tick(c: &mut Composition<'_, '_>, area: Rect) -> Vec<Polyline> {
    if c.rng.chance(0.5) {
        let corners = area.corners();
        return vec![c.hand.line(corners[0], corners[2], c.rng), c.hand.line(corners[1], corners[3], c.rng)];
    }
    let (w, h) = (area.width(), area.height());
    let points = [(0.1, 0.5), (0.4, 0.95), (1.3, -0.4)].map(|(x, y)| Point::new(area.x0 + x * w, area.y0 + y * h));
    vec![c.hand.stroke(&points, c.rng)]
}

/// A letter: date on the right, salutation, paragraphs, signature.
pub(in crate::synthesis::pages) fn letter(c: &mut Composition<'_, '_>, area: Rect) {
    let first = c.layout.lines.len();
    let mut y = area.y0 + ASCENT;
    let right = Rect::new(area.x0 + 0.6 * area.width(), area.y0, area.x1, area.y1);
    for _ in 0..c.rng.count(0, 4) {
        y = paragraph(c, right, y, 1);
    }
    y += c.leading;
    y = paragraph(c, area, y, 1) + 0.5 * c.leading;
    while y < area.y1 - 4.0 * c.leading {
        let n_lines = c.rng.count(3, 10);
        y = paragraph(c, Rect::new(area.x0, area.y0, area.x1, area.y1 - 3.0 * c.leading), y, n_lines);
        y += c.rng.uniform(0.0..0.8) * c.leading;
    }
    let left = area.x0 + c.rng.uniform(0.0..0.6) * area.width();
    paragraph(c, Rect::new(left, area.y0, area.x1, area.y1), y, 2);
    annotate(c, first);
}

/// A form: labels, dotted leaders or rules to fill in, answers on some of them, check boxes.
pub(in crate::synthesis::pages) fn form(c: &mut Composition<'_, '_>, area: Rect) {
    let mut y = heading(c, area, area.y0 + ASCENT);
    let leading = c.leading * c.rng.uniform(1.0..1.6);
    let is_dotted = c.rng.chance(0.5);
    while y < area.y1 {
        let n_fields = if c.rng.chance(0.3) { 2 } else { 1 };
        for field in 0..n_fields {
            let width = area.width() / n_fields as f32;
            let left = area.x0 + field as f32 * width;
            form_field(c, Rect::new(left, y - ASCENT, left + width - 1.0, y), is_dotted);
        }
        y += leading;
    }
}

fn form_field(c: &mut Composition<'_, '_>, area: Rect, is_dotted: bool) {
    let y = area.y1;
    let words = c.writer.label(2, c.rng);
    if words.is_empty() {
        return;
    }
    let line = c.writer.set(words, None, c.rng);
    let start = area.x0 + line.width + c.rng.uniform(0.3..1.2);
    c.put(line, Point::new(area.x0, y), 1.0);
    if start + 3.0 > area.x1 {
        return;
    }
    let below = y + c.rng.uniform(0.0..0.4);
    let leader = [Point::new(start, below), Point::new(area.x1, below)];
    let strokes = if is_dotted { dashes(&leader, c.rng.uniform(0.12..0.3), c.rng) } else { vec![leader.to_vec()] };
    c.layout.draw(strokes, InkKind::Drawing, c.drawing_pen);
    if c.rng.chance(0.6)
        && let Some(answer) = c.writer.line((area.x1 - start) * c.rng.uniform(0.3..1.0), false, c.rng)
    {
        let at = Point::new(start + c.rng.uniform(0.2..2.0), y - c.rng.uniform(-0.1..0.4));
        c.put(answer, at, 1.0);
    }
}
