//! JPEG of the old style in a TIFF (TIFF 6.0, section 22), which technical note 2 replaced: a whole stream, a stream
//! that strips continue, a stream a strip, or tables and strips without a stream.

use std::path::Path;

use zune_jpeg::{
    JpegDecoder,
    errors::DecodeErrors,
    zune_core::{bytestream::ZCursor, options::DecoderOptions},
};

use super::{
    directory::{Image, tag},
    samples::Samples,
};
use crate::imaging::import::error::{ImageError, check_size};

/// Start of an image.
const SOI: [u8; 2] = [0xff, 0xd8];
/// End of an image.
const EOI: [u8; 2] = [0xff, 0xd9];
/// Start of a scan.
const SOS: [u8; 2] = [0xff, 0xda];
/// Quantization tables.
const DQT: [u8; 2] = [0xff, 0xdb];
/// Huffman tables.
const DHT: [u8; 2] = [0xff, 0xc4];
/// The interval of restart markers.
const DRI: [u8; 2] = [0xff, 0xdd];
/// Start of a baseline frame.
const SOF0: [u8; 2] = [0xff, 0xc0];
/// The first of eight restart markers.
const RST0: u8 = 0xd0;
/// Bytes of a quantization table.
const Q_TABLE_LEN: u64 = 64;
/// Bytes of a Huffman table's counts of codes.
const N_CODE_LENGTHS: u64 = 16;

/// The samples of the image, in the colour space that the directory names.
pub(super) fn samples(image: &Image<'_>, path: &Path) -> Result<Samples, ImageError> {
    let strips: Vec<&[u8]> = image.strips().iter().map(|&(offset, length)| image.bytes_at(offset, length)).collect();
    if let Some(stream) = whole_stream(image, &strips) {
        return decoded(&stream, path);
    }
    if strips.iter().all(|strip| strip.starts_with(&SOI)) && !strips.is_empty() {
        return stacked(&strips, path);
    }
    let stream = stream_of_tables(image, &strips)
        .ok_or_else(|| ImageError::damaged(path, "the tables of its JPEG stream are not there"))?;
    decoded(&stream, path)
}

/// The stream that the directory names, continued by the strips where it has no pixels of its own.
fn whole_stream(image: &Image<'_>, strips: &[&[u8]]) -> Option<Vec<u8>> {
    let at = image.value(tag::JPEG_STREAM).filter(|&at| at > 0)?;
    let length = image.value(tag::JPEG_STREAM_LENGTH).filter(|&length| length > 0).unwrap_or(u64::MAX);
    let stream = image.bytes_at(at, length);
    if !stream.starts_with(&SOI) {
        return None;
    }
    let scan_at = stream.windows(2).position(|marker| marker == SOS);
    let header_end = |at: usize| at + 2 + stream.get(at + 2..at + 4).map_or(0, number);
    let has_pixels = scan_at.is_some_and(|at| stream.len() > header_end(at) + EOI.len());
    if has_pixels {
        return Some(stream.to_vec());
    }
    let is_frame = |marker: &[u8]| matches!(marker, [0xff, 0xc0..=0xc2]);
    if !stream.windows(2).any(is_frame) || strips.is_empty() {
        return None;
    }
    let header = stream.strip_suffix(&EOI).unwrap_or(stream);
    let mut whole = header.to_vec();
    if scan_at.is_none() && !strips[0].starts_with(&SOS) {
        whole.extend(scan_header(image));
    }
    append_scan(&mut whole, strips);
    Some(whole)
}

/// The images of streams one a strip, below each other.
fn stacked(strips: &[&[u8]], path: &Path) -> Result<Samples, ImageError> {
    let mut all: Option<Samples> = None;
    for strip in strips {
        let next = decoded(strip, path)?;
        all = Some(match all {
            None => next,
            Some(mut above) if above.width == next.width && above.n_per_pixel == next.n_per_pixel => {
                above.height += next.height;
                above.values.extend(next.values);
                above
            }
            Some(_) => return Err(ImageError::damaged(path, "its strips are of different widths")),
        });
    }
    all.ok_or_else(|| ImageError::damaged(path, "it has no strips"))
}

