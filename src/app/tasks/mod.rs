//! Bodies of jobs: the work off the drawing thread, and the events that it reports.

pub(super) mod dialogs;
pub(super) mod export;
pub(super) mod files;
pub(super) mod job_slot;
pub(super) mod page;
pub(super) mod page_source;
pub(super) mod project;
pub(super) mod writer;
