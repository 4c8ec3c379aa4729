//! Which way up a page and its labels are, told by reading some lines: shapes leave doubt on boards and on pages of few
//! words.

use std::ops::ControlFlow;

use super::{
    decoding::ctc::CtcDecoder,
    engine::line_model::ModelError,
    line_recognizer::LineRecognizer,
    page_reader::{PageEvent, PageReader},
    workers::in_parallel,
};
use crate::{
    imaging::{PreparedPage, QuarterTurn, Segmentation, crop_line, segment_turned},
    page::{TextLine, Transcription},
};

/// Lines that are read to tell whether a page is the right way up…
const N_PROBES: usize = 8;
/// …and to find out which way is, where they can hardly be read.
const N_PROBES_OF_DOUBTFUL: usize = 16;
/// So many characters, as they are read, tell which way is up; a word or two is taken to be upright.
const MIN_PROBED_CHARACTERS: usize = 10;
/// Words of fewer letters are seen in any scribble.
const MIN_LETTERS: usize = 3;
/// Where so large a part of the characters belongs to words that the reader is sure of, the page is the right way up: on
/// eight letters and five photos in all four ways, wrong ones gave at most 0.12 to an earlier student, and a sheet of four
/// short lines 0.20 to version 0.7.0; right ones are less where a hand can hardly be read, and all four ways are compared then.
const LEGIBLE: f32 = 0.3;
/// So many more legible characters turn the page another way round.
const MIN_GAIN: f32 = 2.5;
/// How much surer the reader must be of a label the other way round before it is turned over.
const MIN_LABEL_GAIN: f32 = 0.05;

/// A way to read lines that were found.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    AsFound,
    TurnedOver,
}

/// What is read of some lines.
struct Sample {
    n_characters: usize,
    /// The part of the characters that belongs to words of which the reader is sure, each word by how sure it is.
    legible_part: f32,
}

impl Sample {
    fn of(read: &[Transcription]) -> Self {
        let n_characters: usize = read.iter().map(|read| read.characters.len()).sum();
        let words = read.iter().flat_map(Transcription::words).filter(|(place, _)| place.len() >= MIN_LETTERS);
        let legible: f32 = words.map(|(place, confidence)| place.len() as f32 * confidence).sum();
        Self { n_characters, legible_part: legible / n_characters.max(1) as f32 }
    }
}

/// Hears of every line that is read, and may stop it.
type OnEvent<'a> = &'a mut dyn FnMut(PageEvent) -> ControlFlow<()>;

impl PageReader {
    /// The lines of a page, found anew if it stands on its head or lies on the other side than it was thought to.
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
        let mut read = self.glance(page, first, Way::AsFound, on_event)?;
        if Sample::of(&read).legible_part >= LEGIBLE {
            return ControlFlow::Continue(found);
        }
        read.extend(self.glance(page, more, Way::AsFound, on_event)?);
        let as_found = Sample::of(&read);
        let side = segment_turned(page, found.turn.then(QuarterTurn::Right));
        let mut others = Vec::new();
        for (lines, way) in [(&found, Way::TurnedOver), (&side, Way::AsFound), (&side, Way::TurnedOver)] {
            let read = self.glance(page, &probes(lines), way, on_event)?;
            others.push((Sample::of(&read), if way == Way::TurnedOver { lines.turn.and_over() } else { lines.turn }));
        }
        let best = others.into_iter().max_by(|a, b| a.0.legible_part.total_cmp(&b.0.legible_part));
        let is_better = |best: &Sample| {
            let gain = (best.legible_part - as_found.legible_part) * best.n_characters as f32;
            best.n_characters >= MIN_PROBED_CHARACTERS && gain >= MIN_GAIN
        };
        ControlFlow::Continue(match best {
            Some((best, turn)) if is_better(&best) => segment_turned(page, turn),
            _ => found,
        })
    }

    /// The lines, labels that run down the page turned over: all were found as if they ran up.
    pub(super) fn labels_upright(
        &self,
        page: &PreparedPage,
        found: Segmentation,
        on_event: OnEvent<'_>,
    ) -> ControlFlow<(), Vec<TextLine>> {
        let mut lines = found.lines;
        let labels: Vec<&TextLine> = lines[found.n_across..].iter().collect();
        let as_found = self.glance(page, &labels, Way::AsFound, on_event)?;
        let over = self.glance(page, &labels, Way::TurnedOver, on_event)?;
        for ((label, as_found), over) in lines[found.n_across..].iter_mut().zip(as_found).zip(over) {
            // An empty line is no sign of either way.
            let confidence = |read: &Transcription| if read.text.is_empty() { 0.0 } else { read.confidence };
            if confidence(&over) > confidence(&as_found) + MIN_LABEL_GAIN {
                *label = label.turned_over();
            }
        }
        ControlFlow::Continue(lines)
    }

    /// What the pen shows in these lines, without a language, which would make words of lines upside down, too. Lines that
    /// cannot be read are empty.
    fn glance(
        &self,
        page: &PreparedPage,
        lines: &[&TextLine],
        way: Way,
        on_event: OnEvent<'_>,
    ) -> ControlFlow<(), Vec<Transcription>> {
        let mut read = vec![Transcription::default(); lines.len()];
        let flow = in_parallel(
            self.n_threads(),
            lines.len(),
            || LineRecognizer::new((self.make_model)(), CtcDecoder::Greedy),
            |recognizer, index| {
                let image = crop_line(page, lines[index]);
                recognizer.recognize(&if way == Way::TurnedOver { image.turned_over() } else { image })
            },
            &mut |index, result: Result<Transcription, ModelError>| {
                read[index] = result.unwrap_or_default();
                on_event(PageEvent::Glanced)
            },
        );
        flow.map_continue(|()| read)
    }
}

/// The lines that tell most: the largest.
fn probes(found: &Segmentation) -> Vec<&TextLine> {
    let mut largest: Vec<&TextLine> = found.lines[..found.n_across].iter().collect();
    largest.sort_by(|a, b| b.bounds.area().total_cmp(&a.bounds.area()));
    largest.truncate(N_PROBES_OF_DOUBTFUL);
    largest
}
