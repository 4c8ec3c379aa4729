//! What training changes.

use rand::{RngExt as _, SeedableRng as _};
use rand_xoshiro::Xoshiro256PlusPlus;

/// A trained array with its gradient.
#[derive(Clone, Debug, Default)]
pub struct Parameter {
    /// Name in weight files, `layer.part`.
    pub name: String,
    /// Sizes; the last varies fastest.
    pub shape: Vec<usize>,
    /// The numbers.
    pub value: Vec<f32>,
    /// Derivative of the loss, added to by every backward pass.
    pub gradient: Vec<f32>,
    /// Whether weight decay applies: to weights of products, not to biases and scales.
    pub decays: bool,
    /// Whether training leaves it as it is.
    pub is_fixed: bool,
}

impl Parameter {
    /// All entries `value`, without weight decay.
    pub fn constant(name: String, shape: &[usize], value: f32) -> Self {
        let len = shape.iter().product();
        Self {
            name,
            shape: shape.to_vec(),
            value: vec![value; len],
            gradient: vec![0.0; len],
            decays: false,
            is_fixed: false,
        }
    }

    /// Entries drawn evenly from −`bound` to `bound`, with weight decay.
    pub fn uniform(name: String, shape: &[usize], bound: f32, initializer: &mut Initializer) -> Self {
        let mut parameter = Self::constant(name, shape, 0.0);
        parameter.value.fill_with(|| initializer.uniform(bound));
        parameter.decays = true;
        parameter
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.value.len()
    }

    /// Whether it has no entries.
    pub fn is_empty(&self) -> bool {
        self.value.is_empty()
    }
}

/// Draws first values from a seed.
#[derive(Debug)]
pub struct Initializer {
    random: Xoshiro256PlusPlus,
}

impl Initializer {
    /// The same seed gives the same values on every machine.
    pub fn new(seed: u64) -> Self {
        Self { random: Xoshiro256PlusPlus::seed_from_u64(seed) }
    }

    /// Evenly from −`bound` to `bound`.
    pub fn uniform(&mut self, bound: f32) -> f32 {
        self.random.random_range(-bound..=bound)
    }
}
