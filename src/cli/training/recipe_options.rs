//! Which recipe a command works by, and which stage of it.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;

use crate::{
    cli::output::complain,
    training::{ModelRecipe, Recipe, RecipeStage},
};

/// Recipe and stage.
#[derive(Args, Debug)]
pub(super) struct RecipeOptions {
    /// The recipe: network, lines, schedule.
    #[arg(long, value_name = "RECIPE.toml", default_value = "models/student/recipe.toml")]
    pub(super) config: PathBuf,
    /// Version of the recipe's stage [default: the last].
    #[arg(long, value_name = "VERSION")]
    stage: Option<String>,
}

impl RecipeOptions {
    /// The recipe of the stage. Which one is taken by default is said on standard error.
    pub(super) fn recipe(&self) -> anyhow::Result<Recipe> {
        let file = ModelRecipe::open(&self.config)?;
        let config = self.config.display();
        let stage: &RecipeStage = match &self.stage {
            Some(version) => file.stage(version).with_context(|| format!("{config} has no stage {version}"))?,
            None => file.last_stage().with_context(|| format!("{config} has no stage"))?,
        };
        if self.stage.is_none() && file.stages().len() > 1 {
            complain(&format!("stage {}, the last of {config}", stage.recipe.version));
        }
        Ok(stage.recipe.clone())
    }
}
