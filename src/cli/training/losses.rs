//! `longhand losses`: every loss of students, whatever criterion they were trained by.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use crate::{
    cli::{
        options::{OutputFormat, above_zero},
        outcome::Outcome,
        output::{Answers, complain},
    },
    page::error_rate::rounded,
    training::{LossReport, TrainingError, load_trained_network, measure_losses},
};

/// Measure every loss of students against their teacher.
///
/// Text gives a row for every student, separated by tabs, below a row of criteria. Losses are means of a frame, that of
/// CTC of a line in nats.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  longhand losses --teacher training-runs/teacher/best.safetensors --student training-runs/distilled/best.safetensors \
--set lines/valid.tsv
  longhand losses --teacher models/teacher --student models/a models/b --set lines/valid.tsv --format json")]
pub(crate) struct Losses {
    /// The teacher: a checkpoint, or the folder of a model package.
    #[arg(long, value_name = "PATH")]
    teacher: PathBuf,
    /// The students: checkpoints, or folders of model packages.
    #[arg(long, value_name = "PATH", required = true, num_args = 1..)]
    student: Vec<PathBuf>,
    /// Labelled lines: a set as `longhand evaluate` takes it.
    #[arg(long, value_name = "SET")]
    set: PathBuf,
    /// Temperature of softmax-ce.
    #[arg(long, value_name = "T", default_value_t = 1.0, value_parser = above_zero)]
    temperature: f32,
    /// Rows separated by tabs, or JSON.
    #[arg(long, value_enum, default_value_t = OutputFormat::Txt)]
    format: OutputFormat,
}

impl Losses {
    pub(crate) fn run(&self) -> anyhow::Result<Outcome> {
        let mut outcome = Outcome::Complete;
        let mut reports = Vec::new();
        for student in &self.student {
            match self.report(student) {
                Ok(report) => reports.push((student, report)),
                Err(error) => {
                    complain(&error.to_string());
                    outcome = Outcome::Incomplete;
                }
            }
        }
        let mut answers = Answers::new();
        match self.format {
            OutputFormat::Txt => {
                if let Some((_, first)) = reports.first() {
                    let names = first.losses.iter().map(|(criterion, _)| criterion.name());
                    answers.line(&row("student", names.map(str::to_owned)))?;
                }
                for (student, report) in &reports {
                    let losses = report.losses.iter().map(|(_, loss)| significant(*loss));
                    answers.line(&row(&student.display().to_string(), losses))?;
                }
            }
            OutputFormat::Json => {
                let students: Vec<_> = reports.iter().map(|(student, report)| as_json(student, report)).collect();
                answers.json(&json!({
                    "teacher": self.teacher,
                    "set": self.set,
                    "temperature": rounded(self.temperature, 3),
                    "students": students,
                }))?;
            }
        }
        Ok(outcome)
    }

    fn report(&self, student: &Path) -> Result<LossReport, TrainingError> {
        let mut teacher = load_trained_network(&self.teacher)?;
        let mut student = load_trained_network(student)?;
        measure_losses((&self.teacher, &mut teacher), &mut student, &self.set, self.temperature)
    }
}

fn row(first: &str, rest: impl Iterator<Item = String>) -> String {
    std::iter::once(first.to_owned()).chain(rest).collect::<Vec<_>>().join("\t")
}

fn as_json(student: &Path, report: &LossReport) -> serde_json::Value {
    let losses: serde_json::Map<_, _> =
        report.losses.iter().map(|(criterion, loss)| (criterion.name().to_owned(), json!(loss))).collect();
    json!({ "student": student, "lines": report.n_lines, "frames": report.n_frames, "losses": losses })
}

/// Three significant figures.
fn significant(loss: f64) -> String {
    if loss.is_nan() {
        // Student and teacher have different numbers of features there.
        return "-".to_owned();
    }
    if loss == 0.0 || loss >= 1e-3 { format!("{loss:.*}", decimals(loss)) } else { format!("{loss:.2e}") }
}

fn decimals(loss: f64) -> usize {
    if loss > 0.0 { (2.0 - loss.log10().floor()).clamp(0.0, 5.0) as usize } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn losses_of_all_sizes_have_three_figures() {
        let texts = [10.686, 0.0986, 7.95e-4, 412.4, 0.0, f64::NAN].map(significant);
        assert_eq!(texts, ["10.7", "0.0986", "7.95e-4", "412", "0", "-"]);
    }
}
