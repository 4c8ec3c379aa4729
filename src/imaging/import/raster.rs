//! Single pictures of the formats that `image` decodes: PNG, JPEG, WebP, BMP and GIF.

use std::{cell::Cell, io::Cursor, path::Path};

use image::{DynamicImage, ImageDecoder as _, ImageReader, Limits, metadata::Orientation};

use super::{
    defect::ImageDefect,
    error::{ImageError, check_size},
    jpeg::{self, Frame},
    lenient::Lenient,
    origin::{PackedPicture, PageOrigin, points},
    png,
};
use crate::imaging::limits::MAX_DECODED_BYTES;

/// Whether a file that begins with `head` is a picture of one of these formats.
pub(super) fn is_known(head: &[u8]) -> bool {
    image::guess_format(head).is_ok()
}

/// What the file holds of the picture: a JPEG is kept.
pub(super) fn origin(bytes: &[u8]) -> PageOrigin<'_> {
    let decoder = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok().and_then(|r| r.into_decoder().ok());
    let Some(mut decoder) = decoder else { return PageOrigin::default() };
    let (width, height) = decoder.dimensions();
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let frame = Frame::of(bytes);
    let dots_per_inch = frame.as_ref().map_or_else(|| png::dots_per_inch(bytes), |frame| frame.dots_per_inch);
    let picture = frame.filter(|frame| matches!(frame.n_channels, 1 | 3 | 4)).map(|frame| PackedPicture::Jpeg {
        bytes: &bytes[..frame.len],
        width,
        height,
        n_channels: frame.n_channels,
        is_inverted: frame.n_channels == 4 && frame.is_adobe,
        orientation,
    });
    PageOrigin { picture, points: dots_per_inch.and_then(|dots| points([width, height], dots, orientation)) }
}

/// Decodes a picture as far as its file goes, upright by its EXIF orientation.
pub(super) fn decode(bytes: &[u8], path: &Path) -> Result<(DynamicImage, Option<ImageDefect>), ImageError> {
    let of_decoder = |error: image::ImageError| ImageError::of_decoder(path, &error);
    if let Some(coding) = jpeg::unsupported_coding(bytes) {
        return Err(ImageError::Unsupported { path: path.to_owned(), reason: coding.to_owned() });
    }
    let (is_short_jpeg, is_short_png) = (jpeg::is_cut_short(bytes), png::is_cut_short(bytes));
    let whole = png::with_end(bytes);
    let mut reader = ImageReader::new(Cursor::new(&whole[..]))
        .with_guessed_format()
        .map_err(|error| ImageError::unreadable(path, &error))?;
    if reader.format().is_none() {
        return Err(ImageError::NotAnImage { path: path.to_owned() });
    }
    // The size is checked below, before anything is allocated, with an error that names it.
    reader.no_limits();
    let mut decoder = reader.into_decoder().map_err(of_decoder)?;
    let (width, height) = decoder.dimensions();
    check_size(path, width, height)?;
    if decoder.total_bytes() > MAX_DECODED_BYTES {
        return Err(ImageError::TooDeep { path: path.to_owned(), width, height });
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_DECODED_BYTES);
    decoder.set_limits(limits).map_err(of_decoder)?;
    // A damaged EXIF block is no reason to refuse the picture.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let defect = Cell::new((is_short_jpeg || is_short_png).then_some(ImageDefect::EndMissing));
    let mut image =
        DynamicImage::from_decoder(Lenient { decoder, is_short_jpeg, defect: &defect }).map_err(of_decoder)?;
    image.apply_orientation(orientation);
    Ok((image, defect.get()))
}
