//! Recorded ink drawn as it was written, dark on white: stroke archives as line images for training and evaluation.

use std::path::Path;

use super::ink_file::{InkRecord, read_ink};
use crate::{
    imaging::LineImage,
    ink::rasterize,
    page::{Point, natural_spacing},
    synthesis::{
        error::SynthesisError,
        ink::{Ink, Polyline, is_label},
        synthetic_line::SyntheticLine,
    },
};

/// Height of small letters, in pixels.
const X_HEIGHT: f32 = 24.0;
/// Width of the pen, in pixels.
const PEN_WIDTH: f32 = 3.0;
/// Margin around the ink, in pixels.
const MARGIN: f32 = 12.0;

/// A recorded line and its writer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedLine {
    /// Its image and text.
    pub line: SyntheticLine,
    /// The writer or page: the record's name up to its last hyphen.
    pub writer: String,
}

/// The lines of the stroke archive at `path` (`.jsonl` or `.jsonl.gz`), dark on white. Records without ink, and those
/// whose text is not printable ASCII or marks something as illegible ('#'), are left out.
pub fn recorded_lines(path: &Path) -> Result<Vec<RecordedLine>, SynthesisError> {
    let lines: Vec<RecordedLine> = read_ink(path)?.into_iter().filter_map(recorded_line).collect();
    if lines.is_empty() {
        return Err(SynthesisError::NothingUsable { path: path.to_path_buf() });
    }
    Ok(lines)
}

fn recorded_line(record: InkRecord) -> Option<RecordedLine> {
    if !is_label(&record.text) || record.text.contains('#') {
        return None;
    }
    let image = draw(record.strokes)?;
    let writer = record.origin.rsplit_once('-').map_or(record.origin.as_str(), |(page, _)| page).to_owned();
    Some(RecordedLine { line: SyntheticLine { image, text: natural_spacing(&record.text) }, writer })
}

/// `None` for strokes without height.
fn draw(strokes: Vec<Polyline>) -> Option<LineImage> {
    let mut ink = Ink { strokes: super::copied_lines::upright(strokes)?, areas: Vec::new() };
    let bounds = ink.bounds()?;
    ink.map(|p| Point::new((p.x - bounds.x0) * X_HEIGHT + MARGIN, (p.y - bounds.y0) * X_HEIGHT + MARGIN));
    let side = |length: f32| (length * X_HEIGHT + 2.0 * MARGIN).ceil().clamp(1.0, 10_000.0) as u32;
    let strokes: Vec<_> = ink.strokes.into_iter().map(|points| crate::ink::Stroke::new(points, PEN_WIDTH)).collect();
    Some(LineImage::from_gray(rasterize(&strokes, side(bounds.width()), side(bounds.height()))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ink_becomes_a_dark_line_on_white() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ink.jsonl");
        let strokes: Vec<[i32; 4]> = (0..12).map(|i| [i * 40, 100, 4, 60]).collect();
        let record = |text: &str| format!(r#"{{"id": "page-07", "text": "{text}", "strokes": {strokes:?}}}"#);
        std::fs::write(&path, format!("{}\n{}\n", record("as it is ."), record("un#readable"))).unwrap();
        let lines = recorded_lines(&path).unwrap();
        let [RecordedLine { line, writer }] = &lines[..] else { panic!("{lines:?}") };
        assert_eq!((line.text.as_str(), writer.as_str()), ("as it is.", "page"));
        let dark = line.image.pixels.pixels().filter(|p| p.0[0] < 128).count() as f32;
        let all = line.image.pixels.pixels().len() as f32;
        assert!((0.01..0.4).contains(&(dark / all)), "{dark} of {all}");

        std::fs::write(&path, record("##")).unwrap();
        assert!(recorded_lines(&path).is_err());
    }
}
