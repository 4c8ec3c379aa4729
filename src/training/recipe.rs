//! A training recipe: what to train, on which lines, how long. Read from a TOML file, recorded in the model package.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{
    Architecture, AugmentationConfig, CachedLine, DistillationConfig, TrainerConfig, TrainingError,
    batches::{BatchConfig, WeightedLines},
    read_cache, write_cache,
};
use crate::{
    evaluation::LineSet,
    imaging::{LineImage, NORMALIZE_VERSION, normalize},
    recognition::sha256_hex,
    synthesis::{LineSynthesizer, SynthesisSources},
};

/// A whole training run. Paths are relative to the folder that the program is started in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// The model's name, as `--model` takes it.
    pub name: String,
    /// The model's name for people.
    pub title: String,
    /// The model's own version.
    pub version: String,
    /// Licence of the weights that come out.
    pub license: String,
    /// What the weights were learnt from, with terms, in a sentence.
    pub data: String,
    /// The network.
    #[serde(default = "Architecture::student")]
    pub architecture: Architecture,
    /// Labelled lines that choose the best weights, a TSV. They are never learnt from.
    pub valid: PathBuf,
    /// How long and how.
    #[serde(default)]
    pub trainer: TrainerConfig,
    /// How batches are made.
    #[serde(default)]
    pub batches: BatchConfig,
    /// How lines are distorted.
    #[serde(default)]
    pub augmentation: AugmentationConfig,
    /// Learning from a teacher, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distillation: Option<DistillationConfig>,
    /// What to learn from. A distillation without fine-tuning needs no labelled lines.
    #[serde(default)]
    pub lines: Vec<LineSource>,
}

/// Lines to learn from, and their share.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineSource {
    /// Input columns are shared out among the sources in proportion.
    pub weight: f32,
    /// A TSV of line images, with the columns `file` and `text`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set: Option<PathBuf>,
    /// Lines that the program makes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub synthetic: Option<SyntheticLines>,
}

/// Lines that the program makes from ink and fonts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SyntheticLines {
    /// How many different ones.
    pub count: u64,
    /// The same seed makes the same lines.
    pub seed: u64,
    /// What they are made from.
    pub sources: SynthesisSources,
}

impl Recipe {
    /// Reads a recipe file.
    pub fn open(path: &Path) -> Result<Self, TrainingError> {
        let text = std::fs::read_to_string(path).map_err(|error| TrainingError::bad_data(path, error))?;
        let recipe: Self = toml::from_str(&text).map_err(|error| TrainingError::bad_data(path, error.message()))?;
        match &recipe.distillation {
            Some(distillation) if distillation.temperature.is_nan() || distillation.temperature <= 0.0 => {
                Err(TrainingError::bad_data(path, "the temperature of a distillation is above 0"))
            }
            _ => Ok(recipe),
        }
    }

    /// The lines to learn from. What has been packed into `cache_folder` by an earlier run is read from there.
    pub fn training_lines(&self, cache_folder: &Path) -> Result<Vec<WeightedLines>, TrainingError> {
        self.lines.iter().map(|source| source.load(cache_folder)).collect()
    }

    /// The lines that choose the best weights.
    pub fn valid_lines(&self) -> Result<Arc<Vec<CachedLine>>, TrainingError> {
        Ok(Arc::new(lines_of_set(&self.valid)?))
    }
}

impl LineSource {
    fn load(&self, cache_folder: &Path) -> Result<WeightedLines, TrainingError> {
        let lines = match (&self.set, &self.synthetic) {
            (Some(set), None) => lines_of_set(set)?,
            (None, Some(synthetic)) => synthetic.load(cache_folder)?,
            _ => {
                let reason = "each of a recipe's [[lines]] names either a `set` or `synthetic` lines".to_owned();
                return Err(TrainingError::NoLines { reason });
            }
        };
        Ok(WeightedLines { lines: Arc::new(lines), weight: self.weight, until_step: None })
    }
}

impl SyntheticLines {
    fn load(&self, cache_folder: &Path) -> Result<Vec<CachedLine>, TrainingError> {
        let cache = cache_folder.join(format!("synthetic-{}.lines", self.fingerprint()));
        if let Ok(lines) = read_cache(&cache) {
            return Ok(lines);
        }
        let refused = |error: crate::synthesis::SynthesisError| TrainingError::NoLines { reason: error.to_string() };
        let synthesizer = LineSynthesizer::new(&self.sources, self.seed).map_err(refused)?;
        let lines: Vec<CachedLine> = (0..self.count)
            .into_par_iter()
            .map(|index| {
                let line = synthesizer.line(index);
                CachedLine::new(normalize(&line.image), line.text)
            })
            .collect();
        std::fs::create_dir_all(cache_folder).map_err(|error| TrainingError::unwritable(cache_folder, &error))?;
        write_cache(&cache, &lines)?;
        Ok(lines)
    }

    /// Names the cache: other sources, seeds or preparations make other lines.
    fn fingerprint(&self) -> String {
        let sources = serde_json::to_string(self).unwrap_or_default();
        let text = format!("{sources} {NORMALIZE_VERSION} {}", env!("CARGO_PKG_VERSION"));
        sha256_hex(text.as_bytes()).chars().take(16).collect()
    }
}

/// Labelled line images as the network sees them. `#` stands for what cannot be read in IAM's labels: such lines are
/// left out, and so are characters that the networks do not know.
pub(super) fn lines_of_set(path: &Path) -> Result<Vec<CachedLine>, TrainingError> {
    let set = LineSet::open(path).map_err(|error| TrainingError::bad_data(path, error))?;
    set.lines
        .par_iter()
        .filter(|line| !line.text.contains('#'))
        .map(|line| normalized(&line.path, line.text.clone()))
        .collect()
}

/// Line images as the network sees them, without their text: a folder's, or those that a TSV names.
pub(super) fn lines_without_labels(path: &Path) -> Result<Vec<CachedLine>, TrainingError> {
    let files = if path.is_dir() {
        images_in(path).map_err(|error| TrainingError::bad_data(path, error))?
    } else {
        let set = LineSet::open(path).map_err(|error| TrainingError::bad_data(path, error))?;
        set.lines.into_iter().map(|line| line.path).collect()
    };
    if files.is_empty() {
        return Err(TrainingError::bad_data(path, "it has no images in it"));
    }
    files.par_iter().map(|file| normalized(file, String::new())).collect()
}

/// The images of a folder, in the order of their names; other files are passed over.
fn images_in(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_file() && image::ImageFormat::from_path(&path).is_ok() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn normalized(file: &Path, text: String) -> Result<CachedLine, TrainingError> {
    let image = LineImage::open(file).map_err(|error| TrainingError::bad_data(file, error))?;
    Ok(CachedLine::new(normalize(&image), text))
}

#[cfg(test)]
mod tests {
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
        let source = LineSource { weight: 1.0, set: None, synthetic: None };
        let error = source.load(Path::new("nowhere")).expect_err("refused").to_string();
        assert!(error.contains("either"), "{error}");
    }
}
