//! What all fused operators have in common in tract: one output, weights that plans of all widths share.

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
    /// Axes of each input.
    const RANK: usize;
    /// Inputs.
    const N_INPUTS: usize = 1;

    /// The output's shape where the first input is of this shape.
    fn output_shape<D: DimLike>(&self, input: &[D]) -> TVec<D>;

    /// From the inputs to the output, all of whose numbers are overwritten.
    fn run(&self, inputs: &[Input<'_>], output: &mut [f32]) -> TractResult<()>;
}

/// An input of a kernel.
#[derive(Clone, Copy)]
pub(super) struct Input<'a> {
    pub(super) shape: &'a [usize],
    pub(super) numbers: &'a [f32],
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
        check_input_arity(inputs, K::N_INPUTS)?;
        check_output_arity(outputs, 1)?;
        for input in inputs {
            solver.equals(&input.rank, K::RANK as i64)?;
        }
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
        let mut output = Tensor::zero::<f32>(&self.kernel.output_shape(inputs[0].shape()))?;
        let plain: TVec<_> = inputs.iter().map(|input| input.try_as_plain_ram()).collect::<TractResult<_>>()?;
        let numbers = plain
            .iter()
            .zip(&inputs)
            .map(|(plain, input)| Ok(Input { shape: input.shape(), numbers: plain.as_slice::<f32>()? }));
        let numbers: TVec<Input<'_>> = numbers.collect::<TractResult<_>>()?;
        self.kernel.run(&numbers, output.try_as_plain_ram_mut()?.as_slice_mut::<f32>()?)?;
        Ok(tvec!(output.into_tvalue()))
    }
}

impl<K: Kernel> TypedOp for FusedOperator<K> {
    fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        let fits = inputs.len() == K::N_INPUTS && inputs.iter().all(|input| input.rank() == K::RANK);
        ensure!(fits, "{} takes {} tensors of {} axes", K::NAME, K::N_INPUTS, K::RANK);
        Ok(tvec!(f32::fact(self.kernel.output_shape(&inputs[0].shape.to_tvec()))))
    }

    as_op!();
}
