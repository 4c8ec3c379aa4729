//! `longhand compare`: two models on the same lines, side by side.

use std::{
    fmt::{self, Write as _},
    ops::ControlFlow,
    path::PathBuf,
};

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use serde::Serialize;

use super::{
    options::{DecoderChoice, LibraryOptions, OutputFormat, Threads},
    outcome::Outcome,
    output::{Answers, complain},
};
use crate::{
    evaluation::{
        ComparedLine, ComparisonLine, ComparisonSignificance, ComparisonTotals, LineFilter, ModelTotals, Reading,
        compare, comparison_csv,
    },
    page::MarkedWord,
    recognition::PageReader,
    storage::write_atomically,
};

/// Compare two models on the same lines.
///
/// A and B are names of models (`longhand models` lists those there are) or folders of packages. The lines are those of
/// a labelled set (a table parted by tabs with the columns `file` and `text`, PAGE XML, ALTO, or a folder of those) or
/// those found on the image of a page. Text gives the totals and then the lines of interest, words that differ in
/// square brackets; JSON gives the totals and every line of interest with both readings, their confidence and
/// milliseconds. The speed-up is the median over lines of the time of A by the time of B. From ten lines of known text
/// on, error rates have 95 % intervals, and a test tells whether chance may explain their difference (p).
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  longhand compare teacher student lines/valid.tsv
  longhand compare student my-models/notes page.jpg --lines all
  longhand compare teacher student lines/valid.tsv --lines a-right --format json")]
pub(super) struct Compare {
    /// The first model, for example the teacher.
    #[arg(value_name = "A")]
    a: String,
    /// The second model, for example the student.
    #[arg(value_name = "B")]
    b: String,
    /// A labelled set, its folder, or the image of a page.
    #[arg(value_name = "SET|FILE")]
    lines_from: PathBuf,
    #[command(flatten)]
    library: LibraryOptions,
    #[command(flatten)]
    threads: Threads,
    /// How the text is found in what the models give.
    #[arg(long, value_enum, default_value_t = DecoderChoice::Greedy)]
    decoder: DecoderChoice,
    /// Which lines to show.
    #[arg(long, value_enum, default_value_t = FilterChoice::Differing)]
    lines: FilterChoice,
    /// Write a table of all lines: of both models text, error rates, confidence, milliseconds.
    #[arg(long, value_name = "FILE.csv")]
    table: Option<PathBuf>,
    /// A report to read, or JSON.
    #[arg(long, value_enum, default_value_t = OutputFormat::Txt)]
    format: OutputFormat,
}

/// Which lines to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FilterChoice {
    /// Every line.
    All,
    /// Those that the models read differently.
    Differing,
    /// Those that A alone reads without error.
    ARight,
    /// Those that B alone reads without error.
    BRight,
    /// Those that neither reads without error.
    BothWrong,
}

impl From<FilterChoice> for LineFilter {
    fn from(choice: FilterChoice) -> Self {
        match choice {
            FilterChoice::All => Self::All,
            FilterChoice::Differing => Self::Differing,
            FilterChoice::ARight => Self::OnlyARight,
            FilterChoice::BRight => Self::OnlyBRight,
            FilterChoice::BothWrong => Self::BothWrong,
        }
    }
}

#[derive(Serialize)]
struct ComparisonJson<'a> {
    models: [&'a str; 2],
    set: String,
    decoder: &'static str,
    threads: usize,
    totals: ComparisonTotals,
    #[serde(skip_serializing_if = "Option::is_none")]
    significance: Option<ComparisonSignificance>,
    lines: Vec<&'a ComparedLine>,
}

