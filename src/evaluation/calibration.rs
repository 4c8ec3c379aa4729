//! Whether a reader doubts what it read wrong.

use super::reading::Evaluation;
use crate::page::{MarkedWord, mark_words};

/// The words that were read, by whether the reader was sure of them and whether they are right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ConfidenceCalibration {
    /// Words read.
    pub n_words: usize,
    /// Of these, read with less confidence than asked for.
    pub n_doubtful: usize,
    /// Read where the truth has another word, or none.
    pub n_wrong: usize,
    /// Of these, doubtful.
    pub n_doubtful_wrong: usize,
}

impl ConfidenceCalibration {
    /// Of the words read, the doubtful ones, in percent.
    pub fn percent_doubtful(&self) -> f64 {
        percent(self.n_doubtful, self.n_words)
    }

    /// Of the words read wrong, the doubtful ones, in percent.
    pub fn percent_of_wrong(&self) -> f64 {
        percent(self.n_doubtful_wrong, self.n_wrong)
    }

    fn add(&mut self, confidence: f32, is_right: bool, threshold: f32) {
        let is_doubtful = confidence < threshold;
        self.n_words += 1;
        self.n_doubtful += usize::from(is_doubtful);
        self.n_wrong += usize::from(!is_right);
        self.n_doubtful_wrong += usize::from(is_doubtful && !is_right);
    }
}

impl Evaluation {
    /// What would be marked in a window that marks words read with less confidence than `threshold`, 0 to 1.
    pub fn doubts(&self, threshold: f32) -> ConfidenceCalibration {
        let mut doubts = ConfidenceCalibration::default();
        for line in &self.lines {
            let marked = mark_words(&line.hypothesis, &line.reference);
            let words = marked.iter().filter(|word| **word != MarkedWord::Missing);
            for (word, &confidence) in words.zip(&line.word_confidences) {
                doubts.add(confidence, matches!(word, MarkedWord::Same(_)), threshold);
            }
        }
        doubts
    }
}

/// 0 of nothing.
fn percent(part: usize, whole: usize) -> f64 {
    100.0 * part as f64 / whole.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::reading::ReadLine;

    #[test]
    fn words_are_doubted_rightly_or_not() {
        let line = ReadLine {
            file: String::new(),
            reference: "a cat sat there".to_owned(),
            hypothesis: "a cot sat her".to_owned(),
            word_confidences: vec![0.9, 0.3, 0.8, 0.95],
            alternatives: Vec::new(),
            elapsed_ms: None,
            failure: None,
        };
        let evaluation = Evaluation { lines: vec![line] };
        let doubts = ConfidenceCalibration { n_words: 4, n_doubtful: 2, n_wrong: 2, n_doubtful_wrong: 1 };
        assert_eq!(evaluation.doubts(0.85), doubts);
        assert!((doubts.percent_doubtful() - 50.0).abs() < 1e-9 && (doubts.percent_of_wrong() - 50.0).abs() < 1e-9);
        assert!(Evaluation::default().doubts(0.85).percent_of_wrong().abs() < 1e-9);
    }
}
