//! From label posteriors to labels: CTC decoding (Graves et al., "Connectionist Temporal Classification", ICML 2006).

use std::ops::Range;

use super::{multi_view::Views, word_alternatives::LabelAlternatives};
use crate::{
    page::{BLANK, CharacterSet},
    recognition::{
        engine::line_model::LabelPosteriors,
        language::{
            ngram_model::LanguageModel, recurrent_model::RecurrentLanguageModel, scorer::LanguageScorer,
            word_list::WordList,
        },
    },
};

/// How the labels of a line are found in their posteriors.
#[derive(Clone, Debug)]
pub enum CtcDecoder {
    /// The most probable label of every frame.
    Greedy,
    /// Prefix beam search: the most probable labelling over all its alignments.
    Beam {
        /// Prefixes kept after every frame.
        width: usize,
    },
    /// Prefix beam search for the labelling that is best by network and language together.
    Language {
        /// Prefixes kept after every frame.
        width: usize,
        /// The language.
        scorer: LanguageScorer,
    },
}

/// A labelling of a line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CtcHypothesis {
    /// Labels without blanks, in order.
    pub labels: Vec<DecodedLabel>,
    /// Natural logarithm of the probability of this labelling, over all its alignments.
    pub log_prob: f32,
    /// What else its words may be, in order; none from a decoder that does not search.
    pub alternatives: Vec<LabelAlternatives>,
}

/// One label that was decoded.
#[derive(Clone, Debug, PartialEq)]
pub struct DecodedLabel {
    /// Never the blank.
    pub label: usize,
    /// The frames that emit it on the best alignment.
    pub frames: Range<usize>,
    /// How sure it is after the labels before it, 0 to 1: its greatest posterior in those frames, or the part of a beam
    /// search that agrees with it.
    pub confidence: f32,
}

impl CtcDecoder {
    /// The beam of `--decoder beam`: wider ones cost time and change next to nothing without a language model.
    pub const DEFAULT_BEAM: Self = Self::Beam { width: 16 };

    /// Search with the English language model inside the program, for a network with these characters.
    pub fn english(characters: &CharacterSet) -> Self {
        Self::Language {
            width: 24,
            scorer: LanguageScorer::new(LanguageModel::english(), WordList::english(), characters)
                .with_recurrent(RecurrentLanguageModel::english()),
        }
    }

    /// Decodes one line.
    pub fn decode(&self, posteriors: &LabelPosteriors) -> CtcHypothesis {
        self.decode_words(posteriors, None)
    }

    /// Decodes one line whose words are parted by the label `space`, if there is one, and tells what else they may be.
    pub fn decode_words(&self, posteriors: &LabelPosteriors, space: Option<usize>) -> CtcHypothesis {
        Views::new(self, posteriors.clone()).best(space).1
    }
}

/// The greatest posterior of every frame, repeats merged, blanks left out.
pub(super) fn greedy_labels(posteriors: &LabelPosteriors) -> Vec<usize> {
    let mut path: Vec<usize> = posteriors.frames().map(most_probable).collect();
    path.dedup();
    path.retain(|&label| label != BLANK);
    path
}

/// The first of the most probable labels.
fn most_probable(frame: &[f32]) -> usize {
    let mut best = 0;
    for (label, log_prob) in frame.iter().enumerate() {
        if *log_prob > frame[best] {
            best = label;
        }
    }
    best
}

/// Confidence and frames of `labels` by their best alignment (Viterbi), and their probability over all alignments.
pub(crate) fn hypothesis(posteriors: &LabelPosteriors, labels: &[usize]) -> CtcHypothesis {
    let frames: Vec<&[f32]> = posteriors.frames().collect();
    let decoded = align(&frames, labels).into_iter().zip(labels).map(|(span, &label)| {
        let best = frames[span.clone()].iter().map(|frame| frame[label]).fold(f32::NEG_INFINITY, f32::max);
        DecodedLabel { label, frames: span, confidence: best.exp().clamp(0.0, 1.0) }
    });
    CtcHypothesis { labels: decoded.collect(), log_prob: log_probability(posteriors, labels), alternatives: Vec::new() }
}

/// What stands at a place of the labelling with blanks between, before and after its labels.
fn state_label(labels: &[usize], state: usize) -> usize {
    if state.is_multiple_of(2) { BLANK } else { labels[state / 2] }
}

/// Whether `state` may follow the state two before it: only a blank between equal labels must not be skipped.
fn may_skip(labels: &[usize], state: usize) -> bool {
    state >= 3 && !state.is_multiple_of(2) && labels[state / 2] != labels[state / 2 - 1]
}

