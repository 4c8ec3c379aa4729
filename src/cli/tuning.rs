//! The numbers of preparation and line finding from a file.

use std::path::Path;

use anyhow::Context as _;

use crate::{imaging::Tuning, storage::read_text_limited};

/// The largest file of numbers that is read, in bytes; all of them take 20 kilobytes.
const MAX_TUNING_BYTES: u64 = 1_000_000;

/// The numbers of `file`; the defaults where none is given.
pub(super) fn open_tuning(file: Option<&Path>) -> anyhow::Result<Tuning> {
    let Some(file) = file else { return Ok(Tuning::default()) };
    let text = read_text_limited(file, MAX_TUNING_BYTES).with_context(|| format!("cannot read {}", file.display()))?;
    Tuning::parse(&text).with_context(|| format!("cannot use {}", file.display()))
}
