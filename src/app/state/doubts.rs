//! Doubtful lines and words of a page: those that were read with little confidence.
//!
//! A doubt belongs to a word at its place. It is settled when the user writes another word there or accepts the line,
//! and returns when that is undone; that another word of the line was corrected, or that the page was read again,
//! leaves it.

use std::ops::Range;

use super::document::Document;
use crate::page::TextLine;

impl Document {
    /// Whether the line has a doubtful word, or is not corrected and its confidence is below `threshold`.
    pub(crate) fn is_doubtful(line: &TextLine, threshold: f32) -> bool {
        let is_unsure = line.transcription.as_ref().is_some_and(|read| read.confidence < threshold);
        line.correction.is_none() && is_unsure || !Self::doubtful_words(line, threshold).is_empty()
    }

    /// The character ranges of the doubtful words in a line's text: those read with a confidence below `threshold` that
    /// still stand as they were read. An accepted line has none.
    pub(crate) fn doubtful_words(line: &TextLine, threshold: f32) -> Vec<Range<usize>> {
        let read = line.transcription.as_ref().filter(|_| !line.is_checked);
        read.map(|read| read.doubtful_words_in(line.text(), threshold)).unwrap_or_default()
    }

    /// Whether there is a doubtful line.
    pub(crate) fn has_doubts(&self, threshold: f32) -> bool {
        self.page.lines.iter().any(|line| Self::is_doubtful(line, threshold))
    }

    /// How many lines are doubtful.
    pub(crate) fn n_doubtful(&self, threshold: f32) -> usize {
        self.page.lines.iter().filter(|line| Self::is_doubtful(line, threshold)).count()
    }
}
