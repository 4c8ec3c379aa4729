//! A character n-gram language model: the probability of a character given those before it.
//!
//! Probabilities are interpolated by modified Kneser-Ney discounting (Chen and Goodman, "An Empirical Study of
//! Smoothing Techniques for Language Modeling", 1998) and rounded to a byte each. The n-grams form a trie, stored level
//! by level: a million of them take four megabytes and are found by binary search.

use std::sync::{Arc, OnceLock};

use thiserror::Error;

/// First bytes of a language model's file.
pub(super) const MAGIC: &[u8; 8] = b"LHNGRAM2";
/// Steps per nat of a rounded logarithm: a byte reaches down to e⁻¹⁶.
const STEPS: f32 = 16.0;
/// Log-probability of a character without a symbol, in nats.
pub(super) const UNKNOWN: f32 = -16.0;
/// The symbol of every digit: the language predicts where a number stands, and only the network which one it is.
pub(super) const ANY_DIGIT: char = '0';
/// Log-probability of each digit given [`ANY_DIGIT`], in nats.
pub(super) const ONE_OF_TEN: f32 = -std::f32::consts::LN_10;
/// Symbols of history that a model uses at most: its levels less one.
const MAX_CONTEXT: usize = 8;
/// No n-gram.
const NONE: u32 = u32::MAX;
/// The built-in English model.
const ENGLISH: &[u8] = include_bytes!("../../../models/language/english.ngram");

/// Why a language model's file could not be parsed.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum LanguageModelError {
    /// It does not begin as such a file does.
    #[error("it is not a language model of this program")]
    Foreign,
    /// It is truncated or inconsistent.
    #[error("the language model is damaged")]
    Damaged,
}

/// A character n-gram model.
#[derive(Debug, Default)]
pub struct LanguageModel {
    /// Sorted; a character's symbol is its index.
    pub(crate) characters: Vec<char>,
    /// Level `n` holds the (n + 1)-grams; level 0 holds every symbol once, in order.
    pub(super) levels: Vec<Level>,
}

/// All n-grams of one length, `[n-gram]` each, sorted: children of one parent are adjacent.
#[derive(Debug, Default)]
pub(super) struct Level {
    /// The last symbol.
    pub(crate) symbols: Vec<u8>,
    /// Its rounded log-probability after the others.
    pub(crate) log_probs: Vec<u8>,
    /// The rounded log-probability left for symbols that never followed the n-gram (backoff weight).
    pub(super) backoffs: Vec<u8>,
    /// Where its children begin in the next level; one more entry ends the last one's, `[n-gram + 1]`.
    pub(crate) children: Vec<u32>,
}

/// The last symbols of a text as n-grams of a model, so that the next one is found beneath them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NgramContext {
    /// The node of the last (n + 1) symbols in level n, [`NONE`] where the model lacks them, `[n]`.
    nodes: [u32; MAX_CONTEXT],
}

impl NgramContext {
    /// The context of a text's beginning.
    pub(super) const EMPTY: Self = Self { nodes: [NONE; MAX_CONTEXT] };
}

impl LanguageModel {
    /// The built-in English model.
    pub fn english() -> Arc<Self> {
        static MODEL: OnceLock<Arc<LanguageModel>> = OnceLock::new();
        // A damaged program decodes with an empty model.
        MODEL.get_or_init(|| Arc::new(Self::parse(ENGLISH).unwrap_or_default())).clone()
    }

    /// The symbol of a character. All digits share one.
    pub fn symbol(&self, character: char) -> Option<u8> {
        let character = if character.is_ascii_digit() { ANY_DIGIT } else { character };
        self.characters.binary_search(&character).ok().map(|place| place as u8)
    }

    /// Symbols of history that the model uses.
    pub fn history_len(&self) -> usize {
        self.levels.len().saturating_sub(1)
    }

    /// Natural logarithm of the probability of `symbol` after `history`, whose last symbol is the most recent.
    pub fn log_prob(&self, history: &[u8], symbol: Option<u8>) -> f32 {
        symbol.map_or(UNKNOWN, |symbol| self.next(&self.context(history), symbol).0)
    }

    /// As [`LanguageModel::log_prob`], but for the symbol of digits the probability of any digit.
    #[cfg(any(feature = "train", test))]
    pub(super) fn log_prob_of_symbol(&self, history: &[u8], symbol: u8) -> f32 {
        self.extend(&self.context(history), symbol).0
    }

