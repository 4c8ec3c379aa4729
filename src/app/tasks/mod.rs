//! Bodies of jobs: what runs off the drawing thread, and what it reports.

pub(super) mod dialogs;
pub(super) mod page;
pub(super) mod writer;
