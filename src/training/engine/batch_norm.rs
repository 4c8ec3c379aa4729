//! Batch normalization, leaky ReLU and max pooling as one layer, without storing intermediate results.

use rayon::prelude::*;

use super::{
    activation_rows::{InputGradient, Normalization, RoutedSums, WindowRows, activate, add_moments},
    parameter::Parameter,
    tensor::Tensor,
};

/// Added to the variance before its root.
const EPSILON: f32 = 1e-5;
/// Weight of the newest batch in the running mean and variance.
const MOMENTUM: f32 = 0.02;

/// Max pooling after the activation, height × width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pooling {
    /// No pooling.
    None,
    /// 2×1: half the rows, all columns.
    Rows,
    /// 2×2.
    Both,
}

impl Pooling {
    /// Rows and columns of the window.
    pub const fn window(self) -> (usize, usize) {
        match self {
            Self::None => (1, 1),
            Self::Rows => (2, 1),
            Self::Both => (2, 2),
        }
    }
}

/// `pool(leaky_relu(γ (y − mean) / √(variance + ε) + β))`, per channel. Mean and variance are those of the batch in
/// training, the running ones in evaluation.
#[derive(Clone, Debug)]
pub struct NormalizedActivation {
    /// γ, `[channel]`.
    pub scale: Parameter,
    /// β, `[channel]`.
    pub shift: Parameter,
    /// Running mean, `[channel]`.
    pub running_mean: Vec<f32>,
    /// Running variance, `[channel]`.
    pub running_variance: Vec<f32>,
    /// The pooling after the activation.
    pub pooling: Pooling,
    /// Whether training normalizes with the running mean and variance and leaves them unchanged, as in evaluation.
    pub is_frozen: bool,
    mean: Vec<f32>,
    inverse_deviation: Vec<f32>,
}

impl NormalizedActivation {
    /// γ = 1, β = 0.
    pub fn new(name: &str, channels: usize, pooling: Pooling) -> Self {
        Self {
            scale: Parameter::constant(format!("{name}.scale"), &[channels], 1.0),
            shift: Parameter::constant(format!("{name}.shift"), &[channels], 0.0),
            running_mean: vec![0.0; channels],
            running_variance: vec![1.0; channels],
            pooling,
            is_frozen: false,
            mean: vec![0.0; channels],
            inverse_deviation: vec![1.0; channels],
        }
    }

    /// The normalization in evaluation as a factor and a summand of each channel, which export folds into the
    /// convolution.
    pub fn folded(&self) -> (Vec<f32>, Vec<f32>) {
        let inverse = inverse_deviations(&self.running_variance);
        factor_and_summand(&self.scale.value, &self.shift.value, &self.running_mean, &inverse)
    }

    /// Sets the normalization in evaluation to adding `bias`: the inverse of [`Self::folded`], whose factor is already
    /// in the convolution's weights.
    pub fn set_bias(&mut self, bias: &[f32]) {
        self.scale.value.fill(1.0);
        self.shift.value.copy_from_slice(bias);
        self.running_mean.fill(0.0);
        self.running_variance.fill(1.0 - EPSILON);
    }

    /// Normalizes with the batch's own mean and variance and updates the running ones; if frozen, normalizes with
    /// these.
    pub fn forward_training(&mut self, input: &Tensor, output: &mut Tensor) {
        if self.is_frozen {
            self.mean.clone_from(&self.running_mean);
            self.inverse_deviation = inverse_deviations(&self.running_variance);
        } else {
            self.measure(input);
        }
        let (factor, summand) =
            factor_and_summand(&self.scale.value, &self.shift.value, &self.mean, &self.inverse_deviation);
        self.activate(input, Normalization { factor: &factor, summand: &summand }, output);
    }

    /// Normalizes with the running mean and variance.
    pub fn forward(&self, input: &Tensor, output: &mut Tensor) {
        let (factor, summand) = self.folded();
        self.activate(input, Normalization { factor: &factor, summand: &summand }, output);
    }

    fn activate(&self, input: &Tensor, normalization: Normalization<'_>, output: &mut Tensor) {
        let window = self.pooling.window();
        output.reshape(input.batch, input.height / window.0, input.width / window.1, input.channels);
        let row_len = output.row_len();
        let in_rows = input.data.par_chunks_exact(window.0 * input.row_len());
        output
            .data
            .par_chunks_exact_mut(row_len)
            .zip(in_rows)
            .for_each(|(output, input)| activate(WindowRows { input, window, normalization }, output));
    }

