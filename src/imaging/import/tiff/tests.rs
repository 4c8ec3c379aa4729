//! Kinds of TIFF that scanners, fax machines and other programs write: each shows the fixtures' picture.

use std::path::Path;

use image::{DynamicImage, GrayImage, ImageFormat, RgbImage};

use crate::imaging::import::{
    PageFile,
    tests::{assert_shows_picture, first_page, first_refusal, fixture, picture, written},
};

/// The tag of the offsets of strips: its values are those of the strips that are given.
const STRIPS: u16 = 273;
/// The tag of what further samples are, which are numbers of 16 bits.
const EXTRA_SAMPLES: u16 = 338;

/// How the numbers of a made-up file are written.
#[derive(Clone, Copy, Debug)]
struct Kind {
    is_big_endian: bool,
    is_big_tiff: bool,
}

const PLAIN: Kind = Kind { is_big_endian: false, is_big_tiff: false };

impl Kind {
    fn digits(self, number: usize, len: usize) -> Vec<u8> {
        let number = number as u64;
        if self.is_big_endian { number.to_be_bytes()[8 - len..].to_vec() } else { number.to_le_bytes()[..len].to_vec() }
    }

    /// A file of one image with these entries and strips.
    fn file(self, entries: &[(u16, &[usize])], strips: &[&[u8]]) -> Vec<u8> {
        self.file_with(entries, strips, &[])
    }

    /// The same with more bytes behind the strips.
    fn file_with(self, entries: &[(u16, &[usize])], strips: &[&[u8]], behind: &[u8]) -> Vec<u8> {
        let offset_len = if self.is_big_tiff { 8 } else { 4 };
        let mut bytes = if self.is_big_endian { b"MM".to_vec() } else { b"II".to_vec() };
        bytes.extend(self.digits(if self.is_big_tiff { 43 } else { 42 }, 2));
        if self.is_big_tiff {
            bytes.extend(self.digits(8, 2));
            bytes.extend([0; 2]);
        }
        let link_at = bytes.len();
        bytes.extend(vec![0; offset_len]);
        let mut offsets = Vec::new();
        for strip in strips {
            offsets.push(bytes.len());
            bytes.extend(*strip);
        }
        bytes.extend(behind);
        let lengths: Vec<usize> = strips.iter().map(|strip| strip.len()).collect();
        let mut all: Vec<(u16, Vec<usize>)> = vec![(256, vec![96]), (257, vec![64]), (STRIPS, offsets), (279, lengths)];
        all.extend(entries.iter().map(|(tag, values)| (*tag, values.to_vec())));
        all.sort();
        let mut written = Vec::new();
        for (tag, values) in &all {
            let (kind, len) = match *tag {
                STRIPS if self.is_big_tiff => (16, 8),
                EXTRA_SAMPLES => (3, 2),
                _ => (4, 4),
            };
            let mut packed: Vec<u8> = values.iter().flat_map(|&value| self.digits(value, len)).collect();
            if packed.len() > offset_len {
                let at = bytes.len();
                bytes.extend(packed);
                packed = self.digits(at, offset_len);
            }
            packed.resize(offset_len, 0);
            written.extend(self.digits(usize::from(*tag), 2));
            written.extend(self.digits(kind, 2));
            written.extend(self.digits(values.len(), offset_len));
            written.extend(packed);
        }
        let directory_at = self.digits(bytes.len(), offset_len);
        bytes[link_at..link_at + offset_len].copy_from_slice(&directory_at);
        bytes.extend(self.digits(all.len(), if self.is_big_tiff { 8 } else { 2 }));
        bytes.extend(written);
        bytes.extend(vec![0; offset_len]);
        bytes
    }
}

/// Samples of this many bits, each row beginning with a byte of its own.
fn packed(samples: &[u8], row_len: usize, bits: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    for row in samples.chunks(row_len) {
        for byte in row.chunks(8 / bits) {
            let sum = byte.iter().enumerate().fold(0, |sum, (at, sample)| sum | sample << (8 - bits * (at + 1)));
            bytes.push(sum);
        }
    }
    bytes
}

fn gray() -> GrayImage {
    DynamicImage::ImageRgb8(picture()).to_luma8()
}

#[test]
fn faxes_of_every_kind_are_decoded() {
    for name in ["fax-g3.tif", "fax-g3-2d.tif", "fax-rle.tif", "fax-lowest-bit-first.tif"] {
        assert_shows_picture(&first_page(&fixture(name)), false);
    }
}

