//! HEIC, the photos of phones: HEVC pictures in HEIF containers (ISO/IEC 23008-12), whole or in tiles.

use std::path::Path;

use hpvcd::{DecodeError, DecodedImage, HeicSettings, ImageBuffer, ParseLimits, SampleBuf};
use image::{DynamicImage, RgbImage, RgbaImage, metadata::Orientation};

use super::error::{ImageError, check_size};
use crate::imaging::limits::{MAX_FILE_BYTES, MAX_PIXELS, MAX_SIDE};

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
        max_box_size: MAX_FILE_BYTES,
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
    let mut image =
        to_image(decoded).ok_or_else(|| ImageError::damaged(path, "it has fewer pixels than it says it has"))?;
    image.apply_orientation(orientation.unwrap_or(Orientation::NoTransforms));
    Ok(image)
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
