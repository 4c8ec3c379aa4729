//! The rows of a page's text: a line each, or a row of a table.

use super::{
    geometry::{Point, Rect},
    tables::{Entry, Stretch, Table, stretches, tables},
    text_line::{Page, TextLine},
};

impl Page {
    /// The page's text: a row for each line, and one for each row of a table, whose cells are parted by tabs.
    pub fn text(&self) -> String {
        let text = |index: usize| self.lines[index].text();
        let rows = |stretch: Stretch<'_>| match stretch {
            Stretch::Text(lines) => lines.map(|index| text(index).to_owned()).collect(),
            Stretch::Table(table) => table.row_texts(text),
        };
        let tables = self.tables();
        stretches(self.lines.len(), &tables).into_iter().flat_map(rows).collect::<Vec<String>>().join("\n")
    }

    /// The tables among the page's lines, in their order. Lines that do not come row by row form none.
    pub fn tables(&self) -> Vec<Table> {
        let quarter_turns = self.turn() / 90;
        let entries: Vec<Entry> = self.lines.iter().map(|line| line.entry(quarter_turns)).collect();
        let comes_row_by_row = |table: &Table| {
            let lines: Vec<usize> = table.lines().collect();
            lines.windows(2).all(|pair| pair[1] == pair[0] + 1)
        };
        let mut tables = tables(&entries);
        tables.retain(comes_row_by_row);
        tables.sort_by_key(|table| table.lines().next());
        tables
    }
}

impl TextLine {
    /// The line's place once its page is turned clockwise by so many quarters; the origin does not matter.
    pub(crate) fn entry(&self, quarter_turns: u32) -> Entry {
        let upright = |p: Point| match quarter_turns {
            1 => Point::new(-p.y, p.x),
            2 => Point::new(-p.x, -p.y),
            3 => Point::new(p.y, -p.x),
            _ => p,
        };
        let bounds = Rect::around(self.bounds.corners().map(upright)).unwrap_or_default();
        let baseline: Vec<f32> = self.baseline.0.iter().map(|&point| upright(point).y).collect();
        let foot = if baseline.is_empty() { bounds.y1 } else { baseline.iter().sum::<f32>() / baseline.len() as f32 };
        Entry { bounds, foot, x_height: self.x_height }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::geometry::Baseline;

    fn line(text: &str, x: f32, foot: f32, width: f32) -> TextLine {
        TextLine {
            baseline: Baseline(vec![Point::new(x, foot), Point::new(x + width, foot)]),
            x_height: 20.0,
            correction: Some(text.to_owned()),
            ..TextLine::at(Rect::new(x, foot - 30.0, x + width, foot + 10.0))
        }
    }

    #[test]
    fn rows_of_a_table_are_rows_of_the_text() {
        let row =
            |n: f32, day: &str, count: &str| [line(day, 50.0, n * 80.0, 180.0), line(count, 400.0, n * 80.0, 30.0)];
        let mut lines = vec![line("Bread that we baked in the week", 50.0, 80.0, 600.0)];
        lines.extend([row(2.5, "Monday", "8"), row(3.5, "Tuesday", "12"), row(4.5, "Friday", "5")].concat());
        let page = Page { width: 800, height: 600, lines, drawings: Vec::new() };
        let text = "Bread that we baked in the week\nMonday\t8\nTuesday\t12\nFriday\t5";
        assert_eq!(page.text(), text);
        let turned = Page {
            width: 600,
            height: 800,
            lines: page.lines.iter().map(|line| line.moved(|p| Point::new(600.0 - p.y, p.x))).collect(),
            drawings: Vec::new(),
        };
        assert_eq!(turned.text(), text, "on its side");
        let mut by_column = page;
        by_column.lines.sort_by(|a, b| a.bounds.x0.total_cmp(&b.bounds.x0));
        assert_eq!(by_column.text().lines().count(), 7, "another order is kept");
    }
}
