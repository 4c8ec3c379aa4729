//! Hands that mix the letters of several typefaces. A person's hand is a mix of letter shapes, and 192 typefaces hold
//! far more mixes than typefaces. Within a line, each letter keeps its shape.

use std::collections::{BTreeMap, BTreeSet};

use super::typeface::Typeface;
use crate::synthesis::random::LineRng;

/// The largest ratio between the stroke thicknesses of typefaces that mix. Set by eye; no measurement is recorded.
const SAME_PEN: f32 = 1.35;
/// The most typefaces that give letters to one hand. Set by eye; no measurement is recorded.
const MOST_GIVERS: usize = 4;
/// Share of the letters that the hand's own typeface does not draw. Set by eye; no measurement is recorded.
const GIVEN: std::ops::Range<f32> = 0.2..0.8;

/// The glyphs of `text` in a hand with the blank and the pen of `face` and letters of `face` and of some of `others`.
pub(crate) fn mixed_hand(face: &Typeface, others: &[Typeface], text: &str, rng: &mut LineRng) -> Typeface {
    let fitting: Vec<&Typeface> =
        others.iter().filter(|other| !other.capitals_only && is_same_pen(face.thickness, other.thickness)).collect();
    let givers: Vec<&Typeface> = (0..rng.count(1, MOST_GIVERS)).filter_map(|_| rng.pick(&fitting).copied()).collect();
    let share = rng.uniform(GIVEN);
    let mut glyphs = BTreeMap::new();
    let mut given = BTreeSet::new();
    for character in text.chars().collect::<BTreeSet<char>>() {
        let Some(own) = face.glyphs.get(&character) else { continue };
        let other = if character != ' ' && rng.chance(share) { rng.pick(&givers) } else { None };
        let other = other.and_then(|giver| giver.glyphs.get(&character)).inspect(|_| _ = given.insert(character));
        glyphs.insert(character, other.unwrap_or(own).clone());
    }
    // Kerning holds for the shapes that it was made for.
    let is_own = |(a, b): &(char, char)| !given.contains(a) && !given.contains(b);
    let kerning = face.kerning.iter().filter(|(pair, _)| is_own(pair)).map(|(&pair, &kern)| (pair, kern)).collect();
    Typeface { glyphs, kerning, ..*face }
}

fn is_same_pen(one: f32, other: f32) -> bool {
    one <= SAME_PEN * other && other <= SAME_PEN * one
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        page::Point,
        synthesis::{ink::Ink, sources::typeface::Glyph},
    };

    /// A typeface whose every glyph is as wide as `advance`, with the pen `thickness`.
    fn face(advance: f32, thickness: f32) -> Typeface {
        let ink = Ink { strokes: vec![vec![Point::new(0.0, 0.0), Point::new(advance, -1.0)]], areas: Vec::new() };
        let glyphs = (' '..='~').map(|character| (character, Glyph { ink: ink.clone(), advance })).collect();
        let kerning = [(('a', 'b'), 0.1), (('b', 'c'), 0.1)].into();
        Typeface { glyphs, kerning, thickness, capitals_only: false }
    }

    #[test]
    fn a_hand_has_letters_of_several_typefaces_with_its_pen_and_each_once() {
        let (own, others) = (face(1.0, 0.2), [face(2.0, 0.22), face(3.0, 0.18), face(4.0, 0.5)]);
        let text = "abc the quick brown fox jumps over the lazy dog";
        let (mut own_letters, mut given) = (0, 0);
        for index in 0..50 {
            let hand = mixed_hand(&own, &others, text, &mut LineRng::new(1, index));
            assert!(text.chars().all(|character| hand.glyphs.contains_key(&character)));
            assert!(hand.glyphs.values().all(|glyph| glyph.advance < 4.0), "no letter of a far thicker pen");
            assert!(hand.glyphs[&' '].advance < 1.5, "blanks are the hand's own");
            let is_own = |character: char| hand.glyphs[&character].advance < 1.5;
            assert_eq!(hand.kerning.contains_key(&('a', 'b')), is_own('a') && is_own('b'));
            own_letters += hand.glyphs.keys().filter(|&&character| is_own(character)).count();
            given += hand.glyphs.keys().filter(|&&character| !is_own(character)).count();
        }
        assert!(own_letters > 300 && given > 300, "{own_letters} own, {given} given");
    }

    #[test]
    fn a_typeface_that_nothing_fits_stays_as_it_is() {
        let hand = mixed_hand(&face(1.0, 0.1), &[face(2.0, 0.5)], "alone", &mut LineRng::new(1, 1));
        assert!(hand.glyphs.values().all(|glyph| glyph.advance < 1.5));
    }
}
