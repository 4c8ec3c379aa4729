//! Counts character n-grams in texts and builds the language model from them.

use super::ngram_model::{ANY_DIGIT, LanguageModel, Level, rounded};

/// Bits per symbol of a packed n-gram.
const SYMBOL_BITS: u32 = 7;
/// The character before and after every text: lines begin and end between words.
const BOUNDARY: char = ' ';
/// The symbol before that: stands for no character and is never predicted.
const START: u8 = 95;

/// The texts to count in: printable ASCII only; a text with other characters is skipped.
#[derive(Debug)]
pub struct NgramCounts {
    order: usize,
    /// The symbols of each text, with a boundary at both ends.
    texts: Vec<Box<[u8]>>,
}

/// An n-gram of the texts.
struct Counted {
    /// Its symbols, packed, the last one lowest.
    key: u64,
    /// Its occurrences.
    times: u64,
    /// The count that is smoothed: its occurrences for the longest n-grams, the number of distinct symbols before it
    /// for shorter ones, which are used in backoff only.
    count: u64,
    /// Whether it begins with a boundary. Such n-grams keep their occurrences at any length: at a line's beginning
    /// there is no longer history to back off from.
    begins_word: bool,
}

impl NgramCounts {
    /// Counts for n-grams of up to `order` characters.
    ///
    /// # Panics
    /// If `order` is not 1 to 9: more do not fit a packed n-gram.
    pub fn new(order: usize) -> Self {
        assert!((1..=9).contains(&order), "n-grams have 1 to 9 characters");
        Self { order, texts: Vec::new() }
    }

    /// Adds a text.
    pub fn add(&mut self, text: &str) {
        let characters = text.chars().map(|c| if c.is_ascii_digit() { ANY_DIGIT } else { c });
        let bounded = std::iter::once(BOUNDARY).chain(characters).chain(std::iter::once(BOUNDARY));
        let symbols: Option<Vec<u8>> = bounded.map(|c| (' '..='~').contains(&c).then(|| c as u8 - b' ')).collect();
        if let Some(symbols) = symbols {
            self.texts.push(symbols.into_boxed_slice());
        }
    }

    /// The model of the n-grams that occur at least `min_counts[n - 1]` times. The numbers must not decrease, so that a
    /// kept n-gram's prefix is kept as well.
    pub fn into_model(self, min_counts: &[u64]) -> LanguageModel {
        let characters: Vec<char> = (' '..='~').collect();
        let mut model = LanguageModel { characters, levels: Vec::new() };
        let mut kept: Vec<u64> = vec![0];
        for order in 1..=self.order {
            let counted = self.counted(order);
            let least = min_counts.get(order - 1).copied().unwrap_or(1);
            kept = add_level(&mut model, &kept, &counted, order, least);
        }
        model
    }

    /// All n-grams of one length, sorted by key. Shorter ones count the distinct symbols before them (Kneser and Ney,
    /// 1995): "rancisco" is frequent, but only after an F, and hardly predicts what follows other letters.
    fn counted(&self, order: usize) -> Vec<Counted> {
        let keys = self.keys(order, &[]);
        let standing = keys.chunk_by(|a, b| a == b).map(|run| {
            let (key, times) = (run[0], run.len() as u64);
            let first = key >> (SYMBOL_BITS * (order as u32 - 1));
            let begins_word = order > 1 && first == u64::from(BOUNDARY as u8 - b' ');
            Counted { key, times, count: times, begins_word }
        });
        let mut counted: Vec<Counted> = standing.collect();
        if order < self.order {
            for (counted, n_before) in counted.iter_mut().zip(self.n_before(order)) {
                counted.count = if counted.begins_word { counted.times } else { n_before };
            }
        }
        counted
    }

    /// The number of distinct symbols before each n-gram of one length, in the order of keys; at least 1, for a text's
    /// start.
    fn n_before(&self, order: usize) -> Vec<u64> {
        let mut keys = self.keys(order + 1, &[START]);
        keys.dedup();
        for key in &mut keys {
            *key &= mask(order);
        }
        keys.sort_unstable();
        keys.chunk_by(|a, b| a == b).map(|run| run.len() as u64).collect()
    }

    /// The packed n-grams of one length at every position of the texts, each preceded by `before`, sorted.
    fn keys(&self, order: usize, before: &[u8]) -> Vec<u64> {
        let mut keys = Vec::new();
        for text in &self.texts {
            let mut key = 0u64;
            for (index, &symbol) in before.iter().chain(text).enumerate() {
                key = (key << SYMBOL_BITS | u64::from(symbol)) & mask(order);
                if index + 1 >= order {
                    keys.push(key);
                }
            }
        }
        keys.sort_unstable();
        keys
    }
}

