//! The score of a network's labels by the language models and the word list: what the search adds to log p(network).

use std::sync::Arc;

use super::{
    ngram_model::{LanguageModel, NgramContext, UNKNOWN},
    recurrent_model::RecurrentLanguageModel,
    tuning::LanguageTuning,
    word_list::{WordList, WordPrefix},
};
use crate::page::{BLANK, CharacterSet, ascii_like};

/// A value for each kind of word: ordinary, in capitals, unknown to the language (a name, an address, code), or one of
/// the user's own words. Either the probability of the kind, or that of some characters in a word of the kind.
#[derive(Clone, Copy, Debug)]
struct WordKinds {
    ordinary: f32,
    capitals: f32,
    unknown: f32,
    own: f32,
}

impl WordKinds {
    /// The prior of a line's first word: as after an ordinary one.
    fn at_start(tuning: &LanguageTuning, own: f32) -> Self {
        Self { ordinary: 1.0, capitals: 0.0, unknown: 0.0, own: 0.0 }.prior_of_next(tuning, own)
    }

    /// The prior of the next word, given the probabilities of this one's kinds, where `own` is that of own words.
    fn prior_of_next(&self, tuning: &LanguageTuning, own: f32) -> Self {
        let again = |first: f32, again: f32, before: f32| first + before * (again - first);
        let capitals = again(tuning.capitals, tuning.capitals_again, self.capitals);
        let unknown = again(tuning.unknown_word, tuning.unknown_word_again, self.unknown);
        Self { ordinary: 1.0 - capitals - unknown - own, capitals, unknown, own }
    }

    /// The probability of characters that have the probabilities `seen` in each kind of word.
    fn probability(&self, seen: &Self) -> f32 {
        self.ordinary * seen.ordinary
            + self.capitals * seen.capitals
            + self.unknown * seen.unknown
            + self.own * seen.own
    }

    /// The posterior of the kinds after those characters, by Bayes' rule.
    fn posterior(&self, seen: &Self) -> Self {
        let total = self.probability(seen);
        Self {
            ordinary: self.ordinary * seen.ordinary / total,
            capitals: self.capitals * seen.capitals / total,
            unknown: self.unknown * seen.unknown / total,
            own: self.own * seen.own / total,
        }
    }
}

/// The language model's state after some labels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LanguageState {
    context: NgramContext,
    /// The same with all letters small, where that differs.
    small: Option<NgramContext>,
    /// The probabilities of the current word's kinds.
    kinds: WordKinds,
    /// The current word's letters; `None` if no listed word begins with them.
    letters: Option<WordPrefix>,
    /// The current word's characters; `None` if none of the user's own words begins with them.
    own: Option<WordPrefix>,
}

/// A symbol in the n-gram model, and the contexts of [`LanguageState`] after it.
#[derive(Clone, Copy)]
struct NextContext {
    log_prob: f32,
    /// `None` for a small letter.
    log_prob_in_capitals: Option<f32>,
    context: NgramContext,
    small: Option<NgramContext>,
}

/// The language models, bound to the labels of a network.
#[derive(Clone, Debug)]
pub struct LanguageScorer {
    model: Arc<LanguageModel>,
    words: Arc<WordList>,
    /// The user's own words, with which the language model is not bound to know.
    own_words: Arc<WordList>,
    /// Rescores whole hypotheses, where given.
    recurrent: Option<Arc<RecurrentLanguageModel>>,
    /// The n-gram model's symbol of each label, `[label]`.
    symbol_of_label: Vec<Option<u8>>,
    /// The recurrent model's symbol of each label, `[label]`.
    recurrent_symbol_of_label: Vec<Option<u8>>,
    /// The symbol that each symbol stands for in a word in capitals, `[symbol]`: a capital's small letter; none for a
    /// small letter.
    in_capitals: Vec<Option<u8>>,
    /// The symbol of a space, which separates words and precedes a line.
    boundary: Option<u8>,
    tuning: LanguageTuning,
}

