//! `longhand synthesize`: writes a sheet of synthetic lines, for people to judge.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use rayon::prelude::*;

use super::recipe_options::RecipeOptions;
use crate::{
    cli::{outcome::Outcome, output::Answers},
    synthesis::{LineSynthesizer, contact_sheet},
};

/// Draw a sheet of the synthetic lines that a recipe learns from.
///
/// Each line is shown as made, as the reader sees it, and with its text. Prints the texts, one a line.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  longhand synthesize --sheet sheet.png
  longhand synthesize --sheet sheet.png --count 100 --first 500")]
pub(crate) struct Synthesize {
    #[command(flatten)]
    recipe: RecipeOptions,
    /// The sheet to write, PNG.
    #[arg(long, value_name = "FILE.png")]
    sheet: PathBuf,
    /// Lines of each synthetic source.
    #[arg(long, value_name = "N", default_value_t = 20)]
    count: u64,
    /// Number of the first line.
    #[arg(long, value_name = "N", default_value_t = 0)]
    first: u64,
}

impl Synthesize {
    pub(crate) fn run(&self) -> anyhow::Result<Outcome> {
        let recipe = self.recipe.recipe()?;
        let mut lines = Vec::new();
        for source in recipe.lines.iter().filter_map(|source| source.synthetic.as_ref()) {
            let synthesizer = LineSynthesizer::new(&source.sources, source.seed)?;
            lines
                .par_extend((self.first..self.first + self.count).into_par_iter().map(|index| synthesizer.line(index)));
        }
        anyhow::ensure!(!lines.is_empty(), "{} names no synthetic lines", self.recipe.config.display());
        contact_sheet(&lines, 2).save(&self.sheet).with_context(|| format!("cannot write {}", self.sheet.display()))?;
        let mut answers = Answers::new();
        for line in &lines {
            answers.line(&line.text)?;
        }
        Ok(Outcome::Complete)
    }
}
