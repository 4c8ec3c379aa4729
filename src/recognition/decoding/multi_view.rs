//! Decoding from one or several views of a line or a part of it (test-time augmentation). Words of low confidence get
//! second views, narrower and sheared upright: wide and slanting handwriting then resembles the training data more, and
//! hypotheses that views agree on are right more often.

use super::{
    beam_search::{BeamSearch, Beside, beam_search},
    ctc::{CtcHypothesis, ForwardSums, greedy_labels, hypothesis, log_add},
    decoder::CtcDecoder,
    word_alternatives::word_alternatives,
};
use crate::{
    imaging::ShearScale,
    recognition::{engine::line_model::LabelPosteriors, language::scorer::LanguageScorer},
};

/// Shear and horizontal scale of the second views, chosen among twelve on `iam-lines/valid`, the letters and the
/// photos. The first reads some hands better, the second slanting and wide ones.
pub(crate) const SECOND_VIEWS: [ShearScale; 2] =
    [ShearScale { shear: 0.0, x_scale: 0.9 }, ShearScale { shear: 0.25, x_scale: 0.8 }];

impl CtcDecoder {
    /// Decodes one line from its posteriors, without alternatives.
    pub fn decode(&self, posteriors: &LabelPosteriors) -> CtcHypothesis {
        self.decode_words(posteriors, None)
    }

    /// Decodes one line from its posteriors, with alternatives of its words where the label `space` separates words.
    pub fn decode_words(&self, posteriors: &LabelPosteriors, space: Option<usize>) -> CtcHypothesis {
        Views::new(self, Beside::default(), posteriors.clone()).best(space).1
    }
}

/// The posteriors of one line, or of the part of it between `beside`, in one or several views, and the search in each.
pub(crate) struct Views<'a> {
    decoder: &'a CtcDecoder,
    beside: Beside,
    /// Of each view, `[time, label]`.
    posteriors: Vec<LabelPosteriors>,
    /// Of each view; empty for the greedy decoder, which does not search.
    searches: Vec<BeamSearch<'a>>,
}

impl<'a> Views<'a> {
    /// The first view.
    pub(crate) fn new(decoder: &'a CtcDecoder, beside: Beside, posteriors: LabelPosteriors) -> Self {
        let mut views = Self { decoder, beside, posteriors: Vec::new(), searches: Vec::new() };
        views.add(posteriors);
        views
    }

    /// Adds a view, whose number of frames may differ from the others'.
    pub(crate) fn add(&mut self, posteriors: LabelPosteriors) {
        match self.decoder {
            CtcDecoder::Greedy => {}
            CtcDecoder::Beam { .. } | CtcDecoder::Language { .. } => {
                let (search, scorer) = (self.decoder.search(), self.decoder.scorer());
                self.searches.push(beam_search(&posteriors, search, scorer, &self.beside));
            }
        }
        self.posteriors.push(posteriors);
    }

    /// The hypothesis that is best by the mean probability of the views together with the language model, and the index
    /// of the view that gives it the highest probability: the hypothesis has the frames of that view. The label `space`
    /// separates words. The greedy decoder uses the first view only.
    pub(crate) fn best(&self, space: Option<usize>) -> (usize, CtcHypothesis) {
        if matches!(self.decoder, CtcDecoder::Greedy) {
            return (0, hypothesis(&self.posteriors[0], &greedy_labels(&self.posteriors[0])));
        }
        let mut n_best = self.n_best(space);
        if let Some(scorer) = self.decoder.scorer() {
            self.rescore(&mut n_best, scorer);
        }
        let best = n_best.into_iter().reduce(|best, next| if next.score > best.score { next } else { best });
        let Candidate { labels, view, .. } = best.unwrap_or_default();
        let mut best = hypothesis(&self.posteriors[view], &labels);
        self.set_confidences(&mut best);
        best.alternatives =
            space.map(|space| word_alternatives(&self.searches[view], &best, space)).unwrap_or_default();
        (view, best)
    }

