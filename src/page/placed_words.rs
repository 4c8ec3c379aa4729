//! Positions of a line's words on the page, from the positions of the characters that were read.

use std::ops::Range;

use super::{alignment::align, geometry::Point, text_line::TextLine, word_places::word_places};

/// Lines of a smaller slope, in degrees, are cut out upright: a position along them is a column of the page.
const MAX_SLOPE: f32 = 4.0;
/// Height of ascenders above the baseline, in x-heights. No measurement recorded.
const ABOVE: f32 = 2.2;
/// Depth of descenders below the baseline, in x-heights. No measurement recorded.
const BELOW: f32 = 0.9;

/// A word with its place on the page.
#[derive(Clone, Debug, PartialEq)]
pub struct PlacedWord {
    /// Its text, without blanks.
    pub text: String,
    /// Its range of characters in the line's text.
    pub place: Range<usize>,
    /// The reader's confidence in it, 0 to 1; `None` for words of a correction.
    pub confidence: Option<f32>,
    /// Its beginning and its end on the baseline, in page pixels.
    pub foot: [Point; 2],
    /// Its corners clockwise in the line's direction, upper left first, in page pixels.
    pub corners: [Point; 4],
}

/// The words of a line's text, corrected or as read, in order. Corrected words are placed by the letters that were
/// kept, new ones between their neighbours.
pub fn placed_words(line: &TextLine) -> Vec<PlacedWord> {
    let text: Vec<char> = line.text().chars().collect();
    let spans = character_spans(line, &text);
    let frame = Frame::of(line);
    let confidences = confidences(line);
    let places = word_places(&text, |character| character.is_whitespace());
    let words = places.iter().enumerate().map(|(number, place)| {
        let start = spans[place.start].0;
        let next = places.get(number + 1).map_or(1.0, |next| spans[next.start].0);
        let end = end_of_ink(start, spans[place.end - 1].1.max(start), next, place.len());
        PlacedWord {
            text: text[place.clone()].iter().collect(),
            place: place.clone(),
            confidence: confidences.get(number).copied(),
            foot: [start, end].map(|at| frame.at(at, |_| 0.0)),
            corners: [
                frame.at(start, Frame::above),
                frame.at(end, Frame::above),
                frame.at(end, Frame::below),
                frame.at(start, Frame::below),
            ],
        }
    });
    words.collect()
}

/// The word of the line at a point of the page, or the nearest one along the line; `None` in a line without text.
pub fn word_at(line: &TextLine, at: Point) -> Option<PlacedWord> {
    let distance = |word: &PlacedWord| {
        let [from, to] = word.foot;
        let length = from.distance(to).max(1.0);
        let along = ((at.x - from.x) * (to.x - from.x) + (at.y - from.y) * (to.y - from.y)) / length;
        (-along).max(along - length).max(0.0)
    };
    placed_words(line).into_iter().min_by(|a, b| distance(a).total_cmp(&distance(b)))
}

/// The end of a word's ink. A reader emits the last letter before its ink ends, so half a letter is added, at most half
/// of the gap to the next word.
fn end_of_ink(start: f32, end: f32, next: f32, n_letters: usize) -> f32 {
    let letter = (end - start) / n_letters as f32;
    (end + 0.5 * letter).min(f32::midpoint(end, next.max(end)))
}

/// The confidence of each word that was read; empty for a line that was corrected.
fn confidences(line: &TextLine) -> Vec<f32> {
    let read = line.transcription.as_ref().filter(|read| read.text == line.text());
    read.map(|read| read.words().into_iter().map(|(_, confidence)| confidence).collect()).unwrap_or_default()
}

