//! Changes of resolution as operators of tract: max pooling, and the sum of a map with a coarser one.

use tract_onnx::{
    model::ParsingContext,
    pb::NodeProto,
    tract_hir::internal::{DimLike, InferenceOp, TVec, TractResult, ensure, expand, tvec},
};

use super::operator::{FusedOperator, Input, Kernel};
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
    Ok((expand(FusedOperator::new(DoubledSum)), vec![]))
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

    fn run(&self, inputs: &[Input<'_>], output: &mut [f32]) -> TractResult<()> {
        let Input { shape, numbers } = inputs[0];
        ensure!(shape[0] == 1, "one image at a time");
        pool(numbers, shape[2], shape[3], output);
        Ok(())
    }
}

/// The sum of a map `[image, row, column, channel]` with one of half as many rows and columns.
struct DoubledSum;

impl Kernel for DoubledSum {
    const NAME: &'static str = "FusedDoubledSum";
    const RANK: usize = 4;
    const N_INPUTS: usize = 2;

    fn output_shape<D: DimLike>(&self, input: &[D]) -> TVec<D> {
        input.iter().cloned().collect()
    }

    fn run(&self, inputs: &[Input<'_>], output: &mut [f32]) -> TractResult<()> {
        let Input { shape, numbers: fine } = inputs[0];
        let Input { shape: coarse_shape, numbers: coarse } = inputs[1];
        let fits = shape[0] == 1 && *coarse_shape == [shape[0], shape[1] / 2, shape[2] / 2, shape[3]];
        ensure!(fits && shape[1..3].iter().all(|side| side % 2 == 0), "{coarse_shape:?} is not half of {shape:?}");
        add_doubled(fine, coarse, shape[2], shape[3], output);
        Ok(())
    }
}