impl LanguageScorer {
    /// A scorer for a network with these characters, without a recurrent model.
    pub fn new(model: Arc<LanguageModel>, words: Arc<WordList>, characters: &CharacterSet) -> Self {
        // The models know ASCII: "é" has the probability of "e", so that the network alone tells the two apart.
        let of_labels = || (BLANK..characters.n_labels()).map(|label| ascii_like(characters.character(label)?));
        let symbol_of_label = of_labels().map(|c| c.and_then(|c| model.symbol(c))).collect();
        let recurrent_symbol_of_label = of_labels().map(|c| c.and_then(RecurrentLanguageModel::symbol)).collect();
        let in_capitals = |c: &char| if c.is_ascii_lowercase() { None } else { model.symbol(c.to_ascii_lowercase()) };
        let in_capitals = model.characters.iter().map(in_capitals).collect();
        let (boundary, recurrent) = (model.symbol(' '), None);
        Self {
            model,
            words,
            own_words: Arc::default(),
            recurrent,
            symbol_of_label,
            recurrent_symbol_of_label,
            in_capitals,
            boundary,
            tuning: LanguageTuning::default(),
        }
    }

    /// Rescores whole hypotheses with `recurrent`, where given.
    #[must_use]
    pub fn with_recurrent(self, recurrent: Option<Arc<RecurrentLanguageModel>>) -> Self {
        Self { recurrent, ..self }
    }

    /// With words of the user's own, such as names, each as probable as the others.
    #[must_use]
    pub fn with_own_words(self, own_words: Arc<WordList>) -> Self {
        Self { own_words, ..self }
    }

    /// With other weights.
    #[must_use]
    pub fn with_tuning(self, tuning: LanguageTuning) -> Self {
        Self { tuning, ..self }
    }

    /// The state before the first label, or after one without a symbol: as after a space.
    pub(crate) fn start(&self) -> LanguageState {
        let (nothing, kinds) = (NgramContext::EMPTY, WordKinds::at_start(&self.tuning, self.own_prior()));
        let context = self.boundary.map_or(nothing, |symbol| self.model.next(&nothing, symbol).1);
        let (letters, own) = (Some(self.words.any()), Some(self.own_words.any()));
        LanguageState { context, small: None, kinds, letters, own }
    }

    /// The state after these labels of a line.
    pub(crate) fn after(&self, labels: &[usize]) -> LanguageState {
        labels.iter().fold(self.start(), |state, &label| self.next(&state, label).1)
    }

    /// The score of `label` after the labels of `before`, in nats, and the state after it.
    pub(crate) fn next(&self, before: &LanguageState, label: usize) -> (f32, LanguageState) {
        self.next_with(before, label, None)
    }

    /// The same, given the recurrent model's log-probability of `label`.
    fn next_with(&self, before: &LanguageState, label: usize, recurrent: Option<f32>) -> (f32, LanguageState) {
        let symbol = self.symbol(label);
        let is_end = symbol.is_some() && symbol == self.boundary;
        let (letters, listed) = self.spelt(before.letters, symbol);
        let next = symbol.map(|symbol| self.next_context(before, symbol));
        let by_ngrams = next.map_or(UNKNOWN, |next| next.log_prob);
        let by_both = symbol
            .and(recurrent)
            .map_or(by_ngrams, |recurrent| by_ngrams + self.tuning.recurrent_share * (recurrent - by_ngrams));
        let in_capitals = next.and_then(|next| next.log_prob_in_capitals).map_or(0.0, f32::exp);
        let (own, share_of_own) = self.spelt_as_own(before.own, symbol, by_both.exp());
        let seen = WordKinds {
            own: share_of_own,
            ordinary: listed * by_both.exp(),
            capitals: listed * in_capitals,
            unknown: if is_end { self.tuning.unknown_word_end } else { self.tuning.unknown_character },
        };
        let (weight, bonus) = self.weight_and_bonus(symbol);
        let score = weight * before.kinds.probability(&seen).ln() + bonus;
        let Some(NextContext { context, small, .. }) = next else { return (score, self.start()) };
        let kinds = before.kinds.posterior(&seen);
        let kinds = if is_end { kinds.prior_of_next(&self.tuning, self.own_prior()) } else { kinds };
        (score, LanguageState { context, small, kinds, letters, own })
    }

