//! `longhand train`: trains a reader by a recipe and leaves a model package.

use std::{
    io::{self, BufRead as _},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use clap::Args;

use super::{Outcome, output::Answers};
use crate::training::{Recipe, TrainingRun};

/// Train a reader by a recipe.
///
/// Reports one JSON object a line. The run is kept in a folder, with checkpoints; started again with the same folder it
/// goes on from the last one. A line "stop" on standard input, or its end, ends the run after a checkpoint.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  longhand train --config models/recipe/student.toml --run training-runs/student --package models/student
  longhand train --config models/recipe/student.toml --run training-runs/student --package out --export-only")]
pub(super) struct Train {
    /// The recipe: network, lines, schedule.
    #[arg(long, value_name = "RECIPE.toml")]
    config: PathBuf,
    /// Folder of the run.
    #[arg(long, value_name = "DIR")]
    run: PathBuf,
    /// Where to write the model package of the best weights, at the end.
    #[arg(long, value_name = "DIR")]
    package: Option<PathBuf>,
    /// Train no further: only write the package of the best weights so far.
    #[arg(long, requires = "package")]
    export_only: bool,
    /// Do not listen to standard input.
    #[arg(long)]
    detached: bool,
    /// Worker threads [default: all cores].
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

impl Train {
    pub(super) fn run(&self) -> anyhow::Result<Outcome> {
        if let Some(threads) = self.threads {
            rayon::ThreadPoolBuilder::new().num_threads(threads.max(1)).build_global()?;
        }
        let run = TrainingRun::open(&self.run, Recipe::open(&self.config)?)?;
        let mut answers = Answers::new();
        if !self.export_only {
            let stop = Arc::new(AtomicBool::new(false));
            if !self.detached {
                stop_with_standard_input(Arc::clone(&stop))?;
            }
            let mut told = Ok(());
            run.train(&|| stop.load(Ordering::Relaxed), &mut |event| {
                let line = serde_json::to_string(event).unwrap_or_default();
                // Where nobody listens any more, nobody wants the run either.
                if told.is_ok()
                    && let Err(error) = answers.line(&line)
                {
                    stop.store(true, Ordering::Relaxed);
                    told = Err(error);
                }
            })?;
            told?;
        }
        if let Some(package) = &self.package {
            answers.line(&exported(&run, package)?)?;
        }
        Ok(Outcome::Complete)
    }
}

fn exported(run: &TrainingRun, package: &Path) -> anyhow::Result<String> {
    let manifest = run.export(package)?;
    let metrics = serde_json::to_value(&manifest.metrics)?;
    Ok(serde_json::json!({ "event": "exported", "package": package, "metrics": metrics }).to_string())
}

/// Sets `stop` at a line "stop" or at the end of standard input, which also comes when the parent process is gone.
fn stop_with_standard_input(stop: Arc<AtomicBool>) -> io::Result<()> {
    thread::Builder::new().name("stop signal".to_owned()).spawn(move || {
        let lines = io::stdin().lock().lines();
        lines.map_while(Result::ok).take_while(|line| line.trim() != "stop").for_each(drop);
        stop.store(true, Ordering::Relaxed);
    })?;
    Ok(())
}
