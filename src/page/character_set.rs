//! The characters of a network's labels.

use thiserror::Error;

/// The label of the CTC blank in every model.
pub const BLANK: usize = 0;

/// Characters in label order. Label 0 is the blank, so the first character has label 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CharacterSet {
    characters: Vec<char>,
}

/// Why `charset.txt` is invalid.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum CharacterSetError {
    /// The list is empty.
    #[error("the character set is empty")]
    Empty,
    /// A line of the list is not one character.
    #[error("line {line} of the character set is not one character")]
    NotOneCharacter {
        /// The line, from 1.
        line: usize,
    },
    /// A character is listed twice.
    #[error("the character set lists {character:?} twice")]
    Repeated {
        /// The character.
        character: char,
    },
}

impl CharacterSet {
    /// The 95 printable ASCII characters, from space to tilde (labels 1 to 95).
    pub fn ascii() -> Self {
        Self { characters: (' '..='~').collect() }
    }

    /// Parses `charset.txt`: one character per line, in label order.
    pub fn parse(text: &str) -> Result<Self, CharacterSetError> {
        let mut characters = Vec::new();
        for (index, line) in text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).enumerate() {
            let mut rest = line.chars();
            match (rest.next(), rest.next()) {
                (Some(character), None) if characters.contains(&character) => {
                    return Err(CharacterSetError::Repeated { character });
                }
                (Some(character), None) => characters.push(character),
                (None, _) if index + 1 == text.split('\n').count() => {}
                _ => return Err(CharacterSetError::NotOneCharacter { line: index + 1 }),
            }
        }
        if characters.is_empty() { Err(CharacterSetError::Empty) } else { Ok(Self { characters }) }
    }

    /// The text of `charset.txt`, as [`CharacterSet::parse`] takes it.
    pub fn to_file_text(&self) -> String {
        self.characters.iter().flat_map(|&c| [c, '\n']).collect()
    }

    /// The number of labels, including the blank.
    pub fn n_labels(&self) -> usize {
        self.characters.len() + 1
    }

    /// The character of `label`; `None` for the blank and for labels out of range.
    pub fn character(&self, label: usize) -> Option<char> {
        self.characters.get(label.checked_sub(1)?).copied()
    }

    /// The label of `character`; `None` if the set lacks it.
    pub fn label(&self, character: char) -> Option<usize> {
        // ASCII sets are in code order, so the guess is almost always right.
        let guess = (character as usize).wrapping_sub(' ' as usize);
        if self.characters.get(guess) == Some(&character) {
            return Some(guess + 1);
        }
        self.characters.iter().position(|&c| c == character).map(|index| index + 1)
    }

    /// The labels of `text`, without characters that the set lacks.
    pub fn encode(&self, text: &str) -> Vec<usize> {
        text.chars().filter_map(|c| self.label(c)).collect()
    }

    /// The text of `labels`, without blanks.
    pub fn decode(&self, labels: &[usize]) -> String {
        labels.iter().filter_map(|&label| self.character(label)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ascii_has_96_labels_with_the_blank_first() {
        let set = CharacterSet::ascii();
        assert_eq!(set.n_labels(), 96);
        assert_eq!(set.character(BLANK), None);
        assert_eq!(set.label(' '), Some(1));
        assert_eq!(set.label('~'), Some(95));
        assert_eq!(set.character(96), None);
    }

    #[test]
    fn a_file_that_is_no_character_set_is_refused() {
        assert_eq!(CharacterSet::parse(""), Err(CharacterSetError::Empty));
        assert_eq!(CharacterSet::parse("a\nbc\n"), Err(CharacterSetError::NotOneCharacter { line: 2 }));
        assert_eq!(CharacterSet::parse("a\n\nb\n"), Err(CharacterSetError::NotOneCharacter { line: 2 }));
        assert_eq!(CharacterSet::parse("a\na\n"), Err(CharacterSetError::Repeated { character: 'a' }));
    }

    #[test]
    fn a_file_is_read_as_it_was_written() {
        let set = CharacterSet::ascii();
        assert_eq!(CharacterSet::parse(&set.to_file_text()), Ok(set));
    }

    proptest! {
        #[test]
        fn decoding_undoes_encoding(text in "[ -~]{0,40}") {
            let set = CharacterSet::ascii();
            prop_assert_eq!(set.decode(&set.encode(&text)), text);
        }
    }
}
