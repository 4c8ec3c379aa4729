//! Convolution 3×3 with zero padding, and 1×1.
//!
//! With rows stored `[column, channel]` and a zero column at either end, the 3 columns × `c` channels under one row of
//! a 3×3 window are contiguous. The windows of a block of rows are therefore an overlapping matrix view with 3`c`
//! columns and stride `c`, and the convolution is one matrix product for each of the window's three rows.

use rayon::prelude::*;

use super::{
    batch_parts::{N_PARTS, part_range},
    parameter::{Initializer, Parameter},
    tensor::Tensor,
};
use crate::numerics::{
    matrix::{Into, View, multiply},
    vectorized::{add, add_rows},
};

/// Numbers of one output block: small enough to stay in the second-level cache while three products add to it.
const BLOCK_LEN: usize = 64 * 1024;

/// Numbers of a gradient that one thread sums.
const CHUNK_LEN: usize = 16 * 1024;

/// A convolution with stride 1 that keeps height and width.
#[derive(Clone, Debug)]
pub struct Convolution {
    /// 3 or 1.
    pub kernel: usize,
    /// Channels of the input.
    pub inputs: usize,
    /// Channels of the output.
    pub outputs: usize,
    /// `[kernel row, kernel column, input, output]`.
    pub weight: Parameter,
    /// `[output]`; `None` if batch normalization follows.
    pub bias: Option<Parameter>,
    partial_gradients: Vec<Vec<f32>>,
    flipped: Vec<f32>,
}

impl Convolution {
    /// Weights are He-uniform.
    pub fn new(
        name: &str,
        kernel: usize,
        inputs: usize,
        outputs: usize,
        has_bias: bool,
        initializer: &mut Initializer,
    ) -> Self {
        let bound = (6.0 / (kernel * kernel * inputs) as f32).sqrt();
        let weight =
            Parameter::uniform(format!("{name}.weight"), &[kernel, kernel, inputs, outputs], bound, initializer);
        let bias = has_bias.then(|| Parameter::constant(format!("{name}.bias"), &[outputs], 0.0));
        Self { kernel, inputs, outputs, weight, bias, partial_gradients: Vec::new(), flipped: Vec::new() }
    }

    /// `output = input ∗ weight + bias`.
    pub fn forward(&self, input: &Tensor, output: &mut Tensor) {
        output.reshape_like(input, self.outputs);
        convolve(input, &self.weight.value, self.kernel, output);
        if let Some(bias) = &self.bias {
            for place in output.data.chunks_exact_mut(self.outputs) {
                place.iter_mut().zip(&bias.value).for_each(|(value, bias)| *value += bias);
            }
        }
        output.clear_halo();
    }

    /// Adds to the gradients of weight and bias, and writes the input's gradient if `input_gradient` is given.
    pub fn backward(&mut self, input: &Tensor, output_gradient: &Tensor, input_gradient: Option<&mut Tensor>) {
        if !self.weight.is_fixed {
            self.add_weight_gradient(input, output_gradient);
        }
        if let Some(bias) = &mut self.bias {
            add_rows(&mut bias.gradient, &output_gradient.data);
        }
        if let Some(input_gradient) = input_gradient {
            input_gradient.reshape_like(input, self.inputs);
            self.flip_weight();
            convolve(output_gradient, &self.flipped, self.kernel, input_gradient);
            input_gradient.clear_halo();
        }
    }

    fn add_weight_gradient(&mut self, input: &Tensor, output_gradient: &Tensor) {
        let (kernel, len) = (self.kernel, self.weight.len());
        self.partial_gradients.resize_with(N_PARTS, Vec::new);
        self.partial_gradients.par_iter_mut().enumerate().for_each(|(part, gradient)| {
            gradient.clear();
            gradient.resize(len, 0.0);
            for image in part_range(part, input.batch) {
                add_image_weight_gradient(input, output_gradient, image, kernel, gradient);
            }
        });
        let partials = &self.partial_gradients;
        self.weight.gradient.par_chunks_mut(CHUNK_LEN).enumerate().for_each(|(chunk, sum)| {
            for partial in partials {
                add(sum, &partial[chunk * CHUNK_LEN..][..sum.len()]);
            }
        });
    }

