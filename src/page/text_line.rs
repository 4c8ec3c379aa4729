//! A page's text lines and what was read in them.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::{
    geometry::{Baseline, Point, Rect},
    list_marker::{ListMarker, MarkerKind, without_marker},
    word_choice::WordAlternatives,
};

/// Names a line of its page for as long as the page lives; survives reordering and correction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LineId(pub u32);

/// One line of writing: where it is and, once read, what it says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TextLine {
    /// The line's name on its page.
    pub id: LineId,
    /// The upright box around the outline, in page pixels.
    pub bounds: Rect,
    /// The polygon around the line's ink, in page pixels, closed implicitly.
    pub outline: Vec<Point>,
    /// What the letters stand on.
    pub baseline: Baseline,
    /// Height of a small letter without ascender, in page pixels; 0 where unknown.
    pub x_height: f32,
    /// The mark before it, if it is an item of a list. It lies inside the outline, but readers do not see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marker: Option<ListMarker>,
    /// What the reader read; `None` before it has.
    pub transcription: Option<Transcription>,
    /// What the user says the line says. Never changed by recognition.
    pub correction: Option<String>,
}

/// Lines of which only the place is known.
impl TextLine {
    /// A line inside `bounds`, in page pixels, with the id 0 and without a baseline.
    pub fn at(bounds: Rect) -> Self {
        Self {
            id: LineId(0),
            bounds,
            outline: bounds.corners().to_vec(),
            baseline: Baseline::default(),
            x_height: 0.0,
            marker: None,
            transcription: None,
            correction: None,
        }
    }

    /// A line inside `outline` that stands on `baseline` (empty where unknown), both in page pixels, with the id 0.
    pub fn within(outline: Vec<Point>, baseline: Baseline) -> Self {
        let bounds = Rect::around(outline.iter().copied()).unwrap_or_default();
        Self { outline, baseline, ..Self::at(bounds) }
    }
}

impl TextLine {
    /// The line's text: the user's correction, else the reader's, else nothing.
    pub fn text(&self) -> &str {
        match (&self.correction, &self.transcription) {
            (Some(correction), _) => correction,
            (None, Some(transcription)) => &transcription.text,
            (None, None) => "",
        }
    }

    /// The line's text as readers see it: without the marker of a list.
    pub fn text_as_seen(&self) -> &str {
        if self.marker.is_some() { without_marker(self.text()) } else { self.text() }
    }

    /// What was read in the line, with its marker before it.
    #[must_use]
    pub fn with_marker(&self, read: Transcription) -> Transcription {
        let (sin, cos) = self.baseline.angle().sin_cos();
        let span = |place: Rect| {
            let along = place.corners().map(|p| p.x * cos + p.y * sin);
            (along.into_iter().fold(f32::MAX, f32::min), along.into_iter().fold(f32::MIN, f32::max))
        };
        let Some(marker) = self.marker else { return read };
        let ((start, end), (_, marker_end)) = (span(self.bounds), span(marker.bounds));
        // A line whose place somebody changed may have lost its marker.
        let is_inside = (start..end).contains(&marker_end);
        if is_inside { read.after_marker(marker.kind, (marker_end - start) / (end - start)) } else { read }
    }

    /// The line with its place moved point by point. Its x-height stays.
    #[must_use]
    pub fn moved(&self, to: impl Fn(Point) -> Point) -> Self {
        let outline: Vec<Point> = self.outline.iter().map(|&point| to(point)).collect();
        let around = if outline.is_empty() { None } else { Rect::around(outline.iter().copied()) };
        let bounds = around.unwrap_or_else(|| self.bounds.moved(&to));
        let baseline = Baseline(self.baseline.0.iter().map(|&point| to(point)).collect());
        let marker = self.marker.map(|marker| ListMarker { bounds: marker.bounds.moved(&to), ..marker });
        Self { bounds, outline, baseline, marker, ..self.clone() }
    }

    /// The same place taken for a line that runs the other way: what was above its small letters is below them.
    #[must_use]
    pub fn turned_over(&self) -> Self {
        let (sin, cos) = self.baseline.angle().sin_cos();
        let over = |p: &Point| Point::new(p.x + self.x_height * sin, p.y - self.x_height * cos);
        Self { baseline: Baseline(self.baseline.0.iter().rev().map(over).collect()), ..self.clone() }
    }
}

/// The lines of one page in reading order. Sizes are of the upright page, in pixels.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// Width of the upright page in pixels.
    pub width: u32,
    /// Height of the upright page in pixels.
    pub height: u32,
    /// Lines in reading order.
    pub lines: Vec<TextLine>,
}

impl Page {
    /// The page's text, one line a row.
    pub fn text(&self) -> String {
        self.lines.iter().map(TextLine::text).collect::<Vec<_>>().join("\n")
    }

