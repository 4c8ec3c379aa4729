//! The layers of an ONNX file: kind, output shape, and theoretical cost.

use tract_onnx::{
    pb::{GraphProto, NodeProto, TensorProto, tensor_proto::DataType},
    prelude::{DatumExt as _, Framework as _, InferenceModelExt as _, TractResult},
    tract_hir::internal::{DimLike as _, Factoid as _},
};

use super::profile::{LayerKind, LayerProfile};

impl LayerProfile {
    /// A layer with name and kind; its numbers are 0.
    pub(super) fn untimed(name: &str, kind: LayerKind) -> Self {
        Self { name: name.to_owned(), kind, shape: Vec::new(), multiply_adds: 0, parameters: 0, ms: 0.0 }
    }
}

/// The layers of an ONNX file for an input of that many rows and columns, with times of 0.
pub(super) fn onnx_layers(network: &[u8], (rows, columns): (usize, usize)) -> TractResult<Vec<LayerProfile>> {
    let onnx = tract_onnx::onnx().with_ignore_output_shapes(true);
    let file = onnx.proto_model_for_read(&mut &network[..])?;
    let mut model = onnx.model_for_proto_model(&file)?;
    model.set_input_fact(0, f32::fact([1, 1, rows, columns]).into())?;
    model.analyse(false)?;
    let graph = file.graph.unwrap_or_default();
    let mut layers = Vec::with_capacity(graph.node.len());
    let mut is_recurrent = false;
    for node in graph.node.iter().filter(|node| !is_widening(node, &graph)) {
        is_recurrent |= node.op_type == "LSTM";
        let name =
            if node.name.is_empty() { node.output.first().cloned().unwrap_or_default() } else { node.name.clone() };
        let fact = model.nodes().iter().find(|known| known.name == name).and_then(|known| known.outputs.first());
        let shape = fact.and_then(|outlet| outlet.fact.shape.concretize());
        let shape: Vec<usize> = shape.iter().flatten().filter_map(|dim| dim.to_usize().ok()).collect();
        let weights = Weights::count(node, &graph);
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

/// The numbers of trained parameters of a layer, in matrices and kernels, and in vectors.
#[derive(Default)]
struct Weights {
    matrices: u64,
    vectors: u64,
}

impl Weights {
    fn count(node: &NodeProto, graph: &GraphProto) -> Self {
        let mut weights = Self::default();
        let is_trained =
            |tensor: &&TensorProto| [DataType::Float as i32, DataType::Float16 as i32].contains(&tensor.data_type);
        for tensor in node.input.iter().filter_map(|name| stored(name, graph)).filter(is_trained) {
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

/// The stored tensor behind a node's input: of this name, or the half-precision one that a cast widens to it.
fn stored<'a>(name: &str, graph: &'a GraphProto) -> Option<&'a TensorProto> {
    let named = |name: &str| graph.initializer.iter().find(|tensor| tensor.name == name);
    let widening = || graph.node.iter().find(|node| is_widening(node, graph) && node.output.iter().any(|o| o == name));
    named(name).or_else(|| named(widening()?.input.first()?))
}

/// Whether a node only casts a stored tensor, which happens once, when the model is loaded.
fn is_widening(node: &NodeProto, graph: &GraphProto) -> bool {
    node.op_type == "Cast" && graph.initializer.iter().any(|tensor| node.input.first() == Some(&tensor.name))
}

/// Products with a layer's matrices for one line: the pixels, frames or rows of its output.
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
    let kernel = node.input.get(1).and_then(|name| stored(name, graph));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{imaging::INPUT_ROWS, recognition::package::ModelPackage};

    #[test]
    fn layers_add_up_to_the_network() {
        let package = ModelPackage::built_in().unwrap();
        let layers = onnx_layers(&package.network, (INPUT_ROWS, 512)).unwrap();
        let sum = |number: fn(&LayerProfile) -> u64| layers.iter().map(number).sum::<u64>();
        // Batch normalization is folded into the convolutions, which takes some parameters away.
        let stated = package.manifest.architecture.parameters;
        let parameters = sum(|layer| layer.parameters);
        assert!(parameters <= stated && parameters * 100 > stated * 98, "{parameters} of {stated}");
        // 0.692 G is stated for 60 rows; the input has 64.
        let multiply_adds = sum(|layer| layer.multiply_adds) as f64 / 1e9;
        assert!((0.6..0.8).contains(&multiply_adds), "{multiply_adds} G");
        assert_eq!(layers[0].shape, [1, 16, INPUT_ROWS, 512]);
        assert_eq!(layers.last().unwrap().shape, [128, 1, package.manifest.output.n_labels]);
    }
}
