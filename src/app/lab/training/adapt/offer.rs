//! When the window offers to adapt the reader to a page.

use crate::{
    app::state::document::{Document, Stage},
    training::MIN_READ_LINES,
};

/// A page whose mean line confidence is below this is in a hand that is hard to read.
const HARD_TO_READ: f32 = 0.8;

impl Document {
    /// Whether adapting the reader to the hand should help: the mean confidence of the uncorrected lines is below
    /// [`HARD_TO_READ`]. That holds for most letters of 1905 and hasty whiteboards, and for one of 28 IAM pages, which
    /// is too short to adapt to.
    pub(crate) fn is_hard_to_read(&self) -> bool {
        let uncorrected = self.page.lines.iter().filter(|line| line.correction.is_none());
        let read: Vec<f32> = uncorrected.filter_map(|line| Some(line.transcription.as_ref()?.confidence)).collect();
        self.stage == Stage::Done
            && read.len() >= MIN_READ_LINES
            && read.iter().sum::<f32>() < HARD_TO_READ * read.len() as f32
    }
}
