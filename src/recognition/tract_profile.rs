//! Where a network's time goes, layer by layer, on this machine.
//!
//! tract rewrites the network: it splits a convolution into several operators and lets some take the activation after
//! them along. Operators are counted to the layer of the ONNX file that they come from; a fused activation costs
//! nothing of its own.

use std::{
    collections::HashMap,
    ops::ControlFlow,
    time::{Duration, Instant},
};

use serde::Serialize;
use tract_onnx::{
    pb::{GraphProto, NodeProto, tensor_proto::DataType},
    prelude::{DatumExt as _, Framework as _, InferenceModelExt as _, TractResult, tvec},
    tract_core::plan::eval,
    tract_hir::internal::{DimLike as _, Factoid as _},
};

use super::{
    LineModel as _, ModelError, ModelPackage, TractModel, in_parallel,
    tract_model::{bucket_width, guarded, image_tensor, log_softmax},
};
use crate::imaging::{INPUT_ROWS, MAX_INPUT_WIDTH, ModelInput};

/// Runs that are measured on every thread, after [`WARM_UP_RUNS`] that are not.
const RUNS: usize = 20;
const WARM_UP_RUNS: usize = 3;
/// The layer that is not in the network.
const LOG_SOFTMAX: &str = "log_softmax";

/// The time of one line and of every layer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Profile {
    /// Columns of the input, padded as lines of that width are.
    pub width: usize,
    /// Lines read at once, one on each thread.
    pub threads: usize,
    /// Median time of a whole line in milliseconds, without measuring its layers.
    pub total_ms: f32,
    /// In the order of the ONNX file.
    pub layers: Vec<LayerProfile>,
}

/// Size and time of one layer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LayerProfile {
    /// The ONNX node's name.
    pub name: String,
    /// What it does.
    pub kind: LayerKind,
    /// Shape of its output.
    pub shape: Vec<usize>,
    /// Multiplications with an addition each, for one line. Biases and activations are not counted.
    pub multiply_adds: u64,
    /// Trained numbers. The two biases that ONNX has for a gate of an LSTM count as one, being added up.
    pub parameters: u64,
    /// Mean time in milliseconds.
    pub ms: f32,
}

/// The kinds of layers of the CNN-DBLSTM tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum LayerKind {
    /// A convolution over more than one pixel.
    Conv3x3,
    /// A convolution of single pixels.
    Conv1x1,
    /// A rectifier, leaky or not.
    #[serde(rename = "ReLU")]
    Relu,
    /// Max-pooling.
    MaxPool,
    /// The recurrent layers with what stands between them, and the inner-product layer after them.
    #[serde(rename = "DBLSTM")]
    Dblstm,
    /// From logits to log-probabilities.
    Softmax,
    /// Anything else.
    Other,
}

impl LayerProfile {
    fn untimed(name: &str, kind: LayerKind) -> Self {
        Self { name: name.to_owned(), kind, shape: Vec::new(), multiply_adds: 0, parameters: 0, ms: 0.0 }
    }
}

impl LayerKind {
    /// All kinds, in the order of the tables.
    pub const ALL: [Self; 7] =
        [Self::Conv3x3, Self::Conv1x1, Self::Relu, Self::MaxPool, Self::Dblstm, Self::Softmax, Self::Other];

    /// The name in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Conv3x3 => "Conv3x3",
            Self::Conv1x1 => "Conv1x1",
            Self::Relu => "ReLU",
            Self::MaxPool => "MaxPool",
            Self::Dblstm => "DBLSTM",
            Self::Softmax => "Softmax",
            Self::Other => "Other",
        }
    }
}

/// Measures a line `width` columns wide, `n_threads` lines at once.
pub fn profile(package: &ModelPackage, width: usize, n_threads: usize) -> Result<Profile, ModelError> {
    let model = TractModel::open(package)?;
    let input = strokes(bucket_width(width.clamp(1, MAX_INPUT_WIDTH)));
    let mut layers = guarded(|| onnx_layers(&package.network, input.width))
        .map_err(|reason| package.refused(format!("model.onnx cannot be taken apart: {reason}")))?;
    let n_labels = package.character_set.n_labels();
    layers.push(LayerProfile {
        shape: vec![input.n_frames(), 1, n_labels],
        ..LayerProfile::untimed(LOG_SOFTMAX, LayerKind::Softmax)
    });
    let mut totals_ms = Vec::new();
    let mut failure = None;
    let flow = in_parallel(
        n_threads,
        n_threads,
        || model.clone(),
        |model, _| measure(model, &input),
        &mut |_, measured: Result<Measured, ModelError>| match measured {
            Ok(measured) => {
                totals_ms.extend(measured.totals_ms);
                count_in(&mut layers, &measured.operators, n_threads);
                ControlFlow::Continue(())
            }
            Err(error) => {
                failure = Some(error);
                ControlFlow::Break(())
            }
        },
    );
    if let (ControlFlow::Break(()), Some(error)) = (flow, failure) {
        return Err(error);
    }
    totals_ms.sort_by(f32::total_cmp);
    let total_ms = totals_ms.get(totals_ms.len() / 2).copied().unwrap_or_default();
    Ok(Profile { width: input.width, threads: n_threads, total_ms, layers })
}

