//! The logarithm of the softmax function.
#![expect(clippy::inline_always, reason = "only what is inlined is compiled for each set of instructions")]

use super::{
    lanes::{LaneKernel, dispatch},
    scalar::{exp, larger},
};

/// Subtracts from each row of `rows`, of `n_columns` logits, the logarithm of the sum of their exponentials.
pub(crate) fn log_softmax(rows: &mut [f32], n_columns: usize) {
    dispatch(LogSoftmax { rows, n_columns });
}

struct LogSoftmax<'a> {
    rows: &'a mut [f32],
    n_columns: usize,
}

impl LaneKernel for LogSoftmax<'_> {
    #[inline(always)]
    fn run<const L: usize, const FMA: bool>(self) {
        for row in self.rows.chunks_exact_mut(self.n_columns.max(1)) {
            let log_sum = log_sum_exp::<L>(row);
            for logit in row {
                *logit -= log_sum;
            }
        }
    }
}

/// The logarithm of the sum of exponentials, in `L` parts that are joined at the end.
#[inline(always)]
fn log_sum_exp<const L: usize>(row: &[f32]) -> f32 {
    let (chunks, rest) = row.as_chunks::<L>();
    let mut highest = [f32::NEG_INFINITY; L];
    for chunk in chunks {
        for lane in 0..L {
            highest[lane] = larger(highest[lane], chunk[lane]);
        }
    }
    let highest = highest.iter().chain(rest).copied().fold(f32::NEG_INFINITY, larger);
    let mut sums = [0.0; L];
    for chunk in chunks {
        for lane in 0..L {
            sums[lane] += exp(chunk[lane] - highest);
        }
    }
    let rest = rest.iter().map(|logit| exp(logit - highest));
    highest + sums.into_iter().chain(rest).sum::<f32>().ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_become_logarithms_of_probabilities() {
        let n_columns = 37;
        let logits: Vec<f32> = (0..3 * n_columns).map(|i| ((i * 7919) % 31) as f32 - 15.0).collect();
        let mut log_probs = logits.clone();
        log_softmax(&mut log_probs, n_columns);
        for (logits, log_probs) in logits.chunks(n_columns).zip(log_probs.chunks(n_columns)) {
            let log_sum = logits.iter().map(|&logit| f64::from(logit).exp()).sum::<f64>().ln();
            for (logit, log_prob) in logits.iter().zip(log_probs) {
                assert!((f64::from(*logit) - log_sum - f64::from(*log_prob)).abs() < 1e-5);
            }
        }
        let mut broken = vec![0.0, f32::NAN, 1.0];
        log_softmax(&mut broken, 3);
        assert!(broken.iter().all(|log_prob| log_prob.is_nan()), "what is no number is seen by the caller");
    }
}
