//! The writer of a page: one hand, its texts, and how it sets words on a line.
//!
//! Lengths are in x-heights and were set by eye on photographed pages; no measurement is recorded.

use std::{borrow::Cow, collections::VecDeque, ops::Range};

use super::layout::{InkKind, Layout, Mark, PlacedLine, PlacedWord, Placement};
use crate::{
    page::Point,
    synthesis::{
        ink::{Ink, WrittenWord},
        pen_and_paper::{
            hand::{HandVariation, jitter_strokes, write_hastily},
            struck_out::struck_out,
        },
        random::LineRng,
        sources::{fonts::Typefaces, ink_source::InkSource, sampled_hands::SampledHand, typeface::Typeface},
        surface::Surface,
        texts::corpora::Texts,
    },
};

/// Distance between two points of a baseline.
const BASELINE_STEP: f32 = 2.0;
/// Share of the hands that write hastily.
const HASTY: f32 = 0.25;
/// Share of the hands whose words stand as far apart as they were recorded.
const RECORDED_GAPS: f32 = 0.35;
/// Mean gap between words of the other hands.
const GAP: Range<f32> = 0.45..2.4;
/// Share of the other hands with a gap of their own for every pair of words.
const UNEVEN: f32 = 0.3;
/// Factor on each gap of an even hand.
const ONE_GAP: Range<f32> = 0.75..1.35;
/// Gaps of an uneven hand.
const UNEVEN_GAP: Range<f32> = 0.35..4.0;
/// Share of the pages whose words are in capitals where the hand can write them.
const CAPITALS: f32 = 0.25;

/// Words whose height is measured.
const SAMPLED_WORDS: usize = 9;

