//! Recorded lines: whole, in part, or two in a row.
//!
//! Numbers are in x-heights unless their sentence says otherwise, and were set by eye on the recorded lines and on
//! contact sheets; no measurement is recorded.

use std::{ops::Range, path::Path};

use super::ink_file::{InkRecord, read_ink};
use crate::{
    page::{Point, Rect, natural_spacing},
    synthesis::{
        error::SynthesisError,
        ink::{Ink, Polyline, WrittenLine, WrittenWord, columns, core_zone, is_label, split_at_gaps},
        pen_and_paper::struck_out::struck_out,
        random::LineRng,
        surface::Surface,
    },
};

/// The least gap between words.
pub(super) const WORD_GAP: f32 = 0.45;
/// The least ratio between the narrowest gap between words and the widest gap within them.
pub(super) const CLEAR_GAP: f32 = 1.25;
/// The most words of a line on a board.
const MOST_WORDS_ON_A_BOARD: usize = 4;
/// Share of the lines that are a part of a recorded line.
const PARTS: f32 = 0.2;
/// Share of the lines with a word struck out.
const CORRECTED: f32 = 0.04;
/// Share of the lines that are two recorded lines in a row.
const CONTINUED: f32 = 0.25;
/// Mean width of a character, spaces included: others do not fit their label.
const CHARACTER_WIDTH: Range<f32> = 0.45..4.0;
/// Letters from which on a word is long.
const LONG_WORD: usize = 4;
/// Width of a long word, as a factor on what the line's mean character width expects.
const LONG_WORD_WIDTH: Range<f32> = 0.6..1.5;
/// The same of short words, which vary more.
const SHORT_WORD_WIDTH: Range<f32> = 0.15..2.2;
/// Gap beside a word that is struck out.
const CORRECTION_GAP: Range<f32> = 0.5..1.0;
/// Gap between two lines in a row.
const LINE_GAP: Range<f32> = 0.7..1.3;
/// Factor on all gaps of a line.
const GAP_SCALE: Range<f32> = 0.6..1.7;
/// Further factor on each gap.
const ONE_GAP_SCALE: Range<f32> = 0.85..1.2;
/// Wider gaps are scaled as if they were this wide.
const WIDEST_SCALED_GAP: f32 = 3.0;
/// No gap of at least this width becomes narrower.
const LEAST_GAP: f32 = 0.6;

/// Recorded lines of one page that its words are taken from, at most.
const LINES_OF_A_HAND: usize = 40;

/// The lines of one stroke archive.
pub(crate) struct CopiedLines {
    lines: Vec<CopiedLine>,
}

struct CopiedLine {
    /// The page that the line stands on: the line's name up to its last hyphen.
    page: String,
    /// As in the archive, tokenised.
    text: String,
    strokes: Vec<Polyline>,
    /// The strokes of each word of the naturally spaced text; `None` where the gaps do not show the words clearly.
    words: Option<Vec<Vec<Polyline>>>,
}

impl CopiedLines {
    pub(crate) fn open(path: &Path) -> Result<Self, SynthesisError> {
        let lines: Vec<CopiedLine> = read_ink(path)?.into_iter().filter_map(CopiedLine::new).collect();
        if lines.is_empty() {
            return Err(SynthesisError::NothingUsable { path: path.to_path_buf() });
        }
        Ok(Self { lines })
    }

