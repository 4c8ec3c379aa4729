//! The CPU engine: forward and backward of the few layers that the networks need.
//!
//! Activations are `[batch, row, column, channel]` with a column of zeros at either end of every row, so that a
//! convolution is a handful of matrix products over overlapping views, without copies ([`Convolution`]). Results do not
//! depend on the number of threads: sums over the batch are taken in a fixed number of parts, in a fixed order.

pub(super) mod activation_rows;
pub(super) mod batch_norm;
mod batch_parts;
pub(super) mod convolution;
pub(super) mod convolution_chain;
#[cfg(test)]
mod gradient_check;
pub(super) mod linear;
pub(super) mod lstm;
mod lstm_cells;
mod matrix;
pub(super) mod parameter;
pub(super) mod spectrum;
pub(super) mod tensor;

pub use self::{
    batch_norm::{NormalizedActivation, Pooling},
    convolution::Convolution,
    convolution_chain::ConvolutionChain,
    linear::Linear,
    lstm::{BidirectionalLstm, Direction},
    parameter::{Initializer, Parameter},
    spectrum::LeftSingularVectors,
    tensor::Tensor,
};
