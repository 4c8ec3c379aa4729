//! A page as PAGE XML, ALTO and hOCR describe it: lines and words with their places.

use super::{coordinates::whole_pixel, export::ExportedPage};
use crate::page::{Baseline, Drawing, LineId, Page, PlacedWord, Point, Rect, Table, TextLine, placed_words};

/// What a description says of a page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DescribedPage {
    /// The image's name, as the description has it, without the page's number.
    pub image: String,
    /// The page's number in that file, from 1; `None` where the description has none, as for files of one page.
    pub number: Option<usize>,
    /// Width and height that the lines' coordinates refer to, in pixels; `None` where the description has none.
    pub size: Option<(f32, f32)>,
    /// In the description's order.
    pub lines: Vec<DescribedLine>,
    /// The tables among the lines, whose entries come row by row; only PAGE XML has them.
    pub tables: Vec<Table>,
    /// What is drawn and not written.
    pub drawings: Vec<Drawing>,
}

/// A line of a described page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DescribedLine {
    /// The line's name in the description.
    pub id: String,
    /// The polygon around it, closed implicitly.
    pub outline: Vec<Point>,
    /// Empty where the description has none.
    pub baseline: Baseline,
    /// The whole line's text, the words' where the line has none of its own; empty where there is neither.
    pub text: String,
    /// The reader's confidence in the line's text, 0 to 1; `None` where the description has none.
    pub confidence: Option<f32>,
    /// Whether the line is tagged as written by hand (true) or as printed or typed (false).
    pub is_handwritten: Option<bool>,
    /// In reading order; empty where the description stops at lines. Each has text.
    pub words: Vec<DescribedWord>,
}

/// A word of a described line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DescribedWord {
    /// Never empty, without blanks where the program wrote it.
    pub text: String,
    /// The polygon around it, closed implicitly; empty where the description has none.
    pub outline: Vec<Point>,
    /// The reader's confidence in it, 0 to 1; `None` where the description has none.
    pub confidence: Option<f32>,
}

impl DescribedPage {
    /// The lines written by hand. Only where any line is tagged so, untagged ones are left out with the printed ones.
    pub fn handwritten_lines(&self) -> impl Iterator<Item = &DescribedLine> {
        let is_tagged = self.lines.iter().any(|line| line.is_handwritten == Some(true));
        self.lines.iter().filter(move |line| line.is_handwritten.unwrap_or(!is_tagged))
    }

    /// Its lines in their order, numbered from 0; those with text have it as a checked correction. Lines without a
    /// place are left out.
    pub fn text_lines(&self) -> Vec<TextLine> {
        let line = |(id, line): (u32, &DescribedLine)| {
            let has_text = !line.text.trim().is_empty();
            TextLine {
                id: LineId(id),
                correction: has_text.then(|| line.text.clone()),
                is_checked: has_text,
                ..TextLine::within(line.outline.clone(), line.baseline.clone())
            }
        };
        (0..).zip(self.lines.iter().filter(|line| line.outline.len() > 2)).map(line).collect()
    }

    /// The page with a picture of `width` × `height` pixels, to which places are scaled.
    pub fn to_page(&self, width: u32, height: u32) -> Page {
        let page = Page { width, height, lines: self.text_lines(), drawings: self.drawings.clone() };
        let (described_width, described_height) = self.size.unwrap_or((width as f32, height as f32));
        let scale = [width as f32 / described_width.max(1.0), height as f32 / described_height.max(1.0)];
        page.moved((width, height), |p| Point::new(p.x * scale[0], p.y * scale[1]))
    }

    /// Width and height in whole pixels; of a page whose size is unknown, as far as its lines reach.
    pub(super) fn whole_size(&self) -> [u32; 2] {
        let points = self.lines.iter().flat_map(|line| line.outline.iter().copied());
        let (width, height) = self.size.unwrap_or_else(|| {
            let reach = Rect::around(points).unwrap_or_default();
            (reach.x1, reach.y1)
        });
        [width, height].map(whole_pixel)
    }
}

impl From<&ExportedPage<'_>> for DescribedPage {
    fn from(exported: &ExportedPage<'_>) -> Self {
        let page = exported.page;
        Self {
            image: exported.name.to_owned(),
            number: exported.number,
            size: Some((page.width as f32, page.height as f32)),
            lines: page.lines.iter().map(DescribedLine::from).collect(),
            tables: page.tables(),
            drawings: page.drawings.clone(),
        }
    }
}

impl From<&TextLine> for DescribedLine {
    fn from(line: &TextLine) -> Self {
        // A line without polygon is its box; the formats ask for an outline.
        let has_polygon = line.outline.len() > 2;
        Self {
            id: format!("line{}", line.id.0),
            outline: if has_polygon { line.outline.clone() } else { line.bounds.corners().to_vec() },
            baseline: line.baseline.clone(),
            text: line.text().to_owned(),
            // The confidence is of the text that was read, not of its correction.
            confidence: line.transcription.as_ref().filter(|_| line.correction.is_none()).map(|read| read.confidence),
            is_handwritten: None,
            words: placed_words(line).into_iter().map(DescribedWord::from).collect(),
        }
    }
}

impl From<PlacedWord> for DescribedWord {
    fn from(word: PlacedWord) -> Self {
        Self { text: word.text, outline: word.corners.to_vec(), confidence: word.confidence }
    }
}

/// What a tag says of how a line was written: by hand (true), printed or typed (false), or neither.
pub(super) fn handwriting_of_tag(tag: &str) -> Option<bool> {
    let tag = tag.to_ascii_lowercase();
    let names = |words: &[&str]| words.iter().any(|word| tag.contains(word));
    if names(&["handwrit", "hand-writ", "manuscript"]) {
        Some(true)
    } else if names(&["print", "typewrit", "typed"]) {
        Some(false)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::LineId;

    #[test]
    fn untagged_lines_count_only_where_none_is_tagged() {
        let line = |is_handwritten| DescribedLine { is_handwritten, ..DescribedLine::default() };
        let n = |tags: &[Option<bool>]| {
            let lines = tags.iter().map(|&tag| line(tag)).collect();
            DescribedPage { lines, ..DescribedPage::default() }.handwritten_lines().count()
        };
        assert_eq!(n(&[None, None, Some(false)]), 2);
        assert_eq!(n(&[None, Some(true), Some(false)]), 1);
        assert_eq!(handwriting_of_tag("handwritten-printscript"), Some(true));
        assert_eq!(handwriting_of_tag("DefaultLine:Typewritten"), Some(false));
        assert_eq!(handwriting_of_tag("Signature"), None);
    }

    #[test]
    fn a_line_without_polygon_is_described_by_its_box() {
        let line = TextLine {
            id: LineId(7),
            bounds: Rect::new(1.0, 2.0, 30.0, 12.0),
            outline: Vec::new(),
            baseline: Baseline::default(),
            x_height: 0.0,
            marker: None,
            transcription: None,
            correction: Some("typed".to_owned()),
            is_checked: false,
        };
        let described = DescribedLine::from(&line);
        assert_eq!(described.outline, line.bounds.corners());
        assert_eq!((described.id.as_str(), described.words.len(), described.confidence), ("line7", 1, None));
        let page = DescribedPage { lines: vec![described], ..DescribedPage::default() };
        assert_eq!(page.whole_size(), [30, 12]);
    }
}
