//! Recipes with stages: the whole training history of a model in one file, every stage of it reproducible.
//!
//! Keys outside `[[stage]]` hold for every stage; those of a stage come before them, table by table. The material of
//! lines is named once, under `[sources]` and `[texts]`, and a stage's `shares` list what is drawn from it. A recipe
//! without `[[stage]]` is one stage.

mod stage;
mod staged_file;

use std::path::Path;

pub use self::stage::{RecipeStage, StageCommits, StageEnd, StageEngine, StageRecord};
use self::staged_file::StagedFile;
use super::{error::TrainingError, recipe::Recipe};

/// All stages of a model's recipe, in the order in which they were trained.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelRecipe {
    stages: Vec<RecipeStage>,
}

impl ModelRecipe {
    /// Reads a recipe file, with or without stages.
    pub fn open(path: &Path) -> Result<Self, TrainingError> {
        let text = std::fs::read_to_string(path).map_err(|error| TrainingError::bad_data(path, error))?;
        if !has_stages(&text) {
            return Ok(Self { stages: vec![RecipeStage::of_recipe(Recipe::parse(&text, path)?)] });
        }
        let stages = StagedFile::parse(&text).and_then(|file| file.stages());
        let stages = stages.map_err(|reason| TrainingError::bad_data(path, reason))?;
        Ok(Self { stages })
    }

    /// In the order in which they were trained.
    pub fn stages(&self) -> &[RecipeStage] {
        &self.stages
    }

    /// The stage of `version`.
    pub fn stage(&self, version: &str) -> Option<&RecipeStage> {
        self.stages.iter().find(|stage| stage.recipe.version == version)
    }

    /// The stage of the newest version.
    pub fn last_stage(&self) -> Option<&RecipeStage> {
        self.stages.last()
    }
}

