//! Detection of truncated PNGs, whose decoder asks for the end mark even where all pixels are there.

use std::borrow::Cow;

/// What every PNG begins with.
const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// The chunk that ends every PNG.
const IEND: &[u8] = b"\0\0\0\0IEND\xaeB`\x82";
/// Metres an inch.
const METRES_PER_INCH: f32 = 0.0254;
/// Bytes of a chunk besides its data: length, kind and checksum.
const CHUNK_LEN: usize = 12;

/// The chunks that hold the pixels.
const IDAT: &[u8] = b"IDAT";

/// Where a file stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// Behind its end mark, or it is no PNG.
    Whole,
    /// Behind all pixels that it has: after so many bytes of whole chunks.
    BehindPixels(usize),
    InsidePixels,
}

fn end(bytes: &[u8]) -> End {
    let Some(mut rest) = bytes.strip_prefix(SIGNATURE) else { return End::Whole };
    while let Some((length, kind)) = rest.first_chunk::<4>().zip(rest.get(4..8)) {
        if kind == &IEND[4..8] {
            return End::Whole;
        }
        let Some(behind) =
            (u32::from_be_bytes(*length) as usize).checked_add(CHUNK_LEN).and_then(|len| rest.get(len..))
        else {
            return if kind == IDAT { End::InsidePixels } else { End::BehindPixels(bytes.len() - rest.len()) };
        };
        rest = behind;
    }
    End::BehindPixels(bytes.len() - rest.len())
}

/// The resolution that a PNG states, across and down.
pub(super) fn dots_per_inch(bytes: &[u8]) -> Option<[f32; 2]> {
    let mut rest = bytes.strip_prefix(SIGNATURE)?;
    loop {
        let length = u32::from_be_bytes(*rest.first_chunk()?) as usize;
        let (kind, data) = (rest.get(4..8)?, rest.get(8..length.checked_add(8)?)?);
        match (kind, data) {
            // In metres, if the last byte is 1.
            (b"pHYs", [x3, x2, x1, x0, y3, y2, y1, y0, 1]) => {
                let dots = [[*x3, *x2, *x1, *x0], [*y3, *y2, *y1, *y0]];
                return Some(dots.map(|dots| u32::from_be_bytes(dots) as f32 * METRES_PER_INCH));
            }
            (b"IDAT", _) => return None,
            _ => rest = rest.get(length + CHUNK_LEN..)?,
        }
    }
}

/// Whether `bytes` are a PNG that stops before its end mark.
pub(super) fn is_cut_short(bytes: &[u8]) -> bool {
    end(bytes) != End::Whole
}

/// The file with an end mark instead of a part of a chunk, if it stops behind its pixels.
pub(super) fn with_end(bytes: &[u8]) -> Cow<'_, [u8]> {
    match end(bytes) {
        End::BehindPixels(len) => Cow::Owned([&bytes[..len], IEND].concat()),
        End::Whole | End::InsidePixels => Cow::Borrowed(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{GrayImage, ImageFormat, Luma};
    use std::io::Cursor;

    #[test]
    fn a_missing_end_is_noticed_and_made_up_for() {
        let mut png = Cursor::new(Vec::new());
        GrayImage::from_fn(9, 7, |x, y| Luma([(x * y) as u8])).write_to(&mut png, ImageFormat::Png).unwrap();
        let png = png.into_inner();
        assert!(!is_cut_short(&png) && !is_cut_short(&[&png[..], b"more"].concat()) && !is_cut_short(b"GIF89a"));
        for length in SIGNATURE.len()..png.len() - 4 {
            assert!(is_cut_short(&png[..length]) || length > png.len() - CHUNK_LEN + 7, "{length} of {}", png.len());
        }
        let without_end = &png[..png.len() - IEND.len()];
        assert_eq!(with_end(without_end), png);
        assert_eq!(with_end(&png[..png.len() - 7]), png);
        // Within the pixels.
        let pixels = &without_end[..without_end.len() - 6];
        assert_eq!(with_end(pixels), pixels);
    }
}
