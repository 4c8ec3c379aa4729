//! The files of Xournal++ (and Xournal): pages of strokes in points of 1/72 inch. Text, pictures and backgrounds that
//! are PDF pages or pictures are left out.

use super::sheet::{InkSheet, MAX_SHEETS, MAX_SIDE, color_named};
use crate::{
    formats::xml::Element,
    ink::{PaperKind, Stroke},
    page::Point,
};

/// Pixels a point: small letters of usual writing, 6 to 8 points high, are 17 to 22 pixels high.
const PIXELS_PER_POINT: f32 = 2.8;

/// The pages of a file.
pub(super) fn read(root: &Element) -> Vec<InkSheet> {
    root.descendants("page").into_iter().take(MAX_SHEETS).map(sheet).collect()
}

fn sheet(page: &Element) -> InkSheet {
    // A4 where there is no size.
    let side = |name: &str, usual: f32| {
        let points = page.number(name).filter(|side| side.is_finite() && *side > 0.0).unwrap_or(usual);
        (points * PIXELS_PER_POINT).ceil().min(MAX_SIDE) as u32
    };
    let style = page.child("background").and_then(|background| background.attribute("style"));
    let paper = match style {
        Some("lined" | "ruled") => PaperKind::Ruled,
        Some("graph") => PaperKind::Squared,
        Some("dotted" | "isodotted") => PaperKind::Dotted,
        _ => PaperKind::Plain,
    };
    let strokes = page.descendants("stroke").into_iter().filter_map(stroke).collect();
    InkSheet { size: [side("width", 595.0), side("height", 842.0)], strokes, paper }
}

/// A stroke of the pen. What the highlighter and the eraser left is none.
fn stroke(element: &Element) -> Option<Stroke> {
    if element.attribute("tool").is_some_and(|tool| tool != "pen") {
        return None;
    }
    let numbers = |text: &str| -> Vec<f32> {
        let read = text.split_whitespace().map_while(|number| number.parse().ok());
        read.take_while(|number: &f32| number.is_finite()).map(|number| number * PIXELS_PER_POINT).collect()
    };
    let points: Vec<Point> = numbers(&element.text).chunks_exact(2).map(|pair| Point::new(pair[0], pair[1])).collect();
    // The width of the pen, then, of a stroke with pressure, that of every segment.
    let widths: Vec<f32> = numbers(element.attribute("width")?).into_iter().map(|width| width.max(0.1)).collect();
    let width = widths.iter().copied().fold(0.0, f32::max);
    if points.is_empty() || width <= 0.0 {
        return None;
    }
    let of_segments = &widths[1..];
    let pressures = if of_segments.is_empty() {
        Vec::new()
    } else {
        let last = of_segments.len() - 1;
        (0..points.len()).map(|index| of_segments[index.min(last)] / width).collect()
    };
    let color = color_named(element.attribute("color").unwrap_or_default());
    Some(Stroke { points, width, color, pressures })
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::{Compression, write::GzEncoder};

    use super::*;
    use crate::{
        formats::{
            DescriptionError,
            ink_files::{is_ink, read_ink},
        },
        ink::InkColor,
    };

    const XML: &str = r##"<?xml version="1.0" standalone="no"?>
        <xournal creator="Xournal++ 1.2.2" fileversion="4"><title>Xournal++ document</title>
        <page width="595.3" height="841.9"><background type="solid" color="#ffffffff" style="lined"/>
        <layer><stroke tool="pen" color="#3333ccff" width="1.41">100 200 110 205</stroke>
        <stroke tool="highlighter" color="#ffff007f" width="19.8">1 1 2 2</stroke>
        <stroke tool="pen" color="red" width="2.0 1.0 0.5">10 10 20 10 30 10</stroke>
        <text font="Sans">typed</text></layer></page>
        <page width="100" height="50"><background type="solid" style="graph"/><layer/></page></xournal>"##;

    fn packed(xml: &str) -> Vec<u8> {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(xml.as_bytes()).unwrap();
        gzip.finish().unwrap()
    }

    #[test]
    fn pages_come_with_their_strokes_and_papers() {
        let bytes = packed(XML);
        assert!(is_ink(&bytes) && is_ink(&bytes[..120]));
        let sheets = read_ink(&bytes).unwrap();
        assert_eq!(sheets.len(), 2);
        assert_eq!((sheets[0].size, sheets[0].paper), ([1667, 2358], PaperKind::Ruled));
        assert_eq!((sheets[1].paper, sheets[1].strokes.len()), (PaperKind::Squared, 0));
        let [blue, red] = &sheets[0].strokes[..] else { panic!("{:?}", sheets[0].strokes) };
        assert_eq!(blue.points, [Point::new(280.0, 560.0), Point::new(308.0, 574.0)]);
        assert_eq!((blue.color, blue.pressures.len()), (InkColor([0x33, 0x33, 0xcc]), 0));
        assert_eq!((red.width, &*red.pressures), (2.0 * PIXELS_PER_POINT, &[0.5, 0.25, 0.25][..]));
    }

    #[test]
    fn damaged_files_are_refused_or_read_as_far_as_they_go() {
        let bytes = packed(XML);
        assert!(matches!(read_ink(&bytes[..bytes.len() / 2]), Err(DescriptionError::Io(_))));
        let strange = r#"<xournal><page width="-1" height="inf"><layer><stroke width="">1 2</stroke>
            <stroke width="1">1 2 3 x 4</stroke><stroke>1 2</stroke></layer></page></xournal>"#;
        let sheets = read_ink(strange.as_bytes()).unwrap();
        assert_eq!((sheets[0].size, sheets[0].strokes.len()), ([1666, 2358], 1));
    }
}
