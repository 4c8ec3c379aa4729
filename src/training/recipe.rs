//! A training recipe: network, lines and schedule of one run. Read from a TOML file, recorded in the model package.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::Arc,
};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{
    data::{
        augmentation::AugmentationConfig,
        batches::{BatchConfig, WeightedLines},
        line_cache::{CachedLine, read_cache, write_cache},
        line_dataset::{labelled_lines, lines_of_strokes, open_set},
        word_recombination::RecombinedLines,
    },
    distillation::DistillationConfig,
    error::TrainingError,
    network::{architecture::Architecture, cnn_dblstm::Network, widening::UNLEARNT},
    package::{import::load_trained_network, public_path::public_path},
    trainer::TrainerConfig,
};
use crate::{
    evaluation::{LabelledLine, LineSet, held_out_writers},
    imaging::{NORMALIZE_VERSION, normalize},
    recognition::{WeightFormat, sha256_hex},
    synthesis::{FoundLines, LineSynthesizer, SYNTHESIS_VERSION, SynthesisError, SynthesisSources, SyntheticLine},
};

/// One training run. Paths are relative to the folder that the program is started in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// The model's name, as `--model` takes it.
    pub name: String,
    /// The model's name in texts.
    pub title: String,
    /// The model's own version.
    pub version: String,
    /// Licence of the weights that come out.
    pub license: String,
    /// The training data with their terms, in a sentence.
    pub data: String,
    /// The network. Where the run starts from other weights only its number of labels is used: these get the labels
    /// that they lack.
    #[serde(default = "Architecture::student")]
    pub architecture: Architecture,
    /// Weights to start from: the averaged weights of a checkpoint, or the folder of a model package.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_from: Option<PathBuf>,
    /// Labelled lines on which the best weights are chosen, a set of any kind. Never trained on.
    #[serde(default, skip_serializing_if = "is_no_path")]
    pub valid: PathBuf,
    /// In place of `valid`: the fraction of the sets' lines that is held out to choose the best weights, by whole
    /// writers (or pages, where writers are unknown).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold_out: Option<f64>,
    /// Schedule and optimizer.
    #[serde(default)]
    pub trainer: TrainerConfig,
    /// How batches are made.
    #[serde(default)]
    pub batches: BatchConfig,
    /// How lines are distorted.
    #[serde(default)]
    pub augmentation: AugmentationConfig,
    /// Distillation from a teacher.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distillation: Option<DistillationConfig>,
    /// How the weights are packaged.
    #[serde(default, skip_serializing_if = "PackageConfig::is_default")]
    pub package: PackageConfig,
    /// Training lines. A distillation without fine-tuning needs no labelled ones.
    #[serde(default)]
    pub lines: Vec<LineSource>,
}

/// How the weights are packaged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PackageConfig {
    /// `f32`, or `f16` for a file half as large.
    pub weights: WeightFormat,
}

impl PackageConfig {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// Training lines of one kind, and their share.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineSource {
    /// Share of the input columns, in proportion to the weights of the other sources.
    pub weight: f32,
    /// Labelled lines: a TSV of line images, a page described in PAGE XML or ALTO, or a folder of such pages or of
    /// images with their texts beside them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set: Option<PathBuf>,
    /// A stroke archive (`.jsonl`, `.jsonl.gz`) whose records are whole lines, drawn plainly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strokes: Option<PathBuf>,
    /// Synthetic lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub synthetic: Option<SyntheticLines>,
    /// Lines recombined from the words of labelled ones.
    #[serde(default, alias = "recomposed", skip_serializing_if = "Option::is_none")]
    pub recombined: Option<RecombinedLines>,
}

/// Synthetic lines, drawn from ink and fonts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SyntheticLines {
    /// Number of different lines.
    pub count: u64,
    /// The same seed makes the same lines.
    pub seed: u64,
    /// Ink, fonts and texts.
    pub sources: SynthesisSources,
}

impl Recipe {
    /// Reads a recipe file.
    pub fn open(path: &Path) -> Result<Self, TrainingError> {
        let text = std::fs::read_to_string(path).map_err(|error| TrainingError::bad_data(path, error))?;
        Self::parse(&text, path)
    }

    /// The recipe in the file `text`; `path` only names it in errors.
    pub(super) fn parse(text: &str, path: &Path) -> Result<Self, TrainingError> {
        let recipe: Self = toml::from_str(text).map_err(|error| TrainingError::bad_data(path, error.message()))?;
        recipe.check().map_err(|reason| TrainingError::bad_data(path, reason))?;
        Ok(recipe)
    }

    /// The recipe as a file; `path` only names it in errors.
    pub fn to_toml(&self, path: &Path) -> Result<String, TrainingError> {
        toml::to_string_pretty(self).map_err(|error| TrainingError::bad_data(path, error))
    }

