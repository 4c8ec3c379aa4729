//! Batch normalization, leaky ReLU and max pooling as one layer: what lies between is never stored.

use rayon::prelude::*;

use super::{Parameter, Tensor};

/// Slope below zero, as in Darknet.
pub(in crate::training) const LEAK: f32 = 0.1;
/// Added to the variance.
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
    /// Rows and columns that become one.
    pub const fn window(self) -> (usize, usize) {
        match self {
            Self::None => (1, 1),
            Self::Rows => (2, 1),
            Self::Both => (2, 2),
        }
    }
}

/// `pool(leaky_relu(γ (y − mean) / √(variance + ε) + β))`, per channel. Mean and variance are the batch's while
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
    /// What follows.
    pub pooling: Pooling,
    /// Training leaves the running mean and variance as they are and normalizes with them, as in evaluation.
    pub is_frozen: bool,
    mean: Vec<f32>,
    inverse_deviation: Vec<f32>,
    /// Which place of its window each output came from, `[batch, row, column, channel]` without halo.
    winners: Vec<u8>,
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
            winners: Vec::new(),
        }
    }

    /// Factor and summand a channel that normalization amounts to in evaluation; folded into the convolution at export.
    pub fn folded(&self) -> (Vec<f32>, Vec<f32>) {
        let inverse = inverse_deviations(&self.running_variance);
        factor_and_summand(&self.scale.value, &self.shift.value, &self.running_mean, &inverse)
    }

    /// Changes nothing but adds `bias`, in evaluation: the way back of [`Self::folded`] once its factor is in the
    /// convolution's weights.
    pub fn set_bias(&mut self, bias: &[f32]) {
        self.scale.value.fill(1.0);
        self.shift.value.copy_from_slice(bias);
        self.running_mean.fill(0.0);
        self.running_variance.fill(1.0 - EPSILON);
    }

    /// Normalizes with the batch's own mean and variance, and moves the running ones; with these where they are frozen.
    pub fn forward_training(&mut self, input: &Tensor, output: &mut Tensor) {
        if self.is_frozen {
            self.mean.clone_from(&self.running_mean);
            self.inverse_deviation = inverse_deviations(&self.running_variance);
        } else {
            self.measure(input);
        }
        let (factor, summand) =
            factor_and_summand(&self.scale.value, &self.shift.value, &self.mean, &self.inverse_deviation);
        let (window_rows, window_columns) = self.pooling.window();
        let n_outputs = input.batch * (input.height / window_rows) * (input.width / window_columns) * input.channels;
        self.winners.resize(n_outputs, 0);
        activate(input, &factor, &summand, self.pooling, output, Some(&mut self.winners));
    }

    /// Normalizes with the running mean and variance.
    pub fn forward(&self, input: &Tensor, output: &mut Tensor) {
        let (factor, summand) = self.folded();
        activate(input, &factor, &summand, self.pooling, output, None);
    }

    /// Mean and variance of the batch, a channel each; rows are summed in f32, rows' sums in f64.
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
                    for place in row[channels..end].chunks_exact(channels) {
                        for ((sum, squares), &value) in row_sum.iter_mut().zip(&mut row_squares).zip(place) {
                            *sum += value;
                            *squares += value * value;
                        }
                    }
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

    /// Adds to the gradients of γ and β and writes the input's gradient. `input` is what the last
    /// [`NormalizedActivation::forward_training`] saw.
    pub fn backward(&mut self, input: &Tensor, output_gradient: &Tensor, input_gradient: &mut Tensor) {
        let (factor, summand) =
            factor_and_summand(&self.scale.value, &self.shift.value, &self.mean, &self.inverse_deviation);
        input_gradient.reshape_like(input, input.channels);
        let channels = input.channels;
        let route = Route { pooling: self.pooling, input, output_gradient, factor: &factor, summand: &summand };
        let n_winners = self.winners.len() / input.batch;
        let sums: Vec<(Vec<f32>, Vec<f32>)> = input_gradient
            .data
            .par_chunks_exact_mut(input.image_len())
            .zip(self.winners.par_chunks_exact(n_winners))
            .enumerate()
            .map(|(image, (gradient, winners))| route.image(image, winners, gradient))
            .collect();
        let n = input.n_places() as f32;
        let (mut by_input, mut constant) = (vec![0f32; channels], vec![0f32; channels]);
        for channel in 0..channels {
            // Σ g and Σ g·ŷ, with ŷ = (y − mean) / deviation.
            let sum: f32 = sums.iter().map(|s| s.0[channel]).sum();
            let sum_by_input: f32 = sums.iter().map(|s| s.1[channel]).sum();
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
        let row_len = input.row_len();
        input_gradient.data.par_chunks_exact_mut(row_len).zip(input.data.par_chunks_exact(row_len)).for_each(
            |(gradient, input)| {
                let inner = channels..row_len - channels;
                for (gradient, input) in
                    gradient[inner.clone()].chunks_exact_mut(channels).zip(input[inner].chunks_exact(channels))
                {
                    for channel in 0..channels {
                        gradient[channel] = gradient[channel] * factor[channel]
                            + input[channel] * by_input[channel]
                            + constant[channel];
                    }
                }
            },
        );
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

fn leaky(value: f32) -> f32 {
    value.max(LEAK * value)
}

/// Activates and pools; notes which place of each window won where `winners` are wanted.
fn activate(
    input: &Tensor,
    factor: &[f32],
    summand: &[f32],
    pooling: Pooling,
    output: &mut Tensor,
    winners: Option<&mut Vec<u8>>,
) {
    let (window_rows, window_columns) = pooling.window();
    let (channels, row_len) = (input.channels, input.row_len());
    output.reshape(input.batch, input.height / window_rows, input.width / window_columns, channels);
    let (out_width, out_row_len) = (output.width, output.row_len());
    let in_rows = input.data.par_chunks(window_rows * row_len);
    let out_rows = output.data.par_chunks_exact_mut(out_row_len);
    let pool_row = |input: &[f32], output: &mut [f32], mut winners: Option<&mut [u8]>| {
        for column in 0..out_width {
            let out = &mut output[(column + 1) * channels..][..channels];
            for window_row in 0..window_rows {
                for window_column in 0..window_columns {
                    let at = window_row * row_len + (1 + column * window_columns + window_column) * channels;
                    let values = &input[at..at + channels];
                    let place = (window_row * window_columns + window_column) as u8;
                    if place == 0 {
                        for channel in 0..channels {
                            out[channel] = leaky(values[channel] * factor[channel] + summand[channel]);
                        }
                        continue;
                    }
                    for channel in 0..channels {
                        out[channel] = out[channel].max(leaky(values[channel] * factor[channel] + summand[channel]));
                    }
                }
            }
            if let Some(winners) = winners.as_deref_mut()
                && pooling != Pooling::None
            {
                let winners = &mut winners[column * channels..][..channels];
                winners.fill(0);
                for place in 1..(window_rows * window_columns) as u8 {
                    let (window_row, window_column) =
                        (usize::from(place) / window_columns, usize::from(place) % window_columns);
                    let at = window_row * row_len + (1 + column * window_columns + window_column) * channels;
                    let values = &input[at..at + channels];
                    for channel in 0..channels {
                        let wins = leaky(values[channel] * factor[channel] + summand[channel]) >= out[channel];
                        winners[channel] = if wins { place } else { winners[channel] };
                    }
                }
            }
        }
    };
    match winners {
        Some(winners) => in_rows
            .zip(out_rows)
            .zip(winners.par_chunks_exact_mut(out_width * channels))
            .for_each(|((input, output), winners)| pool_row(input, output, Some(winners))),
        None => in_rows.zip(out_rows).for_each(|(input, output)| pool_row(input, output, None)),
    }
}

/// Leads the output's gradient back through pooling and activation.
struct Route<'a> {
    pooling: Pooling,
    input: &'a Tensor,
    output_gradient: &'a Tensor,
    factor: &'a [f32],
    summand: &'a [f32],
}

impl Route<'_> {
    /// Writes the gradient before the activation into `gradient` (one image) and returns, a channel each, its sum and
    /// its sum weighted by the input.
    fn image(&self, image: usize, winners: &[u8], gradient: &mut [f32]) -> (Vec<f32>, Vec<f32>) {
        let Self { pooling, input, output_gradient, .. } = *self;
        let (window_rows, window_columns) = pooling.window();
        let (channels, row_len) = (input.channels, input.row_len());
        let source = &input.data[image * input.image_len()..][..input.image_len()];
        let upstream = &output_gradient.data[image * output_gradient.image_len()..][..output_gradient.image_len()];
        let (mut sum, mut sum_by_input) = (vec![0f32; channels], vec![0f32; channels]);
        let out_width = output_gradient.width;
        for (row, upstream) in upstream.chunks_exact(output_gradient.row_len()).enumerate() {
            let winners = &winners[row * out_width * channels..][..out_width * channels];
            for column in 0..out_width {
                let upstream = &upstream[(column + 1) * channels..][..channels];
                let winners = &winners[column * channels..][..channels];
                for place in 0..window_rows * window_columns {
                    let at = (row * window_rows + place / window_columns) * row_len
                        + (1 + column * window_columns + place % window_columns) * channels;
                    let (values, gradient) = (&source[at..at + channels], &mut gradient[at..at + channels]);
                    for channel in 0..channels {
                        let value = values[channel];
                        let slope = if value * self.factor[channel] + self.summand[channel] > 0.0 { 1.0 } else { LEAK };
                        let routed =
                            if usize::from(winners[channel]) == place { upstream[channel] * slope } else { 0.0 };
                        gradient[channel] = routed;
                        sum[channel] += routed;
                        sum_by_input[channel] += routed * value;
                    }
                }
            }
        }
        (sum, sum_by_input)
    }
}