    /// Natural logarithm of the probability of `symbol` after `before`, and the context with it.
    pub(super) fn next(&self, before: &NgramContext, symbol: u8) -> (f32, NgramContext) {
        let is_digit = self.characters[usize::from(symbol)] == ANY_DIGIT;
        let (log_prob, context) = self.extend(before, symbol);
        (log_prob + if is_digit { ONE_OF_TEN } else { 0.0 }, context)
    }

    /// The same, but for the symbol of digits the probability of any digit. A child of each n-gram of the context is
    /// both its probability, the longest one's, and the next context.
    fn extend(&self, before: &NgramContext, symbol: u8) -> (f32, NgramContext) {
        let mut context = NgramContext::EMPTY;
        let Some(first) = self.levels.first() else { return (UNKNOWN, context) };
        let mut log_prob = unrounded(first.log_probs[usize::from(symbol)]);
        if self.history_len() > 0 {
            context.nodes[0] = u32::from(symbol);
        }
        for (level, &node) in before.nodes.iter().enumerate().take(self.history_len()) {
            if node == NONE {
                continue;
            }
            let node = node as usize;
            let Some(child) = self.child(level, node, symbol) else {
                log_prob += unrounded(self.levels[level].backoffs[node]);
                continue;
            };
            log_prob = unrounded(self.levels[level + 1].log_probs[child]);
            if level + 1 < self.history_len() {
                context.nodes[level + 1] = child as u32;
            }
        }
        (log_prob, context)
    }

    /// The context after `history`.
    fn context(&self, history: &[u8]) -> NgramContext {
        let nearest = &history[history.len().saturating_sub(self.history_len())..];
        nearest.iter().fold(NgramContext::EMPTY, |context, &symbol| self.extend(&context, symbol).1)
    }

    /// The child `symbol` of `node`, which is in `level`: a node of the next level.
    fn child(&self, level: usize, node: usize, symbol: u8) -> Option<usize> {
        let (begin, end) = (self.levels[level].children[node] as usize, self.levels[level].children[node + 1] as usize);
        let place = self.levels[level + 1].symbols[begin..end].binary_search(&symbol).ok()?;
        Some(begin + place)
    }

    /// Parses a model's file, as [`LanguageModel::to_bytes`] writes it.
    pub fn parse(bytes: &[u8]) -> Result<Self, LanguageModelError> {
        let mut reader = ByteReader { bytes };
        if reader.bytes(MAGIC.len()) != Ok(MAGIC) {
            return Err(LanguageModelError::Foreign);
        }
        let (n_levels, n_bytes) = (reader.byte()?, reader.number()?);
        if usize::from(n_levels) > MAX_CONTEXT + 1 {
            return Err(LanguageModelError::Damaged);
        }
        let text = std::str::from_utf8(reader.bytes(n_bytes)?).map_err(|_invalid| LanguageModelError::Damaged)?;
        let mut model = Self { characters: text.chars().collect(), levels: Vec::new() };
        for level in 0..n_levels {
            model.levels.push(reader.level(level + 1 == n_levels)?);
        }
        if model.is_sound() && reader.bytes.is_empty() { Ok(model) } else { Err(LanguageModelError::Damaged) }
    }

    /// The bytes of the model's file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let text: String = self.characters.iter().collect();
        let mut bytes = MAGIC.to_vec();
        bytes.push(self.levels.len() as u8);
        bytes.extend((text.len() as u32).to_le_bytes());
        bytes.extend(text.as_bytes());
        for level in &self.levels {
            bytes.extend((level.symbols.len() as u32).to_le_bytes());
            bytes.extend(level.symbols.iter().chain(&level.log_probs).chain(&level.backoffs));
            bytes.extend(level.children.windows(2).map(|ends| (ends[1] - ends[0]) as u8));
        }
        bytes
    }

    /// Whether every index that a lookup may follow exists.
    fn is_sound(&self) -> bool {
        let n_symbols = self.characters.len();
        let first_is_full =
            self.levels.first().is_some_and(|l| l.symbols.iter().copied().eq((0..n_symbols).map(|s| s as u8)));
        let leads_on = |pair: &[Level]| pair[0].children.last() == Some(&(pair[1].symbols.len() as u32));
        first_is_full && self.characters.is_sorted() && self.levels.windows(2).all(leads_on)
    }
}

