//! What people draw around their writing: underlines, boxes, circles, brackets, arrows, insertions.
//!
//! Lengths are in x-heights and were set by eye on photographed pages; no measurement is recorded.

use crate::{
    page::{Point, Rect},
    synthesis::{
        pages::{
            composition::Composition,
            connectors::{ConnectorStyle, connector, route},
            layout::{InkKind, PlacedLine, bounds_of_line},
        },
        pen_and_paper::struck_out::struck_out,
    },
};

/// Draws around some of the lines from `first` on.
pub(super) fn annotate(c: &mut Composition<'_, '_>, first: usize) {
    let n = c.layout.lines.len();
    if n <= first {
        return;
    }
    let n_marks = c.rng.count(0, 1 + (n - first) / 3);
    for _ in 0..n_marks {
        let line = c.layout.lines[c.rng.count(first, n - 1)].clone();
        match c.rng.count(0, 8) {
            0..=2 => underline(c, &line),
            3 => circled_word(c, &line),
            4 => boxed(c, &line),
            5 => bracket(c, first),
            6 => arrow_between(c, first),
            7 => insertion(c, &line),
            _ => scribble(c, &line),
        }
    }
}

/// One or two strokes below a word or a line.
fn underline(c: &mut Composition<'_, '_>, line: &PlacedLine) {
    let first = c.rng.count(0, line.words.len() - 1);
    let last = if c.rng.chance(0.5) { line.words.len() - 1 } else { first };
    let (from, to) = (line.words[first.min(last)].ends[0], line.words[last].ends[1]);
    for _ in 0..c.rng.count(1, 2) {
        let mut below = || c.rng.uniform(0.1..0.8) * line.x_height;
        let (start, end) = (Point::new(from.x, from.y + below()), Point::new(to.x, to.y + below()));
        let stroke = if c.rng.chance(0.15) { wave(start, end) } else { vec![start, end] };
        let stroke = c.hand.stroke(&stroke, c.rng);
        c.draw(vec![stroke]);
    }
}

fn wave(from: Point, to: Point) -> Vec<Point> {
    let n = (from.distance(to) / 0.3).max(2.0) as usize;
    (0..=n)
        .map(|i| {
            let share = i as f32 / n as f32;
            let rise = 0.25 * (i as f32 * 1.2).sin();
            Point::new(from.x + share * (to.x - from.x), from.y + share * (to.y - from.y) + rise)
        })
        .collect()
}

fn grown(area: Rect, x: f32, y: f32) -> Rect {
    Rect::new(area.x0 - x, area.y0 - y, area.x1 + x, area.y1 + y)
}

fn circled_word(c: &mut Composition<'_, '_>, line: &PlacedLine) {
    let Some(word) = c.rng.pick(&line.words) else { return };
    let Some(bounds) = word.ink.bounds() else { return };
    let area = grown(bounds, c.rng.uniform(0.2..1.5), c.rng.uniform(0.1..0.8));
    let stroke = c.hand.ellipse(area, c.rng);
    c.draw(vec![stroke]);
}

fn boxed(c: &mut Composition<'_, '_>, line: &PlacedLine) {
    let Some(bounds) = bounds_of_line(line) else { return };
    let area = grown(bounds, c.rng.uniform(0.2..1.2), c.rng.uniform(0.1..0.7));
    let strokes = c.hand.rectangle(area, c.rng);
    c.draw(strokes);
}

/// A bracket, brace or bar beside several lines.
fn bracket(c: &mut Composition<'_, '_>, first: usize) {
    let n = c.layout.lines.len();
    let start = c.rng.count(first, n - 1);
    let end = (start + c.rng.count(1, 4)).min(n - 1);
    let Some(area) = c.layout.lines[start..=end].iter().filter_map(bounds_of_line).reduce(Rect::union) else { return };
    let is_right = c.rng.chance(0.6);
    let gap = c.rng.uniform(0.3..1.5);
    let (x, out) = if is_right { (area.x1 + gap, 1.0) } else { (area.x0 - gap, -1.0) };
    let depth = c.rng.uniform(0.4..1.2) * out;
    let middle = f32::midpoint(area.y0, area.y1);
    let at = |dx: f32, y: f32| Point::new(x + dx * depth, y);
    let points = match c.rng.count(0, 2) {
        0 => vec![at(0.0, area.y0), at(1.0, area.y0), at(1.0, area.y1), at(0.0, area.y1)],
        1 => vec![at(0.0, area.y0), at(0.0, area.y1)],
        _ => {
            let mut points = vec![at(0.0, area.y0), at(0.7, area.y0 + 0.4), at(0.8, middle - 0.6), at(1.6, middle)];
            points.extend([at(0.8, middle + 0.6), at(0.7, area.y1 - 0.4), at(0.0, area.y1)]);
            points
        }
    };
    let stroke = c.hand.stroke(&points, c.rng);
    c.draw(vec![stroke]);
}

/// An arrow from one word to another.
fn arrow_between(c: &mut Composition<'_, '_>, first: usize) {
    let n = c.layout.lines.len();
    let ends: Vec<Point> = (0..2)
        .filter_map(|end| {
            let line = &c.layout.lines[c.rng.count(first, n - 1)];
            let bounds = c.rng.pick(&line.words)?.ink.bounds()?;
            let y = if c.rng.chance(0.5) { bounds.y0 } else { bounds.y1 };
            Some(Point::new(c.rng.uniform(bounds.x0..bounds.x1 + 0.01), y + 0.3 * end as f32))
        })
        .collect();
    let [from, to] = ends[..] else { return };
    if from.distance(to) < 2.0 {
        return;
    }
    let way = route(from, to, c.rng.chance(0.5), c.rng);
    let style = ConnectorStyle::random(c.rng);
    let ink = connector(&c.hand, &way, &style, c.rng);
    c.draw_ink(ink);
}

/// A word above a line, with a caret below it.
fn insertion(c: &mut Composition<'_, '_>, line: &PlacedLine) {
    let Some(word) = c.rng.pick(&line.words).cloned() else { return };
    let words: Vec<_> = (0..c.rng.count(1, 2)).filter_map(|_| c.writer.word(c.rng)).collect();
    if words.is_empty() {
        return;
    }
    let scale = c.rng.uniform(0.6..0.95) * line.x_height;
    let gap = word.ends[1];
    let set = c.writer.set(words, None, c.rng);
    let left = gap.x - 0.5 * set.width * scale;
    let rise = c.rng.uniform(1.4..2.2) * line.x_height;
    c.put(set, Point::new(left, gap.y - rise), scale);
    let caret = [(-0.4, 0.5), (0.1, -0.9), (0.5, 0.5)].map(|(x, y)| Point::new(gap.x + 0.3 + x, gap.y + y));
    let stroke = c.hand.stroke(&caret, c.rng);
    c.draw(vec![stroke]);
}

/// A word beside a line, scribbled out.
fn scribble(c: &mut Composition<'_, '_>, line: &PlacedLine) {
    let Some(bounds) = bounds_of_line(line) else { return };
    let Some(word) = c.writer.word(c.rng) else { return };
    let Some(mut ink) = struck_out(&word.ink.strokes, c.rng) else { return };
    let shift = Point::new(bounds.x1 + c.rng.uniform(0.6..2.0), line.baseline[line.baseline.len() - 1].y);
    ink.map(|p| Point::new(p.x + shift.x, p.y + shift.y));
    c.layout.draw(ink.strokes, InkKind::Struck, c.writing_pen);
}
