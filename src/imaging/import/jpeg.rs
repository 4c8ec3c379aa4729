//! Detection of truncated JPEGs, whose missing part decoders fill with grey without an error, and of codings that no
//! decoder at hand knows.

/// The start-of-image marker, which opens every JPEG.
const START: [u8; 2] = [0xff, 0xd8];
/// The code of the end-of-image marker, which follows a byte of 0xff.
const END_OF_IMAGE: u8 = 0xd9;
/// Centimetres an inch.
const CM_PER_INCH: f32 = 2.54;
/// The code of the start-of-scan marker, which follows a byte of 0xff.
const START_OF_SCAN: u8 = 0xda;

/// Whether `bytes` are a JPEG that stops before its end-of-image marker.
pub(super) fn is_cut_short(bytes: &[u8]) -> bool {
    bytes.starts_with(&START) && end(bytes).is_none()
}

/// The length of the JPEG that `bytes` begin with, up to its end-of-image marker; `None` where that is missing.
///
/// The markers are followed from the front (ITU T.81, annex B), because thumbnails inside of a file have end markers,
/// too.
fn end(bytes: &[u8]) -> Option<usize> {
    let mut rest = bytes.strip_prefix(&START)?;
    while let Some((marker, behind)) = next_marker(rest) {
        if marker == END_OF_IMAGE {
            return Some(bytes.len() - behind.len());
        }
        let behind = behind.get(usize::from(u16::from_be_bytes(*behind.first_chunk()?))..)?;
        rest = if marker == START_OF_SCAN { behind_scan(behind) } else { behind };
    }
    None
}

/// A whole JPEG that decoders at hand decode.
#[derive(Debug, PartialEq)]
pub(super) struct Frame {
    /// Bytes up to the end of the image.
    pub(super) len: usize,
    pub(super) width: u32,
    pub(super) height: u32,
    /// 1 for grey, 3 for colours, 4 for inks.
    pub(super) n_channels: u8,
    /// Whether Adobe's marker is there, with which inks are stored inverted.
    pub(super) is_adobe: bool,
    /// As the JFIF segment states them, across and down.
    pub(super) dots_per_inch: Option<[f32; 2]>,
}

impl Frame {
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        if unsupported_coding(bytes).is_some() {
            return None;
        }
        let len = end(bytes)?;
        let (mut is_adobe, mut dots_per_inch) = (false, None);
        let mut rest = bytes.strip_prefix(&START)?;
        loop {
            let (marker, behind) = next_marker(rest)?;
            let segment = behind.get(2..usize::from(u16::from_be_bytes(*behind.first_chunk()?)))?;
            match (marker, segment) {
                (0xe0, [b'J', b'F', b'I', b'F', 0, _, _, unit, x1, x0, y1, y0, ..]) => {
                    let per_inch = match unit {
                        1 => 1.0,
                        2 => CM_PER_INCH,
                        _ => 0.0,
                    };
                    let dots = [[*x1, *x0], [*y1, *y0]].map(|dots| f32::from(u16::from_be_bytes(dots)) * per_inch);
                    dots_per_inch = Some(dots).filter(|dots| dots[0] > 0.0 && dots[1] > 0.0);
                }
                (0xee, [b'A', b'd', b'o', b'b', b'e', ..]) => is_adobe = true,
                (0xc0..=0xc2, [_, h1, h0, w1, w0, n_channels, ..]) => {
                    let [width, height] = [[*w1, *w0], [*h1, *h0]].map(|side| u32::from(u16::from_be_bytes(side)));
                    return Some(Self { len, width, height, n_channels: *n_channels, is_adobe, dots_per_inch });
                }
                _ => {}
            }
            rest = &behind[segment.len() + 2..];
        }
    }
}

