//! Compares two models on the same lines: text, confidence, time, and errors. The window and `longhand compare` both
//! use it, so that they report the same numbers.

use std::{ops::ControlFlow, sync::Arc};

use serde::Serialize;

use super::{line_opener::LineOpener, line_set::LabelledLine};
use crate::{
    imaging::{ImageError, LineImage},
    page::{CharErrorRate, MarkedWord, Transcription, WordErrorRate, comparable_text, mark_words},
    recognition::{LineRecognizer, PageReader, in_parallel},
};

/// A line for both models.
#[derive(Clone, Debug)]
pub struct ComparisonLine {
    /// Its name: an image of a table, or a line number of a page.
    pub name: String,
    /// Its image.
    pub picture: LinePicture,
    /// Its true text, if known.
    pub truth: Option<String>,
}

/// The source of a line's image.
#[derive(Clone, Debug)]
pub enum LinePicture {
    /// A line of a set, in a file of its own or on a page.
    Labelled(LabelledLine),
    /// A crop of a page.
    Cut(Arc<LineImage>),
}

impl LinePicture {
    /// The image, opened if it is in a file.
    pub fn image(&self, opener: &mut LineOpener) -> Result<Arc<LineImage>, ImageError> {
        match self {
            Self::Labelled(line) => Ok(Arc::new(opener.open(line)?)),
            Self::Cut(image) => Ok(Arc::clone(image)),
        }
    }
}

/// One model's result for a line.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Reading {
    /// The text; empty if the model failed.
    pub text: String,
    /// The confidence, 0 to 1.
    pub confidence: f32,
    /// Milliseconds from line image to text; 0 if the model failed.
    pub ms: f32,
    /// Why the model failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

impl Reading {
    /// Whether its text equals `truth`, both normalized.
    pub fn is_right(&self, truth: &str) -> bool {
        self.failure.is_none() && comparable_text(&self.text) == comparable_text(truth)
    }
}

/// A line with the results of both models.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ComparedLine {
    /// The line's name.
    pub name: String,
    /// Its true text, if known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub truth: Option<String>,
    /// The first model's reading.
    pub a: Reading,
    /// The second model's reading.
    pub b: Reading,
}

impl ComparedLine {
    /// Whether both texts are equal, normalized.
    pub fn agrees(&self) -> bool {
        comparable_text(&self.a.text) == comparable_text(&self.b.text)
    }

    /// The words of the first and the second text, compared with the truth, or with each other without one.
    pub fn marked(&self) -> [Vec<MarkedWord>; 2] {
        let (a, b) = (&self.a.text, &self.b.text);
        match &self.truth {
            Some(truth) => [mark_words(a, truth), mark_words(b, truth)],
            None => [mark_words(a, b), mark_words(b, a)],
        }
    }

    fn right(&self) -> Option<(bool, bool)> {
        let truth = self.truth.as_deref()?;
        Some((self.a.is_right(truth), self.b.is_right(truth)))
    }
}

/// A filter for the lines of a comparison.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LineFilter {
    /// All lines.
    #[default]
    All,
    /// The texts differ.
    Differing,
    /// The first model is right and the second wrong.
    OnlyARight,
    /// The second model is right and the first wrong.
    OnlyBRight,
    /// Neither is right.
    BothWrong,
}

impl LineFilter {
    /// All filters, in the order of menus.
    pub const ALL: [Self; 5] = [Self::All, Self::Differing, Self::OnlyARight, Self::OnlyBRight, Self::BothWrong];

    /// Whether it needs the truth: it keeps no line without one.
    pub const fn needs_truth(self) -> bool {
        matches!(self, Self::OnlyARight | Self::OnlyBRight | Self::BothWrong)
    }

    /// Whether the filter keeps `line`.
    pub fn keeps(self, line: &ComparedLine) -> bool {
        match self {
            Self::All => true,
            Self::Differing => !line.agrees(),
            Self::OnlyARight => line.right() == Some((true, false)),
            Self::OnlyBRight => line.right() == Some((false, true)),
            Self::BothWrong => line.right() == Some((false, false)),
        }
    }
}

/// The totals of one model. Rates are over the lines with a truth, `None` without any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct ModelTotals {
    /// Character error rate in percent.
    pub cer: Option<f64>,
    /// Word error rate in percent.
    pub wer: Option<f64>,
    /// Lines without any error.
    pub exact_lines: usize,
    /// Lines that could not be read.
    pub failed: usize,
    /// Mean confidence of the lines that did not fail, 0 to 1.
    pub confidence: f64,
    /// Median time of the lines that did not fail, in milliseconds.
    pub median_ms: f64,
}