    /// The probability of `symbol` as it is and in a word in capitals, where it is that of its small letter after small
    /// letters; and the contexts after it.
    fn next_context(&self, before: &LanguageState, symbol: u8) -> NextContext {
        let (log_prob, context) = self.model.next(&before.context, symbol);
        let in_capitals = self.in_capitals[usize::from(symbol)];
        let small_symbol = in_capitals.unwrap_or(symbol);
        let (small_log_prob, small) = if before.small.is_none() && small_symbol == symbol {
            (log_prob, context)
        } else {
            self.model.next(&before.small.unwrap_or(before.context), small_symbol)
        };
        let log_prob_in_capitals = in_capitals.map(|_| small_log_prob);
        NextContext { log_prob, log_prob_in_capitals, context, small: Some(small).filter(|small| *small != context) }
    }

    /// The highest score that [`LanguageScorer::next`] may give to `label`, in nats.
    pub(crate) fn highest(&self, label: usize) -> f32 {
        // No probability is above 1.
        self.weight_and_bonus(self.symbol(label)).1
    }

    fn weight_and_bonus(&self, symbol: Option<u8>) -> (f32, f32) {
        let is_punctuation =
            symbol.is_some_and(|symbol| self.model.characters[usize::from(symbol)].is_ascii_punctuation());
        let LanguageTuning { weight, character_bonus, punctuation_weight, punctuation_bonus, .. } = self.tuning;
        if is_punctuation { (punctuation_weight, punctuation_bonus) } else { (weight, character_bonus) }
    }

    /// The score of these labels and the line's end after them, in nats.
    pub(crate) fn ending(&self, last: &LanguageState, labels: &[usize]) -> f32 {
        let (mut state, mut score) = (*last, 0.0);
        for &label in labels {
            let added;
            (added, state) = self.next(&state, label);
            score += added;
        }
        score + self.at_end(&state)
    }

    /// The score of the line's end after the labels of `last`, in nats: the last word may not be in the list.
    pub(crate) fn at_end(&self, last: &LanguageState) -> f32 {
        let listed = self.spelt(last.letters, self.boundary).1;
        let own = self.spelt_as_own(last.own, self.boundary, 1.0).1;
        let seen = WordKinds { ordinary: listed, capitals: listed, unknown: 1.0, own };
        self.tuning.weight * last.kinds.probability(&seen).ln()
    }

    /// The current word's letters after `symbol`, and the factor of its probability: below 1 where `symbol` takes it
    /// out of the list, or ends it unlisted.
    fn spelt(&self, letters: Option<WordPrefix>, symbol: Option<u8>) -> (Option<WordPrefix>, f32) {
        let character = symbol.map_or(' ', |symbol| self.model.characters[usize::from(symbol)]);
        let Some(before) = letters else {
            return (if character.is_ascii_alphabetic() { None } else { Some(self.words.any()) }, 1.0);
        };
        if character.is_ascii_alphabetic() {
            let letters = self.words.extended(before, character as u8);
            return (letters, if letters.is_some() { 1.0 } else { self.tuning.unlisted_word });
        }
        let is_listed = before.is_empty() || self.words.is_word(before);
        (Some(self.words.any()), if is_listed { 1.0 } else { self.tuning.unlisted_word })
    }

    /// The prior probability of an own word; 0 where there are none.
    fn own_prior(&self) -> f32 {
        if self.own_words.is_empty() { 0.0 } else { self.tuning.own_word }
    }

