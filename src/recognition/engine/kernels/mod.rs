//! Arithmetic of the fused operators, on slices: convolutions with bias, activation and pooling, and LSTM layers.
//!
//! Activations are `[row, column, channel]` of one line, so that every loop runs over channels, of which all networks
//! have a multiple of [`CHANNELS`]. Nothing here knows tract; [`super::operators`] puts these kernels into its graphs.
//!
//! | file | what |
//! | - | - |
//! | `activation.rs` | what follows a convolution: LeakyReLU and max pooling |
//! | `winograd/` | 3×3 convolutions by Winograd's minimal filtering F(4×4, 3×3) |
//! | `image_convolution.rs` | the 3×3 convolution of an image, which has one channel |
//! | `pointwise.rs` | 1×1 convolutions |
//! | `resolution.rs` | max pooling, and the sum of a map with a coarser one |
//! | `lstm.rs` | a bidirectional LSTM layer |

pub(super) mod activation;
pub(super) mod image_convolution;
pub(super) mod lstm;
pub(super) mod pointwise;
#[cfg(test)]
mod reference;
pub(super) mod resolution;
pub(super) mod winograd;

/// Channels come in multiples of this: the numbers of one AVX-512 register.
pub(in crate::recognition::engine) const CHANNELS: usize = 16;
