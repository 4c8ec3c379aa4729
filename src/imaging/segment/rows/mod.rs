//! Short lines that hold two rows are split: labels of several words, one above the other, in smaller writing than the
//! page's.

pub(super) mod profile;

use self::profile::{crossings_of, peak, smoothed};
use super::{
    assign::{AssignTuning, split},
    line_ink::{Extent, LineInk},
    spines::spine::Spine,
};
use crate::imaging::{
    raster::{
        components::{Component, Run},
        writing_scale::WritingScale,
    },
    tunable::tunable,
};

tunable! {
    /// Numbers of splitting lines into rows.
    pub struct RowTuning {
        /// Longest line that may hold two rows, in letter heights: a longer one has the spine of one row.
        /// No measurement recorded (6ca9403).
        max_length_letters: f32 = 6.0,
        /// Height of a row's letters, at least, in letter heights: dots and accents are no row.
        /// No measurement recorded (6ca9403).
        min_letter_height_letters: f32 = 0.4,
        /// Shortest row, in letter heights.
        /// No measurement recorded (6ca9403).
        min_row_length_letters: f32 = 0.5,
        /// Fraction of the line's ink that each row holds at least.
        /// No measurement recorded (6ca9403).
        min_ink_fraction: f32 = 0.12,
        /// Overlap of the rows' heights, at most, as a fraction of the lower one's height.
        /// No measurement recorded (6ca9403).
        max_overlap_fraction: f32 = 0.4,
        /// Fraction of the shorter row that lies above or below the other, at least.
        /// No measurement recorded (6ca9403).
        min_stacked_fraction: f32 = 0.4,
        /// Height of a line of rows that touch, at least, in letter heights.
        /// No measurement recorded (6ca9403).
        min_touching_height_letters: f32 = 1.6,
        /// Distance between the middles of rows that touch, at least, in letter heights.
        /// No measurement recorded (6ca9403).
        min_row_distance_letters: f32 = 0.5,
        /// Strokes crossed between rows that touch, at most, as a fraction of those crossed in the emptier row. Raising
        /// it splits single rows with long ascenders.
        /// No measurement recorded (6ca9403).
        max_valley_fraction: f32 = 0.65,
    }
}

/// Parts of a letter height that the profile of rows is smoothed by, either way. No measurement recorded (6ca9403).
const SMOOTHING_PARTS: f32 = 10.0;

/// The rows of a line, the upper one first; most lines have one.
pub(super) fn split_rows(
    line: LineInk,
    scale: WritingScale,
    tuning: &RowTuning,
    assigning: &AssignTuning,
) -> Vec<LineInk> {
    let max_length = tuning.max_length_letters * scale.letter;
    let is_short = Extent::of(&line.pieces).is_some_and(|extent| extent.width() <= max_length);
    let middles = || rows_apart(&line, scale, tuning).or_else(|| rows_touching(&line, scale, tuning));
    let Some(middles) = is_short.then(middles).flatten() else { return vec![line] };
    let spines = middles.map(|middle| line.spine.moved(middle));
    let mut rows: [Vec<Component>; 2] = Default::default();
    for piece in line.pieces {
        let span = Span::of(&piece, &line.spine);
        if span.top < middles[0] && span.bottom > middles[1] {
            for (row, part) in split(&piece, &[0, 1], &spines, scale, assigning) {
                rows[row].push(part);
            }
        } else {
            rows[usize::from(span.middle() > f32::midpoint(middles[0], middles[1]))].push(piece);
        }
    }
    spines.into_iter().zip(rows).map(|(spine, pieces)| LineInk { spine, pieces }).collect()
}

/// Upper and lower edge of a piece as distances from the spine, below it positive.
#[derive(Clone, Copy)]
struct Span {
    top: f32,
    bottom: f32,
}

impl Span {
    fn of(piece: &Component, spine: &Spine) -> Self {
        let level = spine.y_at(piece.middle_x());
        Self { top: piece.top as f32 - level, bottom: piece.bottom as f32 - level }
    }

    fn middle(self) -> f32 {
        f32::midpoint(self.top, self.bottom)
    }
}

/// A piece of a row with its span.
struct Letter<'a> {
    span: Span,
    piece: &'a Component,
}

