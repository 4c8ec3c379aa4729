//! The part of the window's state that the views of panels read.

use super::model_list::ModelList;
use crate::{app::state::document::Document, storage::Settings};

/// The state that a panel's view reads besides its own panel.
#[derive(Clone, Copy)]
pub(crate) struct LabView<'a> {
    pub(crate) settings: &'a Settings,
    /// The page that is open behind the lab.
    pub(crate) document: Option<&'a Document>,
    /// All open pages.
    pub(crate) documents: &'a [Document],
    pub(crate) models: &'a ModelList,
}
