//! The characters of a network's labels, and what stands for them where only ASCII is known.

use std::sync::LazyLock;

use thiserror::Error;
use unicode_normalization::UnicodeNormalization as _;

/// The label of the CTC blank in every model.
pub const BLANK: usize = 0;

/// What notes in the languages of western Europe hold beside ASCII, in label order behind it. Only ever extended at its
/// end: a network's characters are as many of ASCII and these, from the first on, as it has labels.
///
/// Curved quotation marks, long dashes and the ellipsis are not among them: no pen stroke tells them from `"`, `'`, `-`
/// and `...`, so they follow from the text, see [`typographic`](fn@crate::page::typographic).
const WESTERN: &str = "£€§°½×÷→±²¡¿àáâäåæçèéêëíîïñóôöøœßùúûüÀÁÂÄÅÆÇÈÉÊËÍÎÏÑÓÔÖØŒÙÚÛÜ";
/// ASCII and [`WESTERN`].
static ALL: LazyLock<Vec<char>> = LazyLock::new(|| (' '..='~').chain(WESTERN.chars()).collect());

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

    /// The 95 of ASCII, then letters with accents, ligatures, £, €, ° and other signs of western European notes.
    pub fn western() -> Self {
        Self { characters: ALL.clone() }
    }

    /// The characters of a network of this project with `n_labels` labels, the blank included: the first of
    /// [`CharacterSet::western`].
    pub fn of_labels(n_labels: usize) -> Self {
        Self { characters: ALL.iter().take(n_labels.saturating_sub(1)).copied().collect() }
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

/// The printable ASCII character that stands for `character` where only ASCII is known: the letter without its accent,
/// a sign of the same use. `None` where there is none.
pub fn ascii_like(character: char) -> Option<char> {
    Some(match character {
        ' '..='~' => character,
        '£' | '€' => '$',
        '§' => '#',
        '°' => '\'',
        '½' | '²' => '2',
        '×' => 'x',
        '÷' => '/',
        '→' => '>',
        '±' => '+',
        '¡' => '!',
        '¿' => '?',
        'ß' => 's',
        'æ' => 'a',
        'Æ' => 'A',
        'œ' | 'ø' => 'o',
        'Œ' | 'Ø' => 'O',
        _ => return std::iter::once(character).nfd().next().filter(char::is_ascii),
    })
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
    fn a_network_s_characters_follow_from_its_number_of_labels() {
        assert_eq!(CharacterSet::of_labels(96), CharacterSet::ascii());
        let western = CharacterSet::western();
        assert_eq!(CharacterSet::of_labels(western.n_labels()), western);
        assert_eq!(western.label('£'), Some(96));
        assert_eq!(CharacterSet::parse(&western.to_file_text()), Ok(western.clone()));
        assert_eq!(western.decode(&western.encode("Crème brûlée für £3½")), "Crème brûlée für £3½");
    }

    #[test]
    fn the_pytorch_recipe_has_the_same_characters() {
        let lines = include_str!("../../models/pytorch/longhand_recipe/lines.py");
        assert!(lines.contains(&format!("WESTERN = \"{WESTERN}\"")));
    }

    #[test]
    fn every_character_has_one_of_ascii_that_stands_for_it() {
        for &character in ALL.iter() {
            assert!(ascii_like(character).is_some_and(|like| matches!(like, ' '..='~')), "{character}");
        }
        let like: String = "Šárka, Größe, naïve".chars().filter_map(ascii_like).collect();
        assert_eq!(like, "Sarka, Grose, naive");
        assert_eq!(ascii_like('字'), None);
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