    /// By how many degrees clockwise the page has to be turned for most of its lines to run from left to right, by their
    /// baselines: 0, 90, 180 or 270.
    pub fn turn(&self) -> u32 {
        let mut lengths = [0.0; 4];
        for baseline in self.lines.iter().map(|line| &line.baseline) {
            let quarters = (-baseline.angle().to_degrees() / 90.0).round().rem_euclid(4.0);
            lengths[quarters as usize % 4] += baseline.0.windows(2).map(|pair| pair[0].distance(pair[1])).sum::<f32>();
        }
        (1..4).fold(0, |best, turn| if lengths[turn] > lengths[best] { turn } else { best }) as u32 * 90
    }

    /// The line called `id`.
    pub fn line(&self, id: LineId) -> Option<&TextLine> {
        self.lines.iter().find(|line| line.id == id)
    }

    /// The line called `id`, to be changed.
    pub fn line_mut(&mut self, id: LineId) -> Option<&mut TextLine> {
        self.lines.iter_mut().find(|line| line.id == id)
    }
}

/// What a reader read in one line.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Transcription {
    /// The text, naturally spaced.
    pub text: String,
    /// How sure the reader is, 0 to 1: the mean of the words' confidences, the part of them that should be right; 1 for
    /// an empty line.
    pub confidence: f32,
    /// The characters of `text`, one for one.
    pub characters: Vec<RecognizedCharacter>,
    /// What else its words may be, in order; their places do not overlap.
    #[serde(default)]
    pub alternatives: Vec<WordAlternatives>,
    /// Time the reading took, in milliseconds, from line image to text.
    pub elapsed_ms: f32,
}

impl Transcription {
    /// What was read, character for character.
    pub fn new(characters: Vec<RecognizedCharacter>) -> Self {
        let text = characters.iter().map(|read| read.character).collect();
        let mut read = Self { text, confidence: 1.0, characters, ..Self::default() };
        let words = read.words();
        if !words.is_empty() {
            read.confidence = words.iter().map(|(_, confidence)| confidence).sum::<f32>() / words.len() as f32;
        }
        read
    }

    /// This reading of an item of a list with the marker before it, which takes this part of the line's length. A line in
    /// which nothing was read stays so.
    fn after_marker(self, kind: MarkerKind, length: f32) -> Self {
        let Some(first) = self.characters.first() else { return self };
        let end = length.clamp(0.0, first.start.max(0.0));
        let mark = |character, start| RecognizedCharacter { character, confidence: 1.0, start, end };
        let marks = [mark(kind.character(), 0.0), mark(' ', end)];
        let moved = |word: WordAlternatives| WordAlternatives {
            place: word.place.start + marks.len()..word.place.end + marks.len(),
            ..word
        };
        Self {
            text: marks.iter().map(|mark| mark.character).chain(self.text.chars()).collect(),
            characters: marks.into_iter().chain(self.characters).collect(),
            alternatives: self.alternatives.into_iter().map(moved).collect(),
            ..self
        }
    }

    /// This reading by a reader that practised on the line, or the `usual` one where both say the same: it is as sure of what
    /// it practised on as if somebody had told it, right or wrong.
    #[must_use]
    pub fn or_usual(self, usual: &Self) -> Self {
        if self.text == usual.text { Self { elapsed_ms: self.elapsed_ms, ..usual.clone() } } else { self }
    }

    /// The words: their places in `characters`, and how sure the reader is of each, 0 to 1: the product of the
    /// confidences of its characters and of the blanks beside it, because a word is wrong with one letter.
    pub fn words(&self) -> Vec<(Range<usize>, f32)> {
        let mut words = Vec::new();
        let (mut start, mut blank_before) = (0, 1.0);
        for part in self.characters.split_inclusive(|read| read.character == ' ') {
            let n_letters = part.iter().filter(|read| read.character != ' ').count();
            if n_letters > 0 {
                let own: f32 = part.iter().map(|read| read.confidence).product();
                words.push((start..start + n_letters, blank_before * own));
            }
            blank_before = part.last().filter(|last| last.character == ' ').map_or(1.0, |blank| blank.confidence);
            start += part.len();
        }
        words
    }
}

