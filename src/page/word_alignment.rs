//! Which words of two texts stand for each other.

use super::comparable_text;

/// A word of a text held against another text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MarkedWord {
    /// The other text has it too, at its place.
    Same(String),
    /// The other text has another word there, or none.
    Different(String),
    /// The other text has a word here that this one lacks.
    Missing,
}

/// The words of `text`, each marked by whether `other` has it at its place, by the alignment with the fewest insertions,
/// deletions and substitutions of words. Both texts are made comparable first.
pub fn mark_words(text: &str, other: &str) -> Vec<MarkedWord> {
    let (text, other) = (comparable_text(text), comparable_text(other));
    let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    let others: Vec<&str> = other.split(' ').filter(|word| !word.is_empty()).collect();
    let distances = distances(&words, &others);
    let (mut i, mut j) = (words.len(), others.len());
    let mut marked = Vec::new();
    while i > 0 || j > 0 {
        let distance = distances[i][j];
        if i > 0 && j > 0 {
            let is_same = words[i - 1] == others[j - 1];
            if distances[i - 1][j - 1] + usize::from(!is_same) == distance {
                let word = words[i - 1].to_owned();
                marked.push(if is_same { MarkedWord::Same(word) } else { MarkedWord::Different(word) });
                (i, j) = (i - 1, j - 1);
                continue;
            }
        }
        if i > 0 && distances[i - 1][j] + 1 == distance {
            marked.push(MarkedWord::Different(words[i - 1].to_owned()));
            i -= 1;
        } else {
            marked.push(MarkedWord::Missing);
            j -= 1;
        }
    }
    marked.reverse();
    marked
}

/// Levenshtein distances of all beginnings of the two sequences.
fn distances(a: &[&str], b: &[&str]) -> Vec<Vec<usize>> {
    let mut rows = vec![(0..=b.len()).collect::<Vec<usize>>()];
    for (i, x) in a.iter().enumerate() {
        let above = &rows[i];
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            row.push((above[j] + usize::from(x != y)).min(above[j + 1] + 1).min(row[j] + 1));
        }
        rows.push(row);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::edit_distance;
    use proptest::prelude::*;

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
