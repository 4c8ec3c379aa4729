//! The training loop: batches in, events and checkpoints out.

use std::{path::Path, sync::Arc, time::Instant};

use serde::{Deserialize, Serialize};

use super::{
    checkpoint::{CheckpointState, load_checkpoint, save_checkpoint},
    criteria::criterion::Criterion,
    data::{
        batches::{Batch, BatchPosition, BatchSource},
        line_cache::CachedLine,
    },
    distillation::{DistillationConfig, check_sizes, fingerprint, fix_upper_layers, take_over_upper_layers},
    error::TrainingError,
    event::{Moment, Report, TrainingEvent},
    network::{architecture::Architecture, cnn_dblstm::Network},
    objective::{Objective, Phase},
    optimizer::{AdamW, OptimizerConfig},
    validation::{ReadLines, read_lines, samples},
};

/// The length of a training, its reports and its optimizer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TrainerConfig {
    /// Number of steps; the learning rate reaches its last value at the end. A distillation has its own steps.
    pub steps: u64,
    /// Steps between two evaluations on the validation lines, each with a checkpoint.
    pub valid_every: u64,
    /// Steps between two progress events.
    pub report_every: u64,
    /// Weight of the auxiliary head's loss; 0 trains without that head.
    pub auxiliary_weight: f32,
    /// Whether to normalize with the running means and variances of the start, unchanged. A start from a model package
    /// always is: its batch normalization is folded into its weights.
    pub frozen_normalization: bool,
    /// Seed of the first weights, of the drawing of lines and of their augmentation.
    pub seed: u64,
    /// The optimizer.
    pub optimizer: OptimizerConfig,
}

impl Default for TrainerConfig {
    fn default() -> Self {
        Self {
            steps: 10_000,
            valid_every: 500,
            report_every: 25,
            auxiliary_weight: 0.3,
            frozen_normalization: false,
            seed: 1,
            optimizer: OptimizerConfig::default(),
        }
    }
}

/// Batches that are prepared ahead of the training.
const PREPARED_BATCHES: usize = 3;

/// Returns whether the run should end now, after a checkpoint.
pub type StopSignal<'a> = &'a (dyn Fn() -> bool + Sync);

/// A network in training.
#[derive(Debug)]
pub struct Trainer {
    /// Its configuration.
    pub config: TrainerConfig,
    network: Network,
    phases: Vec<Phase>,
    optimizer: AdamW,
    step: u64,
    n_lines: u64,
    elapsed_before: f64,
    best_valid_cer: Option<f64>,
    position: BatchPosition,
    /// Steps of the phases where a time limit shortened them; else empty.
    planned_steps: Vec<u64>,
    /// Fingerprint of the teacher, if there is one.
    teacher: Option<String>,
    /// Whether the run starts from trained weights, which are then evaluated before the first step, so that the best
    /// weights are never worse than the start.
    is_from_trained: bool,
}

/// The checkpoint of the last step, a file in the run's folder.
pub const LAST_CHECKPOINT: &str = "last.safetensors";
/// The checkpoint with the lowest CER on the validation lines, a file in the run's folder.
pub const BEST_CHECKPOINT: &str = "best.safetensors";

impl Trainer {
    /// A run with a new network.
    pub fn new(architecture: Architecture, config: TrainerConfig) -> Self {
        let network = Network::new(architecture, config.auxiliary_weight > 0.0, config.seed);
        Self { is_from_trained: false, ..Self::starting_from(network, config) }
    }

    /// A run that starts from the weights of `start`. An auxiliary head is added where it lacks one.
    pub fn starting_from(start: Network, config: TrainerConfig) -> Self {
        let mut network = start.with_auxiliary(config.auxiliary_weight > 0.0, config.seed);
        if config.frozen_normalization {
            network.freeze_normalization(true);
        }
        let optimizer = AdamW::new(config.optimizer, &network.parameters_mut());
        let phases = vec![labels_only(&config)];
        let position = BatchPosition::default();
        Self {
            config,
            network,
            phases,
            optimizer,
            step: 0,
            n_lines: 0,
            elapsed_before: 0.0,
            best_valid_cer: None,
            position,
            planned_steps: Vec::new(),
            teacher: None,
            is_from_trained: true,
        }
    }

    /// Resumes from the checkpoint at `path`.
    pub fn resume(path: &Path, config: TrainerConfig) -> Result<Self, TrainingError> {
        let checkpoint = load_checkpoint(path)?;
        let state = checkpoint.state;
        let optimizer = AdamW { config: config.optimizer, n_steps: state.step, states: checkpoint.states };
        Ok(Self {
            phases: vec![labels_only(&config)],
            config,
            network: checkpoint.network,
            optimizer,
            step: state.step,
            n_lines: state.n_lines,
            elapsed_before: state.elapsed_secs,
            best_valid_cer: state.best_valid_cer,
            position: state.position,
            planned_steps: state.phase_steps,
            teacher: state.teacher,
            is_from_trained: false,
        })
    }

