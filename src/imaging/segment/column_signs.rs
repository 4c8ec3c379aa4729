//! Single signs in columns of tables, such as digits: alone on its ground, a sign may be anything, and the labels call
//! it drawn or see no core. Where it stands in a row of a table and in line with the entries above and below, it is an
//! entry.

use std::collections::HashSet;

use super::{
    ink_labels::LabelMap,
    line_ink::{Extent, LineInk},
};
use crate::imaging::{
    raster::{components::Component, writing_scale::WritingScale},
    tunable::tunable,
};

tunable! {
    /// Numbers of finding single signs in columns. The three that are measured were chosen on two composed tables, of
    /// whose seven single digits all are found, and on the 21 valid diagrams of hdBPMN, which get one line more; with
    /// 0.1, 2 and 0.7, five digits and 14 lines more.
    pub struct ColumnSignTuning {
        /// Height of a sign, at least, in letter heights.
        /// No measurement recorded.
        min_height_letters: f32 = 0.5,
        /// Height and width of a sign, at most, in letter heights.
        /// No measurement recorded.
        max_size_letters: f32 = 1.8,
        /// Mean probability of writing of a sign that is called drawn, at least: the signs of charts stand in rows and
        /// columns, too.
        /// Measured in the commit that adds it, see above.
        min_writing_fraction: f32 = 0.05,
        /// Gap to the row's other entries, and between entries, at least, in letter heights.
        /// No measurement recorded.
        min_gap_letters: f32 = 2.0,
        /// How far a sign may stand above or below its row, in letter heights.
        /// No measurement recorded.
        max_off_letters: f32 = 0.7,
        /// How far the edges or middles of a column's entries may be out of line, in letter heights.
        /// Measured in the commit that adds it, see above.
        max_misalignment_letters: f32 = 0.5,
        /// Entries of a column in other rows, at least.
        /// Measured in the commit that adds it, see above.
        min_aligned_count: usize = 3,
    }
}

/// An entry of a row: a sign, or what of a line stands between wide gaps. In working pixels.
#[derive(Clone, Copy, Debug)]
struct Entry {
    extent: Extent,
    /// The height of its middle.
    y: f32,
    /// Whether it is of a line that was found, and not a sign that may be drawn.
    is_sure: bool,
}

impl Entry {
    fn of_sign(sign: &Component) -> Self {
        let extent = Extent { left: sign.left as f32, right: sign.right as f32 };
        Self { extent, y: sign.middle_y(), is_sure: false }
    }

    fn is_level_with(&self, other: &Self, reach: f32) -> bool {
        (self.y - other.y).abs() <= reach
    }

    /// Whether left edges, right edges or middles are in line.
    fn is_in_line_with(&self, other: &Self, reach: f32) -> bool {
        let places: [fn(Extent) -> f32; 3] = [|e| e.left, |e| e.right, |e| f32::midpoint(e.left, e.right)];
        places.iter().any(|place| (place(self.extent) - place(other.extent)).abs() <= reach)
    }
}

/// The signs that were given to lines.
#[derive(Default)]
pub(super) struct ColumnSigns(HashSet<[u32; 5]>);

impl ColumnSigns {
    /// Whether a line is one of these signs alone, whose ink may be less than that of any other line.
    pub(super) fn is_all_of(&self, line: &LineInk) -> bool {
        matches!(&line.pieces[..], [sign] if self.0.contains(&key(sign)))
    }
}

/// Gives signs of `drawings` and of the ink that belongs to no line to the lines whose rows they are entries of.
pub(super) fn join_signs_in_columns(
    lines: &mut [LineInk],
    drawings: &mut Vec<Component>,
    unassigned: &[Component],
    labels: &LabelMap,
    scale: WritingScale,
    tuning: &ColumnSignTuning,
) -> ColumnSigns {
    let drawn = drawings.iter().filter(|sign| labels.writing_of(sign) >= tuning.min_writing_fraction);
    let candidates: Vec<(usize, Component)> =
        drawn.chain(unassigned).filter_map(|sign| Some((row_of(sign, lines, scale, tuning)?, sign.clone()))).collect();
    if candidates.is_empty() {
        return ColumnSigns::default();
    }
    let gap = tuning.min_gap_letters * scale.letter;
    let mut entries: Vec<Entry> = lines.iter().flat_map(|line| entries_of(line, gap)).collect();
    entries.extend(candidates.iter().map(|(_, sign)| Entry::of_sign(sign)));
    let joined: Vec<(usize, Component)> =
        candidates.into_iter().filter(|(_, sign)| is_in_table(sign, &entries, scale, tuning)).collect();
    let keys: HashSet<_> = joined.iter().map(|(_, sign)| key(sign)).collect();
    drawings.retain(|drawing| !keys.contains(&key(drawing)));
    for (row, sign) in joined {
        lines[row].pieces.push(sign);
    }
    ColumnSigns(keys)
}

