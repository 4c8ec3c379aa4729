//! What a language model says of a network's labels, weighed against what the network says.

use std::sync::Arc;

use super::{CtcHypothesis, LabelPosteriors, LanguageModel, ctc_beam::LEAST_LOG_PROB, log_add};
use crate::page::{BLANK, CharacterSet};

/// How much the language counts against the network. Networks trained on sentences know some of it already, so it is
/// well below 1. Chosen on `iam-lines/valid`, where 0.2 to 0.4 differ by less than 0.3 points of CER.
const WEIGHT: f32 = 0.3;
/// What every character is worth, because a language model alone prefers short texts.
const CHARACTER_BONUS: f32 = 0.8;

/// How many words are none of the language, before anything is seen of them; on `iam-lines/valid`, where hardly any is,
/// 10⁻⁵ to 10⁻² differ by less than 0.1 points of CER. Without, "KYMA" becomes "KY MA".
const UNKNOWN_WORD: f32 = 1e-3;
/// What any character is worth in such a word, and its end: people write about ninety characters, and short words.
const UNKNOWN_CHARACTER: f32 = 0.01;
const UNKNOWN_WORD_END: f32 = 0.12;
/// Characters looked back on: longer words count by their end.
const LONGEST_HISTORY: usize = 32;

/// A language model, bound to the labels of a network.
#[derive(Clone, Debug)]
pub struct LanguageScorer {
    model: Arc<LanguageModel>,
    symbol_of_label: Vec<Option<u8>>,
    /// A line begins after a blank: where lines begin, words do.
    boundary: Option<u8>,
}

impl LanguageScorer {
    /// For a network with these characters.
    pub fn new(model: Arc<LanguageModel>, characters: &CharacterSet) -> Self {
        let symbol = |label| characters.character(label).and_then(|c| model.symbol(c));
        let symbol_of_label = (BLANK..characters.n_labels()).map(symbol).collect();
        Self { boundary: model.symbol(' '), symbol_of_label, model }
    }

    /// What `label` adds to the rank of the labels before it, which come last one first.
    pub(super) fn score(&self, labels_before: impl Iterator<Item = usize>, label: usize) -> f32 {
        let mut history = [0u8; LONGEST_HISTORY];
        let mut place = history.len();
        // A character that the language does not know ends what it can go by.
        let known = labels_before.map_while(|before| self.symbol(before)).chain(self.boundary);
        for symbol in known.take(LONGEST_HISTORY) {
            place -= 1;
            history[place] = symbol;
        }
        let (history, symbol) = (&history[place..], self.symbol(label));
        let unknown = if symbol.is_some() && symbol == self.boundary { UNKNOWN_WORD_END } else { UNKNOWN_CHARACTER };
        let part = self.unknown_part(history);
        WEIGHT * ((1.0 - part) * self.model.log_prob(self.last(history), symbol).exp() + part * unknown).ln()
            + CHARACTER_BONUS
    }

    /// How probable it is, after `history`, that the word under way is none of the language: a name, an address, code.
    /// By Bayes' rule from how probable its characters so far are as a word of the language, and as anything.
    fn unknown_part(&self, history: &[u8]) -> f32 {
        let start = history.iter().rposition(|&symbol| Some(symbol) == self.boundary).map_or(0, |space| space + 1);
        let log_odds: f32 = (start..history.len())
            .map(|i| UNKNOWN_CHARACTER.ln() - self.model.log_prob(self.last(&history[..i]), Some(history[i])))
            .sum();
        let odds = UNKNOWN_WORD / (1.0 - UNKNOWN_WORD) * log_odds.exp();
        if odds.is_finite() { odds / (1.0 + odds) } else { 1.0 }
    }

