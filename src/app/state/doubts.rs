//! Doubtful lines and words of a page: those that were read with little confidence.

use std::ops::Range;

use super::document::Document;
use crate::page::{TextLine, Transcription};

impl Document {
    /// Whether the confidence of the line or of a word in it is below `threshold` and the user has not corrected it.
    pub(crate) fn is_doubtful(line: &TextLine, threshold: f32) -> bool {
        let doubts = |read: &Transcription| {
            read.confidence < threshold || read.words().iter().any(|(_, confidence)| *confidence < threshold)
        };
        line.correction.is_none() && line.transcription.as_ref().is_some_and(doubts)
    }

    /// The character ranges of the doubtful words in a line's text. In a line that is being corrected these are the
    /// words that still stand as they were read; in a corrected line there are none.
    pub(crate) fn doubtful_words(&self, line: &TextLine, threshold: f32) -> Vec<Range<usize>> {
        let Some(read) = &line.transcription else { return Vec::new() };
        let is_being_corrected =
            self.is_selected(line.id) && self.selection.correction_before() != line.correction.as_ref();
        if line.correction.is_none() || is_being_corrected && line.text() != read.text {
            read.doubtful_words_in(line.text(), threshold)
        } else {
            Vec::new()
        }
    }

    /// Whether there is a doubtful line, or a doubtful word left in the line that is being corrected.
    pub(crate) fn has_doubts(&self, threshold: f32) -> bool {
        self.n_doubtful(threshold) > 0
            || self.selected().is_some_and(|line| !self.doubtful_words(line, threshold).is_empty())
    }

    /// How many lines are doubtful.
    pub(crate) fn n_doubtful(&self, threshold: f32) -> usize {
        self.page.lines.iter().filter(|line| Self::is_doubtful(line, threshold)).count()
    }

    /// Selects the next (or previous) doubtful line, wrapping round at the end; returns whether there is one.
    pub(crate) fn select_doubtful(&mut self, threshold: f32, is_forward: bool) -> bool {
        let n_lines = self.page.lines.len();
        let start = self.selection.index(&self.page).unwrap_or(if is_forward { n_lines.saturating_sub(1) } else { 0 });
        let order = (1..=n_lines).map(|step| if is_forward { start + step } else { start + n_lines - step } % n_lines);
        let found = order.map(|index| &self.page.lines[index]).find(|line| Self::is_doubtful(line, threshold));
        let id = found.map(|line| line.id);
        if let Some(id) = id {
            self.select(id);
        }
        id.is_some()
    }
}
