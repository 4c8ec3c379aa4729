//! Tables with and without rules.
//!
//! Lengths are in x-heights and were set by eye on photographed pages; no measurement is recorded.

use crate::{
    page::{Point, Rect},
    synthesis::{
        pages::composition::{ASCENT, Composition},
        random::LineRng,
    },
};

/// What the cells of a column hold.
#[derive(Clone, Copy, Debug)]
enum Column {
    Words,
    Digit,
    Number,
    Empty,
}

/// A table that fills the upper part of `area`.
pub(in crate::synthesis::pages) fn table(c: &mut Composition<'_, '_>, area: Rect) {
    let n_columns = c.rng.count(2, ((area.width() / 6.0) as usize).clamp(2, 8));
    let row_height = c.leading.max(2.4) * c.rng.uniform(1.0..1.5);
    let n_rows = c.rng.count(2, ((area.height() / row_height) as usize).clamp(2, 22));
    let edges = edges(n_columns, area, c.rng);
    let bottom = area.y0 + n_rows as f32 * row_height;
    let kinds: Vec<Column> = (0..n_columns).map(|index| column(index, c.rng)).collect();
    for row in 0..n_rows {
        let y = area.y0 + row as f32 * row_height;
        for (index, &kind) in kinds.iter().enumerate() {
            let cell = Rect::new(edges[index], y, edges[index + 1], y + row_height);
            fill(c, cell, if row == 0 { Column::Words } else { kind });
        }
    }
    let table = Rect::new(area.x0, area.y0, edges[n_columns], bottom);
    draw_rules(c, table, &edges, (n_rows, row_height));
}

fn edges(n_columns: usize, area: Rect, rng: &mut LineRng) -> Vec<f32> {
    let shares: Vec<f32> = (0..n_columns).map(|_| rng.uniform(0.5..1.8)).collect();
    let total: f32 = shares.iter().sum();
    let width = area.width() * rng.uniform(0.6..1.0);
    let mut edges = vec![area.x0];
    for share in shares {
        let last = edges[edges.len() - 1];
        edges.push(last + share / total * width);
    }
    edges
}

fn column(index: usize, rng: &mut LineRng) -> Column {
    match rng.count(0, 9) {
        0..=1 if index > 0 => Column::Digit,
        2..=5 if index > 0 => Column::Number,
        6 if index > 0 => Column::Empty,
        _ => Column::Words,
    }
}

fn fill(c: &mut Composition<'_, '_>, cell: Rect, column: Column) {
    if c.rng.chance(0.1) {
        return;
    }
    let padding = c.rng.uniform(0.3..0.8);
    let baseline = cell.y0 + 0.5 * cell.height() + 0.5 * ASCENT - 0.3;
    let line = match column {
        Column::Empty => None,
        Column::Words => c.writer.line((cell.width() - 2.0 * padding).max(0.5), false, c.rng),
        Column::Digit => {
            let digit = c.rng.count(0, 9).to_string();
            written(c, &digit)
        }
        Column::Number => {
            let number = match c.rng.count(0, 3) {
                0 => c.rng.count(0, 999).to_string(),
                1 => format!("{}.{:02}", c.rng.count(0, 99), c.rng.count(0, 99)),
                2 => format!("{}%", c.rng.count(0, 100)),
                _ => format!("{}/{}", c.rng.count(1, 31), c.rng.count(1, 12)),
            };
            written(c, &number)
        }
    };
    let Some(line) = line.filter(|line| line.width < cell.width() + 1.0) else { return };
    let left = match column {
        Column::Words => cell.x0 + padding,
        _ if c.rng.chance(0.5) => cell.x0 + 0.5 * (cell.width() - line.width),
        _ => cell.x1 - padding - line.width,
    };
    let at = Point::new(left, baseline + c.rng.normal(0.12));
    c.put(line, at, 1.0);
}

fn written(c: &mut Composition<'_, '_>, text: &str) -> Option<crate::synthesis::pages::writer::SetLine> {
    let words = c.writer.write(text, c.rng);
    (!words.is_empty()).then(|| c.writer.set(words, None, c.rng))
}

/// All rules, those below the head and the columns, or none.
fn draw_rules(c: &mut Composition<'_, '_>, table: Rect, edges: &[f32], (n_rows, row_height): (usize, f32)) {
    let style = c.rng.count(0, 4);
    let mut strokes = Vec::new();
    let row = |index: usize| table.y0 + index as f32 * row_height;
    if style >= 2 {
        strokes.extend(c.hand.rectangle(table, c.rng));
    }
    if style >= 1 {
        let rows: Vec<usize> = if style == 4 { (1..n_rows).collect() } else { vec![1] };
        for y in rows.into_iter().map(row) {
            strokes.push(c.hand.line(Point::new(table.x0, y), Point::new(table.x1, y), c.rng));
        }
        for &x in &edges[1..edges.len() - 1] {
            strokes.push(c.hand.line(Point::new(x, table.y0), Point::new(x, table.y1), c.rng));
        }
    }
    if !strokes.is_empty() {
        c.draw(strokes);
    }
}
