//! A network with more labels than it was trained with.

use super::{architecture::Architecture, cnn_dblstm::Network};
use crate::{
    page::{CharacterSet, ascii_like},
    training::engine::{linear::Linear, parameter::Initializer},
};

/// Share of the weights of the character that resembles it in those of a new label.
const RESEMBLED: f32 = 0.7;
/// Standard deviation of what is added to them, as a share of that of the layer's weights. With equal weights the
/// network would rest on a saddle: the gradient of what tells "é" from "e" in the features, the difference of their
/// weights, would be 0. So trained, not one of 900 accents was read after 98,000 lines.
const SPREAD: f32 = 0.6;
/// Seed of what is added.
const SEED: u64 = 5;

/// What a new label's bias lies below that of the character that resembles it, in a network that is to learn it: rare
/// at first, yet not so rare that its gradient vanishes. Set by eye; no measurement is recorded.
pub(crate) const UNLEARNT: f32 = 3.0;
/// The same in a network that is not to learn it: a probability of 1e-9 of the other's.
pub(crate) const ABSENT: f32 = 20.0;

impl Network {
    /// The network with `n_labels` labels where it has fewer: each new one has about the weights of the ASCII character
    /// that resembles it, and its bias less `below`. The auxiliary head, if there is one, is widened as well.
    #[must_use]
    pub fn with_labels(mut self, n_labels: usize, below: f32) -> Self {
        if n_labels > self.architecture.n_labels {
            for linear in self.label_layers_mut() {
                widen(linear, n_labels, below);
            }
            self.architecture = Architecture { n_labels, ..self.architecture };
        }
        self
    }
}

fn widen(linear: &mut Linear, n_labels: usize, below: f32) {
    let characters = CharacterSet::of_labels(n_labels);
    let like = |label: usize| characters.character(label).and_then(ascii_like).and_then(|c| characters.label(c));
    let old = linear.outputs;
    let resembled: Vec<usize> = (old..n_labels).map(|label| like(label).filter(|&l| l < old).unwrap_or(0)).collect();
    let bias = &linear.bias.value;
    let bias = bias.iter().copied().chain(resembled.iter().map(|&label| bias[label] - below)).collect();
    let squares: f32 = linear.weight.value.iter().map(|weight| weight * weight).sum();
    let spread = SPREAD * (squares / linear.weight.len() as f32).sqrt();
    let mut random = Initializer::new(SEED);
    let mut weight = Vec::with_capacity(linear.inputs * n_labels);
    for row in linear.weight.value.chunks_exact(old) {
        weight.extend_from_slice(row);
        // A uniform number within ±√3 has standard deviation 1.
        weight.extend(resembled.iter().map(|&l| RESEMBLED * row[l] + random.uniform(spread * 3f32.sqrt())));
    }
    linear.weight.replace(&[linear.inputs, n_labels], weight);
    linear.bias.replace(&[n_labels], bias);
    linear.outputs = n_labels;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::training::engine::tensor::Tensor;

    #[test]
    fn old_logits_stay_and_new_labels_are_rare_and_have_weights_of_their_own() {
        let mut input = Tensor::zeros(1, 64, 32, 1);
        input.data.iter_mut().enumerate().for_each(|(i, value)| *value = (i % 7) as f32 / 7.0);
        input.clear_halo();
        let architecture = Architecture { lstm_cells: 8, ..Architecture::student() };
        let mut narrow = Network::new(architecture, true, 3);
        let western = CharacterSet::western();
        let mut wide = narrow.clone().with_labels(western.n_labels(), 2.5);
        let (old, new) = (narrow.forward_training(&input), wide.forward_training(&input));
        assert_eq!(old.auxiliary.len() / 96, new.auxiliary.len() / western.n_labels());
        let (e, accented) = (western.label('e').unwrap(), western.label('é').unwrap());
        for (old, new) in old.main.chunks_exact(96).zip(new.main.chunks_exact(western.n_labels())) {
            assert!(old.iter().zip(new).all(|(a, b)| (a - b).abs() < 1e-5));
            assert!(new[accented] < old[e] + 1.0, "it is rare at first: {} {}", new[accented], old[e]);
        }
        let weights_of = |label: usize| wide.inner_product().weight.value.chunks_exact(157).map(move |row| row[label]);
        assert!(weights_of(e).zip(weights_of(accented)).filter(|(a, b)| (a - b).abs() > 1e-3).count() > 14);
        wide.backward(&input, &vec![0.1; new_len(&wide, &input)], &[]);
        let same = narrow.clone().with_labels(50, 1.0);
        assert_eq!(same.architecture.n_labels, 96, "a network is never narrowed");
    }

    fn new_len(network: &Network, input: &Tensor) -> usize {
        input.width / 4 * network.architecture.n_labels
    }
}
