//! The tuned numbers of the decoder that reads pages. `longhand evaluate --decoder-tuning FILE` measures others without
//! a rebuild.

use serde::Deserialize;

use crate::recognition::language::tuning::LanguageTuning;

/// All tuned numbers of a decoder with a language model. In a file, fields that are left out keep their defaults.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DecoderTuning {
    /// The prefix beam search.
    pub search: SearchTuning,
    /// Second views of lines, and the rescoring of their hypotheses.
    pub views: ViewTuning,
    /// The calibration of confidences.
    pub confidence: ConfidenceTuning,
    /// The weights of the language model.
    pub language: LanguageTuning,
}

/// The tuned numbers of the prefix beam search.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SearchTuning {
    /// Prefixes kept after every frame. A greater width costs time in proportion. No measurement recorded.
    pub width: usize,
    /// Natural logarithm of a label's posterior below which it starts no prefix in a frame: about one in 1,100, which
    /// leaves few labels a frame. No measurement recorded.
    pub min_log_prob: f32,
    /// Frames after a label at whose end the beam decides on the label's confidence: about a word. Prefixes that differ
    /// earlier have left the beam by then. Introduced with the confidences of words, measured together with them on
    /// `iam-lines/valid`; no measurement of the value alone is recorded.
    pub lookahead: usize,
}

impl Default for SearchTuning {
    fn default() -> Self {
        Self { width: 24, min_log_prob: -7.0, lookahead: 30 }
    }
}

/// The tuned numbers of second views.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ViewTuning {
    /// Confidence of a word, 0 to 1, below which second views are taken of it and of the words beside it. With 0.9 and
    /// 6 hypotheses, `iam-lines/valid` is read at 1.82 % CER and 8.25 % WER, `valid-2` at 2.82 and 9.47 %; with second
    /// views of whole lines under 0.95 and 12 hypotheses, which take longer, at 1.82 and 8.13 %, 2.81 and 9.44 %.
    pub min_confidence: f32,
    /// Best hypotheses of each view that compete, chosen with `min_confidence`.
    pub n_best: usize,
    /// Hypotheses of a line that the recurrent language model rescores at most. Bounds the time; its effect on the
    /// error rate is not recorded.
    pub n_rescored: usize,
    /// Nats behind the best hypothesis beyond which none is rescored: they hardly ever win. Bounds the time; its effect
    /// on the error rate is not recorded.
    pub rescoring_margin: f32,
}

impl Default for ViewTuning {
    fn default() -> Self {
        Self { min_confidence: 0.9, n_best: 6, n_rescored: 12, rescoring_margin: 4.0 }
    }
}

/// The calibration of words' confidences: their log odds become `slope` times as large plus `shift`. The pair lies
/// between the two that, of five, gave the least expected calibration errors on `iam-lines/valid-2` and the valid
/// labels of hdBPMN: 0.55 and 0, 0.6 and 0.2.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ConfidenceTuning {
    /// Factor on the log odds.
    pub slope: f32,
    /// Log odds added, in nats.
    pub shift: f32,
}

impl Default for ConfidenceTuning {
    fn default() -> Self {
        Self { slope: 0.6, shift: 0.1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_leaves_out_stays_and_what_is_unknown_is_refused() {
        let tuning: DecoderTuning = toml::from_str("[search]\nwidth = 8\n[language]\nweight = 0.5\n").unwrap();
        assert_eq!(tuning.search, SearchTuning { width: 8, ..SearchTuning::default() });
        assert_eq!(tuning.language, LanguageTuning { weight: 0.5, ..LanguageTuning::default() });
        assert_eq!(tuning.views, ViewTuning::default());
        assert!(toml::from_str::<DecoderTuning>("[search]\nwide = 8\n").is_err());
    }
}
