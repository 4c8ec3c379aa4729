//! Questions to the user that lie over the window, and the bin that one of them leads to.

use super::document::{Document, DocumentId, Origin};
use crate::storage::BinnedPage;

/// A question about a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Question {
    /// Whether to close a page that no file holds.
    ClosePage(DocumentId),
}

/// The bin, while it is shown.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct BinState {
    pub(crate) pages: Vec<BinnedPage>,
    /// The page that the user is asked about, before it is deleted for good.
    pub(crate) to_delete: Option<usize>,
}

impl Document {
    /// Whether closing the page would lose it but for the bin: no file holds it, and it is no blank sheet.
    pub(crate) fn is_held_by_no_file(&self) -> bool {
        let has_ink = self.drawing.as_ref().is_none_or(|drawing| !drawing.is_empty());
        self.file().is_none() && self.origin != Origin::Sample && has_ink
    }
}
