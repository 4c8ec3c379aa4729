//! A convolution with its activation and pooling, as an operator of tract.

use std::cell::RefCell;

use tract_onnx::{
    model::ParsingContext,
    pb::NodeProto,
    tract_hir::internal::{DimLike, InferenceOp, TVec, TractErrorContext as _, TractResult, expand, tvec},
};

use super::{
    node::{float, ints, weights},
    operator::{FusedOperator, Input, Kernel},
};
use crate::recognition::engine::kernels::{
    activation::Activation,
    image_convolution::ImageConvolution,
    pointwise::PointwiseConvolution,
    winograd::{self, WinogradConvolution},
};

/// What runs the sums.
enum Sums {
    /// 3×3, of one channel.
    Image(ImageConvolution),
    /// 3×3, of more.
    Winograd(WinogradConvolution),
    /// 1×1.
    Pointwise(PointwiseConvolution),
}

struct Convolution {
    sums: Sums,
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
    let sums = match ints(node, "weight_shape", &[])[..] {
        [_, 1, 3, 3] => ImageConvolution::new(&weight, bias, activation).map(Sums::Image),
        [_, _, 3, 3] => WinogradConvolution::new(&weight, bias, activation).map(Sums::Winograd),
        _ => PointwiseConvolution::new(&weight, bias, activation.slope).map(Sums::Pointwise),
    };
    let sums = sums.with_context(|| format!("{}: weight and bias do not fit", node.name))?;
    Ok((expand(FusedOperator::new(Convolution { sums, activation })), vec![]))
}

impl Convolution {
    fn n_outputs(&self) -> usize {
        match &self.sums {
            Sums::Image(sums) => sums.n_outputs(),
            Sums::Winograd(sums) => sums.n_outputs(),
            Sums::Pointwise(sums) => sums.n_outputs(),
        }
    }

    /// The axes of rows and columns of the input.
    fn spatial_axes(&self) -> [usize; 2] {
        match &self.sums {
            Sums::Image(_) => [2, 3],
            _ => [1, 2],
        }
    }

    /// One image.
    fn run_image(&self, input: &[f32], size: [usize; 2], output: &mut [f32]) {
        SCRATCH.with_borrow_mut(|scratch| match &self.sums {
            Sums::Image(sums) => sums.run(input, size, output, &mut scratch.border),
            Sums::Winograd(sums) => sums.run(input, size, output, &mut scratch.winograd),
            Sums::Pointwise(sums) => sums.run(input, output),
        });
    }
}

impl Kernel for Convolution {
    const NAME: &'static str = "FusedConvolution";
    const RANK: usize = 4;

    /// `[image, row, column, channel]`.
    fn output_shape<D: DimLike>(&self, input: &[D]) -> TVec<D> {
        let [rows, columns] = self.spatial_axes();
        let [by_rows, by_columns] = self.activation.pooling;
        let pooled = |axis: usize, by: usize| input[axis].clone() / by;
        tvec!(input[0].clone(), pooled(rows, by_rows), pooled(columns, by_columns), D::from(self.n_outputs()))
    }

    fn run(&self, inputs: &[Input<'_>], output: &mut [f32]) -> TractResult<()> {
        let Input { shape, numbers: input } = inputs[0];
        let size = self.spatial_axes().map(|axis| shape[axis]);
        let n_images = shape[0].max(1);
        let (n_in, n_out) = (input.len() / n_images, output.len() / n_images);
        for (input, output) in input.chunks_exact(n_in.max(1)).zip(output.chunks_exact_mut(n_out.max(1))) {
            self.run_image(input, size, output);
        }
        Ok(())
    }
}
