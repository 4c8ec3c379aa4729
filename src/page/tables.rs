//! Tables: rows of entries, told by the places of a page's lines. Nothing of them is stored: they are told anew
//! whenever they are needed, from lines as they are after all corrections.

use std::ops::Range;

use super::geometry::Rect;
use crate::numerics::median::median;

/// The feet of entries of one row differ by so many x-heights at most. No measurement recorded.
const MAX_FOOT_DIFFERENCE: f32 = 1.0;
/// Rows of a table are at most so many times as far apart as they usually are. No measurement recorded.
const MAX_ROW_STEP: f32 = 2.0;
/// Rows with two entries or more that a table has at least.
const MIN_ROWS: usize = 3;
/// Rows that a table has at most: what is longer goes on in another one, and noise takes no time.
const MAX_ROWS: usize = 200;
/// Width of the usual entry of a column of numbers and the like, at most, in x-heights: a table has such a column.
/// Chosen on two tables with single digits.
const NARROW_COLUMN: f32 = 4.5;
/// Width of the usual entry in each of three columns or more, at most, in x-heights, where none is as narrow: columns
/// of running text are wider. Chosen with [`NARROW_COLUMN`].
const SHORT_COLUMN: f32 = 9.0;
/// The fraction of a table's rows that have an entry in each of its columns, at least. No measurement recorded.
const MIN_FILLED: f32 = 0.5;

/// A table: rows from top to bottom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// For each row a cell for each column, which holds the index of its line; `None` for an empty cell.
    pub rows: Vec<Vec<Option<usize>>>,
}

impl Table {
    /// The indices of the table's lines, row by row.
    pub fn lines(&self) -> impl Iterator<Item = usize> + '_ {
        self.rows.iter().flatten().filter_map(|cell| *cell)
    }

    /// The text of each row, with a tab between two cells; `text` gives that of a line.
    pub fn row_texts<'a>(&self, text: impl Fn(usize) -> &'a str) -> Vec<String> {
        let cell = |cell: &Option<usize>| cell.map_or("", |index| text(index).trim());
        self.rows.iter().map(|row| row.iter().map(cell).collect::<Vec<_>>().join("\t")).collect()
    }
}

/// Lines of a page that follow one another: of running text, or of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stretch<'a> {
    /// The lines of these indices, in no table.
    Text(Range<usize>),
    /// A table's lines.
    Table(&'a Table),
}

/// All `n_lines` lines of a page in their order, of which some are in `tables`.
pub fn stretches(n_lines: usize, tables: &[Table]) -> Vec<Stretch<'_>> {
    let mut found = Vec::new();
    let mut start = 0;
    for table in tables {
        let Some(first) = table.lines().next() else { continue };
        if first > start {
            found.push(Stretch::Text(start..first));
        }
        found.push(Stretch::Table(table));
        start = first + table.lines().count();
    }
    if start < n_lines {
        found.push(Stretch::Text(start..n_lines));
    }
    found
}

/// A line that may be an entry of a table: as it lies for the reader, x along the writing, y down.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The line's box.
    pub bounds: Rect,
    /// The height of its baseline.
    pub foot: f32,
    /// The height of a small letter; 0 if unknown.
    pub x_height: f32,
}

/// The tables among these lines, from top to bottom. Columns of running text are none.
pub fn tables(entries: &[Entry]) -> Vec<Table> {
    // A digit has no small letters beside it to tell its own x-height.
    let x_height = median(entries.iter().map(|entry| entry.x_height).filter(|&x_height| x_height > 0.0));
    if x_height <= 0.0 {
        return Vec::new();
    }
    let rows = rows_of(entries, x_height);
    let mut tables = Vec::new();
    let mut start = 0;
    while start < rows.len() {
        // Only a row of several entries begins a table.
        let end = if rows[start].len() > 1 { rows.len().min(start + MAX_ROWS) } else { start };
        let found = (start + MIN_ROWS..=end).rev().find_map(|end| table_of(&rows[start..end], entries, x_height));
        start += found.as_ref().map_or(1, |table| table.rows.len());
        tables.extend(found);
    }
    tables
}

/// The indices of the entries in rows, from top to bottom, each from left to right.
fn rows_of(entries: &[Entry], x_height: f32) -> Vec<Vec<usize>> {
    let mut by_foot: Vec<usize> = (0..entries.len()).collect();
    by_foot.sort_by(|&a, &b| entries[a].foot.total_cmp(&entries[b].foot));
    let mut rows: Vec<Vec<usize>> = Vec::new();
    for index in by_foot {
        let entry = entries[index];
        let is_beside = |&other: &usize| {
            let other: &Entry = &entries[other];
            let is_apart = entry.bounds.x1 <= other.bounds.x0 || other.bounds.x1 <= entry.bounds.x0;
            is_apart && (entry.foot - other.foot).abs() <= MAX_FOOT_DIFFERENCE * x_height
        };
        match rows.last_mut().filter(|row| row.iter().all(is_beside)) {
            Some(row) => row.push(index),
            None => rows.push(vec![index]),
        }
    }
    for row in &mut rows {
        row.sort_by(|&a, &b| entries[a].bounds.x0.total_cmp(&entries[b].bounds.x0));
    }
    rows
}

