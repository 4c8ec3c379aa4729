//! Sheets of ink as files: `inkml` for programs that write on (W3C, 2011), read and written; `xopp`, the files of
//! Xournal++, read; `svg` for drawing programs, written.

mod inkml;
mod svg;
mod xopp;

pub use self::{inkml::inkml, svg::svg};

use std::io::Read as _;

use flate2::read::GzDecoder;

use super::{error::DescriptionError, xml::Element};
use crate::{
    ink::{InkColor, PaperKind, Stroke, bounds_of},
    page::Point,
};

/// The endings of ink files that can be opened, in lower case.
pub const INK_EXTENSIONS: [&str; 2] = ["inkml", "xopp"];
/// The most bytes of an unpacked ink file: 20 pages full of writing take about 10 MB.
const MAX_XML_BYTES: u64 = 200_000_000;
/// The most sheets of a file.
const MAX_SHEETS: usize = 1000;
/// Ink that is larger or smaller than this in its own unit is scaled, in pixels: its unit is no pixel.
const PIXEL_SIDES: std::ops::RangeInclusive<f32> = 300.0..=6000.0;
/// The longer side that ink in other units gets, in pixels.
const SCALED_SIDE: f32 = 1600.0;
/// The longest side of a sheet, in pixels.
const MAX_SIDE: f32 = 12_000.0;
/// Paper around ink whose sheet has no size, in pixels.
const MARGIN: f32 = 60.0;

/// A sheet of an ink file.
#[derive(Clone, Debug, PartialEq)]
pub struct InkSheet {
    /// Width and height in pixels.
    pub size: [u32; 2],
    /// In pixels of the sheet, in the order of writing.
    pub strokes: Vec<Stroke>,
    /// What is printed on it.
    pub paper: PaperKind,
}

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

/// A sheet around strokes in any unit: pixels stay, other units are scaled.
fn sheet_around(strokes: Vec<Stroke>) -> InkSheet {
    let Some(bounds) = bounds_of(&strokes) else {
        return InkSheet { size: [SCALED_SIDE as u32; 2], strokes, paper: PaperKind::Plain };
    };
    let side = bounds.width().max(bounds.height());
    let is_in_pixels = PIXEL_SIDES.contains(&side) || side < 1e-6;
    let scale = if is_in_pixels { 1.0 } else { SCALED_SIDE / side };
    let is_on_sheet = bounds.x0.min(bounds.y0) >= 0.0 && bounds.x1.max(bounds.y1) + MARGIN <= MAX_SIDE;
    let is_placed = is_in_pixels && is_on_sheet;
    let origin =
        if is_placed { Point::default() } else { Point::new(bounds.x0 - MARGIN / scale, bounds.y0 - MARGIN / scale) };
    let to_sheet = |point: Point| Point::new((point.x - origin.x) * scale, (point.y - origin.y) * scale);
    let strokes =
        strokes.iter().map(|stroke| Stroke { width: stroke.width * scale, ..stroke.moved(to_sheet) }).collect();
    let end = to_sheet(Point::new(bounds.x1, bounds.y1));
    let size = [end.x, end.y].map(|side| (side + MARGIN).ceil().clamp(1.0, MAX_SIDE) as u32);
    InkSheet { size, strokes, paper: PaperKind::Plain }
}

/// A colour as `#rrggbb`, by one of the names of Xournal++ or HTML, or black.
fn color_named(text: &str) -> InkColor {
    let named = match text.trim() {
        "blue" => "#3333cc",
        "red" => "#ff0000",
        "green" => "#008000",
        "gray" | "grey" => "#808080",
        "lightblue" => "#00c0ff",
        "lightgreen" => "#00ff00",
        "magenta" => "#ff00ff",
        "orange" => "#ff8000",
        "yellow" => "#ffff00",
        "white" => "#ffffff",
        other => other,
    };
    InkColor::from_hex(named).unwrap_or_default()
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

    #[test]
    fn ink_in_other_units_fits_a_sheet() {
        let himetric = [Point::new(100_000.0, 50_000.0), Point::new(130_000.0, 60_000.0)].to_vec();
        let sheet = sheet_around(vec![Stroke::new(himetric, 50.0)]);
        let [width, height] = sheet.size;
        assert!((1600..1800).contains(&width) && height < width, "{width} × {height}");
        assert!(sheet.strokes[0].points.iter().all(|point| point.x > 0.0 && point.x < width as f32));
        let placed = vec![Stroke::new(vec![Point::new(200.0, 300.0), Point::new(900.0, 310.0)], 4.0)];
        assert_eq!(sheet_around(placed.clone()).strokes, placed);
    }

    proptest! {
        #[test]
        fn whatever_the_numbers_are_the_sheet_can_be_drawn(numbers in prop::collection::vec(any::<f32>(), 2..40)) {
            let points: Vec<String> = numbers.chunks_exact(2).map(|pair| format!("{} {}", pair[0], pair[1])).collect();
            let xml = format!("<ink><trace>{}</trace></ink>", points.join(", "));
            for sheet in read_ink(xml.as_bytes()).unwrap() {
                prop_assert!(sheet.size.iter().all(|side| (1..=MAX_SIDE as u32).contains(side)));
                prop_assert!(sheet.strokes.iter().flat_map(|stroke| &stroke.points).all(|p| p.x.is_finite()));
            }
        }
    }
}
