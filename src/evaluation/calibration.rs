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

/// Recognized words by their confidence, in equal steps from 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reliability {
    /// The lowest confidences first.
    pub bins: [ReliabilityBin; N_BINS],
}

/// Steps of a [`Reliability`].
const N_BINS: usize = 10;

/// Words of about the same confidence.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ReliabilityBin {
    /// Recognized words.
    pub n_words: usize,
    /// Those that the truth has at their place.
    pub n_right: usize,
    /// Sum of their confidences.
    pub confidence: f64,
}

impl Reliability {
    fn add(&mut self, confidence: f32, is_right: bool) {
        let bin = &mut self.bins[((confidence * N_BINS as f32) as usize).min(N_BINS - 1)];
        bin.n_words += 1;
        bin.n_right += usize::from(is_right);
        bin.confidence += f64::from(confidence);
    }

    /// The expected calibration error, in percent: how far confidence and share of right words lie apart in a bin, as a
    /// mean over all words (Guo et al., "On Calibration of Modern Neural Networks", ICML 2017).
    pub fn expected_error(&self) -> f64 {
        let n_words: usize = self.bins.iter().map(|bin| bin.n_words).sum();
        let apart: f64 = self.bins.iter().map(|bin| (bin.confidence - bin.n_right as f64).abs()).sum();
        100.0 * apart / n_words.max(1) as f64
    }
}

impl Evaluation {
    /// The recognized words by their confidence.
    pub fn reliability(&self) -> Reliability {
        let mut reliability = Reliability::default();
        self.for_each_word(|confidence, is_right| reliability.add(confidence, is_right));
        reliability
    }

    /// The calibration at `threshold`, 0 to 1: the window marks words of less confidence as doubtful.
    pub fn confidence_calibration(&self, threshold: f32) -> ConfidenceCalibration {
        let mut calibration = ConfidenceCalibration::default();
        self.for_each_word(|confidence, is_right| calibration.add(confidence, is_right, threshold));
        calibration
    }

    /// Tells every recognized word's confidence, and whether the truth has it at its place.
    fn for_each_word(&self, mut tell: impl FnMut(f32, bool)) {
        for line in &self.lines {
            let marked = mark_words(&line.hypothesis, &line.reference);
            let words = marked.iter().filter(|word| **word != MarkedWord::Missing);
            for (word, &confidence) in words.zip(&line.word_confidences) {
                tell(confidence, matches!(word, MarkedWord::Same(_)));
            }
        }
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
        // The bins of 0.9 and 0.95, 0.3 and 0.8 are 0.85, 0.3 and 0.2 apart from the truth.
        let reliability = evaluation.reliability();
        assert_eq!(reliability.bins[9].n_words, 2);
        assert!((reliability.expected_error() - 100.0 * (0.85 + 0.3 + 0.2) / 4.0).abs() < 1e-4);
        assert!(Evaluation::default().reliability().expected_error().abs() < 1e-9);
        assert!(Evaluation::default().confidence_calibration(0.85).percent_of_wrong().abs() < 1e-9);
    }
}
