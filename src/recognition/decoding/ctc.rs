//! The mathematics of CTC (Graves et al., "Connectionist Temporal Classification", ICML 2006), and the types of a
//! decoded line.
#![expect(clippy::inline_always, reason = "only what is inlined is compiled for each set of instructions")]

use std::ops::Range;

use crate::{
    numerics::{
        lanes::{LaneKernel, dispatch},
        scalar::exp,
    },
    page::BLANK,
    recognition::engine::line_model::LabelPosteriors,
};

/// A decoded line: its labelling, and what else its words may be.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CtcHypothesis {
    /// Labels in order, without blanks.
    pub labels: Vec<DecodedLabel>,
    /// Natural logarithm of the labelling's probability, summed over its alignments.
    pub log_prob: f32,
    /// Alternatives of its words, in order; empty from a decoder without a search.
    pub alternatives: Vec<LabelAlternatives>,
}

/// One decoded label.
#[derive(Clone, Debug, PartialEq)]
pub struct DecodedLabel {
    /// Never the blank.
    pub label: usize,
    /// The frames that emit it on the best alignment.
    pub frames: Range<usize>,
    /// Its probability given the labels before it, 0 to 1: the greatest posterior in its frames, or the share of a beam
    /// search that agrees with it.
    pub confidence: f32,
}

/// Whole words of a hypothesis, consecutive labels, and what else they may be.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LabelAlternatives {
    /// The labels of the hypothesis that may be others.
    pub place: Range<usize>,
    /// Labels to put there, the most probable first, each with its share of the search, 0 to 1.
    pub others: Vec<(Vec<usize>, f32)>,
}

/// The labels of the greatest posterior of every frame, repeats merged, blanks removed.
pub(super) fn greedy_labels(posteriors: &LabelPosteriors) -> Vec<usize> {
    let mut path: Vec<usize> = posteriors.frames().map(most_probable).collect();
    path.dedup();
    path.retain(|&label| label != BLANK);
    path
}

/// The most probable label of a frame `[label]`, the first of equals.
pub(super) fn most_probable(frame: &[f32]) -> usize {
    let mut best = 0;
    for (label, log_prob) in frame.iter().enumerate() {
        if *log_prob > frame[best] {
            best = label;
        }
    }
    best
}

/// `labels` with frames and confidences from their best alignment (Viterbi), and their probability over all alignments.
pub(crate) fn hypothesis(posteriors: &LabelPosteriors, labels: &[usize]) -> CtcHypothesis {
    let frames: Vec<&[f32]> = posteriors.frames().collect();
    let decoded = align(&frames, labels).into_iter().zip(labels).map(|(span, &label)| {
        let best = frames[span.clone()].iter().map(|frame| frame[label]).fold(f32::NEG_INFINITY, f32::max);
        DecodedLabel { label, frames: span, confidence: best.exp().clamp(0.0, 1.0) }
    });
    CtcHypothesis { labels: decoded.collect(), log_prob: log_probability(posteriors, labels), alternatives: Vec::new() }
}

/// The label of a state of the extended labelling, which has a blank before, between and after the labels.
fn state_label(labels: &[usize], state: usize) -> usize {
    if state.is_multiple_of(2) { BLANK } else { labels[state / 2] }
}

/// Whether `state` may follow `state - 2`: the blank between equal labels must not be skipped.
fn may_skip(labels: &[usize], state: usize) -> bool {
    state >= 3 && !state.is_multiple_of(2) && labels[state / 2] != labels[state / 2 - 1]
}

/// The frames of every label on the most probable alignment of `labels` with `frames`, `[time, label]`:
/// log-probabilities, or scores that differ from them by one constant a frame. The result is arbitrary where the labels
/// need more frames than given.
pub(crate) fn align(frames: &[&[f32]], labels: &[usize]) -> Vec<Range<usize>> {
    let n_states = 2 * labels.len() + 1;
    let mut scores = vec![f32::NEG_INFINITY; n_states];
    // Backpointers `[frame, state]`: by how many states the best path advanced.
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

/// Natural logarithm of the probability of `labels`, summed over all alignments: see [`ForwardSums`].
pub(super) fn log_probability(posteriors: &LabelPosteriors, labels: &[usize]) -> f32 {
    ForwardSums::new(posteriors).log_probability(labels)
}

/// The probabilities of a view, `[time, label]`, exponentiated once for all labellings that are summed over them.
pub(super) struct ForwardSums {
    probabilities: Vec<f32>,
    n_labels: usize,
}

impl ForwardSums {
    pub(super) fn new(posteriors: &LabelPosteriors) -> Self {
        let mut probabilities = posteriors.log_probs.clone();
        dispatch(Exponentiate(&mut probabilities));
        Self { probabilities, n_labels: posteriors.n_labels }
    }

    /// Natural logarithm of the probability of `labels`, summed over all alignments (CTC's forward variable). The
    /// recursion adds plain probabilities and rescales them where they get small.
    pub(super) fn log_probability(&self, labels: &[usize]) -> f32 {
        let mut log_probability = f32::NEG_INFINITY;
        dispatch(ForwardRecursion { sums: self, labels, log_probability: &mut log_probability });
        log_probability
    }
}

struct Exponentiate<'a>(&'a mut [f32]);

