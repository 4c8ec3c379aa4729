//! What a language model says of a network's labels, weighed against what the network says.

use std::sync::Arc;

use super::{
    ngram_model::LanguageModel,
    recurrent_model::RecurrentLanguageModel,
    word_list::{WordList, WordPrefix},
};
use crate::page::{BLANK, CharacterSet};

/// How much the language counts against the network. Networks trained on sentences know some of it already, so it is
/// well below 1. Chosen with version 0.8 of the student on `iam-lines/valid` and the photos: from 0.45 to 0.55 the former
/// differ by 0.05 points of CER, the latter lose a word in a hundred.
const WEIGHT: f32 = 0.45;
/// What every character is worth, because a language model alone prefers short texts.
const CHARACTER_BONUS: f32 = 1.1;
/// The same two of punctuation: where a stop or a quote stands is the pen's to tell, a language only knows where one may.
/// Chosen likewise.
const PUNCTUATION_WEIGHT: f32 = 0.2;
const PUNCTUATION_BONUS: f32 = 0.6;

/// How many words are none of the language, before anything is seen of them, after one that is of it and after one that
/// is not: names, codes and addresses stand together. On `iam-lines/valid`, where hardly any is, 10⁻⁵ to 10⁻² differ by
/// less than 0.1 points of CER. Without, "KYMA" becomes "KY MA".
const UNKNOWN_WORD: f32 = 0.02;
const UNKNOWN_WORD_AGAIN: f32 = 0.3;
/// What any character is worth in such a word, and its end: people write about ninety characters, and short words.
const UNKNOWN_CHARACTER: f32 = 0.01;
const UNKNOWN_WORD_END: f32 = 0.12;
/// How many words are in capitals, as on boards and forms, after one that is not and after one that is. The texts of a
/// language hold few, so that without this its words in capitals count as none of it.
const CAPITALS: f32 = 0.02;
const CAPITALS_AGAIN: f32 = 0.8;
/// What a word counts whose letters are in no list of words, against one whose letters are: the language model alone takes
/// "rabe" for nearly as English as "rare".
const UNLISTED_WORD: f32 = 0.05;
/// What the recurrent model counts against the n-grams, where it was asked, between their logarithms. On `iam-lines/valid` a
/// half and seven tenths read alike. A mean of the probabilities themselves reads worse: it takes the kinder model's word
/// for letters that are no word.
const RECURRENT_SHARE: f32 = 0.6;
/// Characters that are remembered: more than models of characters look back on.
const LONGEST_HISTORY: usize = 16;

/// What a word may be: an ordinary one of the language, one in capitals, or none of it (a name, an address, code).
#[derive(Clone, Copy, Debug)]
struct WordKinds {
    ordinary: f32,
    capitals: f32,
    unknown: f32,
}

impl WordKinds {
    /// Before the first word of a line, as if after an ordinary one.
    fn at_start() -> Self {
        Self { ordinary: 1.0, capitals: 0.0, unknown: 0.0 }.expected_next()
    }

    /// Before anything is seen of a word, where the one before was of each kind with these probabilities.
    fn expected_next(&self) -> Self {
        let capitals = CAPITALS + self.capitals * (CAPITALS_AGAIN - CAPITALS);
        let unknown = UNKNOWN_WORD + self.unknown * (UNKNOWN_WORD_AGAIN - UNKNOWN_WORD);
        Self { ordinary: 1.0 - capitals - unknown, capitals, unknown }
    }

    /// How probable what is seen is, where it has the probabilities `seen` in each kind of word.
    fn probability(&self, seen: &Self) -> f32 {
        self.ordinary * seen.ordinary + self.capitals * seen.capitals + self.unknown * seen.unknown
    }

    /// How probable each kind is once that is seen, by Bayes' rule.
    fn after(&self, seen: &Self) -> Self {
        let total = self.probability(seen);
        Self {
            ordinary: self.ordinary * seen.ordinary / total,
            capitals: self.capitals * seen.capitals / total,
            unknown: self.unknown * seen.unknown / total,
        }
    }
}

