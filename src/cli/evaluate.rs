//! `longhand evaluate`: error rates on labelled lines.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::{
    Outcome,
    options::{DecoderChoice, ModelOptions, OutputFormat, Threads},
    output::{Answers, complain, rounded},
};
use crate::evaluation::{Evaluation, LineSet, ReadLine};

/// Lines shown as the worst.
const N_WORST: usize = 10;

/// Measure error rates on labelled images of lines.
///
/// The set is a table parted by tabs with a header, whose columns `file` (a path relative to the table) and `text` are
/// used; or a page described in PAGE XML or ALTO, its image beside it; or a folder of such pages, or of line images each
/// with its text beside it (a.png and a.txt). Of pages whose lines are tagged, those written by hand are read. Rates are total edits over total length, with white space collapsed and texts in NFC. Labels are spaced
/// naturally first, as the reader writes: "presto !" counts as "presto!". A line whose image cannot be read counts as
/// read empty, and is complained about.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  longhand evaluate lines/valid.tsv
  longhand evaluate letters/page-12.xml
  longhand evaluate --threads 1 --decoder beam --format json lines/valid.tsv")]
pub(super) struct Evaluate {
    #[command(flatten)]
    model: ModelOptions,
    #[command(flatten)]
    threads: Threads,
    /// How the text is found in what the model gives.
    #[arg(long, value_enum, default_value_t = DecoderChoice::Greedy)]
    decoder: DecoderChoice,
    /// A report to read, or JSON.
    #[arg(long, value_enum, default_value_t = OutputFormat::Txt)]
    format: OutputFormat,
    /// The labelled set: a table, a described page, or a folder.
    #[arg(value_name = "SET")]
    set: PathBuf,
}

#[derive(Serialize)]
struct ReportJson {
    set: String,
    model: String,
    decoder: &'static str,
    threads: usize,
    lines: usize,
    failed: usize,
    cer: f64,
    wer: f64,
    exact_lines: usize,
    median_ms: f64,
    worst: Vec<WorstLineJson>,
}

#[derive(Serialize)]
struct WorstLineJson {
    file: String,
    cer: f64,
    text: String,
    read: String,
}

impl From<&ReadLine> for WorstLineJson {
    fn from(line: &ReadLine) -> Self {
        Self {
            file: line.file.clone(),
            cer: rounded(line.char_error_rate().percent(), 2),
            text: line.reference.clone(),
            read: line.hypothesis.clone(),
        }
    }
}

impl Evaluate {
    pub(super) fn run(&self) -> anyhow::Result<Outcome> {
        let set = LineSet::open(&self.set)?;
        let reader = self.model.reader(self.threads, self.decoder)?;
        let evaluation = set.evaluate(&reader, &mut |line| {
            if let Some(reason) = &line.failure {
                complain(reason);
            }
        });
        let report = self.report(&evaluation);
        let mut answers = Answers::new();
        match self.format {
            OutputFormat::Json => answers.json(&report)?,
            OutputFormat::Txt => answers.line(&report.to_text())?,
        }
        Ok(if evaluation.n_failed() == 0 { Outcome::Complete } else { Outcome::Incomplete })
    }

    fn report(&self, evaluation: &Evaluation) -> ReportJson {
        ReportJson {
            set: self.set.display().to_string(),
            model: self.model.name().to_owned(),
            decoder: self.decoder.name(),
            threads: self.threads.count(),
            lines: evaluation.lines.len(),
            failed: evaluation.n_failed(),
            cer: rounded(evaluation.char_error_rate().percent(), 3),
            wer: rounded(evaluation.word_error_rate().percent(), 3),
            exact_lines: evaluation.n_exact(),
            median_ms: rounded(evaluation.median_ms(), 3),
            worst: evaluation.worst(N_WORST).into_iter().map(WorstLineJson::from).collect(),
        }
    }
}

impl ReportJson {
    fn to_text(&self) -> String {
        let Self { lines, failed, cer, wer, exact_lines, median_ms, worst, .. } = self;
        let mut rows = vec![
            format!("CER          {cer:.2} %"),
            format!("WER          {wer:.2} %"),
            format!("exact lines  {exact_lines} of {lines}"),
            format!("failed       {failed}"),
            format!("ms a line    {median_ms:.1} (median)"),
        ];
        if !worst.is_empty() {
            rows.push("\nWorst lines".to_owned());
        }
        rows.extend(worst.iter().map(|WorstLineJson { file, cer, text, read }| {
            format!("{cer:6.1} %  {file}\n          true  {text}\n          read  {read}")
        }));
        rows.join("\n")
    }
}
