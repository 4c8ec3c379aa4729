//! The training loop: batches in, events and checkpoints out.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

use serde::{Deserialize, Serialize};

use super::{
    AdamW, Architecture, CachedLine, CheckpointState, Network, OptimizerConfig, TrainingError,
    batches::{Batch, BatchPosition, BatchSource},
    criteria::{CtcLoss, Target},
    load_checkpoint, save_checkpoint,
    validation::{ReadLines, read_lines},
};

/// How long and how to train.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TrainerConfig {
    /// Steps in all; the learning rate falls to its last value at the end.
    pub steps: u64,
    /// Steps between two evaluations on the validation lines, each with a checkpoint.
    pub valid_every: u64,
    /// Steps between two progress events.
    pub report_every: u64,
    /// Weight of the auxiliary head's loss; 0 trains without that head.
    pub auxiliary_weight: f32,
    /// First weights, drawing and distortion follow from it.
    pub seed: u64,
    /// How steps are taken.
    pub optimizer: OptimizerConfig,
}

impl Default for TrainerConfig {
    fn default() -> Self {
        Self {
            steps: 10_000,
            valid_every: 500,
            report_every: 25,
            auxiliary_weight: 0.3,
            seed: 1,
            optimizer: OptimizerConfig::default(),
        }
    }
}

/// What a run reports, in order. Serialized as one JSON object a line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum TrainingEvent {
    /// The run has begun or goes on.
    Started {
        /// Steps already taken.
        step: u64,
        /// Steps in all.
        steps: u64,
        /// Trained numbers of the network.
        n_parameters: usize,
    },
    /// A few steps more are done.
    Progress {
        /// Steps taken.
        step: u64,
        /// Mean loss of a line since the last report, in nats.
        loss: f32,
        /// Current learning rate.
        learning_rate: f32,
        /// Lines a second since the last report.
        lines_per_sec: f32,
        /// Seconds trained so far.
        elapsed_secs: f64,
        /// Seconds to go at this speed.
        remaining_secs: f64,
    },
    /// The averaged weights were evaluated on the validation lines.
    Validated {
        /// Steps taken.
        step: u64,
        /// Lines shown so far.
        n_lines: u64,
        /// Character error rate in percent, greedy.
        cer: f64,
        /// Word error rate in percent, greedy.
        wer: f64,
        /// Whether this is the best so far.
        is_best: bool,
        /// Some lines as they should read and as they were read.
        samples: Vec<(String, String)>,
    },
    /// Weights and state are safe in this file.
    Checkpoint {
        /// Steps taken.
        step: u64,
        /// The file.
        path: PathBuf,
    },
    /// The run is over.
    Finished {
        /// Steps taken.
        step: u64,
        /// Whether it was asked to stop before its last step.
        was_stopped: bool,
        /// The best character error rate in percent, where there were validation lines.
        best_valid_cer: Option<f64>,
    },
}

/// Whether the run should end now, after a checkpoint.
pub type StopSignal<'a> = &'a (dyn Fn() -> bool + Sync);

/// A network in training.
#[derive(Debug)]
pub struct Trainer {
    /// How long and how.
    pub config: TrainerConfig,
    network: Network,
    optimizer: AdamW,
    step: u64,
    n_lines: u64,
    elapsed_before: f64,
    best_valid_cer: Option<f64>,
    position: BatchPosition,
}

/// Names of the files in a run's folder.
pub const LAST_CHECKPOINT: &str = "last.safetensors";
/// The checkpoint with the lowest error rate on the validation lines.
pub const BEST_CHECKPOINT: &str = "best.safetensors";

impl Trainer {
    /// A new network.
    pub fn new(architecture: Architecture, config: TrainerConfig) -> Self {
        let mut network = Network::new(architecture, config.auxiliary_weight > 0.0, config.seed);
        let optimizer = AdamW::new(config.optimizer, &network.parameters_mut());
        let position = BatchPosition::default();
        Self { config, network, optimizer, step: 0, n_lines: 0, elapsed_before: 0.0, best_valid_cer: None, position }
    }

    /// Goes on from the checkpoint at `path`.
    pub fn resume(path: &Path, config: TrainerConfig) -> Result<Self, TrainingError> {
        let checkpoint = load_checkpoint(path)?;
        let state = checkpoint.state;
        let optimizer = AdamW { config: config.optimizer, n_steps: state.step, states: checkpoint.states };
        Ok(Self {
            config,
            network: checkpoint.network,
            optimizer,
            step: state.step,
            n_lines: state.n_lines,
            elapsed_before: state.elapsed_secs,
            best_valid_cer: state.best_valid_cer,
            position: state.position,
        })
    }

