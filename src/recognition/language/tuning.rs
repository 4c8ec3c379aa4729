//! The tuned weights of the language model in the decoder's score.

use serde::Deserialize;

/// Weights, bonuses and prior probabilities of the language score.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LanguageTuning {
    /// Factor of log p(English) against log p(network). Below 1, because a network trained on sentences has learnt some
    /// of the language already. Chosen with `character_bonus` on `valid-2`, `iam-lines/valid`, hdBPMN valid and the
    /// photos with version 0.13.0 of the student: 0.45 and 1.1 read them at 2.93, 1.93 and 7.25 % CER and find 86.2 %
    /// of the photos' words; 0.5 and 1.3 at 2.93, 1.89 and 7.21 % and 85.8 %; 0.55 and 1.5 at 2.83, 1.88 and 7.19 % and
    /// 85.1 %.
    pub weight: f32,
    /// Nats added per character, since a language model alone prefers short texts. Chosen with `weight`.
    pub character_bonus: f32,
    /// `weight` for punctuation: strokes, not language, show where a stop or a quote stands. Chosen with `weight`.
    pub punctuation_weight: f32,
    /// `character_bonus` for punctuation. Chosen with `weight`.
    pub punctuation_bonus: f32,
    /// Prior probability that a word is unknown, after a known one. On `iam-lines/valid`, where hardly any word is
    /// unknown, 10⁻⁵ to 10⁻² differ by less than 0.1 points of CER; without it, "KYMA" becomes "KY MA".
    pub unknown_word: f32,
    /// The same after an unknown word: names, codes and addresses stand together. No measurement recorded.
    pub unknown_word_again: f32,
    /// Probability of each character of an unknown word: texts use about ninety characters.
    pub unknown_character: f32,
    /// Probability that an unknown word ends after a character: a mean length of eight. No measurement recorded.
    pub unknown_word_end: f32,
    /// Prior probability that a word is in capitals, as on boards and forms, after one that is not. The texts of the
    /// language model hold few such words. No measurement recorded.
    pub capitals: f32,
    /// The same after a word in capitals. No measurement recorded.
    pub capitals_again: f32,
    /// Prior probability that a word is one of the user's own, where there are any. No measurement recorded.
    pub own_word: f32,
    /// Factor of the probability of a word that is not in the word list: to n-grams alone, "rabe" is almost as probable
    /// as "rare". With it, `iam-lines/valid` goes from 2.70 to 2.56 % CER, the words of the photos from 78.3 to 79.0 %.
    pub unlisted_word: f32,
    /// Share of the recurrent model against the n-grams, 0 to 1, in a mean of their logarithms. On `iam-lines/valid`
    /// 0.5 and 0.7 read alike. A mean of probabilities reads worse: it follows the more lenient model for letters that
    /// are no word.
    pub recurrent_share: f32,
}

impl Default for LanguageTuning {
    fn default() -> Self {
        Self {
            weight: 0.5,
            character_bonus: 1.3,
            punctuation_weight: 0.2,
            punctuation_bonus: 0.6,
            unknown_word: 0.02,
            unknown_word_again: 0.3,
            own_word: 0.03,
            unknown_character: 0.01,
            unknown_word_end: 0.12,
            capitals: 0.02,
            capitals_again: 0.8,
            unlisted_word: 0.05,
            recurrent_share: 0.6,
        }
    }
}
