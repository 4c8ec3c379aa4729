//! Operators of our own in tract's graphs: convolutions with all that follows them in one pass, and LSTM layers.
//!
//! tract stays the engine. Before it parses an ONNX file, [`fusion::fuse`] puts one node in the place of a convolution
//! with its activation and pooling, and of a bidirectional LSTM; what it does not recognize is left to tract.
//! [`register`] tells tract how those nodes are built. Between two fused convolutions activations stay `[1, row,
//! column, channel]`.
//!
//! | file | what |
//! | - | - |
//! | `fusion.rs` | finds what can be fused in an ONNX graph |
//! | `convolution.rs`, `lstm.rs` | the operators, over the arithmetic of [`super::kernels`] |
//! | `resolution.rs` | the operators that pool a map, or add a coarser one to it |
//! | `operator.rs` | what they have in common: one output, shared weights |
//! | `node.rs` | attributes and weights of ONNX nodes |

mod convolution;
pub(super) mod fusion;
mod lstm;
mod node;
mod operator;
mod resolution;

use tract_onnx::Onnx;

/// ONNX operators with the fused ones among them.
pub(super) fn register(mut onnx: Onnx) -> Onnx {
    onnx.op_register.insert(fusion::CONVOLUTION, convolution::build);
    onnx.op_register.insert(fusion::LSTM, lstm::build);
    onnx.op_register.insert(fusion::POOLING, resolution::build_pooling);
    onnx.op_register.insert(fusion::DOUBLED_SUM, resolution::build_sum);
    onnx
}