/// The ink that belongs to no line.
pub(super) fn unassigned(writing: &[Component], lines: &[LineInk]) -> Vec<Component> {
    let assigned: HashSet<_> = lines.iter().flat_map(|line| &line.pieces).map(key).collect();
    writing.iter().filter(|component| !assigned.contains(&key(component))).cloned().collect()
}

/// A component's box and area, which no other has.
fn key(component: &Component) -> [u32; 5] {
    [component.left, component.top, component.right, component.bottom, component.area]
}

/// The line whose row a sign stands in, with a wide gap on both sides; `None` for one of another size or place.
fn row_of(sign: &Component, lines: &[LineInk], scale: WritingScale, tuning: &ColumnSignTuning) -> Option<usize> {
    let (width, height) = (sign.width() / scale.letter, sign.height() / scale.letter);
    if height < tuning.min_height_letters || width.max(height) > tuning.max_size_letters {
        return None;
    }
    let off = |line: &LineInk| {
        let x = sign.middle_x().clamp(line.spine.start, line.spine.end());
        (sign.middle_y() - line.spine.y_at(x)).abs()
    };
    let level = |line: &&LineInk| off(line) <= tuning.max_off_letters * scale.letter;
    let is_free = |line: &LineInk| {
        line.pieces.iter().all(|piece| gap_between(piece, sign) >= tuning.min_gap_letters * scale.letter)
    };
    if !lines.iter().filter(level).all(is_free) {
        return None;
    }
    let near = lines.iter().enumerate().filter(|(_, line)| level(line));
    // Ink that is level with the sign on both of its sides belongs to several lines; that of the nearest is its row.
    let distance = |line: &LineInk| line.pieces.iter().map(|piece| gap_between(piece, sign)).fold(f32::MAX, f32::min);
    near.min_by(|(_, a), (_, b)| distance(a).total_cmp(&distance(b))).map(|(row, _)| row)
}

/// The horizontal gap between two pieces of ink; negative where they overlap.
fn gap_between(a: &Component, b: &Component) -> f32 {
    (b.left as f32 - a.right as f32).max(a.left as f32 - b.right as f32)
}

/// What of a line stands between gaps wider than `gap`.
fn entries_of(line: &LineInk, gap: f32) -> Vec<Entry> {
    let mut extents: Vec<Extent> = line.pieces.iter().filter_map(|piece| Extent::of([piece])).collect();
    extents.sort_by(|a, b| a.left.total_cmp(&b.left));
    let mut parts: Vec<Extent> = Vec::new();
    for extent in extents {
        match parts.last_mut() {
            Some(last) if extent.left - last.right < gap => last.right = last.right.max(extent.right),
            _ => parts.push(extent),
        }
    }
    let level = |extent: Extent| {
        let middle = f32::midpoint(extent.left, extent.right);
        line.spine.y_at(middle.clamp(line.spine.start, line.spine.end()))
    };
    parts.into_iter().map(|extent| Entry { extent, y: level(extent), is_sure: true }).collect()
}