/// What the language knows of the labels so far.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LanguageState {
    /// The last ones, at the end.
    history: [u8; LONGEST_HISTORY],
    n_known: usize,
    /// How probable it is that the word under way is of each kind.
    kinds: WordKinds,
    /// Its letters so far; `None` where no listed word goes on so.
    letters: Option<WordPrefix>,
}

impl LanguageState {
    /// Before the first label, or behind one that the language does not know: a line begins as if after a space.
    fn start(boundary: Option<u8>, letters: WordPrefix) -> Self {
        let (history, kinds) = ([0; LONGEST_HISTORY], WordKinds::at_start());
        let state = Self { history, n_known: 0, kinds, letters: Some(letters) };
        boundary.map_or(state, |symbol| state.with(symbol))
    }

    fn with(mut self, symbol: u8) -> Self {
        self.history.rotate_left(1);
        self.history[LONGEST_HISTORY - 1] = symbol;
        self.n_known = (self.n_known + 1).min(LONGEST_HISTORY);
        self
    }

    fn known(&self) -> &[u8] {
        &self.history[LONGEST_HISTORY - self.n_known..]
    }
}

/// A language model, bound to the labels of a network.
#[derive(Clone, Debug)]
pub struct LanguageScorer {
    model: Arc<LanguageModel>,
    words: Arc<WordList>,
    /// Asked about whole readings where there is one.
    recurrent: Option<Arc<RecurrentLanguageModel>>,
    symbol_of_label: Vec<Option<u8>>,
    /// The symbols of the recurrent model.
    recurrent_symbol_of_label: Vec<Option<u8>>,
    /// What each symbol stands for in a word in capitals: the small letter for a capital, nothing for a small letter.
    in_capitals: Vec<Option<u8>>,
    /// A line begins after a blank: where lines begin, words do.
    boundary: Option<u8>,
}

impl LanguageScorer {
    /// For a network with these characters.
    pub fn new(model: Arc<LanguageModel>, words: Arc<WordList>, characters: &CharacterSet) -> Self {
        let of_labels = || (BLANK..characters.n_labels()).map(|label| characters.character(label));
        let symbol_of_label = of_labels().map(|c| c.and_then(|c| model.symbol(c))).collect();
        let recurrent_symbol_of_label = of_labels().map(|c| c.and_then(RecurrentLanguageModel::symbol)).collect();
        let in_capitals = |c: &char| if c.is_ascii_lowercase() { None } else { model.symbol(c.to_ascii_lowercase()) };
        let in_capitals = model.characters.iter().map(in_capitals).collect();
        let (boundary, recurrent) = (model.symbol(' '), None);
        Self { model, words, recurrent, symbol_of_label, recurrent_symbol_of_label, in_capitals, boundary }
    }

    /// Asks `recurrent`, too, about whole readings.
    #[must_use]
    pub fn with_recurrent(self, recurrent: Option<Arc<RecurrentLanguageModel>>) -> Self {
        Self { recurrent, ..self }
    }

    /// Before the first label.
    pub(crate) fn start(&self) -> LanguageState {
        LanguageState::start(self.boundary, self.words.any())
    }

    /// What `label` adds to the rank of the labels before it, and what is known with it.
    pub(crate) fn next(&self, before: &LanguageState, label: usize) -> (f32, LanguageState) {
        self.next_told(before, label, None)
    }

