//! Which line of a page is selected.

use super::history::LineWork;
use crate::page::{LineId, Page, TextLine};

/// The selected line, by its name.
#[derive(Clone, Debug, Default)]
pub(super) struct Selection {
    line: Option<LineId>,
    /// Number of selections so far, also of the same line again: views scroll to each once.
    count: u64,
    /// The work on the line at the time of the selection.
    before: LineWork,
}

impl Selection {
    pub(super) fn line(&self) -> Option<LineId> {
        self.line
    }

    pub(super) fn count(&self) -> u64 {
        self.count
    }

    pub(super) const fn before(&self) -> &LineWork {
        &self.before
    }

    /// The line's index in reading order.
    pub(super) fn index(&self, page: &Page) -> Option<usize> {
        let selected = self.line?;
        page.lines.iter().position(|line| line.id == selected)
    }

    pub(super) fn select(&mut self, line: &TextLine) {
        if self.line != Some(line.id) {
            self.before = LineWork::of(line);
            self.line = Some(line.id);
        }
        self.count += 1;
    }

    /// Selects nothing if the page has lost the line.
    pub(super) fn keep_within(&mut self, page: &Page) {
        self.line.take_if(|id| page.line(*id).is_none());
    }
}
