//! Measures a network's time by layer, inside the running engine.
//!
//! tract rewrites the network: it splits a convolution into several operators, and fuses activations into some of them.
//! Each operator counts for the ONNX layer that it comes from; a fused activation has no time of its own. The engine's
//! time between operators (passing the line in, allocating and freeing buffers) counts as a layer of its own, so that
//! the layers add up to the line.
//!
//! Runs with and without measuring alternate, so that both see the same load. A layer's time is its mean over the
//! middle third of the measured runs, sorted by total time: a robust mean whose layers still add up. Each thread reads
//! its own lines, as when pages are read.

use std::{
    ops::ControlFlow,
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use tract_onnx::{
    prelude::{TractResult, tvec},
    tract_core::plan::eval,
};

use super::{
    line_model::{LineModel as _, ModelError},
    profile::{LayerKind, LayerProfile, Profile},
    tract_layers::onnx_layers,
    tract_model::{Plan, TractModel, bucket_width, guarded, image_tensor, log_softmax},
};
use crate::{
    imaging::{INPUT_ROWS, MAX_INPUT_WIDTH, ModelInput},
    recognition::{package::ModelPackage, workers::in_parallel},
};

/// Unmeasured runs of every line, first.
const WARM_UP_RUNS: usize = 2;
/// Measured runs of each line, at most: of up to three lines.
const MAX_REPEATS: usize = 20;
/// Measured runs of each line, at least: of many lines.
const MIN_REPEATS: usize = 5;
/// Relative difference between medians with and without measuring from which other load is assumed, and runs are added.
/// No measurement recorded.
const MAX_DIFFERENCE: f32 = 0.03;
/// Factor by which runs grow at most under such load.
const MAX_ROUNDS: usize = 4;
/// Measured runs of a line for [`line_costs`].
const CURVE_REPEATS: usize = 7;
/// The layer for the log-softmax, which is not in the network.
const LOG_SOFTMAX: &str = "log_softmax";
/// The layer for the engine's time between operators.
const ENGINE: &str = "engine";

/// Gets the runs done and the runs planned, from any thread, and may stop the measurement.
pub type OnProgress<'a> = &'a (dyn Fn(usize, usize) -> ControlFlow<()> + Sync);

/// A line of slanted strokes, `width` columns wide after padding. The time of a line does not depend on its content.
pub fn line_of_strokes(width: usize) -> ModelInput {
    let width = bucket_width(width.clamp(1, MAX_INPUT_WIDTH));
    let pixels = (0..INPUT_ROWS * width).map(|i| if (i % width + i / width) % 13 < 3 { 255 } else { 0 }).collect();
    ModelInput { width, pixels, span: (0.0, 1.0), is_blank: false }
}

/// Measures `lines`, `n_threads` at once. `None` if `on_progress` stopped it.
pub fn profile(
    package: &ModelPackage,
    lines: &[ModelInput],
    n_threads: usize,
    on_progress: OnProgress<'_>,
) -> Result<Option<Profile>, ModelError> {
    let model = TractModel::open(package)?;
    let n_threads = n_threads.max(1);
    let n_repeats = (3 * MAX_REPEATS / lines.len().max(1)).clamp(MIN_REPEATS, MAX_REPEATS);
    let mut layers = LayerSums::new(package, lines)?;
    let (n_done, n_runs) = (AtomicUsize::new(0), n_threads * lines.len() * n_repeats);
    let step = |is_planned: bool| {
        on_progress(n_done.fetch_add(usize::from(is_planned), Ordering::Relaxed) + usize::from(is_planned), n_runs)
    };
    let mut failure = None;
    let flow = in_parallel(
        n_threads,
        n_threads,
        || model.clone(),
        |model, _| lines.iter().map(|line| measure(model, line, n_repeats, &step)).collect::<Result<Vec<_>, _>>(),
        &mut |_, measured: Result<Vec<LineTiming>, Stop>| match measured {
            Ok(measured) => {
                for line in &measured {
                    layers.count_in(line);
                }
                ControlFlow::Continue(())
            }
            Err(stop) => {
                failure = Some(stop);
                ControlFlow::Break(())
            }
        },
    );
    match (flow, failure) {
        (ControlFlow::Break(()), Some(Stop::Failed(error))) => Err(error),
        (ControlFlow::Break(()), _) => Ok(None),
        (ControlFlow::Continue(()), _) => Ok(Some(layers.profile(lines, n_threads, n_repeats))),
    }
}

/// The padded width in columns and the median time in milliseconds of a line of each width. `None` if `on_progress`
/// stopped it.
pub fn line_costs(
    package: &ModelPackage,
    widths: &[usize],
    on_progress: OnProgress<'_>,
) -> Result<Option<Vec<(usize, f32)>>, ModelError> {
    let mut model = TractModel::open(package)?;
    let mut costs = Vec::with_capacity(widths.len());
    for (index, &width) in widths.iter().enumerate() {
        let line = line_of_strokes(width);
        let mut times_ms = Vec::with_capacity(CURVE_REPEATS);
        for repeat in 0..WARM_UP_RUNS + CURVE_REPEATS {
            if on_progress(index, widths.len()).is_break() {
                return Ok(None);
            }
            let started = Instant::now();
            model.run(&line)?;
            if repeat >= WARM_UP_RUNS {
                times_ms.push(elapsed_ms(started));
            }
        }
        costs.push((line.width, median(times_ms)));
    }
    Ok(Some(costs))
}

/// Why a measurement ended early.
enum Stop {
    Cancelled,
    Failed(ModelError),
}

/// The times of one line on one thread.
struct LineTiming {
    /// Median of whole runs, layers unmeasured.
    total_ms: f32,
    /// Mean over the middle third of whole runs, layers measured.
    with_layers_ms: f32,
    /// Name, kind and time in milliseconds of each operator.
    operators: Vec<(String, String, f32)>,
}

fn measure(
    model: &mut TractModel,
    line: &ModelInput,
    n_repeats: usize,
    step: &dyn Fn(bool) -> ControlFlow<()>,
) -> Result<LineTiming, Stop> {
    let n_labels = model.character_set().n_labels();
    for _ in 0..WARM_UP_RUNS {
        model.run(line).map_err(Stop::Failed)?;
    }
    let plan = model.plan(bucket_width(line.width)).map_err(Stop::Failed)?;
    let (mut totals_ms, mut runs) = (Vec::with_capacity(n_repeats), Vec::with_capacity(n_repeats));
    while totals_ms.len() < n_repeats || totals_ms.len() < MAX_ROUNDS * n_repeats && is_disturbed(&totals_ms, &runs) {
        if step(totals_ms.len() < n_repeats).is_break() {
            return Err(Stop::Cancelled);
        }
        let started = Instant::now();
        model.run(line).map_err(Stop::Failed)?;
        totals_ms.push(elapsed_ms(started));
        let run = guarded(|| TimedRun::measure(&plan, line, n_labels));
        runs.push(run.map_err(|reason| Stop::Failed(ModelError::RunFailed { reason }))?);
    }
    runs.sort_by(|a, b| a.total_ms.total_cmp(&b.total_ms));
    let third = runs.len() / 3;
    let runs = &runs[third..runs.len() - third];
    let of_runs = |time: &dyn Fn(&TimedRun) -> f32| runs.iter().map(time).sum::<f32>() / runs.len().max(1) as f32;
    let with_layers_ms = of_runs(&|run| run.total_ms);
    let mut operators: Vec<_> = (0..runs.first().map_or(0, |run| run.operators.len()))
        .map(|place| {
            let node = plan.model().node(runs[0].operators[place].0);
            let ms = of_runs(&|run| run.operators.get(place).map_or(0.0, |(_, time)| time.as_secs_f32() * 1e3));
            (node.name.clone(), node.op().name().to_string(), ms)
        })
        .collect();
    operators.push((LOG_SOFTMAX.to_owned(), String::new(), of_runs(&|run| run.softmax_ms)));
    operators.push((ENGINE.to_owned(), String::new(), of_runs(&TimedRun::engine_ms)));
    Ok(LineTiming { total_ms: median(totals_ms), with_layers_ms, operators })
}

/// Whether the medians with and without measuring differ by more than [`MAX_DIFFERENCE`].
fn is_disturbed(totals_ms: &[f32], runs: &[TimedRun]) -> bool {
    let (plain, measured) = (median(totals_ms.to_vec()), median(runs.iter().map(|run| run.total_ms).collect()));
    (measured - plain).abs() > MAX_DIFFERENCE * plain
}

/// One run with every operator measured.
struct TimedRun {
    /// Node and time of each operator, in the order of execution.
    operators: Vec<(usize, Duration)>,
    softmax_ms: f32,
    total_ms: f32,
}

impl TimedRun {
    fn measure(plan: &Plan, line: &ModelInput, n_labels: usize) -> TractResult<Self> {
        let mut operators = Vec::with_capacity(plan.model().nodes().len());
        let started = Instant::now();
        let image = image_tensor(line, bucket_width(line.width));
        let outputs = plan.spawn()?.run_plan_with_eval(
            tvec!(image.into()),
            |context, state, node, inputs| -> TractResult<_> {
                let started = Instant::now();
                let outputs = eval(context, state, node, inputs);
                // Passing the input in is no layer.
                if !node.inputs.is_empty() {
                    operators.push((node.id, started.elapsed()));
                }
                outputs
            },
        )?;
        let decoding = Instant::now();
        log_softmax(&outputs[0], line.n_frames(), n_labels)?;
        let softmax_ms = elapsed_ms(decoding);
        drop(outputs);
        Ok(Self { operators, softmax_ms, total_ms: elapsed_ms(started) })
    }

    /// The time that no operator took, in milliseconds.
    fn engine_ms(&self) -> f32 {
        let operators: Duration = self.operators.iter().map(|(_, time)| *time).sum();
        (self.total_ms - self.softmax_ms - operators.as_secs_f32() * 1e3).max(0.0)
    }
}

/// The layers, with sums over the lines measured so far.
struct LayerSums {
    layers: Vec<LayerProfile>,
    total_ms: f32,
    measured_ms: f32,
    n_measured: usize,
}

impl LayerSums {
    /// The layers for these lines: shapes at the median width, multiply-adds as the mean over the lines.
    fn new(package: &ModelPackage, lines: &[ModelInput]) -> Result<Self, ModelError> {
        let of_width = |width| {
            guarded(|| onnx_layers(&package.network, width))
                .map_err(|reason| package.refused(format!("model.onnx cannot be taken apart: {reason}")))
        };
        let mut widths: Vec<usize> = lines.iter().map(|line| bucket_width(line.width)).collect();
        widths.sort_unstable();
        let median_width = median_width(lines);
        let mut layers = of_width(median_width)?;
        let mut sums = vec![0; layers.len()];
        for same in widths.chunk_by(|a, b| a == b) {
            for (sum, layer) in sums.iter_mut().zip(of_width(same[0])?) {
                *sum += layer.multiply_adds * same.len() as u64;
            }
        }
        for (layer, sum) in layers.iter_mut().zip(sums) {
            layer.multiply_adds = sum / widths.len().max(1) as u64;
        }
        let n_frames = median_width / crate::imaging::WIDTH_MULTIPLE;
        layers.push(LayerProfile {
            shape: vec![n_frames, 1, package.character_set.n_labels()],
            ..LayerProfile::untimed(LOG_SOFTMAX, LayerKind::Softmax)
        });
        layers.push(LayerProfile::untimed(ENGINE, LayerKind::Other));
        Ok(Self { layers, total_ms: 0.0, measured_ms: 0.0, n_measured: 0 })
    }

    /// Adds the times of tract's operators to the layers they come from.
    fn count_in(&mut self, measured: &LineTiming) {
        self.total_ms += measured.total_ms;
        self.measured_ms += measured.with_layers_ms;
        self.n_measured += 1;
        for (name, operator, ms) in &measured.operators {
            let index = layer_of(&self.layers, name, operator).unwrap_or_else(|| {
                self.layers.push(LayerProfile::untimed(name, LayerKind::Other));
                self.layers.len() - 1
            });
            self.layers[index].ms += ms;
        }
    }

    fn profile(mut self, lines: &[ModelInput], threads: usize, n_repeats: usize) -> Profile {
        let n_measured = self.n_measured.max(1) as f32;
        self.layers.iter_mut().for_each(|layer| layer.ms /= n_measured);
        Profile {
            width: median_width(lines),
            threads,
            total_ms: self.total_ms / n_measured,
            layers: self.layers,
            overhead_ms: (self.measured_ms - self.total_ms) / n_measured,
            n_lines: lines.len(),
            n_repeats,
        }
    }
}

/// The index of the layer that tract's operator `name` comes from; tract appends to the names of ONNX nodes. A matrix
/// product with a fused bias or activation bears the name of the latter, but counts for the layer before it.
fn layer_of(layers: &[LayerProfile], name: &str, operator: &str) -> Option<usize> {
    let is_part = |layer: &LayerProfile| {
        name.strip_prefix(&layer.name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let (index, layer) =
        layers.iter().enumerate().filter(|(_, layer)| is_part(layer)).max_by_key(|(_, layer)| layer.name.len())?;
    if operator == "OptMatMul" && layer.multiply_adds == 0 {
        return layers[..index].iter().rposition(|before| before.multiply_adds > 0).or(Some(index));
    }
    Some(index)
}

/// The median of the padded widths.
fn median_width(lines: &[ModelInput]) -> usize {
    let mut widths: Vec<usize> = lines.iter().map(|line| bucket_width(line.width)).collect();
    widths.sort_unstable();
    widths.get(widths.len() / 2).copied().unwrap_or_else(|| bucket_width(1))
}

fn elapsed_ms(started: Instant) -> f32 {
    started.elapsed().as_secs_f32() * 1e3
}

/// The upper median; 0 for no values.
fn median(mut values: Vec<f32>) -> f32 {
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_belong_to_the_layer_that_they_come_from() {
        let layer =
            |name: &str, multiply_adds| LayerProfile { multiply_adds, ..LayerProfile::untimed(name, LayerKind::Other) };
        let layers = [layer("conv1", 9), layer("conv1.relu", 0), layer("conv10", 9)];
        assert_eq!(layer_of(&layers, "conv1.pad", "Pad"), Some(0));
        assert_eq!(layer_of(&layers, "conv1.relu", "LeakyRelu"), Some(1));
        assert_eq!(layer_of(&layers, "conv1.relu", "OptMatMul"), Some(0));
        assert_eq!(layer_of(&layers, "conv10", "OptMatMul"), Some(2));
        assert_eq!(layer_of(&layers, "lstm", "Scan"), None);
    }

    #[test]
    fn the_built_in_network_is_measured_over_lines_of_several_widths() {
        let package = ModelPackage::built_in().unwrap();
        let lines = [line_of_strokes(60), line_of_strokes(100), line_of_strokes(130)];
        let measured = profile(&package, &lines, 2, &|_, _| ControlFlow::Continue(())).unwrap().unwrap();
        assert_eq!((measured.width, measured.threads, measured.n_lines), (128, 2, 3));
        assert!(measured.total_ms > 0.0);
        let recurrent = measured.by_kind().into_iter().find(|(kind, _)| *kind == LayerKind::Dblstm).unwrap().1;
        assert!(recurrent.ms > 0.0 && recurrent.multiply_adds > 0);
        // The mean of 64, 128 and 192 columns is that of 128.
        let of_128 = onnx_layers(&package.network, 128).unwrap();
        assert_eq!(measured.layers[0].multiply_adds, of_128[0].multiply_adds);
    }

    #[test]
    fn measuring_is_broken_off_and_tells_how_far_it_is() {
        let package = ModelPackage::built_in().unwrap();
        let n_calls = AtomicUsize::new(0);
        let stop = |done: usize, of: usize| {
            assert!(done <= of);
            if n_calls.fetch_add(1, Ordering::Relaxed) == 2 {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        assert!(profile(&package, &[line_of_strokes(64)], 1, &stop).unwrap().is_none());
        assert!(line_costs(&package, &[64, 128], &|_, _| ControlFlow::Break(())).unwrap().is_none());
        let costs = line_costs(&package, &[64, 128], &|_, _| ControlFlow::Continue(())).unwrap().unwrap();
        assert_eq!(costs.iter().map(|(width, _)| *width).collect::<Vec<_>>(), [64, 128]);
    }
}