/// Beginning and end of each character, as fractions of the line's length.
fn character_spans(line: &TextLine, text: &[char]) -> Vec<(f32, f32)> {
    let read = line.transcription.as_ref().map(|read| read.characters.as_slice()).unwrap_or_default();
    let as_read: Vec<char> = read.iter().map(|read| read.character).collect();
    let mut known: Vec<Option<(f32, f32)>> = vec![None; text.len()];
    for (i, j) in align(&as_read, text).into_iter().filter_map(|(i, j)| i.zip(j)) {
        known[j] = Some((read[i].start, read[i].end));
    }
    let mut spans = Vec::with_capacity(text.len());
    let mut from = 0.0;
    while spans.len() < text.len() {
        let rest = &known[spans.len()..];
        let n_unknown = rest.iter().take_while(|span| span.is_none()).count();
        // Characters that were not read divide the space up to the next one that was.
        let until = rest.get(n_unknown).copied().flatten().map_or(1.0, |(start, _)| start).max(from);
        let step = (until - from) / n_unknown.max(1) as f32;
        spans.extend((0..n_unknown).map(|n| (from + n as f32 * step, from + (n + 1) as f32 * step)));
        if let Some((start, end)) = rest.get(n_unknown).copied().flatten() {
            spans.push((start, end));
            from = end;
        }
    }
    spans
}

/// A line's own axes, along its baseline and down from it, in page pixels.
struct Frame {
    cos: f32,
    sin: f32,
    /// The line's beginning and end along itself.
    ends: (f32, f32),
    /// The baseline's points: along, down.
    baseline: Vec<(f32, f32)>,
    /// Height of the outline above the baseline, and depth below it.
    reach: (f32, f32),
    x_height: f32,
}

impl Frame {
    fn of(line: &TextLine) -> Self {
        let angle = line.baseline.angle();
        let (sin, cos) = if angle.to_degrees().abs() < MAX_SLOPE { (0.0, 1.0) } else { angle.sin_cos() };
        let own = |p: &Point| (p.x * cos + p.y * sin, p.y * cos - p.x * sin);
        let corners = line.bounds.corners();
        let outline = if line.outline.len() < 3 { &corners[..] } else { &line.outline };
        let outline: Vec<(f32, f32)> = outline.iter().map(own).collect();
        let ends = outline.iter().fold((f32::MAX, f32::MIN), |ends, p| (ends.0.min(p.0), ends.1.max(p.0)));
        let downs = outline.iter().fold((f32::MAX, f32::MIN), |ends, p| (ends.0.min(p.1), ends.1.max(p.1)));
        let mut baseline: Vec<(f32, f32)> = line.baseline.0.iter().map(own).collect();
        if baseline.is_empty() {
            // A box drawn by hand: letters stand a fifth of its height above its lower edge.
            baseline.push((ends.0, downs.1 - 0.2 * (downs.1 - downs.0)));
        }
        let foot = baseline.iter().map(|p| p.1).sum::<f32>() / baseline.len() as f32;
        let reach = ((foot - downs.0).max(1.0), (downs.1 - foot).max(1.0));
        Self { cos, sin, ends, baseline, reach, x_height: line.x_height }
    }

    /// The top of a word, down from the baseline: negative.
    fn above(&self) -> f32 {
        -if self.x_height > 0.0 { self.reach.0.min(ABOVE * self.x_height) } else { self.reach.0 }
    }

    /// The bottom of a word, down from the baseline.
    fn below(&self) -> f32 {
        if self.x_height > 0.0 { self.reach.1.min(BELOW * self.x_height) } else { self.reach.1 }
    }

    /// The point on the page at this fraction of the line's length, `down` pixels below the baseline.
    fn at(&self, part: f32, down: impl Fn(&Self) -> f32) -> Point {
        let along = self.ends.0 + part * (self.ends.1 - self.ends.0);
        let down = self.level_at(along) + down(self);
        Point::new(along * self.cos - down * self.sin, along * self.sin + down * self.cos)
    }

