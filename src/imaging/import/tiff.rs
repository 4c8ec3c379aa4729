//! TIFF files (revision 6.0, and those with 64-bit offsets): every full-size image is a page.
//!
//! The `image` crate decodes the first image of a TIFF only. For another image it is given a copy of the file with that
//! image put first. Palettes and YCbCr, which it refuses, are decoded as grey and RGB and converted here.

use std::{collections::BTreeSet, path::Path};

use image::{DynamicImage, Rgb, RgbImage};

use super::{error::ImageError, raster};
use crate::imaging::{limits::MAX_PAGES, page_image::PageImage};

/// The tag of an image's role in the file.
const NEW_SUBFILE_TYPE: u16 = 254;
/// The tag of an image's compression.
const COMPRESSION: u16 = 259;
/// The tag of an image's colour space.
const PHOTOMETRIC: u16 = 262;
/// The tag of an image's palette.
const COLOR_MAP: u16 = 320;
/// Bits of [`NEW_SUBFILE_TYPE`]: a smaller copy of another image, a mask for one.
const NOT_A_PAGE: u64 = 0b101;
/// The colour space of grey images with black at 0.
const GRAY: u8 = 1;
/// The colour space of RGB images.
const RGB: u8 = 2;
/// The colour space of images with a palette.
const PALETTE: u64 = 3;
/// The colour space of YCbCr images.
const YCBCR: u64 = 6;
/// The compression whose decoder upsamples chroma itself.
const JPEG: u64 = 7;

/// The directory of one image: its offset in the file and the entries that matter before decoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Directory {
    offset: u64,
    subfile_type: u64,
    photometric: Option<Entry>,
    compression: u64,
    color_map: Option<Entry>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Entry {
    /// The value, or the offset of several values.
    value: u64,
    count: u64,
    /// The offset of the value in the file.
    value_at: usize,
}

/// Whether a file that begins with `head` is a TIFF.
pub(super) fn is_tiff(head: &[u8]) -> bool {
    Layout::of(head).is_some()
}

/// The file's pages in its order: all images except smaller copies and masks, unless there are no others. A damaged
/// directory ends the list.
pub(super) fn directories(bytes: &[u8]) -> Vec<Directory> {
    let Some(layout) = Layout::of(bytes) else { return Vec::new() };
    let mut all = Vec::new();
    let mut seen = BTreeSet::new();
    let mut next = layout.offset_at(bytes, layout.first_offset_at());
    while let Some(offset) = next.filter(|&offset| offset > 0 && seen.insert(offset) && all.len() <= MAX_PAGES) {
        let Some((directory, following)) = layout.directory(bytes, offset) else { break };
        all.push(directory);
        next = following;
    }
    let pages: Vec<Directory> = all.iter().copied().filter(|d| d.subfile_type & NOT_A_PAGE == 0).collect();
    if pages.is_empty() { all } else { pages }
}

/// Decodes one page of the file.
pub(super) fn decode(bytes: &[u8], directory: &Directory, path: &Path) -> Result<PageImage, ImageError> {
    let Some(layout) = Layout::of(bytes) else { return Err(ImageError::NotAnImage { path: path.to_owned() }) };
    let mut file = bytes.to_vec();
    layout.put_first(&mut file, directory.offset);
    let mut show_as = |entry: Entry, value: u8| {
        let at = if layout.is_big_endian { entry.value_at + 1 } else { entry.value_at };
        if let Some(byte) = file.get_mut(at) {
            *byte = value;
        }
    };
    match (directory.photometric, directory.color_map) {
        (Some(entry), Some(map)) if entry.value == PALETTE => {
            show_as(entry, GRAY);
            let indices = raster::decode(&file, path)?;
            layout.colored(bytes, &indices, map).ok_or_else(|| ImageError::damaged(path, "its palette is not there"))
        }
        (Some(entry), _) if entry.value == YCBCR && directory.compression == JPEG => {
            show_as(entry, RGB);
            let mut pixels = raster::decode(&file, path)?.into_rgb8();
            pixels.pixels_mut().for_each(|pixel| *pixel = rgb_from_ycbcr(*pixel));
            Ok(PageImage { pixels })
        }
        _ => raster::decode(&file, path).map(|image| PageImage::from_image(&image)),
    }
}

/// JFIF's conversion (ITU T.871, section 7).
fn rgb_from_ycbcr(Rgb([y, cb, cr]): Rgb<u8>) -> Rgb<u8> {
    let (y, cb, cr) = (f32::from(y), f32::from(cb) - 128.0, f32::from(cr) - 128.0);
    // A cast to a byte stops at its ends.
    Rgb([y + 1.402 * cr, y - 0.344_136 * cb - 0.714_136 * cr, y + 1.772 * cb].map(|value| value.round() as u8))
}

/// How numbers are written in the file.
#[derive(Clone, Copy)]
struct Layout {
    is_big_endian: bool,
    has_64_bit_offsets: bool,
}

