//! Letters and signs that no sample or typeface of centre lines has, composed: accents over and under the letters of a
//! hand, and strokes for £, €, § and other signs.
//!
//! Numbers are in x-heights from the baseline, y down, and were set by eye on contact sheets; no measurement is
//! recorded.

use std::f32::consts::{PI, TAU};

use unicode_normalization::char::decompose_canonical;

use crate::{
    page::{Point, Rect, ascii_like},
    synthesis::{
        ink::{Ink, Polyline},
        random::LineRng,
    },
};

/// Ink of the letter i that ends above this height is its dot, which gives way to an accent.
const DOT_ABOVE: f32 = -0.95;
/// Room between a letter and the accent over it.
const ROOM: std::ops::Range<f32> = 0.12..0.4;
/// Factor on an accent's size.
const SIZE: std::ops::Range<f32> = 0.75..1.3;
/// Standard deviation of an accent's place along the line.
const ASIDE: f32 = 0.1;
/// How far the letters of a ligature overlap, as a share of the first one's width.
const OVERLAP: f32 = 0.12;
/// Straight pieces that a curve is drawn with.
const PIECES: usize = 12;

/// The letter that `character` is composed on; `None` where it is a sign of its own strokes.
pub(super) fn base_of(character: char) -> Option<char> {
    ascii_like(character).filter(|base| *base != character && base.is_ascii_alphabetic() && character.is_alphabetic())
}

/// Whether a hand that has the letters for which `has` is true can write `character`.
pub(super) fn can_compose(character: char, has: impl Fn(char) -> bool) -> bool {
    match (character, base_of(character)) {
        ('æ' | 'œ' | 'Æ' | 'Œ', Some(first)) => has(first) && has(second_of(character)),
        ('ß', _) => true,
        ('½', _) => has('1') && has('2'),
        ('²', _) => has('2'),
        ('¡', _) => has('!'),
        ('¿', _) => has('?'),
        (_, Some(base)) => has(base),
        (_, None) => sign(character).is_some(),
    }
}

/// The ink of `character`, from x = 0 on, with `letter` for the letters of the hand. `None` where it lacks them.
pub(super) fn composed(
    character: char,
    mut letter: impl FnMut(char, &mut LineRng) -> Option<Ink>,
    rng: &mut LineRng,
) -> Option<Ink> {
    let mut ink = match (character, base_of(character)) {
        ('æ' | 'œ' | 'Æ' | 'Œ', Some(first)) => {
            let (first, second) = (letter(first, rng)?, letter(second_of(character), rng)?);
            side_by_side(first, &second, -OVERLAP)
        }
        ('ß', _) => strokes(sharp_s()),
        ('½', _) => half(letter('1', rng)?, letter('2', rng)?),
        ('²', _) => scaled(letter('2', rng)?, 0.5, -0.85),
        ('¡' | '¿', _) => upside_down(letter(if character == '¡' { '!' } else { '?' }, rng)?),
        (_, Some(base)) => accented(letter(base, rng)?, character, rng)?,
        (_, None) => strokes(sign(character)?),
    };
    let left = ink.bounds()?.x0;
    ink.map(|p| Point::new(p.x - left, p.y));
    Some(ink)
}

/// The accent of `character` for a letter in `place`; `None` where it has none.
pub(super) fn accent_over(character: char, place: Rect, rng: &mut LineRng) -> Option<Vec<Polyline>> {
    let middle = f32::midpoint(place.x0, place.x1) + rng.normal(ASIDE);
    let size = rng.log_uniform(SIZE);
    if matches!(character, 'ø' | 'Ø') {
        let lean = 0.12 * (place.y1 - place.y0);
        return Some(vec![line(&[(place.x0 - 0.05, place.y1 + lean), (place.x1 + 0.05, place.y0 - lean)])]);
    }
    let (mark, is_below) = mark_of(character)?;
    let y = if is_below { place.y1 } else { place.y0 - rng.uniform(ROOM) };
    let at = |p: &Point| Point::new(middle + size * p.x, y + size * p.y);
    Some(mark.iter().map(|stroke| stroke.iter().map(at).collect()).collect())
}

/// A letter with its accent; its dot gives way.
fn accented(mut ink: Ink, character: char, rng: &mut LineRng) -> Option<Ink> {
    if matches!(base_of(character), Some('i')) {
        let is_dot = |stroke: &Polyline| stroke.iter().all(|p| p.y < DOT_ABOVE);
        if ink.strokes.iter().any(|stroke| !is_dot(stroke)) {
            ink.strokes.retain(|stroke| !is_dot(stroke));
        }
    }
    let place = ink.bounds()?;
    ink.strokes.extend(accent_over(character, place, rng)?);
    Some(ink)
}