    /// A whole line, a part of one, or two that follow each other; on a board up to [`MOST_WORDS_ON_A_BOARD`] words of
    /// one.
    pub(crate) fn line(&self, surface: Surface, rng: &mut LineRng) -> WrittenLine {
        let index = rng.count(0, self.lines.len() - 1);
        let line = &self.lines[index];
        if surface == Surface::Board
            && let Some(part) = line.part(MOST_WORDS_ON_A_BOARD, rng)
        {
            return part;
        }
        let kind = rng.uniform(0.0..1.0);
        if kind < PARTS
            && let Some(part) = line.part(usize::MAX, rng)
        {
            return part;
        }
        if kind < PARTS + CORRECTED
            && let Some(corrected) = line.corrected(rng)
        {
            return corrected;
        }
        if kind > 1.0 - CONTINUED
            && let Some(next) = self.lines.get(index + 1).filter(|next| next.page == line.page)
        {
            return line.continued_by(next, rng);
        }
        let mut ink = Ink { strokes: line.strokes.clone(), areas: Vec::new() };
        if line.words.is_some() {
            stretch_gaps(&mut ink, rng);
        }
        WrittenLine { ink, text: natural_spacing(&line.text) }
    }

    /// The words of neighbouring lines of one page, in order.
    pub(crate) fn words_of_a_page(&self, rng: &mut LineRng) -> Vec<WrittenWord> {
        let index = rng.count(0, self.lines.len() - 1);
        let page = &self.lines[index].page;
        let first = index - self.lines[..index].iter().rev().take_while(|line| line.page == *page).count();
        let first = first.max(index.saturating_sub(LINES_OF_A_HAND / 2));
        let lines = self.lines[first..].iter().take(LINES_OF_A_HAND).take_while(|line| line.page == *page);
        lines.flat_map(CopiedLine::written_words).collect()
    }
}

impl CopiedLine {
    /// `None` if the label marks something as illegible ('#'), if it does not show which quotation ends and which
    /// begins, or if the ink is too narrow or too wide for it.
    fn new(record: InkRecord) -> Option<Self> {
        if !is_label(&record.text)
            || record.text.contains('#')
            || record.text.contains("\"\"")
            || record.strokes.is_empty()
        {
            return None;
        }
        let strokes = upright(record.strokes)?;
        let text = natural_spacing(&record.text);
        let width = strokes.iter().flatten().map(|p| p.x).fold(0.0, f32::max);
        let character_width = width / text.len() as f32;
        if !CHARACTER_WIDTH.contains(&character_width) {
            return None;
        }
        let labels: Vec<&str> = text.split(' ').collect();
        let words = split_at_gaps(&strokes, labels.len(), WORD_GAP, CLEAR_GAP)
            .filter(|words| words_fit(words, &labels, character_width));
        let page = record.origin.rsplit_once('-').map_or(record.origin.as_str(), |(page, _)| page).to_owned();
        Some(Self { page, text: record.text, strokes, words })
    }

    /// All words with the gaps between them; none where the ink has fewer parts than the text has words.
    fn written_words(&self) -> Vec<WrittenWord> {
        let text = natural_spacing(&self.text);
        let labels: Vec<&str> = text.split(' ').collect();
        let Some(words) = self.words.clone().or_else(|| split_at_gaps(&self.strokes, labels.len(), 0.0, 0.0)) else {
            return Vec::new();
        };
        let mut end: Option<f32> = None;
        let mut written = Vec::new();
        for (strokes, label) in words.into_iter().zip(labels) {
            let ink = Ink { strokes, areas: Vec::new() };
            let Some(bounds) = ink.bounds() else { continue };
            written.extend(WrittenWord::new(ink, label, end.map(|end| bounds.x0 - end)));
            end = Some(bounds.x1);
        }
        written
    }

    /// One to all but one of the words in a row, and no more than `most`.
    fn part(&self, most: usize, rng: &mut LineRng) -> Option<WrittenLine> {
        let words = self.words.as_ref()?;
        let text = natural_spacing(&self.text);
        let labels: Vec<&str> = text.split(' ').collect();
        let n = rng.count(1, labels.len().saturating_sub(1).min(most));
        let first = rng.count(0, labels.len() - n);
        let mut ink = Ink { strokes: words[first..first + n].concat(), areas: Vec::new() };
        stretch_gaps(&mut ink, rng);
        Some(WrittenLine { ink, text: labels[first..first + n].join(" ") })
    }

