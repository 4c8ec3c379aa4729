//! `longhand evaluate`: error rates on labelled lines.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use clap::Args;
use serde::Serialize;

use super::{
    options::{DecoderChoice, ModelOptions, OutputFormat, Threads},
    outcome::Outcome,
    output::{Answers, complain},
};
use crate::{
    evaluation::{Confusion, ErrorIntervals, Evaluation, LineSet, ReadLine, ReliabilityBin, ReportFacts, html_report},
    page::rounded,
    recognition::{CtcDecoder, DecoderTuning, PageReader},
    storage::{DOUBT_THRESHOLD, write_atomically},
};

/// Worst lines reported.
const N_WORST: usize = 10;
/// Confusions reported, the most frequent ones.
const N_CONFUSIONS: usize = 20;

/// Measure error rates on labelled images of lines.
///
/// The set is a table parted by tabs with a header, whose columns `file` (a path relative to the table) and `text` are
/// used; or a page described in PAGE XML or ALTO, its image beside it; or a folder of such pages, or of line images
/// each with its text beside it (a.png and a.txt). Of pages whose lines are tagged, those written by hand are read.
/// Rates are total edits over total length, with white space collapsed and texts in NFC; their 95 % intervals are drawn
/// from ten lines or pages on. Labels are spaced naturally
/// first, as the reader writes: "presto !" counts as "presto!". A line whose image cannot be read counts as read empty,
/// and is complained about.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  longhand evaluate lines/valid.tsv
  longhand evaluate letters/page-12.xml
  longhand evaluate --report report.html --table lines.csv my-lines
  longhand evaluate --threads 1 --decoder beam --format json lines/valid.tsv")]
pub(super) struct Evaluate {
    #[command(flatten)]
    model: ModelOptions,
    #[command(flatten)]
    threads: Threads,
    /// How the text is found in what the model gives.
    #[arg(long, value_enum, default_value_t = DecoderChoice::Greedy)]
    decoder: DecoderChoice,
    /// Other numbers for the decoder with the language model: a TOML file with some of those of `DecoderTuning`, for
    /// example `weight = 0.5` under `[language]`.
    #[arg(long, value_name = "FILE.toml")]
    decoder_tuning: Option<PathBuf>,
    /// A report to read, or JSON.
    #[arg(long, value_enum, default_value_t = OutputFormat::Txt)]
    format: OutputFormat,
    /// Write a report to pass on: one HTML file with the numbers, what was taken for what, and the worst lines.
    #[arg(long, value_name = "FILE.html")]
    report: Option<PathBuf>,
    /// Write a table of all lines: their true text, what was read, error rates, milliseconds.
    #[arg(long, value_name = "FILE.csv")]
    table: Option<PathBuf>,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    intervals: Option<ErrorIntervals>,
    exact_lines: usize,
    median_ms: f64,
    doubtful_words: f64,
    doubtful_of_wrong: f64,
    /// Words by confidence: how many, their mean confidence, the share of right ones, both in percent.
    reliability: Vec<(usize, f64, f64)>,
    calibration_error: f64,
    wer_by_choice: f64,
    confusions: Vec<ConfusionJson>,
    worst: Vec<WorstLineJson>,
}

#[derive(Serialize)]
struct ConfusionJson {
    truth: Option<char>,
    read: Option<char>,
    times: usize,
    of: usize,
}

