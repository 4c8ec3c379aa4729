//! Paragraphs, list items and headings of a page, told by the places of its lines: by indents, gaps, the lengths of
//! lines, the sizes of letters and the markers of lists.

use super::reading_frame::{PlacedLine, placed_lines};
use crate::{
    numerics::median::median,
    page::{MarkerKind, Page, Table, TextLine},
};

/// A gap this many times the usual distance of baselines parts paragraphs. No measurement recorded.
const GAP: f32 = 1.5;
/// A line that begins this many letter widths to the right of its neighbours is indented. No measurement recorded.
const INDENT_LETTERS: f32 = 2.5;
/// A line that leaves this part of its column free, and room for the next word, ends a paragraph. No measurement
/// recorded.
const FREE_PART: f32 = 0.25;
/// Letters this many times the usual size are those of a heading, and of a heading of the first level. No measurement
/// recorded.
const HEADING_SIZES: [f32; 2] = [1.35, 1.8];
/// Most lines of a heading.
const MAX_HEADING_LINES: usize = 2;
/// Lines on either side that a line's column is measured by.
const NEIGHBOURS: usize = 6;

/// What a block of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BlockKind {
    /// Running text.
    Paragraph,
    /// Text in larger letters, of level 1 or 2.
    Heading(u8),
    /// An item of a list, with its marker.
    Item(MarkerKind),
    /// A table: each line is one of its rows, with a tab between two cells.
    Table,
}

/// Consecutive lines that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Block {
    /// What it is.
    pub(super) kind: BlockKind,
    /// Its lines' texts, without blanks at the ends and without the marker of an item. None is empty.
    pub(super) lines: Vec<String>,
}

impl Block {
    /// The cells of a table, row by row.
    pub(super) fn cells(&self) -> impl Iterator<Item = Vec<&str>> {
        self.lines.iter().map(|row| row.split('\t').collect())
    }

    /// The lines as one: joined by blanks, and a word hyphenated at a line's end is joined. Rows of a table stay rows.
    pub(super) fn joined(&self) -> String {
        if self.kind == BlockKind::Table {
            return self.lines.join("\n");
        }
        let mut joined = String::new();
        for line in &self.lines {
            let is_broken_word = joined.ends_with('-')
                && joined.chars().rev().nth(1).is_some_and(char::is_alphabetic)
                && line.starts_with(char::is_lowercase);
            if is_broken_word {
                joined.pop();
            } else if !joined.is_empty() {
                joined.push(' ');
            }
            joined.push_str(line);
        }
        joined
    }
}

/// The blocks of a page, in reading order. Lines without text are left out.
pub(super) fn blocks(page: &Page) -> Vec<Block> {
    let placed = placed_lines(page);
    let tables = page.tables();
    let table_of = |index: usize| tables.iter().find(|table| table.lines().any(|line| line == index));
    let (mut written, mut in_tables): (Vec<(&TextLine, PlacedLine)>, Vec<Option<&Table>>) = (Vec::new(), Vec::new());
    for (index, line) in
        page.lines.iter().zip(placed).enumerate().filter(|(_, (line, _))| !line.text().trim().is_empty())
    {
        written.push(line);
        in_tables.push(table_of(index));
    }
    let layout = Layout::of(&written.iter().map(|(_, placed)| *placed).collect::<Vec<_>>());
    let mut blocks: Vec<Block> = Vec::new();
    for (index, (line, _)) in written.iter().enumerate() {
        if let Some(table) = in_tables[index] {
            if index == 0 || in_tables[index - 1] != Some(table) {
                blocks.push(Block { kind: BlockKind::Table, lines: table.row_texts(|line| page.lines[line].text()) });
            }
            continue;
        }
        let marker = marker_of(line);
        let starts = marker.is_some() || is_numbered(line.text());
        let continues = index > 0 && !starts && layout.continues(index, blocks.last(), &written);
        let text = if marker.is_some() { line.text_as_item() } else { line.text() }.trim().to_owned();
        match blocks.last_mut().filter(|_| continues) {
            Some(block) => block.lines.push(text),
            None => blocks.push(Block { kind: layout.kind_of(index, marker), lines: vec![text] }),
        }
    }
    for block in &mut blocks {
        if matches!(block.kind, BlockKind::Heading(_)) && block.lines.len() > MAX_HEADING_LINES {
            block.kind = BlockKind::Paragraph;
        }
    }
    blocks
}

/// The marker that the page has before the line, or that the user typed.
fn marker_of(line: &TextLine) -> Option<MarkerKind> {
    let typed = || MarkerKind::of_text(line.text());
    line.marker.map(|marker| marker.kind).or_else(typed)
}

