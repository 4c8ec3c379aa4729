//! Where the activations of a network are compared.

/// Activations of a forward pass, in its order; each `[time, batch, feature]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeatureTap {
    /// Output of the convolutions, input of the first LSTM layer.
    Frames,
    /// Output of the last LSTM layer, input of the inner-product layer.
    Hidden,
    /// Output of the inner-product layer, input of the softmax.
    Logits,
}
