//! Character and word error rates (CER, WER): total edits over total reference length.

use unicode_normalization::UnicodeNormalization as _;

/// Edits (insertions, deletions, substitutions) and reference lengths, summed over lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ErrorRate {
    /// Levenshtein edits from reference to hypothesis.
    pub edits: usize,
    /// Characters or words in the references.
    pub reference_len: usize,
}

impl ErrorRate {
    /// Edits in percent of the reference length; 0 before any line is added. Can exceed 100.
    pub fn percent(self) -> f64 {
        if self.reference_len == 0 && self.edits == 0 {
            0.0
        } else {
            100.0 * self.edits as f64 / self.reference_len.max(1) as f64
        }
    }

    fn add<T: PartialEq>(&mut self, reference: &[T], hypothesis: &[T]) {
        self.edits += edit_distance(reference, hypothesis);
        self.reference_len += reference.len();
    }
}

/// Character error rate over lines: edits (insertions, deletions, substitutions) by characters of the reference.
///
/// ```
/// use longhand::page::CharErrorRate;
///
/// let mut rate = CharErrorRate::default();
/// rate.add("Handwriting", "Handwritimg");
/// rate.add("by hand", "by  hand");
/// assert_eq!((rate.0.edits, rate.0.reference_len), (1, 18));
/// assert!((rate.percent() - 5.6).abs() < 0.1);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CharErrorRate(pub ErrorRate);

impl CharErrorRate {
    /// Adds one line. Both texts are normalized with [`comparable_text`].
    pub fn add(&mut self, reference: &str, hypothesis: &str) {
        let chars = |text| comparable_text(text).chars().collect::<Vec<_>>();
        self.0.add(&chars(reference), &chars(hypothesis));
    }

    /// In percent.
    pub fn percent(self) -> f64 {
        self.0.percent()
    }
}

/// Word error rate over lines; white space separates words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WordErrorRate(pub ErrorRate);

impl WordErrorRate {
    /// Adds one line. Both texts are normalized with [`comparable_text`].
    pub fn add(&mut self, reference: &str, hypothesis: &str) {
        let (reference, hypothesis) = (comparable_text(reference), comparable_text(hypothesis));
        let words = |text| str::split_whitespace(text).collect::<Vec<_>>();
        self.0.add(&words(&reference), &words(&hypothesis));
    }

    /// In percent.
    pub fn percent(self) -> f64 {
        self.0.percent()
    }
}

/// A text normalized for comparison: NFC, white space collapsed to single spaces and trimmed.
pub fn comparable_text(text: &str) -> String {
    text.nfc().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The Levenshtein distance: the fewest insertions, deletions and substitutions.
pub fn edit_distance<T: PartialEq>(a: &[T], b: &[T]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

/// `value` rounded to this number of decimals.
pub fn rounded(value: impl Into<f64>, decimals: i32) -> f64 {
    let scale = 10f64.powi(decimals);
    (value.into() * scale).round() / scale
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn rates_are_totals_not_means_of_lines() {
        let mut rate = CharErrorRate::default();
        rate.add("a", "b");
        rate.add("ninechars", "ninechars");
        assert_eq!(rate.0, ErrorRate { edits: 1, reference_len: 10 });
        assert!((rate.percent() - 10.0).abs() < 1e-9);
    }

    #[test]
    fn white_space_and_unicode_form_do_not_count() {
        let mut rate = CharErrorRate::default();
        rate.add("cafe\u{301}  au\tlait ", "caf\u{e9} au lait");
        assert_eq!(rate.0.edits, 0);
    }

    #[test]
    fn an_empty_reference_counts_the_invented_words() {
        let mut rate = WordErrorRate::default();
        rate.add("", "one two");
        assert_eq!(rate.0, ErrorRate { edits: 2, reference_len: 0 });
    }

    proptest! {
        #[test]
        fn edit_distance_is_a_metric(a in "[ab]{0,8}", b in "[ab]{0,8}", c in "[ab]{0,8}") {
            let d = |x: &str, y: &str| edit_distance(x.as_bytes(), y.as_bytes());
            prop_assert_eq!(d(&a, &a), 0);
            prop_assert_eq!(d(&a, &b), d(&b, &a));
            prop_assert!(d(&a, &c) <= d(&a, &b) + d(&b, &c));
            prop_assert!(d(&a, &b) >= a.len().abs_diff(b.len()));
        }
    }
}
