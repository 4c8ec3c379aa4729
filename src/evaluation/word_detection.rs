//! How words with known boxes come out of line finding: whole, torn, joined with words of other lines, or not at all;
//! and lines that are found where no word is.

use std::ops::AddAssign;

use image::GrayImage;

use super::line_detection::{InkRegion, MIN_WHOLE_INK};
use crate::page::Point;

/// Fraction of a found line's ink in true words below which the line is invented. No measurement recorded.
const MIN_WRITTEN_INK: f64 = 0.5;

/// True words by what became of them, and invented lines, summed over pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WordDetection {
    /// True words.
    pub n_words: usize,
    /// Words with three quarters of their ink in one found line.
    pub n_found: usize,
    /// Of those: words whose found line also holds a whole word of another true line.
    pub n_joined: usize,
    /// Words with three quarters of their ink in several found lines together, and in none of them alone.
    pub n_split: usize,
    /// Found lines with less than half of their ink in true words.
    pub n_invented: usize,
}

impl AddAssign for WordDetection {
    fn add_assign(&mut self, other: Self) {
        self.n_words += other.n_words;
        self.n_found += other.n_found;
        self.n_joined += other.n_joined;
        self.n_split += other.n_split;
        self.n_invented += other.n_invented;
    }
}

impl WordDetection {
    /// What became of the words of true lines; `words` has the outlines of each line's words, `found` those of the
    /// found lines, in pixels of `ink`, the page's ink mask (above 0 is ink).
    pub fn count(ink: &GrayImage, words: &[Vec<Vec<Point>>], found: &[Vec<Point>]) -> Self {
        let regions = |outlines: &[Vec<Point>]| -> Vec<InkRegion> {
            outlines.iter().map(|outline| InkRegion::new(ink, outline)).collect()
        };
        let lines = regions(found);
        let words: Vec<(usize, InkRegion)> = words
            .iter()
            .enumerate()
            .flat_map(|(line, words)| regions(words).into_iter().map(move |word| (line, word)))
            .filter(|(_, word)| word.n_pixels() > 0)
            .collect();
        let holders: Vec<Option<usize>> = words.iter().map(|(_, word)| holder(word, &lines)).collect();
        let is_joined = |index: usize| {
            let shares = |other: usize| words[other].0 != words[index].0 && holders[other] == holders[index];
            holders[index].is_some() && (0..words.len()).any(shares)
        };
        let is_split =
            |index: usize| holders[index].is_none() && is_whole(&words[index].1, shared(&words[index].1, &lines));
        let is_invented = |line: &InkRegion| {
            let written: usize = words.iter().map(|(_, word)| line.shared(word)).sum();
            (written as f64) < MIN_WRITTEN_INK * line.n_pixels() as f64
        };
        Self {
            n_words: words.len(),
            n_found: holders.iter().flatten().count(),
            n_joined: (0..words.len()).filter(|&index| is_joined(index)).count(),
            n_split: (0..words.len()).filter(|&index| is_split(index)).count(),
            n_invented: lines.iter().filter(|line| is_invented(line)).count(),
        }
    }
}

fn is_whole(word: &InkRegion, n_shared: usize) -> bool {
    n_shared as f64 >= MIN_WHOLE_INK * word.n_pixels() as f64
}

/// The first line in which the word is whole.
fn holder(word: &InkRegion, lines: &[InkRegion]) -> Option<usize> {
    lines.iter().position(|line| is_whole(word, word.shared(line)))
}

/// Ink pixels of the word in all lines; outlines of lines hardly overlap.
fn shared(word: &InkRegion, lines: &[InkRegion]) -> usize {
    lines.iter().map(|line| word.shared(line)).sum()
}

#[cfg(test)]
mod tests {
    use image::Luma;

    use super::*;
    use crate::page::Rect;

    fn rect(x0: f32, x1: f32) -> Vec<Point> {
        Rect::new(x0, 0.0, x1, 20.0).corners().to_vec()
    }

    #[test]
    fn words_are_found_joined_split_missed_and_lines_invented() {
        let ink = GrayImage::from_fn(200, 40, |_, y| Luma([if y == 10 { 255 } else { 0 }]));
        // Two labels of one line, two words, one word.
        let words = [
            vec![rect(0.0, 20.0)],
            vec![rect(25.0, 40.0), rect(45.0, 60.0)],
            vec![rect(80.0, 100.0)],
            vec![rect(120.0, 130.0)],
        ];
        let found = [rect(0.0, 60.0), rect(80.0, 90.0), rect(90.0, 100.0), rect(140.0, 200.0)];
        let counted = WordDetection::count(&ink, &words, &found);
        let expected = WordDetection { n_words: 5, n_found: 3, n_joined: 3, n_split: 1, n_invented: 1 };
        assert_eq!(counted, expected);
        let apart = [rect(0.0, 22.0), rect(22.0, 60.0)];
        let counted = WordDetection::count(&ink, &words[..2], &apart);
        assert_eq!(counted, WordDetection { n_words: 3, n_found: 3, ..WordDetection::default() });
    }
}
