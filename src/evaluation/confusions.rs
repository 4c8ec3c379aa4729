//! Confusions: which characters are read as which.

use std::collections::BTreeMap;

use super::reading::Evaluation;
use crate::page::{align, comparable_text};

/// A pair of true and read character, and its frequency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confusion {
    /// The true character; `None` for an insertion.
    pub truth: Option<char>,
    /// The character that was read; `None` for a deletion.
    pub read: Option<char>,
    /// Occurrences of the pair.
    pub count: usize,
    /// Occurrences of the true character in the references; 0 for an insertion.
    pub n_truth: usize,
}

impl Evaluation {
    /// The confusions, the most frequent first, ties in the characters' order. Their counts sum to the edits of the
    /// character error rate.
    pub fn confusions(&self) -> Vec<Confusion> {
        let mut counts = BTreeMap::<(Option<char>, Option<char>), usize>::new();
        let mut n_truth = BTreeMap::<char, usize>::new();
        for line in &self.lines {
            let chars = |text: &str| comparable_text(text).chars().collect::<Vec<_>>();
            let (reference, hypothesis) = (chars(&line.reference), chars(&line.hypothesis));
            for &character in &reference {
                *n_truth.entry(character).or_default() += 1;
            }
            for (i, j) in align(&reference, &hypothesis) {
                let pair = (i.map(|i| reference[i]), j.map(|j| hypothesis[j]));
                if pair.0 != pair.1 {
                    *counts.entry(pair).or_default() += 1;
                }
            }
        }
        let mut confusions: Vec<Confusion> = counts
            .into_iter()
            .map(|((truth, read), count)| {
                let n_truth = truth.and_then(|truth| n_truth.get(&truth)).copied().unwrap_or_default();
                Confusion { truth, read, count, n_truth }
            })
            .collect();
        confusions.sort_by_key(|confusion| std::cmp::Reverse(confusion.count));
        confusions
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::reading::ReadLine;

    #[test]
    fn mistakes_are_counted_and_sum_up_to_the_edits() {
        let line = |reference: &str, hypothesis: &str| ReadLine {
            file: String::new(),
            image: "".into(),
            reference: reference.to_owned(),
            hypothesis: hypothesis.to_owned(),
            word_confidences: Vec::new(),
            alternatives: Vec::new(),
            elapsed_ms: None,
            failure: None,
        };
        let evaluation = Evaluation { lines: vec![line("noon", "nqqn"), line("cat", "ct"), line("ab", "abc")] };
        let confusions = evaluation.confusions();
        assert_eq!(confusions[0], Confusion { truth: Some('o'), read: Some('q'), count: 2, n_truth: 2 });
        assert_eq!(confusions.len(), 3);
        let n_edits: usize = confusions.iter().map(|confusion| confusion.count).sum();
        assert_eq!(n_edits, evaluation.char_error_rate().0.edits);
    }
}