/// The totals of a comparison.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct ComparisonTotals {
    /// All lines.
    pub lines: usize,
    /// Lines with a truth.
    pub lines_with_truth: usize,
    /// The first model's.
    pub a: ModelTotals,
    /// The second model's.
    pub b: ModelTotals,
    /// Lines with equal texts.
    pub same_lines: usize,
    /// Words of the first model's texts that the second model's have at their place, in percent.
    pub same_words: f64,
    /// The speed-up of the second model: the median over lines of the first one's time divided by the second one's.
    pub speed_up: f64,
    /// Lines that only the first model reads without error.
    pub only_a_right: usize,
    /// Lines that only the second model reads without error.
    pub only_b_right: usize,
    /// Lines that neither reads without error.
    pub both_wrong: usize,
}

impl ComparisonTotals {
    /// The totals of `lines`.
    pub fn from_lines<'a>(lines: &(impl Iterator<Item = &'a ComparedLine> + Clone)) -> Self {
        let count = |filter: LineFilter| lines.clone().filter(|line| filter.keeps(line)).count();
        let both_read = lines.clone().filter(|line| line.a.failure.is_none() && line.b.failure.is_none());
        let speed_ups = both_read.filter(|line| line.b.ms > 0.0).map(|line| f64::from(line.a.ms / line.b.ms));
        let words = lines.clone().flat_map(|line| mark_words(&line.a.text, &line.b.text));
        let (mut n_words, mut n_same_words) = (0_usize, 0_usize);
        for word in words {
            n_words += usize::from(word != MarkedWord::Missing);
            n_same_words += usize::from(matches!(word, MarkedWord::Same(_)));
        }
        Self {
            lines: lines.clone().count(),
            lines_with_truth: lines.clone().filter(|line| line.truth.is_some()).count(),
            a: ModelTotals::from_readings(&lines.clone().map(|line| (&line.a, line.truth.as_deref()))),
            b: ModelTotals::from_readings(&lines.clone().map(|line| (&line.b, line.truth.as_deref()))),
            same_lines: lines.clone().filter(|line| line.agrees()).count(),
            same_words: if n_words == 0 { 100.0 } else { 100.0 * n_same_words as f64 / n_words as f64 },
            speed_up: median(speed_ups),
            only_a_right: count(LineFilter::OnlyARight),
            only_b_right: count(LineFilter::OnlyBRight),
            both_wrong: count(LineFilter::BothWrong),
        }
    }
}

impl ModelTotals {
    fn from_readings<'a>(readings: &(impl Iterator<Item = (&'a Reading, Option<&'a str>)> + Clone)) -> Self {
        let (mut cer, mut wer) = (CharErrorRate::default(), WordErrorRate::default());
        let mut totals = Self::default();
        for (reading, truth) in readings.clone() {
            totals.failed += usize::from(reading.failure.is_some());
            let Some(truth) = truth else { continue };
            cer.add(truth, &reading.text);
            wer.add(truth, &reading.text);
            totals.exact_lines += usize::from(reading.is_right(truth));
        }
        if readings.clone().any(|(_, truth)| truth.is_some()) {
            (totals.cer, totals.wer) = (Some(cer.percent()), Some(wer.percent()));
        }
        let read = || readings.clone().map(|(reading, _)| reading).filter(|reading| reading.failure.is_none());
        totals.confidence =
            read().map(|reading| f64::from(reading.confidence)).sum::<f64>() / read().count().max(1) as f64;
        totals.median_ms = median(read().map(|reading| f64::from(reading.ms)));
        totals
    }
}

/// The upper median; 0 without values.
fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// Reads every line with both readers; each worker reads a line first with `a` and then with `b`, so that both see the
/// same load. Times exclude a model's one-time work for lines of a width. `on_line` gets the index and the result of
/// each line in the order of completion, until it returns `Break`.
pub fn compare(
    a: &PageReader,
    b: &PageReader,
    lines: &[ComparisonLine],
    on_line: &mut dyn FnMut(usize, ComparedLine) -> ControlFlow<()>,
) -> ControlFlow<()> {
    in_parallel(
        a.n_threads(),
        lines.len(),
        || (LineOpener::default(), a.line_recognizer(), b.line_recognizer()),
        |(opener, a, b), index| {
            let ComparisonLine { name, picture, truth } = &lines[index];
            let image = picture.image(opener).map_err(|error| error.to_string());
            let read = |recognizer: &mut LineRecognizer| match &image {
                Ok(image) => reading(recognizer, name, image),
                Err(reason) => Reading { failure: Some(reason.clone()), ..Reading::default() },
            };
            ComparedLine { name: name.clone(), truth: truth.clone(), a: read(a), b: read(b) }
        },
        on_line,
    )
}

