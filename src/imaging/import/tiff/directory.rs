//! The directories of a TIFF: one for each image, with the numbers by which it is decoded.

use std::collections::BTreeSet;

use super::layout::{Entry, Layout};
use crate::imaging::limits::MAX_PAGES;

/// Bits of the subfile type: a smaller copy of another image, a mask for one.
const NOT_A_PAGE: u64 = 0b101;
/// The most values of an entry that are read: more than the strips of the tallest page.
const MAX_VALUES: u64 = 1 << 20;

/// The tags of entries, as TIFF 6.0 numbers them.
pub(super) mod tag {
    /// An image's role in the file.
    pub(in super::super) const NEW_SUBFILE_TYPE: u16 = 254;
    /// Pixels across.
    pub(in super::super) const IMAGE_WIDTH: u16 = 256;
    /// Pixels down.
    pub(in super::super) const IMAGE_LENGTH: u16 = 257;
    /// The compression.
    pub(in super::super) const COMPRESSION: u16 = 259;
    /// The colour space.
    pub(in super::super) const PHOTOMETRIC: u16 = 262;
    /// Which end of a byte comes first.
    pub(in super::super) const FILL_ORDER: u16 = 266;
    /// Where the strips are.
    pub(in super::super) const STRIP_OFFSETS: u16 = 273;
    /// How the image is turned.
    pub(in super::super) const ORIENTATION: u16 = 274;
    /// Samples of a pixel.
    pub(in super::super) const SAMPLES_PER_PIXEL: u16 = 277;
    /// Rows of a strip.
    pub(in super::super) const ROWS_PER_STRIP: u16 = 278;
    /// Bytes of each strip.
    pub(in super::super) const STRIP_BYTE_COUNTS: u16 = 279;
    /// Dots a unit across.
    pub(in super::super) const X_RESOLUTION: u16 = 282;
    /// Dots a unit down.
    pub(in super::super) const Y_RESOLUTION: u16 = 283;
    /// The unit of both: inches or centimetres.
    pub(in super::super) const RESOLUTION_UNIT: u16 = 296;
    /// Options of fax compression.
    pub(in super::super) const T4_OPTIONS: u16 = 292;
    /// The palette.
    pub(in super::super) const COLOR_MAP: u16 = 320;
    /// Bytes of each tile.
    pub(in super::super) const TILE_BYTE_COUNTS: u16 = 325;
    /// Where the tiles are.
    pub(in super::super) const TILE_OFFSETS: u16 = 324;
    /// What samples beyond those of the colour space are.
    pub(in super::super) const EXTRA_SAMPLES: u16 = 338;
    /// Where the JPEG stream is, in files of the old style.
    pub(in super::super) const JPEG_STREAM: u16 = 513;
    /// Bytes of that stream.
    pub(in super::super) const JPEG_STREAM_LENGTH: u16 = 514;
    /// The interval of restart markers.
    pub(in super::super) const JPEG_RESTART_INTERVAL: u16 = 515;
    /// Where the quantization table of each sample is.
    pub(in super::super) const JPEG_Q_TABLES: u16 = 519;
    /// Where the DC Huffman table of each sample is.
    pub(in super::super) const JPEG_DC_TABLES: u16 = 520;
    /// Where the AC Huffman table of each sample is.
    pub(in super::super) const JPEG_AC_TABLES: u16 = 521;
    /// How much coarser chroma is, across and down.
    pub(in super::super) const YCBCR_SUBSAMPLING: u16 = 530;
}

/// Compressions, as the tag numbers them.
pub(super) mod compression {
    /// Fax of group 3 in one dimension, without ends of lines.
    pub(in super::super) const RLE: u64 = 2;
    /// Fax of group 3 (ITU T.4).
    pub(in super::super) const T4: u64 = 3;
    /// Fax of group 4 (ITU T.6).
    pub(in super::super) const T6: u64 = 4;
    /// JPEG of the old style, in tables and strips.
    pub(in super::super) const OLD_JPEG: u64 = 6;
    /// JPEG of technical note 2.
    pub(in super::super) const JPEG: u64 = 7;
}

/// The directory of one image, by the offset of its first entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Directory {
    pub(super) offset: u64,
    first_entry_at: usize,
    n_entries: usize,
}

/// A directory and the file that it is read from.
#[derive(Clone, Copy)]
pub(super) struct Image<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) layout: Layout,
    pub(super) directory: Directory,
}

