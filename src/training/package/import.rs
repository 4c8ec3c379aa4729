//! Reads a checkpoint or a model package as a network that can be trained or distilled from.

use std::path::Path;

use crate::{
    recognition::{ConvolutionWeights, LstmWeights, ModelPackage, NetworkWeights},
    training::{
        checkpoint::load_averaged_network,
        error::TrainingError,
        network::{
            architecture::{Architecture, Front},
            cnn_dblstm::Network,
        },
    },
};

/// The network at `path`: the averaged weights of a checkpoint, or the folder of a model package, whose normalization
/// is frozen. Fails if the file cannot be read or the package's network is not one of [`Architecture`]'s.
pub fn load_trained_network(path: &Path) -> Result<Network, TrainingError> {
    if !path.is_dir() {
        return load_averaged_network(path);
    }
    let bad = |error: crate::recognition::ModelError| TrainingError::bad_data(path, error);
    let package = ModelPackage::open(path).map_err(bad)?;
    let weights = NetworkWeights::from_package(&package).map_err(bad)?;
    network_of_weights(&weights)
        .ok_or_else(|| TrainingError::bad_data(path, "its network is none of those that can be trained"))
}

/// The inverse of [`super::export::network_weights`]; batch normalization stays folded.
fn network_of_weights(weights: &NetworkWeights) -> Option<Network> {
    let NetworkWeights { convolutions, lstms, inner_product } = weights;
    let mut network = Network::new(architecture_of(weights)?, false, 0);
    network.freeze_normalization(true);
    network.set_folded_convolutions(convolutions.iter().map(|layer| (inputs_first(layer), layer.bias.clone())));
    let mut values: Vec<Vec<f32>> = lstms.iter().flat_map(lstm_values).collect();
    let projections = lstms.iter().filter_map(|lstm| lstm.projection.as_ref());
    values.extend(projections.flat_map(|layer| [layer.weight.clone(), layer.bias.clone()]));
    values.extend([inner_product.weight.clone(), inner_product.bias.clone()]);
    let fits = |parameters: &[&mut crate::training::engine::parameter::Parameter]| {
        parameters.len() == values.len() && parameters.iter().zip(&values).all(|(p, values)| p.len() == values.len())
    };
    let parameters = network.upper_parameters_mut();
    if !fits(&parameters) {
        return None;
    }
    parameters.into_iter().zip(values).for_each(|(parameter, values)| parameter.value = values);
    Some(network)
}

/// The architecture whose table has exactly these convolutions, whole or decomposed; `None` if there is none.
fn architecture_of(weights: &NetworkWeights) -> Option<Architecture> {
    let [first, second] = &weights.lstms[..] else { return None };
    if first.projection.is_some() {
        return None;
    }
    // The last convolution, to the frames, is the same in all architectures.
    let (_, mut rest) = weights.convolutions.split_last()?;
    let (mut whole, mut tucker_ranks) = (Vec::new(), Vec::new());
    while let [layer, after @ ..] = rest {
        let (layer, after) = match after {
            // A linear layer begins the three of a decomposition.
            [core, last, after @ ..] if layer.leak.is_none() => {
                tucker_ranks.push([layer.bias.len(), core.bias.len()]);
                let kernels = (layer.kernel, core.kernel, last.kernel);
                if kernels.0 != 1 || kernels.2 != 1 || core.leak.is_some() {
                    return None;
                }
                (&ConvolutionWeights { kernel: core.kernel, ..last.clone() }, after)
            }
            _ => (layer, after),
        };
        whole.push((layer.kernel, layer.bias.len(), layer.pooling));
        rest = after;
    }
    let table = |architecture: &Architecture| -> Vec<_> {
        let specs = architecture.convolutions().into_iter();
        specs.map(|spec| (spec.kernel, spec.outputs, spec.pooling.window())).collect()
    };
    let candidates = [Architecture::teacher(), Architecture::student()];
    let found = candidates.into_iter().find(|candidate| table(candidate) == whole)?;
    let is_fitting = tucker_ranks.is_empty() || found.front == Front::Vgg && tucker_ranks.len() + 1 == whole.len();
    is_fitting.then(|| Architecture {
        lstm_cells: first.cells,
        n_labels: weights.inner_product.bias.len(),
        tucker_ranks,
        lstm_rank: second.projection.as_ref().map(|projection| projection.bias.len()),
        ..found
    })
}

