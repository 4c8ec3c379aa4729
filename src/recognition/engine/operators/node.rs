//! Attributes and weights of ONNX nodes.

use tract_onnx::{
    model::ParsingContext,
    pb::{AttributeProto, GraphProto, NodeProto, TensorProto, attribute_proto::AttributeType},
    prelude::TractResult,
    tract_hir::internal::{TractErrorContext as _, bail},
};

/// The attribute of this name.
pub(super) fn attribute<'a>(node: &'a NodeProto, name: &str) -> Option<&'a AttributeProto> {
    node.attribute.iter().find(|attribute| attribute.name == name)
}

/// A list of whole numbers, or `default` where the attribute is missing.
pub(super) fn ints(node: &NodeProto, name: &str, default: &[i64]) -> Vec<i64> {
    attribute(node, name).map_or_else(|| default.to_vec(), |attribute| attribute.ints.clone())
}

/// A whole number, or `default` where the attribute is missing.
pub(super) fn int(node: &NodeProto, name: &str, default: i64) -> i64 {
    attribute(node, name).map_or(default, |attribute| attribute.i)
}

/// A number, or `default` where the attribute is missing.
pub(super) fn float(node: &NodeProto, name: &str, default: f32) -> f32 {
    attribute(node, name).map_or(default, |attribute| attribute.f)
}

/// A text, or `default` where the attribute is missing.
pub(super) fn text<'a>(node: &'a NodeProto, name: &str, default: &'a str) -> &'a str {
    attribute(node, name).and_then(|attribute| std::str::from_utf8(&attribute.s).ok()).unwrap_or(default)
}

/// An attribute that holds a number.
pub(super) fn float_attribute(name: &str, f: f32) -> AttributeProto {
    AttributeProto { name: name.to_owned(), f, r#type: AttributeType::Float as i32, ..AttributeProto::default() }
}

/// An attribute that holds a list of whole numbers.
pub(super) fn ints_attribute(name: &str, ints: &[i64]) -> AttributeProto {
    let ints = ints.to_vec();
    AttributeProto { name: name.to_owned(), ints, r#type: AttributeType::Ints as i32, ..AttributeProto::default() }
}

/// An attribute that holds a text.
pub(super) fn text_attribute(name: &str, text: &str) -> AttributeProto {
    let s = text.as_bytes().to_vec();
    AttributeProto { name: name.to_owned(), s, r#type: AttributeType::String as i32, ..AttributeProto::default() }
}

/// The stored tensor of this name, or the one that a `Cast` of this name widens.
pub(super) fn stored<'a>(graph: &'a GraphProto, name: &str) -> Option<&'a TensorProto> {
    let find = |name: &str| graph.initializer.iter().find(|tensor| tensor.name == name);
    let widened = || {
        let node = graph.node.iter().find(|node| node.op_type == "Cast" && node.output.iter().any(|out| out == name));
        find(node?.input.first()?)
    };
    find(name).or_else(widened)
}

/// The numbers of the stored tensor that the text attribute `name` of a fused node names.
pub(super) fn weights(context: &ParsingContext<'_>, node: &NodeProto, name: &str) -> TractResult<Vec<f32>> {
    let Some(graph) = &context.model.graph else { bail!("the model has no graph") };
    let stored_as = text(node, name, "");
    let tensor = stored(graph, stored_as).with_context(|| format!("no stored tensor {stored_as}"))?;
    let tensor = context.load_tensor(tensor)?.cast_to::<f32>()?.into_owned();
    Ok(tensor.to_plain_array_view::<f32>()?.iter().copied().collect())
}
