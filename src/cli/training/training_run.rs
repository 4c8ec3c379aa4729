//! What the commands that train share: the run's folder, its reports, how it is stopped.

use std::{
    collections::BTreeMap,
    io::{self, BufRead as _},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use clap::Args;
use serde::Serialize;

use crate::{
    cli::{outcome::Outcome, output::Answers},
    formats::csv_row,
    storage::write_atomically,
    training::{CurvePoint, Recipe, RunResult, StopSignal, TrainingRun},
};

/// The folder of a run, its package, and how it is controlled.
#[derive(Args, Debug)]
pub(super) struct RunOptions {
    /// Folder of the run.
    #[arg(long, value_name = "DIR", required = true)]
    run: Option<PathBuf>,
    /// Where to write the model package of the best weights, at the end.
    #[arg(long, value_name = "DIR")]
    package: Option<PathBuf>,
    /// Train no further: only write the package of the best weights so far.
    #[arg(long, requires = "package")]
    export_only: bool,
    #[command(flatten)]
    control: RunControl,
}

/// How long a command trains, how it is stopped, and on how many threads it works.
#[derive(Args, Clone, Copy, Debug)]
pub(super) struct RunControl {
    /// Stop after N minutes, with a checkpoint; a new distillation is shortened to fit in.
    #[arg(long, value_name = "N")]
    minutes: Option<f64>,
    /// Ignore standard input.
    #[arg(long)]
    detached: bool,
    /// Worker threads [default: all cores].
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

impl RunOptions {
    /// Trains by `recipe` and writes the package where one is wanted.
    pub(super) fn carry_out(&self, recipe: Recipe) -> anyhow::Result<Outcome> {
        let folder = self.run.as_deref().context("--run names the folder of the run")?;
        let run = TrainingRun::open(folder, recipe)?.with_time_limit(self.control.limit()?);
        if !self.export_only {
            report_events(self.control, |should_stop, report| Ok(run.train(should_stop, report)?))?;
        }
        if let Some(package) = &self.package {
            Answers::new().line(&exported(&run, package)?)?;
        }
        Ok(Outcome::Complete)
    }
}

/// The titles of the table that compares runs.
const COMPARED: [&str; 5] = ["criterion", "step", "lines", "cer", "wer"];

impl RunOptions {
    /// Trains by every recipe in a folder of its name below that of the runs, one after the other, and writes their
    /// packages and the table of what came of them.
    pub(super) fn carry_out_all(&self, recipes: Vec<(&str, Recipe)>) -> anyhow::Result<Outcome> {
        let folder = self.run.as_deref().context("--run names the folder of the runs")?;
        let limit = self.control.limit()?.map(|limit| limit / recipes.len().max(1) as u32);
        let mut runs = Vec::new();
        for (name, recipe) in recipes {
            runs.push((name, TrainingRun::open(&folder.join(name), recipe)?.with_time_limit(limit)));
        }
        report_events(self.control, |should_stop, report| {
            for (_, run) in &runs {
                if !should_stop() {
                    run.train(should_stop, report)?;
                }
            }
            Ok(())
        })?;
        let results: Vec<RunResult> = runs.iter().filter_map(|(_, run)| run.result()).collect();
        let mut answers = Answers::new();
        if let Some(package) = &self.package {
            for (name, run) in runs.iter().filter(|(_, run)| run.result().is_some()) {
                answers.line(&exported(run, &package.join(name))?)?;
            }
        }
        let table = results.iter().map(cells).fold(csv_row(COMPARED), |table, cells| table + &csv_row(cells));
        let path = folder.join("criteria.csv");
        write_atomically(&path, table.as_bytes()).with_context(|| format!("cannot write {}", path.display()))?;
        let row = |result: &RunResult| COMPARED.into_iter().zip(cells(result)).collect::<BTreeMap<_, _>>();
        let rows: Vec<_> = results.iter().map(row).collect();
        answers.line(&serde_json::json!({ "event": "compared", "rows": rows }).to_string())?;
        Ok(Outcome::Complete)
    }
}

/// A run's row below [`COMPARED`].
fn cells(RunResult { criterion, best }: &RunResult) -> [String; 5] {
    let CurvePoint { step, n_lines, cer, wer } = best;
    [criterion.to_string(), step.to_string(), n_lines.to_string(), format!("{cer:.2}"), format!("{wer:.2}")]
}

impl RunControl {
    /// The longest time that the work may take.
    fn limit(self) -> anyhow::Result<Option<Duration>> {
        Ok(self.minutes.map(|minutes| Duration::try_from_secs_f64(60.0 * minutes)).transpose()?)
    }
}

/// Does `work` and prints its events, one JSON object a line, until `control` stops it.
pub(super) fn report_events<E: Serialize>(
    control: RunControl,
    work: impl FnOnce(StopSignal<'_>, &mut dyn FnMut(&E)) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    if let Some(threads) = control.threads {
        rayon::ThreadPoolBuilder::new().num_threads(threads.max(1)).build_global()?;
    }
    let stop = Arc::new(AtomicBool::new(false));
    if !control.detached {
        stop_with_standard_input(Arc::clone(&stop))?;
    }
    let limit = control.limit()?;
    let start = Instant::now();
    let is_time_up = || limit.is_some_and(|limit| start.elapsed() >= limit);
    let mut answers = Answers::new();
    let mut printed = Ok(());
    work(&|| stop.load(Ordering::Relaxed) || is_time_up(), &mut |event| {
        let line = serde_json::to_string(event).unwrap_or_default();
        // Once standard output is closed, the run stops.
        if printed.is_ok()
            && let Err(error) = answers.line(&line)
        {
            stop.store(true, Ordering::Relaxed);
            printed = Err(error);
        }
    })?;
    Ok(printed?)
}

fn exported(run: &TrainingRun, package: &Path) -> anyhow::Result<String> {
    let manifest = run.export(package)?;
    let metrics = serde_json::to_value(&manifest.metrics)?;
    Ok(serde_json::json!({ "event": "exported", "package": package, "metrics": metrics }).to_string())
}

/// Sets `stop` at a line "stop" or at the end of standard input, which also comes when the parent process ends.
fn stop_with_standard_input(stop: Arc<AtomicBool>) -> io::Result<()> {
    thread::Builder::new().name("stop signal".to_owned()).spawn(move || {
        let lines = io::stdin().lock().lines();
        lines.map_while(Result::ok).take_while(|line| line.trim() != "stop").for_each(drop);
        stop.store(true, Ordering::Relaxed);
    })?;
    Ok(())
}
