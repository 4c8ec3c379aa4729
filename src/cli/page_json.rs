//! Pages as JSON. Coordinates are upright page pixels.

use std::{ops::Range, path::Path};

use serde::Serialize;

use crate::{
    page::{
        Alternative, Drawing, LineId, MarkerKind, Page, Point, Rect, TextLine, Transcription, WordAlternatives, rounded,
    },
    recognition::PageTimings,
};

/// The pages of one command.
#[derive(Debug, Default, Serialize)]
pub(super) struct PagesJson {
    pub(super) pages: Vec<PageJson>,
}

impl PagesJson {
    /// Adds the pages of one file, read and broken, in the order of the file.
    pub(super) fn add(&mut self, read: Vec<PageJson>, broken: Vec<PageJson>) {
        let first = self.pages.len();
        self.pages.extend(read.into_iter().chain(broken));
        self.pages[first..].sort_by_key(PageJson::number);
    }
}

/// A page, or why it could not be read.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum PageJson {
    Read(ReadPageJson),
    Broken {
        file: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        page: Option<usize>,
        error: String,
    },
}

impl PageJson {
    fn number(&self) -> Option<usize> {
        match self {
            Self::Read(page) => page.page,
            Self::Broken { page, .. } => *page,
        }
    }

    pub(super) fn broken(file: &Path, page: Option<usize>, error: &str) -> Self {
        Self::Broken { file: file.display().to_string(), page, error: error.to_owned() }
    }
}

#[derive(Debug, Serialize)]
pub(super) struct ReadPageJson {
    file: String,
    /// The page's number from 1, if the file has several.
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<usize>,
    width: u32,
    height: u32,
    /// Degrees clockwise that turn the writing upright.
    turn: u32,
    timings: TimingsJson,
    lines: Vec<LineJson>,
    /// What is drawn and not written.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    drawings: Vec<DrawingJson>,
}

#[derive(Debug, Serialize)]
struct DrawingJson {
    outline: Vec<[f64; 2]>,
}

#[derive(Debug, Serialize)]
#[expect(clippy::struct_field_names, reason = "the unit belongs to the names that scripts rely on")]
struct TimingsJson {
    decode_ms: f64,
    prepare_ms: f64,
    segment_ms: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    recognize_ms: Option<f64>,
}

/// A line; without the fields of [`ReadingJson`] if lines were only found.
#[derive(Debug, Serialize)]
struct LineJson {
    id: LineId,
    #[serde(flatten)]
    read: Option<ReadingJson>,
    r#box: [f64; 4],
    outline: Vec<[f64; 2]>,
    baseline: Vec<[f64; 2]>,
    /// The marker of a list item, and its box.
    #[serde(skip_serializing_if = "Option::is_none")]
    marker: Option<MarkerJson>,
}

#[derive(Debug, Serialize)]
struct MarkerJson {
    kind: MarkerKind,
    r#box: [f64; 4],
}

#[derive(Debug, Serialize)]
struct ReadingJson {
    text: String,
    confidence: f64,
    ms: f64,
    words: Vec<WordJson>,
    alternatives: Vec<AlternativesJson>,
}

/// A word: its text, and its range of characters in the line's text, the end exclusive.
#[derive(Debug, Serialize)]
struct WordJson {
    text: String,
    confidence: f64,
    start: usize,
    end: usize,
}

/// Alternatives of a word, or of a few consecutive ones.
#[derive(Debug, Serialize)]
struct AlternativesJson {
    start: usize,
    end: usize,
    others: Vec<AlternativeJson>,
}

#[derive(Debug, Serialize)]
struct AlternativeJson {
    text: String,
    confidence: f64,
}

impl From<Transcription> for ReadingJson {
    fn from(read: Transcription) -> Self {
        let text_at = |place: Range<usize>| read.characters[place].iter().map(|read| read.character).collect();
        let word = |(place, confidence): (Range<usize>, f32)| WordJson {
            text: text_at(place.clone()),
            confidence: rounded(confidence, 4),
            start: place.start,
            end: place.end,
        };
        let words = read.words().into_iter().map(word).collect();
        let alternatives = read.alternatives.iter().map(AlternativesJson::from).collect();
        let (confidence, ms) = (rounded(read.confidence, 4), rounded(read.elapsed_ms, 3));
        Self { confidence, ms, words, alternatives, text: read.text }
    }
}

impl From<&WordAlternatives> for AlternativesJson {
    fn from(alternatives: &WordAlternatives) -> Self {
        let other = |other: &Alternative| AlternativeJson {
            text: other.text.clone(),
            confidence: rounded(other.confidence, 4),
        };
        let others = alternatives.others.iter().map(other).collect();
        Self { start: alternatives.place.start, end: alternatives.place.end, others }
    }
}

impl ReadPageJson {
    /// A page (`number` from 1 if the file has several) with the geometry of its lines and, if `recognized`, their
    /// texts. A line that failed has an empty text and confidence 0.
    pub(super) fn new(
        file: &Path,
        number: Option<usize>,
        page: &Page,
        decode_ms: f32,
        timings: PageTimings,
        recognized: bool,
    ) -> Self {
        let line = |line: &TextLine| {
            let reading = line.transcription.clone().unwrap_or_default();
            LineJson {
                id: line.id,
                read: recognized.then(|| reading.into()),
                r#box: edges(line.bounds),
                outline: line.outline.iter().copied().map(point).collect(),
                baseline: line.baseline.0.iter().copied().map(point).collect(),
                marker: line.marker.map(|marker| MarkerJson { kind: marker.kind, r#box: edges(marker.bounds) }),
            }
        };
        let drawing = |drawing: &Drawing| DrawingJson { outline: drawing.outline.iter().copied().map(point).collect() };
        Self {
            file: file.display().to_string(),
            page: number,
            width: page.width,
            height: page.height,
            turn: page.turn(),
            timings: TimingsJson {
                decode_ms: rounded(decode_ms, 3),
                prepare_ms: rounded(timings.prepare_ms, 3),
                segment_ms: rounded(timings.segment_ms, 3),
                recognize_ms: recognized.then(|| rounded(timings.recognize_ms, 3)),
            },
            lines: page.lines.iter().map(line).collect(),
            drawings: page.drawings.iter().map(drawing).collect(),
        }
    }
}

fn edges(b: Rect) -> [f64; 4] {
    [b.x0, b.y0, b.x1, b.y1].map(|edge| rounded(edge, 2))
}

fn point(point: Point) -> [f64; 2] {
    [rounded(point.x, 2), rounded(point.y, 2)]
}
