//! Single pictures of the formats that `image` decodes: PNG, JPEG, WebP, BMP, GIF, and one image of a TIFF.

use std::{io::Cursor, path::Path};

use image::{DynamicImage, ImageDecoder as _, ImageReader, Limits, metadata::Orientation};

use super::{
    error::{ImageError, check_size},
    jpeg,
};
use crate::imaging::limits::MAX_PIXELS;

/// Decodes a picture, upright by its EXIF orientation.
pub(super) fn decode(bytes: &[u8], path: &Path) -> Result<DynamicImage, ImageError> {
    let of_decoder = |error: image::ImageError| ImageError::of_decoder(path, &error);
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|error| ImageError::unreadable(path, &error))?;
    if reader.format().is_none() {
        return Err(ImageError::NotAnImage { path: path.to_owned() });
    }
    if jpeg::is_cut_short(bytes) {
        return Err(ImageError::damaged(path, "the file is cut short"));
    }
    // The size is checked below, before anything is allocated, with an error that names it.
    reader.no_limits();
    let mut decoder = reader.into_decoder().map_err(of_decoder)?;
    let (width, height) = decoder.dimensions();
    check_size(path, width, height)?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_PIXELS * 8);
    decoder.set_limits(limits).map_err(of_decoder)?;
    // A damaged EXIF block is no reason to refuse the picture.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder).map_err(of_decoder)?;
    image.apply_orientation(orientation);
    Ok(image)
}
