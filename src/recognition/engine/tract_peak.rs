//! What the engine can do at most on this machine: the speed of its own matrix product, the ceiling for every layer.

use std::{ops::ControlFlow, time::Instant};

use tract_onnx::{
    prelude::{Datum as _, DatumExt as _, IntoRunnable as _, SpecialOps as _, Tensor, TractResult, TypedModel, tvec},
    tract_core::ops::einsum::EinSum,
};

use super::tract_model::guarded;
use crate::recognition::workers::in_parallel;

/// Side of the square matrices: large enough to hide the overhead, small enough for the second-level cache.
const SIDE: usize = 384;
/// Products a thread; the fastest counts.
const RUNS: usize = 40;

/// Billions of floating-point operations a second of one thread in the engine's product of large matrices, while
/// `n_threads` compute at once; `None` where the engine could not do it.
pub fn matrix_peak_gflops(n_threads: usize) -> Option<f64> {
    let mut speeds = Vec::new();
    let flow =
        in_parallel(n_threads, n_threads.max(1), || (), |(), _| guarded(fastest_product), &mut |_,
                                                                                                speed: Result<
            f64,
            String,
        >| {
            speeds.extend(speed.ok());
            ControlFlow::Continue(())
        });
    speeds.sort_by(f64::total_cmp);
    if flow.is_break() { None } else { speeds.get(speeds.len() / 2).copied() }
}

fn fastest_product() -> TractResult<f64> {
    let mut model = TypedModel::default();
    let right = model.add_source("right", f32::fact([SIDE, SIDE]))?;
    let left = model.add_const("left", matrix(3))?;
    let product = EinSum::new("mk,kn->mn".parse()?, f32::datum_type());
    let product = model.wire_node("product", product, &[left, right])?;
    model.select_output_outlets(&product)?;
    let plan = model.into_optimized()?.into_runnable()?;
    let right = matrix(5);
    let mut fastest_secs = f64::INFINITY;
    for _ in 0..RUNS {
        let input = tvec!(right.clone().into());
        let started = Instant::now();
        plan.run(input)?;
        fastest_secs = fastest_secs.min(started.elapsed().as_secs_f64());
    }
    Ok(2.0 * (SIDE as f64).powi(3) / fastest_secs / 1e9)
}

fn matrix(seed: usize) -> Tensor {
    let value = |i: usize| ((i * seed) % 17) as f32 / 17.0 - 0.5;
    let values: Vec<f32> = (0..SIDE * SIDE).map(value).collect();
    tract_onnx::prelude::tract_ndarray::Array2::from_shape_fn((SIDE, SIDE), |(row, column)| values[row * SIDE + column])
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_engine_multiplies_matrices() {
        assert!(matrix_peak_gflops(2).unwrap() > 0.0);
    }
}