/// What one thread measured.
struct Measured {
    totals_ms: Vec<f32>,
    operators: HashMap<(String, String), Duration>,
}

fn measure(model: &mut TractModel, input: &ModelInput) -> Result<Measured, ModelError> {
    for _ in 0..WARM_UP_RUNS {
        model.run(input)?;
    }
    let mut totals_ms = Vec::with_capacity(RUNS);
    for _ in 0..RUNS {
        let started = Instant::now();
        model.run(input)?;
        totals_ms.push(started.elapsed().as_secs_f32() * 1e3);
    }
    let plan = model.plan(input.width)?;
    let n_labels = model.character_set().n_labels();
    let mut operators = HashMap::new();
    for _ in 0..RUNS {
        let run = || {
            let image = image_tensor(input, input.width);
            let outputs = plan.spawn()?.run_plan_with_eval(
                tvec!(image.into()),
                |context, state, node, inputs| -> TractResult<_> {
                    let started = Instant::now();
                    let outputs = eval(context, state, node, inputs);
                    let elapsed = started.elapsed();
                    *operators.entry((node.name.clone(), node.op().name().to_string())).or_default() += elapsed;
                    outputs
                },
            )?;
            let started = Instant::now();
            log_softmax(&outputs[0], input.n_frames(), n_labels)?;
            *operators.entry((LOG_SOFTMAX.to_owned(), String::new())).or_default() += started.elapsed();
            Ok(())
        };
        guarded(run).map_err(|reason| ModelError::RunFailed { reason })?;
    }
    // Handing in the input is no work of the network's.
    operators.retain(|(_, operator), _| operator != "Source");
    Ok(Measured { totals_ms, operators })
}

/// Adds the mean times of tract's operators to the layers that they come from.
fn count_in(layers: &mut Vec<LayerProfile>, operators: &HashMap<(String, String), Duration>, n_threads: usize) {
    let mut operators: Vec<_> = operators.iter().collect();
    operators.sort();
    for ((name, operator), time) in operators {
        let index = layer_of(layers, name, operator).unwrap_or_else(|| {
            layers.push(LayerProfile::untimed(name, LayerKind::Other));
            layers.len() - 1
        });
        layers[index].ms += time.as_secs_f32() * 1e3 / (RUNS * n_threads) as f32;
    }
}

