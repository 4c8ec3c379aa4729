//! Teacher-student learning (Ding et al., ICFHR 2018): the student takes over the teacher's LSTM and inner-product
//! layers as they are, its convolutions learn to give what the teacher's give, then all is tuned with CTC.
//!
//! A student whose LSTM layers are smaller has nothing to take over. By what is compared behind them (Softmax-CE, IP-L2,
//! LSTM-L2 where the outputs are as many), all its layers are trained; by what is compared before (CNN-L2, CNN-MAH), its
//! convolutions are, and its other layers wait for CTC.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{
    criteria::{criterion::Criterion, teacher_loss::TeacherLoss},
    data::{
        batches::WeightedLines,
        line_cache::CachedLine,
        line_dataset::{lines_of_pages, lines_without_labels},
    },
    engine::parameter::Parameter,
    error::TrainingError,
    network::{architecture::Architecture, cnn_dblstm::Network, feature_tap::FeatureTap},
    objective::{Objective, Phase},
    teacher::Teacher,
};
use crate::recognition::sha256_hex;

/// From whom to learn, and how.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DistillationConfig {
    /// The teacher: a checkpoint, whose averaged weights are taken, or the folder of a model package.
    pub teacher: PathBuf,
    /// What the student's convolutions are to minimize.
    #[serde(default = "DistillationConfig::default_criterion")]
    pub criterion: Criterion,
    /// Of Softmax-CE.
    #[serde(default = "DistillationConfig::default_temperature")]
    pub temperature: f32,
    /// Steps of distillation.
    #[serde(default = "DistillationConfig::default_steps")]
    pub steps: u64,
    /// Instead of `steps`: as many steps as it takes to show so many times the columns that there are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epochs: Option<f64>,
    /// Steps of CTC on the labelled lines afterwards, for the whole network.
    #[serde(default = "DistillationConfig::default_fine_tune_steps")]
    pub fine_tune_steps: u64,
    /// The highest learning rate of these, as a part of the configured one.
    #[serde(default = "DistillationConfig::default_fine_tune_rate")]
    pub fine_tune_rate: f32,
    /// Lines whose text nobody knows, for distillation only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unlabelled: Vec<UnlabelledLines>,
}

/// Line images without labels, and their share.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnlabelledLines {
    /// Input columns are shared out among all sources in proportion.
    pub weight: f32,
    /// A folder of line images, or a set of any kind whose texts are not looked at; with `whole_pages`, a folder of
    /// images of pages, or one of them.
    pub set: PathBuf,
    /// Whether the images show whole pages, whose lines are to be found first.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub whole_pages: bool,
}

impl DistillationConfig {
    /// The paper's best criterion and what else a recipe leaves open.
    pub fn of_teacher(teacher: PathBuf) -> Self {
        Self {
            teacher,
            criterion: Self::default_criterion(),
            temperature: Self::default_temperature(),
            steps: Self::default_steps(),
            epochs: None,
            fine_tune_steps: Self::default_fine_tune_steps(),
            fine_tune_rate: Self::default_fine_tune_rate(),
            unlabelled: Vec::new(),
        }
    }

    const fn default_criterion() -> Criterion {
        Criterion::CnnMah
    }

    const fn default_temperature() -> f32 {
        1.0
    }

    const fn default_steps() -> u64 {
        5000
    }

    const fn default_fine_tune_steps() -> u64 {
        2000
    }

    const fn default_fine_tune_rate() -> f32 {
        0.3
    }