impl Image<'_> {
    /// The entry with this tag.
    pub(super) fn entry(&self, tag: u16) -> Option<Entry> {
        let entry_len = self.layout.directory_lens().1;
        let at = |index: usize| self.directory.first_entry_at + index * entry_len;
        let has_tag = |&index: &usize| self.layout.number(self.bytes, at(index), 2) == Some(u64::from(tag));
        let index = (0..self.directory.n_entries).find(has_tag)?;
        self.layout.entry(self.bytes, at(index))
    }

    /// The first value of an entry.
    pub(super) fn value(&self, tag: u16) -> Option<u64> {
        let entry = self.entry(tag).filter(|entry| entry.count > 0)?;
        self.layout.number(self.bytes, entry.values_at, entry.value_len)
    }

    /// All values of an entry; none where it is not there or cut short.
    pub(super) fn values(&self, tag: u16) -> Vec<u64> {
        let Some(entry) = self.entry(tag).filter(|entry| entry.count <= MAX_VALUES) else { return Vec::new() };
        let value = |index: usize| {
            self.layout.number(self.bytes, entry.values_at.checked_add(index * entry.value_len)?, entry.value_len)
        };
        (0..entry.count as usize).map(value).collect::<Option<_>>().unwrap_or_default()
    }

    /// The ratio of two numbers of 32 bits.
    pub(super) fn ratio(&self, tag: u16) -> Option<f32> {
        let at = self.entry(tag).filter(|entry| entry.value_len == 8)?.values_at;
        let [over, under] = [at, at + 4].map(|at| self.layout.number(self.bytes, at, 4));
        Some(over? as f32 / under? as f32)
    }

    /// The bytes at `offset`, as many as there are of `len`.
    pub(super) fn bytes_at(&self, offset: u64, len: u64) -> &[u8] {
        let start = usize::try_from(offset).unwrap_or(usize::MAX).min(self.bytes.len());
        let rest = &self.bytes[start..];
        &rest[..usize::try_from(len).unwrap_or(usize::MAX).min(rest.len())]
    }

    /// The places of the strips: offset and length. Without lengths, each ends where the file does.
    pub(super) fn strips(&self) -> Vec<(u64, u64)> {
        let lengths = self.values(tag::STRIP_BYTE_COUNTS);
        let offsets = self.values(tag::STRIP_OFFSETS).into_iter().enumerate();
        offsets.map(|(index, offset)| (offset, lengths.get(index).copied().unwrap_or(u64::MAX))).collect()
    }

    /// The directory behind this one.
    fn next(&self) -> Option<u64> {
        let entries_len = self.directory.n_entries * self.layout.directory_lens().1;
        self.layout.offset_at(self.bytes, self.directory.first_entry_at + entries_len)
    }
}

/// The file's pages in its order: all images except smaller copies and masks, unless there are no others. A damaged
/// directory ends the list.
pub(in super::super) fn directories(bytes: &[u8]) -> Vec<Directory> {
    let Some(layout) = Layout::of(bytes) else { return Vec::new() };
    let mut all = Vec::new();
    let mut seen = BTreeSet::new();
    let mut next = layout.offset_at(bytes, layout.first_offset_at());
    while let Some(offset) = next.filter(|&offset| offset > 0 && seen.insert(offset) && all.len() <= MAX_PAGES) {
        let Some(directory) = directory_at(bytes, layout, offset) else { break };
        let image = Image { bytes, layout, directory };
        all.push((directory, image.value(tag::NEW_SUBFILE_TYPE).unwrap_or_default()));
        next = image.next();
    }
    let is_page = |subfile_type: u64| subfile_type & NOT_A_PAGE == 0;
    let has_pages = all.iter().any(|(_, subfile_type)| is_page(*subfile_type));
    let pages = all.into_iter().filter(|(_, subfile_type)| !has_pages || is_page(*subfile_type));
    pages.map(|(directory, _)| directory).collect()
}

fn directory_at(bytes: &[u8], layout: Layout, offset: u64) -> Option<Directory> {
    let at = usize::try_from(offset).ok()?;
    let count_len = layout.directory_lens().0;
    let n_entries = usize::try_from(layout.number(bytes, at, count_len)?).ok()?.min(usize::from(u16::MAX));
    Some(Directory { offset, first_entry_at: at.checked_add(count_len)?, n_entries })
}
