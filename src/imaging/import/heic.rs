//! HEIC, the photos of phones: HEVC pictures in HEIF containers (ISO/IEC 23008-12), whole or in tiles.

use std::path::Path;

use hpvcd::{DecodeError, DecodedImage, HeicSettings, ImageBuffer, Orientation as Turn, ParseLimits, SampleBuf};
use image::{DynamicImage, RgbImage, RgbaImage, metadata::Orientation};

use super::error::{ImageError, check_size};
use crate::imaging::limits::{MAX_PICTURE_BYTES, MAX_PIXELS, MAX_SIDE};

/// Brands of files whose pictures are HEVC.
const HEVC_BRANDS: [&[u8]; 6] = [b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"];
/// Brands of HEIF files whose pictures may be coded in any way.
const ANY_BRANDS: [&[u8]; 2] = [b"mif1", b"heif"];
/// The brand of files whose pictures are AV1.
const AV1_BRAND: &[u8] = b"avif";
/// The prefix of EXIF data in some files.
const EXIF_MARK: &[u8] = b"Exif\0\0";

/// Whether a file that begins with `head` is a HEIF file whose pictures may be HEVC.
pub(super) fn is_heic(head: &[u8]) -> bool {
    let Some((b"ftyp", payload, _)) = next_box(head) else { return false };
    let has = |brand: &[u8]| payload.chunks_exact(4).any(|own| own == brand);
    HEVC_BRANDS.into_iter().any(has) || (ANY_BRANDS.into_iter().any(has) && !has(AV1_BRAND))
}

/// Decodes the file's primary picture, upright: by the container's own transforms (`irot`, `imir`), which the decoder
/// applies, or, where there are none, by the EXIF orientation.
pub(super) fn decode(bytes: &[u8], path: &Path) -> Result<DynamicImage, ImageError> {
    if is_cut_short(bytes) {
        return Err(ImageError::damaged(path, "the file is cut short"));
    }
    let limits = ParseLimits {
        max_dimension: MAX_SIDE,
        max_pixels: MAX_PIXELS,
        max_box_size: MAX_PICTURE_BYTES,
        ..ParseLimits::default()
    };
    let of_decoder = |error: DecodeError| match error {
        DecodeError::UnsupportedItemType(_)
        | DecodeError::Unsupported(_)
        | DecodeError::UnsupportedChroma(_)
        | DecodeError::UnsupportedBitDepth(_) => {
            ImageError::Unsupported { path: path.to_owned(), reason: error.to_string() }
        }
        _ => ImageError::damaged(path, error.to_string()),
    };
    let unlimited = ParseLimits { max_dimension: u32::MAX, max_pixels: u64::MAX, ..limits };
    let info = hpvcd::read_heic_info_with_limits(bytes, &unlimited).map_err(of_decoder)?;
    check_size(path, info.width, info.height)?;
    let settings = HeicSettings::new().with_limits(limits).with_decode_gain_map(false);
    let decoded = hpvcd::decode_heic_with_settings(bytes, &settings).map_err(of_decoder)?;
    let orientation = if has_own_turns(bytes) { None } else { decoded.exif.as_deref().and_then(exif_orientation) };
    let aperture = clean_aperture(&decoded);
    let mut image =
        to_image(decoded).ok_or_else(|| ImageError::damaged(path, "it has fewer pixels than it says it has"))?;
    if let Some(Aperture { left, top, width, height }) = aperture {
        image = image.crop_imm(left, top, width, height);
    }
    image.apply_orientation(orientation.unwrap_or(Orientation::NoTransforms));
    Ok(image)
}

/// The part of a picture that is shown, in pixels of the picture as the container's own turns set it upright.
#[derive(Debug, PartialEq, Eq)]
struct Aperture {
    left: u32,
    top: u32,
    width: u32,
    height: u32,
}

/// The clean aperture (`clap`, ISO/IEC 14496-12, 12.1.4), which comes before the container's turns; `None` without one,
/// or for one that reaches beyond the picture.
fn clean_aperture(decoded: &DecodedImage) -> Option<Aperture> {
    let clap = decoded.clean_aperture?;
    let is_on_its_side =
        matches!(decoded.orientation, Turn::Rotate90 | Turn::Rotate270 | Turn::Transpose | Turn::Transverse);
    let (width, height) = (decoded.width, decoded.height);
    let (stored_width, stored_height) = if is_on_its_side { (height, width) } else { (width, height) };
    let (width, height) = (clap.width_pixels()?, clap.height_pixels()?);
    // The offset is that of the middles.
    let place = |stored: u32, shown: u32, offset: f64| {
        let place = offset + (f64::from(stored) - f64::from(shown)) / 2.0;
        let is_inside = shown > 0 && place >= 0.0 && place.floor() + f64::from(shown) <= f64::from(stored);
        is_inside.then_some(place.floor() as u32)
    };
    let offset = |numerator: i32, denominator: u32| f64::from(numerator) / f64::from(denominator.max(1));
    let left = place(stored_width, width, offset(clap.horiz_off_n, clap.horiz_off_d))?;
    let top = place(stored_height, height, offset(clap.vert_off_n, clap.vert_off_d))?;
    let (right, bottom) = (stored_width - left - width, stored_height - top - height);
    let upright = |left, top| Aperture { left, top, width, height };
    let on_its_side = |left, top| Aperture { left, top, width: height, height: width };
    Some(match decoded.orientation {
        Turn::Normal => upright(left, top),
        Turn::FlipH => upright(right, top),
        Turn::FlipV => upright(left, bottom),
        Turn::Rotate180 => upright(right, bottom),
        Turn::Rotate90 => on_its_side(bottom, left),
        Turn::Rotate270 => on_its_side(top, right),
        Turn::Transpose => on_its_side(top, left),
        Turn::Transverse => on_its_side(bottom, right),
    })
}

fn to_image(decoded: DecodedImage) -> Option<DynamicImage> {
    let shift = decoded.bit_depth.bits() - 8;
    let narrow = |samples: Vec<u16>| -> Vec<u8> { samples.into_iter().map(|sample| (sample >> shift) as u8).collect() };
    let gray_to_rgb = |gray: Vec<u8>| -> Vec<u8> { gray.into_iter().flat_map(|value| [value; 3]).collect() };
    let rgb = match decoded.pixels {
        ImageBuffer::Luma8(gray) => gray_to_rgb(gray),
        ImageBuffer::Luma16(gray) => gray_to_rgb(narrow(gray)),
        ImageBuffer::Rgb8(rgb) => rgb,
        ImageBuffer::Rgb16(rgb) => narrow(rgb),
    };
    let alpha = decoded.alpha.map(|alpha| match alpha {
        SampleBuf::U8(alpha) => alpha,
        SampleBuf::U16(alpha) => narrow(alpha),
    });
    let (width, height) = (decoded.width, decoded.height);
    match alpha {
        None => RgbImage::from_raw(width, height, rgb).map(DynamicImage::ImageRgb8),
        Some(alpha) => {
            let rgba = rgb.chunks_exact(3).zip(alpha).flat_map(|(rgb, alpha)| [rgb[0], rgb[1], rgb[2], alpha]);
            RgbaImage::from_raw(width, height, rgba.collect()).map(DynamicImage::ImageRgba8)
        }
    }
}

/// Whether the container has transforms of its own, even if they leave the picture as it is.
fn has_own_turns(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    while let Some((kind, payload, behind)) = next_box(rest) {
        if kind == b"meta" {
            return payload.windows(4).any(|name| name == b"irot" || name == b"imir");
        }
        rest = behind;
    }
    false
}

fn exif_orientation(exif: &[u8]) -> Option<Orientation> {
    Orientation::from_exif_chunk(exif.strip_prefix(EXIF_MARK).unwrap_or(exif))
}

/// Whether a box extends beyond the end of the file. The decoder leaves missing tiles white.
fn is_cut_short(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    while rest.len() >= 8 {
        let Some((length, _)) = box_length(rest).filter(|&(length, header)| header <= length && length <= rest.len())
        else {
            return true;
        };
        rest = &rest[length..];
    }
    false
}

/// The kind and the contents, possibly truncated, of the box that `bytes` begin with, and the bytes behind it.
fn next_box(bytes: &[u8]) -> Option<(&[u8; 4], &[u8], &[u8])> {
    let (length, header) = box_length(bytes)?;
    let kind = bytes.get(4..)?.first_chunk::<4>()?;
    let end = length.min(bytes.len());
    Some((kind, bytes.get(header..end)?, &bytes[end..]))
}

/// The length of the box that `bytes` begin with, and that of its header.
fn box_length(bytes: &[u8]) -> Option<(usize, usize)> {
    match u32::from_be_bytes(*bytes.first_chunk::<4>()?) {
        // To the end of the file.
        0 => Some((bytes.len(), 8)),
        // The length follows in 64 bits.
        1 => {
            let length = u64::from_be_bytes(*bytes.get(8..)?.first_chunk::<8>()?);
            Some((usize::try_from(length).ok()?, 16))
        }
        length => Some((length as usize, 8)),
    }
}
