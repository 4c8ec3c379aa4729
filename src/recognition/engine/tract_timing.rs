//! Runs a network again and again, whole and operator by operator, and takes the times.

use std::{
    ops::ControlFlow,
    time::{Duration, Instant},
};

use tract_onnx::{
    prelude::{Tensor, TractResult, tvec},
    tract_core::plan::eval,
};

use super::{line_model::ModelError, tract_model::Plan};
use crate::numerics::median::median;

/// Unmeasured runs of every input, first.
pub(super) const WARM_UP_RUNS: usize = 2;
/// Relative difference between medians with and without measuring from which other load is assumed, and runs are added.
/// No measurement recorded.
const MAX_DIFFERENCE: f32 = 0.03;
/// Factor by which runs grow at most under such load.
const MAX_ROUNDS: usize = 4;
/// The layer for the step from logits to probabilities, which is not in the network.
pub(super) const LOG_SOFTMAX: &str = "log_softmax";
/// The layer for the engine's time between operators.
pub(super) const ENGINE: &str = "engine";

/// A network with an input.
pub(super) trait Timed {
    /// Runs it as the program does.
    fn run(&mut self) -> Result<(), ModelError>;

    /// The same, with every operator measured.
    fn run_timed(&mut self) -> Result<TimedRun, ModelError>;

    /// What is run.
    fn plan(&self) -> &Plan;
}

/// Why a measurement ended early.
pub(super) enum Stop {
    Cancelled,
    Failed(ModelError),
}

/// The times of one input on one thread.
pub(super) struct RunTiming {
    /// Median of whole runs, layers unmeasured.
    pub(super) total_ms: f32,
    /// Mean over the middle third of whole runs, layers measured.
    pub(super) with_layers_ms: f32,
    /// Name, kind and time in milliseconds of each operator.
    pub(super) operators: Vec<(String, String, f32)>,
}

/// Measures at least `n_repeats` runs; `step` gets whether the run is one of those, and may stop the measurement.
pub(super) fn measure(
    timed: &mut dyn Timed,
    n_repeats: usize,
    step: &dyn Fn(bool) -> ControlFlow<()>,
) -> Result<RunTiming, Stop> {
    for _ in 0..WARM_UP_RUNS {
        timed.run().map_err(Stop::Failed)?;
    }
    let (mut totals_ms, mut runs) = (Vec::with_capacity(n_repeats), Vec::with_capacity(n_repeats));
    while totals_ms.len() < n_repeats || totals_ms.len() < MAX_ROUNDS * n_repeats && is_disturbed(&totals_ms, &runs) {
        if step(totals_ms.len() < n_repeats).is_break() {
            return Err(Stop::Cancelled);
        }
        let started = Instant::now();
        timed.run().map_err(Stop::Failed)?;
        totals_ms.push(elapsed_ms(started));
        runs.push(timed.run_timed().map_err(Stop::Failed)?);
    }
    runs.sort_by(|a, b| a.total_ms.total_cmp(&b.total_ms));
    let third = runs.len() / 3;
    let runs = &runs[third..runs.len() - third];
    let of_runs = |time: &dyn Fn(&TimedRun) -> f32| runs.iter().map(time).sum::<f32>() / runs.len().max(1) as f32;
    let with_layers_ms = of_runs(&|run| run.total_ms);
    let mut operators: Vec<_> = (0..runs.first().map_or(0, |run| run.operators.len()))
        .map(|place| {
            let node = timed.plan().model().node(runs[0].operators[place].0);
            let ms = of_runs(&|run| run.operators.get(place).map_or(0.0, |(_, time)| time.as_secs_f32() * 1e3));
            (node.name.clone(), node.op().name().to_string(), ms)
        })
        .collect();
    operators.push((LOG_SOFTMAX.to_owned(), String::new(), of_runs(&|run| run.softmax_ms)));
    operators.push((ENGINE.to_owned(), String::new(), of_runs(&TimedRun::engine_ms)));
    Ok(RunTiming { total_ms: median(totals_ms.into_iter()), with_layers_ms, operators })
}

/// Whether the medians with and without measuring differ by more than [`MAX_DIFFERENCE`].
fn is_disturbed(totals_ms: &[f32], runs: &[TimedRun]) -> bool {
    let (plain, measured) = (median(totals_ms.iter().copied()), median(runs.iter().map(|run| run.total_ms)));
    (measured - plain).abs() > MAX_DIFFERENCE * plain
}

/// One run with every operator measured.
pub(super) struct TimedRun {
    /// Node and time of each operator, in the order of execution.
    operators: Vec<(usize, Duration)>,
    softmax_ms: f32,
    total_ms: f32,
}

impl TimedRun {
    /// Runs `plan` on what `input` makes; `finish` takes the logits.
    pub(super) fn measure(
        plan: &Plan,
        input: impl FnOnce() -> Tensor,
        finish: impl FnOnce(&Tensor) -> TractResult<()>,
    ) -> TractResult<Self> {
        let mut operators = Vec::with_capacity(plan.model().nodes().len());
        let started = Instant::now();
        let outputs = plan.spawn()?.run_plan_with_eval(
            tvec!(input().into()),
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
        let finishing = Instant::now();
        finish(&outputs[0])?;
        let softmax_ms = elapsed_ms(finishing);
        drop(outputs);
        Ok(Self { operators, softmax_ms, total_ms: elapsed_ms(started) })
    }

    /// The time that no operator took, in milliseconds.
    fn engine_ms(&self) -> f32 {
        let operators: Duration = self.operators.iter().map(|(_, time)| *time).sum();
        (self.total_ms - self.softmax_ms - operators.as_secs_f32() * 1e3).max(0.0)
    }
}

pub(super) fn elapsed_ms(started: Instant) -> f32 {
    started.elapsed().as_secs_f32() * 1e3
}
