//! Entries of tables: single signs, such as digits in a column, which stand so far from other writing that no core of a
//! line runs through them.

use super::{
    ink_labels::LabelMap,
    line_ink::{Extent, LineInk},
};
use crate::imaging::{
    raster::{components::Component, writing_scale::WritingScale},
    tunable::{Interval, tunable},
};

tunable! {
    /// Numbers that tell entries of tables from other ink without a core.
    ///
    /// Chosen on `tests/fixtures/field/table-single-digits.jpg`, with a labeller that had not learnt from single signs.
    pub struct TableEntryTuning {
        /// Height of an entry, in letter heights.
        height_letters: Interval = Interval::new(0.6, 2.2),
        /// Width of an entry, at most, in letter heights; also that of the entry above or below it.
        max_width_letters: f32 = 4.5,
        /// Mean probability that an entry is writing, at least.
        min_writing_fraction: f32 = 0.4,
        /// Distance of an entry's middle from the spine of a line in its row, at most, in letter heights.
        max_row_distance_letters: f32 = 0.6,
        /// Distance between the middles of entries above each other, in letter heights: what is nearer are letters of a
        /// word that runs down the page.
        column_distance_letters: Interval = Interval::new(1.7, 8.0),
        /// How far entries above each other may miss each other, in letter heights.
        max_column_gap_letters: f32 = 0.5,
    }
}

/// Those of the lines without a core that are entries of a table: each is level with a line of its row, and has an entry
/// above or below it in its column.
pub(super) fn table_entries(
    coreless: Vec<LineInk>,
    lines: &[LineInk],
    labels: &LabelMap,
    scale: WritingScale,
    tuning: &TableEntryTuning,
) -> Vec<LineInk> {
    let may_be = |line: &LineInk| {
        Place::of(line).is_some_and(|place| {
            tuning.height_letters.contains((place.bottom - place.top) / scale.letter)
                && place.extent.width() <= tuning.max_width_letters * scale.letter
        }) && labels.writing_of_all(&line.pieces) >= tuning.min_writing_fraction
    };
    let entries: Vec<LineInk> = coreless.into_iter().filter(may_be).collect();
    let places: Vec<Place> = entries.iter().chain(lines).filter_map(Place::of).collect();
    let is_entry = |entry: &LineInk| {
        Place::of(entry).is_some_and(|place| {
            lines.iter().any(|line| place.is_in_row_of(line, scale, tuning))
                && place.is_in_column(&places, scale, tuning)
        })
    };
    let kept: Vec<bool> = entries.iter().map(is_entry).collect();
    entries.into_iter().zip(kept).filter(|(_, is_kept)| *is_kept).map(|(entry, _)| entry).collect()
}

/// Where a line's ink lies, in working pixels.
struct Place {
    extent: Extent,
    top: f32,
    bottom: f32,
}

impl Place {
    /// `None` without ink.
    fn of(line: &LineInk) -> Option<Self> {
        let extent = Extent::of(&line.pieces)?;
        let ends = |piece: &Component| (piece.top as f32, piece.bottom as f32);
        let (top, bottom) = line.pieces.iter().map(ends).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))?;
        Some(Self { extent, top, bottom })
    }

    fn middle(&self) -> f32 {
        f32::midpoint(self.top, self.bottom)
    }

    /// Whether a line beside this place is level with it.
    fn is_in_row_of(&self, line: &LineInk, scale: WritingScale, tuning: &TableEntryTuning) -> bool {
        let Some(extent) = Extent::of(&line.pieces) else { return false };
        let is_beside = extent.right <= self.extent.left || self.extent.right <= extent.left;
        // Far from its ends a spine's slope says little.
        let x = f32::midpoint(self.extent.left, self.extent.right).clamp(line.spine.start, line.spine.end());
        is_beside && (self.middle() - line.spine.y_at(x)).abs() <= tuning.max_row_distance_letters * scale.letter
    }

    /// Whether the nearest of the narrow places above and below this one, itself aside, lies where the next entry of a
    /// column does.
    fn is_in_column(&self, places: &[Self], scale: WritingScale, tuning: &TableEntryTuning) -> bool {
        let is_narrow = |other: &&Self| other.extent.width() <= tuning.max_width_letters * scale.letter;
        let is_above_or_below = |other: &&Self| {
            let gap = (self.extent.left - other.extent.right).max(other.extent.left - self.extent.right);
            gap <= tuning.max_column_gap_letters * scale.letter
        };
        let distance = |other: &Self| (self.middle() - other.middle()).abs() / scale.letter;
        let others = places.iter().filter(is_narrow).filter(is_above_or_below).map(distance);
        let nearest = others.filter(|&distance| distance > 0.0).min_by(f32::total_cmp);
        nearest.is_some_and(|nearest| tuning.column_distance_letters.contains(nearest))
    }
}
