//! The events of a run as curves.

use std::collections::BTreeMap;

use crate::{
    formats::csv_row,
    training::{Preparation, TrainingEvent, criteria::Criterion},
};

/// The stages of a run, in order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum RunStage {
    #[default]
    Lines,
    Teacher,
    Speed,
    AfterTeacher,
    Labels,
    Model,
}

impl RunStage {
    pub(super) const ALL: [Self; 6] =
        [Self::Lines, Self::Teacher, Self::Speed, Self::AfterTeacher, Self::Labels, Self::Model];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Lines => "Draw lines",
            Self::Teacher => "Measure the teacher",
            Self::Speed => "Measure the speed",
            Self::AfterTeacher => "Learn after the teacher",
            Self::Labels => "Learn from the labels",
            Self::Model => "Make a model",
        }
    }
}

/// Progress of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Standing {
    pub(super) stage: RunStage,
    pub(super) step: u64,
    pub(super) steps: u64,
    pub(super) learning_rate: f32,
    pub(super) lines_per_sec: f32,
    pub(super) elapsed_secs: f64,
    pub(super) remaining_secs: f64,
    pub(super) memory_mib: Option<u32>,
}

/// A line as it should read and as teacher and student read it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sample {
    pub(super) truth: String,
    pub(super) teacher: Option<String>,
    pub(super) student: Option<String>,
}

/// The plotted values of a run; points are `[step, value]`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Curves {
    /// By criterion, as their losses have different units.
    pub(super) losses: BTreeMap<&'static str, Vec<[f64; 2]>>,
    pub(super) learning_rate: Vec<[f64; 2]>,
    pub(super) cer: Vec<[f64; 2]>,
    pub(super) wer: Vec<[f64; 2]>,
    pub(super) teacher_cer: Option<f64>,
    pub(super) samples: Vec<Sample>,
    pub(super) standing: Standing,
    /// Whether the last step was taken.
    pub(super) is_finished: bool,
}

impl Curves {
    /// Adds an event. A run that restarts at an earlier step loses the values after that step.
    pub(super) fn add(&mut self, event: &TrainingEvent) {
        match event {
            TrainingEvent::Preparing { work } => {
                self.standing.stage = match work {
                    Preparation::Lines => RunStage::Lines,
                    Preparation::Teacher => RunStage::Teacher,
                    Preparation::Speed => RunStage::Speed,
                };
            }
            TrainingEvent::Started { step, steps, .. } => {
                self.cut_after(*step);
                let stage = RunStage::AfterTeacher;
                self.standing = Standing { stage, step: *step, steps: *steps, ..self.standing };
                self.is_finished = false;
            }
            TrainingEvent::Progress {
                step,
                criterion,
                loss,
                learning_rate,
                lines_per_sec,
                elapsed_secs,
                remaining_secs,
                memory_mib,
            } => {
                let at = *step as f64;
                self.losses.entry(criterion.name()).or_default().push([at, f64::from(*loss)]);
                self.learning_rate.push([at, f64::from(*learning_rate)]);
                self.standing = Standing {
                    stage: if *criterion == Criterion::Ctc { RunStage::Labels } else { RunStage::AfterTeacher },
                    step: *step,
                    learning_rate: *learning_rate,
                    lines_per_sec: *lines_per_sec,
                    elapsed_secs: *elapsed_secs,
                    remaining_secs: *remaining_secs,
                    memory_mib: *memory_mib,
                    ..self.standing
                };
            }
            TrainingEvent::Validated { step, cer, wer, samples, .. } => {
                self.cer.push([*step as f64, *cer]);
                self.wer.push([*step as f64, *wer]);
                for (truth, read) in samples {
                    self.sample(truth).student = Some(read.clone());
                }
            }
            TrainingEvent::Teacher { cer, samples, .. } => {
                self.teacher_cer = Some(*cer);
                for (truth, read) in samples {
                    self.sample(truth).teacher = Some(read.clone());
                }
            }
            TrainingEvent::Finished { step, was_stopped, .. } => {
                self.standing.step = *step;
                self.is_finished = !was_stopped;
            }
            TrainingEvent::Checkpoint { .. } => {}
        }
    }