    /// Trains to the last step or until `should_stop`, with checkpoints in `folder`. Batches are prepared on a thread
    /// of their own.
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
            let (sender, receiver) = crossbeam_channel::bounded::<Batch>(3);
            std::thread::Builder::new()
                .name("batches".to_owned())
                .spawn_scoped(scope, move || {
                    for step in first..last {
                        if sender.send(batches.next_batch(step)).is_err() {
                            return;
                        }
                    }
                })
                .map_err(|error| TrainingError::NoLines { reason: error.to_string() })?;
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
        for batch in batches {
            let rate = self.config.optimizer.rate_at(self.step, self.config.steps);
            let loss = self.take_step(&batch, rate)?;
            report.add(loss, batch.labels.len());
            let elapsed_secs = self.elapsed_before + start.elapsed().as_secs_f64();
            if self.step.is_multiple_of(self.config.report_every) {
                on_event(report.take(self.step, self.config.steps, rate, elapsed_secs));
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

    /// One step along the gradient of `batch`; returns the mean loss of its lines.
    fn take_step(&mut self, batch: &Batch, rate: f32) -> Result<f32, TrainingError> {
        let n_labels = self.network.architecture.n_labels;
        let targets: Vec<Target<'_>> =
            (batch.labels.iter().zip(&batch.n_frames)).map(|(labels, &n_frames)| Target { labels, n_frames }).collect();
        let logits = self.network.forward_training(&batch.input);
        let (mut gradient, mut auxiliary_gradient) = (Vec::new(), Vec::new());
        let loss = CtcLoss::of_batch(logits.main, n_labels, &targets, &mut gradient);
        if !logits.auxiliary.is_empty() {
            CtcLoss::of_batch(logits.auxiliary, n_labels, &targets, &mut auxiliary_gradient);
            for gradient in &mut auxiliary_gradient {
                *gradient *= self.config.auxiliary_weight;
            }
        }
        self.network.backward(&batch.input, &gradient, &auxiliary_gradient);
        let norm = self.optimizer.step(&mut self.network.parameters_mut(), rate);
        self.step += 1;
        self.n_lines += batch.labels.len() as u64;
        self.position = batch.position;
        if loss.mean.is_finite() && norm.is_finite() {
            Ok(loss.mean)
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
        let samples =
            valid.iter().zip(texts).step_by(valid.len().div_ceil(4)).map(|(line, read)| (line.text.clone(), read));
        on_event(TrainingEvent::Validated {
            step: self.step,
            n_lines: self.n_lines,
            cer: cer.percent(),
            wer: wer.percent(),
            is_best,
            samples: samples.collect(),
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
        };
        save_checkpoint(path, &mut self.network, &self.optimizer, &state)?;
        on_event(TrainingEvent::Checkpoint { step: self.step, path: path.to_owned() });
        Ok(())
    }

    /// The network with the averaged weights: what is evaluated and exported.
    pub fn averaged_network(&mut self) -> Network {
        let mut averaged = self.network.clone();
        for (parameter, state) in averaged.parameters_mut().into_iter().zip(&self.optimizer.states) {
            parameter.value.clone_from(&state.averaged);
        }
        averaged
    }
}

/// Sums since the last progress event.
struct Report {
    start: Instant,
    loss: f32,
    n_steps: u64,
    n_lines: usize,
}

impl Report {
    fn new() -> Self {
        Self { start: Instant::now(), loss: 0.0, n_steps: 0, n_lines: 0 }
    }

    fn add(&mut self, loss: f32, n_lines: usize) {
        self.loss += loss;
        self.n_steps += 1;
        self.n_lines += n_lines;
    }

    fn take(&mut self, step: u64, steps: u64, learning_rate: f32, elapsed_secs: f64) -> TrainingEvent {
        let secs = self.start.elapsed().as_secs_f64();
        let n_steps = self.n_steps.max(1) as f64;
        let event = TrainingEvent::Progress {
            step,
            loss: self.loss / n_steps as f32,
            learning_rate,
            lines_per_sec: (self.n_lines as f64 / secs.max(1e-9)) as f32,
            elapsed_secs,
            remaining_secs: steps.saturating_sub(step) as f64 * secs / n_steps,
        };
        *self = Self::new();
        event
    }
}
