//! The engine's peak FLOPS on this machine: the speed of its matrix product, which bounds that of every layer.

use std::{ops::ControlFlow, time::Instant};

use tract_onnx::{
    prelude::{Datum as _, DatumExt as _, IntoRunnable as _, SpecialOps as _, Tensor, TractResult, TypedModel, tvec},
    tract_core::ops::einsum::EinSum,
};

use super::tract_model::guarded;
use crate::recognition::workers::in_parallel;

/// Side of the square matrices: large enough to hide overhead, small enough for the level-2 cache. No measurement
/// recorded.
const SIDE: usize = 384;
/// Products per thread; the fastest one counts.
const RUNS: usize = 40;

/// GFLOP/s of one thread in the engine's matrix product while `n_threads` compute at once (the median of the threads);
/// `None` if the engine fails.
pub fn matrix_peak_gflops(n_threads: usize) -> Option<f64> {
    let mut speeds = Vec::new();
    let mut collect = |_, speed: Result<f64, String>| {
        speeds.extend(speed.ok());
        ControlFlow::Continue(())
    };
    let flow = in_parallel(n_threads, n_threads.max(1), || (), |(), _| guarded(fastest_product), &mut collect);
    speeds.sort_by(f64::total_cmp);
    if flow.is_break() { None } else { speeds.get(speeds.len() / 2).copied() }
}

/// GFLOP/s of the fastest of [`RUNS`] products.
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
