//! A training run in its own folder: started or resumed, and exported as a model package.

use std::{
    fs::{File, OpenOptions},
    io::Write as _,
    path::{Path, PathBuf},
    time::Duration,
};

use super::{
    checkpoint::{CheckpointState, load_checkpoint},
    criteria::criterion::Criterion,
    data::batches::BatchSource,
    distillation::DistillationConfig,
    error::TrainingError,
    event::{Preparation, TrainingEvent},
    network::widening::ABSENT,
    package::{
        export::{PackageFacts, write_manifest, write_package_as},
        import::load_trained_network,
        learning_curve::{self, CurvePoint},
        model_card::{CardFacts, curve_of_events},
        public_path::public_path,
    },
    recipe::Recipe,
    stages::has_stages,
    trainer::{BEST_CHECKPOINT, LAST_CHECKPOINT, StopSignal, Trainer, TrainerConfig},
    validation::{ReadLines, read_lines, samples},
};
use crate::{
    evaluation::Evaluation,
    page::{CharacterSet, rounded},
    recognition::{CtcDecoder, MeasuredErrors, ModelManifest, ModelPackage, PageReader},
};

/// A run's folder: `recipe.toml`, `events.jsonl`, `last.safetensors`, `best.safetensors`, and `package/` at its end.
#[derive(Clone, Debug)]
pub struct TrainingRun {
    folder: PathBuf,
    recipe: Recipe,
    time_limit: Option<Duration>,
}

/// What came of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RunResult {
    /// The criterion of its first phase.
    pub criterion: Criterion,
    /// The evaluation with the lowest character error rate.
    pub best: CurvePoint,
}

impl TrainingRun {
    /// The run of `recipe` in `folder`, which is created if it does not exist.
    pub fn open(folder: &Path, recipe: Recipe) -> Result<Self, TrainingError> {
        std::fs::create_dir_all(folder).map_err(|error| TrainingError::unwritable(folder, &error))?;
        let copy = folder.join("recipe.toml");
        std::fs::write(&copy, recipe.to_toml(&copy)?).map_err(|error| TrainingError::unwritable(&copy, &error))?;
        Ok(Self { folder: folder.to_owned(), recipe, time_limit: None })
    }

    /// Shortens the phases of a new distillation so that both fit into `limit`.
    #[must_use]
    pub fn with_time_limit(self, limit: Option<Duration>) -> Self {
        Self { time_limit: limit, ..self }
    }

    /// Trains from the last checkpoint, or from the start where there is none, to the recipe's last step or until
    /// `should_stop`. Every event is also appended to `events.jsonl`.
    pub fn train(
        &self,
        should_stop: StopSignal<'_>,
        on_event: &mut dyn FnMut(&TrainingEvent),
    ) -> Result<(), TrainingError> {
        let Recipe { batches, augmentation, distillation, .. } = &self.recipe;
        let config = self.trainer_config();
        let mut log = self.event_log()?;
        let mut tell = |event: TrainingEvent| {
            if let Ok(line) = serde_json::to_string(&event) {
                // The log is a convenience: a full disk shows in the next checkpoint, whose error is told.
                log.write_all(format!("{line}\n").as_bytes()).ok();
            }
            on_event(&event);
        };
        tell(TrainingEvent::Preparing { work: Preparation::Lines });
        let labelled = self.recipe.training_lines(&self.folder.join("cache"))?;
        let (lines, distillation_steps) = match distillation {
            Some(distillation) => distillation.lines(labelled, batches.columns)?,
            None => (labelled, 0),
        };
        let valid = self.recipe.valid_lines()?;
        let mut source = BatchSource::new(lines, *batches, *augmentation, config.seed)?;
        let last = self.folder.join(LAST_CHECKPOINT);
        let mut trainer = if last.exists() {
            Trainer::resume(&last, config)?
        } else if let Some(start) = &self.recipe.start_from {
            Trainer::starting_from(self.recipe.start(start)?, config)
        } else {
            Trainer::new(self.recipe.architecture.clone(), config)
        };
        if let Some(distillation) = distillation {
            let n_labels = trainer.n_labels();
            let mut teacher = load_trained_network(&distillation.teacher)?.with_labels(n_labels, ABSENT);
            if !last.exists() && !valid.is_empty() {
                tell(TrainingEvent::Preparing { work: Preparation::Teacher });
                let ReadLines { cer, wer, texts } = read_lines(&mut teacher, &valid);
                let samples = samples(&valid, texts);
                tell(TrainingEvent::Teacher { cer: cer.percent(), wer: wer.percent(), samples });
            }
            trainer = trainer.with_teacher(teacher, distillation, distillation_steps)?;
            if let Some(limit) = self.time_limit.filter(|_| !last.exists()) {
                tell(TrainingEvent::Preparing { work: Preparation::Speed });
                trainer.fit_into(limit.as_secs_f64(), &source);
            }
            source.end_first_phase_at(trainer.phase_steps().first().copied().unwrap_or_default());
        }
        let source = source.with_characters(CharacterSet::of_labels(trainer.n_labels()));
        trainer.run(source, &valid, &self.folder, should_stop, &mut tell)
    }