    /// The line with one of its words written a second time, between two others, and struck out.
    fn corrected(&self, rng: &mut LineRng) -> Option<WrittenLine> {
        let words = self.words.as_ref().filter(|words| words.len() > 2)?;
        let slip = struck_out(rng.pick(words)?, rng)?;
        let index = rng.count(1, words.len() - 1);
        let end = Rect::around(words[..index].iter().flatten().flatten().copied())?.x1;
        let slip_bounds = slip.bounds()?;
        let space = rng.uniform(CORRECTION_GAP);
        let mut ink = Ink { strokes: words[..index].concat(), areas: Vec::new() };
        ink.add(&slip, end + space - slip_bounds.x0, 0.0);
        let rest = Ink { strokes: words[index..].concat(), areas: Vec::new() };
        ink.add(&rest, slip_bounds.x1 - slip_bounds.x0 + space, 0.0);
        Some(WrittenLine { ink, text: natural_spacing(&self.text) })
    }

    /// This line and the next of the same page, side by side.
    fn continued_by(&self, next: &Self, rng: &mut LineRng) -> WrittenLine {
        let mut ink = Ink { strokes: self.strokes.clone(), areas: Vec::new() };
        let end = ink.bounds().map_or(0.0, |bounds| bounds.x1);
        let following = Ink { strokes: next.strokes.clone(), areas: Vec::new() };
        ink.add(&following, end + rng.uniform(LINE_GAP), 0.0);
        WrittenLine { ink, text: natural_spacing(&format!("{} {}", self.text, next.text)) }
    }
}

/// Whether every word is about as wide as its letters: two wrong cuts that cancel out in the number of words fail here.
fn words_fit(words: &[Vec<Polyline>], labels: &[&str], character_width: f32) -> bool {
    words.iter().zip(labels).all(|(strokes, label)| {
        let width = Rect::around(strokes.iter().flatten().copied()).map_or(0.0, |b| b.x1 - b.x0);
        let ratio = width / (label.len() as f32 * character_width);
        let usual = if label.len() >= LONG_WORD { LONG_WORD_WIDTH } else { SHORT_WORD_WIDTH };
        usual.contains(&ratio)
    })
}

/// The strokes with the line's tilt taken out, in units of the x-height, baseline at 0, starting at x = 0.
pub(super) fn upright(mut strokes: Vec<Polyline>) -> Option<Vec<Polyline>> {
    let tilt = tilt(&strokes);
    for point in strokes.iter_mut().flatten() {
        point.y -= tilt * point.x;
    }
    let (top, baseline) = core_zone(&strokes)?;
    let x_height = baseline - top;
    let left = strokes.iter().flatten().map(|p| p.x).fold(f32::INFINITY, f32::min);
    for point in strokes.iter_mut().flatten() {
        *point = Point::new((point.x - left) / x_height, (point.y - baseline) / x_height);
    }
    Some(strokes)
}

/// Slope of the line by least squares over the ink, in four rounds that each keep only the ink near the last fit.
fn tilt(strokes: &[Polyline]) -> f32 {
    let samples: &[(Point, f32)] = &strokes
        .iter()
        .flat_map(|stroke| stroke.windows(2))
        .map(|pair| {
            let middle = Point::new(f32::midpoint(pair[0].x, pair[1].x), f32::midpoint(pair[0].y, pair[1].y));
            (middle, pair[0].distance(pair[1]))
        })
        .collect::<Vec<_>>();
    let (mut slope, mut offset, mut reach) = (0.0, 0.0, f32::INFINITY);
    for _ in 0..4 {
        let near = move || samples.iter().filter(move |(p, _)| (p.y - offset - slope * p.x).abs() <= reach);
        let weight: f32 = near().map(|(_, w)| w).sum::<f32>().max(f32::EPSILON);
        let mean = |f: &dyn Fn(Point) -> f32| near().map(|(p, w)| w * f(*p)).sum::<f32>() / weight;
        let (mean_x, mean_y) = (mean(&|p| p.x), mean(&|p| p.y));
        let spread_x = mean(&|p| (p.x - mean_x).powi(2));
        let spread_y = mean(&|p| (p.y - mean_y).powi(2));
        if spread_x < 9.0 * spread_y {
            // A word or two, whose letters would tilt the fit.
            return 0.0;
        }
        let new_slope = mean(&|p| (p.x - mean_x) * (p.y - mean_y)) / spread_x;
        let new_offset = mean_y - new_slope * mean_x;
        reach = 1.3 * mean(&|p| (p.y - new_offset - new_slope * p.x).abs()).max(1.0);
        (slope, offset) = (new_slope, new_offset);
    }
    slope
}