    /// The current word's characters after `symbol`, and the probability of `symbol` in an own word: the share of those
    /// own words that go on so. What follows a whole own word, such as a comma, has its probability in the language.
    fn spelt_as_own(
        &self,
        before: Option<WordPrefix>,
        symbol: Option<u8>,
        by_language: f32,
    ) -> (Option<WordPrefix>, f32) {
        let is_end = symbol.is_none() || symbol == self.boundary;
        let anew = Some(self.own_words.any());
        let Some(before) = before else { return (anew.filter(|_| is_end), 0.0) };
        let character = symbol.map_or(' ', |symbol| self.model.characters[usize::from(symbol)]);
        let next = if is_end { None } else { self.own_words.extended(before, character as u8) };
        if let Some(next) = next {
            return (Some(next), next.n_words() as f32 / before.n_words() as f32);
        }
        let ends_word = self.own_words.is_word(before);
        let share = if ends_word { 1.0 / before.n_words() as f32 } else { f32::from(u8::from(before.is_empty())) };
        match (is_end, character.is_ascii_punctuation()) {
            (true, _) => (anew, if ends_word { share } else { share * by_language }),
            (false, true) => (anew.filter(|_| share > 0.0), share * by_language),
            (false, false) => (None, 0.0),
        }
    }

    /// The score of a whole labelling with the line's end, in nats, by n-grams without the recurrent model.
    pub(crate) fn ngram_score(&self, labels: &[usize]) -> f32 {
        self.score_with(labels, &[])
    }

    /// The scores of some labellings, in nats, with the recurrent model where there is one: slower, and better.
    pub(crate) fn recurrent_scores(&self, labellings: &[Vec<usize>]) -> Vec<f32> {
        let Some(recurrent) = &self.recurrent else {
            return labellings.iter().map(|labels| self.ngram_score(labels)).collect();
        };
        // A character that the recurrent model lacks becomes a space.
        let symbol = |&label: &usize| self.recurrent_symbol_of_label.get(label).copied().flatten();
        let texts: Vec<Vec<u8>> = (labellings.iter())
            .map(|labels| {
                labels.iter().map(|label| symbol(label).unwrap_or(RecurrentLanguageModel::BOUNDARY)).collect()
            })
            .collect();
        let log_probs = recurrent.log_probs(&texts);
        labellings.iter().zip(&log_probs).map(|(labels, log_probs)| self.score_with(labels, log_probs)).collect()
    }

    /// The score of a labelling, given the recurrent model's log-probability of each label, or none.
    fn score_with(&self, labels: &[usize], recurrent: &[f32]) -> f32 {
        let mut state = self.start();
        let mut score = 0.0;
        for (place, &label) in labels.iter().enumerate() {
            let added;
            (added, state) = self.next_with(&state, label, recurrent.get(place).copied());
            score += added;
        }
        score + self.at_end(&state)
    }

    fn symbol(&self, label: usize) -> Option<u8> {
        self.symbol_of_label.get(label).copied().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recognition::{decoding::decoder::CtcDecoder, engine::line_model::LabelPosteriors};

    /// "th" with certainty, then `c` or `e` with these probabilities.
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
        assert_eq!(read(&english, &posteriors(0.999, 0.0005)), "thc");
    }

    #[test]
    fn a_letter_that_only_one_word_allows_is_sure_although_the_pen_left_it_open() {
        let sure_of_last = |decoder: &CtcDecoder| decoder.decode(&posteriors(0.4, 0.55)).labels[2].confidence;
        let (seen, known) = (CtcDecoder::DEFAULT_BEAM, CtcDecoder::english(&CharacterSet::ascii()));
        assert!(
            sure_of_last(&seen) < 0.7 && sure_of_last(&known) > 0.9,
            "{} {}",
            sure_of_last(&seen),
            sure_of_last(&known)
        );
    }

    #[test]
    fn what_is_no_word_of_the_language_costs_no_more_than_any_characters() {
        let set = CharacterSet::ascii();
        let scorer = LanguageScorer::new(LanguageModel::english(), WordList::english(), &set);
        let score = |text: &str| scorer.ngram_score(&text.chars().filter_map(|c| set.label(c)).collect::<Vec<_>>());
        for word in ["xq9_zvk", "KYMA", "API_SALESORDER_SRV", "server.js"] {
            let n = word.len() as f32;
            let LanguageTuning { weight, character_bonus, unknown_word, unknown_character, .. } =
                LanguageTuning::default();
            let as_any = weight * (unknown_word.ln() + n * unknown_character.ln()) + n * character_bonus;
            assert!(score(word) >= as_any - 1e-3, "{word}: {} {as_any}", score(word));
        }
        assert!(score("the house") > score("thehouse") && score("the house") > score("tqe house") + 1.0);
    }

