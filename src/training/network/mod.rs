//! Line readers that can be trained: convolutions, two bidirectional LSTM layers, one inner-product layer.
//!
//! - `architecture.rs`: the networks as tables of layers, and their sizes
//! - `cnn_dblstm.rs`: a network with its weights, its forward and its backward pass
//! - `feature_tap.rs`: activations of a pass at which networks are compared
//! - `folding.rs`: batch normalization folded into the convolutions for export, and unfolded at import
//! - `widening.rs`: a network with labels that it has not learnt yet
//! - `tucker.rs`: a trained network decomposed into a smaller one
//!
//! # Smaller networks
//!
//! There are three ways to a smaller network, which combine:
//!
//! 1. Distillation into the convolutions of the student (`distillation.rs`), which takes over the teacher's LSTM
//!    and inner-product layers.
//! 2. Distillation into narrower LSTM layers (`lstm_cells`, `lstm_rank` of the architecture). No layer can be taken
//!    over: Softmax-CE and IP-L2 train all layers, CNN-L2 and CNN-MAH the convolutions alone, and LSTM-L2 needs as many
//!    outputs as the teacher has.
//! 3. Tucker decomposition of a trained network without a teacher (`tucker.rs`), then CTC.
//!
//! `Architecture` describes all of them; they are exported by `package/export.rs` and read back by `package/import.rs`.

pub(super) mod architecture;
pub(super) mod cnn_dblstm;
pub(super) mod feature_tap;
pub(super) mod folding;
pub(super) mod tucker;
pub(super) mod widening;