    /// The same where the recurrent model was asked how probable `label` is, and told a logarithm.
    fn next_told(&self, before: &LanguageState, label: usize, told: Option<f32>) -> (f32, LanguageState) {
        let symbol = self.symbol(label);
        let is_end = symbol.is_some() && symbol == self.boundary;
        let (letters, listed) = self.spelt(before.letters, symbol);
        let by_ngrams = self.model.log_prob(before.known(), symbol);
        let by_both = symbol.and(told).map_or(by_ngrams, |told| by_ngrams + RECURRENT_SHARE * (told - by_ngrams));
        let seen = WordKinds {
            ordinary: listed * by_both.exp(),
            capitals: if before.kinds.capitals > 0.0 { listed * self.in_capitals(before, symbol) } else { 0.0 },
            unknown: if is_end { UNKNOWN_WORD_END } else { UNKNOWN_CHARACTER },
        };
        let (weight, bonus) = self.weight_and_bonus(symbol);
        let score = weight * before.kinds.probability(&seen).ln() + bonus;
        let Some(symbol) = symbol else { return (score, self.start()) };
        let kinds = before.kinds.after(&seen);
        let kinds = if is_end { kinds.expected_next() } else { kinds };
        (score, LanguageState { kinds, letters, ..before.with(symbol) })
    }

    fn weight_and_bonus(&self, symbol: Option<u8>) -> (f32, f32) {
        let is_punctuation =
            symbol.is_some_and(|symbol| self.model.characters[usize::from(symbol)].is_ascii_punctuation());
        if is_punctuation { (PUNCTUATION_WEIGHT, PUNCTUATION_BONUS) } else { (WEIGHT, CHARACTER_BONUS) }
    }

    /// What it adds to the rank of labels that the line ends behind them: the last word may be none of the list.
    pub(crate) fn at_end(&self, last: &LanguageState) -> f32 {
        let listed = self.spelt(last.letters, self.boundary).1;
        let seen = WordKinds { ordinary: listed, capitals: listed, unknown: 1.0 };
        WEIGHT * last.kinds.probability(&seen).ln()
    }

    /// The letters of the word under way with `symbol`, and what it counts that they are those of a listed word no longer.
    fn spelt(&self, letters: Option<WordPrefix>, symbol: Option<u8>) -> (Option<WordPrefix>, f32) {
        let character = symbol.map_or(' ', |symbol| self.model.characters[usize::from(symbol)]);
        let Some(before) = letters else {
            return (if character.is_ascii_alphabetic() { None } else { Some(self.words.any()) }, 1.0);
        };
        if character.is_ascii_alphabetic() {
            let letters = self.words.extended(before, character as u8);
            return (letters, if letters.is_some() { 1.0 } else { UNLISTED_WORD });
        }
        let is_listed = before.is_empty() || self.words.is_word(before);
        (Some(self.words.any()), if is_listed { 1.0 } else { UNLISTED_WORD })
    }

    /// How probable `symbol` is in a word in capitals: as its small letter where all is written small.
    fn in_capitals(&self, before: &LanguageState, symbol: Option<u8>) -> f32 {
        let Some(symbol) = symbol.and_then(|symbol| self.in_capitals[usize::from(symbol)]) else { return 0.0 };
        let mut small = before.history;
        for known in &mut small[LONGEST_HISTORY - before.n_known..] {
            *known = self.in_capitals[usize::from(*known)].unwrap_or(*known);
        }
        self.model.log_prob(&small[LONGEST_HISTORY - before.n_known..], Some(symbol)).exp()
    }

    /// What the language adds to the rank of a whole labelling, the line's end included, by n-grams alone.
    pub(crate) fn score_of(&self, labels: &[usize]) -> f32 {
        self.score_told(labels, &[])
    }

    /// What it adds to the ranks of some by the recurrent model, too, where there is one: slower, and better.
    pub(crate) fn careful_scores_of(&self, labellings: &[Vec<usize>]) -> Vec<f32> {
        let Some(recurrent) = &self.recurrent else {
            return labellings.iter().map(|labels| self.score_of(labels)).collect();
        };
        // To the recurrent model, a character that it does not know is a space.
        let symbol = |&label: &usize| self.recurrent_symbol_of_label.get(label).copied().flatten();
        let texts: Vec<Vec<u8>> = (labellings.iter())
            .map(|labels| {
                labels.iter().map(|label| symbol(label).unwrap_or(RecurrentLanguageModel::BOUNDARY)).collect()
            })
            .collect();
        let told = recurrent.log_probs(&texts);
        labellings.iter().zip(&told).map(|(labels, told)| self.score_told(labels, told)).collect()
    }