/// The middles of two rows whose letters do not touch, as distances from the line's spine.
fn rows_apart(line: &LineInk, scale: WritingScale, tuning: &RowTuning) -> Option<[f32; 2]> {
    let is_letter = |piece: &&Component| piece.height() >= tuning.min_letter_height_letters * scale.letter;
    let letter = |piece| Letter { span: Span::of(piece, &line.spine), piece };
    let mut letters: Vec<Letter<'_>> = line.pieces.iter().filter(is_letter).map(letter).collect();
    letters.sort_by(|a, b| a.span.middle().total_cmp(&b.span.middle()));
    let cuts = (1..letters.len()).filter_map(|n| {
        let (upper, lower) = letters.split_at(n);
        Some((overlap_of_rows(upper, lower, scale, tuning)?, [middle_of(upper), middle_of(lower)]))
    });
    cuts.min_by(|a, b| a.0.total_cmp(&b.0)).map(|cut| cut.1)
}

/// The mean of the letters' middles, weighted by their ink.
fn middle_of(row: &[Letter<'_>]) -> f32 {
    row.iter().map(|letter| letter.span.middle() * letter.piece.area as f32).sum::<f32>() / ink(row).max(1.0)
}

fn ink(row: &[Letter<'_>]) -> f32 {
    row.iter().map(|letter| letter.piece.area as f32).sum()
}

/// The overlap of two groups of letters in height, in pixels; `None` where they are not two rows, one above the other.
fn overlap_of_rows(upper: &[Letter<'_>], lower: &[Letter<'_>], scale: WritingScale, tuning: &RowTuning) -> Option<f32> {
    let bottom = upper.iter().map(|letter| letter.span.bottom).fold(f32::MIN, f32::max);
    let top = lower.iter().map(|letter| letter.span.top).fold(f32::MAX, f32::min);
    let lowest = lower.iter().map(|letter| letter.span.bottom).fold(f32::MIN, f32::max);
    let extent = |row: &[Letter<'_>]| Extent::of(row.iter().map(|letter| letter.piece));
    let (above, below) = (extent(upper)?, extent(lower)?);
    let shortest = above.width().min(below.width());
    let shared = above.right.min(below.right) - above.left.max(below.left);
    let (ink_above, ink_below) = (ink(upper), ink(lower));
    let is_two_rows = bottom - top <= tuning.max_overlap_fraction * (lowest - top)
        && shortest >= tuning.min_row_length_letters * scale.letter
        && shared >= tuning.min_stacked_fraction * shortest
        && ink_above.min(ink_below) >= tuning.min_ink_fraction * (ink_above + ink_below);
    is_two_rows.then_some(bottom - top)
}

/// The middles of two rows that touch here and there: the heights at which most strokes are crossed above and below one
/// at which few are.
fn rows_touching(line: &LineInk, scale: WritingScale, tuning: &RowTuning) -> Option<[f32; 2]> {
    let runs = || line.pieces.iter().flat_map(|piece| &piece.runs);
    let below = |run: &Run| run.y as f32 + 0.5 - line.spine.y_at(run.middle());
    let (top, bottom) = runs().map(below).fold((f32::MAX, f32::MIN), |(low, high), y| (low.min(y), high.max(y)));
    if bottom - top < tuning.min_touching_height_letters * scale.letter {
        return None;
    }
    let mut profile = vec![0f32; (bottom - top) as usize + 1];
    runs().for_each(|run| profile[(below(run) - top) as usize] += crossings_of(*run, scale));
    let profile = smoothed(&profile, (scale.letter / SMOOTHING_PARTS) as usize);
    let depth = |&(above, valley, below): &(usize, usize, usize)| profile[valley] / profile[above].min(profile[below]);
    let n_rows = profile.len();
    let valleys = (1..n_rows - 1).filter_map(|i| Some((peak(&profile, 0..i)?, i, peak(&profile, i + 1..n_rows)?)));
    let deepest = valleys.min_by(|a, b| depth(a).total_cmp(&depth(b)))?;
    let (above, _, below) = deepest;
    let is_apart = (below - above) as f32 >= tuning.min_row_distance_letters * scale.letter;
    (is_apart && depth(&deepest) <= tuning.max_valley_fraction).then(|| [above, below].map(|row| top + row as f32))
}
