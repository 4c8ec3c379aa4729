//! An adaptation from its lines to the adapted reader's package.

use std::path::{Path, PathBuf};

use super::{
    event::{AdaptationEvent, AdaptationStage},
    label_source::LabelSource,
    lines::{OwnLines, prepare_lines},
    score::{AdaptationScore, write_to_package},
    weight_interpolation::interpolate,
};
use crate::{
    evaluation::general_lines,
    recognition::ModelPackage,
    synthesis::bundled_sources,
    training::{
        data::{augmentation::AugmentationConfig, batches::BatchConfig, word_recombination::RecombinedLines},
        error::TrainingError,
        event::TrainingEvent,
        network::architecture::Architecture,
        optimizer::OptimizerConfig,
        recipe::{LineSource, PackageConfig, Recipe, SyntheticLines},
        run::TrainingRun,
        trainer::{StopSignal, TrainerConfig},
    },
};

/// Share of the input columns of the user's own lines; lines of other hands get the rest. This, [`RECOMBINED_SHARE`]
/// and [`LEARNING_RATE`] were chosen on three hands, 20 to 24 lines of each: one of a letter, two of IAM for a reader
/// that had never seen it. Against 0.6, 0 and 2e-4, CER falls by a tenth to a fifth there, and by a sixth on a fourth
/// hand.
const OWN_SHARE: f32 = 0.8;
/// Share of the own columns in lines recombined from the words of the own lines.
const RECOMBINED_SHARE: f32 = 0.3;
/// Recombined lines. No measurement is recorded.
const N_RECOMBINED: u64 = 200;
/// Synthetic lines of other hands. No measurement is recorded.
const N_SYNTHETIC: u64 = 300;
/// The highest learning rate: a fifth of the rate that the shipped student was first trained with.
const LEARNING_RATE: f32 = 3e-4;
/// Input columns a step, about six lines. No measurement is recorded.
const BATCH_COLUMNS: usize = 4096;

/// One adaptation: a reader, the lines of a hand, and where the adapted reader goes.
#[derive(Clone, Debug)]
pub struct Adaptation {
    /// Labelled lines of one hand: any set that `LineSet::open` opens.
    pub lines: PathBuf,
    /// Where their labels come from.
    pub label_source: LabelSource,
    /// The reader to start from.
    pub base: ModelPackage,
    /// The adapted reader's name for people.
    pub title: String,
    /// Folder of the run, with all intermediate files.
    pub folder: PathBuf,
    /// Folder of the adapted reader's package; its last component is the reader's name.
    pub package: PathBuf,
    /// Training steps.
    pub steps: u64,
}

impl Adaptation {
    /// Trains to the last step and writes the adapted reader's package; or trains until `should_stop` and leaves a
    /// checkpoint, from which a later run in the same folder resumes.
    pub fn run(
        &self,
        should_stop: StopSignal<'_>,
        on_event: &mut dyn FnMut(&AdaptationEvent),
    ) -> Result<(), TrainingError> {
        let unwritable = |error: std::io::Error| TrainingError::unwritable(&self.folder, &error);
        let own = prepare_lines(&self.lines, self.label_source, &self.folder)?;
        on_event(&AdaptationEvent::Prepared { n_learnt: own.n_training, n_held_out: own.n_held_out });
        let general = general_lines(&self.folder.join("general")).map_err(unwritable)?;
        let base = self.folder.join("base");
        self.base.save(&base).map_err(|error| TrainingError::bad_data(&base, error))?;
        let before = AdaptationScore::measure(&base, &own, &general)?;
        on_event(&AdaptationEvent::Measured { stage: AdaptationStage::Before, measured: before.clone() });

        let run = TrainingRun::open(&self.folder, self.recipe(&own, &base)?)?;
        let mut is_finished = false;
        run.train(should_stop, &mut |event| {
            is_finished |= matches!(event, TrainingEvent::Finished { was_stopped: false, .. });
            on_event(&AdaptationEvent::Training(event.clone()));
        })?;
        if !is_finished {
            return Ok(());
        }
        run.export(&self.package)?;
        interpolate(&self.package, &base)?;
        let after = AdaptationScore::measure(&self.package, &own, &general)?;
        write_to_package(&self.package, &before, &after)?;
        on_event(&AdaptationEvent::Measured { stage: AdaptationStage::After, measured: after });
        on_event(&AdaptationEvent::Learned { package: self.package.clone() });
        Ok(())
    }

    fn recipe(&self, own: &OwnLines, base: &Path) -> Result<Recipe, TrainingError> {
        let material = self.folder.join("material");
        let sources = bundled_sources(&material).map_err(|error| TrainingError::unwritable(&material, &error))?;
        let origin = &self.base.manifest;
        let whose = match self.label_source {
            LabelSource::Human => "which are their writer's own",
            LabelSource::Pseudo => "as it read them itself",
        };
        let base_data = origin.origin.get("data").and_then(toml::Value::as_str).unwrap_or("not stated");
        let source = |weight| LineSource { weight, ..LineSource::default() };
        let recombined =
            RecombinedLines { set: own.training.clone(), reader: base.to_owned(), count: N_RECOMBINED, seed: 1 };
        let synthetic = SyntheticLines { count: N_SYNTHETIC, seed: 1, sources };
        Ok(Recipe {
            name: self.package.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            title: self.title.clone(),
            version: origin.version.clone(),
            license: origin.license.clone(),
            data: format!(
                "{} began with {} ({base_data}) and learnt from {} lines of one hand, {whose}",
                self.title, origin.title, own.n_training
            ),
            architecture: Architecture::student(),
            start_from: Some(base.to_owned()),
            valid: own.held_out.clone(),
            hold_out: None,
            package: PackageConfig::default(),
            trainer: TrainerConfig {
                steps: self.steps,
                // Lines held out choose no checkpoint: they only compare the readers before and after.
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
                LineSource { set: Some(own.training.clone()), ..source(OWN_SHARE * (1.0 - RECOMBINED_SHARE)) },
                LineSource { recombined: Some(recombined), ..source(OWN_SHARE * RECOMBINED_SHARE) },
                LineSource { synthetic: Some(synthetic), ..source(1.0 - OWN_SHARE) },
            ],
        })
    }
}
