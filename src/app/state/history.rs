//! The steps of the user on a page, to be undone and redone.

use crate::{
    imaging::PageAdjustments,
    page::{Drawing, LineId, Page, TextLine},
};

/// Typing in one line is one step until the user pauses this long, in seconds.
const PAUSE_SECS: f64 = 1.0;

/// The user's work on a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct LineWork {
    pub(crate) correction: Option<String>,
    pub(crate) is_checked: bool,
}

impl LineWork {
    pub(super) fn of(line: &TextLine) -> Self {
        Self { correction: line.correction.clone(), is_checked: line.is_checked }
    }
}

/// What is text on a page, and what is drawn.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct PageLayout {
    pub(crate) lines: Vec<TextLine>,
    pub(crate) drawings: Vec<Drawing>,
}

impl PageLayout {
    pub(super) fn of(page: &Page) -> Self {
        Self { lines: page.lines.clone(), drawings: page.drawings.clone() }
    }
}

/// One step.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Edit {
    /// The work on a line became another.
    Text { line: LineId, before: LineWork, after: LineWork },
    /// Lines were drawn, moved, split, merged, deleted or reordered, or became drawings, or drawings became lines.
    Layout { before: PageLayout, after: PageLayout },
    /// The page was turned, cut out or cleaned up in another way.
    Adjust { before: PageAdjustments, after: PageAdjustments },
    /// A step of the drawing, which keeps its own.
    Ink,
}

/// The steps done and the steps undone.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    undo: Vec<Edit>,
    redo: Vec<Edit>,
    /// When the last step was typed, if more typing may join it.
    typed_at_secs: Option<f64>,
}

impl History {
    /// Records a step.
    pub(super) fn record(&mut self, edit: Edit) {
        self.undo.push(edit);
        self.redo.clear();
        self.typed_at_secs = None;
    }

    /// Records typing; it is merged with the last step if that was typing in the same line within [`PAUSE_SECS`].
    pub(super) fn record_typing(&mut self, line: LineId, before: LineWork, after: LineWork, now_secs: f64) {
        let is_fresh = self.typed_at_secs.is_some_and(|typed_at| now_secs - typed_at < PAUSE_SECS);
        match self.undo.last_mut() {
            Some(Edit::Text { line: last, after: last_after, .. }) if is_fresh && *last == line => *last_after = after,
            _ => self.record(Edit::Text { line, before, after }),
        }
        self.redo.clear();
        self.typed_at_secs = Some(now_secs);
    }

    /// The step to undo now.
    pub(crate) fn undo(&mut self) -> Option<Edit> {
        self.typed_at_secs = None;
        let edit = self.undo.pop()?;
        self.redo.push(edit.clone());
        Some(edit)
    }

    /// The step to redo now.
    pub(crate) fn redo(&mut self) -> Option<Edit> {
        self.typed_at_secs = None;
        let edit = self.redo.pop()?;
        self.undo.push(edit.clone());
        Some(edit)
    }

    /// Whether there is a step to undo.
    pub(super) fn can_undo(&self) -> bool {
        !self.undo.is_empty()
    }

    /// Whether there is a step to redo.
    pub(super) fn can_redo(&self) -> bool {
        !self.redo.is_empty()
    }
}