    /// Scores the candidates with the n-gram model, and the best ones of a line with several views with the recurrent
    /// one.
    fn rescore(&self, candidates: &mut Vec<Candidate>, scorer: &LanguageScorer) {
        let tuning = self.decoder.views();
        rank(candidates, &self.beside, |texts| texts.iter().map(|labels| scorer.ngram_score(labels)).collect());
        if self.posteriors.len() > 1 {
            let min_score = candidates.first().map_or(0.0, |best| best.score - tuning.rescoring_margin);
            candidates.retain(|candidate| candidate.score >= min_score);
            candidates.truncate(tuning.n_rescored);
            if candidates.len() > 1 {
                rank(candidates, &self.beside, |texts| scorer.recurrent_scores(texts));
            }
        }
    }

    /// The candidates: of one view its best hypothesis, of several views the n best of each; and the greedy labellings,
    /// because the beam may have lost them.
    fn n_best(&self, space: Option<usize>) -> Vec<Candidate> {
        let n_best = if self.searches.len() > 1 { self.decoder.views().n_best } else { 1 };
        let sums: Vec<ForwardSums> = self.posteriors.iter().map(ForwardSums::new).collect();
        let mut candidates: Vec<Candidate> = Vec::new();
        for (view, search) in self.posteriors.iter().zip(&self.searches) {
            for labels in search.hypotheses.iter().take(n_best).chain([&greedy_labels(view)]) {
                let labels = without_spaces_at_ends(labels, space);
                if !candidates.iter().any(|known| known.labels == labels) {
                    candidates.push(Candidate::new(labels.to_vec(), &sums));
                }
            }
        }
        candidates
    }

    /// Sets each label's confidence to its mean over the views.
    fn set_confidences(&self, best: &mut CtcHypothesis) {
        let labels: Vec<usize> = best.labels.iter().map(|decoded| decoded.label).collect();
        let mut sums = vec![0.0; labels.len()];
        for (view, search) in self.posteriors.iter().zip(&self.searches) {
            let mut of_view = hypothesis(view, &labels);
            search.set_confidences(&mut of_view);
            sums.iter_mut().zip(of_view.labels).for_each(|(sum, decoded)| *sum += decoded.confidence);
        }
        for (decoded, sum) in best.labels.iter_mut().zip(sums) {
            decoded.confidence = sum / self.searches.len() as f32;
        }
    }
}

/// A hypothesis of one of the views, scored by all of them.
#[derive(Default)]
struct Candidate {
    labels: Vec<usize>,
    /// The view that gives it the highest probability.
    view: usize,
    /// Natural logarithm of the sum of its probabilities in the views.
    log_prob: f32,
    /// `log_prob`, plus the score of the language model where there is one.
    score: f32,
}

/// The labels from the first to the last that is no space.
fn without_spaces_at_ends(labels: &[usize], space: Option<usize>) -> &[usize] {
    let is_no_space = |&label: &usize| Some(label) != space;
    let start = labels.iter().position(is_no_space).unwrap_or(0);
    let end = labels.iter().rposition(is_no_space).map_or(0, |last| last + 1);
    &labels[start..end.max(start)]
}

impl Candidate {
    /// The candidate `labels`, with the forward sums of each view.
    fn new(labels: Vec<usize>, views: &[ForwardSums]) -> Self {
        let log_probs: Vec<f32> = views.iter().map(|sums| sums.log_probability(&labels)).collect();
        let log_prob = log_probs.iter().copied().fold(f32::NEG_INFINITY, log_add);
        Self { labels, view: index_of_max(&log_probs), log_prob, score: log_prob }
    }
}

/// Sets the scores of the candidates to network plus `language_scores`, which are those with what is beside them, and
/// sorts them, the best first.
fn rank(candidates: &mut [Candidate], beside: &Beside, language_scores: impl Fn(&[Vec<usize>]) -> Vec<f32>) {
    let Beside { before, after } = beside;
    let labellings: Vec<Vec<usize>> =
        candidates.iter().map(|candidate| [before, &candidate.labels, after].map(Vec::as_slice).concat()).collect();
    for (candidate, language_score) in candidates.iter_mut().zip(language_scores(&labellings)) {
        candidate.score = candidate.log_prob + language_score;
    }
    // A stable sort: of equals, the one found first comes first.
    candidates.sort_by(|a, b| b.score.total_cmp(&a.score));
}