/// Whether a sign is in line with entries of enough other rows, each of which has a second entry in line with one of
/// the sign's own row: rows that share two columns are rows of a table.
fn is_in_table(sign: &Component, entries: &[Entry], scale: WritingScale, tuning: &ColumnSignTuning) -> bool {
    let own = Entry::of_sign(sign);
    let aside = tuning.max_misalignment_letters * scale.letter;
    let off = tuning.max_off_letters * scale.letter;
    let in_row_of = |entry: Entry| {
        entries.iter().filter(move |e| e.is_sure && e.is_level_with(&entry, off) && !e.is_in_line_with(&entry, aside))
    };
    let beside: Vec<&Entry> = in_row_of(own).collect();
    let is_other_row = |mate: &&Entry| mate.is_in_line_with(&own, aside) && !mate.is_level_with(&own, scale.letter);
    let shares_column =
        |mate: &&Entry| in_row_of(**mate).any(|entry| beside.iter().any(|own| own.is_in_line_with(entry, aside)));
    let mut heights: Vec<f32> = entries.iter().filter(is_other_row).filter(shares_column).map(|mate| mate.y).collect();
    heights.sort_by(f32::total_cmp);
    heights.dedup_by(|a, b| (*a - *b).abs() <= scale.letter);
    heights.len() >= tuning.min_aligned_count
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imaging::{raster::components::components, segment::spines::spine::Spine};
    use image::{GrayImage, Luma};

    const SIZE: (u32, u32) = (400, 300);
    const SCALE: WritingScale = WritingScale { letter: 20.0, stroke: 2.0 };

    /// All ink is writing.
    fn labels() -> LabelMap {
        LabelMap::of_places(SIZE, |_, _| true, |_, _| false, |_, _| false)
    }

    fn bar(left: u32, top: u32, width: u32) -> Component {
        let is_ink = |x: u32, y: u32| (left..left + width).contains(&x) && (top..top + 16).contains(&y);
        components(&GrayImage::from_fn(SIZE.0, SIZE.1, |x, y| Luma([if is_ink(x, y) { 255 } else { 0 }]))).remove(0)
    }

    /// Rows of one word each, 60 pixels apart.
    fn rows(n_rows: u32) -> Vec<LineInk> {
        let row = |row: u32| LineInk {
            spine: Spine::level(10.0, 110.0, 28.0 + 60.0 * row as f32),
            pieces: vec![bar(10, 20 + 60 * row, 100)],
        };
        (0..n_rows).map(row).collect()
    }

    fn n_joined(mut drawings: Vec<Component>, unassigned: &[Component]) -> (usize, usize) {
        let mut lines = rows(4);
        let signs = join_signs_in_columns(
            &mut lines,
            &mut drawings,
            unassigned,
            &labels(),
            SCALE,
            &ColumnSignTuning::default(),
        );
        let alone = |sign: &Component| LineInk { spine: Spine::level(0.0, 1.0, 0.0), pieces: vec![sign.clone()] };
        assert!(lines.iter().flat_map(|line| &line.pieces[1..]).all(|sign| signs.is_all_of(&alone(sign))));
        (lines.iter().map(|line| line.pieces.len() - 1).sum(), drawings.len())
    }

    #[test]
    fn signs_in_line_below_each_other_are_entries() {
        let digits = |left: [u32; 4]| (0..4).map(|row| bar(left[row as usize], 20 + 60 * row, 14)).collect::<Vec<_>>();
        assert_eq!(n_joined(digits([200, 204, 197, 201]), &[]), (4, 0));
        assert_eq!(n_joined(digits([200, 204, 197, 201])[..2].to_vec(), &digits([200, 204, 197, 201])[2..]), (4, 0));
        assert_eq!(n_joined(digits([200, 250, 300, 350]), &[]), (0, 4), "no column");
        assert_eq!(n_joined(digits([200, 204, 197, 201])[..3].to_vec(), &[]), (0, 3), "three rows are no column");
        assert_eq!(n_joined(digits([130, 132, 131, 130]), &[]), (0, 4), "too near the words");
    }

    #[test]
    fn rows_that_share_one_column_only_are_no_table() {
        let mut lines = rows(4);
        for (row, line) in lines.iter_mut().enumerate() {
            let by = 70 * row as u32;
            line.pieces = vec![bar(10 + by, 20 + 60 * row as u32, 60)];
            line.spine = Spine::level(10.0 + by as f32, 70.0 + by as f32, 28.0 + 60.0 * row as f32);
        }
        let mut drawings = (0..4).map(|row| bar(350, 20 + 60 * row, 14)).collect();
        join_signs_in_columns(&mut lines, &mut drawings, &[], &labels(), SCALE, &ColumnSignTuning::default());
        assert_eq!(drawings.len(), 4);
    }

    #[test]
    fn what_stands_between_rows_or_is_too_large_is_no_entry() {
        let between = (0..4).map(|row| bar(200, 50 + 60 * row, 14)).collect();
        assert_eq!(n_joined(between, &[]), (0, 4));
        let wide = (0..4).map(|row| bar(200, 20 + 60 * row, 60)).collect();
        assert_eq!(n_joined(wide, &[]), (0, 4));
    }
}
