//! The shapes of characters: their extent on the line, and strokes for the marks that samples lack. Numbers are in
//! x-heights from the baseline, y down; they were set by eye on the samples, no measurement is recorded.

use crate::{
    page::Point,
    synthesis::ink::{Ink, Polyline},
};

/// Whether a character usually ends at the baseline and is about as tall as a capital.
pub(super) const fn stands_on_baseline(character: char) -> bool {
    matches!(character, 'A'..='Z' | '0'..='9' | '!' | '$' | '?' | '&' | '@' | '%' | '#' | '(' | ')' | '[' | ']' | '{' | '}' | '/' | '\\')
}

/// Whether ink, in x-heights from the baseline, can be `character` by its extent: rejects letters that were split at
/// the wrong gaps.
pub(super) fn is_plausible_letter(character: char, ink: &Ink) -> bool {
    let Some(bounds) = ink.bounds() else { return false };
    let (ascent, descent, width) = (-bounds.y0, bounds.y1, bounds.x1 - bounds.x0);
    let least_width = match character {
        'i' | 'l' | 'j' | '1' | 'I' | '!' | '|' | '(' | ')' | '[' | ']' => 0.0,
        'm' | 'w' | 'M' | 'W' => 0.6,
        _ => 0.25,
    };
    let most_width = match character {
        'i' | 'l' => 0.8,
        'm' | 'w' => 2.6,
        'a'..='z' => 1.7,
        _ => 3.0,
    };
    let fits = match character {
        'b' | 'd' | 'h' | 'k' | 'l' | 't' => ascent > 1.15 && descent < 0.4,
        'f' => ascent > 1.15,
        'i' => ascent > 1.05 && descent < 0.4,
        'g' | 'p' | 'q' | 'y' => descent > 0.2 && ascent < 1.7,
        'j' => descent > 0.2,
        'a' | 'c' | 'e' | 'm' | 'n' | 'o' | 'r' | 's' | 'u' | 'v' | 'w' | 'x' => {
            (0.6..1.5).contains(&ascent) && (-0.3..0.4).contains(&descent)
        }
        'z' => (0.6..1.5).contains(&ascent),
        'A'..='Z' | '0'..='9' => (1.0..2.8).contains(&ascent) && descent < 0.9,
        _ => ascent < 3.0 && descent < 1.5,
    };
    fits && (least_width..=most_width).contains(&width)
}

/// Strokes of the marks that hardly differ between hands; `None` for all other characters.
pub(super) fn drawn_mark(character: char) -> Option<Vec<Polyline>> {
    let stroke = |points: &[(f32, f32)]| points.iter().map(|&(x, y)| Point::new(x, y)).collect::<Polyline>();
    let dot = |y: f32| stroke(&[(0.0, y), (0.07, y + 0.06)]);
    let comma = |y: f32| stroke(&[(0.12, y), (0.15, y + 0.12), (0.08, y + 0.34), (0.0, y + 0.5)]);
    let tick = |x: f32| stroke(&[(x, -1.75), (x - 0.03, -1.35)]);
    Some(match character {
        '.' => vec![dot(-0.06)],
        ',' => vec![comma(-0.08)],
        ':' => vec![dot(-0.75), dot(-0.08)],
        ';' => vec![dot(-0.72), comma(-0.08)],
        '\'' => vec![tick(0.0)],
        '"' => vec![tick(0.0), tick(0.3)],
        '-' => vec![stroke(&[(0.0, -0.5), (0.25, -0.53), (0.5, -0.51)])],
        '_' => vec![stroke(&[(0.0, 0.15), (0.45, 0.13), (0.9, 0.16)])],
        '|' => vec![stroke(&[(0.0, -1.9), (0.01, -0.8), (0.0, 0.35)])],
        '`' => vec![stroke(&[(0.0, -1.75), (0.2, -1.45)])],
        _ => return None,
    })
}
