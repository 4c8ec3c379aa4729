//! Writes a CNN-DBLSTM line reader as ONNX, in the form that `TractModel` loads.

use prost::Message as _;
use serde::{Deserialize, Serialize};
use tract_onnx::{
    pb::{
        AttributeProto, GraphProto, ModelProto, NodeProto, OperatorSetIdProto, TensorProto, TensorShapeProto,
        TypeProto, ValueInfoProto, attribute_proto::AttributeType, tensor_proto::DataType, tensor_shape_proto,
        type_proto,
    },
    prelude::f16,
};

use crate::imaging::INPUT_ROWS;

/// A network's folded weights, layer by layer.
#[derive(Clone, Debug)]
pub struct NetworkWeights {
    /// The convolutions in order; each ends linearly, or with leaky ReLU and pooling.
    pub convolutions: Vec<ConvolutionWeights>,
    /// The LSTM layers in order.
    pub lstms: Vec<LstmWeights>,
    /// The layer before the softmax.
    pub inner_product: InnerProductWeights,
}

/// A convolution of stride 1 with zero padding, which keeps height and width.
#[derive(Clone, Debug)]
pub struct ConvolutionWeights {
    /// Side of the kernel in pixels, 3 or 1.
    pub kernel: usize,
    /// Input channels.
    pub inputs: usize,
    /// `[output, input, kernel row, kernel column]`.
    pub weight: Vec<f32>,
    /// `[output]`.
    pub bias: Vec<f32>,
    /// Slope of the leaky ReLU below zero; `None` leaves the output linear.
    pub leak: Option<f32>,
    /// Rows and columns of the max pooling window; (1, 1) for none.
    pub pooling: (usize, usize),
}

/// A bidirectional LSTM layer, gates in ONNX's order: input, output, forget, cell.
#[derive(Clone, Debug)]
pub struct LstmWeights {
    /// Cells a direction.
    pub cells: usize,
    /// Features of the input, after the projection where there is one.
    pub inputs: usize,
    /// The projection of the input, in layers of low rank.
    pub projection: Option<InnerProductWeights>,
    /// `[direction, 4 · cell, input]`.
    pub input_weight: Vec<f32>,
    /// `[direction, 4 · cell, cell]`.
    pub recurrent_weight: Vec<f32>,
    /// `[direction, 4 · cell]`.
    pub bias: Vec<f32>,
}

/// A matrix and a bias.
#[derive(Clone, Debug)]
pub struct InnerProductWeights {
    /// `[input, output]`.
    pub weight: Vec<f32>,
    /// `[output]`.
    pub bias: Vec<f32>,
}

/// Precision of stored weights. The network computes in f32 in either case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WeightFormat {
    /// Four bytes per weight, as in training.
    #[default]
    F32,
    /// Two bytes per weight of matrices and kernels, four per bias; halves the file.
    F16,
}

impl NetworkWeights {
    /// The ONNX file, its weights stored in `format`: `image` `[1, 1, 64, width]` to `logits` `[time, 1, label]`.
    pub fn to_onnx(&self, format: WeightFormat) -> Vec<u8> {
        let mut graph = GraphBuilder { format, ..GraphBuilder::default() };
        let mut value = "image".to_owned();
        for (i, convolution) in self.convolutions.iter().enumerate() {
            value = graph.convolution(i + 1, convolution, &value);
        }
        value = graph.node("frames_first", "Transpose", &[&value], vec![integers("perm", &[3, 0, 2, 1])]);
        value = graph.reshape_to_features("features", &value);
        for (i, lstm) in self.lstms.iter().enumerate() {
            value = graph.lstm(i + 1, lstm, &value);
        }
        graph.linear("inner_product", &self.inner_product, &value, "logits");
        graph.finish(self.inner_product.bias.len())
    }
}

#[derive(Default)]
struct GraphBuilder {
    nodes: Vec<NodeProto>,
    initializers: Vec<TensorProto>,
    format: WeightFormat,
}