/// What the frame's coding is called, if it is none of the two that are decoded: baseline and progressive, by Huffman's
/// codes, of 8 bits.
pub(super) fn unsupported_coding(bytes: &[u8]) -> Option<&'static str> {
    let mut rest = bytes.strip_prefix(&START)?;
    while let Some((marker, behind)) = next_marker(rest) {
        match marker {
            0xc3 => return Some("lossless JPEG"),
            0xc5..=0xc7 | 0xcd..=0xcf => return Some("hierarchical JPEG"),
            0xc9..=0xcb => return Some("JPEG with arithmetic coding"),
            0xc0..=0xc2 if behind.get(2).is_some_and(|&bits| bits != 8) => return Some("JPEG of more than 8 bits"),
            0xc0..=0xc2 | START_OF_SCAN | END_OF_IMAGE => return None,
            _ => {}
        }
        let length = usize::from(u16::from_be_bytes(*behind.first_chunk()?));
        rest = behind.get(length..)?;
    }
    None
}

/// The code of the first marker and the bytes behind it. Bytes of 0xff before the code are padding.
fn next_marker(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let first = bytes.iter().position(|&byte| byte == 0xff)?;
    let code = first + bytes[first..].iter().position(|&byte| byte != 0xff)?;
    Some((bytes[code], &bytes[code + 1..]))
}

/// The bytes from the marker behind a scan's coded pixels on. Among the pixels, a zero follows every byte of 0xff, and
/// restart markers may stand.
fn behind_scan(bytes: &[u8]) -> &[u8] {
    let is_marker = |pair: &[u8]| pair[0] == 0xff && !matches!(pair[1], 0 | 0xd0..=0xd7 | 0xff);
    let end = bytes.windows(2).position(is_marker).unwrap_or(bytes.len());
    &bytes[end..]
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{GrayImage, ImageFormat, Luma};
    use std::io::Cursor;

    fn jpeg() -> Vec<u8> {
        let image = GrayImage::from_fn(90, 70, |x, y| Luma([(x * y * 7) as u8]));
        let mut bytes = Cursor::new(Vec::new());
        image.write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn whole_files_are_not_cut_short_whatever_follows_them() {
        assert!(!is_cut_short(&jpeg()));
        assert!(!is_cut_short(&[&jpeg()[..], b"a camera's own notes"].concat()));
        assert!(!is_cut_short(b"\x89PNG"));
        assert!(!is_cut_short(b""));
    }

    #[test]
    fn every_shorter_file_is_cut_short() {
        let whole = jpeg();
        for length in START.len()..whole.len() {
            assert!(is_cut_short(&whole[..length]), "{length} of {} bytes", whole.len());
        }
    }

    #[test]
    fn a_frame_tells_size_channels_and_resolution_up_to_the_end() {
        let mut bytes = jpeg();
        let len = bytes.len();
        bytes.extend(b"a camera's own notes");
        let frame = Frame::of(&bytes).unwrap();
        assert_eq!((frame.len, frame.width, frame.height, frame.n_channels), (len, 90, 70, 1));
        let jfif = bytes.windows(5).position(|name| name == b"JFIF\0").unwrap();
        bytes[jfif + 7..jfif + 12].copy_from_slice(&[2, 0, 118, 0, 118]);
        assert_eq!(Frame::of(&bytes).unwrap().dots_per_inch, Some([118.0 * 2.54; 2]));
        assert_eq!(Frame::of(&bytes[..len - 2]), None);
    }

    #[test]
    fn codings_without_a_decoder_are_named() {
        let with_frame = |marker: u8| {
            let mut bytes = jpeg();
            let at = bytes.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
            bytes[at + 1] = marker;
            bytes
        };
        assert_eq!(unsupported_coding(&jpeg()), None);
        assert_eq!(unsupported_coding(&with_frame(0xc3)), Some("lossless JPEG"));
        assert_eq!(unsupported_coding(&with_frame(0xc9)), Some("JPEG with arithmetic coding"));
        assert_eq!(unsupported_coding(b"GIF89a"), None);
    }

    #[test]
    fn a_thumbnails_end_is_not_the_pictures() {
        let (whole, thumbnail) = (jpeg(), [0xff, 0xd8, 0xff, 0xd9]);
        let segment = [&[0xff, 0xe1, 0, 6][..], &thumbnail].concat();
        let with_thumbnail = [&whole[..2], &segment, &whole[2..]].concat();
        assert!(!is_cut_short(&with_thumbnail));
        assert!(is_cut_short(&with_thumbnail[..with_thumbnail.len() / 2]));
    }
}
