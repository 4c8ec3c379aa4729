//! Bounds the memory of networks that others made. A small ONNX file can describe tensors of any size, which tract
//! would allocate while it reads the graph: what is known before is refused here, what follows from shapes before
//! weights are prepared.

use std::collections::BTreeSet;

use anyhow::{bail, ensure};
use tract_onnx::pb::{GraphProto, NodeProto, TensorProto};
use tract_onnx::prelude::{InferenceModel, InferenceModelExt as _, Symbol, SymbolValues, TDim, TractResult};
use tract_onnx::tract_hir::internal::{DimLike as _, Factoid as _};

use crate::imaging::{MAX_INPUT_WIDTH, WIDTH_MULTIPLE};

/// Elements of all activations of a run together at the widest input: 1.1 GB in single precision. The teacher's take
/// 0.1 GB.
const MAX_ACTIVATIONS: usize = 1 << 28;
/// Operators that change constants without making them larger.
const OF_CONSTANTS: [&str; 7] = ["Cast", "Constant", "Identity", "Reshape", "Squeeze", "Transpose", "Unsqueeze"];
/// Operators that make constants of shapes, of which others can make tensors of any size.
const OF_SHAPES: [&str; 2] = ["Shape", "Size"];

/// Refuses weights larger than the file of `n_bytes` that they come from, and nodes that make tensors out of constants:
/// tract computes those while it reads the graph.
pub(super) fn check_graph(graph: &GraphProto, n_bytes: usize) -> TractResult<()> {
    ensure!(graph.sparse_initializer.is_empty(), "it has sparse weights");
    let mut constants: BTreeSet<&str> = BTreeSet::new();
    for tensor in &graph.initializer {
        check_tensor(tensor, n_bytes)?;
        constants.insert(&tensor.name);
    }
    // Nodes stand in the order of their computation; where they do not, an input counts as one that is computed.
    for node in &graph.node {
        check_attributes(node, n_bytes)?;
        let kind = node.op_type.as_str();
        ensure!(!OF_SHAPES.contains(&kind), "it computes with shapes ({kind})");
        let is_constant = node.input.iter().all(|input| input.is_empty() || constants.contains(input.as_str()));
        if is_constant {
            ensure!(OF_CONSTANTS.contains(&kind), "it makes constants by {kind}");
            constants.extend(node.output.iter().map(String::as_str));
        }
    }
    Ok(())
}

fn check_attributes(node: &NodeProto, n_bytes: usize) -> TractResult<()> {
    for attribute in &node.attribute {
        let has_graph = attribute.g.is_some() || !attribute.graphs.is_empty();
        ensure!(!has_graph, "it has a graph inside its graph ({})", node.op_type);
        ensure!(attribute.sparse_tensor.is_none(), "it has sparse weights");
        attribute.t.iter().chain(&attribute.tensors).try_for_each(|tensor| check_tensor(tensor, n_bytes))?;
    }
    Ok(())
}

/// Every element of a weight takes a byte of the file or more.
fn check_tensor(tensor: &TensorProto, n_bytes: usize) -> TractResult<()> {
    ensure!(tensor.external_data.is_empty(), "its weight {} is in another file", tensor.name);
    let mut sides = tensor.dims.iter().map(|&side| usize::try_from(side).ok());
    let n_elements = sides.try_fold(1_usize, |product, side| product.checked_mul(side?));
    match n_elements {
        Some(n_elements) if n_elements <= n_bytes => Ok(()),
        _ => bail!("its weight {} has more elements than its file has bytes", tensor.name),
    }
}

/// Finds the shapes of all activations for a symbolic number of time steps, and refuses a network whose activations are
/// too large at the widest input.
pub(super) fn check_activations(model: &mut InferenceModel, n_frames: &Symbol) -> TractResult<()> {
    model.analyse(false)?;
    let widest = SymbolValues::default().with(n_frames, (MAX_INPUT_WIDTH / WIDTH_MULTIPLE) as i64);
    let mut sum = 0_usize;
    for node in &model.nodes {
        for output in &node.outputs {
            let Some(shape) = output.fact.shape.concretize() else { bail!("the shape of {} is not known", node.name) };
            let mut sides = shape.iter().map(|side: &TDim| side.eval(&widest).to_usize().ok());
            let n_elements = sides.try_fold(1_usize, |product, side| product.checked_mul(side?));
            sum = sum.saturating_add(n_elements.unwrap_or(usize::MAX));
            ensure!(sum <= MAX_ACTIVATIONS, "it takes more memory than {} bytes for a line", 4 * MAX_ACTIVATIONS);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use tract_onnx::pb::{AttributeProto, StringStringEntryProto};

    use super::*;

    fn tensor(dims: &[i64]) -> TensorProto {
        TensorProto { name: "w".to_owned(), dims: dims.to_vec(), ..TensorProto::default() }
    }

    fn node(kind: &str, input: &[&str]) -> NodeProto {
        NodeProto {
            op_type: kind.to_owned(),
            input: input.iter().map(|&name| name.to_owned()).collect(),
            output: vec![format!("{kind}_output")],
            ..NodeProto::default()
        }
    }

    #[track_caller]
    fn assert_refused(graph: &GraphProto, reason: &str) {
        let refused = check_graph(graph, 100).unwrap_err().to_string();
        assert!(refused.contains(reason), "{refused}");
    }

    #[test]
    fn weights_larger_than_their_file_are_refused() {
        let graph = |tensor| GraphProto { initializer: vec![tensor], ..GraphProto::default() };
        assert!(check_graph(&graph(tensor(&[10, 10])), 100).is_ok());
        for dims in [&[101][..], &[1 << 40, 1 << 40], &[-1], &[i64::MAX, 2]] {
            assert_refused(&graph(tensor(dims)), "more elements");
        }
        let elsewhere = StringStringEntryProto { key: "location".to_owned(), value: "../secret".to_owned() };
        assert_refused(&graph(TensorProto { external_data: vec![elsewhere], ..tensor(&[1]) }), "another file");
        let inside = AttributeProto { t: Some(tensor(&[999])), ..AttributeProto::default() };
        let node = NodeProto { attribute: vec![inside], ..node("Constant", &[]) };
        assert_refused(&GraphProto { node: vec![node], ..GraphProto::default() }, "more elements");
    }

    #[test]
    fn constants_are_not_made_larger() {
        let graph =
            |node: Vec<NodeProto>| GraphProto { initializer: vec![tensor(&[1])], node, ..GraphProto::default() };
        assert!(check_graph(&graph(vec![node("Cast", &["w"]), node("Add", &["image", "Cast_output"])]), 100).is_ok());
        assert_refused(&graph(vec![node("ConstantOfShape", &["w"])]), "by ConstantOfShape");
        assert_refused(&graph(vec![node("Cast", &["w"]), node("Add", &["w", "Cast_output"])]), "by Add");
        assert_refused(&graph(vec![node("RandomNormal", &[])]), "by RandomNormal");
        assert_refused(&graph(vec![node("Shape", &["image"])]), "shapes");
        let body = AttributeProto { g: Some(GraphProto::default()), ..AttributeProto::default() };
        let nested = NodeProto { attribute: vec![body], ..node("If", &["image"]) };
        assert_refused(&graph(vec![nested]), "graph inside");
    }
}
