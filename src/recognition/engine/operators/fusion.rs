//! Finds what can be fused in an ONNX graph, and puts fused nodes in its place.

use tract_onnx::pb::{GraphProto, NodeProto, TensorProto};

use super::node::{float, float_attribute, int, ints, ints_attribute, stored, text, text_attribute};
use crate::recognition::engine::kernels::{CHANNELS, lstm::CELLS};

/// A convolution with its activation and pooling, in place of up to three nodes. Its input and output are
/// `[image, row, column, channel]`; the input of a convolution of one channel, `[image, 1, row, column]`, is the same.
pub(super) const CONVOLUTION: &str = "LonghandConvolution";
/// Max pooling of a map `[image, row, column, channel]` over windows of 2×2.
pub(super) const POOLING: &str = "LonghandPooling";
/// The sum of a map `[image, row, column, channel]` and of one of half as many rows and columns.
pub(super) const DOUBLED_SUM: &str = "LonghandDoubledSum";
/// A bidirectional LSTM layer.
pub(super) const LSTM: &str = "LonghandLstm";

/// Behind the names of tensors that hold channels last.
const CHANNELS_LAST: &str = ".channels_last";

/// The graph with fused nodes, which [`super::register`] makes tract know.
pub(in crate::recognition::engine) fn fuse(graph: &mut GraphProto) {
    let mut fused_outputs: Vec<String> = Vec::new();
    let mut taken: Vec<String> = Vec::new();
    let mut nodes = Vec::with_capacity(graph.node.len());
    for node in &graph.node {
        if taken.contains(&node.name) {
            continue;
        }
        if let Some(fused) = FusedConvolution::find(graph, node) {
            taken.extend(fused.followers.iter().map(|follower| follower.name.clone()));
            nodes.extend(fused.nodes(&fused_outputs));
            fused_outputs.push(fused.output().to_owned());
        } else if let Some(inputs) = resolution_inputs(graph, node, &fused_outputs) {
            nodes.extend(resolution_nodes(node, &inputs));
            fused_outputs.push(node.output[0].clone());
        } else {
            nodes.push(fused_lstm(graph, node).unwrap_or_else(|| node.clone()));
        }
    }
    graph.node = nodes;
}

/// The maps that a node pools, or of which it adds a coarser one to another, where fused nodes give all of them.
fn resolution_inputs(graph: &GraphProto, node: &NodeProto, fused_outputs: &[String]) -> Option<Vec<String>> {
    let inputs = match node.op_type.as_str() {
        "MaxPool" if pooling(node)? == [2, 2] => vec![node.input.first()?.clone()],
        "Add" => vec![node.input.first()?.clone(), doubled(graph, node.input.get(1)?)?],
        _ => return None,
    };
    inputs.iter().all(|input| fused_outputs.contains(input)).then_some(inputs)
}

/// The map that the node which gives `output` repeats twice each way.
fn doubled(graph: &GraphProto, output: &str) -> Option<String> {
    let node =
        graph.node.iter().find(|node| node.op_type == "Resize" && node.output.iter().any(|out| out == output))?;
    let scales = stored(graph, node.input.get(2)?)?;
    let scales: Vec<f32> =
        scales.raw_data.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
    let repeats = scales == [1.0, 1.0, 2.0, 2.0]
        && text(node, "mode", "nearest") == "nearest"
        && text(node, "coordinate_transformation_mode", "half_pixel") == "asymmetric"
        && text(node, "nearest_mode", "round_prefer_floor") == "floor";
    repeats.then(|| node.input[0].clone())
}

/// The fused node of a change of resolution, and the transposition for what does not take its layout.
fn resolution_nodes(node: &NodeProto, inputs: &[String]) -> [NodeProto; 2] {
    let output = node.output[0].clone() + CHANNELS_LAST;
    let kind = if inputs.len() == 1 { POOLING } else { DOUBLED_SUM };
    let fused = NodeProto {
        name: node.name.clone(),
        op_type: kind.to_owned(),
        input: inputs.iter().map(|input| input.clone() + CHANNELS_LAST).collect(),
        output: vec![output.clone()],
        ..NodeProto::default()
    };
    [fused, transposition(&format!("{}.channels_first", node.name), &output, &node.output[0], [0, 3, 1, 2])]
}

/// A convolution that [`super::convolution`] can run, with the nodes after it that it takes along.
struct FusedConvolution<'a> {
    node: &'a NodeProto,
    weight: &'a TensorProto,
    followers: Vec<&'a NodeProto>,
    slope: f32,
    pooling: [i64; 2],
}

impl<'a> FusedConvolution<'a> {
    fn find(graph: &'a GraphProto, node: &'a NodeProto) -> Option<Self> {
        if node.op_type != "Conv" {
            return None;
        }
        let weight = stored(graph, node.input.get(1)?)?;
        let side = kernel_side(node, weight)?;
        stored(graph, node.input.get(2)?)?;
        let mut fused = Self { node, weight, followers: Vec::new(), slope: 1.0, pooling: [1, 1] };
        if let Some((next, slope)) = only_consumer(graph, node).and_then(|next| Some((next, activation_slope(next)?))) {
            fused.followers.push(next);
            fused.slope = slope;
        }
        let last = fused.followers.last().copied().unwrap_or(node);
        if side == 3
            && let Some((next, pooling)) = only_consumer(graph, last).and_then(|next| Some((next, pooling(next)?)))
        {
            fused.followers.push(next);
            fused.pooling = pooling;
        }
        Some(fused)
    }

    /// The tensor that the last of the nodes gives.
    fn output(&self) -> &str {
        self.followers.last().unwrap_or(&self.node).output.first().map_or("", String::as_str)
    }

