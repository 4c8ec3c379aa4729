//! A bidirectional LSTM layer as an operator of tract.

use std::{cell::RefCell, fmt, sync::Arc};

use tract_onnx::{
    model::ParsingContext,
    pb::NodeProto,
    tract_hir::internal::{
        Datum as _, DatumExt as _, DimLike, EvalContext, EvalOp, Expansion, InferenceOp, InferenceResult,
        IntoTValue as _, Op, OutletId, Solver, SpecialOps as _, StaticName, TValue, TVec, Tensor, TensorProxy,
        TractErrorContext as _, TractResult, TypedFact, TypedModel, TypedOp, as_op, check_input_arity,
        check_output_arity, ensure, expand, op_as_typed_op, op_out_of_plan, tvec,
    },
};

use super::node::{int, weights};
use crate::recognition::engine::kernels::lstm::{BidirectionalLstm, Scratch};

/// The operator; plans of all widths share its weights.
#[derive(Clone)]
struct FusedLstm {
    layer: Arc<BidirectionalLstm>,
}

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
    let layer = Arc::new(layer.with_context(|| format!("{}: the weights do not fit each other", node.name))?);
    Ok((expand(FusedLstm { layer }), vec![]))
}

impl FusedLstm {
    /// From `[frame, line, input]` to `[frame, direction, line, cell]`.
    fn output_shape<D: DimLike>(&self, input: &[D]) -> TVec<D> {
        tvec!(input[0].clone(), D::from(2), input[1].clone(), D::from(self.layer.n_cells()))
    }
}

impl fmt::Debug for FusedLstm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("FusedLstm").finish_non_exhaustive()
    }
}

impl PartialEq for FusedLstm {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.layer, &other.layer)
    }
}

impl Eq for FusedLstm {}

impl Expansion for FusedLstm {
    fn name(&self) -> StaticName {
        "FusedLstm".into()
    }

    fn rules<'r, 'p: 'r, 's: 'r>(
        &'s self,
        solver: &mut Solver<'r>,
        inputs: &'p [TensorProxy],
        outputs: &'p [TensorProxy],
    ) -> InferenceResult {
        check_input_arity(inputs, 1)?;
        check_output_arity(outputs, 1)?;
        solver.equals(&inputs[0].rank, 3)?;
        solver.equals(&outputs[0].datum_type, f32::datum_type())?;
        solver.given(&inputs[0].shape, move |solver, shape| solver.equals(&outputs[0].shape, self.output_shape(&shape)))
    }

    fn wire(&self, prefix: &str, model: &mut TypedModel, inputs: &[OutletId]) -> TractResult<TVec<OutletId>> {
        model.wire_node(prefix, self.clone(), inputs)
    }
}

impl Op for FusedLstm {
    fn name(&self) -> StaticName {
        "FusedLstm".into()
    }

    op_as_typed_op!();
}

impl EvalOp for FusedLstm {
    op_out_of_plan!();

    fn eval(&self, _context: &EvalContext<'_>, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let shape = inputs[0].shape();
        ensure!(shape[1] == 1, "the layer reads one line at a time");
        let mut output = Tensor::zero::<f32>(&self.output_shape(shape))?;
        let input = inputs[0].try_as_plain_ram()?;
        let mut plain = output.try_as_plain_ram_mut()?;
        let (input, out) = (input.as_slice::<f32>()?, plain.as_slice_mut::<f32>()?);
        SCRATCH.with_borrow_mut(|scratch| self.layer.run(input, out, scratch));
        Ok(tvec!(output.into_tvalue()))
    }
}

impl TypedOp for FusedLstm {
    fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        ensure!(inputs.len() == 1 && inputs[0].rank() == 3, "an LSTM layer takes one tensor of three axes");
        Ok(tvec!(f32::fact(self.output_shape(&inputs[0].shape.to_tvec()))))
    }

    as_op!();
}
