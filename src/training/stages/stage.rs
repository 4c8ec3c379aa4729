//! A stage of a model's training, and what was recorded of it.

use serde::Deserialize;

use crate::training::{package::learning_curve::CurvePoint, recipe::Recipe};

/// A stage: what `longhand train` needs, and what was recorded when it was trained.
#[derive(Clone, Debug, PartialEq)]
pub struct RecipeStage {
    /// The recipe of this stage alone. Its version is the stage's.
    pub recipe: Recipe,
    /// Version of the stage whose weights it starts from.
    pub from: Option<String>,
    /// Weights whose mean is the version: versions, `last` or kept steps. Empty where it is the best weights on the
    /// validation lines.
    pub soup: Vec<String>,
    /// What trained it.
    pub engine: StageEngine,
    /// What was recorded. `None` for a stage that was not trained yet.
    pub trained: Option<StageRecord>,
}

/// What trains a stage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StageEngine {
    /// `longhand train`.
    #[default]
    Longhand,
    /// `models/pytorch`.
    Pytorch,
}

impl StageEngine {
    /// As recipes name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Longhand => "longhand",
            Self::Pytorch => "pytorch",
        }
    }
}

/// What was recorded of a stage.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageRecord {
    /// Where it ran.
    pub machine: String,
    /// Where it ended.
    pub end: StageEnd,
    /// Commits to go back to.
    #[serde(default)]
    pub commits: StageCommits,
    /// Options of `longhand_recipe.train` or `longhand_recipe.distill`.
    #[serde(default)]
    pub options: Option<String>,
    /// What was new, what was measured, what else was tried.
    #[serde(default)]
    pub note: Option<String>,
    /// Error rates on the validation lines: `[step, lines shown, CER %, WER %]`, greedy, by the training engine.
    #[serde(default)]
    pub curve: Vec<CurvePoint>,
}

/// Where a stage ended.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageEnd {
    /// Steps taken.
    pub steps: u64,
    /// Lines shown.
    pub lines: u64,
    /// Hours that it took.
    pub hours: Option<f64>,
    /// Character error rate in percent of the version on the validation lines, greedy.
    pub cer: Option<f64>,
    /// Word error rate in percent, likewise.
    pub wer: Option<f64>,
}

/// Commits to go back to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StageCommits {
    /// The one whose `models/NAME` is the package of this version.
    pub package: Option<String>,
    /// The one whose synthesis drew the lines.
    pub synthesis: Option<String>,
}

impl RecipeStage {
    /// A recipe by itself.
    pub(super) fn of_recipe(recipe: Recipe) -> Self {
        Self { recipe, from: None, soup: Vec::new(), engine: StageEngine::default(), trained: None }
    }
}
