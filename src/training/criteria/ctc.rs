//! Connectionist temporal classification (Graves et al., ICML 2006): the negative log-probability of the label
//! sequence, summed over all alignments.

use rayon::prelude::*;

use crate::{page::BLANK, recognition::log_add};

/// One line's labels and length.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// Labels without blanks.
    pub labels: &'a [usize],
    /// Frames of the line itself; later ones are padding and do not count.
    pub n_frames: usize,
}

/// The loss of a batch.
#[derive(Clone, Debug, Default)]
pub struct CtcLoss {
    /// Mean over the lines whose labels fit, in nats a line.
    pub mean: f32,
    /// Lines whose labels do not fit into their frames: left out of loss and gradient.
    pub n_impossible: usize,
}

impl CtcLoss {
    /// The loss of `logits`, `[time, batch, label]`, against `targets`; the gradient is written to `gradient`, same
    /// shape.
    pub fn of_batch(logits: &[f32], n_labels: usize, targets: &[Target<'_>], gradient: &mut Vec<f32>) -> Self {
        let batch = targets.len();
        let results: Vec<Option<LineResult>> = targets
            .par_iter()
            .enumerate()
            .map(|(line, target)| line_loss(&Frames { logits, batch, line, n_labels }, target))
            .collect();
        let n_possible = results.iter().flatten().count();
        gradient.clear();
        gradient.resize(logits.len(), 0.0);
        let weight = 1.0 / n_possible.max(1) as f32;
        let mut total = 0.0;
        for (line, result) in results.iter().enumerate() {
            let Some(result) = result else { continue };
            total += result.loss;
            for (frame, row) in result.gradient.chunks_exact(n_labels).enumerate() {
                let out = &mut gradient[(frame * batch + line) * n_labels..][..n_labels];
                out.iter_mut().zip(row).for_each(|(out, value)| *out = value * weight);
            }
        }
        Self { mean: total * weight, n_impossible: batch - n_possible }
    }
}

/// Loss and gradient of one line.
struct LineResult {
    loss: f32,
    /// `[time, label]`.
    gradient: Vec<f32>,
}

/// The logits of one line of a batch.
struct Frames<'a> {
    logits: &'a [f32],
    batch: usize,
    line: usize,
    n_labels: usize,
}

impl Frames<'_> {
    /// Log-probabilities, `[time, label]`.
    fn log_probs(&self, n_frames: usize) -> Vec<f32> {
        let mut out = Vec::with_capacity(n_frames * self.n_labels);
        for frame in 0..n_frames {
            let row = &self.logits[(frame * self.batch + self.line) * self.n_labels..][..self.n_labels];
            let most = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let log_sum = most + row.iter().map(|v| (v - most).exp()).sum::<f32>().ln();
            out.extend(row.iter().map(|v| v - log_sum));
        }
        out
    }
}

/// The fewest frames that an alignment of `labels` needs: one for each label, and a blank between equal ones.
pub(in crate::training) fn n_frames_needed(labels: &[usize]) -> usize {
    labels.len() + labels.windows(2).filter(|pair| pair[0] == pair[1]).count()
}