/// The layer that tract's operator `name` was made from: tract appends to the names of ONNX nodes. A matrix product
/// that took a bias or an activation along bears the latter's name, but is the work of the layer before.
fn layer_of(layers: &[LayerProfile], name: &str, operator: &str) -> Option<usize> {
    let is_part = |layer: &LayerProfile| {
        name.strip_prefix(&layer.name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let (index, layer) =
        layers.iter().enumerate().filter(|(_, layer)| is_part(layer)).max_by_key(|(_, layer)| layer.name.len())?;
    if operator == "OptMatMul" && layer.multiply_adds == 0 {
        return layers[..index].iter().rposition(|before| before.multiply_adds > 0).or(Some(index));
    }
    Some(index)
}

/// The layers of an ONNX file for an input of `width` columns, their times still 0.
fn onnx_layers(network: &[u8], width: usize) -> TractResult<Vec<LayerProfile>> {
    let onnx = tract_onnx::onnx().with_ignore_output_shapes(true);
    let file = onnx.proto_model_for_read(&mut &network[..])?;
    let mut model = onnx.model_for_proto_model(&file)?;
    model.set_input_fact(0, f32::fact([1, 1, INPUT_ROWS, width]).into())?;
    model.analyse(false)?;
    let graph = file.graph.unwrap_or_default();
    let mut layers = Vec::with_capacity(graph.node.len());
    let mut is_recurrent = false;
    for node in &graph.node {
        is_recurrent |= node.op_type == "LSTM";
        let name =
            if node.name.is_empty() { node.output.first().cloned().unwrap_or_default() } else { node.name.clone() };
        let fact = model.nodes().iter().find(|known| known.name == name).and_then(|known| known.outputs.first());
        let shape = fact.and_then(|outlet| outlet.fact.shape.concretize());
        let shape: Vec<usize> = shape.iter().flatten().filter_map(|dim| dim.to_usize().ok()).collect();
        let weights = Weights::of(node, &graph);
        layers.push(LayerProfile {
            multiply_adds: weights.matrices * n_positions(node, &shape),
            parameters: weights.matrices + weights.vectors,
            kind: kind_of(node, &graph, is_recurrent),
            name,
            shape,
            ms: 0.0,
        });
    }
    Ok(layers)
}

/// Trained numbers of a layer, in matrices (and kernels) and in vectors.
#[derive(Default)]
struct Weights {
    matrices: u64,
    vectors: u64,
}

impl Weights {
    fn of(node: &NodeProto, graph: &GraphProto) -> Self {
        let mut weights = Self::default();
        let trained = graph
            .initializer
            .iter()
            .filter(|tensor| tensor.data_type == DataType::Float as i32 && node.input.contains(&tensor.name));
        for tensor in trained {
            let n: u64 = tensor.dims.iter().map(|&dim| dim.unsigned_abs()).product();
            match (node.op_type.as_str(), tensor.dims.len()) {
                ("LSTM", 2) => weights.vectors += n / 2,
                (_, 0 | 1) | ("Add", _) => weights.vectors += n,
                _ => weights.matrices += n,
            }
        }
        weights
    }
}

/// How often a layer's matrices are multiplied for one line: pixels, frames or rows of its output.
fn n_positions(node: &NodeProto, shape: &[usize]) -> u64 {
    let volume: usize = shape.iter().product();
    let n = match (node.op_type.as_str(), shape) {
        ("Conv", [_, channels, ..]) => volume / channels.max(&1),
        ("LSTM", [n_frames, ..]) => *n_frames,
        ("MatMul" | "Gemm", [.., n_outputs]) => volume / n_outputs.max(&1),
        _ => 0,
    };
    n as u64
}

fn kind_of(node: &NodeProto, graph: &GraphProto, is_recurrent: bool) -> LayerKind {
    let kernel = node.input.get(1).and_then(|name| graph.initializer.iter().find(|tensor| tensor.name == *name));
    match node.op_type.as_str() {
        "Conv" if kernel.is_some_and(|kernel| kernel.dims.iter().skip(2).all(|&side| side == 1)) => LayerKind::Conv1x1,
        "Conv" => LayerKind::Conv3x3,
        "Relu" | "LeakyRelu" | "PRelu" => LayerKind::Relu,
        "MaxPool" => LayerKind::MaxPool,
        "Softmax" | "LogSoftmax" => LayerKind::Softmax,
        _ if is_recurrent => LayerKind::Dblstm,
        _ => LayerKind::Other,
    }
}

/// A line of slanted strokes: what is on it does not change the time.
fn strokes(width: usize) -> ModelInput {
    let pixels = (0..INPUT_ROWS * width).map(|i| if (i % width + i / width) % 13 < 3 { 255 } else { 0 }).collect();
    ModelInput { width, pixels, span: (0.0, 1.0), is_blank: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_add_up_to_the_network() {
        let package = ModelPackage::built_in().unwrap();
        let layers = onnx_layers(&package.network, 512).unwrap();
        let sum = |number: fn(&LayerProfile) -> u64| layers.iter().map(number).sum::<u64>();
        // Batch normalization is folded into the convolutions, which takes some parameters away.
        let stated = package.manifest.architecture.parameters;
        let parameters = sum(|layer| layer.parameters);
        assert!(parameters <= stated && parameters * 100 > stated * 98, "{parameters} of {stated}");
        // 64 rows instead of the 60 for which 0.692 G is stated.
        let multiply_adds = sum(|layer| layer.multiply_adds) as f64 / 1e9;
        assert!((0.6..0.8).contains(&multiply_adds), "{multiply_adds} G");
        assert_eq!(layers[0].shape, [1, 16, INPUT_ROWS, 512]);
        assert_eq!(layers.last().unwrap().shape, [128, 1, 96]);
    }

    #[test]
    fn operators_belong_to_the_layer_that_they_come_from() {
        let layer =
            |name: &str, multiply_adds| LayerProfile { multiply_adds, ..LayerProfile::untimed(name, LayerKind::Other) };
        let layers = [layer("conv1", 9), layer("conv1.relu", 0), layer("conv10", 9)];
        assert_eq!(layer_of(&layers, "conv1.pad", "Pad"), Some(0));
        assert_eq!(layer_of(&layers, "conv1.relu", "LeakyRelu"), Some(1));
        assert_eq!(layer_of(&layers, "conv1.relu", "OptMatMul"), Some(0));
        assert_eq!(layer_of(&layers, "conv10", "OptMatMul"), Some(2));
        assert_eq!(layer_of(&layers, "lstm", "Scan"), None);
    }
}