    /// Mean and variance of each channel of the batch; rows are summed in f32, the sums of rows in f64.
    fn measure(&mut self, input: &Tensor) {
        let channels = input.channels;
        let (row_len, end) = (input.row_len(), (input.width + 1) * channels);
        let sums: Vec<(Vec<f64>, Vec<f64>)> = input
            .data
            .par_chunks_exact(input.image_len())
            .map(|image| {
                let (mut sum, mut squares) = (vec![0f64; channels], vec![0f64; channels]);
                let (mut row_sum, mut row_squares) = (vec![0f32; channels], vec![0f32; channels]);
                for row in image.chunks_exact(row_len) {
                    row_sum.fill(0.0);
                    row_squares.fill(0.0);
                    add_moments(&row[channels..end], &mut row_sum, &mut row_squares);
                    add_f64(&mut sum, &row_sum);
                    add_f64(&mut squares, &row_squares);
                }
                (sum, squares)
            })
            .collect();
        let n = input.n_places() as f64;
        for channel in 0..channels {
            let mean = sums.iter().map(|s| s.0[channel]).sum::<f64>() / n;
            let variance = (sums.iter().map(|s| s.1[channel]).sum::<f64>() / n - mean * mean).max(0.0);
            self.mean[channel] = mean as f32;
            self.inverse_deviation[channel] = 1.0 / (variance as f32 + EPSILON).sqrt();
            self.running_mean[channel] += MOMENTUM * (mean as f32 - self.running_mean[channel]);
            self.running_variance[channel] += MOMENTUM * (variance as f32 - self.running_variance[channel]);
        }
    }

    /// Adds to the gradients of γ and β and writes the input's gradient. `input` is that of the last
    /// [`NormalizedActivation::forward_training`].
    pub fn backward(&mut self, input: &Tensor, output_gradient: &Tensor, input_gradient: &mut Tensor) {
        let (factor, summand) =
            factor_and_summand(&self.scale.value, &self.shift.value, &self.mean, &self.inverse_deviation);
        let (channels, window) = (input.channels, self.pooling.window());
        let normalization = Normalization { factor: &factor, summand: &summand };
        let (in_len, out_len) = (window.0 * input.row_len(), output_gradient.row_len());
        let sums: Vec<RoutedSums> = (input.data.par_chunks_exact(input.image_len()))
            .zip(output_gradient.data.par_chunks_exact(output_gradient.image_len()))
            .map(|(image, upstream)| {
                let mut sums = RoutedSums::zeros(channels);
                for (input, upstream) in image.chunks_exact(in_len).zip(upstream.chunks_exact(out_len)) {
                    sums.add(WindowRows { input, window, normalization }, upstream);
                }
                sums
            })
            .collect();
        let n = input.n_places() as f32;
        let (mut by_input, mut constant) = (vec![0f32; channels], vec![0f32; channels]);
        for channel in 0..channels {
            // Σ g and Σ g·ŷ, with ŷ = (y − mean) / deviation.
            let sum: f32 = sums.iter().map(|s| s.plain[channel]).sum();
            let sum_by_input: f32 = sums.iter().map(|s| s.by_input[channel]).sum();
            let (mean, inverse) = (self.mean[channel], self.inverse_deviation[channel]);
            let sum_normalized = (sum_by_input - mean * sum) * inverse;
            self.shift.gradient[channel] += sum;
            self.scale.gradient[channel] += sum_normalized;
            if self.is_frozen {
                // dy = γ/σ g: mean and deviation do not depend on the input.
                continue;
            }
            // dy = γ/σ (g − mean(g) − ŷ mean(g ŷ))
            by_input[channel] = -factor[channel] * sum_normalized / n * inverse;
            constant[channel] = -factor[channel] * sum / n - by_input[channel] * mean;
        }
        input_gradient.reshape_like(input, channels);
        let terms = InputGradient { by_input: &by_input, constant: &constant };
        (input_gradient.data.par_chunks_exact_mut(in_len))
            .zip(input.data.par_chunks_exact(in_len))
            .zip(output_gradient.data.par_chunks_exact(out_len))
            .for_each(|((gradient, input), upstream)| {
                terms.write(WindowRows { input, window, normalization }, upstream, gradient);
            });
    }
}

fn add_f64(sums: &mut [f64], values: &[f32]) {
    sums.iter_mut().zip(values).for_each(|(sum, &value)| *sum += f64::from(value));
}

fn inverse_deviations(variance: &[f32]) -> Vec<f32> {
    variance.iter().map(|v| 1.0 / (v + EPSILON).sqrt()).collect()
}

fn factor_and_summand(scale: &[f32], shift: &[f32], mean: &[f32], inverse: &[f32]) -> (Vec<f32>, Vec<f32>) {
    let factor: Vec<f32> = scale.iter().zip(inverse).map(|(s, i)| s * i).collect();
    let summand = shift.iter().zip(mean).zip(&factor).map(|((shift, mean), f)| shift - mean * f).collect();
    (factor, summand)
}
