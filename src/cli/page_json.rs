//! Pages as JSON, as the commands print them.

use std::path::Path;

use crate::{
    formats::{PageJson, ReadPageJson, TimingsJson},
    page::{Page, rounded},
    recognition::PageTimings,
};

/// Why a page of `file` could not be read.
pub(super) fn broken(file: &Path, page: Option<usize>, error: &str) -> PageJson {
    PageJson::Broken { file: file.display().to_string(), page, error: error.to_owned() }
}

/// A page (`number` from 1 if the file has several) with the geometry of its lines and, if `recognized`, their texts.
pub(super) fn read(
    file: &Path,
    number: Option<usize>,
    page: &Page,
    decode_ms: f32,
    timings: PageTimings,
    recognized: bool,
) -> PageJson {
    let timings = TimingsJson {
        decode_ms: rounded(decode_ms, 3),
        prepare_ms: rounded(timings.prepare_ms, 3),
        segment_ms: rounded(timings.segment_ms, 3),
        recognize_ms: recognized.then(|| rounded(timings.recognize_ms, 3)),
    };
    PageJson::Read(ReadPageJson::new(&file.display().to_string(), number, page, Some(timings), recognized))
}
