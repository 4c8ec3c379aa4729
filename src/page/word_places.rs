//! Where words are among characters, labels or whatever else is parted by spaces.

use std::ops::Range;

/// The places of the words in `items`: runs of what is no space, however many spaces part them.
pub fn word_places<T>(items: &[T], is_space: impl Fn(&T) -> bool) -> Vec<Range<usize>> {
    let mut places = Vec::new();
    let mut start = 0;
    for part in items.split(is_space) {
        if !part.is_empty() {
            places.push(start..start + part.len());
        }
        start += part.len() + 1;
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
