//! The CPU engine: forward and backward of the few layers that the networks need.
//!
//! Activations are `[batch, row, column, channel]` with a column of zeros at either end of every row, so that a
//! convolution is a handful of matrix products over overlapping views, without copies ([`Convolution`]). Results do not
//! depend on the number of threads: sums over the batch are taken in a fixed number of parts, in a fixed order.

mod activation_rows;
mod batch_norm;
mod convolution;
mod convolution_chain;
mod linear;
mod lstm;
mod lstm_cells;
mod matrix;
mod parameter;
mod spectrum;
mod tensor;

pub(super) use activation_rows::LEAK;
pub use batch_norm::{NormalizedActivation, Pooling};
pub use convolution::Convolution;
pub use convolution_chain::ConvolutionChain;
pub use linear::Linear;
pub use lstm::{BidirectionalLstm, Direction};
pub use parameter::{Initializer, Parameter};
pub use spectrum::LeftSingularVectors;
pub use tensor::Tensor;

/// Sums over a batch are taken in this many parts, whatever the number of threads.
const N_PARTS: usize = 8;

/// The items of part `part`, of `n_items` in all.
fn part_range(part: usize, n_items: usize) -> std::ops::Range<usize> {
    part * n_items / N_PARTS..(part + 1) * n_items / N_PARTS
}

#[cfg(test)]
mod gradient_check;
