//! A recipe file with stages, and its expansion into one recipe per stage.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use super::stage::{RecipeStage, StageEngine, StageRecord};
use crate::{
    synthesis::{SynthesisSources, Weighted},
    training::{
        data::word_recombination::RecombinedLines,
        recipe::{LineSource, Recipe, SyntheticLines},
        trainer::{BEST_CHECKPOINT, LAST_CHECKPOINT},
    },
};

/// Folder of runs and packages, by `NAME-VERSION`, that stages start from.
const RUNS: &str = "training-runs";

/// A recipe file with stages, as it is written.
#[derive(Deserialize)]
pub(super) struct StagedFile {
    /// Lists of files with sentences, by name.
    #[serde(default)]
    texts: BTreeMap<String, Vec<PathBuf>>,
    /// What lines are made from, by name.
    #[serde(default)]
    sources: BTreeMap<String, Source>,
    #[serde(rename = "stage")]
    stages: Vec<StageEntry>,
    /// Keys of [`Recipe`] that hold for every stage.
    #[serde(flatten)]
    shared: toml::Table,
}

/// Material of lines: one of the four kinds of [`LineSource`], without counts and seeds.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Source {
    set: Option<PathBuf>,
    strokes: Option<PathBuf>,
    /// A set whose words are recombined.
    recombined: Option<PathBuf>,
    ink_lines: Vec<Weighted>,
    ink_samples: Vec<Weighted>,
    fonts: Vec<Weighted>,
    /// Name of a list of texts.
    texts: Option<String>,
}

#[derive(Deserialize)]
struct StageEntry {
    version: String,
    /// Version of an earlier stage.
    from: Option<String>,
    /// Weights of `from` that it starts from: those of its package where this is not said.
    checkpoint: Option<StartCheckpoint>,
    #[serde(default)]
    soup: Vec<String>,
    #[serde(default)]
    engine: StageEngine,
    /// Of distillation where the stage has a teacher, of CTC otherwise.
    steps: u64,
    seed: u64,
    #[serde(default)]
    shares: Vec<Share>,
    /// Another stage with the same lines.
    shares_of: Option<StageReference>,
    trained: Option<StageRecord>,
    /// Keys of [`Recipe`] that are this stage's own.
    #[serde(flatten)]
    own: toml::Table,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum StartCheckpoint {
    Best,
    Last,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StageReference {
    /// Another model's recipe, relative to the folder that the program is started in.
    recipe: Option<PathBuf>,
    stage: String,
}

/// How much of a source is shown.
#[derive(Deserialize)]
#[serde(from = "ShareRow")]
struct Share {
    source: String,
    weight: f32,
    /// Count and seed of lines that are made.
    made: Option<(u64, u64)>,
    drawing: Drawing,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "a share is [source, weight] or [source, weight, count, seed, { how it is drawn }]")]
enum ShareRow {
    Whole(String, f32),
    Made(String, f32, u64, u64),
    MadeSo(String, f32, u64, u64, Drawing),
}

/// How lines are made of a source, where it is not as usual.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Drawing {
    /// Version whose package finds the words to recombine.
    reader: Option<String>,
    /// As in [`SynthesisSources`], like all that follow.
    blank: f32,
    boards: f32,
    mixed: f32,
    western: f32,
    pages: bool,
}

impl From<ShareRow> for Share {
    fn from(row: ShareRow) -> Self {
        match row {
            ShareRow::Whole(source, weight) => Self { source, weight, made: None, drawing: Drawing::default() },
            ShareRow::Made(source, weight, count, seed) => {
                Self { source, weight, made: Some((count, seed)), drawing: Drawing::default() }
            }
            ShareRow::MadeSo(source, weight, count, seed, drawing) => {
                Self { source, weight, made: Some((count, seed)), drawing }
            }
        }
    }
}

