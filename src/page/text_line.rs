//! A page and its text lines.

use serde::{Deserialize, Serialize};

use super::{
    geometry::{Baseline, Point, Rect},
    list_marker::{ListMarker, without_marker},
    transcription::Transcription,
};

/// Identifies a line of a page; stable under reordering and correction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LineId(pub u32);

/// One line of writing: its geometry, and its text once it is read. Coordinates are upright page pixels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TextLine {
    /// Unique on its page.
    pub id: LineId,
    /// The upright box around the outline, in page pixels.
    pub bounds: Rect,
    /// The polygon around the line's ink, in page pixels, closed implicitly.
    pub outline: Vec<Point>,
    /// The line that the letters stand on.
    pub baseline: Baseline,
    /// Height of a small letter without ascender, in page pixels; 0 if unknown.
    pub x_height: f32,
    /// The marker of a list item. It lies inside the outline, but is blanked before recognition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marker: Option<ListMarker>,
    /// The recognized text; `None` before recognition.
    pub transcription: Option<Transcription>,
    /// The user's text. Recognition never changes it.
    pub correction: Option<String>,
    /// Whether the user has accepted the whole text, so that no word of it is doubtful any more.
    #[serde(default)]
    pub is_checked: bool,
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
            is_checked: false,
        }
    }

    /// A line inside `outline` that stands on `baseline` (empty where unknown), both in page pixels, with the id 0.
    pub fn within(outline: Vec<Point>, baseline: Baseline) -> Self {
        let bounds = Rect::around(outline.iter().copied()).unwrap_or_default();
        Self { outline, baseline, ..Self::at(bounds) }
    }
}

impl TextLine {
    /// The line's text: the correction, else the recognized text, else an empty one.
    pub fn text(&self) -> &str {
        match (&self.correction, &self.transcription) {
            (Some(correction), _) => correction,
            (None, Some(transcription)) => &transcription.text,
            (None, None) => "",
        }
    }

    /// The line's text without a list marker: the label for training, since markers are blanked before recognition.
    pub fn text_as_seen(&self) -> &str {
        if self.marker.is_some() { without_marker(self.text()) } else { self.text() }
    }

    /// The text of a list item without the marker at its beginning, which a person may have typed.
    pub fn text_as_item(&self) -> &str {
        without_marker(self.text())
    }

    /// A transcription of the line, with the list marker before it.
    #[must_use]
    pub fn with_marker(&self, read: Transcription) -> Transcription {
        let (sin, cos) = self.baseline.angle().sin_cos();
        let span = |place: Rect| {
            let along = place.corners().map(|p| p.x * cos + p.y * sin);
            (along.into_iter().fold(f32::MAX, f32::min), along.into_iter().fold(f32::MIN, f32::max))
        };
        let Some(marker) = self.marker else { return read };
        let ((start, end), (_, marker_end)) = (span(self.bounds), span(marker.bounds));
        // The marker may lie outside after the user moved the line.
        let is_inside = (start..end).contains(&marker_end);
        if is_inside { read.after_marker(marker.kind, (marker_end - start) / (end - start)) } else { read }
    }

    /// The line with its geometry mapped point by point; the x-height stays.
    #[must_use]
    pub fn moved(&self, to: impl Fn(Point) -> Point) -> Self {
        let outline: Vec<Point> = self.outline.iter().map(|&point| to(point)).collect();
        let around = if outline.is_empty() { None } else { Rect::around(outline.iter().copied()) };
        let bounds = around.unwrap_or_else(|| self.bounds.moved(&to));
        let baseline = Baseline(self.baseline.0.iter().map(|&point| to(point)).collect());
        let marker = self.marker.map(|marker| ListMarker { bounds: marker.bounds.moved(&to), ..marker });
        Self { bounds, outline, baseline, marker, ..self.clone() }
    }

    /// The same place as a line of the opposite direction: its baseline runs where the tops of the small letters were.
    #[must_use]
    pub fn turned_over(&self) -> Self {
        let (sin, cos) = self.baseline.angle().sin_cos();
        let over = |p: &Point| Point::new(p.x + self.x_height * sin, p.y - self.x_height * cos);
        Self { baseline: Baseline(self.baseline.0.iter().rev().map(over).collect()), ..self.clone() }
    }
}

/// The lines of one page.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// Width of the upright page in pixels.
    pub width: u32,
    /// Height of the upright page in pixels.
    pub height: u32,
    /// Lines in reading order.
    pub lines: Vec<TextLine>,
    /// What is drawn and not written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drawings: Vec<Drawing>,
}

/// A frame, arrow, icon or scribble: ink that is no writing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Drawing {
    /// The polygon around its ink, in pixels of the upright page; convex where line finding drew it. Writing may lie
    /// inside.
    pub outline: Vec<Point>,
}

/// What was taken for a line and is none.
impl From<TextLine> for Drawing {
    fn from(line: TextLine) -> Self {
        let outline = if line.outline.len() > 2 { line.outline } else { line.bounds.corners().to_vec() };
        Self { outline }
    }
}

impl Page {
    /// The same page in other pixels: of another size, with every place mapped.
    #[must_use]
    pub fn moved(&self, (width, height): (u32, u32), map: impl Fn(Point) -> Point) -> Self {
        let drawing = |drawing: &Drawing| Drawing { outline: drawing.outline.iter().copied().map(&map).collect() };
        Self {
            width,
            height,
            lines: self.lines.iter().map(|line| line.moved(&map)).collect(),
            drawings: self.drawings.iter().map(drawing).collect(),
        }
    }

    /// Degrees clockwise that turn the page so that most of its lines run from left to right, by the length of their
    /// baselines: 0, 90, 180 or 270.
    pub fn turn(&self) -> u32 {
        let mut lengths = [0.0; 4];
        for baseline in self.lines.iter().map(|line| &line.baseline) {
            let quarters = (-baseline.angle().to_degrees() / 90.0).round().rem_euclid(4.0);
            lengths[quarters as usize % 4] += baseline.0.windows(2).map(|pair| pair[0].distance(pair[1])).sum::<f32>();
        }
        (1..4).fold(0, |best, turn| if lengths[turn] > lengths[best] { turn } else { best }) as u32 * 90
    }

    /// The line with this id.
    pub fn line(&self, id: LineId) -> Option<&TextLine> {
        self.lines.iter().find(|line| line.id == id)
    }

    /// The line with this id, mutable.
    pub fn line_mut(&mut self, id: LineId) -> Option<&mut TextLine> {
        self.lines.iter_mut().find(|line| line.id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::{
        list_marker::MarkerKind,
        transcription::{RecognizedCharacter, WordAlternatives},
    };

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
        // The text is empty, or the line was redrawn without the marker.
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
        let page = |lines| Page { width: 100, height: 100, lines, drawings: Vec::new() };
        assert_eq!(page(Vec::new()).turn(), 0);
        assert_eq!(page(vec![line([5.0, 9.0], [90.0, 2.0])]).turn(), 0);
        assert_eq!(page(vec![line([50.0, 90.0], [55.0, 2.0]), line([0.0, 0.0], [20.0, 0.0])]).turn(), 90);
        assert_eq!(page(vec![line([90.0, 9.0], [5.0, 9.0])]).turn(), 180);
        assert_eq!(page(vec![line([50.0, 2.0], [50.0, 90.0])]).turn(), 270);
    }
}