/// The frames of every label on the most probable alignment of `labels` with `[time, label]`: scores that rise with
/// log-probabilities by the same in all labels of a frame will do. Labels that need more frames than there are lie anywhere.
pub(crate) fn align(frames: &[&[f32]], labels: &[usize]) -> Vec<Range<usize>> {
    let n_states = 2 * labels.len() + 1;
    let mut scores = vec![f32::NEG_INFINITY; n_states];
    // How many states back each state was reached from, `[frame, state]`.
    let mut steps = vec![0u8; frames.len() * n_states];
    for (time, frame) in frames.iter().enumerate() {
        let steps = &mut steps[time * n_states..][..n_states];
        for state in (0..n_states).rev() {
            let reachable = if time == 0 { f32::NEG_INFINITY } else { scores[state] };
            let mut best = (if time == 0 && state < 2 { 0.0 } else { reachable }, 0);
            if time > 0 && state >= 1 && scores[state - 1] > best.0 {
                best = (scores[state - 1], 1);
            }
            if time > 0 && may_skip(labels, state) && scores[state - 2] > best.0 {
                best = (scores[state - 2], 2);
            }
            scores[state] = best.0 + frame[state_label(labels, state)];
            steps[state] = best.1;
        }
    }
    let mut spans = vec![0..0; labels.len()];
    let mut state = n_states - 1;
    if n_states > 1 && scores[n_states - 2] > scores[n_states - 1] {
        state -= 1;
    }
    for time in (0..frames.len()).rev() {
        if !state.is_multiple_of(2) {
            let span = &mut spans[state / 2];
            *span = time..if span.end == 0 { time + 1 } else { span.end };
        }
        state -= usize::from(steps[time * n_states + state]);
    }
    spans
}

/// The logarithm of the probability of `labels` over all alignments (CTC's forward variable). Probabilities are added as they
/// are, and scaled up frame by frame, which is many times as fast as by their logarithms.
pub(super) fn log_probability(posteriors: &LabelPosteriors, labels: &[usize]) -> f32 {
    let n_states = 2 * labels.len() + 1;
    let mut forward = vec![0.0f64; n_states];
    let mut log_scale = 0.0;
    for (time, frame) in posteriors.frames().enumerate() {
        let blank = f64::from(frame[BLANK].exp());
        for state in (0..n_states).rev() {
            let arriving = if time == 0 {
                f64::from(u8::from(state < 2))
            } else {
                let from_before = if state >= 1 { forward[state - 1] } else { 0.0 };
                let skipping = if may_skip(labels, state) { forward[state - 2] } else { 0.0 };
                forward[state] + from_before + skipping
            };
            let given = if state.is_multiple_of(2) { blank } else { f64::from(frame[labels[state / 2]].exp()) };
            forward[state] = arriving * given;
        }
        let sum: f64 = forward.iter().sum();
        if sum == 0.0 {
            return f32::NEG_INFINITY;
        }
        for part in &mut forward {
            *part /= sum;
        }
        log_scale += sum.ln();
    }
    let at_end: f64 = forward[n_states.saturating_sub(2)..].iter().sum();
    (at_end.ln() + log_scale) as f32
}

/// A probability this much smaller than another, by its logarithm, adds nothing to it.
const NEGLIGIBLE: f32 = 17.0;

