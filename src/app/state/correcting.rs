//! Correcting the text of lines, and taking steps back.

use super::{
    document::Document,
    history::{Edit, LineWork},
};
use crate::{ink::Drawing, page::LineId};

impl Document {
    /// Sets the text of a line. The text that was read makes the line uncorrected again, unless the user has accepted
    /// it.
    pub(crate) fn edit_line(&mut self, id: LineId, text: String, now_secs: f64) {
        let Some(line) = self.page.line_mut(id) else { return };
        let is_as_read = line.transcription.as_ref().is_some_and(|read| read.text == text);
        let before = LineWork::of(line);
        line.correction = (!is_as_read || line.is_checked).then_some(text);
        let after = LineWork::of(line);
        if before != after {
            self.history.record_typing(id, before, after, now_secs);
            self.edit_count += 1;
        }
    }

    /// Sets the text of a line as one step; it stays checked if it was.
    pub(crate) fn replace_text(&mut self, id: LineId, text: String) {
        let Some(line) = self.page.line_mut(id) else { return };
        let is_as_read = line.transcription.as_ref().is_some_and(|read| read.text == text);
        let is_checked = line.is_checked;
        let correction = (!is_as_read || is_checked).then_some(text);
        self.set_work(id, LineWork { correction, is_checked });
    }

    /// Accepts the selected line as it is: no word of it is doubtful any more.
    pub(crate) fn accept_selected(&mut self) {
        if let Some(line) = self.selected()
            && !line.text().is_empty()
        {
            self.set_work(line.id, LineWork { correction: Some(line.text().to_owned()), is_checked: true });
        }
    }

    /// Restores what the selected line was when it was selected.
    pub(crate) fn revert_selected(&mut self) {
        if let Some(id) = self.selection.line() {
            self.set_work(id, self.selection.before().clone());
        }
    }

    /// Sets the work on a line, as a step that can be undone.
    pub(super) fn set_work(&mut self, id: LineId, after: LineWork) {
        let Some(line) = self.page.line_mut(id) else { return };
        let before = LineWork::of(line);
        if before != after {
            line.correction.clone_from(&after.correction);
            line.is_checked = after.is_checked;
            self.history.record(Edit::Text { line: id, before, after });
            self.edit_count += 1;
        }
    }

    /// Grows with every change of a correction.
    pub(crate) fn edit_count(&self) -> u64 {
        self.edit_count
    }

    /// Whether there is a step to undo, and one to redo.
    pub(crate) fn can_undo_redo(&self) -> (bool, bool) {
        (self.history.can_undo(), self.history.can_redo())
    }

    /// Undoes the last step; returns whether the drawing changed.
    pub(crate) fn undo(&mut self) -> bool {
        match self.history.undo() {
            Some(Edit::Text { line, before, .. }) => self.show_step(line, before),
            Some(Edit::Layout { before, .. }) => self.set_step_layout(before),
            Some(Edit::Adjust { before, .. }) => self.set_adjustments(before),
            Some(Edit::Ink) => return self.changes_drawing(Drawing::undo),
            None => {}
        }
        false
    }

    /// Redoes the step undone last; returns whether the drawing changed.
    pub(crate) fn redo(&mut self) -> bool {
        match self.history.redo() {
            Some(Edit::Text { line, after, .. }) => self.show_step(line, after),
            Some(Edit::Layout { after, .. }) => self.set_step_layout(after),
            Some(Edit::Adjust { after, .. }) => self.set_adjustments(after),
            Some(Edit::Ink) => return self.changes_drawing(Drawing::redo),
            None => {}
        }
        false
    }

    fn show_step(&mut self, id: LineId, work: LineWork) {
        if let Some(line) = self.page.line_mut(id) {
            line.correction = work.correction;
            line.is_checked = work.is_checked;
            self.edit_count += 1;
            self.select(id);
        }
    }
}