/// Whether the recipe file `text` has stages.
pub(super) fn has_stages(text: &str) -> bool {
    toml::from_str::<toml::Table>(text).is_ok_and(|table| table.contains_key("stage"))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::{synthesis::Weighted, training::package::learning_curve::CurvePoint};

    const HISTORY: &str = r#"
        name = "mine"
        title = "My hand"
        license = "private"
        data = "my notes"
        valid = "valid.tsv"
        [trainer]
        report_every = 5
        optimizer = { learning_rate = 0.001, warmup_steps = 10 }
        [texts]
        mail = ["mail.txt"]
        [sources.notes]
        set = "notes.tsv"
        [sources.words]
        recombined = "notes.tsv"
        [sources.fonts]
        fonts = [{ path = "fonts", weight = 1.0 }]
        texts = "mail"
        [[stage]]
        version = "1.0.0"
        steps = 100
        seed = 1
        trainer.optimizer.learning_rate = 0.002
        shares = [["notes", 0.5], ["fonts", 0.5, 20, 7, { boards = 1.0 }]]
        [[stage]]
        version = "1.1.0"
        from = "1.0.0"
        checkpoint = "last"
        steps = 50
        seed = 2
        shares = [["words", 1.0, 30, 8, { reader = "1.0.0" }]]
        [stage.trained]
        machine = "a laptop"
        end = { steps = 50, lines = 800, cer = 4.5 }
        curve = [[25, 400, 5.0, 20.5], [50, 800, 4.5, 19]]
        [[stage]]
        version = "1.2.0"
        from = "1.1.0"
        steps = 60
        seed = 3
        shares_of = { stage = "1.0.0" }
    "#;

    fn opened(text: &str) -> Result<ModelRecipe, TrainingError> {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), text).expect("writable");
        ModelRecipe::open(file.path())
    }

    #[test]
    fn stages_share_what_stands_outside_them_and_have_their_own() {
        let history = opened(HISTORY).expect("three stages");
        let [first, second, third] = history.stages() else { panic!("three stages") };
        let optimizer = &first.recipe.trainer.optimizer;
        assert_eq!((optimizer.learning_rate, optimizer.warmup_steps), (0.002, 10));
        let optimizer = &second.recipe.trainer.optimizer;
        assert_eq!((optimizer.learning_rate, optimizer.warmup_steps), (0.001, 10));
        assert_eq!((second.recipe.trainer.steps, second.recipe.trainer.seed), (50, 2));
        assert_eq!(second.recipe.trainer.report_every, 5);
        let fonts = first.recipe.lines[1].synthetic.as_ref().expect("drawn");
        assert_eq!((fonts.count, fonts.seed, fonts.sources.boards), (20, 7, 1.0));
        assert_eq!(fonts.sources.texts, [Weighted::new("mail.txt", 1.0)]);
        assert_eq!(third.recipe.lines, first.recipe.lines);
        let curve = &second.trained.as_ref().expect("recorded").curve;
        assert_eq!(curve[1], CurvePoint { step: 50, n_lines: 800, cer: 4.5, wer: 19.0 });
        assert_eq!(history.last_stage().expect("a stage").recipe.version, "1.2.0");
    }

    #[test]
    fn a_stage_starts_from_the_weights_of_an_earlier_one() {
        let history = opened(HISTORY).expect("three stages");
        let start = |version: &str| history.stage(version).and_then(|stage| stage.recipe.start_from.clone());
        assert_eq!(start("1.0.0"), None);
        assert_eq!(start("1.1.0"), Some(PathBuf::from("training-runs/mine-1.0.0/last.safetensors")));
        assert_eq!(start("1.2.0"), Some(PathBuf::from("training-runs/mine-1.1.0")));
        let words = history.stages()[1].recipe.lines[0].recombined.as_ref().expect("recombined");
        assert_eq!(words.reader, PathBuf::from("training-runs/mine-1.0.0"));
    }

    #[test]
    fn mistakes_are_told_with_the_stage() {
        for (right, wrong, told) in [
            ("from = \"1.1.0\"", "from = \"1.2.0\"", "no stage 1.2.0 before it"),
            ("\"notes\", 0.5", "\"nots\", 0.5", "no source nots"),
            ("texts = \"mail\"", "texts = \"male\"", "no texts male"),
            ("report_every", "report_evry", "report_evry"),
            (", 20, 7, { boards = 1.0 }", "", "a share of fonts has a count and a seed"),
            ("boards", "bords", "a share is"),
        ] {
            let error = opened(&HISTORY.replace(right, wrong)).expect_err(told).to_string();
            assert!(error.contains(told), "{error}");
        }
    }

    #[test]
    fn a_recipe_without_stages_is_one() {
        let text = "name = 'a'\ntitle = 'A'\nversion = '1'\nlicense = 'l'\ndata = 'd'\nvalid = 'v.tsv'\n";
        let history = opened(text).expect("a recipe");
        assert_eq!(history.stages().len(), 1);
        let stage = history.stage("1").expect("its version");
        assert_eq!(stage.recipe, Recipe::parse(text, Path::new("recipe.toml")).expect("a recipe"));
        assert_eq!((stage.engine, &stage.trained), (StageEngine::Longhand, &None));
    }

    #[test]
    fn every_stage_of_the_shipped_models_is_whole() {
        for (model, n_stages) in [("student", 15), ("teacher", 6), ("open-student", 3)] {
            let folder = Path::new("models").join(model);
            let history = ModelRecipe::open(&folder.join("recipe.toml")).expect(model);
            assert_eq!(history.stages().len(), n_stages, "{model}");
            for stage in history.stages() {
                let RecipeStage { recipe, trained, engine, .. } = stage;
                let version = &recipe.version;
                assert!(!recipe.lines.is_empty() && trained.is_some(), "{model} {version}");
                assert!(recipe.lines.iter().all(|source| source.weight > 0.0), "{model} {version}");
                let options = trained.as_ref().and_then(|trained| trained.options.as_ref());
                assert_eq!(options.is_some(), *engine == StageEngine::Pytorch, "{model} {version}");
                let written = recipe.to_toml(&folder).expect("text");
                assert_eq!(&Recipe::parse(&written, &folder).expect("a recipe"), recipe, "{model} {version}");
            }
            let manifest = std::fs::read_to_string(folder.join("model.toml")).expect("a manifest");
            let newest = history.last_stage().expect("a stage");
            let states = |what: String| assert!(manifest.contains(&what), "{model} is shipped with {what}");
            states(format!("version = \"{}\"", newest.recipe.version));
            states(newest.recipe.data.clone());
            let cer = newest.trained.as_ref().and_then(|trained| trained.end.cer).expect("measured");
            states(format!("cer = {cer}\n"));
        }
    }
}