    /// A distilled student has no auxiliary head: its frames are trained to match its teacher's.
    fn trainer_config(&self) -> TrainerConfig {
        let auxiliary_weight = match self.recipe.distillation {
            Some(_) => 0.0,
            None => self.recipe.trainer.auxiliary_weight,
        };
        TrainerConfig { auxiliary_weight, ..self.recipe.trainer.clone() }
    }

    /// What came of the run so far, by its log; `None` before its first evaluation.
    pub fn result(&self) -> Option<RunResult> {
        let log = std::fs::read_to_string(self.folder.join("events.jsonl")).ok()?;
        let best = curve_of_events(&log).into_iter().min_by(|a, b| a.cer.total_cmp(&b.cer))?;
        let criterion = self.recipe.distillation.as_ref().map_or(Criterion::Ctc, |distillation| distillation.criterion);
        Some(RunResult { criterion, best })
    }

    fn event_log(&self) -> Result<File, TrainingError> {
        let path = self.folder.join("events.jsonl");
        // A run that was killed may have left half a line.
        let is_cut_short = std::fs::read(&path).is_ok_and(|log| log.last().is_some_and(|&byte| byte != b'\n'));
        let opened = OpenOptions::new().create(true).append(true).open(&path).and_then(|mut log| {
            if is_cut_short {
                log.write_all(b"\n")?;
            }
            Ok(log)
        });
        opened.map_err(|error| TrainingError::unwritable(&path, &error))
    }

    /// Writes the package of the best checkpoint to `folder`, reads it back and measures it on the validation lines
    /// with greedy decoding. The card (`README.md`) comes with the learning curve (`curve.svg`) and the recipe
    /// (`recipe.toml`); sections that were added to an existing card by hand and a recipe with stages are kept.
    pub fn export(&self, folder: &Path) -> Result<ModelManifest, TrainingError> {
        let best = self.folder.join(BEST_CHECKPOINT);
        let checkpoint = load_checkpoint(&best)?;
        let state = checkpoint.state.clone();
        let network = checkpoint.into_averaged_network();
        let mut facts = PackageFacts {
            name: self.recipe.name.clone(),
            title: self.recipe.title.clone(),
            version: self.recipe.version.clone(),
            license: self.recipe.license.clone(),
            origin: self.origin(&state),
            card: std::fs::read_to_string(folder.join("README.md"))
                .unwrap_or_else(|_none| format!("# {}\n", self.recipe.title)),
        };
        let existing_card = facts.card.clone();
        let mut manifest = write_package_as(folder, &network, &facts, self.recipe.package.weights)?;
        let (measured, evaluation) = self.measure(folder)?;
        let curve = curve_of_events(&std::fs::read_to_string(self.folder.join("events.jsonl")).unwrap_or_default());
        let card_facts = CardFacts {
            recipe: &self.recipe,
            state: &state,
            curve: &curve,
            measured: &measured,
            evaluation: &evaluation,
        };
        facts.card = card_facts.card(&existing_card);
        manifest = ModelManifest { metrics: [("valid".to_owned(), measured.into())].into(), ..manifest };
        let mut files = vec![("README.md", facts.card), ("curve.svg", learning_curve::svg(&curve))];
        // A recipe with stages is the history of the model, with this run as one of them.
        if !std::fs::read_to_string(folder.join("recipe.toml")).is_ok_and(|text| has_stages(&text)) {
            files.push(("recipe.toml", self.recipe.to_toml(folder)?));
        }
        for (name, text) in files {
            let path = folder.join(name);
            std::fs::write(&path, text).map_err(|error| TrainingError::unwritable(&path, &error))?;
        }
        write_manifest(folder, &manifest)?;
        Ok(manifest)
    }

    fn measure(&self, folder: &Path) -> Result<(MeasuredErrors, Evaluation), TrainingError> {
        let package = ModelPackage::open(folder).map_err(|error| TrainingError::bad_data(folder, error))?;
        let n_threads = std::thread::available_parallelism().map_or(1, usize::from);
        let reader = PageReader::open(&package, n_threads, CtcDecoder::Greedy)
            .map_err(|error| TrainingError::bad_data(folder, error))?;
        let set = self.recipe.valid_set()?;
        let evaluation = set.evaluate(&reader, &mut |_line| {});
        let measured = MeasuredErrors {
            n_lines: set.lines.len(),
            cer: rounded(evaluation.char_error_rate().percent(), 2),
            wer: rounded(evaluation.word_error_rate().percent(), 2),
            decoder: "greedy".to_owned(),
        };
        Ok((measured, evaluation))
    }

    fn origin(&self, state: &CheckpointState) -> toml::Table {
        let mut origin = toml::Table::new();
        let mut insert = |key: &str, value: toml::Value| origin.insert(key.to_owned(), value);
        insert("data", self.recipe.data.clone().into());
        insert("seed", toml::Value::Integer(self.recipe.trainer.seed.cast_signed()));
        insert("steps", toml::Value::Integer(state.step.cast_signed()));
        insert("lines_shown", toml::Value::Integer(state.n_lines.cast_signed()));
        insert("hours", rounded(state.elapsed_secs / 3600.0, 2).into());
        if let Some(start) = &self.recipe.start_from {
            insert("start_from", public_path(start).into());
        }
        if let Some(DistillationConfig { teacher, criterion, .. }) = &self.recipe.distillation {
            insert("teacher", public_path(teacher).into());
            insert("criterion", criterion.name().into());
        }
        origin
    }
}
