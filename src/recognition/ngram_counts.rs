//! Counts n-grams of characters and makes a language model of them.

use super::language_model::{LanguageModel, Level, rounded};

/// Bits of a symbol in a packed n-gram.
const SYMBOL_BITS: u32 = 7;
/// Before a text's first character and after its last stands a blank: lines begin and end between words.
const BOUNDARY: char = ' ';

/// The texts to count in. Only printable ASCII is counted; a text with anything else is left out.
#[derive(Debug)]
pub struct NgramCounts {
    order: usize,
    /// Each with its boundaries, as symbols.
    texts: Vec<Box<[u8]>>,
}

/// An n-gram, packed, and how often it stands in the texts.
type Counted = (u64, u64);

impl NgramCounts {
    /// For n-grams of up to `order` characters.
    ///
    /// # Panics
    /// If `order` is not 1 to 9: more do not fit a packed n-gram.
    pub fn new(order: usize) -> Self {
        assert!((1..=9).contains(&order), "n-grams have 1 to 9 characters");
        Self { order, texts: Vec::new() }
    }

    /// Takes in a text.
    pub fn add(&mut self, text: &str) {
        let bounded = std::iter::once(BOUNDARY).chain(text.chars()).chain(std::iter::once(BOUNDARY));
        let symbols: Option<Vec<u8>> = bounded.map(|c| (' '..='~').contains(&c).then(|| c as u8 - b' ')).collect();
        if let Some(symbols) = symbols {
            self.texts.push(symbols.into_boxed_slice());
        }
    }

    /// The model of the n-grams that stand at least `min_counts[n - 1]` times in the texts. The numbers must not fall,
    /// so that what an n-gram begins with is kept where it is.
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

    /// All n-grams of one length, sorted. The symbol after the first boundary is the first that is predicted.
    fn counted(&self, order: usize) -> Vec<Counted> {
        let mask = (1u64 << (SYMBOL_BITS * order as u32)) - 1;
        let mut keys = Vec::new();
        for text in &self.texts {
            let mut key = 0u64;
            for (index, &symbol) in text.iter().enumerate() {
                key = (key << SYMBOL_BITS | u64::from(symbol)) & mask;
                if index + 1 >= order {
                    keys.push(key);
                }
            }
        }
        keys.sort_unstable();
        keys.chunk_by(|a, b| a == b).map(|run| (run[0], run.len() as u64)).collect()
    }
}

/// Adds the level of `order` below the parents kept so far; gives the n-grams that it has, in order.
fn add_level(model: &mut LanguageModel, parents: &[u64], counted: &[Counted], order: usize, least: u64) -> Vec<u64> {
    let discount = discount(counted);
    let n_symbols = model.characters.len();
    let mut level = Level::default();
    let (mut kept, mut children, mut backoffs) = (Vec::new(), vec![0], Vec::new());
    let mut rest = counted;
    for &parent in parents {
        let begin = rest.partition_point(|(key, _)| key >> SYMBOL_BITS < parent);
        let end = begin + rest[begin..].partition_point(|(key, _)| key >> SYMBOL_BITS == parent);
        let followers = &rest[begin..end];
        rest = &rest[end..];
        let total: f64 = followers.iter().map(|(_, count)| *count as f64).sum();
        let is_kept = |count: u64| count >= least;
        let discounted = |count: u64| (count as f64 - discount).max(0.0) / total.max(1.0);
        let taken: f64 =
            followers.iter().filter(|(_, count)| is_kept(*count)).map(|(_, count)| discounted(*count)).sum();
        let left = (1.0 - taken).max(1e-6);
        let mut add = |symbol: u64, prob: f64| {
            level.symbols.push(symbol as u8);
            level.log_probs.push(rounded(prob.ln()));
            kept.push(parent << SYMBOL_BITS | symbol);
        };
        if order == 1 {
            // Every symbol has a place, those never seen share what is left.
            for symbol in 0..n_symbols as u64 {
                let count = followers.iter().find(|(key, _)| *key == symbol).map_or(0, |(_, count)| *count);
                add(symbol, discounted(count) + left / n_symbols as f64);
            }
        } else {
            let history = unpacked(parent, order - 1);
            for &(key, count) in followers.iter().filter(|(_, count)| is_kept(*count)) {
                let symbol = key & ((1 << SYMBOL_BITS) - 1);
                let lower = f64::from(model.log_prob(&history[1..], Some(symbol as u8))).exp();
                add(symbol, discounted(count) + left * lower);
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

/// What is taken off every count, by how many n-grams stand once and twice (Ney, Essen and Kneser, 1994).
fn discount(counted: &[Counted]) -> f64 {
    let standing = |times: u64| counted.iter().filter(|(_, count)| *count == times).count() as f64;
    let (once, twice) = (standing(1), standing(2));
    if once > 0.0 { once / (once + 2.0 * twice) } else { 0.5 }
}

fn unpacked(key: u64, n: usize) -> Vec<u8> {
    (0..n as u32).rev().map(|place| (key >> (SYMBOL_BITS * place)) as u8 & 0x7f).collect()
}
