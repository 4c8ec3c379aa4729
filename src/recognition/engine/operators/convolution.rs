//! A convolution with its activation and pooling, as an operator of tract.

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

use super::node::{float, ints, weights};
use crate::recognition::engine::kernels::{
    activation::Activation,
    image_convolution::ImageConvolution,
    pointwise::PointwiseConvolution,
    winograd::{self, WinogradConvolution},
};

/// What runs the convolution.
enum Kernel {
    /// 3×3, of one channel.
    Image(ImageConvolution),
    /// 3×3, of more.
    Winograd(WinogradConvolution),
    /// 1×1.
    Pointwise(PointwiseConvolution),
}

/// The operator; plans of all widths share its weights.
#[derive(Clone)]
struct FusedConvolution {
    kernel: Arc<Kernel>,
    activation: Activation,
}

#[derive(Default)]
struct Scratch {
    winograd: winograd::Scratch,
    border: Vec<f32>,
}

thread_local! {
    /// Memory that each thread keeps from one convolution to the next.
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// Builds the operator of a fused node.
pub(super) fn build(
    context: &ParsingContext<'_>,
    node: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
    let (weight, bias) = (weights(context, node, "weight")?, weights(context, node, "bias")?);
    let pooling = ints(node, "pooling", &[1, 1]);
    let pooling = [0, 1].map(|axis| pooling.get(axis).map_or(1, |&n| n.clamp(1, 2) as usize));
    let activation = Activation { slope: float(node, "slope", 1.0), pooling };
    let kernel = match ints(node, "weight_shape", &[])[..] {
        [_, 1, 3, 3] => ImageConvolution::new(&weight, bias, activation).map(Kernel::Image),
        [_, _, 3, 3] => WinogradConvolution::new(&weight, bias, activation).map(Kernel::Winograd),
        _ => PointwiseConvolution::new(&weight, bias, activation.slope).map(Kernel::Pointwise),
    };
    let kernel = Arc::new(kernel.with_context(|| format!("{}: weight and bias do not fit", node.name))?);
    Ok((expand(FusedConvolution { kernel, activation }), vec![]))
}

impl FusedConvolution {
    fn n_outputs(&self) -> usize {
        match &*self.kernel {
            Kernel::Image(kernel) => kernel.n_outputs(),
            Kernel::Winograd(kernel) => kernel.n_outputs(),
            Kernel::Pointwise(kernel) => kernel.n_outputs(),
        }
    }

    /// `[image, row, column, channel]` of what comes out.
    fn output_shape<D: DimLike>(&self, input: &[D]) -> TVec<D> {
        let [rows, columns] = match &*self.kernel {
            Kernel::Image(_) => [2, 3],
            _ => [1, 2],
        };
        let pooled = |axis: usize, by: usize| input[axis].clone() / by;
        let [by_rows, by_columns] = self.activation.pooling;
        tvec!(input[0].clone(), pooled(rows, by_rows), pooled(columns, by_columns), D::from(self.n_outputs()))
    }

    /// One image.
    fn run(&self, input: &[f32], size: [usize; 2], output: &mut [f32]) {
        SCRATCH.with_borrow_mut(|scratch| match &*self.kernel {
            Kernel::Image(kernel) => kernel.run(input, size, output, &mut scratch.border),
            Kernel::Winograd(kernel) => kernel.run(input, size, output, &mut scratch.winograd),
            Kernel::Pointwise(kernel) => kernel.run(input, output),
        });
    }
}

impl fmt::Debug for FusedConvolution {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("FusedConvolution").field("activation", &self.activation).finish_non_exhaustive()
    }
}

impl PartialEq for FusedConvolution {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.kernel, &other.kernel)
    }
}

impl Eq for FusedConvolution {}

impl Expansion for FusedConvolution {
    fn name(&self) -> StaticName {
        "FusedConvolution".into()
    }

    fn rules<'r, 'p: 'r, 's: 'r>(
        &'s self,
        solver: &mut Solver<'r>,
        inputs: &'p [TensorProxy],
        outputs: &'p [TensorProxy],
    ) -> InferenceResult {
        check_input_arity(inputs, 1)?;
        check_output_arity(outputs, 1)?;
        solver.equals(&inputs[0].rank, 4)?;
        solver.equals(&outputs[0].datum_type, f32::datum_type())?;
        solver.given(&inputs[0].shape, move |solver, shape| solver.equals(&outputs[0].shape, self.output_shape(&shape)))
    }

    fn wire(&self, prefix: &str, model: &mut TypedModel, inputs: &[OutletId]) -> TractResult<TVec<OutletId>> {
        model.wire_node(prefix, self.clone(), inputs)
    }
}

impl Op for FusedConvolution {
    fn name(&self) -> StaticName {
        "FusedConvolution".into()
    }

    op_as_typed_op!();
}

impl EvalOp for FusedConvolution {
    op_out_of_plan!();

    fn eval(&self, _context: &EvalContext<'_>, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let shape = inputs[0].shape();
        let size = match &*self.kernel {
            Kernel::Image(_) => [shape[2], shape[3]],
            _ => [shape[1], shape[2]],
        };
        let mut output = Tensor::zero::<f32>(&self.output_shape(shape))?;
        let input = inputs[0].try_as_plain_ram()?;
        let mut plain = output.try_as_plain_ram_mut()?;
        let (input, out) = (input.as_slice::<f32>()?, plain.as_slice_mut::<f32>()?);
        let n_images = shape[0].max(1);
        let (n_in, n_out) = (input.len() / n_images, out.len() / n_images);
        for (input, output) in input.chunks_exact(n_in.max(1)).zip(out.chunks_exact_mut(n_out.max(1))) {
            self.run(input, size, output);
        }
        Ok(tvec!(output.into_tvalue()))
    }
}

impl TypedOp for FusedConvolution {
    fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        ensure!(inputs.len() == 1 && inputs[0].rank() == 4, "a convolution takes one tensor of four axes");
        Ok(tvec!(f32::fact(self.output_shape(&inputs[0].shape.to_tvec()))))
    }

    as_op!();
}
