//! `longhand evaluate-lines`: scores of line finding on labelled pages, and its effect on error rates.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use super::{
    inputs::expand_folders,
    options::{OutputFormat, ReaderOptions},
    outcome::Outcome,
    output::{Answers, complain},
    tuning::open_tuning,
};
use crate::{
    evaluation::{
        Degradation, DetectionScore, LabelledPage, PageEvaluation, PageTruth, THRESHOLDS, WordDetection, WordOverlap,
    },
    imaging::{PageFile, PageImage, Tuning},
    page::{CharErrorRate, rounded},
    recognition::PageReader,
};

/// Measure how well the lines of labelled pages are found and read.
///
/// Every image needs a label of the same name beside it: line boxes with texts as JSON ({"lines": [{"box": [x0,y0,x1,
/// y1], "text": …}]}, with "words": [[text, degrees, x0, y0, x1, y1], …] in a line to see what becomes of each word),
/// ALTO or PAGE as XML, or the page's words as plain text. Lines are matched by their ink as in the ICDAR 2013
/// handwriting segmentation contest; only handwritten ones count. A line is whole where three quarters of its ink lie
/// in one found line, which may be longer than its label but holds no line above or below. With line labels, error
/// rates are given for the whole page's text with the lines found and with the true lines; words are compared with
/// their order ignored. Pages labelled `"set": "train"` are not read.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  longhand evaluate-lines --unread pages/
  longhand evaluate-lines --format json photos/
  longhand evaluate-lines --adapt letters/
  longhand evaluate-lines --unread --careless 5 --careless=-5 pages/")]
pub(super) struct EvaluateLines {
    #[command(flatten)]
    reader: ReaderOptions,
    /// Only find lines, without reading them.
    #[arg(long)]
    unread: bool,
    /// A TOML file of numbers that replace the tuned ones; `longhand segment --print-tuning` writes all of them.
    #[arg(long, value_name = "FILE", requires = "unread")]
    tuning: Option<PathBuf>,
    /// Read every page with a reader adapted to what it reads most surely there, as `recognize --adapt` does.
    #[cfg(feature = "train")]
    #[arg(long, alias = "practise", conflicts_with = "unread")]
    adapt: bool,
    /// Measure on pages turned by so many degrees, warped, shaded and compressed, instead of the pages as they are.
    #[arg(long, value_name = "DEGREES")]
    careless: Vec<f32>,
    /// Measure on pages turned by so many degrees and nothing else, instead of the pages as they are.
    #[arg(long, value_name = "DEGREES")]
    turned: Vec<f32>,
    /// A report to read, or JSON.
    #[arg(long, value_enum, default_value_t = OutputFormat::Txt)]
    format: OutputFormat,
    /// Images with labels beside them, and folders of such.
    #[arg(value_name = "SET", required = true)]
    set: Vec<PathBuf>,
}

/// Sums of measurements over pages.
#[derive(Default)]
struct Totals {
    n_pages: usize,
    detection: Option<[DetectionScore; THRESHOLDS.len()]>,
    found_cer: Option<CharErrorRate>,
    true_cer: Option<CharErrorRate>,
    words: Option<WordOverlap>,
    word_detection: Option<WordDetection>,
    n_whole: usize,
    n_found: usize,
    segment_ms: Vec<f32>,
}

impl Totals {
    fn add(&mut self, page: &PageEvaluation) {
        let add_rate = |total: &mut Option<CharErrorRate>, rate: Option<CharErrorRate>| {
            if let Some(rate) = rate {
                let total = total.get_or_insert_default();
                total.0.edits += rate.0.edits;
                total.0.reference_len += rate.0.reference_len;
            }
        };
        self.n_pages += 1;
        self.n_whole += page.n_whole;
        self.n_found += page.n_found;
        self.segment_ms.push(page.segment_ms);
        add_rate(&mut self.found_cer, page.found_cer);
        add_rate(&mut self.true_cer, page.true_cer);
        if let Some(words) = page.words {
            *self.words.get_or_insert_default() += words;
        }
        if let Some(words) = page.word_detection {
            *self.word_detection.get_or_insert_default() += words;
        }
        for (total, score) in self.detection.get_or_insert_default().iter_mut().zip(page.detection.unwrap_or_default())
        {
            *total += score;
        }
    }
}

