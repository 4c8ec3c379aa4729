//! Rows of single characters with wide gaps: alphabets, digits, signs, answers to tick.
//!
//! Lengths are in x-heights and were set by eye on photographed pages; no measurement is recorded.

use crate::{
    page::{Point, Rect},
    synthesis::{ink::WrittenWord, pages::composition::Composition, random::LineRng},
};

/// Gap between the characters of a row.
const GAP: std::ops::Range<f32> = 0.7..4.5;
const CAPITALS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const SMALL: &str = "abcdefghijklmnopqrstuvwxyz";
const DIGITS: &str = "0123456789";
const SIGNS: &str = "@#$%&*()-_=+[]{}|\\/?.,;:!<>\"'";

/// Up to `n_rows` rows from the baseline `y` on; the baseline below them.
pub(super) fn characters(c: &mut Composition<'_, '_>, area: Rect, y: f32, n_rows: usize) -> f32 {
    let (mut y, gap) = (y, c.rng.log_uniform(GAP));
    let texts = texts(n_rows, c.rng);
    for text in texts {
        let mut words = c.writer.write(&text, c.rng);
        while !words.is_empty() && y < area.y1 {
            let n = that_fit(&words, area.width(), gap);
            let rest = words.split_off(n);
            let line = c.writer.set_apart(words, gap, c.rng);
            c.put(line, Point::new(area.x0, y), 1.0);
            y += c.leading * c.rng.uniform(0.95..1.05);
            words = rest;
        }
    }
    y
}

/// How many of `words`, one at least, fit on a line.
fn that_fit(words: &[WrittenWord], width: f32, gap: f32) -> usize {
    let mut reached = 0.0;
    let fits = |word: &&WrittenWord| {
        reached += word.width() + gap;
        reached < width
    };
    words.iter().take_while(fits).count().max(1)
}

/// Rows of characters with blanks between them: an alphabet in its order, or characters by chance, in groups of up to
/// three on some pages.
fn texts(n_rows: usize, rng: &mut LineRng) -> Vec<String> {
    let in_order = rng.chance(0.5);
    let longest_group = if rng.chance(0.7) { 1 } else { 3 };
    (0..n_rows)
        .map(|_| {
            let alphabet: Vec<char> = match rng.count(0, 4) {
                0 => CAPITALS,
                1 => SMALL,
                2 => DIGITS,
                _ => SIGNS,
            }
            .chars()
            .collect();
            if in_order {
                return spaced(alphabet.iter().map(char::to_string));
            }
            let n_groups = rng.count(3, 24);
            spaced((0..n_groups).map(|_| {
                let n = rng.count(1, longest_group);
                (0..n).filter_map(|_| rng.pick(&alphabet).copied()).collect()
            }))
        })
        .collect()
}

fn spaced(groups: impl Iterator<Item = String>) -> String {
    groups.collect::<Vec<String>>().join(" ")
}