/// Whether the text begins as an item of a numbered list: "1. milk", "2) tea".
fn is_numbered(text: &str) -> bool {
    let number = text.split_whitespace().next().and_then(|word| word.strip_suffix(['.', ')']));
    number.is_some_and(|number| number.len() < 3 && number.parse::<u8>().is_ok())
}

/// The places of the lines, and what is usual on the page.
struct Layout {
    lines: Vec<PlacedLine>,
    /// The median distance of baselines.
    distance: f32,
    x_height: f32,
}

impl Layout {
    fn of(lines: &[PlacedLine]) -> Self {
        let steps = lines.windows(2).map(|pair| pair[1].foot - pair[0].foot).filter(|step| *step > 0.0);
        let x_heights = lines.iter().map(|line| line.x_height).filter(|height| *height > 0.0);
        Self { lines: lines.to_vec(), distance: median(steps), x_height: median(x_heights) }
    }

    fn kind_of(&self, index: usize, marker: Option<MarkerKind>) -> BlockKind {
        let size = self.lines[index].x_height / self.x_height.max(1.0);
        match marker {
            Some(marker) => BlockKind::Item(marker),
            None if self.lines.len() > 2 && size >= HEADING_SIZES[1] => BlockKind::Heading(1),
            None if self.lines.len() > 2 && size >= HEADING_SIZES[0] => BlockKind::Heading(2),
            None => BlockKind::Paragraph,
        }
    }

    /// Whether line `index`, which has no marker, continues the block before it.
    fn continues(&self, index: usize, block: Option<&Block>, written: &[(&TextLine, PlacedLine)]) -> bool {
        let (before, line) = (self.lines[index - 1], self.lines[index]);
        let kind = block.map_or(BlockKind::Paragraph, |block| block.kind);
        let is_first = block.is_some_and(|block| block.lines.len() == 1);
        let step = line.foot - before.foot;
        let is_apart = step > GAP * self.distance || step < -0.5 * self.distance || line.overlap(&before) <= 0.0;
        if is_apart && self.distance > 0.0 {
            return false;
        }
        let indent = INDENT_LETTERS * line.letter_width.max(1.0);
        match kind {
            // The text of an item stands to the right of its marker.
            BlockKind::Item(_) => line.left > before.left + if is_first { 0.5 * indent } else { -0.5 * indent },
            BlockKind::Table => false,
            BlockKind::Heading(_) => self.kind_of(index, None) == kind,
            BlockKind::Paragraph => {
                matches!(self.kind_of(index, None), BlockKind::Paragraph)
                    && !self.is_indented(index, indent)
                    && !self.ends_paragraph(index - 1, written[index].0.text())
            }
        }
    }

    /// Whether the line begins further right than the one before it and the one behind it.
    fn is_indented(&self, index: usize, indent: f32) -> bool {
        let line = self.lines[index];
        let is_left_of = |other: Option<&PlacedLine>| {
            other.is_none_or(|other| line.left > other.left + indent || other.overlap(&line) <= 0.0)
        };
        let behind = self.lines.get(index + 1);
        line.left > self.lines[index - 1].left + indent && is_left_of(behind)
    }