/// The loss of one line by the forward–backward algorithm; `None` if its labels need more frames than it has.
fn line_loss(frames: &Frames<'_>, target: &Target<'_>) -> Option<LineResult> {
    let (n_frames, n_labels) = (target.n_frames, frames.n_labels);
    if n_frames == 0 || n_frames_needed(target.labels) > n_frames {
        return None;
    }
    // States: blank, label, blank, label, …, blank.
    let states: Vec<usize> = std::iter::once(BLANK).chain(target.labels.iter().flat_map(|&l| [l, BLANK])).collect();
    let n_states = states.len();
    // The blank between two different labels may be skipped.
    let may_skip: Vec<bool> =
        (0..n_states).map(|s| s > 1 && states[s] != BLANK && states[s] != states[s - 2]).collect();
    let log_probs = frames.log_probs(n_frames);
    let emission = |frame: usize, state: usize| log_probs[frame * n_labels + states[state]];

    let mut alpha = vec![f32::NEG_INFINITY; n_frames * n_states];
    for (state, alpha) in alpha.iter_mut().enumerate().take(n_states.min(2)) {
        *alpha = emission(0, state);
    }
    for frame in 1..n_frames {
        let (before, now) = alpha.split_at_mut(frame * n_states);
        let before = &before[(frame - 1) * n_states..];
        for state in 0..n_states {
            let mut sum = before[state];
            if state > 0 {
                sum = log_add(sum, before[state - 1]);
            }
            if may_skip[state] {
                sum = log_add(sum, before[state - 2]);
            }
            now[state] = sum + emission(frame, state);
        }
    }
    let last = &alpha[(n_frames - 1) * n_states..];
    let log_likelihood = last[n_states.saturating_sub(2)..].iter().copied().fold(f32::NEG_INFINITY, log_add);

    // beta[state]: log-probability of the labels after this frame, given the state at this frame.
    let mut beta = vec![f32::NEG_INFINITY; n_states];
    beta[n_states.saturating_sub(2)..].fill(0.0);
    let mut gradient: Vec<f32> = log_probs.iter().map(|v| v.exp()).collect();
    let mut emitted = vec![0f32; n_states];
    for frame in (0..n_frames).rev() {
        let row = &mut gradient[frame * n_labels..][..n_labels];
        for state in 0..n_states {
            row[states[state]] -= (alpha[frame * n_states + state] + beta[state] - log_likelihood).exp();
        }
        for (state, emitted) in emitted.iter_mut().enumerate() {
            *emitted = beta[state] + emission(frame, state);
        }
        for state in 0..n_states {
            let mut sum = emitted[state];
            if state + 1 < n_states {
                sum = log_add(sum, emitted[state + 1]);
            }
            if state + 2 < n_states && may_skip[state + 2] {
                sum = log_add(sum, emitted[state + 2]);
            }
            beta[state] = sum;
        }
    }
    Some(LineResult { loss: -log_likelihood, gradient })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logits(len: usize) -> Vec<f32> {
        (0..len).map(|i| ((i * 29 + 7) % 17) as f32 / 5.0 - 1.5).collect()
    }

    fn loss(logits: &[f32], n_labels: usize, labels: &[usize], n_frames: usize) -> CtcLoss {
        CtcLoss::of_batch(logits, n_labels, &[Target { labels, n_frames }], &mut Vec::new())
    }

    /// Sums over every path, by the definition.
    fn by_enumeration(logits: &[f32], n_labels: usize, labels: &[usize], n_frames: usize) -> f32 {
        let log_probs = Frames { logits, batch: 1, line: 0, n_labels }.log_probs(n_frames);
        let mut total = 0f64;
        for path in 0..n_labels.pow(n_frames as u32) {
            let steps: Vec<usize> = (0..n_frames).map(|t| path / n_labels.pow(t as u32) % n_labels).collect();
            let mut collapsed = steps.clone();
            collapsed.dedup();
            collapsed.retain(|&label| label != BLANK);
            if collapsed == labels {
                let log: f32 = steps.iter().enumerate().map(|(t, &s)| log_probs[t * n_labels + s]).sum();
                total += f64::from(log).exp();
            }
        }
        -(total.ln() as f32)
    }

    #[test]
    fn the_loss_is_the_sum_over_all_paths() {
        for labels in [&[1usize, 2][..], &[1, 1], &[2], &[], &[1, 2, 1]] {
            let logits = logits(5 * 3);
            let given = loss(&logits, 3, labels, 5);
            assert_eq!(given.n_impossible, 0);
            assert!((given.mean - by_enumeration(&logits, 3, labels, 5)).abs() < 1e-4, "{labels:?}");
        }
    }

    #[test]
    fn the_gradient_agrees_with_differences() {
        for labels in [&[1usize, 2, 2][..], &[], &[3]] {
            let logits = logits(6 * 4);
            let mut gradient = Vec::new();
            CtcLoss::of_batch(&logits, 4, &[Target { labels, n_frames: 5 }], &mut gradient);
            for i in 0..logits.len() {
                let at = |step: f32| {
                    let mut changed = logits.clone();
                    changed[i] += step;
                    loss(&changed, 4, labels, 5).mean
                };
                let difference = (at(1e-2) - at(-1e-2)) / 2e-2;
                assert!((difference - gradient[i]).abs() < 2e-3, "{labels:?} [{i}]: {difference} {}", gradient[i]);
            }
        }
    }

    #[test]
    fn lines_too_short_for_their_labels_are_left_out() {
        let logits = logits(3 * 3);
        assert_eq!(loss(&logits, 3, &[1, 1], 2).n_impossible, 1);
        assert_eq!(loss(&logits, 3, &[1, 1], 3).n_impossible, 0);
        let mut gradient = vec![1.0];
        CtcLoss::of_batch(&logits, 3, &[Target { labels: &[1, 2, 1, 2], n_frames: 3 }], &mut gradient);
        assert!(gradient.iter().all(|&g| g == 0.0));
    }
}
