//! Tests of all decoders on small posteriors, against brute force over all paths.

use super::{
    ctc::{CtcHypothesis, LabelAlternatives, log_probability, most_probable},
    decoder::CtcDecoder,
};
use crate::{page::BLANK, recognition::engine::line_model::LabelPosteriors};
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

/// Frames whose labels are those of `path` with probability 0.9.
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
        // The product of confidences is the probability of all labellings that begin with these labels.
        let of_all: f32 = best.labels.iter().map(|decoded| decoded.confidence).product();
        let begins_so = |labels_of_path: &[usize]| labels_of_path.starts_with(&labels(&best));
        prop_assert!((of_all - summed_over_paths(&posteriors, begins_so)).abs() < 1e-3);
    }
}
