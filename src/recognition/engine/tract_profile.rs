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
    time::Instant,
};

use super::{
    line_model::{LineModel as _, ModelError},
    profile::{LayerKind, LayerProfile, Profile},
    tract_layers::onnx_layers,
    tract_model::{Plan, TractModel, bucket_width, guarded, image_tensor, log_softmax},
    tract_timing::{ENGINE, LOG_SOFTMAX, RunTiming, Stop, Timed, TimedRun, WARM_UP_RUNS, elapsed_ms, measure},
};
use crate::{
    imaging::{INPUT_ROWS, MAX_INPUT_WIDTH, ModelInput},
    numerics::median::median,
    recognition::{package::ModelPackage, workers::in_parallel},
};

/// Measured runs of each line, at most: of up to three lines.
const MAX_REPEATS: usize = 20;
/// Measured runs of each line, at least: of many lines.
const MIN_REPEATS: usize = 5;
/// Measured runs of a line for [`line_costs`].
const CURVE_REPEATS: usize = 7;
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
    let n_repeats = (3 * MAX_REPEATS / lines.len().max(1)).clamp(MIN_REPEATS, MAX_REPEATS);
    let layers = LayerSums::new(layers_for(package, lines)?);
    let timings = measure_on_threads(n_threads, n_repeats, lines.len(), on_progress, &|| {
        let mut model = model.clone();
        move |index: usize, step: &dyn Fn(bool) -> ControlFlow<()>| {
            let mut line = TimedLine::new(&mut model, &lines[index]).map_err(Stop::Failed)?;
            measure(&mut line, n_repeats, step)
        }
    })?;
    Ok(timings.map(|timings| layers.profile(&timings, (median_width(lines), lines.len()), n_threads, n_repeats)))
}

/// Measures inputs number 0 to `n_inputs`, all of them on each thread. `None` if `on_progress` stopped it.
pub(super) fn measure_on_threads<F>(
    n_threads: usize,
    n_repeats: usize,
    n_inputs: usize,
    on_progress: OnProgress<'_>,
    make_measurer: &(dyn Fn() -> F + Sync),
) -> Result<Option<Vec<RunTiming>>, ModelError>
where
    F: FnMut(usize, &dyn Fn(bool) -> ControlFlow<()>) -> Result<RunTiming, Stop>,
{
    let n_threads = n_threads.max(1);
    let (n_done, n_runs) = (AtomicUsize::new(0), n_threads * n_inputs * n_repeats);
    let step = |is_planned: bool| {
        on_progress(n_done.fetch_add(usize::from(is_planned), Ordering::Relaxed) + usize::from(is_planned), n_runs)
    };
    let (mut timings, mut failure) = (Vec::new(), None);
    let flow = in_parallel(
        n_threads,
        n_threads,
        make_measurer,
        |measurer, _| (0..n_inputs).map(|index| measurer(index, &step)).collect::<Result<Vec<_>, _>>(),
        &mut |_, measured: Result<Vec<RunTiming>, Stop>| match measured {
            Ok(measured) => {
                timings.extend(measured);
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
        (ControlFlow::Continue(()), _) => Ok(Some(timings)),
    }
}

/// A line to be read.
struct TimedLine<'a> {
    model: &'a mut TractModel,
    line: &'a ModelInput,
    plan: Plan,
}

impl<'a> TimedLine<'a> {
    fn new(model: &'a mut TractModel, line: &'a ModelInput) -> Result<Self, ModelError> {
        let plan = model.plan(bucket_width(line.width))?;
        Ok(Self { model, line, plan })
    }
}

impl Timed for TimedLine<'_> {
    fn run(&mut self) -> Result<(), ModelError> {
        self.model.run(self.line).map(drop)
    }

    fn run_timed(&mut self) -> Result<TimedRun, ModelError> {
        let (line, n_labels) = (self.line, self.model.character_set().n_labels());
        let image = || image_tensor(line, bucket_width(line.width));
        let run = guarded(|| {
            TimedRun::measure(&self.plan, image, |logits| log_softmax(logits, line.n_frames(), n_labels).map(drop))
        });
        run.map_err(|reason| ModelError::RunFailed { reason })
    }

    fn plan(&self) -> &Plan {
        &self.plan
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
        costs.push((line.width, median(times_ms.into_iter())));
    }
    Ok(Some(costs))
}

/// The layers for these lines: shapes at the median width, multiply-adds as the mean over the lines.
fn layers_for(package: &ModelPackage, lines: &[ModelInput]) -> Result<Vec<LayerProfile>, ModelError> {
    let of_width = |width| {
        guarded(|| onnx_layers(&package.network, (INPUT_ROWS, width)))
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
    Ok(layers)
}

/// The layers of a network, to be given the times of what was measured.
pub(super) struct LayerSums(Vec<LayerProfile>);

impl LayerSums {
    /// Layers without times, the step from logits to probabilities among them.
    pub(super) fn new(mut layers: Vec<LayerProfile>) -> Self {
        layers.push(LayerProfile::untimed(ENGINE, LayerKind::Other));
        Self(layers)
    }

    /// The means over `timings`, of `n_inputs` inputs of about `width` columns.
    pub(super) fn profile(
        mut self,
        timings: &[RunTiming],
        (width, n_inputs): (usize, usize),
        n_threads: usize,
        n_repeats: usize,
    ) -> Profile {
        let n_measured = timings.len().max(1) as f32;
        for (name, operator, ms) in timings.iter().flat_map(|timing| &timing.operators) {
            let index = layer_of(&self.0, name, operator).unwrap_or_else(|| {
                self.0.push(LayerProfile::untimed(name, LayerKind::Other));
                self.0.len() - 1
            });
            self.0[index].ms += ms / n_measured;
        }
        let mean = |time: fn(&RunTiming) -> f32| timings.iter().map(time).sum::<f32>() / n_measured;
        let total_ms = mean(|timing| timing.total_ms);
        Profile {
            width,
            threads: n_threads.max(1),
            total_ms,
            layers: self.0,
            overhead_ms: mean(|timing| timing.with_layers_ms) - total_ms,
            n_lines: n_inputs,
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
        let of_128 = onnx_layers(&package.network, (INPUT_ROWS, 128)).unwrap();
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
