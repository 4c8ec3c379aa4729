//! The plan of a distillation, and its recipe.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::{
    evaluation::general_lines,
    recognition::{BUILT_IN_MODEL, ModelLibrary, TEACHER_MODEL},
    storage::UserLines,
    synthesis::{SynthesisSources, Weighted, bundled_sources},
    training::{
        Architecture, AugmentationConfig, BatchConfig, DistillationConfig, Front, LineSource, OptimizerConfig,
        PackageConfig, Recipe, SyntheticLines, TrainerConfig, UnlabelledLines, criteria::Criterion,
        load_trained_network,
    },
};

/// Number of synthetic lines of each source of ink or fonts.
const N_SYNTHETIC: u64 = 2000;

/// The kind of a source of lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceKind {
    /// Lines with their text.
    Labelled,
    /// Images of lines without text.
    Unlabelled,
    /// Images of whole pages without text.
    Pages,
    /// An archive of pen strokes.
    Ink,
    /// A folder of handwriting fonts.
    Fonts,
}

impl SourceKind {
    pub(super) const ALL: [Self; 5] = [Self::Labelled, Self::Unlabelled, Self::Pages, Self::Ink, Self::Fonts];

    /// Its name in menus.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Labelled => "Lines with text",
            Self::Unlabelled => "Lines without text",
            Self::Pages => "Pages without text",
            Self::Ink => "Ink archive",
            Self::Fonts => "Folder of fonts",
        }
    }
}

/// A recommended length of a run. Steps are shortened to the time at the speed of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Budget {
    /// Shows whether a plan learns at all.
    QuickTry,
    /// Brings a student that can be used.
    Night,
}

impl Budget {
    pub(super) const ALL: [Self; 2] = [Self::QuickTry, Self::Night];

    /// Its name in menus.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::QuickTry => "A quick try, 20 minutes",
            Self::Night => "A night, 8 hours",
        }
    }

    /// Its time limit in minutes.
    pub(super) const fn minutes(self) -> f64 {
        match self {
            Self::QuickTry => 20.0,
            Self::Night => 480.0,
        }
    }

    /// Steps after the teacher and on the labels at most. In the trials of `models/pytorch/TABLES.md` the first 18
    /// million columns were best spent after the teacher, and all further ones on the labels: 4,500 steps of 4,096.
    pub(super) const fn steps(self) -> [u64; 2] {
        match self {
            Self::QuickTry => [2000, 500],
            Self::Night => [4500, 36_000],
        }
    }
}

/// The plan of a distillation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Plan {
    /// The name of the run and of its model.
    pub name: String,
    /// The teacher's name among the models; `None` for the one called so, or else the built-in model.
    pub teacher: Option<String>,
    /// The student's convolutions.
    pub front: Front,
    pub criterion: Criterion,
    /// Of Softmax-CE.
    pub temperature: f32,
    /// Steps with the distillation criterion.
    pub steps: u64,
    /// Steps on the labels after them.
    pub fine_tune_steps: u64,
    /// Time limit in minutes; 0 for none.
    pub minutes: f64,
    pub learning_rate: f32,
    pub uses_own_lines: bool,
    /// Lines in the hands inside the program.
    pub uses_bundled: bool,
    pub sources: Vec<(SourceKind, PathBuf)>,
    /// Validation lines, which choose the best weights; `None` for the bundled ones.
    pub valid: Option<PathBuf>,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            name: "distilled".to_owned(),
            teacher: None,
            front: Front::Darknet,
            criterion: Criterion::CnnMah,
            temperature: 1.0,
            steps: Budget::QuickTry.steps()[0],
            fine_tune_steps: Budget::QuickTry.steps()[1],
            minutes: Budget::QuickTry.minutes(),
            learning_rate: 1e-3,
            uses_own_lines: true,
            uses_bundled: true,
            sources: Vec::new(),
            valid: None,
        }
    }
}

impl Plan {
    /// Sets its length.
    pub(super) fn set_budget(&mut self, budget: Budget) {
        [self.steps, self.fine_tune_steps] = budget.steps();
        self.minutes = budget.minutes();
    }

    /// The recommended length that it has.
    pub(super) fn budget(&self) -> Option<Budget> {
        let is_it = |budget: &Budget| {
            [self.steps, self.fine_tune_steps] == budget.steps() && (self.minutes - budget.minutes()).abs() < 1e-6
        };
        Budget::ALL.into_iter().find(is_it)
    }

