//! Measures one page: line finding against the label, and the recognized text against the true text.

use std::{ops::ControlFlow, time::Instant};

use super::{
    labelled_page::{PageTruth, TrueLine},
    line_detection::{DetectionScore, LineMatch, match_lines, n_whole_lines},
    word_detection::WordDetection,
    word_overlap::WordOverlap,
};
use crate::{
    imaging::{CleanUp, PageImage, PreparedPage, Tuning, ink_mask, prepare_tuned, segment_tuned},
    jobs::{Panicked, contain},
    page::{CharErrorRate, LineId, Point, TextLine},
    recognition::{PageEvent, PageReader, ink_labeller},
};

/// Match scores from which lines count as matched; the contest's first.
pub const THRESHOLDS: [f64; 4] = [0.95, 0.9, 0.75, 0.5];
/// Match score with a typed or printed line from which a found line is ignored. No measurement recorded.
const MIN_PRINTED_MATCH: f64 = 0.5;

/// The measurements of a page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PageEvaluation {
    /// The detection score for each of [`THRESHOLDS`]; `None` if the label has words only.
    pub detection: Option<[DetectionScore; THRESHOLDS.len()]>,
    /// Handwritten lines that are whole in a found one.
    pub n_whole: usize,
    /// What became of the words; `None` if the label has no boxes of words.
    pub word_detection: Option<WordDetection>,
    /// Indices of handwritten lines without a match at the lowest threshold.
    pub missed: Vec<usize>,
    /// Character errors of the page's text in reading order, with the lines found; `None` without a reader.
    pub found_cer: Option<CharErrorRate>,
    /// The same with the true lines.
    pub true_cer: Option<CharErrorRate>,
    /// Recognized words, regardless of order; `None` without a reader.
    pub words: Option<WordOverlap>,
    /// Lines found.
    pub n_found: usize,
    /// Preparation and line finding, in milliseconds.
    pub segment_ms: f32,
}

impl PageEvaluation {
    /// Finds the page's lines by the numbers of `tuning`, or reads the page where there is a `reader`, by the default
    /// numbers.
    /// [`Panicked`] if the page brings out a mistake.
    pub fn measure(
        image: &PageImage,
        truth: &PageTruth,
        reader: Option<&PageReader>,
        tuning: &Tuning,
    ) -> Result<Self, Panicked> {
        contain(|| Self::measure_uncontained(image, truth, reader, tuning)).flatten()
    }

    fn measure_uncontained(
        image: &PageImage,
        truth: &PageTruth,
        reader: Option<&PageReader>,
        tuning: &Tuning,
    ) -> Result<Self, Panicked> {
        let started = Instant::now();
        let prepared = prepare_tuned(image, CleanUp::Normal, &tuning.prepare);
        let mut found = segment_tuned(&prepared, ink_labeller(), &tuning.segment).lines;
        let segment_ms = started.elapsed().as_secs_f32() * 1e3;
        let mut measured = Self { n_found: found.len(), segment_ms, ..Self::default() };
        if let Some(reader) = reader {
            // The reader may turn the page, which is what users get.
            found = reader.read(image, &mut |_| ControlFlow::Continue(()))?.0.lines;
        }
        let text = || text_of(&found);
        match truth {
            PageTruth::Lines(lines) => {
                measured.detect(&prepared, lines, &found);
                if let Some(reader) = reader {
                    let reference = lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n");
                    let placed = read_at_true_places(reader, &prepared, lines);
                    measured.found_cer = Some(rate(&reference, &text()));
                    measured.true_cer = Some(rate(&reference, &text_of(&placed)));
                    measured.words = Some(WordOverlap::between(&reference, &text()));
                }
            }
            PageTruth::Words(words) => measured.words = reader.map(|_| WordOverlap::between(words, &text())),
        }
        Ok(measured)
    }

    fn detect(&mut self, page: &PreparedPage, truth: &[TrueLine], found: &[TextLine]) {
        let ink = ink_mask(page);
        let outlines = |is_handwritten: bool| -> Vec<Vec<Point>> {
            let lines = truth.iter().filter(|line| line.is_handwritten == is_handwritten);
            lines.map(|line| line.outline.clone()).collect()
        };
        let found: Vec<Vec<Point>> = found.iter().map(|line| line.outline.clone()).collect();
        if truth.iter().any(|line| !line.words.is_empty()) {
            let words: Vec<Vec<Vec<Point>>> = truth.iter().map(|line| line.words.clone()).collect();
            self.word_detection = Some(WordDetection::count(&ink, &words, &found));
        }
        let others = match_lines(&ink, &outlines(false), &found);
        let is_other = |i: usize| others.iter().any(|other| other.found == i && other.score >= MIN_PRINTED_MATCH);
        let found: Vec<Vec<Point>> =
            found.into_iter().enumerate().filter(|(i, _)| !is_other(*i)).map(|(_, outline)| outline).collect();
        let truth = outlines(true);
        let matches = match_lines(&ink, &truth, &found);
        self.detection = Some(THRESHOLDS.map(|t| DetectionScore::count(truth.len(), found.len(), &matches, t)));
        self.n_whole = n_whole_lines(&ink, &truth, &found);
        let is_met = |i: usize| matches.iter().any(|m: &LineMatch| m.truth == i && m.score >= THRESHOLDS[3]);
        self.missed = (0..truth.len()).filter(|&i| !is_met(i)).collect();
    }
}

fn rate(reference: &str, read: &str) -> CharErrorRate {
    let mut rate = CharErrorRate::default();
    rate.add(reference, read);
    rate
}

fn text_of(lines: &[TextLine]) -> String {
    lines.iter().map(TextLine::text).collect::<Vec<_>>().join("\n")
}

/// The true lines with their recognized text; empty where recognition fails.
fn read_at_true_places(reader: &PageReader, page: &PreparedPage, truth: &[TrueLine]) -> Vec<TextLine> {
    let mut lines: Vec<TextLine> = (0..).zip(truth).map(|(id, line)| line.to_text_line(LineId(id))).collect();
    let unread = lines.clone();
    let (ControlFlow::Continue(()) | ControlFlow::Break(())) = reader.read_lines(page, &unread, &mut |event| {
        if let PageEvent::LineRead { id, transcription } = event {
            lines[id.0 as usize].transcription = Some(transcription);
        }
        ControlFlow::Continue(())
    });
    lines
}