    /// `labelled` with the lines without labels, and the steps that distillation takes over them.
    pub(super) fn lines(
        &self,
        labelled: Vec<WeightedLines>,
        batch_columns: usize,
    ) -> Result<(Vec<WeightedLines>, u64), TrainingError> {
        let is_ctc_used = self.criterion.needs_labels() || self.fine_tune_steps > 0;
        if is_ctc_used && labelled.iter().all(|source| source.lines.is_empty() || source.weight <= 0.0) {
            return Err(TrainingError::NoLabels);
        }
        let mut sources = labelled;
        if !self.criterion.needs_labels() {
            for UnlabelledLines { weight, set, whole_pages } in &self.unlabelled {
                let lines = if *whole_pages { lines_of_pages(set)? } else { lines_without_labels(set)? };
                sources.push(WeightedLines { lines: lines.into(), weight: *weight, until_step: Some(u64::MAX) });
            }
        }
        let n_columns = |source: &WeightedLines| source.lines.iter().map(|line: &CachedLine| line.width).sum::<usize>();
        let steps = self.epochs.map_or(self.steps, |epochs| {
            let columns: usize = sources.iter().map(n_columns).sum();
            (epochs * columns as f64 / batch_columns.max(1) as f64).ceil() as u64
        });
        for source in sources.iter_mut().filter(|source| source.until_step.is_some()) {
            source.until_step = Some(steps);
        }
        Ok((sources, steps))
    }

    /// The run's phases: `steps` of distillation from `teacher`, then fine-tuning.
    pub(super) fn phases(&self, student: &Network, teacher: Network, steps: u64, auxiliary_weight: f32) -> Vec<Phase> {
        let fixes_upper_layers = has_same_upper_layers(student, &teacher) || self.criterion.tap() == FeatureTap::Frames;
        let labels = || Objective::Labels { auxiliary_weight };
        let objective = match TeacherLoss::new(self.criterion, self.temperature, &teacher) {
            Some(loss) => Objective::Teacher(Box::new(Teacher::new(self.criterion, loss, teacher))),
            None => labels(),
        };
        let fine_tuning = Phase {
            objective: labels(),
            steps: self.fine_tune_steps,
            relative_rate: self.fine_tune_rate,
            fixes_upper_layers: false,
        };
        vec![Phase { objective, steps, relative_rate: 1.0, fixes_upper_layers }, fine_tuning]
    }
}

/// Whether the LSTM layers and the inner-product layer of both are of the same sizes.
fn has_same_upper_layers(student: &Network, teacher: &Network) -> bool {
    let sizes = |network: &Network| {
        let Architecture { lstm_cells, lstm_rank, n_labels, .. } = network.architecture;
        (lstm_cells, lstm_rank, n_labels)
    };
    sizes(student) == sizes(teacher)
}

/// Gives `student` the LSTM layers and the inner-product layer of `teacher` where they are of the same sizes.
pub(super) fn take_over_upper_layers(student: &mut Network, teacher: &mut Network) {
    if !has_same_upper_layers(student, teacher) {
        return;
    }
    for (own, theirs) in student.upper_parameters_mut().into_iter().zip(teacher.upper_parameters_mut()) {
        own.value.clone_from(&theirs.value);
    }
}

/// Sets whether training leaves the LSTM layers and the inner-product layer as they are.
pub(super) fn fix_upper_layers(network: &mut Network, is_fixed: bool) {
    network.upper_parameters_mut().into_iter().for_each(|parameter: &mut Parameter| parameter.is_fixed = is_fixed);
}

/// Refuses a teacher with other labels than the student's, or with other numbers where both are compared; `path` is the
/// teacher's.
pub(super) fn check_sizes(
    student: &Network,
    teacher: &Network,
    criterion: Criterion,
    path: &Path,
) -> Result<(), TrainingError> {
    let sizes = |network: &Network| (network.n_features(criterion.tap()), network.architecture.n_labels);
    let ((own, own_labels), (theirs, labels)) = (sizes(student), sizes(teacher));
    if (own, own_labels) == (theirs, labels) {
        return Ok(());
    }
    let reason = format!(
        "for {criterion}, it has {theirs} numbers a frame and {labels} labels, the student {own} and {own_labels}"
    );
    Err(TrainingError::bad_data(path, reason))
}

/// Tells teachers apart: of all their weights and statistics.
pub(super) fn fingerprint(teacher: &mut Network) -> String {
    let mut bytes: Vec<u8> = Vec::new();
    let mut add = |values: &[f32]| bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    teacher.running_statistics_mut().into_iter().for_each(|(_, values)| add(values));
    teacher.parameters_mut().into_iter().for_each(|parameter| add(&parameter.value));
    sha256_hex(&bytes)
}
