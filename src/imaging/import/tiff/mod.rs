//! TIFF files (revision 6.0, and those with 64-bit offsets): every full-size image is a page.
//!
//! An image's samples come from the `tiff` crate (`samples`), those of faxes from `hayro_ccitt` (`fax`) and those of
//! JPEG of the old style from `zune_jpeg` (`old_jpeg`). Their colours are made here (`colors`), because `image` knows
//! neither palettes nor YCbCr, grey of 2 and 4 bits or grey with alpha in a TIFF.

mod colors;
mod directory;
mod fax;
mod layout;
mod old_jpeg;
mod samples;
#[cfg(test)]
mod tests;

use std::path::Path;

use image::metadata::Orientation;

pub(super) use self::directory::{Directory, directories};
use self::{
    directory::{Image, compression, tag},
    layout::Layout,
};
use super::{
    error::{ImageError, check_size},
    origin::{PageOrigin, points},
};
use crate::imaging::page_image::PageImage;

/// Centimetres an inch.
const CM_PER_INCH: f32 = 2.54;

/// Whether a file that begins with `head` is a TIFF.
pub(super) fn is_tiff(head: &[u8]) -> bool {
    Layout::of(head).is_some()
}

/// What the file holds of a page: a fax of group 4 in one strip is kept.
pub(super) fn origin(bytes: &[u8], directory: Directory) -> PageOrigin<'_> {
    let Some(layout) = Layout::of(bytes) else { return PageOrigin::default() };
    let image = Image { bytes, layout, directory };
    let [width, height] = [tag::IMAGE_WIDTH, tag::IMAGE_LENGTH].map(|tag| image.value(tag).unwrap_or_default() as u32);
    let orientation = orientation(&image);
    let per_inch = match image.value(tag::RESOLUTION_UNIT).unwrap_or(2) {
        2 => 1.0,
        3 => CM_PER_INCH,
        _ => 0.0,
    };
    let dots = [tag::X_RESOLUTION, tag::Y_RESOLUTION].map(|tag| image.ratio(tag).unwrap_or_default() * per_inch);
    PageOrigin {
        picture: fax::packed(&image, width, height, orientation),
        points: points([width, height], dots, orientation),
    }
}

fn orientation(image: &Image<'_>) -> Orientation {
    let stated = image.value(tag::ORIENTATION).and_then(|value| Orientation::from_exif(u8::try_from(value).ok()?));
    stated.unwrap_or(Orientation::NoTransforms)
}

/// Decodes one page of the file, upright by its orientation.
pub(super) fn decode(bytes: &[u8], directory: Directory, path: &Path) -> Result<PageImage, ImageError> {
    let Some(layout) = Layout::of(bytes) else { return Err(ImageError::NotAnImage { path: path.to_owned() }) };
    let image = Image { bytes, layout, directory };
    let side = |tag: u16| u32::try_from(image.value(tag)?).ok().filter(|&side| side > 0);
    let (Some(width), Some(height)) = (side(tag::IMAGE_WIDTH), side(tag::IMAGE_LENGTH)) else {
        return Err(ImageError::damaged(path, "its size is not there"));
    };
    check_size(path, width, height)?;
    let compression = image.value(tag::COMPRESSION).unwrap_or(1);
    let has_strips = image.entry(tag::STRIP_OFFSETS).is_some();
    let samples = match compression {
        compression::RLE | compression::T4 | compression::T6 if has_strips => fax::samples(&image, width, height),
        compression::OLD_JPEG => old_jpeg::samples(&image, path)?,
        _ => samples::decode(&image, path)?,
    };
    let mut colored = colors::colored(&image, samples, path)?;
    colored.apply_orientation(orientation(&image));
    Ok(colored.into())
}
