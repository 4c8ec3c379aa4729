//! Knowledge distillation (Ding et al., ICFHR 2018).
//!
//! A run has two phases. In the first, the student takes over the teacher's LSTM and inner-product layers, which stay
//! fixed, and its convolutions are trained to match the teacher's activations on the same augmented pixels. In the
//! second, all layers are fine-tuned with CTC.
//!
//! A student with other LSTM sizes has no layer to take over. Criteria behind the LSTM layers (Softmax-CE, IP-L2, and
//! LSTM-L2 where both have as many outputs) then train all its layers; criteria before them (CNN-L2, CNN-MAH) train its
//! convolutions, and the other layers are trained by CTC alone.

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

/// The teacher, the criterion and the length of a distillation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DistillationConfig {
    /// The teacher: a checkpoint, whose averaged weights are taken, or the folder of a model package.
    pub teacher: PathBuf,
    /// What the first phase minimizes.
    #[serde(default = "DistillationConfig::default_criterion")]
    pub criterion: Criterion,
    /// Temperature of Softmax-CE.
    #[serde(default = "DistillationConfig::default_temperature")]
    pub temperature: f32,
    /// Steps of distillation.
    #[serde(default = "DistillationConfig::default_steps")]
    pub steps: u64,
    /// In place of `steps`: passes over the input columns of all lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epochs: Option<f64>,
    /// Steps of the second phase: CTC on the labelled lines, all layers.
    #[serde(default = "DistillationConfig::default_fine_tune_steps")]
    pub fine_tune_steps: u64,
    /// The highest learning rate of the second phase, as a share of the configured one.
    #[serde(default = "DistillationConfig::default_fine_tune_rate")]
    pub fine_tune_rate: f32,
    /// Unlabelled lines, for the first phase.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unlabelled: Vec<UnlabelledLines>,
}

/// A source of unlabelled lines with its weight.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnlabelledLines {
    /// Input columns are drawn from all sources in proportion to it.
    pub weight: f32,
    /// A folder of line images, or a set of any kind, whose texts are ignored; with `whole_pages`, an image of a page
    /// or a folder of such images.
    pub set: PathBuf,
    /// Whether the images show whole pages, on which lines are found first.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub whole_pages: bool,
}

impl DistillationConfig {
    /// The defaults for `teacher`: the paper's best criterion, and what a recipe need not state.
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

    /// All sources, `labelled` and unlabelled, and the steps of the first phase over them. Fails with
    /// [`TrainingError::NoLabels`] if a phase needs labels and there are none.
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

/// Whether the LSTM layers and the inner-product layers of both have the same sizes.
fn has_same_upper_layers(student: &Network, teacher: &Network) -> bool {
    let sizes = |network: &Network| {
        let Architecture { lstm_cells, lstm_rank, n_labels, .. } = network.architecture;
        (lstm_cells, lstm_rank, n_labels)
    };
    sizes(student) == sizes(teacher)
}

/// Copies the LSTM layers and the inner-product layer of `teacher` to `student` if they have the same sizes.
pub(super) fn take_over_upper_layers(student: &mut Network, teacher: &mut Network) {
    if !has_same_upper_layers(student, teacher) {
        return;
    }
    for (own, theirs) in student.upper_parameters_mut().into_iter().zip(teacher.upper_parameters_mut()) {
        own.value.clone_from(&theirs.value);
    }
}

/// Sets whether training leaves the LSTM layers and the inner-product layer unchanged.
pub(super) fn fix_upper_layers(network: &mut Network, is_fixed: bool) {
    network.upper_parameters_mut().into_iter().for_each(|parameter: &mut Parameter| parameter.is_fixed = is_fixed);
}

/// Fails if student and teacher have different numbers of labels, or of features where `criterion` compares them;
/// `path` is the teacher's.
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

/// A digest of all weights and running statistics, which identifies a teacher.
pub(super) fn fingerprint(teacher: &mut Network) -> String {
    let mut bytes: Vec<u8> = Vec::new();
    let mut add = |values: &[f32]| bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    teacher.running_statistics_mut().into_iter().for_each(|(_, values)| add(values));
    teacher.parameters_mut().into_iter().for_each(|parameter| add(&parameter.value));
    sha256_hex(&bytes)
}
