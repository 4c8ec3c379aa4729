//! Writes a trained network as a model package, which recognition opens.

use std::path::Path;

use crate::{
    imaging::{INPUT_ROWS, NORMALIZE_VERSION, WIDTH_MULTIPLE},
    page::{BLANK, CharacterSet},
    recognition::{
        ArchitectureSummary, ConvolutionWeights, InnerProductWeights, InputContract, LstmWeights, ModelManifest,
        NetworkWeights, OutputContract, PACKAGE_FORMAT, WeightFormat, sha256_hex,
    },
    storage::write_atomically,
    training::{
        engine::{linear::Linear, lstm::Direction},
        error::TrainingError,
        network::{
            architecture::{Architecture, Front},
            cnn_dblstm::Network,
            folding::FoldedConvolution,
        },
    },
};

/// Slope of the leaky ReLU below zero, as in Darknet.
const LEAK: f32 = crate::training::engine::activation_rows::LEAK;

/// The network's weights as recognition takes them: batch normalization folded into convolutions, gates in ONNX's
/// order.
pub fn network_weights(network: &Network) -> NetworkWeights {
    let convolutions = (network.folded_convolutions().into_iter())
        .map(|FoldedConvolution { convolution, bias, is_activated, pooling }| ConvolutionWeights {
            kernel: convolution.kernel,
            inputs: convolution.inputs,
            weight: outputs_first(&convolution.weight.value, convolution.kernel, convolution.inputs, bias.len()),
            bias,
            leak: is_activated.then_some(LEAK),
            pooling: pooling.window(),
        })
        .collect();
    let matrix =
        |linear: &Linear| InnerProductWeights { weight: linear.weight.value.clone(), bias: linear.bias.value.clone() };
    let lstms = (network.lstms().iter().zip([None, network.projection()]))
        .map(|(lstm, projection)| {
            let both = [&lstm.forward_direction, &lstm.backward_direction];
            let gather = |part: fn(&Direction) -> &[f32], rows: usize| {
                both.iter().flat_map(|direction| onnx_gates(part(direction), rows, lstm.cells)).collect()
            };
            LstmWeights {
                cells: lstm.cells,
                inputs: lstm.inputs,
                projection: projection.map(matrix),
                input_weight: gather(|d| &d.input_weight.value, lstm.inputs),
                recurrent_weight: gather(|d| &d.recurrent_weight.value, lstm.cells),
                bias: gather(|d| &d.bias.value, 1),
            }
        })
        .collect();
    NetworkWeights { convolutions, lstms, inner_product: matrix(network.inner_product()) }
}

/// `[kernel row, kernel column, input, output]` to `[output, input, kernel row, kernel column]`.
fn outputs_first(weight: &[f32], kernel: usize, inputs: usize, outputs: usize) -> Vec<f32> {
    let mut out = Vec::with_capacity(weight.len());
    for output in 0..outputs {
        for input in 0..inputs {
            for tap in 0..kernel * kernel {
                out.push(weight[(tap * inputs + input) * outputs + output]);
            }
        }
    }
    out
}

/// `[row, 4 · cell]` with gates input, forget, output, candidate to `[4 · cell, row]` with input, output, forget,
/// candidate.
fn onnx_gates(weight: &[f32], rows: usize, cells: usize) -> Vec<f32> {
    let mut out = Vec::with_capacity(weight.len());
    for gate in [0, 2, 1, 3] {
        for cell in 0..cells {
            for row in 0..rows {
                out.push(weight[row * 4 * cells + gate * cells + cell]);
            }
        }
    }
    out
}

/// What a package states beside its weights.
#[derive(Clone, Debug, PartialEq)]
pub struct PackageFacts {
    /// The model's name, as `--model` takes it.
    pub name: String,
    /// The model's name for people.
    pub title: String,
    /// The model's own version.
    pub version: String,
    /// Licence of the weights.
    pub license: String,
    /// Data, seed, steps and hours of the training.
    pub origin: toml::Table,
    /// The model card, Markdown.
    pub card: String,
}

/// Writes the package of `network` to `folder`, without error rates, which [`write_manifest`] adds after an evaluation.
pub fn write_package(folder: &Path, network: &Network, facts: &PackageFacts) -> Result<ModelManifest, TrainingError> {
    write_package_as(folder, network, facts, WeightFormat::F32)
}

/// [`write_package`] with weights in `format`.
pub fn write_package_as(
    folder: &Path,
    network: &Network,
    facts: &PackageFacts,
    format: WeightFormat,
) -> Result<ModelManifest, TrainingError> {
    std::fs::create_dir_all(folder).map_err(|error| TrainingError::unwritable(folder, &error))?;
    let onnx = network_weights(network).to_onnx(format);
    let manifest = ModelManifest {
        format: PACKAGE_FORMAT,
        name: facts.name.clone(),
        title: facts.title.clone(),
        version: facts.version.clone(),
        sha256: sha256_hex(&onnx),
        license: facts.license.clone(),
        input: InputContract {
            height: INPUT_ROWS,
            width_multiple: WIDTH_MULTIPLE,
            normalize_version: NORMALIZE_VERSION,
        },
        output: OutputContract {
            n_labels: network.architecture.n_labels,
            blank: BLANK,
            columns_per_frame: WIDTH_MULTIPLE,
        },
        architecture: ArchitectureSummary {
            kind: kind(&network.architecture).to_owned(),
            parameters: network.architecture.n_parameters() as u64,
        },
        origin: facts.origin.clone(),
        metrics: std::collections::BTreeMap::new(),
    };
    write(&folder.join("model.onnx"), &onnx)?;
    write(
        &folder.join("charset.txt"),
        CharacterSet::of_labels(network.architecture.n_labels).to_file_text().as_bytes(),
    )?;
    write(&folder.join("README.md"), facts.card.as_bytes())?;
    write_manifest(folder, &manifest)?;
    Ok(manifest)
}

/// Writes `model.toml`.
pub fn write_manifest(folder: &Path, manifest: &ModelManifest) -> Result<(), TrainingError> {
    let path = folder.join("model.toml");
    let text = toml::to_string_pretty(manifest).map_err(|error| TrainingError::bad_data(&path, error))?;
    write(&path, text.as_bytes())
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), TrainingError> {
    write_atomically(path, bytes).map_err(|error| TrainingError::unwritable(path, &error))
}

/// The name of an architecture in manifests and cards.
pub(super) const fn kind(architecture: &Architecture) -> &'static str {
    match (architecture.front, architecture.tucker_ranks.is_empty()) {
        (Front::Darknet, _) => "DarkNet-DBLSTM",
        (Front::Vgg, true) => "VGG-DBLSTM",
        (Front::Vgg, false) => "VGG-TK-DBLSTM",
    }
}
