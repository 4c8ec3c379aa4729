//! Files of ink, `InkML` and Xournal++: their strokes are drawn as a picture.

use std::path::Path;

use super::error::ImageError;
use crate::{
    formats::{InkSheet, read_ink},
    imaging::page_image::PageImage,
    ink::rasterize_in_color,
};

/// The sheets of a file.
pub(super) fn open(bytes: &[u8], path: &Path) -> Result<Vec<InkSheet>, ImageError> {
    read_ink(bytes).map_err(|error| ImageError::damaged(path, error.to_string()))
}

/// A sheet in the colours of its ink, without what is printed on it.
pub(super) fn drawn(sheet: &InkSheet) -> PageImage {
    let [width, height] = sheet.size;
    PageImage { pixels: rasterize_in_color(&sheet.strokes, width, height) }
}
