//! What the kernels are held to: convolutions by their definition, and numbers to try them with.

use super::activation::Activation;

/// `n` numbers between -0.5 and 0.5, the same for a seed.
pub(super) fn numbers(n: usize, seed: u32) -> Vec<f32> {
    let mut state = seed;
    (0..n)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1u32 << 24) as f32 - 0.5
        })
        .collect()
}

/// A 3×3 convolution of `[row, column, channel]` with `weight` `[output channel, input channel, 3, 3]`, activated and
/// pooled.
pub(super) fn convolved(
    input: &[f32],
    size: [usize; 2],
    weight: &[f32],
    bias: &[f32],
    activation: Activation,
) -> Vec<f32> {
    let [height, width] = size;
    let (n_inputs, n_outputs) = (input.len() / (height * width), bias.len());
    let at = |row: usize, column: usize, output: usize| {
        let mut sum = f64::from(bias[output]);
        for place in 0..9 {
            let (y, x) = ((row + place / 3).wrapping_sub(1), (column + place % 3).wrapping_sub(1));
            if y < height && x < width {
                let inputs = &input[(y * width + x) * n_inputs..][..n_inputs];
                let products = inputs.iter().enumerate().map(|(channel, value)| {
                    f64::from(*value) * f64::from(weight[(output * n_inputs + channel) * 9 + place])
                });
                sum += products.sum::<f64>();
            }
        }
        (sum as f32).max(activation.slope * sum as f32)
    };
    let ([rows, columns], [by_rows, by_columns]) = (activation.output_size(size), activation.pooling);
    let mut output = Vec::new();
    for row in 0..rows {
        for column in 0..columns {
            for channel in 0..n_outputs {
                let window = (0..by_rows * by_columns)
                    .map(|i| at(row * by_rows + i / by_columns, column * by_columns + i % by_columns, channel));
                output.push(window.fold(f32::NEG_INFINITY, f32::max));
            }
        }
    }
    output
}
