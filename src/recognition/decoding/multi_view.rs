//! Reads a line by one look at it or by several. Lines that leave doubt are looked at again, narrower and more upright:
//! broad and slanting hands are then more like those that networks have learnt from, and what looks agree in is more often
//! right.

use super::{
    beam_search::{BeamSearch, beam_search},
    ctc::{CtcDecoder, CtcHypothesis, greedy_labels, hypothesis, log_add, log_probability},
    word_alternatives::word_alternatives,
};
use crate::{imaging::ShearScale, recognition::engine::line_model::LabelPosteriors};

/// A line read with at least this confidence is not looked at again. Chosen on `iam-lines/valid` and the photos with version
/// 0.8 of the student.
pub(crate) const SURE: f32 = 0.95;
/// The shapes of the other looks, chosen on `valid`, the letters and the photos among twelve: the first reads some hands
/// better, the second those that lean and are broad.
pub(crate) const SECOND_VIEWS: [ShearScale; 2] =
    [ShearScale { shear: 0.0, x_scale: 0.9 }, ShearScale { shear: 0.25, x_scale: 0.8 }];
/// The best labellings of each look that compete where there are several.
const N_BEST: usize = 12;
/// As many of them at most are weighed by the recurrent language model, too, which is slow.
const N_FINALISTS: usize = 12;
/// Of a labelling so far behind the best one, less than e⁻⁴ as good, the recurrent model is not asked: it would hardly win.
const FAR_BEHIND: f32 = 4.0;

impl CtcDecoder {
    /// Whether doubtful lines are looked at again: where people read the text, but not where a network is measured by
    /// itself.
    pub(crate) fn takes_more_views(&self) -> bool {
        matches!(self, Self::Language { .. })
    }
}

/// One line as a network saw it, once or several times, and what a decoder found in it.
pub(crate) struct Views<'a> {
    decoder: &'a CtcDecoder,
    posteriors: Vec<LabelPosteriors>,
    /// What was found in each; none where the decoder does not search.
    searches: Vec<BeamSearch<'a>>,
}

impl<'a> Views<'a> {
    /// The first look.
    pub(crate) fn new(decoder: &'a CtcDecoder, posteriors: LabelPosteriors) -> Self {
        let mut looks = Self { decoder, posteriors: Vec::new(), searches: Vec::new() };
        looks.add(posteriors);
        looks
    }

    /// One look more, which need not have as many frames as the others.
    pub(crate) fn add(&mut self, posteriors: LabelPosteriors) {
        match self.decoder {
            CtcDecoder::Greedy => {}
            CtcDecoder::Beam { width } => self.searches.push(beam_search(&posteriors, *width, None)),
            CtcDecoder::Language { width, scorer } => {
                self.searches.push(beam_search(&posteriors, *width, Some(scorer)));
            }
        }
        self.posteriors.push(posteriors);
    }

    /// The labelling that is best by the mean probability that the looks give it, weighed by the language where there is
    /// one; and the look whose frames it is told by, which gives it most. Words are parted by the label `space`. A greedy
    /// decoder reads by the first look.
    pub(crate) fn best(&self, space: Option<usize>) -> (usize, CtcHypothesis) {
        let language = match self.decoder {
            CtcDecoder::Greedy => return (0, hypothesis(&self.posteriors[0], &greedy_labels(&self.posteriors[0]))),
            CtcDecoder::Beam { .. } => None,
            CtcDecoder::Language { scorer, .. } => Some(scorer),
        };
        let mut competing = self.competing();
        if let Some(scorer) = language {
            weigh(&mut competing, |labellings| labellings.iter().map(|labels| scorer.score_of(labels)).collect());
            // A line that has been looked at again is worth asking more about.
            if self.posteriors.len() > 1 {
                let least = competing.first().map_or(0.0, |best| best.rank - FAR_BEHIND);
                competing.retain(|one| one.rank >= least);
                competing.truncate(N_FINALISTS);
                if competing.len() > 1 {
                    weigh(&mut competing, |labellings| scorer.careful_scores_of(labellings));
                }
            }
        }
        let best = competing.into_iter().reduce(|best, next| if next.rank > best.rank { next } else { best });
        let Competitor { labels, look, .. } = best.unwrap_or_default();
        let mut told = hypothesis(&self.posteriors[look], &labels);
        self.weigh_confidences(&mut told);
        told.alternatives =
            space.map(|space| word_alternatives(&self.searches[look], &told, space)).unwrap_or_default();
        (look, told)
    }

    /// The labellings that compete: each look's best.
    fn competing(&self) -> Vec<Competitor> {
        let n_best = if self.searches.len() > 1 { N_BEST } else { 1 };
        let mut competing: Vec<Competitor> = Vec::new();
        for (look, search) in self.posteriors.iter().zip(&self.searches) {
            // The beam may lose the greedy labelling on its way, so that one competes again at the end.
            for labels in search.labellings.iter().take(n_best).chain([&greedy_labels(look)]) {
                if !competing.iter().any(|known| known.labels == *labels) {
                    competing.push(self.competitor(labels.clone()));
                }
            }
        }
        competing
    }

