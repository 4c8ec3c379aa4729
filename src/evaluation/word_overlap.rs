//! Recall and precision of a page's words regardless of order, for whiteboards and scattered notes.

use std::{collections::BTreeMap, ops::AddAssign};

use unicode_normalization::UnicodeNormalization as _;

/// True words, recognized words, and those that are both, summed over pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WordOverlap {
    /// Words in the references.
    pub n_true: usize,
    /// Recognized words.
    pub n_read: usize,
    /// Recognized words that are in the reference, each at most as often as there.
    pub n_right: usize,
}

impl WordOverlap {
    /// Compares two texts. Case, and punctuation at either end of a word, is ignored.
    pub fn between(reference: &str, read: &str) -> Self {
        let (reference, read) = (words(reference), words(read));
        let in_both = |(word, n): (&String, &usize)| read.get(word).map_or(0, |read| *read.min(n));
        Self {
            n_true: reference.values().sum(),
            n_read: read.values().sum(),
            n_right: reference.iter().map(in_both).sum(),
        }
    }

    /// Right words in percent of the true words; 100 without true words.
    pub fn recall(self) -> f64 {
        percent(self.n_right, self.n_true)
    }

    /// Right words in percent of the recognized words; 100 without recognized words.
    pub fn precision(self) -> f64 {
        percent(self.n_right, self.n_read)
    }
}

impl AddAssign for WordOverlap {
    fn add_assign(&mut self, other: Self) {
        self.n_true += other.n_true;
        self.n_read += other.n_read;
        self.n_right += other.n_right;
    }
}

fn percent(count: usize, whole: usize) -> f64 {
    if whole == 0 { 100.0 } else { 100.0 * count as f64 / whole as f64 }
}

/// The count of each word. A word of punctuation alone stays as it is.
fn words(text: &str) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for word in text.split_whitespace() {
        let word: String = word.nfc().flat_map(char::to_lowercase).collect();
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '_');
        *counts.entry(if bare.is_empty() { word } else { bare.to_owned() }).or_insert(0) += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_case_and_outer_marks_do_not_count() {
        let overlap = WordOverlap::between("Hello, (World)! a a ?", "world hello a b ?");
        assert_eq!(overlap, WordOverlap { n_true: 5, n_read: 5, n_right: 4 });
        assert!((overlap.recall() - 80.0).abs() < 1e-9);
    }

    #[test]
    fn nothing_read_is_nothing_wrong_but_all_missed() {
        let overlap = WordOverlap::between("a b", "");
        assert!((overlap.precision() - 100.0).abs() < 1e-9);
        assert!(overlap.recall().abs() < 1e-9);
    }
}