/// A log-probability in nats as a byte.
#[cfg(any(feature = "train", test))]
pub(super) fn rounded(log_prob: f64) -> u8 {
    (-log_prob * f64::from(STEPS)).round().clamp(0.0, 255.0) as u8
}

fn unrounded(byte: u8) -> f32 {
    -f32::from(byte) / STEPS
}

struct ByteReader<'a> {
    bytes: &'a [u8],
}

impl<'a> ByteReader<'a> {
    fn bytes(&mut self, n: usize) -> Result<&'a [u8], LanguageModelError> {
        let (taken, rest) = self.bytes.split_at_checked(n).ok_or(LanguageModelError::Damaged)?;
        self.bytes = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8, LanguageModelError> {
        Ok(self.bytes(1)?[0])
    }

    fn number(&mut self) -> Result<usize, LanguageModelError> {
        let bytes = self.bytes(4)?;
        Ok(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) as usize)
    }

    /// One level; the last one has neither children nor backoff weights.
    fn level(&mut self, is_last: bool) -> Result<Level, LanguageModelError> {
        let n = self.number()?;
        let mut level =
            Level { symbols: self.bytes(n)?.to_vec(), log_probs: self.bytes(n)?.to_vec(), ..Level::default() };
        if !is_last {
            level.backoffs = self.bytes(n)?.to_vec();
            level.children.push(0);
            let mut end = 0;
            for &count in self.bytes(n)? {
                end += u32::from(count);
                level.children.push(end);
            }
        }
        Ok(level)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recognition::language::ngram_counts::NgramCounts;

    fn model() -> LanguageModel {
        let mut counts = NgramCounts::new(4);
        for text in ["the cat sat on the mat", "the dog sat on the log", "that is that"] {
            counts.add(text);
        }
        counts.into_model(&[1, 1, 1, 1])
    }

    fn log_prob(model: &LanguageModel, history: &str, character: char) -> f32 {
        let history: Vec<u8> = history.chars().filter_map(|c| model.symbol(c)).collect();
        model.log_prob(&history, model.symbol(character))
    }

    #[test]
    fn no_digit_is_likelier_than_another() {
        let mut counts = NgramCounts::new(4);
        for text in ["in 1951", "in 1954", "at 1951"] {
            counts.add(text);
        }
        let model = counts.into_model(&[1; 4]);
        let history: Vec<u8> = "in 195".chars().filter_map(|c| model.symbol(c)).collect();
        let prob = |character| model.log_prob(&history, model.symbol(character)).exp();
        assert!((prob('1') - prob('7')).abs() < 1e-6 && prob('7') > 0.05 && prob('n') < 0.05);
    }

    #[test]
    fn what_was_seen_is_more_probable() {
        let model = model();
        assert!(log_prob(&model, " th", 'e') > log_prob(&model, " th", 'a'));
        assert!(log_prob(&model, " th", 'a') > log_prob(&model, " th", 'g'));
        assert!(log_prob(&model, "", 't') > log_prob(&model, "", 'g'));
        assert!((log_prob(&model, "a", 'é') - UNKNOWN).abs() < f32::EPSILON);
    }

    #[test]
    fn probabilities_after_any_history_sum_to_one() {
        let model = model();
        for history in ["", "t", " th", "the cat", "zzz", "gog"] {
            let sum: f32 = model.characters.iter().map(|&c| log_prob(&model, history, c).exp()).sum();
            // Each probability is rounded by up to 3 %, small ones to the greatest byte.
            assert!((sum - 1.0).abs() < 0.08, "{history:?}: {sum}");
        }
    }

    #[test]
    fn files_come_back_and_damage_is_refused() {
        let bytes = model().to_bytes();
        let again = LanguageModel::parse(&bytes).unwrap();
        assert_eq!(again.to_bytes(), bytes);
        assert_eq!(LanguageModel::parse(b"something else").unwrap_err(), LanguageModelError::Foreign);
        for length in 8..bytes.len() {
            assert!(LanguageModel::parse(&bytes[..length]).is_err(), "{length}");
        }
        let mut longer = bytes;
        longer.push(0);
        assert_eq!(LanguageModel::parse(&longer).unwrap_err(), LanguageModelError::Damaged);
    }

    #[test]
    fn the_english_model_knows_english() {
        let english = LanguageModel::english();
        assert!(log_prob(&english, "the mornin", 'g') > -0.3);
        assert!(log_prob(&english, "the mornin", 'q') < -6.0);
    }
}
