//! Detection of truncated JPEGs, whose missing part decoders fill with grey without an error.

/// The start-of-image marker, which opens every JPEG.
const START: [u8; 2] = [0xff, 0xd8];
/// The code of the end-of-image marker, which follows a byte of 0xff.
const END_OF_IMAGE: u8 = 0xd9;
/// The code of the start-of-scan marker, which follows a byte of 0xff.
const START_OF_SCAN: u8 = 0xda;

/// Whether `bytes` are a JPEG that stops before its end-of-image marker.
///
/// The markers are followed from the front (ITU T.81, annex B), because thumbnails inside of a file have end markers,
/// too.
pub(super) fn is_cut_short(bytes: &[u8]) -> bool {
    if !bytes.starts_with(&START) {
        return false;
    }
    let mut rest = &bytes[START.len()..];
    while let Some((marker, behind)) = next_marker(rest) {
        if marker == END_OF_IMAGE {
            return false;
        }
        let length = match behind {
            [high, low, ..] => usize::from(u16::from_be_bytes([*high, *low])),
            _ => return true,
        };
        let Some(behind) = behind.get(length..) else { return true };
        rest = if marker == START_OF_SCAN { behind_scan(behind) } else { behind };
    }
    true
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
    fn a_thumbnails_end_is_not_the_pictures() {
        let (whole, thumbnail) = (jpeg(), [0xff, 0xd8, 0xff, 0xd9]);
        let segment = [&[0xff, 0xe1, 0, 6][..], &thumbnail].concat();
        let with_thumbnail = [&whole[..2], &segment, &whole[2..]].concat();
        assert!(!is_cut_short(&with_thumbnail));
        assert!(is_cut_short(&with_thumbnail[..with_thumbnail.len() / 2]));
    }
}