fn mask(order: usize) -> u64 {
    (1 << (SYMBOL_BITS * order as u32)) - 1
}

/// Adds the level of `order` under the kept `parents`; returns the packed n-grams of the level, in order.
fn add_level(model: &mut LanguageModel, parents: &[u64], counted: &[Counted], order: usize, least: u64) -> Vec<u64> {
    let [discounts_within, discounts_at_start] = [false, true].map(|begins_word| discounts(counted, begins_word));
    let n_symbols = model.characters.len();
    let mut level = Level::default();
    let (mut kept, mut children, mut backoffs) = (Vec::new(), vec![0], Vec::new());
    let mut rest = counted;
    for &parent in parents {
        let begin = rest.partition_point(|counted| counted.key >> SYMBOL_BITS < parent);
        let end = begin + rest[begin..].partition_point(|counted| counted.key >> SYMBOL_BITS == parent);
        let followers = &rest[begin..end];
        rest = &rest[end..];
        let total: f64 = followers.iter().map(|counted| counted.count as f64).sum();
        let discounted = |counted: &Counted| {
            let discounts = if counted.begins_word { discounts_at_start } else { discounts_within };
            let discount = discounts[counted.count.clamp(1, 3) as usize - 1];
            (counted.count as f64 - discount).max(0.0) / total.max(1.0)
        };
        let kept_followers = || followers.iter().filter(|counted| counted.times >= least);
        let taken: f64 = kept_followers().map(discounted).sum();
        let left = (1.0 - taken).max(1e-6);
        let mut add = |symbol: u64, prob: f64| {
            level.symbols.push(symbol as u8);
            level.log_probs.push(rounded(prob.ln()));
            kept.push(parent << SYMBOL_BITS | symbol);
        };
        if order == 1 {
            // Every symbol gets a node; the remaining probability is shared equally.
            for symbol in 0..n_symbols as u64 {
                let seen = followers.iter().find(|counted| counted.key == symbol).map_or(0.0, discounted);
                add(symbol, seen + left / n_symbols as f64);
            }
        } else {
            let history = unpacked(parent, order - 1);
            for counted in kept_followers() {
                let symbol = counted.key & mask(1);
                let lower = f64::from(model.log_prob_of_symbol(&history[1..], symbol as u8)).exp();
                add(symbol, discounted(counted) + left * lower);
            }
        }
        backoffs.push(rounded(left.ln()));
        children.push(level.symbols.len() as u32);
    }
    if let Some(above) = model.levels.last_mut() {
        above.backoffs = backoffs;
        above.children = children;
    }
    model.levels.push(level);
    kept
}

/// The discounts of counts 1, 2, and 3 or more (Chen and Goodman, 1998), from the numbers of n-grams with counts 1 to
/// 4: among those that begin words, or among the others.
fn discounts(counted: &[Counted], begins_word: bool) -> [f64; 3] {
    let alike = || counted.iter().filter(|counted| counted.begins_word == begins_word);
    let counting = |count: u64| alike().filter(|counted| counted.count == count).count() as f64;
    let n = [1, 2, 3, 4].map(counting);
    if n.contains(&0.0) {
        return [0.5; 3];
    }
    let discount = n[0] / (n[0] + 2.0 * n[1]);
    let discount_of = |count: usize| {
        (count as f64 - (count + 1) as f64 * discount * n[count] / n[count - 1]).clamp(0.0, count as f64)
    };
    [discount_of(1), discount_of(2), discount_of(3)]
}

fn unpacked(key: u64, n: usize) -> Vec<u8> {
    (0..n as u32).rev().map(|place| (key >> (SYMBOL_BITS * place)) as u8 & 0x7f).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prob(model: &LanguageModel, history: &str, character: char) -> f32 {
        let history: Vec<u8> = history.chars().filter_map(|c| model.symbol(c)).collect();
        model.log_prob(&history, model.symbol(character)).exp()
    }

    /// `z` is frequent, but always after `x`; `o` is rarer and follows many letters.
    fn model() -> LanguageModel {
        let mut counts = NgramCounts::new(3);
        for _ in 0..20 {
            counts.add("xz xz");
        }
        for text in ["ao", "bo", "co", "do"] {
            counts.add(text);
        }
        counts.into_model(&[1, 1, 1])
    }

    #[test]
    fn what_stands_behind_few_is_no_guess_behind_others() {
        let model = model();
        assert!(prob(&model, "x", 'z') > 0.5);
        assert!(prob(&model, "k", 'o') > 2.0 * prob(&model, "k", 'z'));
    }

    #[test]
    fn words_begin_as_often_as_they_do_in_the_texts() {
        let model = model();
        assert!(prob(&model, " ", 'x') > 5.0 * prob(&model, " ", 'a'));
    }
}
