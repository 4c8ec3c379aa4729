//! Sheets of ink as files: `inkml` for programs that write on (W3C, 2011), read and written; `xopp`, the files of
//! Xournal++, read; `svg` for drawing programs, written.

mod inkml;
mod sheet;
mod svg;
mod xopp;

pub use self::{
    inkml::inkml,
    sheet::{InkSheet, TypedLine},
    svg::svg,
};

use std::io::Read as _;

use flate2::read::GzDecoder;

use super::{error::DescriptionError, xml::Element};

/// The endings of ink files that can be opened, in lower case.
pub const INK_EXTENSIONS: [&str; 2] = ["inkml", "xopp"];
/// The most bytes of an unpacked ink file: 20 pages full of writing take about 10 MB.
const MAX_XML_BYTES: u64 = 200_000_000;
/// Whether these are the first bytes of an ink file, packed or not. Other packed files and other XML are none.
pub fn is_ink(head: &[u8]) -> bool {
    let mut start = vec![0; 512];
    let unpacked = if head.starts_with(&[0x1f, 0x8b]) {
        // A head that ends in the middle gives what was unpacked before.
        let mut n_read = 0;
        let mut decoder = GzDecoder::new(head);
        while let Ok(more @ 1..) = decoder.read(&mut start[n_read..]) {
            n_read += more;
        }
        &start[..n_read]
    } else {
        head
    };
    let text = String::from_utf8_lossy(unpacked);
    text.contains("<xournal") || text.contains("InkML") || text.trim_start().starts_with("<ink")
}

/// The sheets of an `InkML` or Xournal++ file.
pub fn read_ink(bytes: &[u8]) -> Result<Vec<InkSheet>, DescriptionError> {
    let root = Element::parse(&unpacked(bytes)?)?;
    let sheets = match root.name.as_str() {
        "ink" => vec![inkml::read(&root)],
        "xournal" => xopp::read(&root),
        _ => return Err(DescriptionError::NoInk),
    };
    if sheets.is_empty() { Err(DescriptionError::NoInk) } else { Ok(sheets) }
}

fn unpacked(bytes: &[u8]) -> Result<String, DescriptionError> {
    let mut text = Vec::new();
    let limit = MAX_XML_BYTES + 1;
    if bytes.starts_with(&[0x1f, 0x8b]) {
        GzDecoder::new(bytes).take(limit).read_to_end(&mut text)?;
    } else {
        bytes.take(limit).read_to_end(&mut text)?;
    }
    if text.len() as u64 > MAX_XML_BYTES {
        return Err(DescriptionError::TooLarge);
    }
    String::from_utf8(text).map_err(|_invalid| DescriptionError::NotUtf8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ink_is_told_from_other_files() {
        assert!(is_ink(b"<?xml version=\"1.0\"?>\n<ink xmlns=\"http://www.w3.org/2003/InkML\">"));
        assert!(is_ink(b"<ink><trace>1 2</trace></ink>"));
        assert!(!is_ink(b"<?xml version=\"1.0\"?><PcGts>") && !is_ink(b"\x1f\x8b\x08 not gzip") && !is_ink(b""));
        assert!(matches!(read_ink(b"<svg/>"), Err(DescriptionError::NoInk)));
        assert!(matches!(read_ink(b"<xournal/>"), Err(DescriptionError::NoInk)));
        assert!(matches!(read_ink(b"\xff\xfe"), Err(DescriptionError::NotUtf8)));
    }

    proptest! {
        #[test]
        fn whatever_the_numbers_are_the_sheet_can_be_drawn(numbers in prop::collection::vec(any::<f32>(), 2..40)) {
            let points: Vec<String> = numbers.chunks_exact(2).map(|pair| format!("{} {}", pair[0], pair[1])).collect();
            let xml = format!("<ink><trace>{}</trace></ink>", points.join(", "));
            for sheet in read_ink(xml.as_bytes()).unwrap() {
                prop_assert!(sheet.size.iter().all(|side| (1..=12_000).contains(side)));
                prop_assert!(sheet.strokes.iter().flat_map(|stroke| &stroke.points).all(|p| p.x.is_finite()));
            }
        }
    }
}