impl LaneKernel for Exponentiate<'_> {
    #[inline(always)]
    fn run<const L: usize, const FMA: bool>(self) {
        for at in 0..self.0.len() {
            self.0[at] = exp(self.0[at]);
        }
    }
}

/// Frames from one look at the sum of all states to the next.
const FRAMES_A_SCALE: usize = 4;
/// Sum of all states below which they are rescaled. Four frames of the smallest `f32` probability later, it is still
/// far above the smallest `f64`: alignments that are improbable up to a frame but not to the end are kept.
const MIN_SUM: f64 = 1e-60;

struct ForwardRecursion<'a> {
    sums: &'a ForwardSums,
    labels: &'a [usize],
    log_probability: &'a mut f32,
}

impl LaneKernel for ForwardRecursion<'_> {
    #[inline(always)]
    fn run<const L: usize, const FMA: bool>(self) {
        let n = self.labels.len();
        // The blank between equal labels must not be skipped.
        let skips: Vec<f64> =
            (0..n).map(|i| if i > 0 && self.labels[i] != self.labels[i - 1] { 1.0 } else { 0.0 }).collect();
        // Alignments that end in the blank before each label and in that behind the last one; and those that end in
        // each label, with a zero before the first.
        let (mut in_blank, mut in_label) = (vec![0.0; n + 1], vec![0.0; n + 1]);
        let (mut next_blank, mut next_label, mut emitted) = (in_blank.clone(), in_label.clone(), vec![0.0; n]);
        in_blank[0] = 1.0;
        let mut log_scale = 0.0;
        let n_labels = self.sums.n_labels;
        for time in 0..self.sums.probabilities.len() / n_labels {
            // Loops count, for iterators are not inlined everywhere, and slices have lengths that compilers see.
            let frame = &self.sums.probabilities[time * n_labels..][..n_labels];
            for at in 0..n {
                emitted[at] = f64::from(frame[self.labels[at]]);
            }
            let blank = f64::from(frame[BLANK]);
            let (blanks, labels) = (&in_blank[..=n], &in_label[..=n]);
            let (skips, emitted) = (&skips[..n], &emitted[..n]);
            let next = &mut next_blank[..=n];
            for at in 0..=n {
                next[at] = (blanks[at] + labels[at]) * blank;
            }
            let (before, own) = (&labels[..n], &labels[1..][..n]);
            let next = &mut next_label[1..][..n];
            for at in 0..n {
                next[at] = (own[at] + blanks[at] + skips[at] * before[at]) * emitted[at];
            }
            (in_blank, next_blank) = (next_blank, in_blank);
            (in_label, next_label) = (next_label, in_label);
            if !time.is_multiple_of(FRAMES_A_SCALE) {
                continue;
            }
            let sum: f64 = in_blank.iter().chain(&in_label).sum();
            if sum > 0.0 && sum < MIN_SUM {
                in_blank.iter_mut().chain(&mut in_label).for_each(|state| *state /= sum);
                log_scale += sum.ln();
            }
        }
        *self.log_probability = ((in_blank[n] + in_label[n]).ln() + log_scale) as f32;
    }
}

/// A probability that is smaller by e⁻¹⁷ is lost in the rounding of an `f32` sum, in nats.
const NEGLIGIBLE: f32 = 17.0;

/// `ln(e^a + e^b)`: the logarithm of the sum of two probabilities given as logarithms.
pub fn log_add(a: f32, b: f32) -> f32 {
    let (low, high) = if a < b { (a, b) } else { (b, a) };
    if high - low < NEGLIGIBLE { high + ln_1p(exp(low - high)) } else { high }
}

/// ln(1 + x) for x from 0 to 1, with an error of 10⁻⁷ at most: twice the series of artanh(x / (2 + x)). The search adds
/// probabilities for every label and prefix of a frame; the general function takes several times as long.
fn ln_1p(x: f32) -> f32 {
    let s = x / (2.0 + x);
    let square = s * s;
    let series = 1.0 / 7.0 + square * (1.0 / 9.0 + square * (1.0 / 11.0 + square * (1.0 / 13.0)));
    2.0 * s * (1.0 + square * (1.0 / 3.0 + square * (1.0 / 5.0 + square * series)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_are_added_to_the_last_digits() {
        for step in 0..=2000 {
            let distance = step as f32 / 100.0;
            for high in [0.0_f32, -3.5, -40.0] {
                let expected = f64::from(high) + (-f64::from(distance)).exp().ln_1p();
                let added = f64::from(log_add(high - distance, high));
                assert!((added - expected).abs() < 3e-7 * expected.abs().max(1.0), "{distance}: {added} {expected}");
            }
        }
        let nothing = f32::NEG_INFINITY;
        assert!([log_add(nothing, -1.0), log_add(-1.0, nothing)].iter().all(|sum| (sum + 1.0).abs() < f32::EPSILON));
        assert!(log_add(nothing, nothing).is_infinite());
    }
}