    /// The weights of the convolution of the backward pass: window turned by 180°, inputs and outputs exchanged.
    fn flip_weight(&mut self) {
        let n_taps = self.kernel * self.kernel;
        self.flipped.resize(self.weight.len(), 0.0);
        let (inputs, outputs, weight) = (self.inputs, self.outputs, &self.weight.value);
        self.flipped.par_chunks_mut(inputs * outputs).enumerate().for_each(|(tap, to)| {
            let from = &weight[(n_taps - 1 - tap) * inputs * outputs..][..inputs * outputs];
            for (output, to) in to.chunks_exact_mut(inputs).enumerate() {
                for (to, from) in to.iter_mut().zip(from[output..].iter().step_by(outputs)) {
                    *to = *from;
                }
            }
        });
    }
}

/// `output = input ∗ weight`, the output's halo left unspecified. Shapes are set.
fn convolve(input: &Tensor, weight: &[f32], kernel: usize, output: &mut Tensor) {
    let (height, image_len) = (input.height, input.image_len());
    let (row_len, out_row_len, out_channels) = (input.row_len(), output.row_len(), output.channels);
    let block_rows = (BLOCK_LEN / out_row_len).clamp(1, height);
    let (channels, padded_width) = (input.channels, input.width + 2);
    output.data.par_chunks_mut(out_row_len * height).zip(input.data.par_chunks(image_len)).for_each(|(out, image)| {
        for (block, out) in out.chunks_mut(block_rows * out_row_len).enumerate() {
            let first = block * block_rows;
            let n_rows = out.len() / out_row_len;
            if kernel == 1 {
                let view = View::packed(&image[first * row_len..], n_rows * padded_width, channels);
                multiply(out, Into::Replace, view, View::packed(weight, channels, out_channels));
                continue;
            }
            // The window's middle row lies inside the image for every output row, so it comes first and replaces.
            for kernel_row in [1, 0, 2] {
                let weight = &weight[kernel_row * 3 * channels * out_channels..][..3 * channels * out_channels];
                let rows = rows_inside(first..first + n_rows, kernel_row, height);
                if rows.is_empty() {
                    continue;
                }
                // Windows start one column left of their position. The first and last position lie in the halo and are
                // skipped: their windows would leave the slice, and their values are zeroed anyway.
                let n_places = rows.len() * padded_width - 2;
                let start = (rows.start + kernel_row - 1) * row_len;
                let view = View::new(&image[start..], n_places, 3 * channels, channels);
                let out_start = (rows.start - first) * out_row_len + out_channels;
                let how = if kernel_row == 1 { Into::Replace } else { Into::Add };
                multiply(&mut out[out_start..], how, view, View::packed(weight, 3 * channels, out_channels));
            }
        }
    });
}

/// The `rows` for which the window's row `kernel_row` lies inside the image.
fn rows_inside(rows: std::ops::Range<usize>, kernel_row: usize, height: usize) -> std::ops::Range<usize> {
    match kernel_row {
        0 => rows.start.max(1)..rows.end,
        2 => rows.start..rows.end.min(height - 1),
        _ => rows,
    }
}

fn add_image_weight_gradient(
    input: &Tensor,
    output_gradient: &Tensor,
    image: usize,
    kernel: usize,
    gradient: &mut [f32],
) {
    let (height, channels, out_channels) = (input.height, input.channels, output_gradient.channels);
    let padded_width = input.width + 2;
    let source = &input.data[image * input.image_len()..][..input.image_len()];
    let upstream = &output_gradient.data[image * output_gradient.image_len()..][..output_gradient.image_len()];
    if kernel == 1 {
        let n_places = height * padded_width;
        let view = View::packed(source, n_places, channels).transposed();
        multiply(gradient, Into::Add, view, View::packed(upstream, n_places, out_channels));
        return;
    }
    let block_rows = (BLOCK_LEN / output_gradient.row_len()).clamp(1, height);
    for first in (0..height).step_by(block_rows) {
        for kernel_row in 0..3 {
            let rows = rows_inside(first..(first + block_rows).min(height), kernel_row, height);
            if rows.is_empty() {
                continue;
            }
            let n_places = rows.len() * padded_width - 2;
            let start = (rows.start + kernel_row - 1) * input.row_len();
            let windows = View::new(&source[start..], n_places, 3 * channels, channels).transposed();
            let upstream = View::packed(
                &upstream[rows.start * output_gradient.row_len() + out_channels..],
                n_places,
                out_channels,
            );
            let len = 3 * channels * out_channels;
            multiply(&mut gradient[kernel_row * len..][..len], Into::Add, windows, upstream);
        }
    }
}
