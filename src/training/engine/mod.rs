//! The CPU engine: forward and backward passes of exactly the layers that the networks need, side by side.
//!
//! - Activations of convolutions are `[batch, row, column, channel]` (`tensor.rs`) with a column of zeros at either end
//!   of every row, so that a 3×3 convolution is three matrix products over overlapping views, without copies
//!   (`convolution.rs`; `convolution_chain.rs`: several in a row). Normalization, activation and pooling are one layer
//!   (`batch_norm.rs`, its inner loops in `activation_rows.rs`).
//! - Activations of sequences are `[time, batch, feature]`: the LSTM layers (`lstm.rs`, one step of its cells in
//!   `lstm_cells.rs`) and the inner-product layer (`linear.rs`).
//! - `parameter.rs` holds weights with their gradients, `matrix.rs` matrix products, `spectrum.rs` singular vectors.
//!
//! Each gradient is checked against finite differences (`gradient_check.rs`). Results do not depend on the number of
//! threads: sums over a batch are taken in a fixed number of parts, in a fixed order (`batch_parts.rs`).
//!
//! # Speed
//!
//! The matrix products (`faer`) and the loops beside them (`training/vectorized.rs`) choose their instructions at run
//! time. Lines a second on two cores of an AMD EPYC, by `longhand bench-training`, and for PyTorch by `python -m
//! longhand_recipe.bench --made-up 8192`:
//!
//! | network, criterion | this engine | PyTorch fp32 | PyTorch bf16 |
//! | - | - | - | - |
//! | student, CTC | 23.1 | 19.9 | 44.4 |
//! | teacher, CTC | 1.8 | 1.8 | 3.7 |
//!
//! About two thirds of the student's time are matrix products near the fp32 peak of the processor. Most of what is left
//! to gain is bf16, for which `faer` has no products.

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
