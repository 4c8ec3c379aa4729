//! The sheets of a photo: the corners of one, while the user moves them and as a proposal, and the proposal to part
//! several into pages.

use crate::{imaging::Corners, page::Rect};

/// The corners while they are moved, in pixels of the page as it is shown then: turned, not cropped.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct CornerEdit {
    pub(crate) corners: Corners,
    /// Whether the user has moved a corner: a later proposal must not replace it.
    pub(super) is_touched: bool,
}

/// The question whether to straighten an oblique sheet.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum SheetProposal {
    /// No oblique sheet was found.
    #[default]
    None,
    /// The corners of one, in pixels of the page as it was opened.
    Made(Corners),
    /// The user has answered, or has set corners.
    Answered,
}

/// The question whether to part a photo of several sheets into pages.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Parting {
    /// It shows one sheet, as far as is known.
    #[default]
    None,
    /// The boxes of its sheets, in reading order and pixels of the page as it is read.
    Proposed(Vec<Rect>),
    /// The user wants them on one page.
    Declined,
}
