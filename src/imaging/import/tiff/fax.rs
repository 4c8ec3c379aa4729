//! Faxes in a TIFF: CCITT group 3 (ITU T.4) in one and two dimensions, and group 4 (ITU T.6).

use hayro_ccitt::{DecodeSettings, Decoder, DecoderContext, EncodingMode, decode};
use image::metadata::Orientation;

use super::{
    directory::{Image, compression, tag},
    samples::Samples,
};
use crate::imaging::import::origin::PackedPicture;

/// The bit of the options of group 3 that tells of coding in two dimensions.
const IS_2D: u64 = 1;
/// The fill order in which a byte's lowest bit comes first.
const LOWEST_BIT_FIRST: u64 = 2;

/// The samples of an image in strips: 1 for black, 0 for white, before the colour space says which is which. Rows that
/// are missing are white.
pub(super) fn samples(image: &Image<'_>, width: u32, height: u32) -> Samples {
    let encoding = match image.value(tag::COMPRESSION) {
        Some(compression::T6) => EncodingMode::Group4,
        Some(compression::T4) if image.value(tag::T4_OPTIONS).unwrap_or_default() & IS_2D != 0 => {
            EncodingMode::Group3_2D
        }
        _ => EncodingMode::Group3_1D,
    };
    let rows_per_strip = image.value(tag::ROWS_PER_STRIP).and_then(|rows| u32::try_from(rows).ok()).unwrap_or(height);
    let rows_per_strip = rows_per_strip.clamp(1, height);
    let mut rows = Rows { width: width as usize, values: Vec::with_capacity(width as usize * height as usize) };
    let n_strips = height.div_ceil(rows_per_strip) as usize;
    for (index, (offset, length)) in image.strips().into_iter().take(n_strips).enumerate() {
        let first_row = index as u32 * rows_per_strip;
        rows.fill_to(first_row);
        let strip = strip(image, offset, length);
        let settings = DecodeSettings {
            columns: width,
            rows: rows_per_strip.min(height - first_row),
            end_of_block: true,
            end_of_line: false,
            rows_are_byte_aligned: image.value(tag::COMPRESSION) == Some(compression::RLE),
            encoding,
            strict: false,
        };
        // The rows before a defect are there.
        decode(&strip, &mut rows, &mut DecoderContext::new(settings)).ok();
    }
    rows.fill_to(height);
    Samples { width, height, n_per_pixel: 1, max: 1, values: rows.values }
}

/// The stream of a fax of group 4 that lies in one strip.
pub(super) fn packed(
    image: &Image<'_>,
    width: u32,
    height: u32,
    orientation: Orientation,
) -> Option<PackedPicture<'static>> {
    let strips = image.strips();
    let ([(offset, length)], Some(compression::T6)) = (&strips[..], image.value(tag::COMPRESSION)) else { return None };
    let is_black_1 = match image.value(tag::PHOTOMETRIC) {
        Some(0) | None => false,
        Some(1) => true,
        Some(_) => return None,
    };
    Some(PackedPicture::Fax { bytes: strip(image, *offset, *length), width, height, is_black_1, orientation })
}

/// The bytes of a strip, each one's highest bit first.
fn strip(image: &Image<'_>, offset: u64, length: u64) -> Vec<u8> {
    let mut strip = image.bytes_at(offset, length).to_vec();
    if image.value(tag::FILL_ORDER) == Some(LOWEST_BIT_FIRST) {
        for byte in &mut strip {
            *byte = byte.reverse_bits();
        }
    }
    strip
}

/// The rows decoded so far.
struct Rows {
    width: usize,
    values: Vec<u8>,
}

impl Rows {
    /// White rows up to row `n_rows`, or without those behind it.
    fn fill_to(&mut self, n_rows: u32) {
        self.values.resize(self.width * n_rows as usize, 0);
    }
}

impl Decoder for Rows {
    fn push_row(&mut self, changes: &[u32]) {
        let start = self.values.len();
        self.values.resize(start + self.width, 0);
        for run in changes.chunks(2) {
            let end = run.get(1).map_or(self.width, |&end| end as usize);
            self.values[start + run[0] as usize..start + end].fill(1);
        }
    }
}