impl Compare {
    pub(super) fn run(&self) -> anyhow::Result<Outcome> {
        let lines = ComparisonLine::open(&self.lines_from)?;
        let [a, b] = [&self.a, &self.b].map(|model| {
            let package = self.library.library().open_name_or_folder(model)?;
            PageReader::open(&package, self.threads.count(), self.decoder.decoder(&package))
        });
        let mut read: Vec<Option<ComparedLine>> = vec![None; lines.len()];
        let (ControlFlow::Continue(()) | ControlFlow::Break(())) = compare(&a?, &b?, &lines, &mut |index, line| {
            [&line.a, &line.b].into_iter().filter_map(|reading| reading.failure.as_deref()).for_each(complain);
            read[index] = Some(line);
            ControlFlow::Continue(())
        });
        let both = lines.iter().zip(&read).filter_map(|(line, read)| Some((line, read.as_ref()?)));
        let significance = ComparisonSignificance::of_lines(both);
        let read: Vec<ComparedLine> = read.into_iter().flatten().collect();
        if let Some(path) = &self.table {
            write_atomically(path, comparison_csv(read.iter()).as_bytes())
                .with_context(|| format!("cannot write {}", path.display()))?;
        }
        let totals = ComparisonTotals::from_lines(&read.iter());
        let filter = LineFilter::from(self.lines);
        let report = ComparisonJson {
            models: [&self.a, &self.b],
            set: self.lines_from.display().to_string(),
            decoder: self.decoder.name(),
            threads: self.threads.count(),
            totals,
            significance,
            lines: read.iter().filter(|line| filter.keeps(line)).collect(),
        };
        let mut answers = Answers::new();
        match self.format {
            OutputFormat::Json => answers.json(&report)?,
            OutputFormat::Txt => answers.line(&report.to_text()?)?,
        }
        Ok(if totals.a.failed + totals.b.failed == 0 { Outcome::Complete } else { Outcome::Incomplete })
    }
}

impl ComparisonJson<'_> {
    fn to_text(&self) -> Result<String, fmt::Error> {
        let totals = &self.totals;
        let mut text = format!("A  {}\nB  {}\n\n{:<16} {:>12} {:>12}\n", self.models[0], self.models[1], "", "A", "B");
        let mut row = |name: &str, value: fn(&ModelTotals) -> String| {
            writeln!(text, "{name:<16} {:>12} {:>12}", value(&totals.a), value(&totals.b))
        };
        row("CER", |model| percent(model.cer))?;
        row("WER", |model| percent(model.wer))?;
        row("exact lines", |model| model.exact_lines.to_string())?;
        row("failed", |model| model.failed.to_string())?;
        row("confidence", |model| format!("{:.1} %", 100.0 * model.confidence))?;
        row("ms a line", |model| format!("{:.1}", model.median_ms))?;
        if let Some(ComparisonSignificance { a, b, test }) = &self.significance {
            writeln!(text, "\n95 % of sets like these {} {}:", a.n_units, a.unit)?;
            writeln!(text, "  CER  A {}, B {}", a.cer, b.cer)?;
            writeln!(text, "  WER  A {}, B {}", a.wer, b.wer)?;
            writeln!(text, "  {test}")?;
        }
        let ComparisonTotals { lines, same_lines, same_words, speed_up, .. } = totals;
        writeln!(text, "\nB is {speed_up:.2} times as fast as A (median over lines)")?;
        writeln!(text, "{same_lines} of {lines} lines read alike, {same_words:.1} % of the words")?;
        if totals.lines_with_truth > 0 {
            let ComparisonTotals { only_a_right, only_b_right, both_wrong, .. } = totals;
            writeln!(text, "{only_a_right} lines only A reads right, {only_b_right} only B, {both_wrong} neither")?;
        }
        for line in &self.lines {
            let [a, b] = line.marked();
            write!(text, "\n{}", line.name)?;
            if let Some(truth) = &line.truth {
                write!(text, "\n  true  {truth}")?;
            }
            write!(text, "\n  A     {}\n  B     {}", shown(&line.a, &a), shown(&line.b, &b))?;
        }
        Ok(text.trim_end().to_owned())
    }
}

fn percent(rate: Option<f64>) -> String {
    rate.map_or_else(|| "–".to_owned(), |rate| format!("{rate:.2} %"))
}

/// A result with its differing words in brackets.
fn shown(reading: &Reading, words: &[MarkedWord]) -> String {
    let word = |word: &MarkedWord| match word {
        MarkedWord::Same(word) => word.clone(),
        MarkedWord::Different(word) => format!("[{word}]"),
        MarkedWord::Missing => "[]".to_owned(),
    };
    let words = words.iter().map(word).collect::<Vec<_>>().join(" ");
    format!("{words}  ({:.0} %, {:.1} ms)", 100.0 * reading.confidence, reading.ms)
}
