//! AdamW (Loshchilov and Hutter, 2019) with gradient clipping and an exponential moving average of the weights.
#![expect(clippy::inline_always, reason = "only what is inlined is compiled for each set of instructions")]

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::engine::parameter::Parameter;
use crate::numerics::vectorized::{Kernel, LANES, vectorized};

/// Decay of the first moment.
const BETA_1: f32 = 0.9;
/// Decay of the second moment.
const BETA_2: f32 = 0.99;
/// Added to the root of the second moment.
const EPSILON: f32 = 1e-8;

/// The optimizer's configuration.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OptimizerConfig {
    /// The highest learning rate.
    pub learning_rate: f32,
    /// Steps over which the rate rises linearly from 0 to the highest.
    pub warmup_steps: u64,
    /// The last learning rate, as a share of the highest; in between the rate falls along a cosine.
    pub final_rate: f32,
    /// Decoupled weight decay.
    pub weight_decay: f32,
    /// A gradient with a larger norm is scaled down to this norm.
    pub max_gradient_norm: f32,
    /// Decay of the moving average of the weights.
    pub average_decay: f32,
}

impl Default for OptimizerConfig {
    fn default() -> Self {
        Self {
            learning_rate: 1.5e-3,
            warmup_steps: 200,
            final_rate: 0.01,
            weight_decay: 1e-4,
            max_gradient_norm: 5.0,
            average_decay: 0.999,
        }
    }
}

impl OptimizerConfig {
    /// The learning rate of `step`, counted from 0, of `n_steps`.
    pub fn rate_at(&self, step: u64, n_steps: u64) -> f32 {
        if step < self.warmup_steps {
            return self.learning_rate * (step + 1) as f32 / self.warmup_steps as f32;
        }
        let done = (step - self.warmup_steps) as f64 / n_steps.saturating_sub(self.warmup_steps).max(1) as f64;
        let cosine = 0.5 * (1.0 + (std::f64::consts::PI * done.min(1.0)).cos()) as f32;
        self.learning_rate * (self.final_rate + (1.0 - self.final_rate) * cosine)
    }
}

/// Moments and averaged weights of every parameter, in the network's order.
#[derive(Clone, Debug)]
pub struct AdamW {
    /// The configuration.
    pub config: OptimizerConfig,
    /// Steps taken.
    pub n_steps: u64,
    /// The state of each parameter.
    pub states: Vec<ParameterState>,
}

/// The optimizer's state of one parameter.
#[derive(Clone, Debug, Default)]
pub struct ParameterState {
    /// Moving average of the gradients.
    pub first_moment: Vec<f32>,
    /// Moving average of their squares.
    pub second_moment: Vec<f32>,
    /// Moving average of the weights, for evaluation and export.
    pub averaged: Vec<f32>,
}

impl AdamW {
    /// The state before the first step: moments of 0, averaged weights equal to the weights.
    pub fn new(config: OptimizerConfig, parameters: &[&mut Parameter]) -> Self {
        let states = (parameters.iter())
            .map(|p| ParameterState {
                first_moment: vec![0.0; p.len()],
                second_moment: vec![0.0; p.len()],
                averaged: p.value.clone(),
            })
            .collect();
        Self { config, n_steps: 0, states }
    }

    /// Takes one step with learning rate `rate` and sets the gradients to zero. Returns the norm of the gradients
    /// before clipping; if it is not finite, no weight is changed.
    pub fn step(&mut self, parameters: &mut [&mut Parameter], rate: f32) -> f32 {
        let norm = gradient_norm(parameters);
        if !norm.is_finite() {
            for parameter in parameters {
                parameter.gradient.fill(0.0);
            }
            return norm;
        }
        self.n_steps += 1;
        let clip = (self.config.max_gradient_norm / norm.max(EPSILON)).min(1.0);
        let exponent = i32::try_from(self.n_steps).unwrap_or(i32::MAX);
        let (bias_1, bias_2) = (1.0 - BETA_1.powi(exponent), 1.0 - BETA_2.powi(exponent));
        // Early averages decay faster, so that they forget the first weights.
        let average_decay = self.config.average_decay.min((1 + self.n_steps) as f32 / (10 + self.n_steps) as f32);
        let weight_decay = self.config.weight_decay;
        parameters.par_iter_mut().zip(&mut self.states).for_each(|(parameter, state)| {
            let decay = if parameter.decays { rate * weight_decay } else { 0.0 };
            let Parameter { value, gradient, is_fixed, .. } = &mut **parameter;
            if *is_fixed {
                gradient.fill(0.0);
                return;
            }
            vectorized(Update {
                weights: value,
                gradients: gradient,
                state,
                clip,
                rate,
                biases: [bias_1, bias_2],
                decay,
                average_decay,
            });
        });
        norm
    }
}

