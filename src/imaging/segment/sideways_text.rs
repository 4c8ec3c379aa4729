//! Sideways text: labels that run up or down a page whose lines run across, such as the name of a tall box.
//!
//! The labeller calls their letters writing but finds no core through them, since cores run across. On the page turned
//! by a quarter it finds one.

use super::ink_labels::LabelMap;
use crate::imaging::{
    geometry::quarter_turn::QuarterTurn,
    raster::{
        components::{Component, components, drawn, root},
        writing_scale::WritingScale,
    },
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
    let mut parents: Vec<usize> = (0..pieces.len()).collect();
    for (place, &a) in pieces.iter().enumerate() {
        let near = pieces[place + 1..].iter().take_while(|&&b| ink[b].left as f32 <= ink[a].right as f32 + beside);
        for (offset, &b) in near.enumerate() {
            let gap = ink[a].top.max(ink[b].top) as f32 - ink[a].bottom.min(ink[b].bottom) as f32;
            if gap <= between {
                let (one, other) = (root(&mut parents, place), root(&mut parents, place + 1 + offset));
                parents[one.max(other)] = one.min(other);
            }
        }
    }
    let mut groups: Vec<Vec<usize>> = vec![Vec::new(); pieces.len()];
    for (place, &piece) in pieces.iter().enumerate() {
        groups[root(&mut parents, place)].push(piece);
    }
    groups.retain(|group| !group.is_empty());
    groups
}

/// Components of a page of this height after its left side became its top.
pub(super) fn turned_right(parts: &[&Component], page_height: u32) -> Vec<Component> {
    let Bounds { left, top, right, bottom } = Bounds::of(parts);
    let at_origin: Vec<Component> = parts.iter().map(|part| part.moved(-(left as i32), -(top as i32))).collect();
    let turned = QuarterTurn::Right.turn(&drawn(&at_origin, right - left, bottom - top));
    components(&turned).iter().map(|part| part.moved((page_height - bottom) as i32, left as i32)).collect()
}

/// The box around components; the right and lower edge are exclusive.
struct Bounds {
    left: u32,
    top: u32,
    right: u32,
    bottom: u32,
}

impl Bounds {
    fn of(parts: &[&Component]) -> Self {
        let least = |side: fn(&Component) -> u32| parts.iter().map(|part| side(part)).min().unwrap_or(0);
        let most = |side: fn(&Component) -> u32| parts.iter().map(|part| side(part)).max().unwrap_or(0);
        Self { left: least(|c| c.left), top: least(|c| c.top), right: most(|c| c.right), bottom: most(|c| c.bottom) }
    }
}

fn is_sideways(
    group: &[usize],
    ink: &[Component],
    labels: &LabelMap,
    scale: WritingScale,
    tuning: &SidewaysTextTuning,
) -> bool {
    let parts: Vec<&Component> = group.iter().map(|&index| &ink[index]).collect();
    let Bounds { left, top, right, bottom } = Bounds::of(&parts);
    let (width, length) = ((right - left) as f32, (bottom - top) as f32);
    length >= tuning.min_length_letters * scale.letter
        && length >= tuning.min_aspect_ratio * width
        && labels.part_in_cores(parts).is_some_and(|part| part <= tuning.max_core_fraction)
}
