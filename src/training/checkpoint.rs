//! Checkpoints: weights, moments, averaged weights and the position in the data, in one safetensors file.
//!
//! A run that resumes on the same machine continues bit for bit: the same batches follow, and the same numbers. On
//! another kind of processor it does so nearly: the kernels of `vectorized.rs` give the same numbers everywhere, but
//! matrix products fuse and sum as suits the processor.

use std::{borrow::Cow, collections::HashMap, path::Path};

use safetensors::{Dtype, SafeTensors, View};
use serde::{Deserialize, Serialize};

use super::{
    data::batches::BatchPosition,
    error::TrainingError,
    network::{architecture::Architecture, cnn_dblstm::Network},
    optimizer::{AdamW, OptimizerConfig, ParameterState},
};

/// Key of the metadata with the [`CheckpointState`] as JSON.
const STATE_KEY: &str = "longhand";

/// The state of a run beside its tensors.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CheckpointState {
    /// The network's architecture.
    pub architecture: Architecture,
    /// Steps taken.
    pub step: u64,
    /// The position in the sequence of batches.
    pub position: BatchPosition,
    /// Seconds trained so far.
    pub elapsed_secs: f64,
    /// The best character error rate on the validation lines so far, in percent.
    pub best_valid_cer: Option<f64>,
    /// Lines shown so far.
    pub n_lines: u64,
    /// Whether training leaves the running means and variances unchanged.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub frozen_normalization: bool,
    /// Fingerprint of the teacher, if there is one: a run resumes only with the same teacher.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub teacher: Option<String>,
    /// Steps of a distillation's phases, where a time limit shortened them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub phase_steps: Vec<u64>,
}

/// A tensor to be written.
struct WrittenTensor<'a> {
    shape: Vec<usize>,
    values: &'a [f32],
}

impl View for WrittenTensor<'_> {
    fn dtype(&self) -> Dtype {
        Dtype::F32
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn data(&self) -> Cow<'_, [u8]> {
        Cow::Owned(self.values.iter().flat_map(|v| v.to_le_bytes()).collect())
    }

    fn data_len(&self) -> usize {
        4 * self.values.len()
    }
}

/// Writes a checkpoint to `path` atomically.
pub fn save_checkpoint(
    path: &Path,
    network: &mut Network,
    optimizer: &AdamW,
    state: &CheckpointState,
) -> Result<(), TrainingError> {
    let mut tensors: Vec<(String, WrittenTensor<'_>)> = Vec::new();
    let statistics: Vec<(String, Vec<f32>)> =
        network.running_statistics_mut().into_iter().map(|(name, values)| (name, values.clone())).collect();
    for (name, values) in &statistics {
        tensors.push((name.clone(), WrittenTensor { shape: vec![values.len()], values }));
    }
    for (parameter, kept) in network.parameters_mut().into_iter().zip(&optimizer.states) {
        let name = parameter.name.clone();
        let parts = [
            (name.clone(), &parameter.value),
            (format!("{name}#first_moment"), &kept.first_moment),
            (format!("{name}#second_moment"), &kept.second_moment),
            (format!("{name}#averaged"), &kept.averaged),
        ];
        for (name, values) in parts {
            tensors.push((name, WrittenTensor { shape: parameter.shape.clone(), values }));
        }
    }
    let text = serde_json::to_string(state).map_err(|error| TrainingError::bad_data(path, error))?;
    let metadata = HashMap::from([(STATE_KEY.to_owned(), text)]);
    let bytes =
        safetensors::serialize(tensors, Some(metadata)).map_err(|error| TrainingError::bad_data(path, error))?;
    let temporary = path.with_extension("partial");
    let written = std::fs::write(&temporary, bytes).and_then(|()| std::fs::rename(&temporary, path));
    written.map_err(|error| TrainingError::unwritable(path, &error))
}

/// Writes `network` to `path` as a checkpoint before the first step, for runs to start from.
pub fn save_start(path: &Path, network: &mut Network) -> Result<(), TrainingError> {
    let optimizer = AdamW::new(OptimizerConfig::default(), &network.parameters_mut());
    let state = CheckpointState {
        architecture: network.architecture.clone(),
        step: 0,
        position: BatchPosition::default(),
        elapsed_secs: 0.0,
        best_valid_cer: None,
        n_lines: 0,
        frozen_normalization: network.has_frozen_normalization(),
        teacher: None,
        phase_steps: Vec::new(),
    };
    save_checkpoint(path, network, &optimizer, &state)
}

/// A checkpoint that was read.
#[derive(Debug)]
pub struct Checkpoint {
    /// The network with the weights as trained.
    pub network: Network,
    /// The optimizer's state of each parameter, in the network's order.
    pub states: Vec<ParameterState>,
    /// The state of the run.
    pub state: CheckpointState,
}

impl Checkpoint {
    /// The network with the averaged weights, which are evaluated, exported and distilled from.
    pub fn into_averaged_network(self) -> Network {
        let mut network = self.network;
        for (parameter, state) in network.parameters_mut().into_iter().zip(self.states) {
            parameter.value = state.averaged;
        }
        network
    }
}

/// The network of the checkpoint at `path`, with its averaged weights.
pub(super) fn load_averaged_network(path: &Path) -> Result<Network, TrainingError> {
    Ok(load_checkpoint(path)?.into_averaged_network())
}

/// Reads a file of [`save_checkpoint`]. Fails if it is damaged or not a checkpoint.
pub fn load_checkpoint(path: &Path) -> Result<Checkpoint, TrainingError> {
    let bytes = std::fs::read(path).map_err(|error| TrainingError::bad_data(path, error))?;
    let bad = |error: safetensors::SafeTensorError| TrainingError::bad_data(path, error);
    let (_, metadata) = SafeTensors::read_metadata(&bytes).map_err(bad)?;
    let text = metadata.metadata().as_ref().and_then(|m| m.get(STATE_KEY));
    let text = text.ok_or_else(|| TrainingError::bad_data(path, "it is not a checkpoint of this program"))?;
    let state: CheckpointState = serde_json::from_str(text).map_err(|error| TrainingError::bad_data(path, error))?;
    let tensors = SafeTensors::deserialize(&bytes).map_err(bad)?;
    let read = |name: &str, len: usize| -> Result<Vec<f32>, TrainingError> {
        let tensor = tensors.tensor(name).map_err(bad)?;
        let values: Vec<f32> =
            tensor.data().chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
        if tensor.dtype() != Dtype::F32 || values.len() != len {
            return Err(TrainingError::bad_data(path, format!("{name} has another size than the network's")));
        }
        Ok(values)
    };
    let has_auxiliary = tensors.tensor("auxiliary.bias").is_ok();
    let mut network = Network::new(state.architecture.clone(), has_auxiliary, 0);
    network.freeze_normalization(state.frozen_normalization);
    for (name, values) in network.running_statistics_mut() {
        *values = read(&name, values.len())?;
    }
    let mut states = Vec::new();
    for parameter in network.parameters_mut() {
        let (name, len) = (parameter.name.clone(), parameter.len());
        parameter.value = read(&name, len)?;
        states.push(ParameterState {
            first_moment: read(&format!("{name}#first_moment"), len)?,
            second_moment: read(&format!("{name}#second_moment"), len)?,
            averaged: read(&format!("{name}#averaged"), len)?,
        });
    }
    Ok(Checkpoint { network, states, state })
}
