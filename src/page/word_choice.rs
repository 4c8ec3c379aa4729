//! Choosing among the alternatives of a word, in a text that the user may have changed since it was read.

use std::{cmp::Reverse, ops::Range};

use super::{alignment::align, transcription::Transcription, word_places::word_places};

/// A word of a line's text, or a few consecutive ones, with its options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WordChoice {
    /// Its range of characters in the text.
    pub place: Range<usize>,
    /// The recognized word, then its alternatives, the most probable first.
    pub options: Vec<String>,
    /// The index of the option that the text has.
    pub chosen: usize,
}

impl Transcription {
    /// Words with a confidence below `threshold`, 0 to 1, that `text` still has: their ranges of characters in `text`,
    /// in order.
    pub fn doubtful_words_in(&self, text: &str, threshold: f32) -> Vec<Range<usize>> {
        let doubtful = self.words().into_iter().filter(|(_, confidence)| *confidence < threshold);
        let doubtful = doubtful.map(|(place, _)| place);
        if text == self.text {
            return doubtful.collect();
        }
        let versions = Versions::new(&self.text, text);
        let mut places: Vec<Range<usize>> = Vec::new();
        for place in doubtful {
            let found = versions.find(&place, &[versions.read.text_at(&place)]);
            // Two equal words may match the same place if one was deleted.
            let found = found.filter(|(at, _)| places.last().is_none_or(|last| last.end <= at.start));
            places.extend(found.map(|(at, _)| at));
        }
        places
    }

    /// The choice at the character `at` of `text`, the recognized text or a changed one. `None` without alternatives
    /// there, or if the text has a word that is none of the options.
    pub fn choice_at(&self, text: &str, at: usize) -> Option<WordChoice> {
        let mut versions = None;
        self.alternatives.iter().find_map(|alternatives| {
            let versions = versions.get_or_insert_with(|| Versions::new(&self.text, text));
            let as_read = versions.read.text_at(&alternatives.place);
            let mut others: Vec<String> = alternatives.others.iter().map(|other| other.text.clone()).collect();
            // Other words come before the same word with other stops.
            others.sort_by_key(|other| letters(other) == letters(&as_read));
            let options: Vec<String> = std::iter::once(as_read).chain(others).collect();
            let (place, chosen) = versions.find(&alternatives.place, &options)?;
            (place.start..=place.end).contains(&at).then_some(WordChoice { place, options, chosen })
        })
    }
}

impl WordChoice {
    /// The option `step` places after the chosen one, cyclically.
    pub fn option_beside(&self, step: isize) -> &str {
        let n_options = self.options.len() as isize;
        &self.options[(self.chosen as isize + step).rem_euclid(n_options) as usize]
    }

    /// `text` with `option` at the place of the choice.
    pub fn replaced(&self, text: &str, option: &str) -> String {
        let before: String = text.chars().take(self.place.start).collect();
        let behind: String = text.chars().skip(self.place.end).collect();
        before + option + &behind
    }
}

/// The letters and digits of a word, without stops.
fn letters(word: &str) -> String {
    word.chars().filter(|character| character.is_alphanumeric()).collect()
}

/// A line's recognized and current text, aligned by words.
struct Versions {
    read: Words,
    now: Words,
    /// The words that both have, in order: their indices in `read` and in `now`.
    same: Vec<(usize, usize)>,
}

impl Versions {
    fn new(read: &str, now: &str) -> Self {
        let (read, now) = (Words::split(read), Words::split(now));
        let pairs = align(&read.texts, &now.texts).into_iter().filter_map(|(i, j)| i.zip(j));
        let same = pairs.filter(|&(i, j)| read.texts[i] == now.texts[j]).collect();
        Self { read, now, same }
    }

    /// The current range of one of `options` that stands for the recognized words at `place`, and its index. Searched
    /// between the nearest unchanged words on either side; the option nearest to its expected position wins.
    fn find(&self, place: &Range<usize>, options: &[String]) -> Option<(Range<usize>, usize)> {
        let first = self.read.places.iter().position(|word| word.start >= place.start)?;
        let end = self.read.places.iter().position(|word| word.start >= place.end).unwrap_or(self.read.places.len());
        let before = self.same.iter().rfind(|(as_read, _)| *as_read < first);
        let behind = self.same.iter().find(|(as_read, _)| *as_read >= end);
        let from = before.map_or(0, |(_, now)| now + 1);
        let until = behind.map_or(self.now.texts.len(), |(_, now)| *now);
        let expected = from + first - before.map_or(0, |(as_read, _)| as_read + 1);
        let now = &self.now.texts;
        let found = options.iter().enumerate().flat_map(|(option, text)| {
            let words = Words::split(text).texts;
            let n_words = words.len();
            let places = (from..until).map(move |start| start..start + n_words);
            let is_there =
                move |place: &Range<usize>| !place.is_empty() && place.end <= until && now[place.clone()] == words;
            places.filter(is_there).map(move |place| (place, option))
        });
        // At equal distance the longest option: "in to" before "in".
        let (words, option) = found.min_by_key(|(words, _)| (words.start.abs_diff(expected), Reverse(words.len())))?;
        Some((self.now.places[words.start].start..self.now.places[words.end - 1].end, option))
    }
}