    /// The fused node, between transpositions that give it and what follows the layout of channels that they expect;
    /// tract drops those that nothing needs.
    fn nodes(&self, fused_outputs: &[String]) -> Vec<NodeProto> {
        let name = &self.node.name;
        let mut nodes = Vec::new();
        let mut input = self.node.input[0].clone();
        if fused_outputs.contains(&input) {
            input += CHANNELS_LAST;
        } else if self.weight.dims[1] != 1 {
            let last = format!("{name}.input{CHANNELS_LAST}");
            nodes.push(transposition(&last, &input, &last, [0, 2, 3, 1]));
            input = last;
        }
        let output = self.output().to_owned() + CHANNELS_LAST;
        nodes.push(NodeProto {
            name: name.clone(),
            op_type: CONVOLUTION.to_owned(),
            input: vec![input],
            output: vec![output.clone()],
            attribute: vec![
                text_attribute("weight", &self.weight.name),
                text_attribute("bias", &self.node.input[2]),
                ints_attribute("weight_shape", &self.weight.dims),
                float_attribute("slope", self.slope),
                ints_attribute("pooling", &self.pooling),
            ],
            ..NodeProto::default()
        });
        nodes.push(transposition(&format!("{name}.channels_first"), &output, self.output(), [0, 3, 1, 2]));
        nodes
    }
}

/// Rows and columns of the filters: 1 or 3, where stride, borders and channels are those that the kernels know.
fn kernel_side(node: &NodeProto, weight: &TensorProto) -> Option<i64> {
    let &[n_outputs, n_inputs, height, width] = &weight.dims[..] else { return None };
    let border = (height - 1) / 2;
    let is_multiple = |n: i64| n > 0 && n % CHANNELS as i64 == 0;
    let fits = height == width
        && [1, 3].contains(&height)
        && is_multiple(n_outputs)
        && (is_multiple(n_inputs) || n_inputs == 1 && height == 3)
        && int(node, "group", 1) == 1
        && text(node, "auto_pad", "NOTSET") == "NOTSET"
        && ints(node, "strides", &[1, 1]) == [1, 1]
        && ints(node, "dilations", &[1, 1]) == [1, 1]
        && ints(node, "pads", &[0; 4]) == [border; 4];
    fits.then_some(height)
}

/// The factor of negative numbers, where the node is an activation of that kind.
fn activation_slope(node: &NodeProto) -> Option<f32> {
    match node.op_type.as_str() {
        "Relu" => Some(0.0),
        "LeakyRelu" => Some(float(node, "alpha", 0.01)).filter(|slope| (0.0..=1.0).contains(slope)),
        _ => None,
    }
}

/// Rows and columns of the windows, where the node is a pooling that the kernels know.
fn pooling(node: &NodeProto) -> Option<[i64; 2]> {
    let window = ints(node, "kernel_shape", &[]);
    let fits = node.op_type == "MaxPool"
        && matches!(window[..], [1 | 2, 1 | 2])
        && ints(node, "strides", &[1, 1]) == window
        && ints(node, "dilations", &[1, 1]) == [1, 1]
        && ints(node, "pads", &[0; 4]) == [0; 4]
        && int(node, "ceil_mode", 0) == 0
        && text(node, "auto_pad", "NOTSET") == "NOTSET"
        && node.output.len() == 1;
    fits.then(|| [window[0], window[1]])
}

/// The only node that reads what `node` gives, if nothing else does.
fn only_consumer<'a>(graph: &'a GraphProto, node: &NodeProto) -> Option<&'a NodeProto> {
    let [output] = &node.output[..] else { return None };
    let mut consumers = graph.node.iter().filter(|other| other.input.contains(output));
    let only = consumers.next().filter(|_| consumers.next().is_none())?;
    let is_result = graph.output.iter().any(|result| result.name == *output);
    (!is_result).then_some(only)
}

fn transposition(name: &str, input: &str, output: &str, axes: [i64; 4]) -> NodeProto {
    NodeProto {
        name: name.to_owned(),
        op_type: "Transpose".to_owned(),
        input: vec![input.to_owned()],
        output: vec![output.to_owned()],
        attribute: vec![ints_attribute("perm", &axes)],
        ..NodeProto::default()
    }
}

/// The fused node of an LSTM that [`super::lstm`] can run: in both directions, with the usual activations, from a state
/// of zeros, of which only the hidden states of all frames are read.
fn fused_lstm(graph: &GraphProto, node: &NodeProto) -> Option<NodeProto> {
    let n_cells = int(node, "hidden_size", 0);
    let known = ["hidden_size", "direction"];
    let fits = node.op_type == "LSTM"
        && text(node, "direction", "forward") == "bidirectional"
        && node.attribute.iter().all(|attribute| known.contains(&attribute.name.as_str()))
        && n_cells > 0
        && n_cells % CELLS as i64 == 0
        && node.input.len() >= 4
        && node.input[4..].iter().all(String::is_empty)
        && node.output.first().is_some_and(|output| !output.is_empty())
        && node.output[1..].iter().all(String::is_empty);
    if !fits {
        return None;
    }
    let weight = |index: usize| stored(graph, &node.input[index]).filter(|tensor| tensor.dims.first() == Some(&2));
    let (input, recurrent, bias) = (weight(1)?, weight(2)?, weight(3)?);
    let mut attributes: Vec<_> = [("input_weight", input), ("recurrent_weight", recurrent), ("bias", bias)]
        .map(|(name, tensor)| text_attribute(name, &tensor.name))
        .into();
    attributes.extend(super::node::attribute(node, "hidden_size").cloned());
    Some(NodeProto {
        name: node.name.clone(),
        op_type: LSTM.to_owned(),
        input: vec![node.input[0].clone()],
        output: vec![node.output[0].clone()],
        attribute: attributes,
        ..NodeProto::default()
    })
}