impl GraphBuilder {
    fn node(&mut self, name: &str, op: &str, inputs: &[&str], attributes: Vec<AttributeProto>) -> String {
        let output = format!("{name}_out");
        self.node_named_output(name, op, inputs, attributes, &output);
        output
    }

    fn node_named_output(
        &mut self,
        name: &str,
        op: &str,
        inputs: &[&str],
        attribute: Vec<AttributeProto>,
        output: &str,
    ) {
        self.nodes.push(NodeProto {
            name: name.to_owned(),
            op_type: op.to_owned(),
            input: inputs.iter().map(|&input| input.to_owned()).collect(),
            output: vec![output.to_owned()],
            attribute,
            ..NodeProto::default()
        });
    }

    fn convolution(&mut self, number: usize, layer: &ConvolutionWeights, input: &str) -> String {
        let (kernel, outputs) = (layer.kernel, layer.bias.len());
        let weight =
            self.floats(&format!("conv{number}_weight"), &[outputs, layer.inputs, kernel, kernel], &layer.weight);
        let bias = self.floats(&format!("conv{number}_bias"), &[outputs], &layer.bias);
        let (size, pad) = (kernel as i64, kernel as i64 / 2);
        let attributes = vec![integers("kernel_shape", &[size, size]), integers("pads", &[pad; 4])];
        let mut value = self.node(&format!("conv{number}"), "Conv", &[input, &weight, &bias], attributes);
        if let Some(leak) = layer.leak {
            value = self.node(&format!("relu{number}"), "LeakyRelu", &[&value], vec![float("alpha", leak)]);
        }
        let (rows, columns) = (layer.pooling.0 as i64, layer.pooling.1 as i64);
        if (rows, columns) != (1, 1) {
            let attributes = vec![integers("kernel_shape", &[rows, columns]), integers("strides", &[rows, columns])];
            value = self.node(&format!("pool{number}"), "MaxPool", &[&value], attributes);
        }
        value
    }

    fn lstm(&mut self, number: usize, layer: &LstmWeights, input: &str) -> String {
        let (cells, inputs) = (layer.cells, layer.inputs);
        let name = format!("lstm{number}");
        let projected = format!("{name}_projected");
        let input = layer.projection.as_ref().map_or(input, |projection| {
            self.linear(&format!("{name}_projection"), projection, input, &projected);
            &projected
        });
        let weight = self.floats(&format!("{name}_input_weight"), &[2, 4 * cells, inputs], &layer.input_weight);
        let recurrent =
            self.floats(&format!("{name}_recurrent_weight"), &[2, 4 * cells, cells], &layer.recurrent_weight);
        // ONNX has a second bias, for the recurrent product; it is zero here.
        let both: Vec<f32> = (layer.bias.chunks_exact(4 * cells))
            .flat_map(|bias| bias.iter().copied().chain(std::iter::repeat_n(0.0, 4 * cells)))
            .collect();
        let bias = self.floats(&format!("{name}_bias"), &[2, 8 * cells], &both);
        let attributes = vec![integer("hidden_size", cells as i64), text("direction", "bidirectional")];
        let output = self.node(&name, "LSTM", &[input, &weight, &recurrent, &bias], attributes);
        // [time, direction, batch, cell] to [time, batch, direction, cell].
        let perm = vec![integers("perm", &[0, 2, 1, 3])];
        let turned = self.node(&format!("directions{number}"), "Transpose", &[&output], perm);
        self.reshape_to_features(&format!("hidden{number}"), &turned)
    }

    /// A matrix product with a bias.
    fn linear(&mut self, name: &str, layer: &InnerProductWeights, input: &str, output: &str) {
        let n_outputs = layer.bias.len();
        let n_inputs = layer.weight.len() / n_outputs.max(1);
        let weight = self.floats(&format!("{name}_weight"), &[n_inputs, n_outputs], &layer.weight);
        let bias = self.floats(&format!("{name}_bias"), &[n_outputs], &layer.bias);
        let product = self.node(name, "MatMul", &[input, &weight], Vec::new());
        self.node_named_output(&format!("{name}_sum"), "Add", &[&product, &bias], Vec::new(), output);
    }