    /// Refuses what no run could use, in words.
    pub(super) fn check(&self) -> Result<(), &'static str> {
        let is_temperature = |distillation: &DistillationConfig| distillation.temperature > 0.0;
        if !self.distillation.as_ref().is_none_or(is_temperature) {
            return Err("the temperature of a distillation is above 0");
        }
        if self.hold_out.is_some_and(|part| !(part > 0.0 && part < 1.0)) {
            return Err("`hold_out` lies between 0 and 1");
        }
        if self.hold_out.is_some() != is_no_path(&self.valid) {
            return Err("it names either a set `valid` or the part of its sets to `hold_out`");
        }
        Ok(())
    }

    /// The network at `path` to start from, with the labels of this recipe. Fails as [`load_trained_network`].
    pub fn start(&self, path: &Path) -> Result<Network, TrainingError> {
        Ok(load_trained_network(path)?.with_labels(self.architecture.n_labels, UNLEARNT))
    }

    /// The training lines. Synthetic lines that an earlier run cached in `cache_folder` are read from there.
    pub fn training_lines(&self, cache_folder: &Path) -> Result<Vec<WeightedLines>, TrainingError> {
        let held_out = self.held_out_writers()?;
        self.lines.iter().map(|source| source.load(cache_folder, &held_out)).collect()
    }

    /// The validation lines.
    pub fn valid_lines(&self) -> Result<Arc<Vec<CachedLine>>, TrainingError> {
        Ok(Arc::new(labelled_lines(&self.valid_set()?.lines)?))
    }

    /// The validation set: a set of its own, or the lines held out of the training sets.
    pub fn valid_set(&self) -> Result<LineSet, TrainingError> {
        if self.hold_out.is_none() {
            return open_set(&self.valid);
        }
        let held_out = self.held_out_writers()?;
        let mut lines = self.labelled_lines()?;
        lines.retain(|line| held_out.contains(&line.writer_or_page()));
        if lines.is_empty() {
            let reason = "`hold_out` needs sets with lines of two writers or pages at least".to_owned();
            return Err(TrainingError::BadRecipe { reason });
        }
        Ok(LineSet { lines })
    }

    /// The name of the validation set.
    pub(super) fn valid_name(&self) -> String {
        match self.hold_out {
            Some(part) => format!("held out ({} % of the lines, whole writers)", 100.0 * part),
            None => public_path(&self.valid),
        }
    }

    /// Writers are held out over all sets together, so that a writer of two sets is on one side.
    fn held_out_writers(&self) -> Result<BTreeSet<String>, TrainingError> {
        let Some(part) = self.hold_out else { return Ok(BTreeSet::new()) };
        Ok(held_out_writers(&self.labelled_lines()?, part, self.trainer.seed))
    }

    fn labelled_lines(&self) -> Result<Vec<LabelledLine>, TrainingError> {
        let sets = self.lines.iter().filter_map(|source| source.set.as_ref());
        Ok(sets
            .map(|set| open_set(set))
            .collect::<Result<Vec<_>, _>>()?
            .into_iter()
            .flat_map(|set| set.lines)
            .collect())
    }
}

fn is_no_path(path: &Path) -> bool {
    path.as_os_str().is_empty()
}

impl LineSource {
    /// Without the lines of the writers `held_out`.
    fn load(&self, cache_folder: &Path, held_out: &BTreeSet<String>) -> Result<WeightedLines, TrainingError> {
        let lines = match (&self.set, &self.strokes, &self.synthetic, &self.recombined) {
            (Some(set), None, None, None) => {
                let mut lines = open_set(set)?.lines;
                lines.retain(|line| !held_out.contains(&line.writer_or_page()));
                labelled_lines(&lines)?
            }
            (None, Some(strokes), None, None) => lines_of_strokes(strokes)?,
            (None, None, Some(synthetic), None) => synthetic.load(cache_folder)?,
            (None, None, None, Some(recombined)) => recombined.load(held_out)?,
            _ => {
                let reason =
                    "each of its [[lines]] names one of a `set`, `strokes`, `synthetic` and `recombined` lines";
                return Err(TrainingError::BadRecipe { reason: reason.to_owned() });
            }
        };
        Ok(WeightedLines { lines: Arc::new(lines), weight: self.weight, until_step: None })
    }
}

impl SyntheticLines {
    fn load(&self, cache_folder: &Path) -> Result<Vec<CachedLine>, TrainingError> {
        let cache = cache_folder.join(format!("synthetic-{}.lines", self.fingerprint(SYNTHESIS_VERSION)));
        if let Ok(lines) = read_cache(&cache) {
            return Ok(lines);
        }
        let lines = self.draw().map_err(TrainingError::Synthesis)?;
        std::fs::create_dir_all(cache_folder).map_err(|error| TrainingError::unwritable(cache_folder, &error))?;
        write_cache(&cache, &lines)?;
        Ok(lines)
    }

    fn draw(&self) -> Result<Vec<CachedLine>, SynthesisError> {
        let cached = |line: SyntheticLine| CachedLine::new(normalize(&line.image), line.text);
        if self.sources.pages {
            return Ok(FoundLines::new(&self.sources, self.seed)?.take(self.count as usize, cached));
        }
        let synthesizer = LineSynthesizer::new(&self.sources, self.seed)?;
        Ok((0..self.count).into_par_iter().map(|index| cached(synthesizer.line(index))).collect())
    }