    /// The labels of its network, the blank included.
    pub(super) const fn n_labels(&self) -> usize {
        self.network.architecture.n_labels
    }

    /// Adds a first phase of `steps` steps with a teacher, before the phase on labels. A new network takes over the
    /// teacher's LSTM layers and inner-product layer; a resumed one has them. Fails if the sizes of both do not fit, or
    /// if the run began with another teacher.
    pub fn with_teacher(
        mut self,
        mut teacher: Network,
        distillation: &DistillationConfig,
        steps: u64,
    ) -> Result<Self, TrainingError> {
        check_sizes(&self.network, &teacher, distillation.criterion, &distillation.teacher)?;
        let fingerprint = fingerprint(&mut teacher);
        if self.teacher.as_ref().is_some_and(|known| *known != fingerprint) {
            let reason = "it is not the teacher that the run began with: take that one, or another folder for the run";
            return Err(TrainingError::bad_data(&distillation.teacher, reason));
        }
        self.teacher = Some(fingerprint);
        if self.step == 0 {
            take_over_upper_layers(&mut self.network, &mut teacher);
            self.optimizer = AdamW::new(self.config.optimizer, &self.network.parameters_mut());
        }
        self.phases = distillation.phases(&self.network, teacher, steps, self.config.auxiliary_weight);
        self.set_phase_steps(&self.planned_steps.clone());
        Ok(self)
    }

    fn set_phase_steps(&mut self, steps: &[u64]) {
        for (phase, &steps) in self.phases.iter_mut().zip(steps) {
            phase.steps = steps;
        }
        self.config.steps = self.phases.iter().map(|phase| phase.steps).sum();
    }

    /// The steps of each phase.
    pub fn phase_steps(&self) -> Vec<u64> {
        self.phases.iter().map(|phase| phase.steps).collect()
    }

    /// Shortens all phases by the same factor if they would take longer than `secs` seconds together, so that the last
    /// one is reached. Their speed is measured on batches of `batches`, without changing a weight.
    pub fn fit_into(&mut self, secs: f64, batches: &BatchSource) {
        /// Share of the time that is kept for evaluations and checkpoints. No measurement is recorded.
        const RESERVE: f64 = 0.1;
        let mut batches = batches.clone();
        let mut network = self.network.clone();
        let mut whole_secs = 0.0;
        for phase in &mut self.phases {
            fix_upper_layers(&mut network, phase.fixes_upper_layers);
            // The first pass, which allocates the activations, does not count.
            let times = [(); 3].map(|()| {
                let batch = batches.next_batch(0);
                let start = Instant::now();
                phase.objective.propagate(&mut network, &batch);
                start.elapsed().as_secs_f64()
            });
            whole_secs += phase.steps as f64 * times[1..].iter().sum::<f64>() / 2.0;
        }
        let share = secs * (1.0 - RESERVE) / whole_secs.max(1e-9);
        if share < 1.0 {
            let shortened = |phase: &Phase| (phase.steps as f64 * share).ceil() as u64;
            self.planned_steps = self.phases.iter().map(shortened).collect();
            self.set_phase_steps(&self.planned_steps.clone());
        }
    }

    /// Trains to the last step or until `should_stop`, with checkpoints in `folder`. Another thread prepares the
    /// batches.
    pub fn run(
        &mut self,
        mut batches: BatchSource,
        valid: &Arc<Vec<CachedLine>>,
        folder: &Path,
        should_stop: StopSignal<'_>,
        on_event: &mut dyn FnMut(TrainingEvent),
    ) -> Result<(), TrainingError> {
        batches.resume(self.position);
        let n_parameters = self.network.architecture.n_parameters();
        on_event(TrainingEvent::Started { step: self.step, steps: self.config.steps, n_parameters });
        let (first, last) = (self.step, self.config.steps);
        std::thread::scope(|scope| {
            let (sender, receiver) = crossbeam_channel::bounded::<Batch>(PREPARED_BATCHES);
            std::thread::Builder::new()
                .name("batches".to_owned())
                .spawn_scoped(scope, move || {
                    for step in first..last {
                        if sender.send(batches.next_batch(step)).is_err() {
                            return;
                        }
                    }
                })
                .map_err(|error| TrainingError::Thread { reason: error.to_string() })?;
            let result = self.train(&receiver, valid, folder, should_stop, on_event);
            drop(receiver);
            result
        })
    }

