//! `longhand train`: trains a reader by a stage of a recipe and leaves a model package.

use clap::Args;

use super::{recipe_options::RecipeOptions, training_run::RunOptions};
use crate::{
    cli::{outcome::Outcome, output::Answers},
    training::{ModelRecipe, RecipeStage, StageEnd},
};

/// Train a reader by a recipe.
///
/// Reports one JSON object a line. The run is kept in a folder, with checkpoints; started again with the same folder it
/// goes on from the last one. A line "stop" on standard input, or its end, ends the run after a checkpoint.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  longhand train --list-stages
  longhand train --stage 0.11.0 --run training-runs/student-0.11.0 --package out
  longhand train --config mine.toml --run training-runs/mine --package models/mine
  longhand train --config mine.toml --run training-runs/mine --package models/mine --export-only")]
pub(crate) struct Train {
    #[command(flatten)]
    recipe: RecipeOptions,
    /// Train nothing: print the recipe's stages, one a row, parted by tabs.
    #[arg(long, conflicts_with_all = ["run", "stage"])]
    list_stages: bool,
    #[command(flatten)]
    run: RunOptions,
}

impl Train {
    pub(crate) fn run(&self) -> anyhow::Result<Outcome> {
        if !self.list_stages {
            return self.run.carry_out(self.recipe.recipe()?);
        }
        let mut answers = Answers::new();
        answers.line("version\tfrom\tengine\tlines\thours\tCER %\tWER %")?;
        for stage in ModelRecipe::open(&self.recipe.config)?.stages() {
            answers.line(&row(stage))?;
        }
        Ok(Outcome::Complete)
    }
}

/// A stage and what was recorded of it.
fn row(stage: &RecipeStage) -> String {
    let end = stage.trained.as_ref().map(|trained| trained.end);
    let number = |pick: fn(StageEnd) -> Option<f64>| match end.and_then(pick) {
        Some(number) => format!("{number:.2}"),
        None => "-".to_owned(),
    };
    [
        stage.recipe.version.clone(),
        stage.from.clone().unwrap_or_else(|| "-".to_owned()),
        stage.engine.name().to_owned(),
        end.map_or_else(|| "-".to_owned(), |end| end.lines.to_string()),
        number(|end| end.hours),
        number(|end| end.cer),
        number(|end| end.wer),
    ]
    .join("\t")
}
