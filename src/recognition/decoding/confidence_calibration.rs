//! Calibration: confidences that are right as often as they say.
//!
//! The share of a beam that agrees with a word is overconfident of what it is nearly sure of, and underconfident of
//! what it doubts: hypotheses that left the beam count for nothing. Platt scaling (Platt, "Probabilistic Outputs for
//! Support Vector Machines", 1999; Guo et al., "On Calibration of Modern Neural Networks", ICML 2017) of the words' log
//! odds mends both.

use super::{ctc::CtcHypothesis, tuning::ConfidenceTuning};
use crate::page::word_places;

/// Confidences are kept this far from 0 and 1, where log odds are infinite.
const LEAST: f32 = 1e-5;

/// Scales the confidences of each word's labels so that their product is the word's calibrated confidence; `space`
/// separates words and keeps its own.
pub(crate) fn calibrate(read: &mut CtcHypothesis, space: usize, tuning: ConfidenceTuning) {
    for place in word_places(&read.labels, |decoded| decoded.label == space) {
        let labels = &mut read.labels[place];
        let raw = labels.iter().map(|decoded| decoded.confidence).product::<f32>().clamp(LEAST, 1.0 - LEAST);
        let exponent = calibrated(raw, tuning).ln() / raw.ln();
        for decoded in labels {
            decoded.confidence = decoded.confidence.clamp(LEAST, 1.0 - LEAST / 100.0).powf(exponent);
        }
    }
}

/// The probability that a word of this raw confidence, within 0 to 1, is right.
fn calibrated(raw: f32, tuning: ConfidenceTuning) -> f32 {
    let log_odds = (raw / (1.0 - raw)).ln();
    1.0 / (1.0 + (-(tuning.slope * log_odds + tuning.shift)).exp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recognition::decoding::ctc::DecodedLabel;

    const SPACE: usize = 1;

    fn read(labels: &[(usize, f32)]) -> CtcHypothesis {
        let label =
            |(at, &(label, confidence)): (usize, &(usize, f32))| DecodedLabel { label, frames: at..at + 1, confidence };
        CtcHypothesis { labels: labels.iter().enumerate().map(label).collect(), ..CtcHypothesis::default() }
    }

    #[test]
    fn a_word_s_labels_multiply_to_its_calibrated_confidence_and_spaces_stay() {
        let tuning = ConfidenceTuning { slope: 0.5, shift: -0.2 };
        let mut line = read(&[(5, 0.9), (6, 0.8), (SPACE, 0.7), (7, 0.1), (8, 0.0), (SPACE, 1.0), (9, 1.0)]);
        calibrate(&mut line, SPACE, tuning);
        let confidences: Vec<f32> = line.labels.iter().map(|decoded| decoded.confidence).collect();
        assert!((confidences[0] * confidences[1] - calibrated(0.72, tuning)).abs() < 1e-4);
        assert!((confidences[2] - 0.7).abs() < 1e-6 && (confidences[5] - 1.0).abs() < 1e-6);
        assert!(confidences[3] * confidences[4] < 0.02 && confidences.iter().all(|c| (0.0..=1.0).contains(c)));
        assert!((0.95..1.0).contains(&confidences[6]), "nothing is certain: {}", confidences[6]);
    }

    #[test]
    fn surer_words_stay_surer_and_without_tuning_all_stay() {
        let plain = ConfidenceTuning { slope: 1.0, shift: 0.0 };
        let mut last = 0.0;
        for step in 1..100 {
            let raw = step as f32 / 100.0;
            assert!((calibrated(raw, plain) - raw).abs() < 1e-5);
            let now = calibrated(raw, ConfidenceTuning::default());
            assert!(now > last, "{raw}: {now} after {last}");
            last = now;
        }
    }
}
