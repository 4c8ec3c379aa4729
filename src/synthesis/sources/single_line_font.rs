//! Single-line SVG fonts as typefaces: every glyph is the centre line of a pen.

use std::collections::BTreeMap;

use super::typeface::{Glyph, Typeface};
use crate::{
    ink::{LineGlyph, SingleLineFont},
    page::CharacterSet,
    synthesis::ink::Ink,
};

/// The typeface of a font's western characters, composed where it lacks them; `None` if it is no single-line font of
/// all letters.
pub(crate) fn typeface(svg: &str) -> Option<Typeface> {
    let western = CharacterSet::western();
    let glyphs: BTreeMap<char, Glyph> = SingleLineFont::parse(svg)?
        .glyphs
        .into_iter()
        .filter(|(character, _)| western.label(*character).is_some())
        .map(|(character, LineGlyph { strokes, advance })| {
            (character, Glyph { ink: Ink { strokes, areas: Vec::new() }, advance })
        })
        .collect();
    let mut face = Typeface { glyphs, kerning: BTreeMap::new(), thickness: 0.0, capitals_only: false };
    face.complete();
    Some(face)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_characters_that_readers_know_are_there_and_no_others() {
        let svg = include_str!("../../../assets/fonts/ems-readability/EMSReadability.svg");
        let typeface = typeface(svg).unwrap();
        assert_eq!(typeface.glyphs.len(), CharacterSet::western().n_labels() - 1);
    }
}