/// One character that was read.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecognizedCharacter {
    /// The character.
    pub character: char,
    /// How sure the reader is of it after those before it, 0 to 1.
    pub confidence: f32,
    /// Where it begins, as a fraction of the line image's width.
    pub start: f32,
    /// Where it ends, as a fraction of the line image's width.
    pub end: f32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_as_sure_as_all_their_characters_together() {
        let read = |character, confidence| RecognizedCharacter { character, confidence, start: 0.0, end: 0.0 };
        let read =
            Transcription::new(vec![read('a', 0.9), read('n', 0.4), read(' ', 0.5), read('I', 1.0), read('s', 0.8)]);
        let words = read.words();
        assert_eq!(words.iter().map(|word| word.0.clone()).collect::<Vec<_>>(), [0..2, 3..5]);
        assert!((words[0].1 - 0.18).abs() < 1e-5 && (words[1].1 - 0.4).abs() < 1e-5, "{words:?}");
        assert!((read.confidence - 0.29).abs() < 1e-5 && read.text == "an Is");
        assert!((Transcription::new(Vec::new()).confidence - 1.0).abs() < 1e-5);
        assert!(Transcription::default().words().is_empty());
    }

    fn item(bounds: Rect) -> TextLine {
        TextLine {
            baseline: Baseline(vec![Point::new(0.0, 40.0), Point::new(200.0, 40.0)]),
            marker: Some(ListMarker { kind: MarkerKind::Box, bounds: Rect::new(10.0, 20.0, 40.0, 50.0) }),
            ..TextLine::at(bounds)
        }
    }

    #[test]
    fn an_item_is_read_with_its_marker() {
        let at = |character, start| RecognizedCharacter { character, confidence: 0.5, start, end: start + 0.1 };
        let read = Transcription {
            alternatives: vec![WordAlternatives { place: 0..2, others: Vec::new() }],
            ..Transcription::new(vec![at('a', 0.4), at('n', 0.5)])
        };
        let line = item(Rect::new(0.0, 0.0, 200.0, 60.0));
        let marked = line.with_marker(read.clone());
        assert_eq!((marked.text.as_str(), marked.characters.len()), ("☐ an", 4));
        assert!((marked.characters[0].end - 0.2).abs() < 1e-5 && marked.alternatives[0].place == (2..4));
        assert!((marked.confidence - read.confidence).abs() < 1e-5, "a marker makes no line surer");
        let line = TextLine { transcription: Some(marked), ..line };
        assert_eq!((line.text(), line.text_as_seen()), ("☐ an", "an"));
        // Nothing was read, or somebody drew the line's place anew, without the marker.
        assert_eq!(line.with_marker(Transcription::new(Vec::new())).text, "");
        assert_eq!(item(Rect::new(50.0, 0.0, 200.0, 60.0)).with_marker(read).text, "an");
    }

    #[test]
    fn a_marker_moves_with_its_line() {
        let moved = item(Rect::new(0.0, 0.0, 200.0, 60.0)).moved(|p| Point::new(p.x + 5.0, p.y - 1.0));
        assert_eq!(moved.marker.map(|marker| marker.bounds), Some(Rect::new(15.0, 19.0, 45.0, 49.0)));
    }

    #[test]
    fn a_line_turned_over_stands_on_what_was_above_it() {
        let line = TextLine {
            baseline: Baseline(vec![Point::new(45.0, 90.0), Point::new(45.0, 10.0)]),
            x_height: 15.0,
            ..TextLine::at(Rect::new(20.0, 10.0, 50.0, 90.0))
        };
        let over = line.turned_over();
        let expected = [[30.0, 10.0], [30.0, 90.0]].map(Point::from);
        assert!(over.baseline.0.iter().zip(expected).all(|(a, b)| a.distance(b) < 0.01), "{:?}", over.baseline);
        assert!(over.turned_over().baseline.0.iter().zip(line.baseline.0).all(|(a, b)| a.distance(b) < 0.01));
    }

    #[test]
    fn correction_comes_before_what_was_read() {
        let mut line = TextLine::at(Rect::default());
        assert_eq!(line.text(), "");
        line.transcription = Some(Transcription { text: "hallo".to_owned(), ..Transcription::default() });
        assert_eq!(line.text(), "hallo");
        line.correction = Some("hello".to_owned());
        assert_eq!(line.text(), "hello");
    }

    #[test]
    fn the_turn_is_that_of_most_lines() {
        let line = |from: [f32; 2], to: [f32; 2]| {
            TextLine::within(Vec::new(), Baseline(vec![Point::from(from), Point::from(to)]))
        };
        let page = |lines| Page { width: 100, height: 100, lines };
        assert_eq!(page(Vec::new()).turn(), 0);
        assert_eq!(page(vec![line([5.0, 9.0], [90.0, 2.0])]).turn(), 0);
        assert_eq!(page(vec![line([50.0, 90.0], [55.0, 2.0]), line([0.0, 0.0], [20.0, 0.0])]).turn(), 90);
        assert_eq!(page(vec![line([90.0, 9.0], [5.0, 9.0])]).turn(), 180);
        assert_eq!(page(vec![line([50.0, 2.0], [50.0, 90.0])]).turn(), 270);
    }
}