    #[test]
    fn words_of_the_language_are_known_in_capitals_too() {
        let set = CharacterSet::ascii();
        let scorer = LanguageScorer::new(LanguageModel::english(), WordList::english(), &set);
        let score = |text: &str| scorer.ngram_score(&text.chars().filter_map(|c| set.label(c)).collect::<Vec<_>>());
        assert!(score("MAINTAIN SERVICE") > score("MAINTR IN SERVIS") + 1.0);
        assert!(score("NET AMOUNT") > score("NEP AMOUNT") && score("(BASE)") > score("(BXSE)"));
        // Capitals make further capitals more probable.
        assert!(score("REQUEST HOUSE") > score("REQUEST house") && score("request house") > score("request HOUSE"));
        assert!(score("request house") > score("ReQUest house"));
    }

    #[test]
    fn letters_that_are_no_listed_word_score_less_within_a_line_and_at_its_end() {
        let set = CharacterSet::ascii();
        let labels = |text: &str| text.chars().filter_map(|c| set.label(c)).collect::<Vec<usize>>();
        let words = |words: &[&'static str]| Arc::new(WordList::from_words(words.iter().copied()));
        let scorer = |words| LanguageScorer::new(LanguageModel::english(), words, &set);
        let [with, without] = [words(&["some", "rare", "birds"]), words(&["some", "birds"])].map(scorer);
        let cost = |text: &str| with.ngram_score(&labels(text)) - without.ngram_score(&labels(text));
        assert!(cost("some rare birds") > 1.0 && cost("some birds").abs() < 1e-4);
        let end = |scorer: &LanguageScorer, text: &str| {
            let after = |state: LanguageState, label: usize| scorer.next(&state, label).1;
            scorer.at_end(&labels(text).into_iter().fold(scorer.start(), after))
        };
        assert!(end(&with, "some rar") < -1.0 && end(&with, "some rare").abs() < 0.1);
    }

    #[test]
    fn own_words_are_more_probable_than_other_unknown_ones_and_cost_the_others_little() {
        let set = CharacterSet::ascii();
        let labels = |text: &str| text.chars().filter_map(|c| set.label(c)).collect::<Vec<usize>>();
        let plain = LanguageScorer::new(LanguageModel::english(), WordList::english(), &set);
        let own = WordList::from_words(["Szczepanik", "Szczygiel", "O'Malley", "K-7"].into_iter());
        let scorer = plain.clone().with_own_words(Arc::new(own));
        let gain = |text: &str| scorer.ngram_score(&labels(text)) - plain.ngram_score(&labels(text));
        for text in ["Szczepanik", "ask Szczygiel, please", "O'Malley said (K-7)", "SZCZEPANIK."] {
            assert!(gain(text) > 2.0, "{text}: {}", gain(text));
        }
        for text in ["ask the others, please", "Szczep", "Szczepanika", "O'Mall"] {
            assert!(gain(text).abs() < 1.5, "{text}: {}", gain(text));
        }
        assert!(scorer.ngram_score(&labels("Szczepanik")) > scorer.ngram_score(&labels("Szczepauik")) + 2.0);
    }

    #[test]
    fn a_misspelt_word_scores_less_and_an_unknown_character_begins_anew() {
        let set = CharacterSet::ascii();
        let scorer = LanguageScorer::new(LanguageModel::english(), WordList::english(), &set);
        let labels = |text: &str| text.chars().filter_map(|c| set.label(c)).collect::<Vec<usize>>();
        assert!(scorer.ngram_score(&labels("undqr the  table")) < scorer.ngram_score(&labels("under the  table")));
        let unknown = [labels("xqz"), vec![set.n_labels()], labels("table")].concat();
        let parts = scorer.ngram_score(&unknown[..4]) + scorer.ngram_score(&labels("table"));
        assert!((scorer.ngram_score(&unknown) - parts).abs() < 1e-4);
    }
}