    /// The baseline's height at `along`, level before its beginning and behind its end.
    fn level_at(&self, along: f32) -> f32 {
        let behind = self.baseline.iter().position(|p| p.0 >= along);
        match behind {
            Some(0) => self.baseline[0].1,
            Some(behind) => {
                let (a, b) = (self.baseline[behind - 1], self.baseline[behind]);
                a.1 + (b.1 - a.1) * (along - a.0) / (b.0 - a.0).max(1e-3)
            }
            None => self.baseline.last().map_or(0.0, |p| p.1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::{Baseline, LineId, RecognizedCharacter, Transcription};
    use proptest::prelude::*;

    /// A line of this text, its characters as wide as each other, along a baseline from `from` to `to`.
    fn line(text: &str, from: [f32; 2], to: [f32; 2]) -> TextLine {
        let n = text.chars().count() as f32;
        let characters = text.chars().enumerate().map(|(i, character)| RecognizedCharacter {
            character,
            confidence: 0.9,
            start: i as f32 / n,
            end: (i + 1) as f32 / n,
        });
        let (from, to) = (Point::from(from), Point::from(to));
        let (dx, dy) = ((to.x - from.x) / from.distance(to), (to.y - from.y) / from.distance(to));
        let outline = [(from, -20.0), (to, -20.0), (to, 10.0), (from, 10.0)];
        let outline: Vec<Point> =
            outline.iter().map(|(p, down)| Point::new(p.x - dy * down, p.y + dx * down)).collect();
        TextLine {
            id: LineId(3),
            x_height: 8.0,
            transcription: Some(Transcription::new(characters.collect())),
            ..TextLine::within(outline, Baseline(vec![from, to]))
        }
    }

    #[test]
    fn words_lie_along_the_line_whichever_way_it_runs() {
        for (from, to) in [([10.0, 50.0], [110.0, 50.0]), ([40.0, 110.0], [40.0, 10.0]), ([10.0, 90.0], [70.0, 10.0])] {
            let line = line("ab cdefg h", from, to);
            let words = placed_words(&line);
            assert_eq!(words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>(), ["ab", "cdefg", "h"]);
            let part_along = |p: Point| Point::from(from).distance(p) / Point::from(from).distance(Point::from(to));
            for (word, (start, end)) in words.iter().zip([(0.0, 0.25), (0.3, 0.85), (0.9, 1.0)]) {
                assert!((part_along(word.foot[0]) - start).abs() < 0.01, "{word:?} from {from:?}");
                assert!((part_along(word.foot[1]) - end).abs() < 0.01, "{word:?} from {from:?}");
                assert!(word.confidence.is_some_and(|sure| sure > 0.3));
                // As high above the baseline as the letters are.
                assert!((word.corners[0].distance(word.foot[0]) - ABOVE * 8.0).abs() < 0.01);
            }
        }
    }

    #[test]
    fn corrected_words_stay_where_their_letters_were() {
        let mut line = line("the qvick fox", [0.0, 50.0], [130.0, 50.0]);
        line.correction = Some("the very quick fox".to_owned());
        let words = placed_words(&line);
        assert_eq!(words.len(), 4);
        assert!((words[3].foot[0].x - 100.0).abs() < 0.1 && words.iter().all(|word| word.confidence.is_none()));
        assert!(words.windows(2).all(|pair| pair[0].foot[1].x <= pair[1].foot[0].x + 0.1), "{words:?}");
    }

    #[test]
    fn a_point_finds_the_word_that_it_lies_on() {
        for (from, to) in [([10.0, 50.0], [110.0, 50.0]), ([40.0, 110.0], [40.0, 10.0])] {
            let line = line("ab cdefg h", from, to);
            let at = |part: f32| {
                let point =
                    Point::new(from[0] + part * (to[0] - from[0]) + 2.0, from[1] + part * (to[1] - from[1]) + 2.0);
                word_at(&line, point).map(|word| word.place)
            };
            assert_eq!([at(0.05), at(0.5), at(0.97)], [Some(0..2), Some(3..8), Some(9..10)]);
        }
        assert_eq!(word_at(&TextLine::at(crate::page::Rect::default()), Point::default()), None);
    }

    proptest! {
        #[test]
        fn any_text_has_places_in_order_inside_the_line(correction in "[a-d ]{0,20}") {
            let mut line = line("abc da", [10.0, 50.0], [110.0, 50.0]);
            line.correction = Some(correction.clone());
            let words = placed_words(&line);
            prop_assert_eq!(words.len(), correction.split_whitespace().count());
            for word in &words {
                prop_assert!(word.foot[0].x <= word.foot[1].x + 1e-3);
                prop_assert!(word.foot.iter().all(|p| (9.9..=110.1).contains(&p.x)), "{:?}", word);
            }
        }
    }
}
