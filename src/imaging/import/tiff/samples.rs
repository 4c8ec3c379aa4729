//! The samples of an image, as the `tiff` crate unpacks them.

use std::{
    io::{self, Cursor, Read, Seek, SeekFrom},
    ops::Range,
    path::Path,
};

use tiff::{
    TiffError,
    decoder::{Decoder, DecodingResult, Limits},
};

use super::directory::{Image, compression, tag};
use crate::imaging::import::error::ImageError;

/// The colour space that is told to the `tiff` crate instead of the image's own, so that it returns any samples as they
/// are: grey with black at 0.
const ANY_COLORS: u64 = 1;
/// The fill order in which a byte's lowest bit comes first.
const LOWEST_BIT_FIRST: u64 = 2;
/// The most bytes of an image's samples before they are 8 bits each.
const MAX_SAMPLE_BYTES: usize = 600_000_000;

/// An image's samples, a byte each, pixel after pixel and row after row.
#[derive(Debug)]
pub(super) struct Samples {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) n_per_pixel: usize,
    /// The largest value that a sample can have.
    pub(super) max: u8,
    pub(super) values: Vec<u8>,
}

/// Unpacks the samples of an image that is not a fax in strips or a JPEG of the old style.
pub(super) fn decode(image: &Image<'_>, path: &Path) -> Result<Samples, ImageError> {
    let of_decoder = |error: TiffError| match error {
        TiffError::UnsupportedError(_) => ImageError::Unsupported { path: path.to_owned(), reason: error.to_string() },
        TiffError::LimitsExceeded => ImageError::damaged(path, "it says it needs more memory than its size takes"),
        _ => ImageError::damaged(path, error.to_string()),
    };
    let mut decoder = Decoder::new(Patched::new(image)).map_err(of_decoder)?;
    let mut limits = Limits::default();
    limits.decoding_buffer_size = MAX_SAMPLE_BYTES;
    limits.intermediate_buffer_size = MAX_SAMPLE_BYTES;
    limits.ifd_value_size = MAX_SAMPLE_BYTES;
    decoder = decoder.with_limits(limits);
    let (width, height) = decoder.dimensions().map_err(of_decoder)?;
    let color = decoder.colortype().map_err(of_decoder)?;
    let mut unpacked = DecodingResult::U8(Vec::new());
    let layout = decoder.read_image_to_buffer(&mut unpacked).map_err(of_decoder)?;
    let shape = Shape {
        width: width as usize,
        height: height as usize,
        n_per_pixel: usize::from(color.num_samples()),
        bits: color.bit_depth(),
        are_planes: layout.planes > 1,
    };
    let max = if shape.bits < 8 { (1 << shape.bits) - 1 } else { u8::MAX };
    let values = shape.bytes(unpacked).ok_or_else(|| ImageError::Unsupported {
        path: path.to_owned(),
        reason: format!("samples of {} bits", shape.bits),
    })?;
    if values.len() != shape.width * shape.height * shape.n_per_pixel {
        return Err(ImageError::damaged(path, "it has fewer pixels than it says it has"));
    }
    Ok(Samples { width, height, n_per_pixel: shape.n_per_pixel, max, values })
}

/// How the unpacked samples lie in memory.
struct Shape {
    width: usize,
    height: usize,
    n_per_pixel: usize,
    bits: u8,
    /// Whether all samples of one kind come before those of the next.
    are_planes: bool,
}

impl Shape {
    /// The samples as bytes, pixel after pixel; `None` for a kind without a conversion.
    fn bytes(&self, unpacked: DecodingResult) -> Option<Vec<u8>> {
        let values: Vec<u8> = match unpacked {
            DecodingResult::U8(values) if self.bits < 8 => self.unpacked_bits(&values),
            DecodingResult::U8(values) => values,
            DecodingResult::U16(values) => values.into_iter().map(|value| (value >> 8) as u8).collect(),
            DecodingResult::U32(values) => values.into_iter().map(|value| (value >> 24) as u8).collect(),
            DecodingResult::F32(values) => values.into_iter().map(|value| (value * 255.0).round() as u8).collect(),
            DecodingResult::F64(values) => values.into_iter().map(|value| (value * 255.0).round() as u8).collect(),
            _ => return None,
        };
        Some(if self.are_planes { self.interleaved(&values) } else { values })
    }

