//! Fonts whose glyphs are the centre line of a pen: text that was typed, written as strokes.

use std::collections::BTreeMap;

use super::{pen::PenStyle, stroke::Stroke};
use crate::page::Point;

/// A font with fewer glyphs is no font of all letters.
const LEAST_GLYPHS: usize = 60;
/// Advance of a glyph without one, in the font's units.
const USUAL_ADVANCE: f32 = 400.0;
/// Advance of a character without a glyph, in x-heights.
const MISSING_ADVANCE: f32 = 1.0;

/// A glyph in x-heights from its origin on the baseline; y points down.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LineGlyph {
    /// The ways of the pen.
    pub strokes: Vec<Vec<Point>>,
    /// From its origin to that of the next glyph.
    pub advance: f32,
}

/// The glyphs of one SVG font.
#[derive(Clone, Debug)]
pub struct SingleLineFont {
    /// By their characters.
    pub glyphs: BTreeMap<char, LineGlyph>,
}

impl SingleLineFont {
    /// Parses `<glyph unicode d horiz-adv-x>` elements whose paths consist of absolute moves and lines. `None` if there
    /// are too few for a font of all letters.
    pub fn parse(svg: &str) -> Option<Self> {
        let mut glyphs: BTreeMap<char, LineGlyph> = BTreeMap::new();
        for element in svg.split("<glyph ").skip(1) {
            let element = element.split("/>").next().unwrap_or_default();
            let Some(character) = attribute(element, "unicode").and_then(character_of) else { continue };
            let advance = attribute(element, "horiz-adv-x").and_then(|a| a.parse().ok()).unwrap_or(USUAL_ADVANCE);
            let strokes = attribute(element, "d").map(polylines).unwrap_or_default();
            glyphs.insert(character, LineGlyph { strokes, advance });
        }
        let x = glyphs.get(&'x')?.strokes.iter().flatten().map(|p| p.y);
        let x_height = x.clone().fold(f32::MIN, f32::max) - x.fold(f32::MAX, f32::min);
        if x_height.is_nan() || x_height <= 0.0 {
            return None;
        }
        glyphs.retain(|character, glyph| *character == ' ' || !glyph.strokes.is_empty());
        for glyph in glyphs.values_mut() {
            glyph.advance /= x_height;
            for point in glyph.strokes.iter_mut().flatten() {
                *point = Point::new(point.x / x_height, -point.y / x_height);
            }
        }
        (glyphs.len() > LEAST_GLYPHS).then_some(Self { glyphs })
    }

    /// The bundled font, which is easy to read.
    pub fn bundled() -> Option<Self> {
        Self::parse(include_str!("../../assets/fonts/ems-readability/EMSReadability.svg"))
    }

    /// A line of text that begins at `start` on the baseline, with small letters of this height in page pixels.
    /// Characters without a glyph are left blank.
    pub fn write(&self, text: &str, start: Point, x_height: f32, pen: &PenStyle) -> Vec<Stroke> {
        let mut strokes = Vec::new();
        let mut x = start.x;
        for character in text.chars() {
            let Some(glyph) = self.glyphs.get(&character) else {
                x += MISSING_ADVANCE * x_height;
                continue;
            };
            let on_page = |p: &Point| Point::new(x + p.x * x_height, start.y + p.y * x_height);
            strokes.extend(glyph.strokes.iter().map(|way| pen.stroke(way.iter().map(on_page).collect(), Vec::new())));
            x += glyph.advance * x_height;
        }
        strokes
    }
}

fn attribute<'a>(element: &'a str, name: &str) -> Option<&'a str> {
    let start = element.find(&format!("{name}=\""))? + name.len() + 2;
    element[start..].split('"').next()
}

/// The only character of an XML attribute's value.
fn character_of(value: &str) -> Option<char> {
    let character = match value {
        "&amp;" => '&',
        "&lt;" => '<',
        "&gt;" => '>',
        "&apos;" => '\'',
        "&quot;" => '"',
        _ => match value.strip_prefix("&#x").and_then(|v| v.strip_suffix(';')) {
            Some(code) => char::from_u32(u32::from_str_radix(code, 16).ok()?)?,
            None => value.chars().next().filter(|c| c.len_utf8() == value.len())?,
        },
    };
    (!character.is_control()).then_some(character)
}

/// The polylines of an SVG path.
fn polylines(path: &str) -> Vec<Vec<Point>> {
    path.split('M')
        .map(|part| {
            let numbers: Vec<f32> = part.split([' ', ',', 'L']).filter_map(|n| n.parse().ok()).collect();
            numbers.chunks_exact(2).map(|pair| Point::new(pair[0], pair[1])).collect::<Vec<Point>>()
        })
        .filter(|stroke| !stroke.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_strokes() {
        let strokes = polylines("M 444 665 L 403 592 M 204 63 L 182 40.9");
        assert_eq!(strokes.len(), 2);
        assert_eq!(strokes[1][1], Point::new(182.0, 40.9));
    }

    #[test]
    fn characters_are_unescaped() {
        assert_eq!(character_of("&#x22;"), Some('"'));
        assert_eq!(character_of("&amp;"), Some('&'));
        assert_eq!(character_of("&#xe9;"), Some('é'));
        assert_eq!(character_of("q"), Some('q'));
        assert_eq!(character_of("fi"), None);
    }

    #[test]
    fn text_is_written_on_its_baseline() {
        let font = SingleLineFont::bundled().unwrap();
        let pen = PenStyle { width: 3.0, ..PenStyle::default() };
        let strokes = font.write("xé 漢x", Point::new(10.0, 100.0), 20.0, &pen);
        let bounds = super::super::bounds_of(&strokes).unwrap();
        assert!((bounds.y1 - 101.5).abs() < 2.0 && bounds.y0 < 78.0 && bounds.x1 > 60.0, "{bounds:?}");
        assert!(strokes.iter().all(|stroke| (stroke.width - 3.0).abs() < 1e-6));
    }
}
