//! A word list, looked up letter by letter.

use std::{
    ops::Range,
    sync::{Arc, OnceLock},
};

use crate::page::ascii_like;

/// The built-in English words: in small letters, one a line, sorted.
const ENGLISH: &str = include_str!("../../../models/language/english.words");

/// Words in small letters, sorted, so that words with a common prefix are adjacent.
#[derive(Debug, Default)]
pub struct WordList {
    words: Vec<Box<[u8]>>,
}

/// The first letters of some words of a list: the range of those words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WordPrefix {
    first: u32,
    end: u32,
    n_letters: u32,
}

impl WordList {
    /// The built-in English words.
    pub fn english() -> Arc<Self> {
        static WORDS: OnceLock<Arc<WordList>> = OnceLock::new();
        WORDS.get_or_init(|| Arc::new(Self::from_words(ENGLISH.lines()))).clone()
    }

    /// A list of these words, but for empty ones. Letters with accents count as those without.
    pub fn from_words<'a>(words: impl Iterator<Item = &'a str>) -> Self {
        let in_ascii = |word: &str| word.chars().filter_map(ascii_like).collect::<String>().to_ascii_lowercase();
        let mut words: Vec<Box<[u8]>> = words.map(|word| in_ascii(word).into_bytes().into()).collect();
        words.retain(|word| !word.is_empty());
        words.sort_unstable();
        words.dedup();
        Self { words }
    }

    /// Whether there is no word.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The empty prefix, with which every word begins.
    pub fn any(&self) -> WordPrefix {
        WordPrefix { first: 0, end: self.words.len() as u32, n_letters: 0 }
    }

    /// `prefix` and one more letter, large or small; `None` if no word begins so.
    pub fn extended(&self, prefix: WordPrefix, letter: u8) -> Option<WordPrefix> {
        let letter = letter.to_ascii_lowercase();
        let place = prefix.n_letters as usize;
        let words = &self.words[prefix.range()];
        // A word that ends here sorts before all longer ones.
        let first =
            prefix.first as usize + words.partition_point(|word| word.get(place).is_none_or(|&own| own < letter));
        let end =
            prefix.first as usize + words.partition_point(|word| word.get(place).is_none_or(|&own| own <= letter));
        (first < end).then_some(WordPrefix { first: first as u32, end: end as u32, n_letters: prefix.n_letters + 1 })
    }

    /// Whether the prefix is a whole word.
    pub fn is_word(&self, prefix: WordPrefix) -> bool {
        self.words[prefix.range()].first().is_some_and(|word| word.len() == prefix.n_letters as usize)
    }
}

impl WordPrefix {
    fn range(self) -> Range<usize> {
        self.first as usize..self.end as usize
    }

    /// The number of words that begin so.
    pub fn n_words(self) -> u32 {
        self.end - self.first
    }

    /// Whether the prefix has no letter.
    pub fn is_empty(self) -> bool {
        self.n_letters == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prefix(words: &WordList, letters: &str) -> Option<WordPrefix> {
        letters.bytes().try_fold(words.any(), |prefix, letter| words.extended(prefix, letter))
    }

    #[test]
    fn words_and_what_they_begin_with_are_known() {
        let words = WordList::from_words(["the", "them", "a", "then", "Zebra"].into_iter());
        for known in ["a", "the", "THEM", "zebra"] {
            assert!(prefix(&words, known).is_some_and(|prefix| words.is_word(prefix)), "{known}");
        }
        for begun in ["", "t", "th", "zeb"] {
            assert!(prefix(&words, begun).is_some_and(|prefix| !words.is_word(prefix)), "{begun}");
        }
        for unknown in ["b", "thx", "thems", "aa"] {
            assert_eq!(prefix(&words, unknown), None, "{unknown}");
        }
    }

    #[test]
    fn a_word_with_accents_is_looked_up_without_them() {
        let words = WordList::from_words(["Müller", "", "café"].into_iter());
        for known in ["muller", "cafe"] {
            assert!(prefix(&words, known).is_some_and(|prefix| words.is_word(prefix)), "{known}");
        }
        assert_eq!(words.any().n_words(), 2);
    }

    #[test]
    fn english_words_are_inside_the_program() {
        let words = WordList::english();
        for word in ["language", "The", "don", "I"] {
            assert!(prefix(&words, word).is_some_and(|prefix| words.is_word(prefix)), "{word}");
        }
        assert!(prefix(&words, "cooposts").is_none());
    }
}