    /// The lowest character error rate so far and the word error rate with it, in percent.
    pub(super) fn best_rates(&self) -> Option<[f64; 2]> {
        let both = self.cer.iter().zip(&self.wer).map(|(cer, wer)| [cer[1], wer[1]]);
        both.min_by(|a, b| a[0].total_cmp(&b[0]))
    }

    /// The lowest character error rate so far, in percent.
    pub(super) fn best_cer(&self) -> Option<f64> {
        Some(self.best_rates()?[0])
    }

    /// Rows of all points for a table with the columns run, series, step and value.
    pub(super) fn csv_rows(&self, run: &str) -> String {
        let losses = self.losses.iter().map(|(criterion, points)| (format!("loss {criterion}"), points));
        let rates = [("CER %", &self.cer), ("WER %", &self.wer), ("learning rate", &self.learning_rate)];
        let series = rates.into_iter().map(|(name, points)| (name.to_owned(), points)).chain(losses);
        let row = |name: &str, [step, value]: &[f64; 2]| csv_row([run, name, &step.to_string(), &value.to_string()]);
        series.flat_map(|(name, points)| points.iter().map(move |point| row(&name, point))).collect()
    }

    fn sample(&mut self, truth: &str) -> &mut Sample {
        let place = self.samples.iter().position(|sample| sample.truth == truth).unwrap_or_else(|| {
            self.samples.push(Sample { truth: truth.to_owned(), ..Sample::default() });
            self.samples.len() - 1
        });
        &mut self.samples[place]
    }

    fn cut_after(&mut self, step: u64) {
        let is_before = |point: &[f64; 2]| point[0] <= step as f64;
        self.losses.values_mut().for_each(|loss| loss.retain(is_before));
        self.learning_rate.retain(is_before);
        self.cer.retain(is_before);
        self.wer.retain(is_before);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn progress(step: u64) -> TrainingEvent {
        TrainingEvent::Progress {
            step,
            criterion: Criterion::CnnMah,
            loss: 1.0,
            learning_rate: 0.1,
            lines_per_sec: 5.0,
            elapsed_secs: 1.0,
            remaining_secs: 9.0,
            memory_mib: Some(900),
        }
    }

    fn validated(step: u64, cer: f64, read: &str) -> TrainingEvent {
        let samples = vec![("truth".to_owned(), read.to_owned())];
        TrainingEvent::Validated { step, n_lines: 1, cer, wer: 1.0, is_best: true, samples }
    }

    #[test]
    fn a_run_that_was_killed_continues_its_curve_from_the_checkpoint() {
        let mut curves = Curves::default();
        let started = |step| TrainingEvent::Started { step, steps: 30, n_parameters: 1 };
        let teacher = vec![("truth".to_owned(), "trvth".to_owned())];
        for event in [
            started(0),
            TrainingEvent::Teacher { cer: 4.0, wer: 9.0, samples: teacher },
            progress(5),
            validated(10, 50.0, "t"),
            progress(15),
            started(10),
            progress(15),
            validated(20, 30.0, "tru"),
        ] {
            curves.add(&event);
        }
        assert_eq!(curves.losses["cnn-mah"], [[5.0, 1.0], [15.0, 1.0]]);
        assert_eq!((curves.best_cer(), curves.teacher_cer), (Some(30.0), Some(4.0)));
        let sample = &curves.samples[0];
        assert_eq!((sample.teacher.as_deref(), sample.student.as_deref()), (Some("trvth"), Some("tru")));
        assert!(!curves.is_finished && curves.standing.stage == RunStage::AfterTeacher);
        assert_eq!(curves.standing.memory_mib, Some(900));
        let rows = curves.csv_rows("small");
        assert_eq!(rows.lines().count(), 2 * 2 + 2 * 2, "rates, the learning rate and the loss at two steps each");
        assert!(rows.contains("small,CER %,20,30\n") && rows.contains("small,loss cnn-mah,15,1\n"), "{rows}");
        curves.add(&TrainingEvent::Preparing { work: Preparation::Lines });
        assert_eq!(curves.standing.stage, RunStage::Lines);
        curves.add(&TrainingEvent::Finished { step: 30, was_stopped: false, best_valid_cer: None });
        assert!(curves.is_finished && curves.standing.steps == 30);
    }
}
