//! The word error rate that remains if a user picks the best alternative of every word (oracle WER).

use super::reading::{Evaluation, ReadLine};
use crate::page::{CharErrorRate, WordErrorRate};

impl ReadLine {
    /// The line's text with every alternative taken that is nearer to the truth, and nothing else changed.
    pub fn with_best_alternatives(&self) -> String {
        let mut best = self.hypothesis.clone();
        // From the end, so that earlier places stay valid.
        for alternatives in self.alternatives.iter().rev() {
            let characters: Vec<char> = best.chars().collect();
            let (before, behind) = (&characters[..alternatives.place.start], &characters[alternatives.place.end..]);
            let with = |text: &str| before.iter().copied().chain(text.chars()).chain(behind.iter().copied()).collect();
            let all = std::iter::once(best.clone()).chain(alternatives.others.iter().map(|other| with(&other.text)));
            // The first of equals: the recognized word stays unless an alternative is better.
            best = all.min_by_key(|text: &String| self.edits(text)).unwrap_or_default();
        }
        best
    }

    /// Edits from the true text to `text`.
    fn edits(&self, text: &str) -> usize {
        let mut rate = CharErrorRate::default();
        rate.add(&self.reference, text);
        rate.0.edits
    }
}

impl Evaluation {
    /// The word error rate with the best alternative chosen everywhere.
    pub fn word_error_rate_by_choice(&self) -> WordErrorRate {
        let mut rate = WordErrorRate::default();
        self.lines.iter().for_each(|line| rate.add(&line.reference, &line.with_best_alternatives()));
        rate
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::{Alternative, WordAlternatives};

    #[test]
    fn what_is_nearer_to_the_truth_is_chosen_and_nothing_else() {
        let other = |text: &str| Alternative { text: text.to_owned(), confidence: 0.1 };
        let line = ReadLine {
            file: String::new(),
            image: "".into(),
            reference: "into the house".to_owned(),
            hypothesis: "in to the horse".to_owned(),
            word_confidences: Vec::new(),
            alternatives: vec![
                WordAlternatives { place: 0..5, others: vec![other("is to"), other("into")] },
                WordAlternatives { place: 6..9, others: vec![other("them")] },
                WordAlternatives { place: 10..15, others: vec![other("horde"), other("house")] },
            ],
            elapsed_ms: None,
            failure: None,
        };
        assert_eq!(line.with_best_alternatives(), "into the house");
        let evaluation = Evaluation { lines: vec![line] };
        assert!(evaluation.word_error_rate().0.edits == 3 && evaluation.word_error_rate_by_choice().0.edits == 0);
    }
}