    /// Joins the last two axes of `[time, batch, a, b]`.
    fn reshape_to_features(&mut self, name: &str, input: &str) -> String {
        let shape = format!("{name}_shape");
        let raw_data = [0i64, 0, -1].iter().flat_map(|v| v.to_le_bytes()).collect();
        self.initializers.push(TensorProto {
            name: shape.clone(),
            dims: vec![3],
            data_type: DataType::Int64 as i32,
            raw_data,
            ..TensorProto::default()
        });
        self.node(name, "Reshape", &[input, &shape], Vec::new())
    }

    /// Stores weights, `shape` in row-major order, and returns the name of their value. A cast node widens
    /// half-precision weights; the engine runs it once, when it loads the network.
    fn floats(&mut self, name: &str, shape: &[usize], values: &[f32]) -> String {
        let is_half = self.format == WeightFormat::F16 && shape.len() > 1 && !name.ends_with("_bias");
        let (data_type, raw_data) = if is_half {
            (DataType::Float16, values.iter().flat_map(|&v| f16::from_f32(v).to_le_bytes()).collect())
        } else {
            (DataType::Float, values.iter().flat_map(|v| v.to_le_bytes()).collect())
        };
        self.initializers.push(TensorProto {
            name: name.to_owned(),
            dims: shape.iter().map(|&size| size as i64).collect(),
            data_type: data_type as i32,
            raw_data,
            ..TensorProto::default()
        });
        if is_half {
            return self.node(&format!("{name}_wide"), "Cast", &[name], vec![integer("to", DataType::Float as i64)]);
        }
        name.to_owned()
    }

    fn finish(self, n_labels: usize) -> Vec<u8> {
        let image = value_info("image", &[Ok(1), Ok(1), Ok(INPUT_ROWS as i64), Err("width")]);
        let logits = value_info("logits", &[Err("time"), Ok(1), Ok(n_labels as i64)]);
        let graph = GraphProto {
            name: "line_reader".to_owned(),
            node: self.nodes,
            initializer: self.initializers,
            input: vec![image],
            output: vec![logits],
            ..GraphProto::default()
        };
        let opset = OperatorSetIdProto { domain: String::new(), version: 17 };
        let model = ModelProto {
            ir_version: 8,
            producer_name: "longhand".to_owned(),
            opset_import: vec![opset],
            graph: Some(graph),
            ..ModelProto::default()
        };
        model.encode_to_vec()
    }
}

fn attribute(name: &str, kind: AttributeType) -> AttributeProto {
    AttributeProto { name: name.to_owned(), r#type: kind as i32, ..AttributeProto::default() }
}

fn integers(name: &str, values: &[i64]) -> AttributeProto {
    AttributeProto { ints: values.to_vec(), ..attribute(name, AttributeType::Ints) }
}

fn integer(name: &str, value: i64) -> AttributeProto {
    AttributeProto { i: value, ..attribute(name, AttributeType::Int) }
}

fn float(name: &str, value: f32) -> AttributeProto {
    AttributeProto { f: value, ..attribute(name, AttributeType::Float) }
}

fn text(name: &str, value: &str) -> AttributeProto {
    AttributeProto { s: value.as_bytes().to_vec(), ..attribute(name, AttributeType::String) }
}

fn value_info(name: &str, sizes: &[Result<i64, &str>]) -> ValueInfoProto {
    let dimension = |size: &Result<i64, &str>| tensor_shape_proto::Dimension {
        value: Some(match size {
            Ok(size) => tensor_shape_proto::dimension::Value::DimValue(*size),
            Err(symbol) => tensor_shape_proto::dimension::Value::DimParam((*symbol).to_owned()),
        }),
        ..tensor_shape_proto::Dimension::default()
    };
    let shape = TensorShapeProto { dim: sizes.iter().map(dimension).collect() };
    let tensor = type_proto::Tensor { elem_type: DataType::Float as i32, shape: Some(shape) };
    let r#type = Some(TypeProto { value: Some(type_proto::Value::TensorType(tensor)), ..TypeProto::default() });
    ValueInfoProto { name: name.to_owned(), r#type, ..ValueInfoProto::default() }
}