/// One step of one parameter.
struct Update<'a> {
    weights: &'a mut [f32],
    gradients: &'a mut [f32],
    state: &'a mut ParameterState,
    /// Factor on the gradients.
    clip: f32,
    rate: f32,
    /// Bias corrections of the moments: 1 − βⁿ.
    biases: [f32; 2],
    /// Weight decay times rate.
    decay: f32,
    average_decay: f32,
}

impl Kernel for Update<'_> {
    type Output = ();

    #[inline(always)]
    fn run(mut self) {
        let n = self.weights.len();
        let whole = n - n % LANES;
        for at in (0..whole).step_by(LANES) {
            self.step::<LANES>(at);
        }
        for at in whole..n {
            self.step::<1>(at);
        }
    }
}

impl Update<'_> {
    /// Updates `N` numbers from `at` on.
    #[inline(always)]
    fn step<const N: usize>(&mut self, at: usize) {
        let range = at..at + N;
        let (weights, gradients) = (&mut self.weights[range.clone()], &mut self.gradients[range.clone()]);
        let ParameterState { first_moment, second_moment, averaged } = &mut *self.state;
        let (firsts, seconds) = (&mut first_moment[range.clone()], &mut second_moment[range.clone()]);
        let averages = &mut averaged[range];
        let [mut first, mut second, mut weight, mut average] = [[0f32; N]; 4];
        for i in 0..N {
            let g = gradients[i] * self.clip;
            first[i] = BETA_1 * firsts[i] + (1.0 - BETA_1) * g;
            second[i] = BETA_2 * seconds[i] + (1.0 - BETA_2) * g * g;
            let direction = (first[i] / self.biases[0]) / ((second[i] / self.biases[1]).sqrt() + EPSILON);
            weight[i] = weights[i] - (self.rate * direction + self.decay * weights[i]);
            average[i] = averages[i] + (1.0 - self.average_decay) * (weight[i] - averages[i]);
        }
        gradients.fill(0.0);
        firsts.copy_from_slice(&first);
        seconds.copy_from_slice(&second);
        weights.copy_from_slice(&weight);
        averages.copy_from_slice(&average);
    }
}

/// The norm of all gradients of parameters that are not fixed.
fn gradient_norm(parameters: &[&mut Parameter]) -> f32 {
    let squares = |p: &Parameter| vectorized(SumOfSquares(&p.gradient));
    parameters.iter().filter(|p| !p.is_fixed).map(|p| squares(p)).sum::<f64>().sqrt() as f32
}

/// The sum of squares in f64, each lane by itself first.
struct SumOfSquares<'a>(&'a [f32]);

impl Kernel for SumOfSquares<'_> {
    type Output = f64;

    #[inline(always)]
    fn run(self) -> f64 {
        let (blocks, rest) = self.0.as_chunks::<LANES>();
        let mut sums = [0f64; LANES];
        for block in blocks {
            for i in 0..LANES {
                sums[i] += f64::from(block[i]) * f64::from(block[i]);
            }
        }
        let rest: f64 = rest.iter().map(|&value| f64::from(value) * f64::from(value)).sum();
        sums.iter().sum::<f64>() + rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_rises_then_falls() {
        let config = OptimizerConfig { learning_rate: 1.0, warmup_steps: 10, final_rate: 0.1, ..Default::default() };
        assert!((config.rate_at(0, 100) - 0.1).abs() < 1e-6);
        assert!((config.rate_at(10, 100) - 1.0).abs() < 1e-6);
        assert!((config.rate_at(100, 100) - 0.1).abs() < 1e-6);
        assert!((config.rate_at(500, 100) - 0.1).abs() < 1e-6);
    }

    #[test]
    fn a_parabola_is_descended_and_fixed_parameters_stay() {
        let mut free = Parameter::constant("free".to_owned(), &[1], 3.0);
        let mut fixed = Parameter::constant("fixed".to_owned(), &[1], 3.0);
        fixed.is_fixed = true;
        let mut parameters = [&mut free, &mut fixed];
        let mut optimizer = AdamW::new(OptimizerConfig::default(), &parameters);
        for _ in 0..400 {
            for p in &mut parameters {
                p.gradient[0] = 2.0 * p.value[0];
            }
            optimizer.step(&mut parameters, 0.05);
        }
        assert!(free.value[0].abs() < 0.1, "{}", free.value[0]);
        assert!((fixed.value[0] - 3.0).abs() < f32::EPSILON);
    }
}
