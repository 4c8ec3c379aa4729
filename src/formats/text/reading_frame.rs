//! Lines as they lie for the reader: boxes in a frame that is turned by the quarters of the page's writing.

use crate::page::{Entry, Page, TextLine};

/// A line as it lies for the reader, in page pixels: x along the writing, y down.
#[derive(Clone, Copy, Debug)]
pub(super) struct PlacedLine {
    pub(super) left: f32,
    pub(super) right: f32,
    /// The height of its baseline's middle.
    pub(super) foot: f32,
    /// The height of a small letter; 0 if unknown.
    pub(super) x_height: f32,
    /// The mean width of a character.
    pub(super) letter_width: f32,
}

impl PlacedLine {
    /// How much of the shorter of both lines lies above or below the other, 0 to 1.
    pub(super) fn overlap(&self, other: &Self) -> f32 {
        let shared = self.right.min(other.right) - self.left.max(other.left);
        let shorter = (self.right - self.left).min(other.right - other.left).max(1.0);
        (shared / shorter).max(0.0)
    }
}

/// The lines of a page, in reading order.
pub(super) fn placed_lines(page: &Page) -> Vec<PlacedLine> {
    let quarter_turns = page.turn() / 90;
    page.lines.iter().map(|line| placed(line, quarter_turns)).collect()
}

fn placed(line: &TextLine, quarter_turns: u32) -> PlacedLine {
    let Entry { bounds, foot, .. } = line.entry(quarter_turns);
    let n_letters = line.text().chars().count().max(1) as f32;
    PlacedLine {
        left: bounds.x0,
        right: bounds.x1,
        foot,
        x_height: line.x_height,
        letter_width: bounds.width() / n_letters,
    }
}
