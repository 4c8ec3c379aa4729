//! Matches the lines of a new reading with those of the one before, so that corrections stay with their lines.

use std::collections::{BTreeMap, BTreeSet};

use crate::page::{LineId, Rect, TextLine};

/// Least intersection over union of the bounds of a line in two readings. No measurement recorded.
const MIN_OVERLAP: f32 = 0.5;

/// The result of matching two readings.
pub(super) struct Adopted {
    /// The new lines, with the names, texts and corrections of the old ones they lie on.
    pub(crate) lines: Vec<TextLine>,
    /// Old lines that were corrected and lie on no new one.
    pub(super) leftover: Vec<TextLine>,
    /// The names that the lines keep, by the names of the new reading.
    pub(super) kept_names: BTreeMap<LineId, LineId>,
}

/// Matches the lines of a new reading with the `old` ones.
pub(super) fn adopt_lines(old: Vec<TextLine>, found: Vec<TextLine>) -> Adopted {
    let mut old: Vec<Option<TextLine>> = old.into_iter().map(Some).collect();
    let mut taken: BTreeSet<LineId> = old.iter().flatten().map(|line| line.id).collect();
    let mut kept_names = BTreeMap::new();
    let mut lines = Vec::with_capacity(found.len());
    for mut line in found {
        let read_name = line.id;
        if let Some(before) = take_best_match(&mut old, line.bounds) {
            line.id = before.id;
            line.correction = before.correction;
            line.is_checked = before.is_checked;
            line.transcription = before.transcription;
        } else if taken.contains(&line.id) {
            line.id = LineId(taken.last().map_or(0, |last| last.0 + 1));
        }
        taken.insert(line.id);
        kept_names.insert(read_name, line.id);
        lines.push(line);
    }
    let leftover = old.into_iter().flatten().filter(|line| line.correction.is_some()).collect();
    Adopted { lines, leftover, kept_names }
}

/// Inserts `line` by the y of its centre.
pub(super) fn insert_by_height(lines: &mut Vec<TextLine>, line: TextLine) {
    let height = line.bounds.center().y;
    let index = lines.iter().position(|other| other.bounds.center().y > height).unwrap_or(lines.len());
    lines.insert(index, line);
}

fn take_best_match(old: &mut [Option<TextLine>], bounds: Rect) -> Option<TextLine> {
    let overlap_with = |line: &Option<TextLine>| line.as_ref().map_or(0.0, |line| overlap(line.bounds, bounds));
    let best = old.iter_mut().max_by(|a, b| overlap_with(a).total_cmp(&overlap_with(b)))?;
    if overlap_with(best) >= MIN_OVERLAP { best.take() } else { None }
}

/// Intersection over union, 0 to 1.
fn overlap(a: Rect, b: Rect) -> f32 {
    let shared = a.intersection(b).area();
    let covered = a.area() + b.area() - shared;
    if covered > 0.0 { shared / covered } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(id: u32, y: f32, correction: Option<&str>) -> TextLine {
        TextLine {
            id: LineId(id),
            correction: correction.map(str::to_owned),
            ..TextLine::at(Rect::new(0.0, y, 100.0, y + 20.0))
        }
    }

    #[test]
    fn lines_keep_their_names_and_corrections_when_others_appear_above() {
        let old = vec![line(0, 0.0, None), line(1, 50.0, Some("hello"))];
        let found = vec![line(0, 25.0, None), line(1, 2.0, None), line(2, 52.0, None)];
        let Adopted { lines, kept_names, leftover } = adopt_lines(old, found);
        let ids: Vec<_> = lines.iter().map(|line| line.id.0).collect();
        assert_eq!(ids, [2, 0, 1]);
        assert_eq!(lines[2].correction.as_deref(), Some("hello"));
        assert_eq!(kept_names[&LineId(2)], LineId(1));
        assert!(leftover.is_empty());
    }

    #[test]
    fn a_corrected_line_that_is_not_found_again_stays_in_its_place() {
        let old = vec![line(0, 0.0, None), line(1, 50.0, Some("hello")), line(2, 100.0, None)];
        let Adopted { mut lines, leftover, .. } = adopt_lines(old, vec![line(0, 0.0, None), line(1, 100.0, None)]);
        for line in leftover {
            insert_by_height(&mut lines, line);
        }
        let texts: Vec<_> = lines.iter().map(|line| (line.bounds.y0, line.correction.as_deref())).collect();
        assert_eq!(texts, [(0.0, None), (50.0, Some("hello")), (100.0, None)]);
        let mut ids: Vec<_> = lines.iter().map(|line| line.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 3);
    }
}
