//! `longhand distill`: trains a student after a teacher and leaves a model package.

use std::path::PathBuf;

use anyhow::bail;
use clap::Args;

use super::{recipe_options::RecipeOptions, training_run::RunOptions};
use crate::{
    cli::{options::above_zero, outcome::Outcome},
    training::{DistillationConfig, Recipe, UnlabelledLines, criteria::Criterion},
};

/// Train a small reader after a large one.
///
/// The student takes over the teacher's LSTM and inner-product layers; its convolutions learn to do as the teacher's,
/// then the whole is tuned on the labels. Options come before what the recipe says under `[distillation]`.
/// Reports, stops and goes on like `longhand train`. With `--all-criteria` every criterion has a run of its own in the
/// folder of runs, one after the other: a table compares them (`criteria.csv` there, and as the last report), and those
/// that have ended are not repeated.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  longhand distill --stage 0.1.0 --teacher training-runs/teacher/best.safetensors --criterion cnn-mah \
--run training-runs/distilled --package models/distilled
  longhand distill --config mine.toml --teacher models/teacher --unlabelled my-lines --minutes 60 --run training-runs/mine
  longhand distill --all-criteria --stage 0.1.0 --teacher models/teacher --minutes 480 --run training-runs/criteria")]
pub(crate) struct Distill {
    #[command(flatten)]
    recipe: RecipeOptions,
    /// The teacher: a checkpoint, or the folder of a model package.
    #[arg(long, value_name = "PATH")]
    teacher: Option<PathBuf>,
    /// What to minimize: ctc, softmax-ce, ip-l2, lstm-l2, cnn-mah or cnn-l2.
    #[arg(long, value_name = "NAME")]
    criterion: Option<Criterion>,
    /// Try all criteria one after the other; they share `--minutes`.
    #[arg(long, conflicts_with_all = ["criterion", "export_only"])]
    all_criteria: bool,
    /// Temperature of softmax-ce.
    #[arg(long, value_name = "T", value_parser = above_zero)]
    temperature: Option<f32>,
    /// Steps of distillation.
    #[arg(long, value_name = "N")]
    steps: Option<u64>,
    /// Passes over the lines in distillation, in place of steps.
    #[arg(long, value_name = "N", conflicts_with = "steps")]
    epochs: Option<f64>,
    /// Steps on the labels afterwards.
    #[arg(long, value_name = "N")]
    fine_tune_steps: Option<u64>,
    /// Folders or sets of line images without labels, drawn as often (with the pages) as all labelled lines together.
    #[arg(long, value_name = "PATH", num_args = 1..)]
    unlabelled: Vec<PathBuf>,
    /// Images of whole pages without labels, or folders of them; lines are found on them.
    #[arg(long, value_name = "PATH", num_args = 1..)]
    unlabelled_pages: Vec<PathBuf>,
    #[command(flatten)]
    run: RunOptions,
}

impl Distill {
    pub(crate) fn run(&self) -> anyhow::Result<Outcome> {
        let mut recipe = self.recipe.recipe()?;
        let config = self.distillation(&recipe)?;
        if !self.all_criteria {
            recipe.distillation = Some(config);
            return self.run.carry_out(recipe);
        }
        let of_criterion = |criterion: Criterion| Recipe {
            name: format!("{}-{criterion}", recipe.name),
            distillation: Some(DistillationConfig { criterion, ..config.clone() }),
            ..recipe.clone()
        };
        let recipes: Vec<_> = Criterion::ALL.map(|criterion| (criterion.name(), of_criterion(criterion))).into();
        self.run.carry_out_all(recipes)
    }

    fn distillation(&self, recipe: &Recipe) -> anyhow::Result<DistillationConfig> {
        let mut config = match (&recipe.distillation, &self.teacher) {
            (Some(config), _) => config.clone(),
            (None, Some(teacher)) => DistillationConfig::of_teacher(teacher.clone()),
            (None, None) => bail!(
                "{} names no teacher: give one with --teacher, or write a table [distillation]",
                self.recipe.config.display()
            ),
        };
        config.teacher = self.teacher.clone().unwrap_or(config.teacher);
        config.criterion = self.criterion.unwrap_or(config.criterion);
        config.temperature = self.temperature.unwrap_or(config.temperature);
        config.steps = self.steps.unwrap_or(config.steps);
        config.epochs = self.epochs.or(config.epochs).filter(|_| self.steps.is_none());
        config.fine_tune_steps = self.fine_tune_steps.unwrap_or(config.fine_tune_steps);
        let n_unlabelled = self.unlabelled.len() + self.unlabelled_pages.len();
        if n_unlabelled > 0 {
            let labelled: f32 = recipe.lines.iter().map(|source| source.weight).sum();
            let weight = if labelled > 0.0 { labelled } else { 1.0 } / n_unlabelled as f32;
            let source = |whole_pages| move |set: &PathBuf| UnlabelledLines { weight, set: set.clone(), whole_pages };
            let lines = self.unlabelled.iter().map(source(false));
            config.unlabelled = lines.chain(self.unlabelled_pages.iter().map(source(true))).collect();
        }
        Ok(config)
    }
}
