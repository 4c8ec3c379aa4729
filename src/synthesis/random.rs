//! The random numbers of one line: a generator seeded by run and line, and the distributions drawn from it.

use std::ops::Range;

use rand::{RngExt as _, SeedableRng as _};
use rand_xoshiro::Xoshiro256PlusPlus;

/// The random numbers of one line: the same for a seed and an index on every machine and thread.
pub(crate) struct LineRng(Xoshiro256PlusPlus);

impl LineRng {
    /// The generator of line `index` in the run of `seed`.
    pub(crate) fn new(seed: u64, index: u64) -> Self {
        // An odd multiplier maps indices one to one; SplitMix64 inside `seed_from_u64` scatters the sum.
        Self(Xoshiro256PlusPlus::seed_from_u64(seed.wrapping_add(index.wrapping_mul(0x9E37_79B9_7F4A_7C15))))
    }

    /// Uniform in `range`.
    pub(crate) fn uniform(&mut self, range: Range<f32>) -> f32 {
        range.start + (range.end - range.start) * self.0.random::<f32>()
    }

    /// Log-uniform in `range`, for sizes; both ends are positive.
    pub(crate) fn log_uniform(&mut self, range: Range<f32>) -> f32 {
        self.uniform(range.start.ln()..range.end.ln()).exp()
    }

    /// Approximately normal with mean 0 and the given standard deviation: the sum of six uniform numbers, scaled to
    /// variance 1, so never beyond 4.2 standard deviations.
    pub(crate) fn normal(&mut self, deviation: f32) -> f32 {
        let sum: f32 = (0..6).map(|_| self.0.random::<f32>()).sum();
        (sum - 3.0) * std::f32::consts::SQRT_2 * deviation
    }

    /// True with probability `p`.
    pub(crate) fn chance(&mut self, p: f32) -> bool {
        self.0.random::<f32>() < p
    }

    /// A uniform integer from `low` to `high`, both included.
    pub(crate) fn count(&mut self, low: usize, high: usize) -> usize {
        self.0.random_range(low..=high.max(low))
    }

    /// One of `items`, each with the same probability; `None` if `items` is empty.
    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        if items.is_empty() { None } else { Some(&items[self.0.random_range(0..items.len())]) }
    }

    /// An index into `weights` with a probability in proportion to its weight; `None` if no weight is positive.
    pub(crate) fn weighted(&mut self, weights: &[f32]) -> Option<usize> {
        let total: f32 = weights.iter().map(|w| w.max(0.0)).sum();
        let mut left = self.uniform(0.0..total);
        let last = weights.iter().rposition(|&w| w > 0.0)?;
        weights
            .iter()
            .position(|&w| {
                left -= w.max(0.0);
                left < 0.0
            })
            .or(Some(last))
    }

    /// A seed for [`Grain`].
    pub(crate) fn seed(&mut self) -> u32 {
        self.0.random()
    }
}

/// Smooth noise: the mean of three sine waves of random phase, between −1 and 1.
pub(crate) struct SmoothNoise {
    /// Angular frequency along x and along y, and phase, of each wave.
    terms: [(f32, f32, f32); 3],
}

impl SmoothNoise {
    /// Noise along the x axis with wavelengths of 0.6 to 1.7 times `length`.
    pub(crate) fn new(rng: &mut LineRng, length: f32) -> Self {
        Self::in_plane(rng, length, 0.0)
    }

    /// Noise in the plane with wavelengths of 0.6 to 1.7 times `length`, in directions up to `spread` radians off the x
    /// axis.
    pub(crate) fn in_plane(rng: &mut LineRng, length: f32, spread: f32) -> Self {
        let terms = std::array::from_fn(|_| {
            let angle = rng.uniform(-spread..spread);
            let frequency = std::f32::consts::TAU / (length * rng.log_uniform(0.6..1.7));
            (frequency * angle.cos(), frequency * angle.sin(), rng.uniform(0.0..std::f32::consts::TAU))
        });
        Self { terms }
    }

    /// The value at a position.
    pub(crate) fn at(&self, x: f32, y: f32) -> f32 {
        self.terms.iter().map(|(fx, fy, phase)| (fx * x + fy * y + phase).sin()).sum::<f32>() / 3.0
    }
}

/// White noise for pixels, one hash a value, between −1 and 1.
pub(crate) struct Grain(u32);

impl Grain {
    pub(crate) const fn new(seed: u32) -> Self {
        Self(seed | 1)
    }

    /// The next value: the difference of two uniform numbers, whose distribution is a triangle.
    pub(crate) const fn next(&mut self) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        ((self.0 & 0xFFFF) as f32 - (self.0 >> 16) as f32) / 65536.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_follow_their_weights() {
        let mut rng = LineRng::new(1, 2);
        let mut counts = [0u32; 3];
        for _ in 0..4000 {
            counts[rng.weighted(&[1.0, 0.0, 3.0]).unwrap()] += 1;
        }
        assert_eq!(counts[1], 0);
        assert!((2800..3200).contains(&counts[2]), "{counts:?}");
        assert_eq!(rng.weighted(&[0.0]), None);
        assert_eq!(rng.weighted(&[]), None);
    }

    #[test]
    fn the_bell_has_the_deviation_asked_for() {
        let mut rng = LineRng::new(3, 4);
        let values: Vec<f32> = (0..4000).map(|_| rng.normal(2.0)).collect();
        let mean = values.iter().sum::<f32>() / 4000.0;
        let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / 4000.0;
        assert!(mean.abs() < 0.15 && (variance - 4.0).abs() < 0.4, "{mean} {variance}");
    }
}