/// The mark of `character` around x = 0, ending at y = 0 where it stands over its letter and beginning there where it
/// hangs below; and whether it does.
fn mark_of(character: char) -> Option<(Vec<Polyline>, bool)> {
    let mut combining = None;
    decompose_canonical(character, |part| combining = Some(part));
    Some(match combining? {
        '\u{300}' => (vec![line(&[(-0.16, -0.36), (0.12, 0.0)])], false),
        '\u{301}' => (vec![line(&[(0.18, -0.38), (-0.1, 0.0)])], false),
        '\u{302}' => (vec![line(&[(-0.26, 0.0), (0.0, -0.32), (0.24, -0.02)])], false),
        '\u{303}' => (vec![curve(|t| (0.6 * t - 0.3, -0.14 - 0.1 * (TAU * t).sin()))], false),
        '\u{308}' => (vec![line(&[(-0.2, -0.12), (-0.18, -0.02)]), line(&[(0.18, -0.13), (0.2, -0.02)])], false),
        '\u{30a}' => (vec![ring(0.0, -0.18, 0.17)], false),
        '\u{327}' => (vec![line(&[(0.02, -0.02), (0.0, 0.14), (0.12, 0.2), (0.1, 0.34), (-0.08, 0.4)])], true),
        _ => return None,
    })
}

const fn second_of(ligature: char) -> char {
    if ligature.is_ascii() || matches!(ligature, 'æ' | 'œ') { 'e' } else { 'E' }
}

/// Signs with strokes of their own.
fn sign(character: char) -> Option<Vec<Polyline>> {
    let arc = |x: f32, y: f32, rx: f32, ry: f32, from: f32, to: f32| {
        curve(move |t| {
            let angle = (from + (to - from) * t) * TAU;
            (x + rx * angle.cos(), y + ry * angle.sin())
        })
    };
    let dot = |x: f32, y: f32| line(&[(x, y), (x + 0.06, y + 0.05)]);
    Some(match character {
        '£' => vec![
            [arc(0.62, -1.25, 0.3, 0.35, 0.0, -0.5), line(&[(0.33, -0.9), (0.36, -0.4), (0.2, -0.05), (0.05, -0.02)])]
                .concat(),
            line(&[(0.05, -0.02), (0.4, -0.08), (0.75, 0.02), (0.98, -0.12)]),
            line(&[(0.08, -0.72), (0.72, -0.76)]),
        ],
        '€' => vec![
            arc(0.6, -0.75, 0.5, 0.75, -0.13, -0.87),
            line(&[(-0.05, -0.92), (0.72, -0.95)]),
            line(&[(-0.06, -0.62), (0.64, -0.64)]),
        ],
        '§' => vec![
            [arc(0.32, -1.38, 0.24, 0.24, -0.05, -0.6), line(&[(0.2, -1.1), (0.56, -0.82)])].concat(),
            arc(0.32, -0.75, 0.28, 0.26, 0.0, 1.0),
            [line(&[(0.1, -0.64), (0.46, -0.36)]), arc(0.3, -0.14, 0.24, 0.24, -0.12, 0.45)].concat(),
        ],
        '°' => vec![ring(0.2, -1.42, 0.2)],
        '×' => vec![line(&[(0.0, -0.8), (0.55, -0.2)]), line(&[(0.53, -0.82), (0.02, -0.18)])],
        '÷' => vec![line(&[(0.0, -0.5), (0.7, -0.52)]), dot(0.32, -0.86), dot(0.33, -0.2)],
        '→' => vec![line(&[(0.0, -0.5), (1.3, -0.52)]), line(&[(0.95, -0.78), (1.33, -0.52), (0.98, -0.24)])],
        '±' => vec![
            line(&[(0.3, -1.0), (0.31, -0.35)]),
            line(&[(0.0, -0.67), (0.6, -0.68)]),
            line(&[(0.02, -0.08), (0.6, -0.1)]),
        ],
        _ => return None,
    })
}

/// ß as it is taught: a stem with a curl, and two bowls.
fn sharp_s() -> Vec<Polyline> {
    let bowl = |top: f32, bottom: f32, right: f32| {
        curve(move |t| {
            let angle = PI * (t - 0.5);
            (0.3 + right * angle.cos(), f32::midpoint(top, bottom) + 0.5 * (bottom - top) * angle.sin())
        })
    };
    let stem = line(&[(0.0, 0.05), (0.03, -0.9), (0.08, -1.35)]);
    let crown = curve(|t| (0.3 - 0.22 * (PI * t).cos(), -1.35 - 0.22 * (PI * t).sin()));
    vec![[stem, crown, line(&[(0.5, -1.2), (0.3, -0.9)]), bowl(-0.9, 0.0, 0.36), line(&[(0.15, 0.0)])].concat()]
}

