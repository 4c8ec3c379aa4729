//! `longhand train`: trains a reader by a recipe and leaves a model package.

use std::path::PathBuf;

use clap::Args;

use super::training_run::RunOptions;
use crate::{cli::outcome::Outcome, training::Recipe};

/// Train a reader by a recipe.
///
/// Reports one JSON object a line. The run is kept in a folder, with checkpoints; started again with the same folder it
/// goes on from the last one. A line "stop" on standard input, or its end, ends the run after a checkpoint.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  longhand train --config models/recipe/student.toml --run training-runs/student --package models/student
  longhand train --config models/recipe/student.toml --run training-runs/student --package out --export-only")]
pub(crate) struct Train {
    /// The recipe: network, lines, schedule.
    #[arg(long, value_name = "RECIPE.toml")]
    config: PathBuf,
    #[command(flatten)]
    run: RunOptions,
}

impl Train {
    pub(crate) fn run(&self) -> anyhow::Result<Outcome> {
        self.run.carry_out(Recipe::open(&self.config)?)
    }
}
