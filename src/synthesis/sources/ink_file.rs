//! Reads stroke archives: one JSON record a line, gzip or plain.
//!
//! A record's `strokes` is a list of pen-downs, each `[x0, y0, dx, dy, dx, dy, …]` with y down.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read};
use std::path::Path;

use flate2::read::GzDecoder;
use serde::Deserialize;

use crate::{
    page::Point,
    synthesis::{error::SynthesisError, ink::Polyline},
};

/// One record, in the units of the device that recorded it.
#[derive(Clone, Debug)]
pub(super) struct InkRecord {
    /// The line's name, or the writer's; records of one writer need not stand together.
    pub(super) origin: String,
    /// What was written, as in the archive.
    pub(super) text: String,
    /// Centre lines, y down.
    pub(super) strokes: Vec<Polyline>,
}

#[derive(Deserialize)]
struct JsonRecord {
    #[serde(alias = "id", default)]
    writer: String,
    text: String,
    strokes: Vec<Vec<f32>>,
}

/// All records of the archive at `path`.
pub(super) fn read_ink(path: &Path) -> Result<Vec<InkRecord>, SynthesisError> {
    let file = File::open(path).map_err(|error| SynthesisError::unreadable(path, &error))?;
    let reader: Box<dyn Read> =
        if path.extension().is_some_and(|e| e == "gz") { Box::new(GzDecoder::new(file)) } else { Box::new(file) };
    let mut records = Vec::new();
    for (index, line) in BufReader::new(reader).lines().enumerate() {
        let line = line.map_err(|error| SynthesisError::unreadable(path, &error))?;
        if line.trim().is_empty() {
            continue;
        }
        let record = parse(&line).map_err(|error| SynthesisError::BadRecord {
            path: path.to_path_buf(),
            line: index + 1,
            reason: error.to_string(),
        })?;
        records.push(record);
    }
    Ok(records)
}

fn parse(line: &str) -> Result<InkRecord, serde_json::Error> {
    let record: JsonRecord = serde_json::from_str(line)?;
    let strokes = record.strokes.iter().map(|coding| decode(coding)).filter(|stroke| !stroke.is_empty()).collect();
    Ok(InkRecord { origin: record.writer, text: record.text, strokes })
}

/// The points of one pen-down: the first is absolute, each other a step from the one before.
fn decode(coding: &[f32]) -> Polyline {
    let (mut x, mut y) = (0.0, 0.0);
    coding
        .chunks_exact(2)
        .map(|step| {
            x += step[0];
            y += step[1];
            Point::new(x, y)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_add_up() {
        let record = parse(r#"{"id": "a", "text": "l", "strokes": [[5, 6, 1, -2, 0, 3], []]}"#).unwrap();
        assert_eq!(record.strokes, [[Point::new(5.0, 6.0), Point::new(6.0, 4.0), Point::new(6.0, 7.0)]]);
        assert_eq!((record.origin.as_str(), record.text.as_str()), ("a", "l"));
    }

    #[test]
    fn a_bad_record_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ink.jsonl");
        std::fs::write(&path, "{\"text\": \"a\", \"strokes\": [[1, 2]]}\nnonsense\n").unwrap();
        let error = read_ink(&path).unwrap_err().to_string();
        assert!(error.starts_with("line 2 of ") && error.contains("ink.jsonl"), "{error}");
    }
}