/// `[output, input, kernel row, kernel column]` to `[kernel row, kernel column, input, output]`.
fn inputs_first(layer: &ConvolutionWeights) -> Vec<f32> {
    let (n_taps, inputs, outputs) = (layer.kernel * layer.kernel, layer.inputs, layer.bias.len());
    let mut out = Vec::with_capacity(layer.weight.len());
    for tap in 0..n_taps {
        for input in 0..inputs {
            out.extend((0..outputs).map(|output| layer.weight[(output * inputs + input) * n_taps + tap]));
        }
    }
    out
}

/// Input weight, recurrent weight and bias of either direction, in the network's order.
fn lstm_values(layer: &LstmWeights) -> Vec<Vec<f32>> {
    let LstmWeights { cells, inputs, input_weight, recurrent_weight, bias, .. } = layer;
    let direction = |values: &[f32], rows: usize, index: usize| {
        our_gates(&values[index * 4 * cells * rows..][..4 * cells * rows], rows, *cells)
    };
    (0..2)
        .flat_map(|index| {
            [
                direction(input_weight, *inputs, index),
                direction(recurrent_weight, *cells, index),
                direction(bias, 1, index),
            ]
        })
        .collect()
}

/// `[4 · cell, row]` with gates input, output, forget, candidate to `[row, 4 · cell]` with input, forget, output,
/// candidate.
fn our_gates(weight: &[f32], rows: usize, cells: usize) -> Vec<f32> {
    let mut out = Vec::with_capacity(weight.len());
    for row in 0..rows {
        for gate in [0, 2, 1, 3] {
            out.extend((0..cells).map(|cell| weight[(gate * cells + cell) * rows + row]));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::training::{
        engine::tensor::Tensor,
        package::export::{PackageFacts, write_package},
    };

    #[test]
    fn a_package_becomes_the_network_that_it_was_made_of() {
        let narrow = || Architecture { lstm_cells: 24, ..Architecture::student() };
        let decomposed = Architecture { tucker_ranks: vec![[3, 5]; 9], lstm_cells: 8, ..Architecture::teacher() };
        for architecture in [narrow(), Architecture { lstm_rank: Some(7), ..narrow() }, decomposed] {
            packaged_and_read(&architecture);
        }
    }

    fn packaged_and_read(architecture: &Architecture) {
        let mut input = Tensor::zeros(1, 64, 32, 1);
        input.data.iter_mut().enumerate().for_each(|(i, value)| *value = (i * i % 17) as f32 / 17.0);
        input.clear_halo();
        let mut network = Network::new(architecture.clone(), true, 5);
        for _ in 0..3 {
            // Moves the running means and variances away from their first values.
            network.forward_training(&input);
        }
        let folder = tempfile::tempdir().expect("a folder");
        let text = || "test".to_owned();
        let facts = PackageFacts {
            name: text(),
            title: text(),
            version: text(),
            license: text(),
            origin: toml::Table::new(),
            card: text(),
        };
        write_package(folder.path(), &network, &facts).expect("a package");
        let mut read = load_trained_network(folder.path()).expect("it opens");
        assert_eq!(read.architecture, *architecture);
        let expected = network.forward(&input).main.to_vec();
        let given = read.forward(&input).main;
        assert!(given.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-4), "the logits differ");

        let mut start = read.with_auxiliary(true, 7);
        let logits = start.forward_training(&input);
        assert!(logits.main.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-4), "they differ in training");
        assert_eq!(logits.auxiliary.len(), logits.main.len());
    }

    #[test]
    fn what_is_neither_checkpoint_nor_package_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(load_trained_network(folder.path()).is_err());
        assert!(load_trained_network(&folder.path().join("nothing.safetensors")).is_err());
    }
}