/// A text split into words.
struct Words {
    characters: Vec<char>,
    texts: Vec<String>,
    /// The range of characters of each word.
    places: Vec<Range<usize>>,
}

impl Words {
    fn split(text: &str) -> Self {
        let characters: Vec<char> = text.chars().collect();
        let places = word_places(&characters, |&character| character == ' ');
        let texts = places.iter().map(|place| characters[place.clone()].iter().collect()).collect();
        Self { characters, texts, places }
    }

    fn text_at(&self, place: &Range<usize>) -> String {
        self.characters.iter().skip(place.start).take(place.len()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::transcription::{Alternative, RecognizedCharacter, WordAlternatives};
    use proptest::prelude::*;

    fn read(text: &str, alternatives: &[(Range<usize>, &[&str])]) -> Transcription {
        let other = |text: &&str| Alternative { text: (*text).to_owned(), confidence: 0.1 };
        let alternatives = alternatives
            .iter()
            .map(|(place, others)| WordAlternatives {
                place: place.clone(),
                others: others.iter().map(other).collect(),
            })
            .collect();
        Transcription { text: text.to_owned(), alternatives, ..Transcription::default() }
    }

    #[test]
    fn a_word_goes_through_all_that_it_may_be_and_back() {
        let read = read("the mode is on", &[(4..8, &["made", "model"]), (12..14, &["an"])]);
        let mut text = read.text.clone();
        let mut seen = Vec::new();
        for _ in 0..3 {
            let choice = read.choice_at(&text, 6).unwrap();
            text = choice.replaced(&text, choice.option_beside(1));
            seen.push(text.clone());
        }
        assert_eq!(seen, ["the made is on", "the model is on", "the mode is on"]);
        assert_eq!(read.choice_at(&text, 6).unwrap().option_beside(-1), "model");
        assert_eq!(read.choice_at(&text, 1), None);
        assert_eq!(read.choice_at("", 0), None);
    }

    #[test]
    fn words_are_found_where_others_were_changed_and_not_where_the_reader_knows_none() {
        let read = read("in to the hous", &[(0..5, &["into"]), (10..14, &["house", "hours"])]);
        let choice = read.choice_at("into the big hous", 15).unwrap();
        assert_eq!((choice.place, choice.chosen), (13..17, 0));
        assert_eq!(read.choice_at("into the big hous", 2).unwrap().option_beside(1), "in to");
        assert_eq!(read.choice_at("in to the garden", 12), None);
    }

    #[test]
    fn doubtful_words_are_those_that_the_text_still_says() {
        let character = |(character, confidence)| RecognizedCharacter { character, confidence, start: 0.0, end: 0.0 };
        let read = [('a', 0.5), (' ', 1.0), ('b', 0.9), (' ', 1.0), ('c', 0.2)];
        let read = Transcription::new(read.map(character).to_vec());
        assert_eq!(read.doubtful_words_in("a b c", 0.8), [0..1, 4..5]);
        assert_eq!(read.doubtful_words_in("the b c", 0.8).first(), Some(&(6..7)));
        assert_eq!(read.doubtful_words_in("a b d", 0.8).first(), Some(&(0..1)));
        let twice = [('a', 0.5), (' ', 1.0), ('a', 0.5), (' ', 1.0), ('b', 1.0)];
        let twice = Transcription::new(twice.map(character).to_vec());
        assert_eq!(twice.doubtful_words_in("a c b", 0.8).first(), Some(&(0..1)));
        assert_eq!(twice.doubtful_words_in("a b", 0.8).len(), 1);
        assert!(read.doubtful_words_in("", 0.8).is_empty() && read.doubtful_words_in("a b c", 0.1).is_empty());
    }

    proptest! {
        #[test]
        fn any_text_has_a_choice_that_it_says_or_none(text in "[ab ]{0,12}", at in 0usize..14) {
            let read = read("ab ba a", &[(0..2, &["bb", "a b"]), (3..5, &["b"]), (6..7, &["aa"])]);
            if let Some(choice) = read.choice_at(&text, at) {
                let now: String = text.chars().skip(choice.place.start).take(choice.place.len()).collect();
                prop_assert_eq!(Words::split(&now).texts, Words::split(&choice.options[choice.chosen]).texts);
                prop_assert_eq!(choice.replaced(&text, &now), text);
            }
        }
    }
}
