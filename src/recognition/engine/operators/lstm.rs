//! A bidirectional LSTM layer as an operator of tract.

use std::cell::RefCell;

use tract_onnx::{
    model::ParsingContext,
    pb::NodeProto,
    tract_hir::internal::{DimLike, InferenceOp, TVec, TractErrorContext as _, TractResult, ensure, expand, tvec},
};

use super::{
    node::{int, weights},
    operator::{FusedOperator, Input, Kernel},
};
use crate::recognition::engine::kernels::lstm::{BidirectionalLstm, Scratch};

thread_local! {
    /// Memory that each thread keeps from one layer to the next.
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// Builds the operator of a fused node.
pub(super) fn build(
    context: &ParsingContext<'_>,
    node: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
    let of = |name| weights(context, node, name);
    let n_cells = int(node, "hidden_size", 0).max(0) as usize;
    let layer = BidirectionalLstm::new(n_cells, &of("input_weight")?, &of("recurrent_weight")?, &of("bias")?);
    let layer = layer.with_context(|| format!("{}: the weights do not fit each other", node.name))?;
    Ok((expand(FusedOperator::new(layer)), vec![]))
}

impl Kernel for BidirectionalLstm {
    const NAME: &'static str = "FusedLstm";
    const RANK: usize = 3;

    /// From `[frame, line, input]` to `[frame, direction, line, cell]`.
    fn output_shape<D: DimLike>(&self, input: &[D]) -> TVec<D> {
        tvec!(input[0].clone(), D::from(2), input[1].clone(), D::from(self.n_cells()))
    }

    fn run(&self, inputs: &[Input<'_>], output: &mut [f32]) -> TractResult<()> {
        let Input { shape, numbers } = inputs[0];
        ensure!(shape[1] == 1, "the layer reads one line at a time");
        SCRATCH.with_borrow_mut(|scratch| Self::run(self, numbers, output, scratch));
        Ok(())
    }
}