    fn last<'a>(&self, history: &'a [u8]) -> &'a [u8] {
        &history[history.len().saturating_sub(self.model.history_len())..]
    }

    /// What the language adds to the rank of a whole labelling.
    pub(super) fn score_of(&self, labels: &[usize]) -> f32 {
        (0..labels.len()).map(|end| self.score(labels[..end].iter().rev().copied(), labels[end])).sum()
    }

    /// Makes each label's confidence its share of what its clearest frame may say, network and language weighed as in
    /// the search: a letter that only one word allows is sure although the pen left it open.
    pub(super) fn weigh_confidences(&self, hypothesis: &mut CtcHypothesis, posteriors: &LabelPosteriors) {
        let frames: Vec<&[f32]> = posteriors.frames().collect();
        let labels: Vec<usize> = hypothesis.labels.iter().map(|decoded| decoded.label).collect();
        for (index, decoded) in hypothesis.labels.iter_mut().enumerate() {
            let by_label = |a: &&&[f32], b: &&&[f32]| a[decoded.label].total_cmp(&b[decoded.label]);
            let Some(frame) = frames[decoded.frames.clone()].iter().max_by(by_label) else { continue };
            let rank = |label: usize| match label {
                BLANK => frame[BLANK],
                label => frame[label] + self.score(labels[..index].iter().rev().copied(), label),
            };
            let others = (0..frame.len()).filter(|&label| label != decoded.label && frame[label] > LEAST_LOG_PROB);
            let own = rank(decoded.label);
            let total = others.fold(own, |total, label| log_add(total, rank(label)));
            decoded.confidence = (own - total).exp().clamp(0.0, 1.0);
        }
    }

    fn symbol(&self, label: usize) -> Option<u8> {
        self.symbol_of_label.get(label).copied().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recognition::{CtcDecoder, LabelPosteriors};

    /// "th" for sure, then `c` or `e` with these probabilities.
    fn posteriors(c: f32, e: f32) -> LabelPosteriors {
        let set = CharacterSet::ascii();
        let label = |character| set.label(character).unwrap();
        let frame = |probs: &[(usize, f32)]| {
            let mut frame = vec![1e-6f32; set.n_labels()];
            for &(label, prob) in probs {
                frame[label] = prob;
            }
            frame.into_iter().map(f32::ln).collect::<Vec<f32>>()
        };
        let rows =
            [frame(&[(label('t'), 0.99)]), frame(&[(label('h'), 0.99)]), frame(&[(label('c'), c), (label('e'), e)])];
        LabelPosteriors { log_probs: rows.concat(), n_labels: set.n_labels() }
    }

    fn read(decoder: &CtcDecoder, posteriors: &LabelPosteriors) -> String {
        let set = CharacterSet::ascii();
        decoder.decode(posteriors).labels.iter().filter_map(|decoded| set.character(decoded.label)).collect()
    }

    #[test]
    fn the_language_decides_where_the_network_is_unsure_and_only_there() {
        let english = CtcDecoder::english(&CharacterSet::ascii());
        assert_eq!(read(&CtcDecoder::Greedy, &posteriors(0.55, 0.4)), "thc");
        assert_eq!(read(&english, &posteriors(0.55, 0.4)), "the");
        assert_eq!(read(&english, &posteriors(0.99, 0.001)), "thc");
    }

    #[test]
    fn what_is_no_word_of_the_language_costs_no_more_than_any_characters() {
        let set = CharacterSet::ascii();
        let scorer = LanguageScorer::new(LanguageModel::english(), &set);
        let score = |text: &str| scorer.score_of(&text.chars().filter_map(|c| set.label(c)).collect::<Vec<_>>());
        for word in ["xq9_zvk", "KYMA", "API_SALESORDER_SRV", "server.js"] {
            let n = word.len() as f32;
            let as_any = WEIGHT * (UNKNOWN_WORD.ln() + n * UNKNOWN_CHARACTER.ln()) + n * CHARACTER_BONUS;
            assert!(score(word) >= as_any - 1e-3, "{word}: {} {as_any}", score(word));
        }
        assert!(score("the house") > score("thehouse") && score("the house") > score("tqe house") + 1.0);
    }

    #[test]
    fn a_labelling_scores_the_same_at_once_and_label_by_label() {
        let set = CharacterSet::ascii();
        let scorer = LanguageScorer::new(LanguageModel::english(), &set);
        let labels: Vec<usize> = "under the  table".chars().filter_map(|c| set.label(c)).collect();
        let mut sum = 0.0;
        for (index, &label) in labels.iter().enumerate() {
            sum += scorer.score(labels[..index].iter().rev().copied(), label);
        }
        assert!((sum - scorer.score_of(&labels)).abs() < 1e-4);
        let misspelt: Vec<usize> = "undqr the  table".chars().filter_map(|c| set.label(c)).collect();
        assert!(scorer.score_of(&misspelt) < sum);
    }
}
