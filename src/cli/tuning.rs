//! The numbers of preparation and line finding from a file.

use std::{fs, path::Path};

use anyhow::Context as _;

use crate::imaging::Tuning;

/// The numbers of `file`; the defaults where none is given.
pub(super) fn open_tuning(file: Option<&Path>) -> anyhow::Result<Tuning> {
    let Some(file) = file else { return Ok(Tuning::default()) };
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    Tuning::parse(&text).with_context(|| format!("cannot use {}", file.display()))
}