#[test]
fn greys_of_few_bits_are_decoded_in_every_byte_order() {
    for (bits, fill_order) in [(1, 1), (2, 1), (4, 1), (1, 2), (4, 2)] {
        let max = (1_u8 << bits) - 1;
        for (space, invert) in [(0, max), (1, 0)] {
            let samples: Vec<u8> = gray().iter().map(|&value| (value >> (8 - bits)) ^ invert).collect();
            let mut rows = packed(&samples, 96, bits);
            if fill_order == 2 {
                for byte in &mut rows {
                    *byte = byte.reverse_bits();
                }
            }
            for is_big_endian in [false, true] {
                for is_big_tiff in [false, true] {
                    let (first, second) = rows.split_at(rows.len() / 2);
                    let entries: [(u16, &[usize]); 6] =
                        [(258, &[bits]), (259, &[1]), (262, &[space]), (266, &[fill_order]), (277, &[1]), (278, &[32])];
                    let file = Kind { is_big_endian, is_big_tiff }.file(&entries, &[first, second]);
                    assert_shows_picture(&first_page(&file), false);
                }
            }
        }
    }
}

#[test]
fn palettes_of_every_depth_give_their_colours() {
    for bits in [2, 4, 8] {
        for depth in [257, 1] {
            // White, black and red stand last, where a wrong depth is noticed.
            let n_colors = 1_usize << bits;
            let place = |pixel: [u8; 3]| n_colors - 1 - usize::from(pixel[1] == 0) - 2 * usize::from(pixel[0] == 200);
            let samples: Vec<u8> = picture().pixels().map(|pixel| place(pixel.0) as u8).collect();
            let mut map = vec![0; 3 * n_colors];
            for (row, [white, black, red]) in [[255, 0, 200], [255, 0, 20], [255, 0, 30]].into_iter().enumerate() {
                for (place, value) in [white, black, red].into_iter().enumerate() {
                    map[(row + 1) * n_colors - 1 - place] = value * depth;
                }
            }
            let entries: [(u16, &[usize]); 5] = [(258, &[bits]), (259, &[1]), (262, &[3]), (277, &[1]), (320, &map)];
            assert_shows_picture(&first_page(&PLAIN.file(&entries, &[&packed(&samples, 96, bits)])), true);
        }
    }
}

#[test]
fn alpha_of_both_kinds_shows_white_paper() {
    // Where the paper is, pixels are transparent and black.
    let shown = |pixel: &[u8; 3]| u8::from(*pixel != [255; 3]);
    for (kind, samples_per_pixel) in [(1, 2), (2, 2), (1, 4), (2, 4)] {
        let pixel = |pixel: &image::Rgb<u8>| {
            let shown = shown(&pixel.0);
            let colors =
                if samples_per_pixel == 2 { vec![pixel.0[1] * shown] } else { pixel.0.map(|c| c * shown).to_vec() };
            [colors, vec![255 * shown]].concat()
        };
        let samples: Vec<u8> = picture().pixels().flat_map(pixel).collect();
        let space = if samples_per_pixel == 2 { 1 } else { 2 };
        let bits = vec![8; samples_per_pixel];
        let entries: [(u16, &[usize]); 5] =
            [(258, &bits), (259, &[1]), (262, &[space]), (277, &[samples_per_pixel]), (338, &[kind])];
        assert_shows_picture(&first_page(&PLAIN.file(&entries, &[&samples])), samples_per_pixel == 4);
    }
}

#[test]
fn planes_and_inks_give_their_colours() {
    let planes: Vec<Vec<u8>> = (0..3).map(|c| picture().pixels().map(|pixel| pixel.0[c]).collect()).collect();
    let entries: [(u16, &[usize]); 5] = [(258, &[8, 8, 8]), (259, &[1]), (262, &[2]), (277, &[3]), (284, &[2])];
    let strips: Vec<&[u8]> = planes.iter().map(Vec::as_slice).collect();
    assert_shows_picture(&first_page(&PLAIN.file(&entries, &strips)), true);
    let inks: Vec<u8> =
        picture().pixels().flat_map(|pixel| [255 - pixel.0[0], 255 - pixel.0[1], 255 - pixel.0[2], 0]).collect();
    let entries: [(u16, &[usize]); 4] = [(258, &[8; 4]), (259, &[1]), (262, &[5]), (277, &[4])];
    assert_shows_picture(&first_page(&PLAIN.file(&entries, &[&inks])), true);
}

/// The rows of the picture as a JPEG.
fn jpeg(rows: std::ops::Range<u32>) -> Vec<u8> {
    let rows = image::imageops::crop_imm(&picture(), 0, rows.start, 96, rows.end - rows.start).to_image();
    written(&DynamicImage::ImageRgb8(rows), ImageFormat::Jpeg)
}

