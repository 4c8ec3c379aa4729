//! Words of a page that were read, their order ignored: what matters of whiteboards and scattered notes.

use std::{collections::BTreeMap, ops::AddAssign};

use unicode_normalization::UnicodeNormalization as _;

/// True words, words read and words that are both, summed over pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WordOverlap {
    /// Words in the references.
    pub n_true: usize,
    /// Words that were read.
    pub n_read: usize,
    /// Words read that are in the reference, each as often as there at most.
    pub n_right: usize,
}

impl WordOverlap {
    /// Compares two texts. Case, and marks at either end of a word, do not count.
    pub fn of(reference: &str, read: &str) -> Self {
        let (reference, read) = (words(reference), words(read));
        let in_both = |(word, n): (&String, &usize)| read.get(word).map_or(0, |read| *read.min(n));
        Self {
            n_true: reference.values().sum(),
            n_read: read.values().sum(),
            n_right: reference.iter().map(in_both).sum(),
        }
    }

    /// The part of the true words that was read, in percent; 100 where there are none.
    pub fn recall(self) -> f64 {
        percent(self.n_right, self.n_true)
    }

    /// The part of the words read that is true, in percent; 100 where none was read.
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

fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 { 100.0 } else { 100.0 * part as f64 / whole as f64 }
}

/// How often each word occurs. A word of marks alone counts as it is.
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
        let overlap = WordOverlap::of("Hello, (World)! a a ?", "world hello a b ?");
        assert_eq!(overlap, WordOverlap { n_true: 5, n_read: 5, n_right: 4 });
        assert!((overlap.recall() - 80.0).abs() < 1e-9);
    }

    #[test]
    fn nothing_read_is_nothing_wrong_but_all_missed() {
        let overlap = WordOverlap::of("a b", "");
        assert!((overlap.precision() - 100.0).abs() < 1e-9);
        assert!(overlap.recall().abs() < 1e-9);
    }
}
