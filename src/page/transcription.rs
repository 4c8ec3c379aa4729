//! The text that was read in a line, with confidences and alternatives.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::list_marker::MarkerKind;

/// The result of reading one line.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Transcription {
    /// The text, naturally spaced.
    pub text: String,
    /// The mean of the words' confidences, 0 to 1, which estimates the share of right words; 1 for an empty line.
    pub confidence: f32,
    /// The characters of `text`, one for one.
    pub characters: Vec<RecognizedCharacter>,
    /// Alternatives of its words, in order; their places do not overlap.
    #[serde(default)]
    pub alternatives: Vec<WordAlternatives>,
    /// Time from line image to text, in milliseconds.
    pub elapsed_ms: f32,
}

impl Transcription {
    /// The transcription of these characters, without alternatives.
    pub fn new(characters: Vec<RecognizedCharacter>) -> Self {
        let text = characters.iter().map(|read| read.character).collect();
        let mut read = Self { text, confidence: 1.0, characters, ..Self::default() };
        let words = read.words();
        if !words.is_empty() {
            read.confidence = words.iter().map(|(_, confidence)| confidence).sum::<f32>() / words.len() as f32;
        }
        read
    }

    /// This transcription of a list item with its marker before it, which takes the fraction `length` of the line. An
    /// empty transcription stays empty.
    pub(super) fn after_marker(self, kind: MarkerKind, length: f32) -> Self {
        let Some(first) = self.characters.first() else { return self };
        let end = length.clamp(0.0, first.start.max(0.0));
        let mark = |character, start| RecognizedCharacter { character, confidence: 1.0, start, end };
        let marks = [mark(kind.character(), 0.0), mark(' ', end)];
        let moved = |word: WordAlternatives| WordAlternatives {
            place: word.place.start + marks.len()..word.place.end + marks.len(),
            ..word
        };
        Self {
            text: marks.iter().map(|mark| mark.character).chain(self.text.chars()).collect(),
            characters: marks.into_iter().chain(self.characters).collect(),
            alternatives: self.alternatives.into_iter().map(moved).collect(),
            ..self
        }
    }

    /// This transcription by a reader adapted to the line, with the confidences of the `unadapted` reader if both texts
    /// are the same: an adapted reader is overconfident of its own pseudo-labels, right or wrong.
    #[must_use]
    pub fn or_unadapted(self, unadapted: &Self) -> Self {
        if self.text == unadapted.text { Self { elapsed_ms: self.elapsed_ms, ..unadapted.clone() } } else { self }
    }

    /// The words: their ranges of `characters` and their confidences, 0 to 1. A word's confidence is the product of
    /// those of its characters and of the spaces beside it, because one wrong character makes the word wrong.
    pub fn words(&self) -> Vec<(Range<usize>, f32)> {
        let mut words = Vec::new();
        let (mut start, mut blank_before) = (0, 1.0);
        for chunk in self.characters.split_inclusive(|read| read.character == ' ') {
            let n_letters = chunk.iter().filter(|read| read.character != ' ').count();
            if n_letters > 0 {
                let own: f32 = chunk.iter().map(|read| read.confidence).product();
                words.push((start..start + n_letters, blank_before * own));
            }
            blank_before = chunk.last().filter(|last| last.character == ' ').map_or(1.0, |blank| blank.confidence);
            start += chunk.len();
        }
        words
    }
}

/// One recognized character.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecognizedCharacter {
    /// The character.
    pub character: char,
    /// Its probability given the characters before it, 0 to 1.
    pub confidence: f32,
    /// Where it begins, as a fraction of the line image's width.
    pub start: f32,
    /// Where it ends, as a fraction of the line image's width.
    pub end: f32,
}

/// A recognized word, or a few consecutive ones, and its alternatives.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WordAlternatives {
    /// Its range of characters in the text that was read.
    pub place: Range<usize>,
    /// The alternatives, the most probable first.
    pub others: Vec<Alternative>,
}

/// An alternative of a word.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alternative {
    /// One word or two.
    pub text: String,
    /// Its confidence, 0 to 1.
    pub confidence: f32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_as_sure_as_all_their_characters_together() {
        let read = |character, confidence| RecognizedCharacter { character, confidence, start: 0.0, end: 0.0 };
        let read =
            Transcription::new(vec![read('a', 0.9), read('n', 0.4), read(' ', 0.5), read('I', 1.0), read('s', 0.8)]);
        let words = read.words();
        assert_eq!(words.iter().map(|word| word.0.clone()).collect::<Vec<_>>(), [0..2, 3..5]);
        assert!((words[0].1 - 0.18).abs() < 1e-5 && (words[1].1 - 0.4).abs() < 1e-5, "{words:?}");
        assert!((read.confidence - 0.29).abs() < 1e-5 && read.text == "an Is");
        assert!((Transcription::new(Vec::new()).confidence - 1.0).abs() < 1e-5);
        assert!(Transcription::default().words().is_empty());
    }
}
