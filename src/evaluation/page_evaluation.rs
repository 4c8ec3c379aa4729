//! How well one page is worked: lines found against true ones, text against true text.

use std::{ops::ControlFlow, time::Instant};

use super::{
    labelled_page::{PageTruth, TrueLine},
    line_detection::{DetectionScore, LineMatch, match_lines, n_whole_lines},
    word_overlap::WordOverlap,
};
use crate::{
    imaging::{PageImage, PreparedPage, Tuning, ink_mask, prepare, segment_tuned},
    page::{CharErrorRate, LineId, Point, TextLine},
    recognition::{PageEvent, PageReader},
};

/// Match scores at which lines are counted: the contest's own first.
pub const THRESHOLDS: [f64; 4] = [0.95, 0.9, 0.75, 0.5];
/// A found line with this match score to a typed or printed line counts neither way.
const MIN_OTHER: f64 = 0.5;

/// What was measured on a page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PageEvaluation {
    /// How well lines were found, for each of [`THRESHOLDS`]; `None` where their places are not known.
    pub detection: Option<[DetectionScore; THRESHOLDS.len()]>,
    /// Handwritten lines that lie whole in a found one.
    pub n_whole: usize,
    /// Handwritten lines that no found line matches at the loosest threshold, by their index.
    pub missed: Vec<usize>,
    /// Errors over the whole page's text in reading order, with the lines found; `None` where nothing was read.
    pub found_cer: Option<CharErrorRate>,
    /// The same with the true lines.
    pub true_cer: Option<CharErrorRate>,
    /// Words read, their order ignored; `None` where nothing was read.
    pub words: Option<WordOverlap>,
    /// Lines found.
    pub n_found: usize,
    /// Preparation and line finding, in milliseconds.
    pub segment_ms: f32,
}

impl PageEvaluation {
    /// Finds the page's lines by the numbers of `tuning`, or reads the page where there is a `reader`, by the default
    /// numbers.
    pub fn measure(image: &PageImage, truth: &PageTruth, reader: Option<&PageReader>, tuning: &Tuning) -> Self {
        let started = Instant::now();
        let prepared = prepare(image);
        let mut found = segment_tuned(&prepared, &tuning.segment).lines;
        let segment_ms = started.elapsed().as_secs_f32() * 1e3;
        let mut measured = Self { n_found: found.len(), segment_ms, ..Self::default() };
        if let Some(reader) = reader {
            // What people get: the reader may turn the page.
            found = reader.read(image, &mut |_| ControlFlow::Continue(())).0.lines;
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
                    measured.words = Some(WordOverlap::of(&reference, &text()));
                }
            }
            PageTruth::Words(words) => measured.words = reader.map(|_| WordOverlap::of(words, &text())),
        }
        measured
    }

    fn detect(&mut self, page: &PreparedPage, truth: &[TrueLine], found: &[TextLine]) {
        let ink = ink_mask(page);
        let outlines = |is_handwritten: bool| -> Vec<Vec<Point>> {
            let lines = truth.iter().filter(|line| line.is_handwritten == is_handwritten);
            lines.map(|line| line.outline.clone()).collect()
        };
        let found: Vec<Vec<Point>> = found.iter().map(|line| line.outline.clone()).collect();
        let others = match_lines(&ink, &outlines(false), &found);
        let is_other = |i: usize| others.iter().any(|other| other.found == i && other.score >= MIN_OTHER);
        let found: Vec<Vec<Point>> =
            found.into_iter().enumerate().filter(|(i, _)| !is_other(*i)).map(|(_, outline)| outline).collect();
        let truth = outlines(true);
        let matches = match_lines(&ink, &truth, &found);
        self.detection = Some(THRESHOLDS.map(|t| DetectionScore::of(truth.len(), found.len(), &matches, t)));
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

/// The true lines, read. What cannot be read stays empty.
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
