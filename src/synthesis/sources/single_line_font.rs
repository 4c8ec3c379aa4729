//! Single-line SVG fonts: every glyph is the centre line of a pen.

use std::collections::BTreeMap;

use super::typeface::{Glyph, Typeface};
use crate::{
    page::Point,
    synthesis::ink::{Ink, Polyline},
};

/// A font with fewer glyphs is no font of all letters.
const LEAST_GLYPHS: usize = 60;
/// Advance of a glyph without one, in the font's units.
const USUAL_ADVANCE: f32 = 400.0;

/// The glyphs of one SVG font, in x-heights.
pub(crate) struct SingleLineFont {
    glyphs: BTreeMap<char, Glyph>,
}

impl SingleLineFont {
    /// Parses `<glyph unicode d horiz-adv-x>` elements whose paths consist of absolute moves and lines. `None` if there
    /// are no more than [`LEAST_GLYPHS`].
    pub(crate) fn parse(svg: &str) -> Option<Self> {
        let mut raw: BTreeMap<char, (Vec<Polyline>, f32)> = BTreeMap::new();
        for element in svg.split("<glyph ").skip(1) {
            let element = element.split("/>").next().unwrap_or_default();
            let Some(character) = attribute(element, "unicode").and_then(character_of) else { continue };
            let advance = attribute(element, "horiz-adv-x").and_then(|a| a.parse().ok()).unwrap_or(USUAL_ADVANCE);
            raw.insert(character, (attribute(element, "d").map(polylines).unwrap_or_default(), advance));
        }
        let x = raw.get(&'x')?.0.iter().flatten().map(|p| p.y);
        let x_height = x.clone().fold(f32::MIN, f32::max) - x.fold(f32::MAX, f32::min);
        if x_height.is_nan() || x_height <= 0.0 {
            return None;
        }
        let scaled = |strokes: Vec<Polyline>| -> Vec<Polyline> {
            let in_x_heights = |p: Point| Point::new(p.x / x_height, -p.y / x_height);
            strokes.into_iter().map(|stroke| stroke.into_iter().map(in_x_heights).collect()).collect()
        };
        let glyphs: BTreeMap<char, Glyph> = raw
            .into_iter()
            .filter(|(character, (strokes, _))| *character == ' ' || !strokes.is_empty())
            .map(|(character, (strokes, advance))| {
                let ink = Ink { strokes: scaled(strokes), areas: Vec::new() };
                (character, Glyph { ink, advance: advance / x_height })
            })
            .collect();
        (glyphs.len() > LEAST_GLYPHS).then_some(Self { glyphs })
    }

    pub(crate) fn into_typeface(self) -> Typeface {
        Typeface { glyphs: self.glyphs, kerning: BTreeMap::new(), thickness: 0.0, capitals_only: false }
    }
}

fn attribute<'a>(element: &'a str, name: &str) -> Option<&'a str> {
    let start = element.find(&format!("{name}=\""))? + name.len() + 2;
    element[start..].split('"').next()
}

/// The printable ASCII character of an XML attribute's value.
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
    matches!(character, ' '..='~').then_some(character)
}

/// The polylines of an SVG path.
fn polylines(path: &str) -> Vec<Polyline> {
    path.split('M')
        .map(|part| {
            let numbers: Vec<f32> = part.split([' ', ',', 'L']).filter_map(|n| n.parse().ok()).collect();
            numbers.chunks_exact(2).map(|pair| Point::new(pair[0], pair[1])).collect::<Polyline>()
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
        assert_eq!(character_of("q"), Some('q'));
        assert_eq!(character_of("fi"), None);
        assert_eq!(character_of("é"), None);
    }
}
