//! Changes of resolution as operators of tract: max pooling, and the sum of a map with a coarser one.

use tract_onnx::{
    model::ParsingContext,
    pb::NodeProto,
    tract_hir::internal::{
        Datum as _, DatumExt as _, DimLike, EvalContext, EvalOp, Expansion, InferenceOp, InferenceResult,
        IntoTValue as _, Op, OutletId, Solver, SpecialOps as _, StaticName, TValue, TVec, Tensor, TensorProxy,
        TractResult, TypedFact, TypedModel, TypedOp, as_op, check_input_arity, check_output_arity, ensure, expand,
        op_as_typed_op, op_out_of_plan, tvec,
    },
};

use super::operator::{FusedOperator, Kernel};
use crate::recognition::engine::kernels::resolution::{add_doubled, pool};

/// Builds the operator of a fused 2×2 pooling.
#[expect(clippy::unnecessary_wraps, reason = "tract calls all builders alike")]
pub(super) fn build_pooling(
    _context: &ParsingContext<'_>,
    _node: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
    Ok((expand(FusedOperator::new(Pooling)), vec![]))
}

/// Builds the operator of a fused sum.
#[expect(clippy::unnecessary_wraps, reason = "tract calls all builders alike")]
pub(super) fn build_sum(
    _context: &ParsingContext<'_>,
    _node: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
    Ok((expand(DoubledSum), vec![]))
}

/// Max pooling over windows of 2×2.
struct Pooling;

impl Kernel for Pooling {
    const NAME: &'static str = "FusedPooling";
    const RANK: usize = 4;

    /// `[image, row, column, channel]`.
    fn output_shape<D: DimLike>(&self, input: &[D]) -> TVec<D> {
        tvec!(input[0].clone(), input[1].clone() / 2, input[2].clone() / 2, input[3].clone())
    }

    fn run(&self, shape: &[usize], input: &[f32], output: &mut [f32]) -> TractResult<()> {
        ensure!(shape[0] == 1, "one image at a time");
        pool(input, shape[2], shape[3], output);
        Ok(())
    }
}

/// The sum of a map `[image, row, column, channel]` with one of half as many rows and columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct DoubledSum;

impl Expansion for DoubledSum {
    fn name(&self) -> StaticName {
        "FusedDoubledSum".into()
    }

    fn rules<'r, 'p: 'r, 's: 'r>(
        &'s self,
        solver: &mut Solver<'r>,
        inputs: &'p [TensorProxy],
        outputs: &'p [TensorProxy],
    ) -> InferenceResult {
        check_input_arity(inputs, 2)?;
        check_output_arity(outputs, 1)?;
        solver.equals(&outputs[0].datum_type, f32::datum_type())?;
        solver.equals(&inputs[0].shape, &outputs[0].shape)
    }

    fn wire(&self, prefix: &str, model: &mut TypedModel, inputs: &[OutletId]) -> TractResult<TVec<OutletId>> {
        model.wire_node(prefix, *self, inputs)
    }
}

impl Op for DoubledSum {
    fn name(&self) -> StaticName {
        "FusedDoubledSum".into()
    }

    op_as_typed_op!();
}

impl EvalOp for DoubledSum {
    op_out_of_plan!();

    fn eval(&self, _context: &EvalContext<'_>, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let (shape, coarse) = (inputs[0].shape(), inputs[1].shape());
        let fits = shape.len() == 4 && coarse == [shape[0], shape[1] / 2, shape[2] / 2, shape[3]] && shape[0] == 1;
        ensure!(fits && shape[1..3].iter().all(|side| side % 2 == 0), "{coarse:?} is not half of {shape:?}");
        let mut output = Tensor::zero::<f32>(shape)?;
        let (fine, coarse) = (inputs[0].try_as_plain_ram()?, inputs[1].try_as_plain_ram()?);
        let mut plain = output.try_as_plain_ram_mut()?;
        add_doubled(fine.as_slice()?, coarse.as_slice()?, shape[2], shape[3], plain.as_slice_mut()?);
        Ok(tvec!(output.into_tvalue()))
    }
}

impl TypedOp for DoubledSum {
    fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        ensure!(inputs.len() == 2 && inputs.iter().all(|input| input.rank() == 4), "a sum takes two maps");
        Ok(tvec!(f32::fact(inputs[0].shape.to_tvec())))
    }

    as_op!();
}
