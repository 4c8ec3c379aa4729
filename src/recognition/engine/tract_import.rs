//! Reads weights back from the ONNX files that [`NetworkWeights::to_onnx`] writes, so that a shipped model can be
//! trained further or serve as a teacher.

use prost::Message as _;
use tract_onnx::{
    pb::{GraphProto, ModelProto, TensorProto, tensor_proto::DataType},
    prelude::f16,
};

use super::{
    line_model::ModelError,
    tract_export::{ConvolutionWeights, InnerProductWeights, LstmWeights, NetworkWeights},
};
use crate::recognition::package::ModelPackage;

impl NetworkWeights {
    /// The weights of a package's network. Refuses networks that this program did not write.
    pub fn from_package(package: &ModelPackage) -> Result<Self, ModelError> {
        let graph = ModelProto::decode(&*package.network).ok().and_then(|model| model.graph);
        let weights = graph.and_then(|graph| Graph(&graph).weights());
        weights.ok_or_else(|| package.refused("its network is not one that this program wrote".to_owned()))
    }
}

struct Graph<'a>(&'a GraphProto);

impl Graph<'_> {
    fn weights(&self) -> Option<NetworkWeights> {
        let convolutions: Vec<_> = (1..).map_while(|number| self.convolution(number)).collect();
        let lstms: Vec<_> = (1..).map_while(|number| self.lstm(number)).collect();
        Some(NetworkWeights { convolutions, lstms, inner_product: self.linear("inner_product")? })
    }

    fn linear(&self, name: &str) -> Option<InnerProductWeights> {
        let (_, weight) = self.floats(&format!("{name}_weight"))?;
        let (_, bias) = self.floats(&format!("{name}_bias"))?;
        Some(InnerProductWeights { weight, bias })
    }

    fn convolution(&self, number: usize) -> Option<ConvolutionWeights> {
        let (shape, weight) = self.floats(&format!("conv{number}_weight"))?;
        let (_, bias) = self.floats(&format!("conv{number}_bias"))?;
        let [_, inputs, kernel, _] = shape[..] else { return None };
        let leak = self.attribute(&format!("relu{number}"), "alpha").map(|(leak, _)| leak);
        let pooling = match self.attribute(&format!("pool{number}"), "kernel_shape") {
            Some((_, [rows, columns])) => (usize::try_from(*rows).ok()?, usize::try_from(*columns).ok()?),
            _ => (1, 1),
        };
        Some(ConvolutionWeights { kernel, inputs, weight, bias, leak, pooling })
    }

    fn lstm(&self, number: usize) -> Option<LstmWeights> {
        let (shape, input_weight) = self.floats(&format!("lstm{number}_input_weight"))?;
        let (_, recurrent_weight) = self.floats(&format!("lstm{number}_recurrent_weight"))?;
        let (_, both_biases) = self.floats(&format!("lstm{number}_bias"))?;
        let [_, gates, inputs] = shape[..] else { return None };
        // The second half of each direction's biases is zero.
        let bias = both_biases.chunks_exact(2 * gates).flat_map(|both| both[..gates].iter().copied()).collect();
        let projection = self.linear(&format!("lstm{number}_projection"));
        Some(LstmWeights { cells: gates / 4, inputs, projection, input_weight, recurrent_weight, bias })
    }

    /// Shape and values of an initializer.
    fn floats(&self, name: &str) -> Option<(Vec<usize>, Vec<f32>)> {
        let tensor = self.0.initializer.iter().find(|tensor| tensor.name == name)?;
        let TensorProto { dims, raw_data, data_type, .. } = tensor;
        let shape: Vec<usize> = dims.iter().map(|&size| usize::try_from(size).ok()).collect::<Option<_>>()?;
        let values: Vec<f32> = if *data_type == DataType::Float16 as i32 {
            raw_data.chunks_exact(2).map(|b| f16::from_le_bytes([b[0], b[1]]).to_f32()).collect()
        } else {
            raw_data.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect()
        };
        (values.len() == shape.iter().product::<usize>()).then_some((shape, values))
    }

    /// The float and the integers of a node's attribute.
    fn attribute(&self, node: &str, name: &str) -> Option<(f32, &[i64])> {
        let node = self.0.node.iter().find(|candidate| candidate.name == node)?;
        let attribute = node.attribute.iter().find(|attribute| attribute.name == name)?;
        Some((attribute.f, &attribute.ints))
    }
}