impl Layout {
    fn of(bytes: &[u8]) -> Option<Self> {
        Some(match bytes.get(..4)? {
            b"II*\0" => Self { is_big_endian: false, has_64_bit_offsets: false },
            b"MM\0*" => Self { is_big_endian: true, has_64_bit_offsets: false },
            b"II+\0" => Self { is_big_endian: false, has_64_bit_offsets: true },
            b"MM\0+" => Self { is_big_endian: true, has_64_bit_offsets: true },
            _ => return None,
        })
    }

    fn first_offset_at(self) -> usize {
        if self.has_64_bit_offsets { 8 } else { 4 }
    }

    fn offset_len(self) -> usize {
        if self.has_64_bit_offsets { 8 } else { 4 }
    }

    fn number(self, bytes: &[u8], at: usize, len: usize) -> Option<u64> {
        let digits = bytes.get(at..at.checked_add(len)?)?;
        let append = |number: u64, digit: &u8| (number << 8) | u64::from(*digit);
        Some(if self.is_big_endian { digits.iter().fold(0, append) } else { digits.iter().rev().fold(0, append) })
    }

    fn offset_at(self, bytes: &[u8], at: usize) -> Option<u64> {
        self.number(bytes, at, self.offset_len())
    }

    /// The directory at `offset`, and where the next is.
    fn directory(self, bytes: &[u8], offset: u64) -> Option<(Directory, Option<u64>)> {
        let (count_len, entry_len) = if self.has_64_bit_offsets { (8, 20) } else { (2, 12) };
        let at = usize::try_from(offset).ok()?;
        let n_entries = usize::try_from(self.number(bytes, at, count_len)?).ok()?.min(usize::from(u16::MAX));
        let first = at.checked_add(count_len)?;
        let find = |tag: u16| {
            let entry_at = |index: usize| first + index * entry_len;
            let has_tag = |&index: &usize| self.number(bytes, entry_at(index), 2) == Some(u64::from(tag));
            (0..n_entries).find(has_tag).and_then(|index| self.entry(bytes, entry_at(index)))
        };
        let value = |tag: u16| find(tag).map_or(0, |entry| entry.value);
        let directory = Directory {
            offset,
            subfile_type: value(NEW_SUBFILE_TYPE),
            photometric: find(PHOTOMETRIC),
            compression: value(COMPRESSION),
            color_map: find(COLOR_MAP),
        };
        Some((directory, self.offset_at(bytes, first + n_entries * entry_len)))
    }

    fn entry(self, bytes: &[u8], at: usize) -> Option<Entry> {
        let count = self.number(bytes, at + 4, self.offset_len())?;
        let value_at = at + 4 + self.offset_len();
        let value_len = match self.number(bytes, at + 2, 2)? {
            1 | 6 => 1,
            3 | 8 => 2,
            _ => 4,
        };
        let is_inside = count.checked_mul(value_len)? <= self.offset_len() as u64;
        let len = if is_inside { value_len as usize } else { self.offset_len() };
        Some(Entry { value: self.number(bytes, value_at, len)?, count, value_at })
    }

    /// Makes the directory at `offset` the file's first.
    fn put_first(self, file: &mut [u8], offset: u64) {
        let len = self.offset_len();
        let digits = if self.is_big_endian { offset.to_be_bytes() } else { offset.to_le_bytes() };
        let digits = if self.is_big_endian { &digits[8 - len..] } else { &digits[..len] };
        if let Some(place) = file.get_mut(self.first_offset_at()..self.first_offset_at() + len) {
            place.copy_from_slice(digits);
        }
    }

    /// The picture whose grey values are places in the palette `map`: three rows of 16-bit numbers, red, green, blue.
    fn colored(self, bytes: &[u8], indices: &DynamicImage, map: Entry) -> Option<PageImage> {
        let n_colors = usize::try_from(map.count / 3).ok().filter(|n_colors| (2..=256).contains(n_colors))?;
        let start = usize::try_from(map.value).ok()?;
        let channel = |index: usize, row: usize| {
            self.number(bytes, start.checked_add(2 * (row * n_colors + index))?, 2).map(|value| (value >> 8) as u8)
        };
        let color = |index: usize| Some(Rgb([channel(index, 0)?, channel(index, 1)?, channel(index, 2)?]));
        let colors: Vec<Rgb<u8>> = (0..n_colors).map(color).collect::<Option<_>>()?;
        let indices = indices.to_luma8();
        // One-bit pixels come as 0 and 255.
        let shown = |value: u8| colors.get(usize::from(value)).or(colors.last()).copied().unwrap_or(Rgb([255; 3]));
        let pixels = RgbImage::from_fn(indices.width(), indices.height(), |x, y| shown(indices.get_pixel(x, y).0[0]));
        Some(PageImage { pixels })
    }
}
