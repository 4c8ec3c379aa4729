//! Parts short lines that hold two rows: labels of several words, one above the other, in smaller writing than the page's.

use super::{
    assign::{LineInk, extent, split},
    ridges::Spine,
};
use crate::imaging::raster::{
    components::{Component, Run},
    writing_scale::WritingScale,
};

/// Only lines up to this many letter heights long are looked at: longer ones have the spine of one row.
const MAX_LENGTH: f32 = 6.0;
/// A row's letters are at least this high, in letter heights: dots and accents are no row.
const MIN_LETTER: f32 = 0.4;
/// A row is at least this long, in letter heights.
const MIN_LENGTH: f32 = 0.5;
/// Each row holds at least this part of the line's ink.
const MIN_SHARE: f32 = 0.12;
/// Rows reach into each other by at most this part of the lower one's height.
const MAX_OVERLAP: f32 = 0.4;
/// The part of the shorter row that lies above or below the other.
const MIN_STACKED: f32 = 0.4;
/// A line of rows that touch is at least this high, in letter heights.
const MIN_TOUCHING: f32 = 1.6;
/// Their middles are at least this far apart, in letter heights.
const MIN_ROW_DISTANCE: f32 = 0.5;
/// Between them no more than this part of the strokes is crossed that are in either.
const MAX_VALLEY: f32 = 0.65;

/// The rows of a line, the upper one first; most lines have one.
pub(super) fn split_rows(line: LineInk, scale: WritingScale) -> Vec<LineInk> {
    let is_short = extent(&line.pieces).is_some_and(|(left, right)| right - left <= MAX_LENGTH * scale.letter);
    let Some(middles) = is_short.then(|| rows_apart(&line, scale).or_else(|| rows_touching(&line, scale))).flatten()
    else {
        return vec![line];
    };
    let spines = middles.map(|middle| line.spine.moved(middle));
    let mut rows: [Vec<Component>; 2] = Default::default();
    for piece in line.pieces {
        let span = Span::of(&piece, &line.spine);
        if span.top < middles[0] && span.bottom > middles[1] {
            for (row, part) in split(&piece, &[0, 1], &spines, scale) {
                rows[row].push(part);
            }
        } else {
            rows[usize::from(span.middle() > f32::midpoint(middles[0], middles[1]))].push(piece);
        }
    }
    spines.into_iter().zip(rows).map(|(spine, pieces)| LineInk { spine, pieces }).collect()
}

/// From where to where a piece reaches, below the spine positive.
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

/// The middles of two rows whose letters do not touch, as distances from the line's spine.
fn rows_apart(line: &LineInk, scale: WritingScale) -> Option<[f32; 2]> {
    let is_letter = |piece: &&Component| piece.height() >= MIN_LETTER * scale.letter;
    let mut letters: Vec<(Span, &Component)> =
        line.pieces.iter().filter(is_letter).map(|piece| (Span::of(piece, &line.spine), piece)).collect();
    letters.sort_by(|a, b| a.0.middle().total_cmp(&b.0.middle()));
    let cuts = (1..letters.len()).filter_map(|n| {
        let (upper, lower) = letters.split_at(n);
        Some((overlap_of_rows(upper, lower, scale)?, [middle_of(upper), middle_of(lower)]))
    });
    cuts.min_by(|a, b| a.0.total_cmp(&b.0)).map(|cut| cut.1)
}

/// The mean of the letters' middles, weighted by their ink.
fn middle_of(row: &[(Span, &Component)]) -> f32 {
    row.iter().map(|(span, piece)| span.middle() * piece.area as f32).sum::<f32>() / ink(row).max(1.0)
}

fn ink(row: &[(Span, &Component)]) -> f32 {
    row.iter().map(|letter| letter.1.area as f32).sum()
}

/// The middles of two rows that touch here and there: where most strokes are crossed above and below a height at which
/// few are.
fn rows_touching(line: &LineInk, scale: WritingScale) -> Option<[f32; 2]> {
    let runs = || line.pieces.iter().flat_map(|piece| &piece.runs);
    let below = |run: &Run| run.y as f32 + 0.5 - line.spine.y_at(run.middle());
    let (top, bottom) = runs().map(below).fold((f32::MAX, f32::MIN), |(low, high), y| (low.min(y), high.max(y)));
    if bottom - top < MIN_TOUCHING * scale.letter {
        return None;
    }
    let mut crossings = vec![0f32; (bottom - top) as usize + 1];
    runs().for_each(|run| crossings[(below(run) - top) as usize] += (run.len() as f32 / scale.stroke).min(2.0));
    let reach = (scale.letter / 10.0) as usize;
    let smooth: Vec<f32> = (0..crossings.len())
        .map(|i| {
            let near = &crossings[i.saturating_sub(reach)..(i + reach + 1).min(crossings.len())];
            near.iter().sum::<f32>() / near.len() as f32
        })
        .collect();
    let peak = |from: usize, to: usize| (from..to).max_by(|&a, &b| smooth[a].total_cmp(&smooth[b]));
    let depth = |&(above, valley, below): &(usize, usize, usize)| smooth[valley] / smooth[above].min(smooth[below]);
    let valleys = (1..smooth.len() - 1).filter_map(|i| Some((peak(0, i)?, i, peak(i + 1, smooth.len())?)));
    let deepest = valleys.min_by(|a, b| depth(a).total_cmp(&depth(b)))?;
    let (above, _, below) = deepest;
    let is_apart = (below - above) as f32 >= MIN_ROW_DISTANCE * scale.letter;
    (is_apart && depth(&deepest) <= MAX_VALLEY).then(|| [above, below].map(|row| top + row as f32))
}

/// How far two groups of letters reach into each other; `None` where they are not two rows, one above the other.
fn overlap_of_rows(upper: &[(Span, &Component)], lower: &[(Span, &Component)], scale: WritingScale) -> Option<f32> {
    let bottom = upper.iter().map(|letter| letter.0.bottom).fold(f32::MIN, f32::max);
    let top = lower.iter().map(|letter| letter.0.top).fold(f32::MAX, f32::min);
    let lowest = lower.iter().map(|letter| letter.0.bottom).fold(f32::MIN, f32::max);
    let side = |row: &[(Span, &Component)]| {
        let left = row.iter().map(|letter| letter.1.left).min().unwrap_or(0);
        let right = row.iter().map(|letter| letter.1.right).max().unwrap_or(0);
        (left as f32, right as f32)
    };
    let (above, below) = (side(upper), side(lower));
    let shortest = (above.1 - above.0).min(below.1 - below.0);
    let shared = above.1.min(below.1) - above.0.max(below.0);
    let (ink_above, ink_below) = (ink(upper), ink(lower));
    let is_two_rows = bottom - top <= MAX_OVERLAP * (lowest - top)
        && shortest >= MIN_LENGTH * scale.letter
        && shared >= MIN_STACKED * shortest
        && ink_above.min(ink_below) >= MIN_SHARE * (ink_above + ink_below);
    is_two_rows.then_some(bottom - top)
}
