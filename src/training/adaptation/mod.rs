//! Learning one hand: a reader is fine-tuned on lines that its user corrected, mixed with lines of other hands so that
//! these are not forgotten, and measured before and after on lines of both kinds that it did not learn from. Or on what it
//! reads most surely itself, helped by the language, so that it reads the rest better (self-training; for handwriting Frinken
//! and Bunke, "Evaluating Retraining Rules for Semi-Supervised Learning in Neural Network Based Cursive Word Recognition",
//! ICDAR 2009).

pub(super) mod lines;
mod measuring;
mod weight_interpolation;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use self::{
    lines::{OwnSets, prepare_lines},
    measuring::tell_in_package,
    weight_interpolation::step_back,
};
use super::{
    data::{augmentation::AugmentationConfig, batches::BatchConfig, word_recombination::RecombinedLines},
    error::TrainingError,
    event::TrainingEvent,
    optimizer::OptimizerConfig,
    recipe::{LineSource, PackageConfig, Recipe, SyntheticLines},
    run::TrainingRun,
    trainer::{StopSignal, TrainerConfig},
};
use crate::{
    evaluation::general_lines,
    recognition::{MeasuredErrors, ModelPackage},
    synthesis::bundled_sources,
};

/// Share of the input columns that the user's own lines get; the others get the rest. This, the next and the learning rate
/// were chosen on three hands, 20 to 24 lines of each: one of a letter, two of IAM for a reader that had never seen it.
/// Against 0.6, none and 2e-4 they leave a tenth to a fifth fewer characters wrong there, and a sixth on a fourth hand.
const OWN_SHARE: f32 = 0.8;
/// Part of that share which goes to lines put together from the words of the own ones.
const RECOMBINED_PART: f32 = 0.3;
/// How many such lines are made.
const N_RECOMPOSED: u64 = 200;
/// How many lines of other hands are made.
const N_SYNTHETIC: u64 = 300;
/// The highest learning rate: a fifth of what the shipped student was trained with at first.
const LEARNING_RATE: f32 = 3e-4;
/// Input columns a step, about six lines.
const BATCH_COLUMNS: usize = 4096;

/// Who said what the lines say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LabelSource {
    /// A person: some of the lines are kept back, to measure by.
    #[default]
    Human,
    /// The reader itself: all are learnt from, and nothing can be measured by them.
    Pseudo,
}

impl LabelSource {
    /// Steps of training unless asked otherwise; a hundred take one or two minutes on two cores. Half as many for what the
    /// reader read: of seven letters in seven hands five are then read better and two worse, as after a hundred, but the
    /// better ones gain more and the worse ones lose less.
    pub fn steps(self) -> u64 {
        match self {
            Self::Human => 100,
            Self::Pseudo => 50,
        }
    }
}

/// What to learn, and where to.
#[derive(Clone, Debug)]
pub struct Adaptation {
    /// Labelled lines of one hand: any set that `LineSet::open` opens.
    pub lines: PathBuf,
    /// Whose their texts are.
    pub label_source: LabelSource,
    /// The reader to begin with.
    pub base: ModelPackage,
    /// What the new reader is called for people.
    pub title: String,
    /// Folder of the run, which holds all that is made on the way.
    pub folder: PathBuf,
    /// Where the new reader's package is written; its last name is what opens the reader.
    pub package: PathBuf,
    /// How many steps.
    pub steps: u64,
}

/// When error rates were measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// With the reader that learning begins with.
    Before,
    /// With the reader that came out.
    After,
}

/// Error rates of one reader on what was not learnt from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// On the user's lines that were kept back, if any were.
    pub own: Option<MeasuredErrors>,
    /// On lines of many other hands.
    pub general: MeasuredErrors,
}

/// What learning reports, in order. Serialized as one JSON object a line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum AdaptationEvent {
    /// The lines are ready.
    Prepared {
        /// Own lines to learn from.
        n_learnt: usize,
        /// Own lines kept back to measure by.
        n_held_out: usize,
    },
    /// A reader was measured.
    Measured {
        /// Which reader.
        stage: Stage,
        /// How it did.
        #[serde(flatten)]
        measured: Measured,
    },
    /// The new reader's package is written.
    Learned {
        /// Its folder.
        package: PathBuf,
    },
    /// What the training itself reports.
    #[serde(untagged)]
    Training(TrainingEvent),
}