/// Where the letters come from.
enum Hand<'a> {
    /// Words of one page in their order, and a typeface of centre lines for what was not recorded.
    Recorded(Vec<WrittenWord>, Option<&'a Typeface>),
    Sampled(&'a SampledHand),
    Typeset(Cow<'a, Typeface>),
}

/// How wide the gaps between words are.
#[derive(Clone, Copy)]
enum Spacing {
    Recorded,
    Even(f32),
    Uneven,
}

/// One hand.
pub(super) struct Writer<'a> {
    hand: Hand<'a>,
    texts: &'a Texts,
    variation: HandVariation,
    is_hasty: bool,
    in_capitals: bool,
    spacing: Spacing,
    /// The next recorded word.
    next: usize,
    /// Words of the text that is being written.
    waiting: VecDeque<String>,
}

/// A line set at the origin: baseline y = 0, first ink near x = 0.
#[derive(Clone, Debug)]
pub(super) struct SetLine {
    words: Vec<PlacedWord>,
    /// Words that were struck out, with the strokes through them.
    struck: Ink,
    baseline: Vec<Point>,
    pub(super) width: f32,
}

impl<'a> Writer<'a> {
    pub(super) fn random(sources: &'a [InkSource], weights: &[f32], texts: &'a Texts, rng: &mut LineRng) -> Self {
        let in_capitals = rng.chance(CAPITALS);
        let hand = match &sources[rng.weighted(weights).unwrap_or(0)] {
            InkSource::Copied(lines) => {
                let centre_lines: Vec<&Typefaces> = sources
                    .iter()
                    .filter_map(|source| match source {
                        InkSource::Typeset(faces) if faces.are_centre_lines() => Some(faces),
                        _ => None,
                    })
                    .collect();
                let companion = rng.pick(&centre_lines).map(|faces| faces.face(rng));
                Hand::Recorded(lines.words_of_a_page(rng), companion)
            }
            InkSource::Sampled(hands) => Hand::Sampled(hands.hand(rng)),
            InkSource::Typeset(faces) => Hand::Typeset(Cow::Borrowed(faces.face(rng))),
        };
        let spacing = if rng.chance(RECORDED_GAPS) {
            Spacing::Recorded
        } else if rng.chance(UNEVEN) {
            Spacing::Uneven
        } else {
            Spacing::Even(rng.log_uniform(GAP))
        };
        Self {
            hand,
            texts,
            variation: HandVariation::random(rng),
            is_hasty: rng.chance(HASTY),
            in_capitals,
            spacing,
            next: rng.count(0, 1000),
            waiting: VecDeque::new(),
        }
    }

    /// Thickness of the hand's strokes where they have one of their own, in x-heights.
    pub(super) fn thickness(&self) -> Option<f32> {
        match &self.hand {
            Hand::Typeset(face) if face.thickness > 0.0 => Some(face.thickness),
            _ => None,
        }
    }

    /// Median height of the hand's words.
    pub(super) fn word_height(&mut self, rng: &mut LineRng) -> f32 {
        let words = (0..SAMPLED_WORDS).filter_map(|_| self.word(rng)?.ink.bounds());
        let mut heights: Vec<f32> = words.map(|bounds| bounds.y1 - bounds.y0).collect();
        heights.sort_by(f32::total_cmp);
        heights.get(heights.len() / 2).copied().unwrap_or_default()
    }

    /// The next word of a text.
    pub(super) fn word(&mut self, rng: &mut LineRng) -> Option<WrittenWord> {
        if let Hand::Recorded(words, _) = &self.hand
            && !words.is_empty()
        {
            self.next += 1;
            return Some(words[self.next % words.len()].clone());
        }
        if self.waiting.is_empty() {
            let text = self.text(Surface::Anywhere, rng);
            self.waiting = text.split(' ').map(str::to_owned).collect();
        }
        let text = self.waiting.pop_front()?;
        self.write_word(&text, rng)
    }

    /// One to `most` words as on a label.
    pub(super) fn label(&mut self, most: usize, rng: &mut LineRng) -> Vec<WrittenWord> {
        let n = rng.count(1, most.max(1));
        if matches!(self.hand, Hand::Recorded(..)) || rng.chance(0.5) {
            return (0..n).filter_map(|_| self.word(rng)).collect();
        }
        let text = self.text(Surface::Board, rng);
        text.split(' ').take(n).filter_map(|word| self.write_word(word, rng)).collect()
    }

    /// Writes `text`; what the hand cannot write is left out.
    pub(super) fn write(&self, text: &str, rng: &mut LineRng) -> Vec<WrittenWord> {
        text.split(' ').filter_map(|word| self.write_word(word, rng)).collect()
    }

    fn text(&self, surface: Surface, rng: &mut LineRng) -> String {
        let text = self.texts.line(surface, rng);
        match &self.hand {
            Hand::Sampled(hand) if !text.split(' ').all(|word| hand.can_write(&self.cased(word))) => hand.own_text(rng),
            _ => text,
        }
    }

    fn cased(&self, text: &str) -> String {
        let only_capitals = matches!(&self.hand, Hand::Typeset(face) if face.capitals_only);
        if self.in_capitals || only_capitals { text.to_uppercase() } else { text.to_owned() }
    }

    fn write_word(&self, text: &str, rng: &mut LineRng) -> Option<WrittenWord> {
        let text = self.cased(text);
        let ink = match &self.hand {
            Hand::Recorded(words, face) => match words.iter().find(|word| word.text == text) {
                Some(word) => return Some(word.clone()),
                None => face.filter(|face| face.has_all(&text))?.set(&text, rng),
            },
            Hand::Sampled(hand) if hand.can_write(&text) => hand.write(&text, rng),
            Hand::Sampled(_) => return None,
            Hand::Typeset(face) => face.set(&text, rng),
        };
        WrittenWord::new(ink, &text, None)
    }

    /// Sets `words` on a line; the word at `struck` is struck out.
    pub(super) fn set(&self, words: Vec<WrittenWord>, struck: Option<usize>, rng: &mut LineRng) -> SetLine {
        self.set_spaced(words, struck, self.spacing, rng)
    }

    /// Sets `words` on a line with gaps of about `gap`.
    pub(super) fn set_apart(&self, words: Vec<WrittenWord>, gap: f32, rng: &mut LineRng) -> SetLine {
        self.set_spaced(words, None, Spacing::Even(gap), rng)
    }

    fn set_spaced(
        &self,
        words: Vec<WrittenWord>,
        struck: Option<usize>,
        spacing: Spacing,
        rng: &mut LineRng,
    ) -> SetLine {
        let offset = rng.uniform(0.0..400.0);
        let left = self.variation.at(Point::new(offset, 0.0)).x;
        let at = |p: Point| {
            let moved = self.variation.at(Point::new(p.x + offset, p.y));
            Point::new(moved.x - left, moved.y)
        };
        let (mut line, mut x) = (SetLine::default(), 0.0);
        for (index, word) in words.into_iter().enumerate() {
            if index > 0 {
                x += gap_before(&word, spacing, rng);
            }
            let width = word.width();
            let mut ink = word.ink;
            if self.is_hasty {
                write_hastily(&mut ink, rng);
            }
            jitter_strokes(&mut ink, rng);
            ink.map(|p| at(Point::new(p.x + x, p.y)));
            let crossed = if struck == Some(index) { struck_out(&ink.strokes, rng) } else { None };
            match crossed {
                Some(crossed) => line.struck.add(&crossed, 0.0, 0.0),
                None => line.words.push(PlacedWord {
                    text: word.text,
                    ends: [x, x + width].map(|x| at(Point::new(x, 0.0))),
                    ink,
                }),
            }
            x += width;
        }
        line.finish(x, at)
    }

    /// A line of words that is at most `width` wide, one word at least; `None` where nothing can be written.
    pub(super) fn line(&mut self, width: f32, struck: bool, rng: &mut LineRng) -> Option<SetLine> {
        self.line_after(Vec::new(), width, struck, rng)
    }

    /// The same, beginning with `words`.
    pub(super) fn line_after(
        &mut self,
        mut words: Vec<WrittenWord>,
        width: f32,
        struck: bool,
        rng: &mut LineRng,
    ) -> Option<SetLine> {
        let n_given = words.len();
        let mut reached: f32 = words.iter().map(WrittenWord::width).sum();
        let mean_gap = if let Spacing::Even(gap) = self.spacing { gap } else { 1.0 };
        for _ in 0..40 {
            let Some(word) = self.word(rng) else { continue };
            let more = word.width() * self.variation.x_scale() + mean_gap;
            if reached + more > width && words.len() > n_given {
                self.put_back(word);
                break;
            }
            reached += more;
            words.push(word);
        }
        let crossed = if struck { Some(rng.count(0, words.len().saturating_sub(1))) } else { None };
        (!words.is_empty()).then(|| self.set(words, crossed, rng))
    }

    fn put_back(&mut self, word: WrittenWord) {
        match self.hand {
            Hand::Recorded(..) => self.next = self.next.saturating_sub(1),
            _ => self.waiting.push_front(word.text),
        }
    }
}

/// The gap between `word` and the one before it.
fn gap_before(word: &WrittenWord, spacing: Spacing, rng: &mut LineRng) -> f32 {
    match (spacing, word.gap) {
        (Spacing::Recorded, Some(gap)) => gap.clamp(0.2, 5.0),
        (Spacing::Recorded, None) => rng.uniform(0.6..1.2),
        (Spacing::Even(gap), _) => gap * rng.log_uniform(ONE_GAP),
        (Spacing::Uneven, _) => rng.log_uniform(UNEVEN_GAP),
    }
}

impl Default for SetLine {
    fn default() -> Self {
        Self { words: Vec::new(), struck: Ink::default(), baseline: Vec::new(), width: 0.0 }
    }
}

impl SetLine {
    fn finish(mut self, end: f32, at: impl Fn(Point) -> Point) -> Self {
        let n = (end / BASELINE_STEP).ceil().max(1.0) as usize;
        self.baseline = (0..=n).map(|i| at(Point::new(i as f32 / n as f32 * end, 0.0))).collect();
        self.width = self.baseline.last().map_or(0.0, |p| p.x);
        // A word struck out at either end is not on the line.
        let (Some(first), Some(last)) = (self.words.first(), self.words.last()) else { return self };
        let (x0, x1) = (first.ends[0].x, last.ends[1].x);
        let (start, stop) = (first.ends[0], last.ends[1]);
        self.baseline.retain(|p| p.x > x0 && p.x < x1);
        self.baseline.insert(0, start);
        self.baseline.push(stop);
        self
    }

    /// Puts the line on `layout`.
    pub(super) fn put(self, placement: &Placement, pen: usize, layout: &mut Layout) {
        let mut part = Layout::default();
        if self.struck.bounds().is_some() {
            part.marks.push(Mark { ink: self.struck, kind: InkKind::Struck, pen });
        }
        if !self.words.is_empty() {
            part.lines.push(PlacedLine { baseline: self.baseline, x_height: 1.0, words: self.words, pen });
        }
        layout.add(part.moved(placement));
    }
}
