//! Events that a training run reports.

use std::{path::PathBuf, time::Instant};

use serde::{Deserialize, Serialize};

use super::criteria::criterion::Criterion;
use crate::jobs::resident_mib;

/// What a run does before its first step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preparation {
    /// Draws and loads the lines to learn from.
    Lines,
    /// Evaluates the teacher on the validation lines.
    Teacher,
    /// Measures how fast steps are, to fit them into a time limit.
    Speed,
}

/// An event of a run. Serialized as one JSON object a line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum TrainingEvent {
    /// The run does this before its first step.
    Preparing {
        /// What it does.
        work: Preparation,
    },
    /// The run has started or resumed.
    Started {
        /// Steps already taken.
        step: u64,
        /// Number of steps.
        steps: u64,
        /// Trained parameters of the network.
        n_parameters: usize,
    },
    /// Some more steps are done.
    Progress {
        /// Steps taken.
        step: u64,
        /// The criterion of the loss.
        criterion: Criterion,
        /// Mean loss since the last report: of a line in nats for CTC, of a frame for the other criteria.
        loss: f32,
        /// Current learning rate.
        learning_rate: f32,
        /// Lines a second since the last report.
        lines_per_sec: f32,
        /// Seconds trained so far.
        elapsed_secs: f64,
        /// Seconds left at this speed.
        remaining_secs: f64,
        /// Memory of the process in MiB, where the system tells.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        memory_mib: Option<u32>,
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
        /// Some lines, each as its label and its reading.
        samples: Vec<(String, String)>,
    },
    /// The teacher of a new run was evaluated on the validation lines.
    Teacher {
        /// Character error rate in percent, greedy.
        cer: f64,
        /// Word error rate in percent, greedy.
        wer: f64,
        /// The lines that [`TrainingEvent::Validated`] shows, each as its label and the teacher's reading.
        samples: Vec<(String, String)>,
    },
    /// Weights and state are written to a file.
    Checkpoint {
        /// Steps taken.
        step: u64,
        /// The file.
        path: PathBuf,
    },
    /// The run has ended.
    Finished {
        /// Steps taken.
        step: u64,
        /// Whether it was stopped before its last step.
        was_stopped: bool,
        /// The best character error rate in percent, if there are validation lines.
        best_valid_cer: Option<f64>,
    },
}

/// The state of a run at a progress event.
#[derive(Clone, Copy)]
pub(super) struct Moment {
    pub(super) step: u64,
    pub(super) steps: u64,
    pub(super) criterion: Criterion,
    pub(super) learning_rate: f32,
    pub(super) elapsed_secs: f64,
}

/// Sums since the last progress event.
pub(super) struct Report {
    start: Instant,
    loss: f32,
    n_steps: u64,
    n_lines: usize,
}

impl Report {
    pub(super) fn new() -> Self {
        Self { start: Instant::now(), loss: 0.0, n_steps: 0, n_lines: 0 }
    }

    pub(super) fn add(&mut self, loss: f32, n_lines: usize) {
        self.loss += loss;
        self.n_steps += 1;
        self.n_lines += n_lines;
    }

    /// The progress event of the sums, which start again from zero.
    pub(super) fn finish(&mut self, now: Moment) -> TrainingEvent {
        let Moment { step, steps, criterion, learning_rate, elapsed_secs } = now;
        let secs = self.start.elapsed().as_secs_f64();
        let n_steps = self.n_steps.max(1) as f64;
        let event = TrainingEvent::Progress {
            step,
            criterion,
            loss: self.loss / n_steps as f32,
            learning_rate,
            lines_per_sec: (self.n_lines as f64 / secs.max(1e-9)) as f32,
            elapsed_secs,
            remaining_secs: steps.saturating_sub(step) as f64 * secs / n_steps,
            memory_mib: resident_mib(),
        };
        *self = Self::new();
        event
    }
}
