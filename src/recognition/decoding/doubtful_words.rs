//! Doubtful words: the parts of a line that are looked at again, and the line put together from them.

use std::ops::Range;

use super::{
    beam_search::Beside,
    ctc::{CtcHypothesis, DecodedLabel, LabelAlternatives},
};
use crate::{
    page::{BLANK, word_places},
    recognition::engine::line_model::LabelPosteriors,
};

/// Labels before a part that the language models are given at least, where there are so many, and words behind it.
const N_BEFORE: usize = 24;
const N_WORDS_AFTER: usize = 1;
/// Posterior of the blank, 0 to 1, in the frames of the spaces beside a part.
const BETWEEN: f32 = 0.999;

/// Words of a hypothesis that follow one another: its doubtful ones with their neighbours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DoubtfulPart {
    /// The labels of its words and of the spaces between them.
    pub(crate) labels: Range<usize>,
    /// The frames from the middle of the space before it to the middle of that behind it.
    pub(crate) frames: Range<usize>,
    /// Those without the spaces.
    inner_frames: Range<usize>,
}

impl DoubtfulPart {
    /// What the language models are given of `read` beside the part.
    pub(crate) fn beside(&self, read: &CtcHypothesis, space: usize) -> Beside {
        let labels: Vec<usize> = read.labels.iter().map(|decoded| decoded.label).collect();
        let (before, after) = (&labels[..self.labels.start], &labels[self.labels.end..]);
        let far = before.len().saturating_sub(N_BEFORE);
        let first = before[..far].iter().rposition(|&label| label == space).map_or(0, |space| space + 1);
        let end =
            word_places(after, |&label| label == space).get(N_WORDS_AFTER - 1).map_or(after.len(), |word| word.end);
        Beside { before: before[first..].to_vec(), after: after[..end].to_vec() }
    }

    /// The part of a line's posteriors. The spaces beside it become blanks.
    pub(crate) fn posteriors(&self, line: &LabelPosteriors) -> LabelPosteriors {
        let mut part = Vec::with_capacity(self.frames.len() * line.n_labels);
        for (frame, row) in line.frames().enumerate().take(self.frames.end).skip(self.frames.start) {
            let start = part.len();
            part.extend_from_slice(row);
            if !self.inner_frames.contains(&frame) {
                let row = &mut part[start..];
                row.fill(((1.0 - BETWEEN) / row.len() as f32).ln());
                row[BLANK] = BETWEEN.ln();
            }
        }
        LabelPosteriors { log_probs: part, n_labels: line.n_labels }
    }
}

/// The parts of `read`, a line of `n_frames`, with words whose confidence is below `min_confidence`, each with the word
/// before and the one behind. Parts that touch are one.
pub(crate) fn doubtful_parts(
    read: &CtcHypothesis,
    n_frames: usize,
    space: usize,
    min_confidence: f32,
) -> Vec<DoubtfulPart> {
    let places = word_places(&read.labels, |decoded| decoded.label == space);
    let mut words: Vec<Range<usize>> = Vec::new();
    for (index, place) in places.iter().enumerate() {
        if word_confidence(&read.labels, place, space) < min_confidence {
            let (first, end) = (index.saturating_sub(1), (index + 2).min(places.len()));
            match words.last_mut() {
                Some(last) if first <= last.end => last.end = end,
                _ => words.push(first..end),
            }
        }
    }
    let part = |words: Range<usize>| {
        let labels = places[words.start].start..places[words.end - 1].end;
        let middle = |space: &DecodedLabel| usize::midpoint(space.frames.start, space.frames.end);
        // At the ends of a line there may be spaces, too, but no words beyond.
        let start = if words.start == 0 { 0 } else { middle(&read.labels[labels.start - 1]) };
        let end = if words.end == places.len() { n_frames } else { middle(&read.labels[labels.end]) };
        let inner_start = if words.start == 0 { 0 } else { read.labels[labels.start - 1].frames.end };
        let inner_end = if words.end == places.len() { n_frames } else { read.labels[labels.end].frames.start };
        DoubtfulPart { labels, frames: start..end, inner_frames: inner_start..inner_end }
    };
    words.into_iter().map(part).collect()
}

/// The product of the confidences of a word's labels and of the spaces beside it.
fn word_confidence(labels: &[DecodedLabel], place: &Range<usize>, space: usize) -> f32 {
    let beside = |at: Option<usize>| at.and_then(|at| labels.get(at)).filter(|beside| beside.label == space);
    let spaces = [beside(place.start.checked_sub(1)), beside(Some(place.end))];
    let own: f32 = labels[place.clone()].iter().map(|decoded| decoded.confidence).product();
    spaces.into_iter().flatten().fold(own, |product, space| product * space.confidence)
}