/// Sets the words closer together or farther apart than they were written, without losing a gap.
fn stretch_gaps(ink: &mut Ink, rng: &mut LineRng) {
    let factor = rng.log_uniform(GAP_SCALE);
    let groups = columns(&ink.strokes, WORD_GAP);
    let mut shift = 0.0;
    for (i, (x0, _, members)) in groups.iter().enumerate() {
        if i > 0 {
            let gap = x0 - groups[i - 1].1;
            let wanted = gap.min(WIDEST_SCALED_GAP) * factor * rng.log_uniform(ONE_GAP_SCALE);
            shift += wanted.max(gap.min(LEAST_GAP)) - gap;
        }
        for &index in members {
            for point in &mut ink.strokes[index] {
                point.x += shift;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words of four strokes each, 60 high, on a line that falls by 1 in 20.
    fn falling_record(text: &str) -> InkRecord {
        let mut strokes = Vec::new();
        let mut x = 100.0;
        for word in text.split(' ') {
            for _ in word.chars() {
                let y = 300.0 + x / 20.0;
                strokes.push(vec![Point::new(x, y - 60.0), Point::new(x + 30.0, y)]);
                x += 40.0;
            }
            x += 80.0;
        }
        InkRecord { origin: "page-01".to_owned(), text: text.to_owned(), strokes }
    }

    #[test]
    fn a_falling_line_is_levelled_and_measured() {
        let line = CopiedLine::new(falling_record("some words that fall down slowly")).unwrap();
        let bounds = Rect::around(line.strokes.iter().flatten().copied()).unwrap();
        assert!(bounds.y0 > -1.6 && bounds.y1 < 0.5, "{bounds:?}");
        assert!((tilt(&line.strokes)).abs() < 0.01);
        assert_eq!((line.page.as_str(), line.words.map(|w| w.len())), ("page", Some(6)));
    }

    #[test]
    fn parts_are_labelled_by_their_words() {
        let line = CopiedLine::new(falling_record("some words that fall down slowly")).unwrap();
        for index in 0..40 {
            let part = line.part(usize::MAX, &mut LineRng::new(5, index)).unwrap();
            let n_letters = part.text.chars().filter(|c| *c != ' ').count();
            assert_eq!(part.ink.strokes.len(), n_letters, "{:?}", part.text);
            assert!("some words that fall down slowly".contains(&part.text));
        }
    }

    #[test]
    fn struck_out_words_add_ink_and_no_text() {
        let line = CopiedLine::new(falling_record("some words that fall down slowly")).unwrap();
        let corrected = line.corrected(&mut LineRng::new(1, 1)).unwrap();
        assert_eq!(corrected.text, "some words that fall down slowly");
        assert!(corrected.ink.strokes.len() > line.strokes.len() + 3);
    }

    #[test]
    fn illegible_and_doubtful_lines_are_left_out() {
        for text in ["some ## word", "the \"\" end", "naïve", "a"] {
            let mut record = falling_record("some words that fall down slowly");
            text.clone_into(&mut record.text);
            assert!(CopiedLine::new(record).is_none(), "{text}");
        }
    }
}
