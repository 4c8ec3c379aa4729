//! Which way up a page and its vertical text are, found by reading some lines.
//!
//! `segment` finds the quarter turn of a page from the shapes of its writing, which is ambiguous on boards and on pages
//! of few words. Where it is, up to [`N_PROBES`] of the largest lines are read with a greedy decoder: legible words,
//! weighted by confidence, tell upright writing from the rest. If less than [`LEGIBLE`] of the characters belong to
//! such words, up to [`N_PROBES_OF_ILLEGIBLE`] lines are read in all four orientations, and the most legible one wins
//! if it wins clearly. Orientation needs a reader, so it stands here and not in `imaging`.
//!
//! Vertical text on a page whose lines run across is found as if it ran up; each of these lines is read both ways, and
//! the more confident reading decides.

use std::ops::ControlFlow;

use super::{
    decoding::decoder::CtcDecoder,
    engine::line_model::ModelError,
    ink_labeller::ink_labeller,
    line_recognizer::LineRecognizer,
    page_reader::{PageEvent, PageReader},
    workers::in_parallel,
};
use crate::{
    imaging::{PreparedPage, QuarterTurn, Segmentation, crop_line, segment_turned},
    page::{TextLine, Transcription},
};

/// Lines read to test the orientation that was found. No measurement recorded.
const N_PROBES: usize = 8;
/// Lines read in each orientation, where those of the first test are hardly legible. No measurement recorded.
const N_PROBES_OF_ILLEGIBLE: usize = 16;
/// Characters read below which no orientation is preferred: one or two words are taken for upright. Introduced for
/// pictures of single lines of `iam-lines/valid`.
const MIN_PROBED_CHARACTERS: usize = 10;
/// Letters of a word from which it counts as legible: shorter words are read into any scribble. Measured with
/// [`LEGIBLE`].
const MIN_LETTERS: usize = 3;
/// Legible share of the characters, 0 to 1, from which the page is upright. On eight letters and five photos in all
/// four orientations, wrong ones reached 0.12 with an earlier student, and a sheet of four short lines 0.20 with
/// version 0.7.0; legible hands the right way up reached 0.24 to 0.5.
const LEGIBLE: f32 = 0.3;
/// Legible characters that another orientation must gain to replace the one found. When introduced, one of 52 photos
/// and letters in all four orientations came out wrong, against ten without reading.
const MIN_GAIN: f32 = 2.5;
/// Confidence, 0 to 1, that vertical text must gain to be turned over. No measurement recorded.
const MIN_LABEL_GAIN: f32 = 0.05;

/// The direction in which lines are read: as found, or turned by 180°.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    AsFound,
    TurnedOver,
}

/// The legibility of some lines.
struct Legibility {
    n_characters: usize,
    /// The characters of words, weighted by the words' confidences.
    legible: f32,
}

impl Legibility {
    fn measure(read: &[Transcription]) -> Self {
        let n_characters: usize = read.iter().map(|read| read.characters.len()).sum();
        let words = read.iter().flat_map(Transcription::words).filter(|(place, _)| place.len() >= MIN_LETTERS);
        let legible = words.map(|(place, confidence)| place.len() as f32 * confidence).sum();
        Self { n_characters, legible }
    }

    /// The legible characters as a share of all, 0 to 1.
    fn share(&self) -> f32 {
        self.legible / self.n_characters.max(1) as f32
    }
}

/// Gets an event for every line that is read, and may stop the page.
type OnEvent<'a> = &'a mut dyn FnMut(PageEvent) -> ControlFlow<()>;

