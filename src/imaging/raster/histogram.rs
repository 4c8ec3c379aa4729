//! Counts of grey values, their quantiles and Otsu's threshold.

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

    /// The smallest value that more than `part` of the values do not exceed.
    pub(crate) fn quantile(&self, part: f32) -> u8 {
        let wanted = (part * self.total as f32) as u32;
        let mut seen = 0;
        self.counts
            .iter()
            .position(|&count| {
                seen += count;
                seen > wanted
            })
            .unwrap_or(255) as u8
    }

    /// Otsu's split: the first value of the bright class, and the two classes.
    pub(crate) fn otsu(&self) -> Split {
        let total = f64::from(self.total);
        let sum: f64 = self.counts.iter().enumerate().map(|(value, &count)| value as f64 * f64::from(count)).sum();
        let (mut below, mut sum_below, mut best) = (0.0, 0.0, 0.0);
        let mut split =
            Split { threshold: 0, dark_mean: 0.0, bright_mean: (sum / total.max(1.0)) as f32, dark_part: 0.0 };
        for (value, &count) in self.counts.iter().enumerate().take(255) {
            below += f64::from(count);
            sum_below += value as f64 * f64::from(count);
            let above = total - below;
            if below < 1.0 || above < 1.0 {
                continue;
            }
            let (dark_mean, bright_mean) = (sum_below / below, (sum - sum_below) / above);
            let between = below * above * (bright_mean - dark_mean).powi(2);
            if between > best {
                best = between;
                split = Split {
                    threshold: value as u8 + 1,
                    dark_mean: dark_mean as f32,
                    bright_mean: bright_mean as f32,
                    dark_part: (below / total) as f32,
                };
            }
        }
        split
    }
}

/// Two classes of grey values.
pub(crate) struct Split {
    /// The first value of the bright class.
    pub(crate) threshold: u8,
    pub(crate) dark_mean: f32,
    pub(crate) bright_mean: f32,
    /// The dark class's part of all values.
    pub(crate) dark_part: f32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_and_otsu_of_two_values() {
        let histogram = Histogram::of(&[10, 10, 10, 200]);
        assert_eq!((histogram.quantile(0.5), histogram.quantile(0.9)), (10, 200));
        let split = histogram.otsu();
        assert!((11..=200).contains(&split.threshold));
        assert!((split.dark_part - 0.75).abs() < 1e-6);
    }
}