    /// The plans that try every criterion with the same lines, which share its time.
    pub(super) fn of_all_criteria(&self) -> Vec<Self> {
        let of_criterion = |criterion: Criterion| Self {
            name: format!("{}-{criterion}", self.name),
            criterion,
            minutes: self.minutes / Criterion::ALL.len() as f64,
            ..self.clone()
        };
        Criterion::ALL.map(of_criterion).to_vec()
    }

    /// The name of its teacher, where `is_there` returns whether a model is installed.
    pub(super) fn teacher_among(&self, is_there: impl Fn(&str) -> bool) -> &str {
        let default = if is_there(TEACHER_MODEL) { TEACHER_MODEL } else { BUILT_IN_MODEL };
        self.teacher.as_deref().unwrap_or(default)
    }

    /// A problem with the plan, in words; `taken` returns whether a name is in use.
    pub(super) fn problem(&self, taken: impl Fn(&str) -> bool) -> Option<&'static str> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if self.name.is_empty() || !self.name.chars().all(is_plain) {
            Some("The name is letters, digits and hyphens")
        } else if taken(&self.name) {
            Some("There is a run of this name")
        } else if !self.uses_own_lines && !self.uses_bundled && self.sources.is_empty() {
            Some("Choose lines to learn from")
        } else if self.steps + self.fine_tune_steps == 0 {
            Some("Choose how many steps to take")
        } else {
            None
        }
    }

    /// The recipe, with all its files in place in `folder`.
    pub(super) fn recipe(
        &self,
        folder: &Path,
        library: &ModelLibrary,
        own: Option<&UserLines>,
    ) -> Result<Recipe, String> {
        let told = |error: std::io::Error| format!("{} cannot be written: {error}", folder.display());
        let name = self.teacher_among(|name| library.open(name).is_ok());
        let package = library.open(name).map_err(|error| error.to_string())?;
        let teacher = folder.join("teacher");
        package.save(&teacher).map_err(told)?;
        let network = load_trained_network(&teacher).map_err(|error| error.to_string())?;
        let valid = match &self.valid {
            Some(path) => path.clone(),
            None => general_lines(&folder.join("valid")).map_err(told)?,
        };
        let bundled = bundled_sources(&folder.join("material")).map_err(told)?;
        let manifest = &package.manifest;
        let data = manifest.origin.get("data").and_then(toml::Value::as_str).unwrap_or("not stated");
        Ok(Recipe {
            name: self.name.clone(),
            title: format!("{} after {}", self.name, manifest.title),
            version: "1.0.0".to_owned(),
            license: manifest.license.clone(),
            data: format!("Learnt after {} ({data}), on {}", manifest.title, self.data_in_words()),
            architecture: Architecture { front: self.front, ..network.architecture },
            start_from: None,
            valid,
            hold_out: None,
            package: PackageConfig::default(),
            trainer: self.trainer(),
            batches: BatchConfig { columns: 4096, short_first_steps: 0 },
            augmentation: AugmentationConfig::default(),
            distillation: Some(DistillationConfig {
                criterion: self.criterion,
                temperature: self.temperature.max(0.01),
                steps: self.steps,
                fine_tune_steps: self.fine_tune_steps,
                unlabelled: self.unlabelled(),
                ..DistillationConfig::of_teacher(teacher)
            }),
            lines: self.labelled(own, &bundled),
        })
    }

    fn trainer(&self) -> TrainerConfig {
        let steps = self.steps + self.fine_tune_steps;
        TrainerConfig {
            steps,
            valid_every: (steps / 20).clamp(1, 100),
            report_every: (steps / 200).clamp(1, 20),
            auxiliary_weight: 0.0,
            optimizer: OptimizerConfig {
                learning_rate: self.learning_rate,
                warmup_steps: (steps / 20).min(100),
                average_decay: 0.99,
                ..OptimizerConfig::default()
            },
            ..TrainerConfig::default()
        }
    }

    fn paths(&self, wanted: SourceKind) -> impl Iterator<Item = &PathBuf> {
        self.sources.iter().filter(move |(kind, _)| *kind == wanted).map(|(_, path)| path)
    }

    fn unlabelled(&self) -> Vec<UnlabelledLines> {
        let source = |whole_pages| move |set: &PathBuf| UnlabelledLines { weight: 1.0, set: set.clone(), whole_pages };
        let lines = self.paths(SourceKind::Unlabelled).map(source(false));
        lines.chain(self.paths(SourceKind::Pages).map(source(true))).collect()
    }

    fn labelled(&self, own: Option<&UserLines>, bundled: &SynthesisSources) -> Vec<LineSource> {
        let none = || LineSource { weight: 1.0, ..LineSource::default() };
        let set = |path: PathBuf| LineSource { set: Some(path), ..none() };
        let synthetic = |sources| {
            let synthetic = SyntheticLines { count: N_SYNTHETIC, seed: 1, sources };
            LineSource { synthetic: Some(synthetic), ..none() }
        };
        let mut lines: Vec<LineSource> = self.paths(SourceKind::Labelled).cloned().map(set).collect();
        if self.uses_own_lines {
            // Without any there is no table yet.
            lines.extend(own.filter(|own| own.count().is_ok_and(|n| n > 0)).map(|own| set(own.table())));
        }
        if self.uses_bundled {
            lines.push(synthetic(bundled.clone()));
        }
        for path in self.paths(SourceKind::Ink) {
            let sources = SynthesisSources { ink_lines: vec![Weighted::new(path, 1.0)], ..SynthesisSources::default() };
            lines.push(synthetic(sources));
        }
        for path in self.paths(SourceKind::Fonts) {
            let fonts = vec![Weighted::new(path, 1.0)];
            lines.push(synthetic(SynthesisSources {
                fonts,
                texts: bundled.texts.clone(),
                ..SynthesisSources::default()
            }));
        }
        lines
    }

    fn data_in_words(&self) -> String {
        let mut parts = Vec::new();
        if self.uses_own_lines {
            parts.push("the user's own lines".to_owned());
        }
        if self.uses_bundled {
            parts.push("lines in bundled handwriting fonts".to_owned());
        }
        parts.extend(
            // Folders above are the user's own, and the card goes out with the model.
            self.sources.iter().map(|(kind, path)| {
                let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
                format!("{} in {name}", kind.name().to_lowercase())
            }),
        );
        parts.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_becomes_a_recipe_that_can_be_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let sources = vec![
            (SourceKind::Labelled, folder.path().join("set.tsv")),
            (SourceKind::Pages, PathBuf::from("scans")),
            (SourceKind::Fonts, PathBuf::from("fonts")),
        ];
        let plan = Plan { sources, criterion: Criterion::SoftmaxCe, temperature: 2.0, ..Plan::default() };
        let library = ModelLibrary::new(Vec::new());
        let own = UserLines::new(folder.path().join("own"));
        let recipe = plan.recipe(folder.path(), &library, Some(&own)).unwrap();
        assert_eq!(recipe.lines.len(), 3, "the set, the bundled hands and the fonts; there are no own lines yet");
        let distillation = recipe.distillation.as_ref().unwrap();
        assert!(distillation.unlabelled[0].whole_pages && distillation.teacher.is_dir());
        assert!(recipe.data.contains("non-commercial"), "what restricts the teacher restricts its student");
        assert!(recipe.data.contains("lines with text in set.tsv"), "no private path: {}", recipe.data);
        let file = folder.path().join("recipe.toml");
        std::fs::write(&file, toml::to_string_pretty(&recipe).unwrap()).unwrap();
        assert_eq!(Recipe::open(&file).unwrap(), recipe);
    }

    #[test]
    fn all_criteria_share_the_time_of_one_plan() {
        let mut plan = Plan::default();
        assert_eq!(plan.budget(), Some(Budget::QuickTry));
        plan.set_budget(Budget::Night);
        assert_eq!(plan.budget(), Some(Budget::Night));
        let plans = plan.of_all_criteria();
        assert_eq!(plans[3].name, "distilled-cnn-mah");
        assert!(plans.len() == 6 && plans.iter().all(|plan| plan.problem(|_| false).is_none()));
        assert!((plans.iter().map(|plan| plan.minutes).sum::<f64>() - 480.0).abs() < 1e-9);
        assert_eq!(plan.teacher_among(|_| true), "teacher");
        assert_eq!(plan.teacher_among(|_| false), "student");
    }

    #[test]
    fn what_is_wrong_is_told_before_the_start() {
        let problem = |plan: Plan| plan.problem(|name| name == "old").unwrap_or_default();
        assert_eq!(problem(Plan::default()), "");
        assert!(problem(Plan { name: "../a".to_owned(), ..Plan::default() }).contains("letters"));
        assert!(problem(Plan { name: "old".to_owned(), ..Plan::default() }).contains("of this name"));
        assert!(problem(Plan { uses_own_lines: false, uses_bundled: false, ..Plan::default() }).contains("lines"));
        assert!(problem(Plan { steps: 0, fine_tune_steps: 0, ..Plan::default() }).contains("steps"));
    }
}