    /// Samples of less than a byte; each row begins with a byte of its own.
    fn unpacked_bits(&self, values: &[u8]) -> Vec<u8> {
        let n_planes = if self.are_planes { self.n_per_pixel } else { 1 };
        let row_len = self.width * self.n_per_pixel / n_planes;
        let bits = usize::from(self.bits);
        let mask = (1_u8 << bits) - 1;
        let sample = |row: &[u8], index: usize| row[index * bits / 8] >> (8 - bits - index * bits % 8) & mask;
        let rows = values.chunks_exact((row_len * bits).div_ceil(8).max(1)).take(n_planes * self.height);
        rows.flat_map(|row| (0..row_len).map(move |index| sample(row, index))).collect()
    }

    fn interleaved(&self, planes: &[u8]) -> Vec<u8> {
        let n_pixels = self.width * self.height;
        let pixel = |index: usize| planes.iter().skip(index).step_by(n_pixels).take(self.n_per_pixel).copied();
        (0..n_pixels.min(planes.len())).flat_map(pixel).collect()
    }
}

/// A file in which one image comes first and has other numbers: the `tiff` crate opens the first image of a file only,
/// and refuses colour spaces whose samples it unpacks well.
struct Patched<'a> {
    file: Cursor<&'a [u8]>,
    /// What other bytes stand at these places.
    patches: Vec<(usize, Vec<u8>)>,
    /// Where the bits of each byte are in the other order, in order and apart from each other.
    reversed: Vec<Range<usize>>,
}

impl<'a> Patched<'a> {
    fn new(image: &Image<'a>) -> Self {
        let layout = image.layout;
        let mut patches = vec![(layout.first_offset_at(), layout.digits(image.directory.offset, layout.offset_len()))];
        if let Some(entry) = image.entry(tag::PHOTOMETRIC).filter(|entry| entry.count == 1) {
            patches.push((entry.values_at, layout.digits(ANY_COLORS, entry.value_len)));
        }
        let is_reversed = image.value(tag::FILL_ORDER) == Some(LOWEST_BIT_FIRST)
            && image.value(tag::COMPRESSION) != Some(compression::JPEG);
        let mut reversed = if is_reversed { packed_places(image) } else { Vec::new() };
        reversed.sort_by_key(|range| range.start);
        reversed.dedup_by(|next, before| next.start < before.end);
        Self { file: Cursor::new(image.bytes), patches, reversed }
    }
}

/// Where the image's packed samples are in the file.
fn packed_places(image: &Image<'_>) -> Vec<Range<usize>> {
    let tiles = image.values(tag::TILE_OFFSETS).into_iter().zip(image.values(tag::TILE_BYTE_COUNTS));
    let places = image.strips().into_iter().chain(tiles);
    let range = |(offset, length): (u64, u64)| {
        let start = usize::try_from(offset).ok()?;
        Some(start..start.saturating_add(usize::try_from(length).ok()?))
    };
    places.filter_map(range).collect()
}

impl Read for Patched<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let start = self.file.position() as usize;
        let n_read = self.file.read(buffer)?;
        let read = start..start + n_read;
        let common = |range: Range<usize>| range.start.max(read.start)..range.end.min(read.end);
        for (at, bytes) in &self.patches {
            for place in common(*at..at + bytes.len()) {
                buffer[place - start] = bytes[place - at];
            }
        }
        let first = self.reversed.partition_point(|range| range.end <= read.start);
        for range in self.reversed[first..].iter().take_while(|range| range.start < read.end) {
            for place in common(range.clone()) {
                buffer[place - start] = buffer[place - start].reverse_bits();
            }
        }
        Ok(n_read)
    }
}

impl Seek for Patched<'_> {
    fn seek(&mut self, place: SeekFrom) -> io::Result<u64> {
        self.file.seek(place)
    }
}