    /// Whether the line ends so early that the first word of `next` would have had room behind it.
    fn ends_paragraph(&self, index: usize, next: &str) -> bool {
        let line = self.lines[index];
        let from = index.saturating_sub(NEIGHBOURS);
        let until = (index + NEIGHBOURS + 1).min(self.lines.len());
        let column = self.lines[from..until].iter().filter(|other| other.overlap(&line) > 0.5);
        let (left, right) =
            column.fold((line.left, line.right), |(left, right), other| (left.min(other.left), right.max(other.right)));
        let word = next.split_whitespace().next().unwrap_or_default().chars().count() as f32;
        let free = right - line.right;
        free > FREE_PART * (right - left) && free > (word + 2.0) * line.letter_width
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::{Baseline, ListMarker, Point, Rect};

    /// A line from `left` to `right` whose baseline lies at `foot`.
    fn line(text: &str, left: f32, right: f32, foot: f32) -> TextLine {
        TextLine {
            baseline: Baseline(vec![Point::new(left, foot), Point::new(right, foot)]),
            x_height: 12.0,
            correction: Some(text.to_owned()),
            ..TextLine::at(Rect::new(left, foot - 30.0, right, foot + 8.0))
        }
    }

    fn page(lines: Vec<TextLine>) -> Page {
        Page { width: 1000, height: 1400, lines, drawings: Vec::new() }
    }

    fn texts(page: &Page) -> Vec<(BlockKind, String)> {
        blocks(page).into_iter().map(|block| (block.kind, block.joined())).collect()
    }

    const P: BlockKind = BlockKind::Paragraph;

    #[test]
    fn indents_gaps_and_short_lines_part_paragraphs() {
        let letter = page(vec![
            line("Dear Anna and all of you,", 100.0, 400.0, 100.0),
            line("we came home yester-", 150.0, 900.0, 160.0),
            line("day and it was raining all", 100.0, 890.0, 220.0),
            line("the way.", 100.0, 260.0, 280.0),
            line("The garden has grown", 100.0, 880.0, 340.0),
            line("since we left it there.", 100.0, 900.0, 400.0),
            line("Yours, Tom", 100.0, 500.0, 520.0),
        ]);
        let expected = [
            "Dear Anna and all of you,",
            "we came home yesterday and it was raining all the way.",
            "The garden has grown since we left it there.",
            "Yours, Tom",
        ];
        assert_eq!(texts(&letter), expected.map(|text| (P, text.to_owned())));
    }

    #[test]
    fn an_indented_line_begins_a_paragraph_and_a_slanting_margin_does_not() {
        let of = |lefts: &[f32]| {
            let feet = (1..).map(|n| n as f32 * 60.0);
            texts(&page(
                lefts.iter().zip(feet).map(|(&left, foot)| line("some words here", left, 900.0, foot)).collect(),
            ))
            .len()
        };
        assert_eq!(of(&[100.0, 100.0, 260.0, 100.0, 100.0]), 2);
        assert_eq!(of(&[100.0, 130.0, 160.0, 190.0, 220.0]), 1);
    }

    #[test]
    fn items_of_lists_keep_their_lines_and_lose_their_markers() {
        let item = |text: &str, kind, left, foot| TextLine {
            marker: Some(ListMarker { kind, bounds: Rect::new(left, foot - 20.0, left + 20.0, foot) }),
            ..line(text, left, 600.0, foot)
        };
        let list = page(vec![
            item("☐ call the plumber about", MarkerKind::Box, 100.0, 100.0),
            line("the pipe in the kitchen", 150.0, 580.0, 160.0),
            item("☑ milk", MarkerKind::TickedBox, 100.0, 220.0),
            line("- typed by hand", 100.0, 400.0, 280.0),
            line("3 eggs and 10 apples - all", 100.0, 700.0, 400.0),
            line("1. flour", 100.0, 690.0, 460.0),
        ]);
        let expected = [
            (BlockKind::Item(MarkerKind::Box), "call the plumber about the pipe in the kitchen"),
            (BlockKind::Item(MarkerKind::TickedBox), "milk"),
            (BlockKind::Item(MarkerKind::Bullet), "typed by hand"),
            (P, "3 eggs and 10 apples - all"),
            (P, "1. flour"),
        ];
        assert_eq!(texts(&list), expected.map(|(kind, text)| (kind, text.to_owned())));
    }

    #[test]
    fn large_letters_are_headings() {
        let mut lines: Vec<TextLine> =
            (2..8).map(|n| line("some words of running text", 100.0, 900.0, n as f32 * 60.0)).collect();
        lines.insert(0, TextLine { x_height: 24.0, ..line("Meeting", 100.0, 500.0, 60.0) });
        let kinds: Vec<BlockKind> = texts(&page(lines)).into_iter().map(|(kind, _)| kind).collect();
        assert_eq!(kinds, [BlockKind::Heading(1), P]);
    }

    #[test]
    fn lines_without_places_are_one_paragraph_and_columns_are_two() {
        let nowhere = |text: &str| TextLine { correction: Some(text.to_owned()), ..TextLine::at(Rect::default()) };
        assert_eq!(texts(&page(["a", "", "b"].map(nowhere).to_vec())), [(P, "a b".to_owned())]);
        let column = |left: f32| (1..4).map(move |n| line("words in a row", left, left + 300.0, n as f32 * 60.0));
        assert_eq!(texts(&page(column(100.0).chain(column(600.0)).collect())).len(), 2);
    }

    #[test]
    fn a_page_on_its_side_has_the_same_paragraphs() {
        let upright = [(100.0, 900.0, 100.0), (100.0, 400.0, 160.0), (100.0, 900.0, 220.0), (100.0, 880.0, 280.0)];
        let lines = upright.map(|(left, right, foot)| line("some words here", left, right, foot)).to_vec();
        let expected = texts(&page(lines.clone()));
        assert_eq!(expected.len(), 2);
        let turned = lines.iter().map(|line| line.moved(|p| Point::new(1400.0 - p.y, p.x))).collect();
        assert_eq!(texts(&page(turned)), expected);
    }
}
