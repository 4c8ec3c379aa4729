//! The files of Xournal++ (and Xournal): pages of strokes and of typed text in points of 1/72 inch. Text is written as
//! strokes. Pictures and backgrounds that are PDF pages or pictures are left out, and counted.

use std::ops::RangeInclusive;

use super::sheet::{InkSheet, MAX_SHEETS, MAX_SIDE, TypedLine, color_named};
use crate::{
    formats::xml::Element,
    ink::{PaperKind, PenStyle, SingleLineFont, Stroke, bounds_of},
    page::Point,
};

/// Pixels a point: small letters of usual writing, 6 to 8 points high, are 17 to 22 pixels high.
const PIXELS_PER_POINT: f32 = 2.8;
/// The size of text that states none, in points.
const USUAL_TEXT_SIZE: f32 = 12.0;
/// The sizes that are taken as stated, in points; others are damage.
const TEXT_SIZES: RangeInclusive<f32> = 1.0..=500.0;
/// Height of small letters, in sizes of the font. This and the next two are those of `DejaVu Sans`, the usual font.
const X_HEIGHT: f32 = 0.55;
/// From the top of a text to its first baseline, in sizes of the font.
const ASCENT: f32 = 0.93;
/// From a baseline to the next, in sizes of the font.
const LINE_HEIGHT: f32 = 1.16;
/// Thickness of letters, in sizes of the font.
const THICKNESS: f32 = 0.08;

/// The pages of a file.
pub(super) fn read(root: &Element) -> Vec<InkSheet> {
    let font = SingleLineFont::bundled();
    root.descendants("page").into_iter().take(MAX_SHEETS).map(|page| sheet(page, font.as_ref())).collect()
}

fn sheet(page: &Element, font: Option<&SingleLineFont>) -> InkSheet {
    // A4 where there is no size.
    let side = |name: &str, usual: f32| {
        let points = page.number(name).filter(|side| side.is_finite() && *side > 0.0).unwrap_or(usual);
        (points * PIXELS_PER_POINT).ceil().min(MAX_SIDE) as u32
    };
    let background = |name: &str| page.child("background").and_then(|background| background.attribute(name));
    let paper = match background("style") {
        Some("lined" | "ruled") => PaperKind::Ruled,
        Some("graph") => PaperKind::Squared,
        Some("dotted" | "isodotted") => PaperKind::Dotted,
        _ => PaperKind::Plain,
    };
    let mut sheet = InkSheet::new([side("width", 595.0), side("height", 842.0)], Vec::new(), paper);
    sheet.n_pictures_left_out = usize::from(background("type").is_some_and(|kind| kind != "solid"));
    for element in page.children("layer").flat_map(|layer| &layer.children) {
        match element.name.as_str() {
            "stroke" => sheet.strokes.extend(stroke(element)),
            "text" => {
                for (strokes, line) in font.map(|font| typed(element, font)).unwrap_or_default() {
                    sheet.strokes.extend(strokes);
                    sheet.typed.push(line);
                }
            }
            "image" | "teximage" => sheet.n_pictures_left_out += 1,
            _ => {}
        }
    }
    sheet
}

/// The lines of a text, each as strokes.
fn typed(element: &Element, font: &SingleLineFont) -> Vec<(Vec<Stroke>, TypedLine)> {
    let Some((x, y)) = element.number("x").zip(element.number("y")) else { return Vec::new() };
    let size =
        element.number("size").filter(|size| TEXT_SIZES.contains(size)).unwrap_or(USUAL_TEXT_SIZE) * PIXELS_PER_POINT;
    let color = color_named(element.attribute("color").unwrap_or_default());
    let pen = PenStyle { width: THICKNESS * size, color };
    let written = |(number, text): (usize, &str)| {
        let foot = y * PIXELS_PER_POINT + (ASCENT + LINE_HEIGHT * number as f32) * size;
        let strokes = font.write(text, Point::new(x * PIXELS_PER_POINT, foot), X_HEIGHT * size, &pen);
        let bounds = bounds_of(&strokes)?;
        Some((strokes, TypedLine { bounds, text: text.trim().to_owned() }))
    };
    element.text.trim_end().lines().enumerate().filter_map(written).collect()
}

/// A stroke of the pen or the highlighter. What the eraser left is none.
fn stroke(element: &Element) -> Option<Stroke> {
    let is_highlighter = match element.attribute("tool") {
        None | Some("pen") => false,
        Some("highlighter") => true,
        Some(_) => return None,
    };
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
    Some(Stroke { points, width, color, pressures, is_highlighter })
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
        page::Rect,
    };

    const XML: &str = r##"<?xml version="1.0" standalone="no"?>
        <xournal creator="Xournal++ 1.2.2" fileversion="4"><title>Xournal++ document</title>
        <page width="595.3" height="841.9"><background type="solid" color="#ffffffff" style="lined"/>
        <layer><stroke tool="pen" color="#3333ccff" width="1.41">100 200 110 205</stroke>
        <stroke tool="highlighter" color="#ffff007f" width="19.8">1 1 2 2</stroke>
        <stroke tool="pen" color="red" width="2.0 1.0 0.5">10 10 20 10 30 10</stroke>
        <text font="Sans" size="12" x="50" y="100" color="#ff0000ff">typed text
for two lines</text><text>nowhere</text><image left="1" top="1" right="9" bottom="9">iVBORw0</image></layer></page>
        <page width="100" height="50"><background type="pdf" style="graph"/><layer/></page></xournal>"##;

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
        let strokes = &sheets[0].strokes;
        let [blue, marker, red] = &strokes[..3] else { panic!("{strokes:?}") };
        assert!(marker.is_highlighter && !blue.is_highlighter && !red.is_highlighter);
        assert_eq!(marker.color, InkColor([255, 255, 0]));
        assert_eq!(blue.points, [Point::new(280.0, 560.0), Point::new(308.0, 574.0)]);
        assert_eq!((blue.color, blue.pressures.len()), (InkColor([0x33, 0x33, 0xcc]), 0));
        assert_eq!((red.width, &*red.pressures), (2.0 * PIXELS_PER_POINT, &[0.5, 0.25, 0.25][..]));
        assert_eq!(sheets.iter().map(|sheet| sheet.n_pictures_left_out).collect::<Vec<_>>(), [1, 1]);
    }

    #[test]
    fn typed_text_is_written_where_it_stood() {
        let sheet = &read_ink(&packed(XML)).unwrap()[0];
        let texts: Vec<&str> = sheet.typed.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(texts, ["typed text", "for two lines"]);
        for (line, foot) in sheet.typed.iter().zip([111.0, 125.0]) {
            let Rect { x0, y1, x1, .. } = line.bounds;
            assert!((x0 / PIXELS_PER_POINT - 50.0).abs() < 4.0 && x1 > x0 + 100.0, "{line:?}");
            assert!((y1 / PIXELS_PER_POINT - foot).abs() < 5.0, "{line:?}");
        }
        let letters = &sheet.strokes[3..];
        assert!(letters.len() > 20 && letters.iter().all(|stroke| stroke.color == InkColor([255, 0, 0])));
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