/// A stream of the tables in the directory and the strips.
fn stream_of_tables(image: &Image<'_>, strips: &[&[u8]]) -> Option<Vec<u8>> {
    let mut stream = SOI.to_vec();
    let q_tables = image.values(tag::JPEG_Q_TABLES);
    for (index, &at) in q_tables.iter().enumerate() {
        let table = Some(image.bytes_at(at, Q_TABLE_LEN)).filter(|table| table.len() == Q_TABLE_LEN as usize)?;
        append_segment(&mut stream, DQT, &[&[index as u8], table].concat());
    }
    for (class, tables) in [(0, tag::JPEG_DC_TABLES), (0x10, tag::JPEG_AC_TABLES)] {
        for (index, at) in image.values(tables).into_iter().enumerate() {
            let counts = image.bytes_at(at, N_CODE_LENGTHS);
            let n_codes: u64 = counts.iter().map(|&count| u64::from(count)).sum();
            append_segment(
                &mut stream,
                DHT,
                &[&[class | index as u8], image.bytes_at(at, N_CODE_LENGTHS + n_codes)].concat(),
            );
        }
    }
    let [width, height] =
        [tag::IMAGE_WIDTH, tag::IMAGE_LENGTH].map(|side| image.value(side).unwrap_or_default() as u16);
    let n_components = n_components(image);
    let mut frame = vec![8];
    frame.extend(height.to_be_bytes());
    frame.extend(width.to_be_bytes());
    frame.push(n_components);
    for component in 0..n_components {
        frame.extend([component + 1, if component == 0 { sampling(image) } else { 0x11 }, component]);
    }
    append_segment(&mut stream, SOF0, &frame);
    if let Some(interval) = restart_interval(image, strips.len()) {
        append_segment(&mut stream, DRI, &interval.to_be_bytes());
    }
    stream.extend(scan_header(image));
    append_scan(&mut stream, strips);
    (!q_tables.is_empty() && !strips.is_empty()).then_some(stream)
}

fn n_components(image: &Image<'_>) -> u8 {
    image.value(tag::SAMPLES_PER_PIXEL).unwrap_or(1).clamp(1, 4) as u8
}

/// The sampling factors of the first component, across in the upper four bits.
fn sampling(image: &Image<'_>) -> u8 {
    let factors = image.values(tag::YCBCR_SUBSAMPLING);
    match (n_components(image), factors.as_slice()) {
        (1, _) => 0x11,
        (_, [across @ 1..=4, down @ 1..=4]) => (*across as u8) << 4 | *down as u8,
        _ => 0x22,
    }
}

/// Blocks between restart markers: those of a strip, where there are several, which begin anew each.
fn restart_interval(image: &Image<'_>, n_strips: usize) -> Option<u16> {
    let told = image.value(tag::JPEG_RESTART_INTERVAL).filter(|&interval| interval > 0);
    let factors = sampling(image);
    let (across, down) = (8 * u64::from(factors >> 4), 8 * u64::from(factors & 15));
    let of_strip = || {
        let rows = image.value(tag::ROWS_PER_STRIP)?;
        Some(image.value(tag::IMAGE_WIDTH)?.div_ceil(across) * rows.div_ceil(down))
    };
    let interval = told.or_else(|| of_strip().filter(|_| n_strips > 1))?;
    u16::try_from(interval).ok()
}

fn scan_header(image: &Image<'_>) -> Vec<u8> {
    let n_components = n_components(image);
    let mut scan = vec![n_components];
    scan.extend((0..n_components).flat_map(|component| [component + 1, component << 4 | component]));
    scan.extend([0, 63, 0]);
    let mut segment = Vec::new();
    append_segment(&mut segment, SOS, &scan);
    segment
}

/// Appends the strips as one scan, with restart markers between those that have none, and the end.
fn append_scan(stream: &mut Vec<u8>, strips: &[&[u8]]) {
    for (index, strip) in strips.iter().enumerate() {
        let ends_with_marker = |stream: &[u8]| matches!(stream, [.., 0xff, 0xd0..=0xd7]);
        if index > 0 && !ends_with_marker(stream) {
            stream.extend([0xff, RST0 + (index as u8 - 1) % 8]);
        }
        stream.extend(strip.strip_suffix(&EOI).unwrap_or(strip));
    }
    stream.extend(EOI);
}

fn append_segment(stream: &mut Vec<u8>, marker: [u8; 2], content: &[u8]) {
    stream.extend(marker);
    stream.extend((content.len() as u16 + 2).to_be_bytes());
    stream.extend(content);
}

fn number(digits: &[u8]) -> usize {
    digits.iter().fold(0, |number, &digit| number << 8 | usize::from(digit))
}

/// Decodes a stream without a change of its colours.
fn decoded(stream: &[u8], path: &Path) -> Result<Samples, ImageError> {
    let of_decoder = |error: DecodeErrors| ImageError::damaged(path, error.to_string());
    let options = DecoderOptions::default().set_strict_mode(false).set_max_width(usize::MAX).set_max_height(usize::MAX);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(stream), options);
    decoder.decode_headers().map_err(of_decoder)?;
    let (Some((width, height)), Some(colors)) = (decoder.dimensions(), decoder.input_colorspace()) else {
        return Err(ImageError::damaged(path, "its JPEG stream has no size"));
    };
    check_size(path, width as u32, height as u32)?;
    decoder.set_options(options.jpeg_set_out_colorspace(colors));
    let values = decoder.decode().map_err(of_decoder)?;
    let n_per_pixel = colors.num_components();
    if values.len() != width * height * n_per_pixel {
        return Err(ImageError::damaged(path, "its JPEG stream has fewer pixels than it says"));
    }
    Ok(Samples { width: width as u32, height: height as u32, n_per_pixel, max: u8::MAX, values })
}