impl PageReader {
    /// The lines of the upright page: `found`, or those of another quarter turn if reading contradicts it.
    pub(super) fn upright(
        &self,
        page: &PreparedPage,
        found: Segmentation,
        on_event: OnEvent<'_>,
    ) -> ControlFlow<(), Segmentation> {
        if found.is_sure_of_turn || found.n_across == 0 {
            return ControlFlow::Continue(found);
        }
        let lines = probes(&found);
        let (first, more) = lines.split_at(N_PROBES.min(lines.len()));
        let mut read = self.glance(page, first, Direction::AsFound, on_event)?;
        if Legibility::measure(&read).share() >= LEGIBLE {
            return ControlFlow::Continue(found);
        }
        read.extend(self.glance(page, more, Direction::AsFound, on_event)?);
        let as_found = Legibility::measure(&read);
        let side = segment_turned(page, found.turn.then(QuarterTurn::Right), ink_labeller());
        let mut others = Vec::new();
        for (lines, direction) in
            [(&found, Direction::TurnedOver), (&side, Direction::AsFound), (&side, Direction::TurnedOver)]
        {
            let read = self.glance(page, &probes(lines), direction, on_event)?;
            others.push((
                Legibility::measure(&read),
                if direction == Direction::TurnedOver { lines.turn.and_over() } else { lines.turn },
            ));
        }
        // Not by their share: a few labels that run up the page are all that lies across it once it is turned.
        let best = others.into_iter().max_by(|a, b| a.0.legible.total_cmp(&b.0.legible));
        let is_better = |best: &Legibility| {
            best.n_characters >= MIN_PROBED_CHARACTERS && best.legible - as_found.legible >= MIN_GAIN
        };
        ControlFlow::Continue(match best {
            Some((best, turn)) if is_better(&best) => segment_turned(page, turn, ink_labeller()),
            _ => found,
        })
    }

    /// The lines, with vertical text that runs down turned over: `segment` finds it as if it ran up.
    pub(super) fn labels_upright(
        &self,
        page: &PreparedPage,
        found: Segmentation,
        on_event: OnEvent<'_>,
    ) -> ControlFlow<(), Vec<TextLine>> {
        let mut lines = found.lines;
        let labels: Vec<&TextLine> = lines[found.n_across..].iter().collect();
        let as_found = self.glance(page, &labels, Direction::AsFound, on_event)?;
        let over = self.glance(page, &labels, Direction::TurnedOver, on_event)?;
        for ((label, as_found), over) in lines[found.n_across..].iter_mut().zip(as_found).zip(over) {
            // An empty line has confidence 1, which is no evidence.
            let confidence = |read: &Transcription| if read.text.is_empty() { 0.0 } else { read.confidence };
            if confidence(&over) > confidence(&as_found) + MIN_LABEL_GAIN {
                *label = label.turned_over();
            }
        }
        ControlFlow::Continue(lines)
    }

    /// Reads lines with a greedy decoder; a language model would find words in lines upside down, too. Lines that fail
    /// are empty.
    fn glance(
        &self,
        page: &PreparedPage,
        lines: &[&TextLine],
        direction: Direction,
        on_event: OnEvent<'_>,
    ) -> ControlFlow<(), Vec<Transcription>> {
        let mut read = vec![Transcription::default(); lines.len()];
        let flow = in_parallel(
            self.n_threads(),
            lines.len(),
            || LineRecognizer::new((self.make_model)(), CtcDecoder::Greedy),
            |recognizer, index| {
                let image = crop_line(page, lines[index]);
                recognizer.recognize(&if direction == Direction::TurnedOver { image.turned_over() } else { image })
            },
            &mut |index, result: Result<Transcription, ModelError>| {
                read[index] = result.unwrap_or_default();
                on_event(PageEvent::Glanced)
            },
        );
        flow.map_continue(|()| read)
    }
}

/// The largest lines.
fn probes(found: &Segmentation) -> Vec<&TextLine> {
    let mut largest: Vec<&TextLine> = found.lines[..found.n_across].iter().collect();
    largest.sort_by(|a, b| b.bounds.area().total_cmp(&a.bounds.area()));
    largest.truncate(N_PROBES_OF_ILLEGIBLE);
    largest
}
