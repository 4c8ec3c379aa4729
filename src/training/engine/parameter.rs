//! Trained arrays with their gradients, and their initialization.

use rand::{RngExt as _, SeedableRng as _};
use rand_xoshiro::Xoshiro256PlusPlus;

/// A trained array with its gradient.
#[derive(Clone, Debug, Default)]
pub struct Parameter {
    /// Its name in weight files, `layer.part`.
    pub name: String,
    /// Its shape; the last index varies fastest.
    pub shape: Vec<usize>,
    /// The values.
    pub value: Vec<f32>,
    /// The gradient of the loss, to which every backward pass adds.
    pub gradient: Vec<f32>,
    /// Whether weight decay applies: to the weights of products, not to biases and scales.
    pub decays: bool,
    /// Whether training leaves it unchanged.
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

    /// Entries uniform between −`bound` and `bound`, with weight decay.
    pub fn uniform(name: String, shape: &[usize], bound: f32, initializer: &mut Initializer) -> Self {
        let mut parameter = Self::constant(name, shape, 0.0);
        parameter.value.fill_with(|| initializer.uniform(bound));
        parameter.decays = true;
        parameter
    }

    /// Gives it another shape and other values.
    pub fn replace(&mut self, shape: &[usize], value: Vec<f32>) {
        self.shape = shape.to_vec();
        self.gradient = vec![0.0; value.len()];
        self.value = value;
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

/// Draws initial values from a seed.
#[derive(Debug)]
pub struct Initializer {
    random: Xoshiro256PlusPlus,
}

impl Initializer {
    /// The same seed gives the same values on every machine.
    pub fn new(seed: u64) -> Self {
        Self { random: Xoshiro256PlusPlus::seed_from_u64(seed) }
    }

    /// Uniform between −`bound` and `bound`.
    pub fn uniform(&mut self, bound: f32) -> f32 {
        self.random.random_range(-bound..=bound)
    }
}
