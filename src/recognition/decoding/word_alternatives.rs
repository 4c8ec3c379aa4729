//! Word alternatives: other words at a place of the hypothesis, from the prefixes that the beam search kept.

use std::ops::Range;

use super::{
    beam_search::BeamSearch,
    ctc::{CtcHypothesis, LabelAlternatives},
};
use crate::page::word_places;

/// Alternatives of one place at most, so that a person can choose at a glance. No measurement recorded.
const MAX_ALTERNATIVES: usize = 4;
/// Share of the search, 0 to 1, below which an alternative is dropped. No measurement recorded.
const MIN_SHARE: f32 = 1e-3;

/// Alternatives of the words of `best`, from the beams of `search` some frames after each word. The label `space`
/// separates words; one word may become two, and two words one. The places are in order and do not overlap.
pub(super) fn word_alternatives(search: &BeamSearch<'_>, best: &CtcHypothesis, space: usize) -> Vec<LabelAlternatives> {
    let labels: Vec<usize> = best.labels.iter().map(|decoded| decoded.label).collect();
    let Some(path) = search.path(&labels) else { return Vec::new() };
    let mut rivals = Vec::new();
    let places = word_places(&labels, |&label| label == space);
    for (number, word) in places.iter().enumerate() {
        // The space after a word counts as part of it: without the space, two words may be one.
        let seen_until = best.labels[word.end.min(labels.len() - 1)].frames.end;
        let continuations = search.continuations(path[word.start], seen_until);
        let own = Words::split(&labels[word.start..], space, true);
        for (other, share) in continuations.with_shares {
            if let Some((n_words, with)) = own.first_difference(&Words::split(&other, space, continuations.is_whole)) {
                let place = word.start..places[number + n_words - 1].end;
                add(&mut rivals, Rival { place, with, share });
            }
        }
    }
    rivals.retain(|rival| rival.share >= MIN_SHARE);
    merged(rivals, &labels)
}

/// Labels that may stand at a place instead of those of the hypothesis, and their share of the search.
struct Rival {
    place: Range<usize>,
    with: Vec<usize>,
    share: f32,
}

/// Adds a rival, or its share to a known one: the beam holds the same words several times, with different words after
/// them.
fn add(rivals: &mut Vec<Rival>, rival: Rival) {
    match rivals.iter_mut().find(|known| (&known.place, &known.with) == (&rival.place, &rival.with)) {
        Some(known) => known.share += rival.share,
        None => rivals.push(rival),
    }
}

/// Labels split into words at runs of spaces. If `is_whole` is false, the last word is incomplete and may be empty.
struct Words<'a> {
    all: Vec<&'a [usize]>,
    space: usize,
    is_whole: bool,
}

impl<'a> Words<'a> {
    fn split(labels: &'a [usize], space: usize, is_whole: bool) -> Self {
        let mut all: Vec<&[usize]> = labels.split(|&label| label == space).collect();
        let incomplete = if is_whole { None } else { all.pop() };
        all.retain(|word| !word.is_empty());
        all.extend(incomplete);
        Self { all, space, is_whole }
    }

    /// The number of these words, from the first on, that differ in `other`, and the labels of `other` for them: one
    /// word for one, one for two or two for one, whichever lets the rest agree. `None` if the first word is the same,
    /// incomplete or missing.
    fn first_difference(&self, other: &Words<'_>) -> Option<(usize, Vec<usize>)> {
        let n_complete = other.all.len() - usize::from(!other.is_whole);
        if n_complete == 0 || self.all.first() == other.all.first() {
            return None;
        }
        let ways = [(1, 1), (1, 2), (2, 1)].into_iter().filter(|&(own, others)| {
            own <= self.all.len() && others <= n_complete && self.rest_agrees(own, other, others)
        });
        // The same letters with other spaces come first. If the rest differs too, later words report that difference.
        let has_other_letters =
            |&(own, others): &(usize, usize)| self.all[..own].concat() != other.all[..others].concat();
        let (n_own, n_others) = ways.min_by_key(has_other_letters).unwrap_or((1, 1));
        Some((n_own, other.all[..n_others].join(&self.space)))
    }

    /// Whether the words after the first `own` agree with those after the first `others` of `other`.
    fn rest_agrees(&self, own: usize, other: &Words<'_>, others: usize) -> bool {
        let (rest, other_rest) = (&self.all[own..], &other.all[others..]);
        if other.is_whole {
            return rest == other_rest;
        }
        let Some((incomplete, complete)) = other_rest.split_last() else { return true };
        rest.starts_with(complete) && rest.get(complete.len()).is_some_and(|word| word.starts_with(incomplete))
    }
}

