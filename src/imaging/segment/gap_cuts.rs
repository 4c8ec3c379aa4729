//! Lines cut at wide gaps, at upright strokes and between enclosures side by side.

use super::{
    drawings::straight_stroke::StraightStroke,
    ink_labels::LabelMap,
    line_ink::{Extent, LineInk},
    outline::OwnerMap,
    spines::spine::Spine,
};
use crate::imaging::{
    raster::{components::Component, writing_scale::WritingScale},
    tunable::tunable,
};

tunable! {
    /// Numbers of cutting lines.
    pub struct GapCutTuning {
        /// Widest gap inside a line, in letter heights. Raising it joins columns; lowering it cuts widely spaced
        /// writing.
        /// No measurement recorded (6486501).
        max_gap_letters: f32 = 4.0,
        /// Distance between a gap and an upright stroke that cuts the line there, at most, in letter heights.
        /// No measurement recorded (6ee3e87).
        stroke_slack_letters: f32 = 0.3,
        /// Gap from which a line is cut where its labels show no core across it, in letter heights.
        /// No measurement recorded.
        min_coreless_gap_letters: f32 = 4.0,
        /// Gap from which a line is cut where its labels show no core across it but ground between lines, or where a
        /// drawing crosses it, in letter heights.
        /// No measurement recorded.
        min_parted_gap_letters: f32 = 0.5,
        /// Mean probability of ground between lines across a gap, from which it parts the line.
        /// No measurement recorded.
        min_separator_fraction: f32 = 0.35,
        /// Mean probability of a core across a gap below which it shows none.
        /// No measurement recorded.
        min_core_fraction: f32 = 0.35,
        /// Widest gap inside a line, in letter heights, where its labels show a core across it.
        /// No measurement recorded.
        max_cored_gap_letters: f32 = 14.0,
    }
}

/// Heights at which a stroke crosses a gap, from the spine, in letter heights. No measurement recorded.
const CROSSED_HEIGHTS: [f32; 3] = [-0.3, 0.0, 0.3];
/// Reach to the left of a piece that the ink before it counts from where the line's height is measured, in working
/// pixels.
/// No measurement recorded (6ee3e87).
const MAX_HEIGHT_REACH: f32 = 1000.0;

/// Cuts a line where its labels show no core across a gap, and where one enclosure follows another.
pub(super) fn cut_at_coreless_gaps(
    mut line: LineInk,
    labels: &LabelMap,
    map: &OwnerMap,
    enclosure_of: &impl Fn(&Component) -> Option<usize>,
    scale: WritingScale,
    tuning: &GapCutTuning,
) -> Vec<LineInk> {
    line.pieces.sort_by_key(|piece| (piece.left, piece.top));
    let mut parts: Vec<Vec<Component>> = Vec::new();
    let (mut right, mut last_enclosure) = (f32::MIN, None);
    for piece in line.pieces {
        let (left, enclosure) = (piece.left as f32, enclosure_of(&piece));
        let gap = (left - right) / scale.letter;
        let across = Across { from: right, to: left, spine: &line.spine, labels };
        let is_coreless = || across.mean(LabelMap::core_at) < tuning.min_core_fraction;
        let is_parted = || {
            across.mean(LabelMap::separator_at) >= tuning.min_separator_fraction || across.is_crossed(map, scale.letter)
        };
        let is_cut = gap > tuning.max_cored_gap_letters
            || (gap > tuning.min_parted_gap_letters
                && is_coreless()
                && (gap > tuning.min_coreless_gap_letters || is_parted()))
            || last_enclosure.zip(enclosure).is_some_and(|(last, enclosure)| last != enclosure);
        last_enclosure = enclosure;
        right = right.max(piece.right as f32);
        match parts.last_mut() {
            Some(part) if !is_cut => part.push(piece),
            _ => parts.push(vec![piece]),
        }
    }
    parts.into_iter().map(|pieces| LineInk { spine: line.spine.clone(), pieces }).collect()
}

/// A gap along a line's spine, in working pixels.
struct Across<'a> {
    from: f32,
    to: f32,
    spine: &'a Spine,
    labels: &'a LabelMap,
}

impl Across<'_> {
    /// The mean of a label along the spine.
    fn mean(&self, label: impl Fn(&LabelMap, f32, f32) -> f32) -> f32 {
        let n = ((self.to - self.from) / self.labels.cell).ceil().max(1.0) as usize;
        let at = |i: usize| {
            let x = self.from + (self.to - self.from) * (i as f32 + 0.5) / n as f32;
            label(self.labels, x, self.spine.y_at(x))
        };
        (0..n).map(at).sum::<f32>() / n as f32
    }

    /// Whether a drawn stroke crosses the zone of small letters.
    fn is_crossed(&self, map: &OwnerMap, letter: f32) -> bool {
        CROSSED_HEIGHTS.iter().all(|height| {
            (self.from as i32..self.to as i32)
                .any(|x| map.is_drawn(x, (self.spine.y_at(x as f32) + height * letter) as i32))
        })
    }
}

/// Cuts a line where wide paper or an upright stroke separates its pieces, and where one enclosure follows another:
/// `enclosure_of` gives the index of the one that a piece lies in, if any.
pub(super) fn cut_at_gaps(
    mut line: LineInk,
    strokes: &[StraightStroke],
    enclosure_of: &impl Fn(&Component) -> Option<usize>,
    scale: WritingScale,
    tuning: &GapCutTuning,
) -> Vec<LineInk> {
    line.pieces.sort_by_key(|piece| (piece.left, piece.top));
    let mut parts: Vec<Vec<Component>> = Vec::new();
    let (mut right, mut last_enclosure) = (f32::MIN, None);
    let slack = tuning.stroke_slack_letters * scale.letter;
    for piece in line.pieces {
        let (left, enclosure) = (piece.left as f32, enclosure_of(&piece));
        let y = line.spine.y_at(f32::midpoint(left, right.max(left - MAX_HEIGHT_REACH)));
        let gap = Extent { left: right, right: left };
        let is_cut = left - right > tuning.max_gap_letters * scale.letter
            || (left > right && strokes.iter().any(|stroke| separates(stroke, gap, y, slack)))
            || last_enclosure.zip(enclosure).is_some_and(|(last, enclosure)| last != enclosure);
        last_enclosure = enclosure;
        right = right.max(piece.right as f32);
        match parts.last_mut() {
            Some(part) if !is_cut => part.push(piece),
            _ => parts.push(vec![piece]),
        }
    }
    parts.into_iter().map(|pieces| LineInk { spine: line.spine.clone(), pieces }).collect()
}

/// Whether an upright stroke crosses the height `y` in the gap or at most `slack` beside it.
fn separates(stroke: &StraightStroke, gap: Extent, y: f32, slack: f32) -> bool {
    let (top, bottom) = (stroke.from.y.min(stroke.to.y), stroke.from.y.max(stroke.to.y));
    let x = f32::midpoint(stroke.from.x, stroke.to.x);
    stroke.is_upright() && (gap.left - slack..=gap.right + slack).contains(&x) && (top..=bottom).contains(&y)
}
