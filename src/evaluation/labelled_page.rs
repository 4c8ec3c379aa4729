//! Labelled page images: the geometry and text of every line, or only the words.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use thiserror::Error;

use crate::{
    formats::{DescribedLine, DescribedPage},
    page::{Baseline, LineId, Point, Rect, TextLine, natural_spacing},
    storage::read_text_limited,
};

/// The largest label that is read, in bytes: a page of 100 lines takes about one megabyte.
const MAX_LABEL_BYTES: u64 = 100_000_000;

/// A page image with its label, a file of the same name beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelledPage {
    /// The image's file.
    pub image: PathBuf,
    /// The page's number in that file, from 1, if the label says so.
    pub number: Option<usize>,
    /// The label.
    pub truth: PageTruth,
    /// Whether readers may have been trained on its lines, so that error rates on it are meaningless.
    pub is_for_training: bool,
}

/// The label of a page.
#[derive(Clone, Debug, PartialEq)]
pub enum PageTruth {
    /// Every line, in reading order.
    Lines(Vec<TrueLine>),
    /// The words in any order.
    Words(String),
}

/// A line of the label, in upright page pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct TrueLine {
    /// The polygon around its ink.
    pub outline: Vec<Point>,
    /// The line that the letters stand on; may be empty.
    pub baseline: Baseline,
    /// The polygons around its words, where the label has them.
    pub words: Vec<Vec<Point>>,
    /// Its text, naturally spaced.
    pub text: String,
    /// Whether it is handwritten rather than typed or printed.
    pub is_handwritten: bool,
}

/// Why a page's label could not be opened.
#[derive(Debug, Error)]
pub enum LabelError {
    /// No label lies beside the image.
    #[error("{} has no label beside it (.json, .xml or .txt)", image.display())]
    Missing {
        /// The image.
        image: PathBuf,
    },
    /// The label cannot be read or parsed.
    #[error("the label {} cannot be used: {reason}", path.display())]
    Unusable {
        /// The label.
        path: PathBuf,
        /// The defect, as a clause.
        reason: String,
    },
}

impl LabelledPage {
    /// Finds and opens the label beside `image`: line boxes as JSON (`{"lines": [{"box": [x0,y0,x1,y1], "text": …}]}`,
    /// with `"set": "train"` for pages that readers are trained on), PAGE XML or ALTO, or words as plain text.
    pub fn open(image: &Path) -> Result<Self, LabelError> {
        let label = ["json", "xml", "txt"].map(|extension| image.with_extension(extension));
        let path = label.into_iter().find(|path| path.is_file());
        let path = path.ok_or_else(|| LabelError::Missing { image: image.to_owned() })?;
        let unusable = |reason: String| LabelError::Unusable { path: path.clone(), reason };
        let text = read_text_limited(&path, MAX_LABEL_BYTES).map_err(|error| unusable(error.to_string()))?;
        let (mut is_for_training, mut number) = (false, None);
        let truth = match path.extension().and_then(|extension| extension.to_str()) {
            Some("json") => {
                let boxes: BoxesJson = serde_json::from_str(&text).map_err(|error| unusable(error.to_string()))?;
                is_for_training = boxes.set.as_deref() == Some("train");
                PageTruth::Lines(boxes.lines.into_iter().map(TrueLine::from).collect())
            }
            Some("xml") => {
                let page = DescribedPage::parse(&text).map_err(|error| unusable(error.to_string()))?;
                let page = page.ok_or_else(|| unusable("it is neither PAGE XML nor ALTO".to_owned()))?;
                number = page.number;
                PageTruth::Lines(page.lines.into_iter().map(TrueLine::from).collect())
            }
            _ => PageTruth::Words(text),
        };
        Ok(Self { image: image.to_owned(), number, truth, is_for_training })
    }
}

#[derive(Deserialize)]
struct BoxesJson {
    set: Option<String>,
    lines: Vec<BoxJson>,
}

#[derive(Deserialize)]
struct BoxJson {
    r#box: Rect,
    text: String,
    /// Of each its text, slope in degrees, and box, as hdBPMN has them.
    #[serde(default)]
    words: Vec<(String, f32, f32, f32, f32, f32)>,
}

impl From<BoxJson> for TrueLine {
    fn from(line: BoxJson) -> Self {
        let word = |&(_, _, x0, y0, x1, y1): &(_, _, f32, f32, f32, f32)| Rect::new(x0, y0, x1, y1).corners().to_vec();
        Self {
            outline: line.r#box.corners().to_vec(),
            words: line.words.iter().map(word).collect(),
            baseline: Baseline::default(),
            text: natural_spacing(&line.text),
            is_handwritten: true,
        }
    }
}

/// A line counts as handwritten unless it is tagged as typed or printed.
impl From<DescribedLine> for TrueLine {
    fn from(line: DescribedLine) -> Self {
        let DescribedLine { outline, baseline, text, is_handwritten, .. } = line;
        let is_handwritten = is_handwritten.unwrap_or(true);
        Self { outline, baseline, words: Vec::new(), text: natural_spacing(&text), is_handwritten }
    }
}

impl TrueLine {
    /// The line as a result of segmentation, so that a reader can read it at its true place.
    pub fn to_text_line(&self, id: LineId) -> TextLine {
        TextLine { id, ..TextLine::within(self.outline.clone(), self.baseline.clone()) }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn labels_are_told_apart_by_their_extension() {
        let folder = tempfile::tempdir().unwrap();
        let open = |name: &str| LabelledPage::open(&folder.path().join(name));
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        assert!(matches!(open("none.png"), Err(LabelError::Missing { .. })));
        write("a.json", r#"{"set": "train", "lines": [{"box": [1, 2, 30, 12], "text": "presto !"}]}"#);
        let page = open("a.jpg").unwrap();
        assert!(page.is_for_training);
        let PageTruth::Lines(lines) = page.truth else { panic!("boxes are lines") };
        assert_eq!(lines[0].text, "presto!");
        assert_eq!(lines[0].outline[2], Point::new(30.0, 12.0));
        write("b.txt", "Hello\nWorld\n");
        assert_eq!(open("b.jpeg").unwrap().truth, PageTruth::Words("Hello\nWorld\n".to_owned()));
        write("c.json", "{");
        assert!(open("c.jpg").unwrap_err().to_string().contains("c.json"));
    }
}