    fn train(
        &mut self,
        batches: &crossbeam_channel::Receiver<Batch>,
        valid: &[CachedLine],
        folder: &Path,
        should_stop: StopSignal<'_>,
        on_event: &mut dyn FnMut(TrainingEvent),
    ) -> Result<(), TrainingError> {
        let start = Instant::now();
        let mut report = Report::new();
        let mut was_stopped = false;
        if self.is_from_trained && self.step == 0 && !valid.is_empty() {
            self.validate(valid, folder, self.elapsed_before, on_event)?;
        }
        for batch in batches {
            let StepReport { loss, learning_rate, criterion, ends_phase } = self.take_step(&batch)?;
            report.add(loss, batch.labels.len());
            let elapsed_secs = self.elapsed_before + start.elapsed().as_secs_f64();
            if ends_phase || self.step.is_multiple_of(self.config.report_every) {
                let (step, steps) = (self.step, self.config.steps);
                on_event(report.finish(Moment { step, steps, criterion, learning_rate, elapsed_secs }));
            }
            was_stopped = should_stop();
            let is_last = was_stopped || self.step == self.config.steps;
            if self.step.is_multiple_of(self.config.valid_every) || is_last {
                if !valid.is_empty() {
                    self.validate(valid, folder, elapsed_secs, on_event)?;
                }
                self.save(&folder.join(LAST_CHECKPOINT), elapsed_secs, on_event)?;
                report = Report::new();
            }
            if was_stopped {
                break;
            }
        }
        self.elapsed_before += start.elapsed().as_secs_f64();
        on_event(TrainingEvent::Finished { step: self.step, was_stopped, best_valid_cer: self.best_valid_cer });
        Ok(())
    }

    /// One step along the gradient of `batch`.
    fn take_step(&mut self, batch: &Batch) -> Result<StepReport, TrainingError> {
        let (phase, taken) = phase_at(&mut self.phases, self.step);
        let learning_rate = phase.relative_rate * self.config.optimizer.rate_at(taken, phase.steps);
        fix_upper_layers(&mut self.network, phase.fixes_upper_layers);
        let loss = phase.objective.propagate(&mut self.network, batch);
        let (criterion, ends_phase) = (phase.objective.criterion(), taken + 1 == phase.steps);
        let norm = self.optimizer.step(&mut self.network.parameters_mut(), learning_rate);
        self.step += 1;
        self.n_lines += batch.labels.len() as u64;
        self.position = batch.position;
        if loss.is_finite() && norm.is_finite() {
            Ok(StepReport { loss, learning_rate, criterion, ends_phase })
        } else {
            Err(TrainingError::Diverged { step: self.step })
        }
    }

    fn validate(
        &mut self,
        valid: &[CachedLine],
        folder: &Path,
        elapsed_secs: f64,
        on_event: &mut dyn FnMut(TrainingEvent),
    ) -> Result<(), TrainingError> {
        let mut averaged = self.averaged_network();
        let ReadLines { cer, wer, texts } = read_lines(&mut averaged, valid);
        let is_best = self.best_valid_cer.is_none_or(|best| cer.percent() < best);
        on_event(TrainingEvent::Validated {
            step: self.step,
            n_lines: self.n_lines,
            cer: cer.percent(),
            wer: wer.percent(),
            is_best,
            samples: samples(valid, texts),
        });
        if is_best {
            self.best_valid_cer = Some(cer.percent());
            self.save(&folder.join(BEST_CHECKPOINT), elapsed_secs, on_event)?;
        }
        Ok(())
    }

    fn save(
        &mut self,
        path: &Path,
        elapsed_secs: f64,
        on_event: &mut dyn FnMut(TrainingEvent),
    ) -> Result<(), TrainingError> {
        let state = CheckpointState {
            architecture: self.network.architecture.clone(),
            step: self.step,
            position: self.position,
            elapsed_secs,
            best_valid_cer: self.best_valid_cer,
            n_lines: self.n_lines,
            frozen_normalization: self.network.has_frozen_normalization(),
            teacher: self.teacher.clone(),
            phase_steps: self.planned_steps.clone(),
        };
        save_checkpoint(path, &mut self.network, &self.optimizer, &state)?;
        on_event(TrainingEvent::Checkpoint { step: self.step, path: path.to_owned() });
        Ok(())
    }

    /// The network with the averaged weights, which are evaluated and exported.
    pub fn averaged_network(&mut self) -> Network {
        let mut averaged = self.network.clone();
        for (parameter, state) in averaged.parameters_mut().into_iter().zip(&self.optimizer.states) {
            parameter.value.clone_from(&state.averaged);
        }
        averaged
    }
}

/// The loss and the circumstances of one step.
struct StepReport {
    loss: f32,
    learning_rate: f32,
    criterion: Criterion,
    ends_phase: bool,
}

/// One phase from the first to the last step, on labels.
const fn labels_only(config: &TrainerConfig) -> Phase {
    let objective = Objective::Labels { auxiliary_weight: config.auxiliary_weight };
    Phase { objective, steps: config.steps, relative_rate: 1.0, fixes_upper_layers: false }
}

/// The phase of `step`, the last one for all later steps, and the number of steps before `step` in it.
fn phase_at(phases: &mut [Phase], step: u64) -> (&mut Phase, u64) {
    let mut first = 0;
    let mut index = 0;
    while index + 1 < phases.len() && step >= first + phases[index].steps {
        first += phases[index].steps;
        index += 1;
    }
    (&mut phases[index], step - first)
}
