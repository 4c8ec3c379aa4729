//! Confidence calibration: whether words of low confidence are the wrong ones.

use super::reading::Evaluation;
use crate::page::{MarkedWord, mark_words};

/// Recognized words, counted by confidence below a threshold and by correctness.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ConfidenceCalibration {
    /// Recognized words.
    pub n_words: usize,
    /// Those with a confidence below the threshold.
    pub n_doubtful: usize,
    /// Those that the truth does not have at their place.
    pub n_wrong: usize,
    /// Wrong words with a confidence below the threshold.
    pub n_doubtful_wrong: usize,
}

impl ConfidenceCalibration {
    /// Doubtful words in percent of all words.
    pub fn percent_doubtful(&self) -> f64 {
        percent(self.n_doubtful, self.n_words)
    }

    /// Doubtful wrong words in percent of the wrong words.
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
    /// The calibration at `threshold`, 0 to 1: the window marks words of less confidence as doubtful.
    pub fn confidence_calibration(&self, threshold: f32) -> ConfidenceCalibration {
        let mut calibration = ConfidenceCalibration::default();
        for line in &self.lines {
            let marked = mark_words(&line.hypothesis, &line.reference);
            let words = marked.iter().filter(|word| **word != MarkedWord::Missing);
            for (word, &confidence) in words.zip(&line.word_confidences) {
                calibration.add(confidence, matches!(word, MarkedWord::Same(_)), threshold);
            }
        }
        calibration
    }
}

/// `count` in percent of `whole`; 0 if `whole` is 0.
fn percent(count: usize, whole: usize) -> f64 {
    100.0 * count as f64 / whole.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::reading::ReadLine;

    #[test]
    fn words_are_doubted_rightly_or_not() {
        let line = ReadLine {
            file: String::new(),
            image: "".into(),
            reference: "a cat sat there".to_owned(),
            hypothesis: "a cot sat her".to_owned(),
            word_confidences: vec![0.9, 0.3, 0.8, 0.95],
            alternatives: Vec::new(),
            elapsed_ms: None,
            failure: None,
        };
        let evaluation = Evaluation { lines: vec![line] };
        let expected = ConfidenceCalibration { n_words: 4, n_doubtful: 2, n_wrong: 2, n_doubtful_wrong: 1 };
        assert_eq!(evaluation.confidence_calibration(0.85), expected);
        assert!((expected.percent_doubtful() - 50.0).abs() < 1e-9 && (expected.percent_of_wrong() - 50.0).abs() < 1e-9);
        assert!(Evaluation::default().confidence_calibration(0.85).percent_of_wrong().abs() < 1e-9);
    }
}
