//! What lines of sheets said when they were read before, by their strokes: of a sheet that is being written on, only
//! the lines that changed are read again.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use sha2::{Digest as _, Sha256};

use crate::{
    ink::{Stroke, strokes_inside},
    page::{TextLine, Transcription},
};

/// The most lines that are remembered, about 10 kB each; then all are forgotten.
const MAX_LINES: usize = 1000;

/// The strokes of a line and the kind of its marker, as a hash. Not its pixels: its outline changes by a pixel when
/// something is written elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct LineKey([u8; 32]);

impl LineKey {
    /// The key of a line on the sheet of these strokes.
    pub(super) fn of(line: &TextLine, sheet: &[Stroke]) -> Self {
        let mut hash = Sha256::new();
        hash.update(format!("{:?}", line.marker.map(|marker| marker.kind)));
        for index in strokes_inside(sheet, &line.outline) {
            let stroke = &sheet[index];
            hash.update(stroke.points.len().to_le_bytes());
            let numbers =
                stroke.points.iter().flat_map(|point| [point.x, point.y]).chain(stroke.pressures.iter().copied());
            numbers.chain([stroke.width]).for_each(|number| hash.update(number.to_le_bytes()));
        }
        Self(hash.finalize().into())
    }
}

/// Transcriptions by lines. Those of one model and decoder.
#[derive(Debug, Default)]
pub(super) struct LineMemory(Mutex<HashMap<LineKey, Transcription>>);

impl LineMemory {
    pub(super) fn find(&self, key: LineKey) -> Option<Transcription> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned()
    }

    pub(super) fn remember(&self, key: LineKey, read: &Transcription) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() >= MAX_LINES {
            lines.clear();
        }
        lines.insert(key, read.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::{Point, Rect};

    #[test]
    fn a_line_is_known_by_its_own_strokes() {
        let stroke = |x: f32, y: f32| Stroke::new(vec![Point::new(x, y), Point::new(x + 5.0, y + 9.0)], 4.0);
        let sheet = [stroke(10.0, 10.0), stroke(30.0, 10.0), stroke(10.0, 60.0)];
        let line = |y1: f32| {
            let bounds = Rect::new(0.0, 0.0, 50.0, y1);
            TextLine { outline: bounds.corners().to_vec(), ..TextLine::at(bounds) }
        };
        let key = LineKey::of(&line(30.0), &sheet);
        assert_eq!(key, LineKey::of(&line(31.0), &sheet), "a pixel more of paper");
        assert_eq!(key, LineKey::of(&line(30.0), &sheet[..2]), "another line's stroke is gone");
        assert_ne!(key, LineKey::of(&line(80.0), &sheet));
        let thick = [Stroke { width: 5.0, ..sheet[0].clone() }, sheet[1].clone()];
        assert_ne!(key, LineKey::of(&line(30.0), &thick));
        let memory = LineMemory::default();
        memory.remember(key, &Transcription { text: "read".to_owned(), ..Transcription::default() });
        assert_eq!(memory.find(key).unwrap().text, "read");
    }
}
