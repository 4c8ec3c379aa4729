//! Single-line SVG fonts as typefaces: every glyph is the centre line of a pen.

use std::collections::BTreeMap;

use super::typeface::{Glyph, Typeface};
use crate::{
    ink::{LineGlyph, SingleLineFont},
    synthesis::ink::Ink,
};

/// The typeface of a font's printable ASCII characters; `None` if it is no single-line font of all letters.
pub(crate) fn typeface(svg: &str) -> Option<Typeface> {
    let glyphs: BTreeMap<char, Glyph> = SingleLineFont::parse(svg)?
        .glyphs
        .into_iter()
        .filter(|(character, _)| matches!(character, ' '..='~'))
        .map(|(character, LineGlyph { strokes, advance })| {
            (character, Glyph { ink: Ink { strokes, areas: Vec::new() }, advance })
        })
        .collect();
    Some(Typeface { glyphs, kerning: BTreeMap::new(), thickness: 0.0, capitals_only: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_characters_that_readers_know_are_taken() {
        let svg = include_str!("../../../assets/fonts/ems-readability/EMSReadability.svg");
        let typeface = typeface(svg).unwrap();
        assert_eq!(typeface.glyphs.len(), 95);
    }
}