    fn competitor(&self, labels: Vec<usize>) -> Competitor {
        let given: Vec<f32> = self.posteriors.iter().map(|look| log_probability(look, &labels)).collect();
        let seen = given.iter().copied().fold(f32::NEG_INFINITY, log_add);
        Competitor { labels, look: place_of_highest(&given), seen, rank: seen }
    }

    /// Makes each label's confidence the mean of what the looks have.
    fn weigh_confidences(&self, told: &mut CtcHypothesis) {
        let labels: Vec<usize> = told.labels.iter().map(|decoded| decoded.label).collect();
        let mut sums = vec![0.0; labels.len()];
        for (look, search) in self.posteriors.iter().zip(&self.searches) {
            let mut by_look = hypothesis(look, &labels);
            search.weigh_confidences(&mut by_look);
            sums.iter_mut().zip(by_look.labels).for_each(|(sum, decoded)| *sum += decoded.confidence);
        }
        for (decoded, sum) in told.labels.iter_mut().zip(sums) {
            decoded.confidence = sum / self.searches.len() as f32;
        }
    }
}

/// A labelling that competes with others.
#[derive(Default)]
struct Competitor {
    labels: Vec<usize>,
    /// The look that gives it most.
    look: usize,
    /// The logarithm of the probability that the looks give it together.
    seen: f32,
    /// That, weighed by the language where there is one.
    rank: f32,
}

/// Ranks labellings by what was seen and what `language` says of them, the best first.
fn weigh(competing: &mut [Competitor], language: impl Fn(&[Vec<usize>]) -> Vec<f32>) {
    let labellings: Vec<Vec<usize>> = competing.iter().map(|one| one.labels.clone()).collect();
    for (one, score) in competing.iter_mut().zip(language(&labellings)) {
        one.rank = one.seen + score;
    }
    // A stable sort, so that of equals the one that was found first comes first.
    competing.sort_by(|a, b| b.rank.total_cmp(&a.rank));
}

/// The first of the highest.
fn place_of_highest(values: &[f32]) -> usize {
    (1..values.len()).fold(0, |best, place| if values[place] > values[best] { place } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Frames that give these labels these probabilities and the blank the rest, over five labels, each followed by one
    /// of blank.
    fn look(frames: &[&[(usize, f32)]]) -> LabelPosteriors {
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
        let mut looks = Views::new(decoder, given[0].clone());
        given[1..].iter().for_each(|&look| looks.add(look.clone()));
        looks.best(None)
    }

    fn labels(hypothesis: &CtcHypothesis) -> Vec<usize> {
        hypothesis.labels.iter().map(|decoded| decoded.label).collect()
    }

    #[test]
    fn looks_are_weighed_against_each_other() {
        let doubtful = look(&[&[(1, 0.9)], &[(2, 0.5), (3, 0.4)]]);
        let sure = look(&[&[(1, 0.9)], &[], &[(3, 0.8), (2, 0.1)]]);
        let decoder = CtcDecoder::Beam { width: 8 };
        assert_eq!(labels(&decoder.decode_words(&doubtful, None)), [1, 2]);
        let (look, told) = best(&decoder, &[&doubtful, &sure]);
        assert_eq!((look, labels(&told)), (1, vec![1, 3]));
        assert_eq!(told.labels[1].frames, 4..5, "places are those of the look that it is told by");
        let (look, told) = best(&decoder, &[&sure, &doubtful]);
        assert_eq!((look, labels(&told)), (0, vec![1, 3]));
    }

    #[test]
    fn a_look_that_sees_nothing_does_not_spoil_the_others() {
        let decoder = CtcDecoder::Beam { width: 8 };
        let read = look(&[&[(1, 0.9)], &[(2, 0.9)]]);
        let (place, told) = best(&decoder, &[&look(&[&[], &[]]), &read, &read]);
        assert_eq!((place, labels(&told)), (1, vec![1, 2]));
        let (place, told) = best(&decoder, &[&look(&[&[], &[]]), &look(&[&[]])]);
        assert_eq!((place, labels(&told)), (0, vec![]));
    }

    #[test]
    fn a_look_too_short_for_what_is_read_is_outvoted() {
        let decoder = CtcDecoder::Beam { width: 8 };
        let read = look(&[&[(1, 0.9)], &[(2, 0.9)], &[(3, 0.9)], &[(4, 0.9)]]);
        let short = LabelPosteriors { log_probs: look(&[&[(1, 0.6)]]).log_probs[..5].to_vec(), n_labels: 5 };
        let (place, told) = best(&decoder, &[&short, &read]);
        assert_eq!((place, labels(&told)), (1, vec![1, 2, 3, 4]));
        assert!(told.labels.iter().all(|decoded| (0.0..=1.0).contains(&decoded.confidence)));
    }

    #[test]
    fn a_greedy_decoder_reads_by_the_first_look() {
        let looks = [look(&[&[(1, 0.9)]]), look(&[&[(2, 0.99)]])];
        assert_eq!(labels(&best(&CtcDecoder::Greedy, &[&looks[0], &looks[1]]).1), [1]);
    }
}
