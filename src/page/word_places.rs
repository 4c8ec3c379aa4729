//! The ranges of words among characters, labels or other items that spaces separate.

use std::ops::Range;

/// The ranges of the words in `items`: maximal runs of items that are no space.
pub fn word_places<T>(items: &[T], is_space: impl Fn(&T) -> bool) -> Vec<Range<usize>> {
    let mut places = Vec::new();
    let mut start = 0;
    for word in items.split(is_space) {
        if !word.is_empty() {
            places.push(start..start + word.len());
        }
        start += word.len() + 1;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_in_a_row_and_at_the_ends_part_words_as_one_does() {
        let places = |text: &str| word_places(text.as_bytes(), |&byte| byte == b' ');
        assert_eq!(places("ab c"), [0..2, 3..4]);
        assert_eq!(places("  ab  c "), [2..4, 6..7]);
        assert!(places("").is_empty() && places("  ").is_empty());
    }
}
