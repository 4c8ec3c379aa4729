//! The random numbers of one line: a generator seeded by run and line, and the few ways in which it is asked.

use rand::{RngExt as _, SeedableRng as _};
use rand_xoshiro::Xoshiro256PlusPlus;

/// Random choices that are the same for a seed on every machine and thread.
pub(crate) struct LineRng(Xoshiro256PlusPlus);

impl LineRng {
    /// The rng of line `index` in the run of `seed`.
    pub(crate) fn new(seed: u64, index: u64) -> Self {
        // An odd multiplier maps indices one to one; SplitMix64 inside `seed_from_u64` scatters the sum.
        Self(Xoshiro256PlusPlus::seed_from_u64(seed.wrapping_add(index.wrapping_mul(0x9E37_79B9_7F4A_7C15))))
    }

    /// Uniform from `low` to `high`.
    pub(crate) fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.0.random::<f32>()
    }

    /// Uniform in the logarithm, for sizes; both ends positive.
    pub(crate) fn log_between(&mut self, low: f32, high: f32) -> f32 {
        self.between(low.ln(), high.ln()).exp()
    }

    /// Bell-shaped around 0 with the given standard deviation, never beyond 4.2 of them: the sum of six uniform
    /// numbers scaled to variance 1.
    pub(crate) fn normal(&mut self, deviation: f32) -> f32 {
        let sum: f32 = (0..6).map(|_| self.0.random::<f32>()).sum();
        (sum - 3.0) * std::f32::consts::SQRT_2 * deviation
    }

    /// True with probability `p`.
    pub(crate) fn chance(&mut self, p: f32) -> bool {
        self.0.random::<f32>() < p
    }

    /// A whole number from `low` to `high`, both included.
    pub(crate) fn count(&mut self, low: usize, high: usize) -> usize {
        self.0.random_range(low..=high.max(low))
    }

    /// One of `items`, all alike likely; `None` if there is none.
    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        if items.is_empty() { None } else { Some(&items[self.0.random_range(0..items.len())]) }
    }

    /// An index into `weights`, as likely as its weight; `None` if no weight is positive.
    pub(crate) fn weighted(&mut self, weights: &[f32]) -> Option<usize> {
        let total: f32 = weights.iter().map(|w| w.max(0.0)).sum();
        let mut left = self.between(0.0, total);
        let last = weights.iter().rposition(|&w| w > 0.0)?;
        weights
            .iter()
            .position(|&w| {
                left -= w.max(0.0);
                left < 0.0
            })
            .or(Some(last))
    }

    /// A fresh seed for fast noise.
    pub(crate) fn seed(&mut self) -> u32 {
        self.0.random()
    }
}

/// Smooth noise along one axis: three sine waves of random phase, between −1 and 1.
pub(crate) struct Wave {
    terms: [(f32, f32, f32); 3],
}

impl Wave {
    /// Waves of about `length` units.
    pub(crate) fn new(rng: &mut LineRng, length: f32) -> Self {
        Self::in_plane(rng, length, 0.0)
    }

    /// Waves in the plane: of about `length` units, in directions up to `spread` radians off the x axis.
    pub(crate) fn in_plane(rng: &mut LineRng, length: f32, spread: f32) -> Self {
        let terms = std::array::from_fn(|_| {
            let angle = rng.between(-spread, spread);
            let frequency = std::f32::consts::TAU / (length * rng.log_between(0.6, 1.7));
            (frequency * angle.cos(), frequency * angle.sin(), rng.between(0.0, std::f32::consts::TAU))
        });
        Self { terms }
    }

    /// The height of the wave at a place.
    pub(crate) fn at(&self, x: f32, y: f32) -> f32 {
        self.terms.iter().map(|(fx, fy, phase)| (fx * x + fy * y + phase).sin()).sum::<f32>() / 3.0
    }
}

/// White noise for pixels: one hash a call, bell-shaped enough, between −1 and 1.
pub(crate) struct Grain(u32);

impl Grain {
    pub(crate) const fn new(seed: u32) -> Self {
        Self(seed | 1)
    }

    /// The next value: the difference of two uniform numbers.
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