/// A small one, a stroke, a small two.
fn half(one: Ink, two: Ink) -> Ink {
    let mut ink = scaled(one, 0.5, -0.75);
    let right = ink.bounds().map_or(0.0, |b| b.x1);
    ink.strokes.push(line(&[(right + 0.05, 0.05), (right + 0.5, -1.5)]));
    let mut two = scaled(two, 0.5, 0.0);
    let left = two.bounds().map_or(0.0, |b| b.x0);
    two.map(|p| Point::new(p.x - left, p.y));
    ink.add(&two, right + 0.4, 0.0);
    ink
}

fn scaled(mut ink: Ink, scale: f32, dy: f32) -> Ink {
    ink.map(|p| Point::new(scale * p.x, scale * p.y + dy));
    ink
}

/// Turned by half a turn about the middle of the small letters.
fn upside_down(mut ink: Ink) -> Ink {
    ink.map(|p| Point::new(-p.x, -1.0 - p.y));
    ink
}

/// `second` behind `first`, `gap` of the first one's width apart.
fn side_by_side(mut first: Ink, second: &Ink, gap: f32) -> Ink {
    let width = first.bounds().map_or(0.0, |b| b.x1);
    let left = second.bounds().map_or(0.0, |b| b.x0);
    first.add(second, width * (1.0 + gap) - left, 0.0);
    first
}

const fn strokes(strokes: Vec<Polyline>) -> Ink {
    Ink { strokes, areas: Vec::new() }
}

fn line(points: &[(f32, f32)]) -> Polyline {
    points.iter().map(|&(x, y)| Point::new(x, y)).collect()
}

/// The curve that `at` gives for 0 to 1.
fn curve(at: impl Fn(f32) -> (f32, f32)) -> Polyline {
    let points = (0..=PIECES).map(|i| at(i as f32 / PIECES as f32));
    points.map(|(x, y)| Point::new(x, y)).collect()
}

fn ring(x: f32, y: f32, radius: f32) -> Polyline {
    curve(|t| (x + radius * (TAU * t).sin(), y - radius * (TAU * t).cos()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::CharacterSet;

    /// Every letter is an upright stroke of its height; i has a dot.
    #[expect(clippy::unnecessary_wraps, reason = "as composing asks for letters")]
    fn letter(character: char, _: &mut LineRng) -> Option<Ink> {
        let top = if character.is_ascii_lowercase() { -1.0 } else { -1.6 };
        let mut ink = strokes(vec![line(&[(0.0, 0.0), (0.0, top)]), line(&[(0.3, 0.0), (0.3, top)])]);
        if character == 'i' {
            ink.strokes.push(line(&[(0.0, -1.4), (0.05, -1.35)]));
        }
        Some(ink)
    }

    #[test]
    fn every_western_character_can_be_composed() {
        for label in CharacterSet::ascii().n_labels()..CharacterSet::western().n_labels() {
            let character = CharacterSet::western().character(label).unwrap();
            assert!(can_compose(character, |_| true), "{character}");
            let ink = composed(character, letter, &mut LineRng::new(1, label as u64)).unwrap();
            let bounds = ink.bounds().unwrap();
            assert!(bounds.x0.abs() < 1e-5 && bounds.x1 < 2.5, "{character}: {bounds:?}");
            assert!(bounds.y0 > -2.8 && bounds.y1 < 0.8, "{character}: {bounds:?}");
        }
        assert!(!can_compose('字', |_| true) && !can_compose('é', |_| false));
    }

    #[test]
    fn accents_stand_over_or_under_their_letter_and_take_the_dot_s_place() {
        let rng = &mut LineRng::new(3, 4);
        let plain = letter('e', rng).unwrap();
        for (character, is_above) in [('é', true), ('ö', true), ('ç', false)] {
            let ink = composed(character, letter, rng).unwrap();
            let marks = &ink.strokes[plain.strokes.len()..];
            assert!(!marks.is_empty(), "{character}");
            assert!(marks.iter().flatten().all(|p| if is_above { p.y < -1.05 } else { p.y > -0.1 }), "{character}");
        }
        let accented = composed('í', letter, rng).unwrap();
        assert_eq!(accented.strokes.len(), 3, "two strokes and the accent");
    }
}