/// Merges overlapping places into one, and extends the alternatives to the whole of it.
fn merged(mut rivals: Vec<Rival>, labels: &[usize]) -> Vec<LabelAlternatives> {
    rivals.sort_by_key(|rival| rival.place.start);
    let mut places: Vec<Range<usize>> = Vec::new();
    for Rival { place, .. } in &rivals {
        match places.last_mut() {
            Some(last) if place.start < last.end => last.end = last.end.max(place.end),
            _ => places.push(place.clone()),
        }
    }
    let mut found = Vec::new();
    for place in places {
        let inside = rivals.iter().filter(|rival| place.start <= rival.place.start && rival.place.end <= place.end);
        let in_whole_place = |rival: &Rival| {
            let (before, behind) = (&labels[place.start..rival.place.start], &labels[rival.place.end..place.end]);
            ([before, &rival.with, behind].concat(), rival.share)
        };
        let mut others: Vec<(Vec<usize>, f32)> = inside.map(in_whole_place).collect();
        others.sort_by(|a, b| b.1.total_cmp(&a.1));
        others.truncate(MAX_ALTERNATIVES);
        found.push(LabelAlternatives { place, others });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPACE: usize = 9;

    fn difference(own: &[usize], other: &[usize], is_whole: bool) -> Option<(usize, Vec<usize>)> {
        Words::split(own, SPACE, true).first_difference(&Words::split(other, SPACE, is_whole))
    }

    #[test]
    fn a_word_stands_for_one_for_two_or_two_for_one() {
        let own = [1, 2, SPACE, 3, 4, SPACE, 5];
        assert_eq!(difference(&own, &[1, 6, SPACE, 3, 4, SPACE, 5], true), Some((1, vec![1, 6])));
        assert_eq!(difference(&own, &[1, SPACE, 2, SPACE, 3, 4, SPACE, 5], true), Some((1, vec![1, SPACE, 2])));
        assert_eq!(difference(&own, &[1, 2, 3, 4, SPACE, 5], true), Some((2, vec![1, 2, 3, 4])));
        assert_eq!(difference(&own, &[1, 6, SPACE, 7, SPACE, 8], true), Some((1, vec![1, 6])));
        assert_eq!(difference(&own, &own, true), None);
    }

    #[test]
    fn spaces_in_a_row_and_at_the_end_part_words_as_one_does() {
        let own = [1, 2, SPACE, SPACE, 3, 4, SPACE];
        assert_eq!(difference(&own, &[1, 2, 3, 4], true), Some((2, vec![1, 2, 3, 4])));
        assert_eq!(difference(&own, &[1, 6, SPACE, 3, 4], true), Some((1, vec![1, 6])));
        assert_eq!(difference(&own[4..], &[3, 4, SPACE, SPACE, 5], true), None);
        assert_eq!(difference(&own, &[SPACE, SPACE], true), None);
    }

    #[test]
    fn a_word_under_way_is_no_alternative_and_agrees_with_what_it_may_become() {
        let own = [1, 2, SPACE, 3, 4, SPACE, 5];
        assert_eq!(difference(&own, &[1, 6], false), None);
        assert_eq!(difference(&own, &[1, 6, SPACE, 3], false), Some((1, vec![1, 6])));
        assert_eq!(difference(&own, &[1, SPACE, 2, SPACE, 3], false), Some((1, vec![1, SPACE, 2])));
        assert_eq!(difference(&own, &[1, 2, 3, 4, SPACE], false), Some((2, vec![1, 2, 3, 4])));
    }

    #[test]
    fn places_that_overlap_are_one() {
        let labels = [1, SPACE, 2, SPACE, 3];
        let rival = |place: Range<usize>, with: &[usize], share| Rival { place, with: with.to_vec(), share };
        let rivals =
            vec![rival(2..3, &[6], 0.2), rival(0..1, &[5], 0.1), rival(0..3, &[1, 2], 0.05), rival(4..5, &[7], 0.3)];
        let found = merged(rivals, &labels);
        let shown: Vec<(Range<usize>, Vec<&[usize]>)> = found
            .iter()
            .map(|at| (at.place.clone(), at.others.iter().map(|(other, _)| other.as_slice()).collect()))
            .collect();
        assert_eq!(shown[0], (0..3, vec![[1, SPACE, 6].as_slice(), &[5, SPACE, 2], &[1, 2]]));
        assert_eq!(shown[1], (4..5, vec![[7].as_slice()]));
    }
}