impl StagedFile {
    /// Reads the file `text`. The error is a sentence, as of all that follow.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.message().to_owned())
    }

    /// All stages, in order.
    pub(super) fn stages(&self) -> Result<Vec<RecipeStage>, String> {
        (0..self.stages.len()).map(|index| self.stage(index)).collect()
    }

    /// The stage at `index`, whole.
    fn stage(&self, index: usize) -> Result<RecipeStage, String> {
        let entry = &self.stages[index];
        let in_stage = |reason: String| format!("stage {}: {reason}", entry.version);
        let mut recipe = self.recipe_without_lines(entry).map_err(in_stage)?;
        recipe.start_from = self.start(index).map_err(in_stage)?.or(recipe.start_from);
        recipe.lines.extend(self.lines(index).map_err(in_stage)?);
        recipe.check().map_err(|reason| in_stage(reason.to_owned()))?;
        Ok(RecipeStage {
            recipe,
            from: entry.from.clone(),
            soup: entry.soup.clone(),
            engine: entry.engine,
            trained: entry.trained.clone(),
        })
    }

    fn recipe_without_lines(&self, entry: &StageEntry) -> Result<Recipe, String> {
        let mut table = self.shared.clone();
        merge(&mut table, &entry.own);
        table.insert("version".to_owned(), entry.version.clone().into());
        let mut recipe: Recipe = table.try_into().map_err(|error: toml::de::Error| error.message().to_owned())?;
        recipe.trainer.seed = entry.seed;
        match &mut recipe.distillation {
            Some(distillation) => distillation.steps = entry.steps,
            None => recipe.trainer.steps = entry.steps,
        }
        Ok(recipe)
    }

    /// The weights that the stage at `index` starts from.
    fn start(&self, index: usize) -> Result<Option<PathBuf>, String> {
        let StageEntry { from, checkpoint, .. } = &self.stages[index];
        let Some(version) = from else { return Ok(None) };
        let folder = self.folder_of(version, index)?;
        Ok(Some(match checkpoint {
            None => folder,
            Some(StartCheckpoint::Best) => folder.join(BEST_CHECKPOINT),
            Some(StartCheckpoint::Last) => folder.join(LAST_CHECKPOINT),
        }))
    }

    /// Run and package of `version`, which comes before the stage at `index`.
    fn folder_of(&self, version: &str, index: usize) -> Result<PathBuf, String> {
        self.index_before(version, index)?;
        let name = self.shared.get("name").and_then(toml::Value::as_str).unwrap_or_default();
        Ok(Path::new(RUNS).join(format!("{name}-{version}")))
    }

    fn index_before(&self, version: &str, index: usize) -> Result<usize, String> {
        let earlier = self.stages[..index].iter().position(|stage| stage.version == version);
        earlier.ok_or_else(|| format!("there is no stage {version} before it"))
    }

    fn lines(&self, index: usize) -> Result<Vec<LineSource>, String> {
        match &self.stages[index].shares_of {
            Some(StageReference { recipe: Some(path), stage }) => {
                let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
                let other = Self::parse(&text).map_err(|reason| format!("{}: {reason}", path.display()))?;
                let index = other.index_before(stage, other.stages.len())?;
                other.lines_of_its_own(index)
            }
            _ => self.lines_of_its_own(index),
        }
    }

    /// Follows references within the file only, and these go backwards: it comes to an end.
    fn lines_of_its_own(&self, index: usize) -> Result<Vec<LineSource>, String> {
        let entry = &self.stages[index];
        match &entry.shares_of {
            Some(StageReference { recipe: Some(path), .. }) => {
                Err(format!("the lines of stage {} are those of {}: name that one", entry.version, path.display()))
            }
            Some(StageReference { recipe: None, stage }) => self.lines_of_its_own(self.index_before(stage, index)?),
            None => entry.shares.iter().map(|share| self.line_source(share, index)).collect(),
        }
    }

    fn line_source(&self, share: &Share, index: usize) -> Result<LineSource, String> {
        let Share { source: name, weight, made, drawing } = share;
        let source = self.sources.get(name).ok_or_else(|| format!("there is no source {name}"))?;
        let (set, strokes) = (source.set.clone(), source.strokes.clone());
        let mut line_source = LineSource { weight: *weight, set, strokes, ..LineSource::default() };
        let is_synthetic = [&source.ink_lines, &source.ink_samples, &source.fonts].iter().any(|list| !list.is_empty());
        if !is_synthetic && source.recombined.is_none() {
            return Ok(line_source);
        }
        let (count, seed) = made.ok_or_else(|| format!("a share of {name} has a count and a seed"))?;
        if is_synthetic {
            let sources = self.synthesis_sources(source, drawing)?;
            line_source.synthetic = Some(SyntheticLines { count, seed, sources });
        }
        if let Some(set) = source.recombined.clone() {
            let reader = drawing.reader.as_ref().ok_or_else(|| format!("a share of {name} has a reader"))?;
            let reader = self.folder_of(reader, index)?;
            line_source.recombined = Some(RecombinedLines { set, reader, count, seed });
        }
        Ok(line_source)
    }

    fn synthesis_sources(&self, source: &Source, drawing: &Drawing) -> Result<SynthesisSources, String> {
        let texts = match &source.texts {
            Some(name) => self.texts.get(name).ok_or_else(|| format!("there are no texts {name}"))?.as_slice(),
            None => &[],
        };
        Ok(SynthesisSources {
            ink_lines: source.ink_lines.clone(),
            ink_samples: source.ink_samples.clone(),
            fonts: source.fonts.clone(),
            texts: texts.iter().map(|path| Weighted::new(path, 1.0)).collect(),
            blank: drawing.blank,
            boards: drawing.boards,
            mixed: drawing.mixed,
            western: drawing.western,
            pages: drawing.pages,
        })
    }
}

/// Puts the values of `own` into `table`, in tables key by key.
fn merge(table: &mut toml::Table, own: &toml::Table) {
    for (key, value) in own {
        match (table.get_mut(key), value) {
            (Some(toml::Value::Table(shared)), toml::Value::Table(own)) => merge(shared, own),
            _ => {
                table.insert(key.clone(), value.clone());
            }
        }
    }
}