    /// The score of a labelling whose labels have the logarithms `told` by the recurrent model, as far as it was asked.
    fn score_told(&self, labels: &[usize], told: &[f32]) -> f32 {
        let mut state = self.start();
        let mut score = 0.0;
        for (place, &label) in labels.iter().enumerate() {
            let added;
            (added, state) = self.next_told(&state, label, told.get(place).copied());
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
    use crate::recognition::{decoding::ctc::CtcDecoder, engine::line_model::LabelPosteriors};

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
        let score = |text: &str| scorer.score_of(&text.chars().filter_map(|c| set.label(c)).collect::<Vec<_>>());
        for word in ["xq9_zvk", "KYMA", "API_SALESORDER_SRV", "server.js"] {
            let n = word.len() as f32;
            let as_any = WEIGHT * (UNKNOWN_WORD.ln() + n * UNKNOWN_CHARACTER.ln()) + n * CHARACTER_BONUS;
            assert!(score(word) >= as_any - 1e-3, "{word}: {} {as_any}", score(word));
        }
        assert!(score("the house") > score("thehouse") && score("the house") > score("tqe house") + 1.0);
    }

    #[test]
    fn words_of_the_language_are_known_in_capitals_too() {
        let set = CharacterSet::ascii();
        let scorer = LanguageScorer::new(LanguageModel::english(), WordList::english(), &set);
        let score = |text: &str| scorer.score_of(&text.chars().filter_map(|c| set.label(c)).collect::<Vec<_>>());
        assert!(score("MAINTAIN SERVICE") > score("MAINTR IN SERVIS") + 1.0);
        assert!(score("NET AMOUNT") > score("NEP AMOUNT") && score("(BASE)") > score("(BXSE)"));
        // Capitals bring more capitals, small letters small ones.
        assert!(score("REQUEST HOUSE") > score("REQUEST house") && score("request house") > score("request HOUSE"));
        assert!(score("request house") > score("ReQUest house"));
    }

    #[test]
    fn letters_that_are_no_listed_word_score_less_within_a_line_and_at_its_end() {
        let set = CharacterSet::ascii();
        let labels = |text: &str| text.chars().filter_map(|c| set.label(c)).collect::<Vec<usize>>();
        let words = |words: &[&'static str]| Arc::new(WordList::of(words.iter().copied()));
        let scorer = |words| LanguageScorer::new(LanguageModel::english(), words, &set);
        let [with, without] = [words(&["some", "rare", "birds"]), words(&["some", "birds"])].map(scorer);
        let cost = |text: &str| with.score_of(&labels(text)) - without.score_of(&labels(text));
        assert!(cost("some rare birds") > 1.0 && cost("some birds").abs() < 1e-4);
        let end = |scorer: &LanguageScorer, text: &str| {
            let after = |state: LanguageState, label: usize| scorer.next(&state, label).1;
            scorer.at_end(&labels(text).into_iter().fold(scorer.start(), after))
        };
        assert!(end(&with, "some rar") < -1.0 && end(&with, "some rare").abs() < 0.1);
    }

    #[test]
    fn a_misspelt_word_scores_less_and_an_unknown_character_begins_anew() {
        let set = CharacterSet::ascii();
        let scorer = LanguageScorer::new(LanguageModel::english(), WordList::english(), &set);
        let labels = |text: &str| text.chars().filter_map(|c| set.label(c)).collect::<Vec<usize>>();
        assert!(scorer.score_of(&labels("undqr the  table")) < scorer.score_of(&labels("under the  table")));
        let unknown = [labels("xqz"), vec![set.n_labels()], labels("table")].concat();
        let parts = scorer.score_of(&unknown[..4]) + scorer.score_of(&labels("table"));
        assert!((scorer.score_of(&unknown) - parts).abs() < 1e-4);
    }
}