/// The index of the greatest value, the first of equals.
fn index_of_max(values: &[f32]) -> usize {
    (1..values.len()).fold(0, |best, index| if values[index] > values[best] { index } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The posteriors of a view over five labels: frames with these probabilities, the blank with the rest, each
    /// followed by a frame of blank.
    fn view(frames: &[&[(usize, f32)]]) -> LabelPosteriors {
        let row = |given: &[(usize, f32)]| {
            let mut row = [1e-6f32; 5];
            row[0] = 1.0 - given.iter().map(|(_, p)| p).sum::<f32>();
            for &(label, p) in given {
                row[label] = p;
            }
            row.map(f32::ln)
        };
        let log_probs = frames.iter().flat_map(|given| [row(given), row(&[])].concat()).collect();
        LabelPosteriors { log_probs, n_labels: 5 }
    }

    fn best(decoder: &CtcDecoder, given: &[&LabelPosteriors]) -> (usize, CtcHypothesis) {
        let mut views = Views::new(decoder, Beside::default(), given[0].clone());
        given[1..].iter().for_each(|&view| views.add(view.clone()));
        views.best(None)
    }

    fn labels(hypothesis: &CtcHypothesis) -> Vec<usize> {
        hypothesis.labels.iter().map(|decoded| decoded.label).collect()
    }

    #[test]
    fn looks_are_weighed_against_each_other() {
        let doubtful = view(&[&[(1, 0.9)], &[(2, 0.5), (3, 0.4)]]);
        let sure = view(&[&[(1, 0.9)], &[], &[(3, 0.8), (2, 0.1)]]);
        let decoder = CtcDecoder::Beam { width: 8 };
        assert_eq!(labels(&decoder.decode_words(&doubtful, None)), [1, 2]);
        let (view, best_read) = best(&decoder, &[&doubtful, &sure]);
        assert_eq!((view, labels(&best_read)), (1, vec![1, 3]));
        assert_eq!(best_read.labels[1].frames, 4..5, "frames are those of the best view");
        let (view, best_read) = best(&decoder, &[&sure, &doubtful]);
        assert_eq!((view, labels(&best_read)), (0, vec![1, 3]));
    }

    #[test]
    fn a_look_that_sees_nothing_does_not_spoil_the_others() {
        let decoder = CtcDecoder::Beam { width: 8 };
        let read = view(&[&[(1, 0.9)], &[(2, 0.9)]]);
        let (index, best_read) = best(&decoder, &[&view(&[&[], &[]]), &read, &read]);
        assert_eq!((index, labels(&best_read)), (1, vec![1, 2]));
        let (index, best_read) = best(&decoder, &[&view(&[&[], &[]]), &view(&[&[]])]);
        assert_eq!((index, labels(&best_read)), (0, vec![]));
    }

    #[test]
    fn a_look_too_short_for_what_is_read_is_outvoted() {
        let decoder = CtcDecoder::Beam { width: 8 };
        let read = view(&[&[(1, 0.9)], &[(2, 0.9)], &[(3, 0.9)], &[(4, 0.9)]]);
        let short = LabelPosteriors { log_probs: view(&[&[(1, 0.6)]]).log_probs[..5].to_vec(), n_labels: 5 };
        let (index, best_read) = best(&decoder, &[&short, &read]);
        assert_eq!((index, labels(&best_read)), (1, vec![1, 2, 3, 4]));
        assert!(best_read.labels.iter().all(|decoded| (0.0..=1.0).contains(&decoded.confidence)));
    }

    #[test]
    fn a_greedy_decoder_reads_by_the_first_look() {
        let views = [view(&[&[(1, 0.9)]]), view(&[&[(2, 0.99)]])];
        assert_eq!(labels(&best(&CtcDecoder::Greedy, &[&views[0], &views[1]]).1), [1]);
    }
}