fn reading(recognizer: &mut LineRecognizer, name: &str, image: &LineImage) -> Reading {
    match recognizer.prepare(image).and_then(|()| recognizer.recognize(image)) {
        Ok(Transcription { text, confidence, elapsed_ms, .. }) => {
            Reading { text, confidence, ms: elapsed_ms, failure: None }
        }
        Err(error) => Reading { failure: Some(format!("cannot read {name}: {error}")), ..Reading::default() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recognition::{CtcDecoder, FakeLineModel};
    use image::{GrayImage, Luma};

    fn line(truth: Option<&str>, a: (&str, f32), b: (&str, f32)) -> ComparedLine {
        let reading = |(text, ms): (&str, f32)| Reading { text: text.to_owned(), confidence: 0.5, ms, failure: None };
        ComparedLine { name: String::new(), truth: truth.map(str::to_owned), a: reading(a), b: reading(b) }
    }

    #[test]
    fn totals_tell_who_is_right_and_how_much_faster() {
        let lines = [
            line(Some("one two"), ("one two", 9.0), ("one tow", 3.0)),
            line(Some("abcd"), ("abcx", 8.0), ("abcd", 2.0)),
            line(Some("abcd"), ("abcx", 50.0), ("abcx", 1.0)),
            line(None, ("here", 8.0), ("here", 4.0)),
        ];
        let totals = ComparisonTotals::from_lines(&lines.iter());
        assert_eq!((totals.lines, totals.lines_with_truth, totals.same_lines), (4, 3, 2));
        assert_eq!((totals.only_a_right, totals.only_b_right, totals.both_wrong), (1, 1, 1));
        assert!((totals.speed_up - 4.0).abs() < 1e-6 && (totals.same_words - 60.0).abs() < 1e-9, "{totals:?}");
        assert!((totals.a.cer.unwrap() - 200.0 / 15.0).abs() < 1e-9);
        assert_eq!((totals.a.exact_lines, totals.b.exact_lines), (1, 1));
        let kept = |filter: LineFilter| lines.iter().map(|line| filter.keeps(line)).collect::<Vec<_>>();
        assert_eq!(kept(LineFilter::Differing), [true, true, false, false]);
        assert_eq!(kept(LineFilter::OnlyARight), [true, false, false, false]);
        assert_eq!(kept(LineFilter::BothWrong), [false, false, true, false]);
    }

    #[test]
    fn without_truth_there_are_no_error_rates() {
        let totals = ComparisonTotals::from_lines(&[line(None, ("a", 1.0), ("b", 1.0))].iter());
        assert_eq!((totals.a.cer, totals.b.wer, totals.both_wrong), (None, None, 0));
        assert!(ComparisonTotals::from_lines(&[].iter()).same_words > 99.0);
    }

    #[test]
    fn every_line_is_read_by_both_and_one_that_cannot_be_counts_against_them() {
        let mut pixels = GrayImage::from_pixel(300, 60, Luma([255]));
        (0..280).for_each(|x| (10..50).filter(|y| (x + y) % 17 < 4).for_each(|y| pixels.put_pixel(x, y, Luma([0]))));
        let cut = LinePicture::Cut(Arc::new(LineImage::from_gray(pixels)));
        let lines = [
            ComparisonLine { name: "cut".to_owned(), picture: cut, truth: Some("x".to_owned()) },
            ComparisonLine {
                name: "gone".to_owned(),
                picture: LinePicture::Labelled(LabelledLine {
                    file: "gone".to_owned(),
                    path: "no-such-file.png".into(),
                    text: "y".to_owned(),
                    writer: None,
                    place: None,
                }),
                truth: Some("y".to_owned()),
            },
        ];
        let reader = |fails: bool| {
            let model = move || -> Box<dyn crate::recognition::LineModel> {
                Box::new(if fails { FakeLineModel::failing() } else { FakeLineModel::new() })
            };
            PageReader::with_model(model, 2, CtcDecoder::Greedy)
        };
        let mut read = vec![None; 2];
        let flow = compare(&reader(false), &reader(true), &lines, &mut |index, line| {
            read[index] = Some(line);
            ControlFlow::Continue(())
        });
        assert!(flow.is_continue());
        let read: Vec<ComparedLine> = read.into_iter().flatten().collect();
        assert!(read[0].a.failure.is_none() && !read[0].a.text.is_empty());
        assert!(read[0].b.failure.as_ref().unwrap().contains("cut"));
        assert!(read[1].a.failure.as_ref().unwrap().contains("no-such-file.png"));
        let totals = ComparisonTotals::from_lines(&read.iter());
        assert_eq!((totals.a.failed, totals.b.failed, totals.both_wrong), (1, 2, 2));
    }
}