/// The table that these rows form, if they do: each entry stands in one column, and no row has two in one.
fn table_of(rows: &[Vec<usize>], entries: &[Entry], x_height: f32) -> Option<Table> {
    let columns = columns_of(rows, entries);
    if columns.len() < 2 || rows.first()?.len() < 2 || rows.last()?.len() < 2 || !are_near(rows, entries) {
        return None;
    }
    let column_of = |&index: &usize| columns.iter().position(|column| column.contains(&index));
    let mut cells = Vec::new();
    for row in rows {
        let mut in_columns = vec![None; columns.len()];
        for index in row {
            let cell: &mut Option<usize> = in_columns.get_mut(column_of(index)?)?;
            if cell.replace(*index).is_some() {
                return None;
            }
        }
        cells.push(in_columns);
    }
    let is_filled = |column: &Vec<usize>| column.len() as f32 >= MIN_FILLED * rows.len() as f32;
    let n_full_rows = rows.iter().filter(|row| row.len() > 1).count();
    let widths: Vec<f32> = columns.iter().map(|column| usual_width(column, entries) / x_height).collect();
    let is_of_short_entries = widths.iter().any(|&width| width <= NARROW_COLUMN)
        || columns.len() > 2 && widths.iter().all(|&width| width <= SHORT_COLUMN);
    let is_table = n_full_rows >= MIN_ROWS && columns.iter().all(is_filled) && is_of_short_entries;
    is_table.then_some(Table { rows: cells })
}

/// The entries of rows in columns, from left to right: those that lie above one another, directly or by way of others.
fn columns_of(rows: &[Vec<usize>], entries: &[Entry]) -> Vec<Vec<usize>> {
    let mut by_left: Vec<usize> = rows.concat();
    by_left.sort_by(|&a, &b| entries[a].bounds.x0.total_cmp(&entries[b].bounds.x0));
    let mut columns: Vec<(f32, Vec<usize>)> = Vec::new();
    for index in by_left {
        let Rect { x0, x1, .. } = entries[index].bounds;
        match columns.last_mut().filter(|(right, _)| x0 < *right) {
            Some((right, column)) => {
                *right = right.max(x1);
                column.push(index);
            }
            None => columns.push((x1, vec![index])),
        }
    }
    columns.into_iter().map(|(_, column)| column).collect()
}

/// Whether no two rows are much further apart than the nearest two.
fn are_near(rows: &[Vec<usize>], entries: &[Entry]) -> bool {
    let foot = |row: &Vec<usize>| row.iter().map(|&index| entries[index].foot).sum::<f32>() / row.len() as f32;
    let steps: Vec<f32> = rows.windows(2).map(|pair| foot(&pair[1]) - foot(&pair[0])).collect();
    let (least, most) =
        steps.iter().fold((f32::MAX, 0.0_f32), |(least, most), &step| (least.min(step), most.max(step)));
    most <= MAX_ROW_STEP * least
}

/// The median width of these entries.
fn usual_width(column: &[usize], entries: &[Entry]) -> f32 {
    median(column.iter().map(|&index| entries[index].bounds.width()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Entries in columns that begin at `lefts`, of so many x-heights of ten pixels, in `n` rows.
    fn grid(lefts: &[f32], widths: &[f32], n: usize) -> Vec<Entry> {
        let entry = |row: usize, column: usize| {
            let (x, foot) = (lefts[column], 60.0 * row as f32 + 40.0);
            let bounds = Rect::new(x, foot - 20.0, x + 10.0 * widths[column], foot + 5.0);
            Entry { bounds, foot: foot + 3.0 * column as f32, x_height: 10.0 }
        };
        (0..n).flat_map(|row| (0..lefts.len()).map(move |column| entry(row, column))).collect()
    }

    #[test]
    fn columns_with_numbers_are_tables_and_columns_of_text_are_not() {
        let days = grid(&[0.0, 200.0, 300.0], &[9.0, 1.0, 3.0], 5);
        let found = tables(&days);
        assert_eq!((found.len(), found[0].rows.len()), (1, 5));
        assert_eq!(found[0].lines().collect::<Vec<_>>(), (0..15).collect::<Vec<_>>());
        assert_eq!(tables(&grid(&[0.0, 400.0], &[30.0, 32.0], 12)), [], "two columns of a letter");
        assert_eq!(tables(&grid(&[0.0], &[3.0], 12)), [], "a list");
        assert_eq!(tables(&grid(&[0.0, 200.0], &[9.0, 1.0], 2)), [], "two rows");
    }

    #[test]
    fn empty_cells_stay_empty_and_a_title_is_no_row() {
        let mut entries = grid(&[0.0, 200.0, 300.0], &[9.0, 1.0, 3.0], 5);
        entries.remove(7);
        let title = Entry { bounds: Rect::new(0.0, -60.0, 330.0, -30.0), foot: -35.0, x_height: 12.0 };
        entries.insert(0, title);
        let found = tables(&entries);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].rows[2], [Some(7), None, Some(8)]);
        assert!(!found[0].lines().any(|index| index == 0));
    }
}