    /// Key of the cache, over everything that changes the lines: sources, seed, synthesis, normalization, program.
    fn fingerprint(&self, synthesis_version: u32) -> String {
        let sources = serde_json::to_string(self).unwrap_or_default();
        let text = format!("{sources} {NORMALIZE_VERSION} {synthesis_version} {}", env!("CARGO_PKG_VERSION"));
        sha256_hex(text.as_bytes()).chars().take(16).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    #[test]
    fn a_recipe_needs_little_and_refuses_what_it_does_not_know() {
        let text = r#"
            name = "mine"
            title = "My hand"
            version = "1.0.0"
            license = "private"
            data = "my notes"
            valid = "valid.tsv"
            [[lines]]
            weight = 1.0
            set = "train.tsv"
        "#;
        let recipe: Recipe = toml::from_str(text).expect("a recipe");
        assert_eq!(recipe.architecture, Architecture::student());
        assert_eq!(recipe.trainer, TrainerConfig::default());
        assert!(toml::from_str::<Recipe>(&text.replace("weight", "wieght")).is_err());
    }

    #[test]
    fn a_recipe_may_name_a_teacher() {
        let text = r#"
            name = "small"
            title = "Small"
            version = "1.0.0"
            license = "private"
            data = "my notes"
            valid = "valid.tsv"
            [distillation]
            teacher = "models/teacher"
            criterion = "softmax-ce"
            temperature = 2.0
            unlabelled = [{ weight = 1.0, set = "notes" }]
        "#;
        let recipe: Recipe = toml::from_str(text).expect("a recipe");
        let written = toml::to_string_pretty(&recipe).expect("text");
        assert_eq!(toml::from_str::<Recipe>(&written).expect("a recipe"), recipe);
        assert_eq!(recipe.distillation.expect("a teacher").criterion.name(), "softmax-ce");

        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), text.replace("2.0", "0.0")).expect("writable");
        assert!(Recipe::open(file.path()).expect_err("refused").to_string().contains("temperature"));
    }

    #[test]
    fn a_source_is_either_a_set_or_synthetic() {
        let source = LineSource { weight: 1.0, ..LineSource::default() };
        let error = source.load(Path::new("nowhere"), &BTreeSet::new()).expect_err("refused").to_string();
        assert!(error.contains("one of"), "{error}");
    }

    #[test]
    fn synthetic_lines_are_kept_until_they_would_be_drawn_otherwise() {
        let lines = SyntheticLines { count: 3, seed: 1, sources: SynthesisSources::default() };
        let kept = lines.fingerprint(SYNTHESIS_VERSION);
        assert_eq!(lines.clone().fingerprint(SYNTHESIS_VERSION), kept);
        assert_ne!(lines.fingerprint(SYNTHESIS_VERSION + 1), kept);
        assert_ne!(SyntheticLines { seed: 2, ..lines.clone() }.fingerprint(SYNTHESIS_VERSION), kept);
        assert_ne!(SyntheticLines { count: 4, ..lines }.fingerprint(SYNTHESIS_VERSION), kept);
    }

    #[test]
    fn what_is_held_out_is_not_learnt_from() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut table = "file\twriter\ttext\n".to_owned();
        for index in 0..12_u8 {
            let image =
                image::GrayImage::from_fn(60, 30, |x, y| image::Luma([if x % 9 < 2 && y > 8 { 20 } else { 250 }]));
            image.save(folder.path().join(format!("{index}.png"))).expect("writable");
            writeln!(table, "{index}.png\tw{0}\t{index} of w{0}", index % 4).expect("a string");
        }
        std::fs::write(folder.path().join("lines.tsv"), table).expect("writable");
        let set = folder.path().join("lines.tsv");
        let text = format!(
            "name = 'a'\ntitle = 'A'\nversion = '1'\nlicense = 'l'\ndata = 'd'\nhold_out = 0.25\n\
             lines = [{{ weight = 1.0, set = '{0}' }}, {{ weight = 1.0, set = '{0}' }}]\n",
            set.display()
        );
        let file = folder.path().join("recipe.toml");
        std::fs::write(&file, &text).expect("writable");
        let recipe = Recipe::open(&file).expect("a recipe");
        let valid: BTreeSet<String> =
            recipe.valid_lines().expect("lines").iter().map(|line| line.text.clone()).collect();
        assert_eq!(valid.len(), 3, "one writer's lines: {valid:?}");
        for source in recipe.training_lines(folder.path()).expect("lines") {
            assert_eq!(source.lines.len(), 9);
            assert!(source.lines.iter().all(|line| !valid.contains(&line.text)));
        }
        for wrong in [text.replace("0.25", "1.5"), text.replace("hold_out = 0.25\n", "")] {
            std::fs::write(&file, wrong).expect("writable");
            assert!(Recipe::open(&file).expect_err("refused").to_string().contains("hold_out"));
        }
    }
}