#[derive(Serialize)]
struct ReportJson {
    pages: Vec<PageRowJson>,
    total: MeasuresJson,
}

#[derive(Serialize)]
struct PageRowJson {
    file: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    missed_lines: Vec<usize>,
    #[serde(flatten)]
    measures: MeasuresJson,
}

#[derive(Serialize)]
struct MeasuresJson {
    lines_found: usize,
    segment_ms: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    handwritten_lines: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    whole_lines: Option<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    detection: Vec<DetectionJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cer: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cer_of_true_lines: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    word_recall: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    word_precision: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    words: Option<WordsJson>,
}

/// Words by their boxes.
#[derive(Serialize)]
struct WordsJson {
    all: usize,
    found: usize,
    joined: usize,
    split: usize,
    missed: usize,
    invented_lines: usize,
}

impl From<WordDetection> for WordsJson {
    fn from(words: WordDetection) -> Self {
        let WordDetection { n_words, n_found, n_joined, n_split, n_invented } = words;
        let missed = n_words - n_found - n_split;
        Self { all: n_words, found: n_found, joined: n_joined, split: n_split, missed, invented_lines: n_invented }
    }
}

#[derive(Serialize)]
struct DetectionJson {
    threshold: f64,
    detection_rate: f64,
    recognition_accuracy: f64,
    f_measure: f64,
}

impl From<&Totals> for MeasuresJson {
    fn from(totals: &Totals) -> Self {
        let mut times = totals.segment_ms.clone();
        times.sort_by(f32::total_cmp);
        let detection = totals.detection.filter(|scores| scores[0].n_true > 0);
        let row = |(threshold, score): (f64, DetectionScore)| DetectionJson {
            threshold,
            detection_rate: rounded(score.detection_rate(), 4),
            recognition_accuracy: rounded(score.recognition_accuracy(), 4),
            f_measure: rounded(score.f_measure(), 4),
        };
        Self {
            lines_found: totals.n_found,
            segment_ms: rounded(times.get(times.len() / 2).copied().unwrap_or_default(), 1),
            handwritten_lines: detection.map(|scores| scores[0].n_true),
            whole_lines: detection.map(|_| totals.n_whole),
            detection: detection
                .map(|scores| THRESHOLDS.into_iter().zip(scores).map(row).collect())
                .unwrap_or_default(),
            cer: totals.found_cer.map(|rate| rounded(rate.percent(), 2)),
            cer_of_true_lines: totals.true_cer.map(|rate| rounded(rate.percent(), 2)),
            word_recall: totals.words.map(|words| rounded(words.recall(), 1)),
            word_precision: totals.words.map(|words| rounded(words.precision(), 1)),
            words: totals.word_detection.map(WordsJson::from),
        }
    }
}

impl EvaluateLines {
    pub(super) fn run(&self) -> anyhow::Result<Outcome> {
        let reader = if self.unread { None } else { Some(self.reader.reader()?) };
        let tuning = open_tuning(self.tuning.as_deref())?;
        let (files, mut outcome) = expand_folders(&self.set);
        let degradations = self.degradations();
        let mut totals = Totals::default();
        let mut rows = Vec::new();
        for file in &files {
            match self.measure(file, &degradations, reader.as_ref(), &tuning) {
                Ok(measured) => {
                    for page in measured {
                        totals.add(&page);
                        let mut own = Totals::default();
                        own.add(&page);
                        let measures = MeasuresJson::from(&own);
                        rows.push(PageRowJson {
                            file: file.display().to_string(),
                            missed_lines: page.missed,
                            measures,
                        });
                    }
                }
                Err(error) => {
                    complain(&format!("{error:#}"));
                    outcome = Outcome::Incomplete;
                }
            }
        }
        let report = ReportJson { pages: rows, total: MeasuresJson::from(&totals) };
        let mut answers = Answers::new();
        match self.format {
            OutputFormat::Json => answers.json(&report)?,
            OutputFormat::Txt => answers.line(&report.to_text())?,
        }
        Ok(outcome)
    }

