//! Accents on recorded words: a mark over, under or through some of their letters, where a pen would have put it.
//!
//! Numbers are in x-heights unless their sentence says otherwise, and were set by eye on contact sheets; no measurement
//! is recorded.

use super::{
    composed_letter::accent_over,
    copied_lines::{CLEAR_GAP, WORD_GAP},
};
use crate::{
    page::Rect,
    synthesis::{
        ink::{Polyline, WrittenLine, split_at_gaps},
        random::LineRng,
        texts::western_texts::relatives,
    },
};

/// Share of the words with an accent, where one of their letters can have one.
const ACCENTED: f32 = 0.5;
/// Half the width of a letter.
const HALF_LETTER: f32 = 0.4;
/// A letter's highest ink, above the baseline: a neighbour reaches into what is higher.
const HIGHEST: f32 = -1.35;

/// `line` with accents on some of its words; as it is where its words cannot be told apart.
pub(super) fn with_accents(mut line: WrittenLine, rng: &mut LineRng) -> WrittenLine {
    let words: Vec<&str> = line.text.split(' ').collect();
    let Some(parts) = split_at_gaps(&line.ink.strokes, words.len(), WORD_GAP, CLEAR_GAP) else { return line };
    let mut text = Vec::with_capacity(words.len());
    for (word, strokes) in words.iter().zip(&parts) {
        let accented = if rng.chance(ACCENTED) { with_accent(word, strokes, rng) } else { None };
        text.push(match accented {
            Some((accented, mark)) => {
                line.ink.strokes.extend(mark);
                accented
            }
            None => (*word).to_owned(),
        });
    }
    line.text = text.join(" ");
    line
}

/// `word` with another letter in one place, and the mark that makes it so.
fn with_accent(word: &str, strokes: &[Polyline], rng: &mut LineRng) -> Option<(String, Vec<Polyline>)> {
    let letters: Vec<char> = word.chars().collect();
    let free: Vec<usize> = (0..letters.len()).filter(|&at| stands_free(&letters, at)).collect();
    let at = *rng.pick(&free)?;
    let (accented, place) = (accented_letter(letters[at], rng)?, place_of(&letters, at, strokes)?);
    let mark = accent_over(accented, place, rng)?;
    let text = letters.iter().enumerate().map(|(i, &c)| if i == at { accented } else { c }).collect();
    Some((text, mark))
}

/// Whether nothing of its neighbours reaches over or under the letter.
fn stands_free(letters: &[char], at: usize) -> bool {
    let is_low = |c: &char| "aceimnorsuvwxz.,".contains(*c);
    let neighbours = [at.checked_sub(1).and_then(|i| letters.get(i)), letters.get(at + 1)];
    "aceonu".contains(letters[at]) && neighbours.into_iter().flatten().all(is_low)
}

/// `letter` with an accent that needs no other letter shape; `None` where there is none.
fn accented_letter(letter: char, rng: &mut LineRng) -> Option<char> {
    let fitting: Vec<char> = relatives(letter).into_iter().filter(|c| !"æœß".contains(*c)).collect();
    rng.pick(&fitting).copied()
}

/// The box of the letter at `at`, by the usual widths of letters; `None` where the ink there is too high for it.
fn place_of(letters: &[char], at: usize, strokes: &[Polyline]) -> Option<Rect> {
    let bounds = Rect::around(strokes.iter().flatten().copied())?;
    let width_of = |c: &char| match c {
        'i' | 'j' | 'l' | 't' | 'f' | 'r' | 'I' | '.' | ',' | '\'' => 0.6,
        'm' | 'w' | 'M' | 'W' => 1.5,
        _ => 1.0,
    };
    let before: f32 = letters[..at].iter().map(width_of).sum();
    let all: f32 = letters.iter().map(width_of).sum();
    let middle = bounds.x0 + (bounds.x1 - bounds.x0) * (before + 0.5 * width_of(&letters[at])) / all;
    let near = strokes.iter().flatten().filter(|p| (p.x - middle).abs() < HALF_LETTER);
    let place = Rect::around(near.copied())?;
    (place.y0 > HIGHEST).then_some(place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{page::Point, synthesis::ink::Ink};

    /// Words of upright strokes, one a letter, from the baseline to the top of small letters.
    fn written(text: &str) -> WrittenLine {
        let mut ink = Ink::default();
        for (i, _) in text.char_indices().filter(|(_, c)| *c != ' ') {
            let x = i as f32 * 0.8;
            ink.strokes.push(vec![Point::new(x, 0.0), Point::new(x + 0.5, -1.0)]);
        }
        WrittenLine { ink, text: text.to_owned() }
    }

    #[test]
    fn marks_stand_at_the_letters_that_the_text_gives_accents() {
        let mut n_accented = 0;
        for index in 0..200 {
            let plain = written("sea moon unseen");
            let accented = with_accents(plain.clone(), &mut LineRng::new(9, index));
            let marks = &accented.ink.strokes[plain.ink.strokes.len()..];
            let changed: Vec<(usize, char)> =
                accented.text.chars().enumerate().filter(|(_, c)| !c.is_ascii()).collect();
            assert_eq!(marks.is_empty(), changed.is_empty());
            assert_eq!(accented.text.chars().count(), plain.text.len());
            for (at, _) in &changed {
                let x = *at as f32 * 0.8 + 0.25;
                let near = marks.iter().flatten().any(|p| (p.x - x).abs() < 0.9);
                assert!(near, "{}: no mark near {x}", accented.text);
            }
            n_accented += changed.len();
        }
        assert!(n_accented > 150, "{n_accented}");
    }

    #[test]
    fn letters_beside_tall_ones_and_lines_without_clear_words_stay_plain() {
        let rng = &mut LineRng::new(1, 1);
        assert_eq!(with_accents(written("tel bad"), rng).text, "tel bad");
        let mut close = written("sea moon");
        close.ink.strokes.truncate(2);
        assert_eq!(with_accents(close, rng).text, "sea moon");
    }
}
