//! What all fused operators have in common in tract: one input, one output, weights that plans of all widths share.

use std::{fmt, sync::Arc};

use tract_onnx::tract_hir::internal::{
    Datum as _, DatumExt as _, DimLike, EvalContext, EvalOp, Expansion, InferenceResult, IntoTValue as _, Op, OutletId,
    Solver, SpecialOps as _, StaticName, TValue, TVec, Tensor, TensorProxy, TractResult, TypedFact, TypedModel,
    TypedOp, as_op, check_input_arity, check_output_arity, ensure, op_as_typed_op, op_out_of_plan, tvec,
};

/// What a fused operator computes.
pub(super) trait Kernel: Send + Sync + 'static {
    /// The operator's name in profiles.
    const NAME: &'static str;
    /// Axes of the input.
    const RANK: usize;

    /// The output's shape for an input of this shape.
    fn output_shape<D: DimLike>(&self, input: &[D]) -> TVec<D>;

    /// From an input of `shape` to the output, all of whose numbers are overwritten.
    fn run(&self, shape: &[usize], input: &[f32], output: &mut [f32]) -> TractResult<()>;
}

/// An operator of tract that runs a kernel.
pub(super) struct FusedOperator<K> {
    kernel: Arc<K>,
}

impl<K> FusedOperator<K> {
    pub(super) fn new(kernel: K) -> Self {
        Self { kernel: Arc::new(kernel) }
    }
}

impl<K> Clone for FusedOperator<K> {
    fn clone(&self) -> Self {
        Self { kernel: Arc::clone(&self.kernel) }
    }
}

impl<K: Kernel> fmt::Debug for FusedOperator<K> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct(K::NAME).finish_non_exhaustive()
    }
}

impl<K> PartialEq for FusedOperator<K> {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.kernel, &other.kernel)
    }
}

impl<K> Eq for FusedOperator<K> {}

impl<K: Kernel> Expansion for FusedOperator<K> {
    fn name(&self) -> StaticName {
        K::NAME.into()
    }

    fn rules<'r, 'p: 'r, 's: 'r>(
        &'s self,
        solver: &mut Solver<'r>,
        inputs: &'p [TensorProxy],
        outputs: &'p [TensorProxy],
    ) -> InferenceResult {
        check_input_arity(inputs, 1)?;
        check_output_arity(outputs, 1)?;
        solver.equals(&inputs[0].rank, K::RANK as i64)?;
        solver.equals(&outputs[0].datum_type, f32::datum_type())?;
        solver.given(&inputs[0].shape, move |solver, shape| {
            solver.equals(&outputs[0].shape, self.kernel.output_shape(&shape))
        })
    }

    fn wire(&self, prefix: &str, model: &mut TypedModel, inputs: &[OutletId]) -> TractResult<TVec<OutletId>> {
        model.wire_node(prefix, self.clone(), inputs)
    }
}

impl<K: Kernel> Op for FusedOperator<K> {
    fn name(&self) -> StaticName {
        K::NAME.into()
    }

    op_as_typed_op!();
}

impl<K: Kernel> EvalOp for FusedOperator<K> {
    op_out_of_plan!();

    fn eval(&self, _context: &EvalContext<'_>, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let shape = inputs[0].shape();
        let mut output = Tensor::zero::<f32>(&self.kernel.output_shape(shape))?;
        let input = inputs[0].try_as_plain_ram()?;
        let mut plain = output.try_as_plain_ram_mut()?;
        self.kernel.run(shape, input.as_slice::<f32>()?, plain.as_slice_mut::<f32>()?)?;
        Ok(tvec!(output.into_tvalue()))
    }
}

impl<K: Kernel> TypedOp for FusedOperator<K> {
    fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        ensure!(inputs.len() == 1 && inputs[0].rank() == K::RANK, "{} takes one tensor of {} axes", K::NAME, K::RANK);
        Ok(tvec!(f32::fact(self.kernel.output_shape(&inputs[0].shape.to_tvec()))))
    }

    as_op!();
}