/// The contents of the segments with this marker.
fn segments(jpeg: &[u8], marker: u8) -> Vec<Vec<u8>> {
    let (mut found, mut at) = (Vec::new(), 2);
    while jpeg[at + 1] != 0xda {
        let length = usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]]));
        if jpeg[at + 1] == marker {
            found.push(jpeg[at + 4..at + 2 + length].to_vec());
        }
        at += 2 + length;
    }
    if marker == 0xda {
        let length = usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]]));
        found.push(jpeg[at + 2 + length..].to_vec());
    }
    found
}

#[test]
fn jpeg_of_the_old_style_is_decoded_in_every_arrangement() {
    let whole = jpeg(0..64);
    let entries: [(u16, &[usize]); 4] = [(258, &[8, 8, 8]), (259, &[6]), (262, &[6]), (277, &[3])];
    let file = |more: &[(u16, &[usize])], strips: &[&[u8]]| PLAIN.file(&[&entries[..], more].concat(), strips);
    // A stream for each strip, and one stream that the directory names: behind the header of 8 bytes.
    assert_shows_picture(&first_page(&file(&[(278, &[32])], &[&jpeg(0..32), &jpeg(32..64)])), true);
    assert_shows_picture(&first_page(&file(&[(513, &[8]), (514, &[whole.len()])], &[&whole])), true);
    // A stream of tables only, continued by the strip.
    let scan = segments(&whole, 0xda).remove(0);
    let header_len = whole.len() - scan.len();
    let named: [(u16, &[usize]); 2] = [(513, &[8 + scan.len()]), (514, &[header_len])];
    let entries = [&entries[..], &named].concat();
    assert_shows_picture(&first_page(&PLAIN.file_with(&entries, &[&scan], &whole[..header_len])), true);
}

#[test]
fn jpeg_of_the_old_style_is_put_together_from_tables() {
    let whole = jpeg(0..64);
    let scan = segments(&whole, 0xda).remove(0);
    let frame = segments(&whole, 0xc0).remove(0);
    let sampling = usize::from(frame[7]);
    let q_tables: Vec<Vec<u8>> = segments(&whole, 0xdb).concat().chunks(65).map(|table| table[1..].to_vec()).collect();
    let mut huffman = [Vec::new(), Vec::new()];
    for segment in segments(&whole, 0xc4) {
        let mut rest = &segment[..];
        while rest.len() > 17 {
            let length = 17 + rest[1..17].iter().map(|&count| usize::from(count)).sum::<usize>();
            huffman[usize::from(rest[0] >> 4)].push(rest[1..length].to_vec());
            rest = &rest[length..];
        }
    }
    // The tables lie behind the scan.
    let mut at = 8 + scan.len();
    let mut places = |tables: &[Vec<u8>]| -> Vec<usize> {
        let place = |table: &Vec<u8>| {
            at += table.len();
            at - table.len()
        };
        let places: Vec<usize> = tables.iter().map(place).collect();
        (0..3).map(|component: usize| places[component.min(places.len() - 1)]).collect()
    };
    let (q, dc, ac) = (places(&q_tables), places(&huffman[0]), places(&huffman[1]));
    let tables = [q_tables.concat(), huffman[0].concat(), huffman[1].concat()].concat();
    let entries: [(u16, &[usize]); 8] = [
        (258, &[8, 8, 8]),
        (259, &[6]),
        (262, &[6]),
        (277, &[3]),
        (519, &q),
        (520, &dc),
        (521, &ac),
        (530, &[sampling >> 4, sampling & 15]),
    ];
    assert_shows_picture(&first_page(&PLAIN.file_with(&entries, &[&scan], &tables)), true);
}

#[test]
fn what_is_not_decoded_says_so() {
    let entries: [(u16, &[usize]); 4] = [(258, &[8]), (259, &[34_661]), (262, &[1]), (277, &[1])];
    let refusal = first_refusal(&PLAIN.file(&entries, &[&[0; 96 * 64]]));
    assert!(refusal.contains("of a kind that Longhand cannot open"), "{refusal}");
    let entries: [(u16, &[usize]); 4] = [(258, &[8]), (259, &[1]), (262, &[32_844]), (277, &[1])];
    let refusal = first_refusal(&PLAIN.file(&entries, &[&[0; 96 * 64]]));
    assert!(refusal.contains("colour space 32844"), "{refusal}");
}

#[test]
fn a_picture_without_alpha_is_as_it_was() {
    let file = written(&DynamicImage::ImageRgb8(picture()), ImageFormat::Tiff);
    let page = PageFile::from_bytes(file, Path::new("page")).and_then(|file| file.page(0)).unwrap();
    assert_eq!(page.pixels, RgbImage::from(picture()));
}