/// `ln(e^a + e^b)`: the sum of two probabilities given by their logarithms.
pub fn log_add(a: f32, b: f32) -> f32 {
    let (low, high) = if a < b { (a, b) } else { (b, a) };
    // Beyond that the smaller one is lost in the rounding anyway.
    if high - low < NEGLIGIBLE { high + (low - high).exp().ln_1p() } else { high }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn posteriors(probs: &[Vec<f32>]) -> LabelPosteriors {
        let n_labels = probs[0].len();
        let normal = probs.iter().flat_map(|row| {
            let sum: f32 = row.iter().sum();
            row.iter().map(move |prob| (prob / sum).ln())
        });
        LabelPosteriors { log_probs: normal.collect(), n_labels }
    }

    fn labels(hypothesis: &CtcHypothesis) -> Vec<usize> {
        hypothesis.labels.iter().map(|decoded| decoded.label).collect()
    }

    /// Frames that say `path` with 9 in 10.
    fn frames_of(path: &[usize]) -> LabelPosteriors {
        let rows: Vec<Vec<f32>> =
            path.iter().map(|&best| (0..3).map(|label| if label == best { 0.9 } else { 0.05 }).collect()).collect();
        posteriors(&rows)
    }

    #[test]
    fn repeats_merge_unless_a_blank_parts_them() {
        let decoded = CtcDecoder::Greedy.decode(&frames_of(&[0, 1, 1, 0, 1, 2, 0]));
        assert_eq!(labels(&decoded), [1, 1, 2]);
        let spans: Vec<_> = decoded.labels.iter().map(|label| label.frames.clone()).collect();
        assert_eq!(spans, [1..3, 4..5, 5..6]);
        assert!((decoded.labels[0].confidence - 0.9).abs() < 1e-5);
    }

    #[test]
    fn the_beam_finds_what_many_alignments_say_together() {
        // The best single path is blank blank (0.36), but the alignments of label 1 sum to 0.64.
        let unsure = posteriors(&[vec![0.6, 0.4], vec![0.6, 0.4]]);
        assert!(labels(&CtcDecoder::Greedy.decode(&unsure)).is_empty());
        let decoded = CtcDecoder::DEFAULT_BEAM.decode(&unsure);
        assert_eq!(labels(&decoded), [1]);
        assert!((decoded.log_prob.exp() - 0.64).abs() < 1e-5);
    }

    #[test]
    fn nothing_gives_nothing() {
        let none = LabelPosteriors { log_probs: Vec::new(), n_labels: 3 };
        for decoder in [CtcDecoder::Greedy, CtcDecoder::DEFAULT_BEAM] {
            assert!(decoder.decode(&none).labels.is_empty());
            assert!(decoder.decode(&frames_of(&[0, 0])).labels.is_empty());
        }
    }

    /// The probabilities of all paths that collapse to what `counts`, summed one by one.
    fn summed_over_paths(posteriors: &LabelPosteriors, counts: impl Fn(&[usize]) -> bool) -> f32 {
        let frames: Vec<&[f32]> = posteriors.frames().collect();
        let n_paths = posteriors.n_labels.pow(frames.len() as u32);
        let mut sum = 0.0;
        for number in 0..n_paths {
            let path: Vec<usize> =
                (0..frames.len()).map(|t| number / posteriors.n_labels.pow(t as u32) % posteriors.n_labels).collect();
            let mut collapsed = path.clone();
            collapsed.dedup();
            collapsed.retain(|&label| label != BLANK);
            if counts(&collapsed) {
                sum += path.iter().zip(&frames).map(|(&label, frame)| frame[label]).sum::<f32>().exp();
            }
        }
        sum
    }

    proptest! {
        #[test]
        fn decoding_holds_its_promises(rows in prop::collection::vec(prop::collection::vec(0.01f32..1.0, 4), 1..7)) {
            let posteriors = posteriors(&rows);
            let greedy = CtcDecoder::Greedy.decode(&posteriors);
            let beam = CtcDecoder::DEFAULT_BEAM.decode(&posteriors);
            let best_path: f32 = posteriors.frames().map(|frame| frame[most_probable(frame)]).sum();
            prop_assert!(greedy.log_prob >= best_path - 1e-4);
            prop_assert!(beam.log_prob >= greedy.log_prob);
            for decoded in [&greedy, &beam] {
                let sum = summed_over_paths(&posteriors, |labels_of_path| labels_of_path == labels(decoded));
                prop_assert!((sum - decoded.log_prob.exp()).abs() < 1e-4);
                let mut end = 0;
                for label in &decoded.labels {
                    prop_assert!(label.label != BLANK);
                    prop_assert!((0.0..=1.0).contains(&label.confidence));
                    prop_assert!(label.frames.start >= end && !label.frames.is_empty());
                    end = label.frames.end;
                }
                prop_assert!(end <= rows.len());
            }
        }

        #[test]
        fn alternatives_are_whole_words_in_order(
            rows in prop::collection::vec(prop::collection::vec(0.01f32..1.0, 4), 1..12),
        ) {
            const SPACE: usize = 3;
            let decoded = CtcDecoder::DEFAULT_BEAM.decode_words(&posteriors(&rows), Some(SPACE));
            let labels = labels(&decoded);
            let mut end = 0;
            for LabelAlternatives { place, others } in &decoded.alternatives {
                prop_assert!(place.start >= end && place.start < place.end && place.end <= labels.len());
                let is_boundary = |at: Option<&usize>| at.is_none_or(|&label| label == SPACE);
                prop_assert!(place.start == 0 || is_boundary(labels.get(place.start - 1)));
                prop_assert!(is_boundary(labels.get(place.end)));
                prop_assert!(labels[place.start] != SPACE && labels[place.end - 1] != SPACE);
                for (other, share) in others {
                    prop_assert!(*other != labels[place.clone()] && !other.is_empty());
                    prop_assert!((0.0..=1.0 + 1e-3).contains(share), "{}", share);
                }
                end = place.end;
            }
        }

        #[test]
        fn a_wide_beam_finds_the_most_probable_labelling(
            rows in prop::collection::vec(prop::collection::vec(0.05f32..1.0, 3), 1..6),
            other in prop::collection::vec(1usize..3, 0..5),
        ) {
            let posteriors = posteriors(&rows);
            let best = CtcDecoder::Beam { width: 1000 }.decode(&posteriors);
            prop_assert!(best.log_prob >= log_probability(&posteriors, &other) - 1e-4);
            // Some labels in a row are as sure as all labellings together that begin with them.
            let of_all: f32 = best.labels.iter().map(|decoded| decoded.confidence).product();
            let begins_so = |labels_of_path: &[usize]| labels_of_path.starts_with(&labels(&best));
            prop_assert!((of_all - summed_over_paths(&posteriors, begins_so)).abs() < 1e-3);
        }
    }
}