impl From<&Confusion> for ConfusionJson {
    fn from(&Confusion { truth, read, count, n_truth }: &Confusion) -> Self {
        Self { truth, read, times: count, of: n_truth }
    }
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
        let reader = self.reader()?;
        let evaluation = set.evaluate(&reader, &mut |line| {
            if let Some(reason) = &line.failure {
                complain(reason);
            }
        });
        if let Some(path) = &self.report {
            self.save_report(path, &set, &evaluation)?;
        }
        if let Some(path) = &self.table {
            save(path, &evaluation.to_csv())?;
        }
        let report = self.figures(&evaluation);
        let mut answers = Answers::new();
        match self.format {
            OutputFormat::Json => answers.json(&report)?,
            OutputFormat::Txt => answers.line(&report.to_text())?,
        }
        Ok(if evaluation.n_failed() == 0 { Outcome::Complete } else { Outcome::Incomplete })
    }

    fn reader(&self) -> anyhow::Result<PageReader> {
        let Some(path) = &self.decoder_tuning else { return Ok(self.model.reader(self.threads, self.decoder)?) };
        anyhow::ensure!(self.decoder == DecoderChoice::Language, "--decoder-tuning needs --decoder language");
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let tuning: DecoderTuning =
            toml::from_str(&text).with_context(|| format!("{} is no decoder tuning", path.display()))?;
        let package = self.model.package()?;
        let decoder = CtcDecoder::english_with(&package.character_set, &tuning);
        Ok(PageReader::open(&package, self.threads.count(), decoder)?)
    }

    fn save_report(&self, path: &Path, set: &LineSet, evaluation: &Evaluation) -> anyhow::Result<()> {
        let facts = ReportFacts {
            model: self.model.package()?.manifest.title,
            model_name: self.model.name().to_owned(),
            set: self.set.display().to_string(),
            decoder: self.decoder.name().to_owned(),
        };
        save(path, &html_report(&facts, set, evaluation))
    }

    fn figures(&self, evaluation: &Evaluation) -> ReportJson {
        let calibration = evaluation.confidence_calibration(DOUBT_THRESHOLD);
        let reliability = evaluation.reliability();
        ReportJson {
            set: self.set.display().to_string(),
            model: self.model.name().to_owned(),
            decoder: self.decoder.name(),
            threads: self.threads.count(),
            lines: evaluation.lines.len(),
            failed: evaluation.n_failed(),
            cer: rounded(evaluation.char_error_rate().percent(), 3),
            wer: rounded(evaluation.word_error_rate().percent(), 3),
            intervals: evaluation.error_intervals(),
            exact_lines: evaluation.n_exact(),
            median_ms: rounded(evaluation.median_ms(), 3),
            doubtful_words: rounded(calibration.percent_doubtful(), 2),
            doubtful_of_wrong: rounded(calibration.percent_of_wrong(), 2),
            reliability: reliability.bins.iter().map(of_bin).collect(),
            calibration_error: rounded(reliability.expected_error(), 2),
            wer_by_choice: rounded(evaluation.word_error_rate_by_choice().percent(), 3),
            confusions: evaluation.confusions().iter().take(N_CONFUSIONS).map(ConfusionJson::from).collect(),
            worst: evaluation.worst(N_WORST).into_iter().map(WorstLineJson::from).collect(),
        }
    }
}

fn save(path: &Path, text: &str) -> anyhow::Result<()> {
    write_atomically(path, text.as_bytes()).with_context(|| format!("cannot write {}", path.display()))
}

/// How many words, their mean confidence and the share of right ones, in percent.
fn of_bin(bin: &ReliabilityBin) -> (usize, f64, f64) {
    let percent = |sum: f64| rounded(100.0 * sum / bin.n_words.max(1) as f64, 1);
    (bin.n_words, percent(bin.confidence), percent(bin.n_right as f64))
}

impl ReportJson {
    fn to_text(&self) -> String {
        let Self { lines, failed, cer, wer, exact_lines, median_ms, doubtful_words, doubtful_of_wrong, .. } = self;
        let Self { wer_by_choice, confusions, worst, intervals, calibration_error, .. } = self;
        let [of_cer, of_wer] = match intervals {
            Some(ErrorIntervals { unit, n_units, cer, wer }) => {
                [format!("  (95 % of sets like these {n_units} {unit}: {cer})"), format!("  ({wer})")]
            }
            None => [const { String::new() }; 2],
        };
        let mut rows = vec![
            format!("CER          {cer:.2} %{of_cer}"),
            format!("WER          {wer:.2} %{of_wer}"),
            format!("exact lines  {exact_lines} of {lines}"),
            format!("failed       {failed}"),
            format!("ms a line    {median_ms:.1} (median)"),
            format!(
                "doubtful     {doubtful_words:.1} % of the words read, {doubtful_of_wrong:.0} % of those read wrong"
            ),
            format!(
                "confidence   {calibration_error:.1} % beside the share of right words (expected calibration error)"
            ),
            format!("by choice    WER {wer_by_choice:.2} %, the best of the alternatives taken"),
        ];
        if !confusions.is_empty() {
            rows.push("\nTaken for each other".to_owned());
        }
        rows.extend(confusions.iter().take(N_WORST).map(|ConfusionJson { truth, read, times, of }| {
            let name =
                |character: &Option<char>, nothing| character.map_or(nothing, |character| format!("\"{character}\""));
            let (truth, read) = (name(truth, "nothing".to_owned()), name(read, "left out".to_owned()));
            format!("{times:6} ×  {truth} → {read}{}", if *of > 0 { format!("  of {of}") } else { String::new() })
        }));
        if !worst.is_empty() {
            rows.push("\nWorst lines".to_owned());
        }
        rows.extend(worst.iter().map(|WorstLineJson { file, cer, text, read }| {
            format!("{cer:6.1} %  {file}\n          true  {text}\n          read  {read}")
        }));
        rows.join("\n")
    }
}
