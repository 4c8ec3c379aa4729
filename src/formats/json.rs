//! Pages as JSON, for scripts: lines with their places, texts, confidences and alternatives. Coordinates are pixels of
//! the upright page.

use std::ops::Range;

use serde::Serialize;

use super::export::ExportedPage;
use crate::page::{
    Alternative, Drawing, LineId, MarkerKind, Page, Point, Rect, TextLine, Transcription, WordAlternatives, rounded,
    word_places,
};

/// Pages of files.
#[derive(Debug, Default, Serialize)]
pub struct PagesJson {
    /// In the order of the files.
    pub pages: Vec<PageJson>,
}

impl PagesJson {
    /// Adds the pages of one file, read and broken, in the order of the file.
    pub fn add(&mut self, read: Vec<PageJson>, broken: Vec<PageJson>) {
        let first = self.pages.len();
        self.pages.extend(read.into_iter().chain(broken));
        self.pages[first..].sort_by_key(PageJson::number);
    }
}

/// A page, or why it could not be read.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum PageJson {
    /// The page.
    Read(ReadPageJson),
    /// Why there is none.
    Broken {
        /// The file.
        file: String,
        /// The page's number from 1, if the file has several.
        #[serde(skip_serializing_if = "Option::is_none")]
        page: Option<usize>,
        /// A sentence.
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
}

/// A page and its lines.
#[derive(Debug, Serialize)]
pub struct ReadPageJson {
    file: String,
    /// The page's number from 1, if the file has several.
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<usize>,
    width: u32,
    height: u32,
    /// Degrees clockwise that turn the writing upright.
    turn: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    timings: Option<TimingsJson>,
    lines: Vec<LineJson>,
    /// What is drawn and not written.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    drawings: Vec<DrawingJson>,
}

#[derive(Debug, Serialize)]
struct DrawingJson {
    outline: Vec<[f64; 2]>,
}

/// The time of each stage, in milliseconds.
#[derive(Debug, Serialize)]
pub struct TimingsJson {
    /// From file to pixels.
    pub decode_ms: f64,
    /// Preparing the page.
    pub prepare_ms: f64,
    /// Finding its lines.
    pub segment_ms: f64,
    /// Reading them; `None` if lines were only found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recognize_ms: Option<f64>,
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
    /// The text that was read, where the user has corrected it.
    #[serde(skip_serializing_if = "Option::is_none")]
    read: Option<String>,
    confidence: f64,
    ms: f64,
    words: Vec<WordJson>,
    /// Alternatives in the text that was read.
    alternatives: Vec<AlternativesJson>,
}

/// A word: its text, and its range of characters in the line's text, the end exclusive.
#[derive(Debug, Serialize)]
struct WordJson {
    text: String,
    /// `None` in a corrected line.
    #[serde(skip_serializing_if = "Option::is_none")]
    confidence: Option<f64>,
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

impl ReadingJson {
    /// A line that failed has an empty text and confidence 0.
    fn of(line: &TextLine) -> Self {
        let read = line.transcription.clone().unwrap_or_default();
        let is_as_read = line.text() == read.text;
        let words = if is_as_read { words_as_read(&read) } else { words_of(line.text()) };
        Self {
            text: line.text().to_owned(),
            confidence: rounded(read.confidence, 4),
            ms: rounded(read.elapsed_ms, 3),
            words,
            alternatives: read.alternatives.iter().map(AlternativesJson::from).collect(),
            read: (!is_as_read).then_some(read.text),
        }
    }
}

fn words_as_read(read: &Transcription) -> Vec<WordJson> {
    let text_at = |place: Range<usize>| read.characters[place].iter().map(|read| read.character).collect();
    let word = |(place, confidence): (Range<usize>, f32)| WordJson {
        text: text_at(place.clone()),
        confidence: Some(rounded(confidence, 4)),
        start: place.start,
        end: place.end,
    };
    read.words().into_iter().map(word).collect()
}

fn words_of(text: &str) -> Vec<WordJson> {
    let characters: Vec<char> = text.chars().collect();
    let word = |place: Range<usize>| WordJson {
        text: characters[place.clone()].iter().collect(),
        confidence: None,
        start: place.start,
        end: place.end,
    };
    word_places(&characters, |character| character.is_whitespace()).into_iter().map(word).collect()
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
    /// A page of `file` (`number` from 1 if that has several) with the geometry of its lines and, if it `is_read`,
    /// their texts.
    pub fn new(file: &str, number: Option<usize>, page: &Page, timings: Option<TimingsJson>, is_read: bool) -> Self {
        let line = |line: &TextLine| LineJson {
            id: line.id,
            read: is_read.then(|| ReadingJson::of(line)),
            r#box: edges(line.bounds),
            outline: line.outline.iter().copied().map(point).collect(),
            baseline: line.baseline.0.iter().copied().map(point).collect(),
            marker: line.marker.map(|marker| MarkerJson { kind: marker.kind, r#box: edges(marker.bounds) }),
        };
        let drawing = |drawing: &Drawing| DrawingJson { outline: drawing.outline.iter().copied().map(point).collect() };
        Self {
            file: file.to_owned(),
            page: number,
            width: page.width,
            height: page.height,
            turn: page.turn(),
            timings,
            lines: page.lines.iter().map(line).collect(),
            drawings: page.drawings.iter().map(drawing).collect(),
        }
    }
}

/// The document of pages that were read.
pub(super) fn write(pages: &[ExportedPage<'_>]) -> serde_json::Result<String> {
    let page =
        |page: &ExportedPage<'_>| PageJson::Read(ReadPageJson::new(page.name, page.number, page.page, None, true));
    let pages = PagesJson { pages: pages.iter().map(page).collect() };
    Ok(serde_json::to_string_pretty(&pages)? + "\n")
}

fn edges(b: Rect) -> [f64; 4] {
    [b.x0, b.y0, b.x1, b.y1].map(|edge| rounded(edge, 2))
}

fn point(point: Point) -> [f64; 2] {
    [rounded(point.x, 2), rounded(point.y, 2)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::RecognizedCharacter;

    #[test]
    fn a_corrected_line_has_its_text_and_what_was_read() {
        let read = |character| RecognizedCharacter { character, confidence: 0.5, start: 0.0, end: 1.0 };
        let line = TextLine {
            transcription: Some(Transcription::new("a cot".chars().map(read).collect())),
            ..TextLine::at(Rect::new(0.0, 0.0, 9.0, 9.0))
        };
        let corrected = TextLine { correction: Some("a red cat".to_owned()), ..line.clone() };
        let page = Page { width: 9, height: 9, lines: vec![line, corrected], drawings: Vec::new() };
        let json = write(&[ExportedPage { name: "a.png", number: None, page: &page }]).unwrap();
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        let lines = &json["pages"][0]["lines"];
        assert_eq!(lines[0]["text"], "a cot");
        assert!(lines[0]["words"][1]["confidence"].as_f64().is_some() && lines[0].get("read").is_none());
        assert_eq!((&lines[1]["text"], &lines[1]["read"]), (&"a red cat".into(), &"a cot".into()));
        assert_eq!(lines[1]["words"][1], serde_json::json!({"text": "red", "start": 2, "end": 5}));
    }
}
