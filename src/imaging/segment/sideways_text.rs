//! Sideways text: labels that run up or down a page whose lines run across, such as the name of a tall box.
//!
//! The labeller calls their letters writing but finds no core through them, since cores run across. On the page turned
//! by a quarter it finds one.

use super::ink_labels::LabelMap;
use crate::imaging::{
    raster::{components::Component, writing_scale::WritingScale},
    tunable::tunable,
};

tunable! {
    /// Numbers of sideways text.
    pub struct SidewaysTextTuning {
        /// Widest gap between letters one above the other, in letter heights.
        /// Measured in 091908a on the 21 valid diagrams: as good as 1.2, which cut a label at its blank.
        max_gap_letters: f32 = 1.8,
        /// Widest gap between pieces side by side that belong together, in letter heights: a dot beside its i.
        /// No measurement recorded.
        max_side_gap_letters: f32 = 0.15,
        /// Size of the smallest piece, in letter heights.
        /// No measurement recorded.
        min_piece_letters: f32 = 0.15,
        /// Length of a label at least, in letter heights.
        /// No measurement recorded.
        min_length_letters: f32 = 1.5,
        /// Length of a label to its width, at least.
        /// No measurement recorded.
        min_aspect_ratio: f32 = 1.3,
        /// Fraction of a label's writing in cores across the page, at most. That of text across is two thirds.
        /// No measurement recorded.
        max_core_fraction: f32 = 0.3,
        /// Fraction of a label's writing in cores along it, at least.
        /// No measurement recorded.
        min_turned_core_fraction: f32 = 0.4,
    }
}

/// Groups of components, as indices, that may be sideways text: writing in long upright chains, with hardly any core
/// of lines across the page.
pub(super) fn sideways_groups(
    ink: &[Component],
    labels: &LabelMap,
    scale: WritingScale,
    tuning: &SidewaysTextTuning,
) -> Vec<Vec<usize>> {
    let is_piece = |c: &Component| {
        c.width().max(c.height()) >= tuning.min_piece_letters * scale.letter && labels.writing_of(c) > 0.5
    };
    let mut pieces: Vec<usize> = (0..ink.len()).filter(|&index| is_piece(&ink[index])).collect();
    pieces.sort_by_key(|&index| ink[index].left);
    let mut groups = connected(&pieces, ink, scale, tuning);
    groups.retain(|group| is_sideways(group, ink, labels, scale, tuning));
    groups
}

/// Joins pieces that lie near one another.
fn connected(pieces: &[usize], ink: &[Component], scale: WritingScale, tuning: &SidewaysTextTuning) -> Vec<Vec<usize>> {
    let beside = tuning.max_side_gap_letters * scale.letter;
    let between = tuning.max_gap_letters * scale.letter;
    let mut group_of: Vec<usize> = (0..pieces.len()).collect();
    let mut groups: Vec<Vec<usize>> = pieces.iter().map(|&piece| vec![piece]).collect();
    for (place, &a) in pieces.iter().enumerate() {
        let near = pieces[place + 1..].iter().take_while(|&&b| ink[b].left as f32 <= ink[a].right as f32 + beside);
        for (offset, &b) in near.enumerate() {
            let gap = ink[a].top.max(ink[b].top) as f32 - ink[a].bottom.min(ink[b].bottom) as f32;
            let (one, other) = (group_of[place], group_of[place + 1 + offset]);
            if gap > between || one == other {
                continue;
            }
            let moved = std::mem::take(&mut groups[other]);
            group_of.iter_mut().filter(|group| **group == other).for_each(|group| *group = one);
            groups[one].extend(moved);
        }
    }
    groups.retain(|group| !group.is_empty());
    groups
}

fn is_sideways(
    group: &[usize],
    ink: &[Component],
    labels: &LabelMap,
    scale: WritingScale,
    tuning: &SidewaysTextTuning,
) -> bool {
    let parts = || group.iter().map(|&index| &ink[index]);
    let side = |low: fn(&Component) -> u32, high: fn(&Component) -> u32| {
        parts().map(high).max().unwrap_or(0).saturating_sub(parts().map(low).min().unwrap_or(0)) as f32
    };
    let (width, length) = (side(|c| c.left, |c| c.right), side(|c| c.top, |c| c.bottom));
    length >= tuning.min_length_letters * scale.letter
        && length >= tuning.min_aspect_ratio * width
        && labels.part_in_cores(parts()).is_some_and(|part| part <= tuning.max_core_fraction)
}