/// `line` with other labels for those of `part`. The frames of `part_read` are those of the line.
pub(crate) fn replace(line: &mut CtcHypothesis, part: &Range<usize>, part_read: CtcHypothesis) {
    let (n_before, n_new) = (part.start, part_read.labels.len());
    let moved = |place: Range<usize>| place.start + n_new - part.len()..place.end + n_new - part.len();
    let mut alternatives = Vec::new();
    let (mut after, mut own) = (Vec::new(), part_read.alternatives);
    for known in std::mem::take(&mut line.alternatives) {
        if known.place.end <= part.start {
            alternatives.push(known);
        } else if known.place.start >= part.end {
            after.push(LabelAlternatives { place: moved(known.place), ..known });
        }
    }
    for own in &mut own {
        own.place = own.place.start + n_before..own.place.end + n_before;
    }
    alternatives.append(&mut own);
    alternatives.append(&mut after);
    line.alternatives = alternatives;
    line.labels.splice(part.clone(), part_read.labels);
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPACE: usize = 9;

    /// Labels, each in two frames with one blank behind, with these confidences.
    fn read(labels: &[(usize, f32)]) -> CtcHypothesis {
        let decoded = labels.iter().enumerate().map(|(index, &(label, confidence))| DecodedLabel {
            label,
            frames: 3 * index..3 * index + 2,
            confidence,
        });
        CtcHypothesis { labels: decoded.collect(), ..CtcHypothesis::default() }
    }

    /// Words of one letter each with these confidences.
    fn words(confidences: &[f32]) -> CtcHypothesis {
        let labels: Vec<[(usize, f32); 2]> = confidences.iter().map(|&sure| [(1, sure), (SPACE, 1.0)]).collect();
        let labels = labels.concat();
        read(&labels[..labels.len() - 1])
    }

    fn places(confidences: &[f32]) -> Vec<(Range<usize>, Range<usize>)> {
        let read = words(confidences);
        let parts = doubtful_parts(&read, 3 * read.labels.len(), SPACE, 0.9);
        parts.into_iter().map(|part| (part.labels, part.frames)).collect()
    }

    #[test]
    fn doubtful_words_come_with_their_neighbours() {
        assert_eq!(places(&[0.95; 5]), []);
        assert_eq!(places(&[1.0, 1.0, 1.0, 0.5, 1.0, 1.0]), [(4..9, 10..28)]);
        assert_eq!(places(&[0.5, 1.0, 1.0, 1.0, 1.0, 0.5]), [(0..3, 0..10), (8..11, 22..33)]);
        assert_eq!(places(&[0.5, 1.0, 1.0, 0.5, 1.0]), [(0..9, 0..27)], "what touches is one");
        assert_eq!(places(&[0.2]), [(0..1, 0..3)]);
    }

    #[test]
    fn a_doubtful_space_makes_both_words_doubtful() {
        let read = read(&[(1, 1.0), (SPACE, 1.0), (1, 1.0), (SPACE, 0.6), (2, 1.0), (SPACE, 1.0), (1, 1.0)]);
        let parts = doubtful_parts(&read, 21, SPACE, 0.9);
        let labels: Vec<_> = parts.iter().map(|part| (part.labels.start, part.labels.end)).collect();
        assert_eq!(labels, [(0, 7)]);
    }

    #[test]
    fn spaces_beside_a_part_are_no_part_of_it() {
        let read = words(&[1.0, 1.0, 1.0, 0.5, 1.0, 1.0]);
        let n_labels = 10;
        let line = LabelPosteriors {
            log_probs: (0..3 * read.labels.len()).flat_map(|_| vec![0.1_f32.ln(); n_labels]).collect(),
            n_labels,
        };
        let part = &doubtful_parts(&read, 33, SPACE, 0.9)[0];
        let posteriors = part.posteriors(&line);
        let is_blank: Vec<bool> = posteriors.frames().map(|row| row[BLANK] > 0.5_f32.ln()).collect();
        assert_eq!(is_blank.len(), part.frames.len());
        assert_eq!(is_blank.iter().filter(|blank| **blank).count(), 2, "{is_blank:?}");
        assert!(is_blank[0] && is_blank[is_blank.len() - 1]);
        let beside = part.beside(&read, SPACE);
        assert_eq!((beside.before, beside.after), (vec![1, SPACE, 1, SPACE], vec![SPACE, 1]));
    }

    #[test]
    fn a_part_takes_its_place_with_its_alternatives() {
        let mut line = words(&[1.0, 0.5, 1.0, 1.0]);
        let alternatives = |place: Range<usize>| LabelAlternatives { place, others: vec![(vec![7], 0.1)] };
        line.alternatives = vec![alternatives(0..1), alternatives(2..3), alternatives(6..7)];
        let mut again = read(&[(5, 0.9), (6, 0.9), (5, 0.8)]);
        again.alternatives = vec![alternatives(1..3)];
        replace(&mut line, &(2..5), again);
        let labels: Vec<usize> = line.labels.iter().map(|decoded| decoded.label).collect();
        assert_eq!(labels, [1, SPACE, 5, 6, 5, SPACE, 1]);
        assert_eq!(line.alternatives.iter().map(|at| at.place.clone()).collect::<Vec<_>>(), [0..1, 3..5, 6..7]);
    }
}
