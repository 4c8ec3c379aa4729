//! Counts of grey values, their quantiles and Otsu's threshold.
//!
//! imageproc's `otsu_level` and `percentile` take whole images and give the threshold alone. Here histograms come from
//! cells and masked parts of images, quantiles are taken within a class, and the means of both classes are used.

use std::ops::Range;

/// How often each grey value occurs.
pub(crate) struct Histogram {
    counts: [u32; 256],
    total: u32,
}

impl Histogram {
    pub(crate) fn of<'a>(values: impl IntoIterator<Item = &'a u8>) -> Self {
        let mut counts = [0; 256];
        let mut total = 0;
        for &value in values {
            counts[usize::from(value)] += 1;
            total += 1;
        }
        Self { counts, total }
    }

    /// The smallest value that more than the fraction `part` of the values do not exceed.
    pub(crate) fn quantile(&self, part: f32) -> u8 {
        quantile(&self.counts, self.total, part) as u8
    }

    /// The same of those values that lie in `range`, which ends at 256 at most; its last value where none does.
    pub(crate) fn quantile_within(&self, range: Range<usize>, part: f32) -> u8 {
        let counts = &self.counts[range.clone()];
        (range.start + quantile(counts, counts.iter().sum(), part)) as u8
    }

    /// Otsu's threshold (Otsu, "A threshold selection method from gray-level histograms", 1979), which splits the
    /// values into two classes with the largest variance between them; `None` where fewer than two values occur.
    pub(crate) fn otsu(&self) -> Option<Split> {
        let total = f64::from(self.total);
        let sum: f64 = self.counts.iter().enumerate().map(|(value, &count)| value as f64 * f64::from(count)).sum();
        let (mut below, mut sum_below, mut best) = (0.0, 0.0, 0.0);
        let mut split = None;
        for (value, &count) in self.counts.iter().enumerate().take(255) {
            below += f64::from(count);
            sum_below += value as f64 * f64::from(count);
            let above = total - below;
            if below < 1.0 || above < 1.0 {
                continue;
            }
            let (dark_mean, bright_mean) = (sum_below / below, (sum - sum_below) / above);
            let difference = bright_mean - dark_mean;
            let between = below * above * difference * difference;
            if between > best {
                best = between;
                split = Some(Split {
                    threshold: value as u8 + 1,
                    dark_mean: dark_mean as f32,
                    bright_mean: bright_mean as f32,
                    dark_part: (below / total) as f32,
                });
            }
        }
        split
    }
}

/// The first index up to which more than `part` of `total` counts lie; the last one where there is none.
fn quantile(counts: &[u32], total: u32, part: f32) -> usize {
    let wanted = (part * total as f32) as u32;
    let mut seen = 0;
    let index = counts.iter().position(|&count| {
        seen += count;
        seen > wanted
    });
    index.unwrap_or(counts.len().saturating_sub(1))
}

/// Two classes of grey values.
pub(crate) struct Split {
    /// The first value of the bright class.
    pub(crate) threshold: u8,
    pub(crate) dark_mean: f32,
    pub(crate) bright_mean: f32,
    /// The fraction of all values that the dark class has.
    pub(crate) dark_part: f32,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn quantiles_and_otsu_of_two_values() {
        let histogram = Histogram::of(&[10, 10, 10, 200]);
        assert_eq!((histogram.quantile(0.5), histogram.quantile(0.9)), (10, 200));
        assert_eq!((histogram.quantile_within(11..256, 0.1), histogram.quantile_within(0..10, 0.5)), (200, 9));
        let split = histogram.otsu().expect("two values");
        assert!((11..=200).contains(&split.threshold));
        assert!((split.dark_part - 0.75).abs() < 1e-6);
        assert!(Histogram::of(&[7, 7]).otsu().is_none());
    }

    /// The threshold as `normalize` has always computed it, for its version must not change.
    fn otsu_of_normalize(counts: &[u32; 256]) -> usize {
        let total: f64 = counts.iter().map(|&c| f64::from(c)).sum();
        let sum: f64 = counts.iter().enumerate().map(|(v, &c)| v as f64 * f64::from(c)).sum();
        let (mut below, mut sum_below, mut best, mut threshold) = (0.0, 0.0, -1.0, 128);
        for (value, &count) in counts.iter().enumerate().take(255) {
            below += f64::from(count);
            sum_below += value as f64 * f64::from(count);
            if below < 1.0 || below > total - 1.0 {
                continue;
            }
            let difference = sum_below / below - (sum - sum_below) / (total - below);
            let between = below * (total - below) * difference * difference;
            if between > best {
                (best, threshold) = (between, value + 1);
            }
        }
        threshold
    }

    /// The quantile as `normalize` has always computed it.
    fn quantile_of_normalize(counts: &[u32; 256], from: usize, to: usize, part: f32) -> u8 {
        let total: u32 = counts[from..to].iter().sum();
        let wanted = (part * total as f32) as u32;
        let mut seen = 0;
        for (value, &count) in counts.iter().enumerate().take(to).skip(from) {
            seen += count;
            if seen > wanted {
                return value as u8;
            }
        }
        to.saturating_sub(1) as u8
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn normalize_gets_the_same_numbers(
            values in proptest::collection::vec(any::<u8>(), 0..600),
            divisor in 1_u8..60,
            part in 0.0_f32..1.0,
        ) {
            let values: Vec<u8> = values.into_iter().map(|value| value / divisor).collect();
            let histogram = Histogram::of(&values);
            let threshold = otsu_of_normalize(&histogram.counts);
            prop_assert_eq!(histogram.otsu().map_or(128, |split| usize::from(split.threshold)), threshold);
            for (from, to) in [(0, 256), (0, threshold), (threshold, 256)] {
                let expected = quantile_of_normalize(&histogram.counts, from, to, part);
                prop_assert_eq!(histogram.quantile_within(from..to, part), expected);
            }
        }
    }
}
