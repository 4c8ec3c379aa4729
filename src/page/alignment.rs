//! Levenshtein alignment of two sequences.

/// An alignment of `reference` and `hypothesis` with the fewest edits, as pairs of indices in order: both for a kept or
/// substituted item, the first alone for a deletion, the second alone for an insertion.
///
/// Among equal alignments, the one with the earliest substitutions is returned.
pub fn align<T: PartialEq>(reference: &[T], hypothesis: &[T]) -> Vec<(Option<usize>, Option<usize>)> {
    let width = hypothesis.len() + 1;
    // The distance of `reference[i..]` and `hypothesis[j..]`, `[i, j]`.
    let mut table = vec![0_usize; (reference.len() + 1) * width];
    for i in (0..=reference.len()).rev() {
        for j in (0..=hypothesis.len()).rev() {
            table[i * width + j] = match (reference.get(i), hypothesis.get(j)) {
                (Some(a), Some(b)) => {
                    let kept = table[(i + 1) * width + j + 1] + usize::from(a != b);
                    kept.min(table[(i + 1) * width + j] + 1).min(table[i * width + j + 1] + 1)
                }
                _ => reference.len() - i + hypothesis.len() - j,
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut pairs = Vec::with_capacity(reference.len().max(hypothesis.len()));
    while i < reference.len() || j < hypothesis.len() {
        let left = table[i * width + j];
        let both = reference.get(i).zip(hypothesis.get(j));
        if both.is_some_and(|(a, b)| left == table[(i + 1) * width + j + 1] + usize::from(a != b)) {
            pairs.push((Some(i), Some(j)));
            (i, j) = (i + 1, j + 1);
        } else if i < reference.len() && left == table[(i + 1) * width + j] + 1 {
            pairs.push((Some(i), None));
            i += 1;
        } else {
            pairs.push((None, Some(j)));
            j += 1;
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::error_rate::edit_distance;
    use proptest::prelude::*;

    fn pairs(a: &str, b: &str) -> String {
        let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
        let show = |item: Option<char>| item.unwrap_or('_');
        align(&a, &b).into_iter().flat_map(|(i, j)| [show(i.map(|i| a[i])), show(j.map(|j| b[j])), ' ']).collect()
    }

    #[test]
    fn replaced_left_out_and_put_in_are_told_apart() {
        assert_eq!(pairs("cat", "cut"), "cc au tt ");
        assert_eq!(pairs("cat", "ct"), "cc a_ tt ");
        assert_eq!(pairs("ct", "cat"), "cc _a tt ");
        assert_eq!(pairs("", "a"), "_a ");
        assert_eq!(pairs("", ""), "");
    }

    proptest! {
        #[test]
        fn it_makes_as_many_edits_as_the_distance_says(a in "[abc]{0,9}", b in "[abc]{0,9}") {
            let (a, b) = (a.as_bytes(), b.as_bytes());
            let pairs = align(a, b);
            let is_edit = |(i, j): &&(Option<usize>, Option<usize>)| i.map(|i| a[i]) != j.map(|j| b[j]);
            prop_assert_eq!(pairs.iter().filter(is_edit).count(), edit_distance(a, b));
            prop_assert!(pairs.iter().filter_map(|pair| pair.0).eq(0..a.len()));
            prop_assert!(pairs.iter().filter_map(|pair| pair.1).eq(0..b.len()));
        }
    }
}