    fn degradations(&self) -> Vec<Degradation> {
        let careless = self.careless.iter().map(|&degrees| Degradation::careless(degrees));
        let turned = self.turned.iter().map(|&degrees| Degradation { degrees, ..Degradation::default() });
        careless.chain(turned).collect()
    }

    /// Measures the page as it is, or once for each degradation.
    fn measure(
        &self,
        file: &Path,
        degradations: &[Degradation],
        reader: Option<&PageReader>,
        tuning: &Tuning,
    ) -> anyhow::Result<Vec<PageEvaluation>> {
        let page = LabelledPage::open(file)?;
        let image = PageFile::open(file)?.page_numbered(page.number)?;
        let reader = reader.filter(|_| !page.is_for_training);
        if degradations.is_empty() {
            return Ok(vec![self.measure_page(&image, &page.truth, reader, tuning)?]);
        }
        let degraded = degradations.iter().map(|degradation| degradation.apply(&image, &page.truth));
        degraded.map(|(image, truth)| self.measure_page(&image, &truth, reader, tuning)).collect()
    }

    #[cfg_attr(
        not(feature = "train"),
        expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "only adaptation takes options and can fail")
    )]
    fn measure_page(
        &self,
        image: &PageImage,
        truth: &PageTruth,
        reader: Option<&PageReader>,
        tuning: &Tuning,
    ) -> anyhow::Result<PageEvaluation> {
        #[cfg(feature = "train")]
        if let Some(reader) = reader.filter(|_| self.adapt) {
            let pages = std::iter::once((String::new(), image.clone()));
            let adapted = super::training::page_adaptation::adapted_to_pages(&self.reader, reader, pages)?;
            return Ok(PageEvaluation::measure(image, truth, adapted.as_ref().or(Some(reader)), tuning)?);
        }
        Ok(PageEvaluation::measure(image, truth, reader, tuning)?)
    }
}

impl ReportJson {
    fn to_text(&self) -> String {
        let mut rows = vec![MeasuresJson::heading()];
        rows.extend(self.pages.iter().map(|page| page.measures.to_row(&page.file)));
        rows.push(self.total.to_row("total"));
        for DetectionJson { threshold, detection_rate, recognition_accuracy, f_measure } in &self.total.detection {
            rows.push(format!(
                "at match {threshold:.2}: detection rate {:.2} %, recognition accuracy {:.2} %, F {:.2} %",
                100.0 * detection_rate,
                100.0 * recognition_accuracy,
                100.0 * f_measure
            ));
        }
        if let (Some(n_true), Some(n_whole)) = (self.total.handwritten_lines, self.total.whole_lines) {
            let percent = 100.0 * n_whole as f64 / n_true.max(1) as f64;
            rows.push(format!("whole in a found line: {n_whole} of {n_true}, {percent:.1} %"));
        }
        if let Some(WordsJson { all, found, joined, split, missed, invented_lines }) = &self.total.words {
            rows.push(format!(
                "words by their boxes: {found} of {all} whole in a found line ({joined} of them joined with words of \
                 other lines), {split} split, {missed} missed; {invented_lines} lines invented"
            ));
        }
        rows.join("\n")
    }
}

impl MeasuresJson {
    fn heading() -> String {
        format!(
            "lines found  true  F {:.2}  F {:.2}     CER  true  word recall  precision      ms",
            THRESHOLDS[0], THRESHOLDS[2]
        )
    }

    fn to_row(&self, name: &str) -> String {
        let number = |value: Option<f64>| value.map_or("–".to_owned(), |value| format!("{value:.1}"));
        let f = |i: usize| self.detection.get(i).map(|score| 100.0 * score.f_measure);
        format!(
            "{:11}  {:>4}  {:>6}  {:>6}  {:>6}  {:>4}  {:>11}  {:>9}  {:>6.0}  {name}",
            self.lines_found,
            self.handwritten_lines.map_or("–".to_owned(), |n| n.to_string()),
            number(f(0)),
            number(f(2)),
            number(self.cer),
            number(self.cer_of_true_lines),
            number(self.word_recall),
            number(self.word_precision),
            self.segment_ms,
        )
    }
}
