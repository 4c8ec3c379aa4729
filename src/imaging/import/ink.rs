//! Files of ink, `InkML` and Xournal++: their strokes are drawn as a picture.

use std::path::Path;

use image::DynamicImage;

use super::error::ImageError;
use crate::{
    formats::{InkSheet, read_ink},
    imaging::page_image::PageImage,
    ink::rasterize,
};

/// The sheets of a file.
pub(super) fn open(bytes: &[u8], path: &Path) -> Result<Vec<InkSheet>, ImageError> {
    read_ink(bytes).map_err(|error| ImageError::damaged(path, error.to_string()))
}

/// A sheet as it is read: all ink is dark, and what is printed or highlighted is left out.
pub(super) fn drawn(sheet: &InkSheet) -> PageImage {
    let [width, height] = sheet.size;
    PageImage::from_image(&DynamicImage::ImageLuma8(rasterize(&sheet.strokes, width, height)))
}
