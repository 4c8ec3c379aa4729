//! The corners of a sheet: while the user moves them, and as a proposal.

use crate::imaging::Corners;

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
