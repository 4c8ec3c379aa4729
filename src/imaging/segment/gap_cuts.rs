//! Lines cut at gaps that their labels show no core across, and between enclosures side by side.

use super::{ink_labels::LabelMap, line_ink::LineInk, outline::OwnerMap, spines::spine::Spine};
use crate::imaging::{
    raster::{components::Component, writing_scale::WritingScale},
    tunable::tunable,
};

tunable! {
    /// Numbers of cutting lines.
    pub struct GapCutTuning {
        /// Widest gap inside a line without labels, in letter heights. Raising it joins columns; lowering it cuts
        /// widely spaced writing.
        /// No measurement recorded (6486501).
        max_gap_letters: f32 = 4.0,
        /// Gap from which a line is cut where its labels show no core across it, in letter heights.
        /// Measured in 2bb9024 with labels that were half learnt, on the 47 rebuilt pages, which chose it: F at 0.5
        /// 99.0 % instead of 96.1 % with 2.2.
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

/// What tells whether a gap parts a line.
pub(super) struct GapCutter<'a, E> {
    /// The page's labels and the owners of its ink; without them, the gap's width alone decides.
    pub(super) labels: Option<(&'a LabelMap, &'a OwnerMap)>,
    /// The index of the enclosure that a piece lies in, if any: one that follows another parts the line.
    pub(super) enclosure_of: E,
    pub(super) scale: WritingScale,
    pub(super) tuning: &'a GapCutTuning,
}

impl<E: Fn(&Component) -> Option<usize>> GapCutter<'_, E> {
    /// The parts of a line.
    pub(super) fn cut(&self, mut line: LineInk) -> Vec<LineInk> {
        line.pieces.sort_by_key(|piece| (piece.left, piece.top));
        let mut parts: Vec<Vec<Component>> = Vec::new();
        let (mut right, mut last_enclosure) = (f32::MIN, None);
        for piece in line.pieces {
            let (left, enclosure) = (piece.left as f32, (self.enclosure_of)(&piece));
            let is_cut = self.parts(right, left, &line.spine)
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

    /// Whether the gap between two places on a line's spine parts the line.
    fn parts(&self, from: f32, to: f32, spine: &Spine) -> bool {
        let (gap, tuning) = ((to - from) / self.scale.letter, self.tuning);
        let Some((labels, owners)) = self.labels else { return gap > tuning.max_gap_letters };
        if gap <= tuning.min_parted_gap_letters || gap > tuning.max_cored_gap_letters {
            return gap > tuning.max_cored_gap_letters;
        }
        let across = Across { from, to, spine, labels };
        let is_parted = || {
            across.mean(LabelMap::separator_at) >= tuning.min_separator_fraction
                || across.is_crossed(owners, self.scale.letter)
        };
        across.mean(LabelMap::core_at) < tuning.min_core_fraction
            && (gap > tuning.min_coreless_gap_letters || is_parted())
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imaging::raster::components::components;
    use image::{GrayImage, Luma};

    const SIZE: (u32, u32) = (400, 40);
    const SCALE: WritingScale = WritingScale { letter: 20.0, stroke: 2.0 };

    fn bar(from: u32, to: u32, height: u32) -> Vec<Component> {
        let is_ink = |x: u32, y: u32| (from..to).contains(&x) && (20 - height / 2..20 + height / 2).contains(&y);
        components(&GrayImage::from_fn(SIZE.0, SIZE.1, |x, y| Luma([if is_ink(x, y) { 255 } else { 0 }])))
    }

    /// Parts of two words with a gap of three letters between them.
    fn n_parts([has_core, has_separator]: [bool; 2], drawn: &[Component]) -> usize {
        let labels = LabelMap::of_places(SIZE, |_, _| true, |_, _| has_core, |_, _| has_separator);
        let owners = OwnerMap::of_drawings(drawn, &[], SIZE);
        let tuning = GapCutTuning::default();
        let cutter = GapCutter {
            labels: Some((&labels, &owners)),
            enclosure_of: |_: &Component| None,
            scale: SCALE,
            tuning: &tuning,
        };
        let spine = Spine::level(0.0, 400.0, 20.0);
        let pieces = [bar(20, 100, 12), bar(160, 300, 12)].concat();
        cutter.cut(LineInk { spine, pieces }).len()
    }

    #[test]
    fn a_gap_parts_a_line_where_something_says_so() {
        assert_eq!(n_parts([true, false], &[]), 1, "a core runs across");
        assert_eq!(n_parts([false, false], &[]), 1, "nothing parts the words");
        assert_eq!(n_parts([false, true], &[]), 2, "the ground belongs to two lines");
        assert_eq!(n_parts([false, false], &bar(128, 131, 30)), 2, "a stroke is drawn between them");
        assert_eq!(n_parts([true, true], &[]), 1, "a core counts more than the ground around it");
    }
}
