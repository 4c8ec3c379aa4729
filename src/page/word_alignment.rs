//! Aligns two texts word by word.

use std::ops::Range;

use super::{alignment::align, error_rate::comparable_text, word_places::word_places};

/// A word of a text compared with another text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MarkedWord {
    /// The other text has the same word at its place.
    Same(String),
    /// The other text has a different word there, or none.
    Different(String),
    /// The other text has a word here that the text lacks.
    Missing,
}

/// The words of `text`, each compared with `other` by a Levenshtein alignment of words. Both texts are normalized with
/// [`comparable_text`].
pub fn mark_words(text: &str, other: &str) -> Vec<MarkedWord> {
    let (text, other) = (comparable_text(text), comparable_text(other));
    let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    let others: Vec<&str> = other.split(' ').filter(|word| !word.is_empty()).collect();
    let marked = align(&words, &others).into_iter().map(|(i, j)| match i {
        Some(i) if j.is_some_and(|j| others[j] == words[i]) => MarkedWord::Same(words[i].to_owned()),
        Some(i) => MarkedWord::Different(words[i].to_owned()),
        None => MarkedWord::Missing,
    });
    marked.collect()
}

/// The words of `now` that `before` does not have at their place, as ranges of characters.
pub fn changed_words(before: &str, now: &str) -> Vec<Range<usize>> {
    let characters: Vec<char> = now.chars().collect();
    let places = word_places(&characters, |character| *character == ' ');
    let words: Vec<String> = places.iter().map(|place| characters[place.clone()].iter().collect()).collect();
    let old: Vec<String> = before.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
    let pairs = align(&old, &words).into_iter();
    let changed = pairs.filter_map(|(i, j)| j.filter(|&j| i.is_none_or(|i| old[i] != words[j])));
    changed.map(|word| places[word].clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::error_rate::edit_distance;
    use proptest::prelude::*;

    #[test]
    fn changed_words_are_found_where_they_stand_now() {
        let changed = |before: &str, now: &str| -> Vec<String> {
            let places = changed_words(before, now);
            places.into_iter().map(|at| now.chars().skip(at.start).take(at.len()).collect()).collect()
        };
        assert_eq!(changed("the cat sat", "the cat sat"), [""; 0]);
        assert_eq!(changed("thc cat sat", "the cat sat down"), ["the", "down"]);
        assert_eq!(changed("to day", "today is \u{e4}hnlich"), ["today", "is", "\u{e4}hnlich"]);
        assert_eq!(changed("", "a b"), ["a", "b"]);
        assert_eq!(changed("a b", ""), [""; 0]);
    }

    fn shown(text: &str, other: &str) -> String {
        let word = |word: &MarkedWord| match word {
            MarkedWord::Same(word) => word.clone(),
            MarkedWord::Different(word) => format!("[{word}]"),
            MarkedWord::Missing => "[]".to_owned(),
        };
        mark_words(text, other).iter().map(word).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn words_are_held_against_those_at_their_place() {
        assert_eq!(shown("the quick fox", "the quick fox"), "the quick fox");
        assert_eq!(shown("the quack fox", "the quick fox"), "the [quack] fox");
        assert_eq!(shown("the fox", "the quick fox"), "the [] fox");
        assert_eq!(shown("the quick red fox", "the quick fox"), "the quick [red] fox");
        assert_eq!(shown("", "a b"), "[] []");
        assert_eq!(shown("  a  b ", ""), "[a] [b]");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn marks_are_as_many_as_edits(a in "[ab]{0,2}( [ab]{1,2}){0,5}", b in "[ab]{0,2}( [ab]{1,2}){0,5}") {
            let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            let marks = mark_words(&a, &b);
            let n_marks = marks.iter().filter(|word| !matches!(word, MarkedWord::Same(_))).count();
            prop_assert_eq!(n_marks, edit_distance(&words(&a), &words(&b)));
            let kept = marks.len() - marks.iter().filter(|word| **word == MarkedWord::Missing).count();
            prop_assert_eq!(kept, words(&a).len());
        }
    }
}
