//! A line image with its text.

use crate::imaging::LineImage;

/// A line image and its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntheticLine {
    /// Grey, as from a camera or scanner; of any size.
    pub image: LineImage,
    /// Naturally spaced, of western characters; empty for blank paper.
    pub text: String,
}