impl Adaptation {
    /// Learns to the last step, then writes the new reader's package; or until `should_stop`, which leaves a checkpoint
    /// that learning goes on from when it is begun again in the same folder.
    pub fn run(
        &self,
        should_stop: StopSignal<'_>,
        on_event: &mut dyn FnMut(&AdaptationEvent),
    ) -> Result<(), TrainingError> {
        let unwritable = |error: std::io::Error| TrainingError::unwritable(&self.folder, &error);
        let sets = prepare_lines(&self.lines, self.label_source, &self.folder)?;
        on_event(&AdaptationEvent::Prepared { n_learnt: sets.n_learnt, n_held_out: sets.n_held_out });
        let general = general_lines(&self.folder.join("general")).map_err(unwritable)?;
        let base = self.folder.join("base");
        self.base.save(&base).map_err(|error| TrainingError::bad_data(&base, error))?;
        let before = Measured::of(&base, &sets, &general)?;
        on_event(&AdaptationEvent::Measured { stage: Stage::Before, measured: before.clone() });

        let run = TrainingRun::open(&self.folder, self.recipe(&sets, &base)?)?;
        let mut is_finished = false;
        run.train(should_stop, &mut |event| {
            is_finished |= matches!(event, TrainingEvent::Finished { was_stopped: false, .. });
            on_event(&AdaptationEvent::Training(event.clone()));
        })?;
        if !is_finished {
            return Ok(());
        }
        run.export(&self.package)?;
        step_back(&self.package, &base)?;
        let after = Measured::of(&self.package, &sets, &general)?;
        tell_in_package(&self.package, &before, &after)?;
        on_event(&AdaptationEvent::Measured { stage: Stage::After, measured: after });
        on_event(&AdaptationEvent::Learned { package: self.package.clone() });
        Ok(())
    }

    fn recipe(&self, sets: &OwnSets, base: &Path) -> Result<Recipe, TrainingError> {
        let material = self.folder.join("material");
        let sources = bundled_sources(&material).map_err(|error| TrainingError::unwritable(&material, &error))?;
        let origin = &self.base.manifest;
        let whose = match self.label_source {
            LabelSource::Human => "which are their writer's own",
            LabelSource::Pseudo => "as it read them itself",
        };
        let learnt_from = origin.origin.get("data").and_then(toml::Value::as_str).unwrap_or("not stated");
        let source = |weight| LineSource { weight, ..LineSource::default() };
        let recombined =
            RecombinedLines { set: sets.learnt.clone(), reader: base.to_owned(), count: N_RECOMPOSED, seed: 1 };
        let synthetic = SyntheticLines { count: N_SYNTHETIC, seed: 1, sources };
        Ok(Recipe {
            name: self.package.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            title: self.title.clone(),
            version: origin.version.clone(),
            license: origin.license.clone(),
            data: format!(
                "{} began with {} ({learnt_from}) and learnt from {} lines of one hand, {whose}",
                self.title, origin.title, sets.n_learnt
            ),
            architecture: super::network::architecture::Architecture::student(),
            start_from: Some(base.to_owned()),
            valid: sets.held_out.clone(),
            hold_out: None,
            package: PackageConfig::default(),
            trainer: TrainerConfig {
                steps: self.steps,
                // The lines kept back choose nothing on the way: they only tell whether the end beats the beginning.
                valid_every: self.steps.max(1),
                report_every: 5,
                auxiliary_weight: 0.0,
                frozen_normalization: true,
                seed: 1,
                optimizer: OptimizerConfig {
                    learning_rate: LEARNING_RATE,
                    warmup_steps: self.steps / 12,
                    final_rate: 0.02,
                    weight_decay: 0.0,
                    average_decay: 0.98,
                    ..OptimizerConfig::default()
                },
            },
            batches: BatchConfig { columns: BATCH_COLUMNS, short_first_steps: 0 },
            augmentation: AugmentationConfig::default(),
            distillation: None,
            lines: vec![
                LineSource { set: Some(sets.learnt.clone()), ..source(OWN_SHARE * (1.0 - RECOMBINED_PART)) },
                LineSource { recombined: Some(recombined), ..source(OWN_SHARE * RECOMBINED_PART) },
                LineSource { synthetic: Some(synthetic), ..source(1.0 - OWN_SHARE) },
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_told_apart_when_they_are_read_back() {
        let errors = || MeasuredErrors { n_lines: 5, cer: 1.5, wer: 7.0, decoder: "greedy".to_owned() };
        let measured = Measured { own: Some(errors()), general: errors() };
        let finished = TrainingEvent::Finished { step: 3, was_stopped: false, best_valid_cer: None };
        for event in [
            AdaptationEvent::Prepared { n_learnt: 15, n_held_out: 5 },
            AdaptationEvent::Measured { stage: Stage::After, measured },
            AdaptationEvent::Measured { stage: Stage::Before, measured: Measured { own: None, general: errors() } },
            AdaptationEvent::Learned { package: PathBuf::from("mine") },
            AdaptationEvent::Training(finished),
        ] {
            let line = serde_json::to_string(&event).unwrap();
            assert_eq!(serde_json::from_str::<AdaptationEvent>(&line).unwrap(), event, "{line}");
        }
    }
}
