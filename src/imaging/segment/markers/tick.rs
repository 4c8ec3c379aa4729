//! Ticks: one stroke from left to right, down by a short way and up by a longer one.

use super::columns::columns_of;
use crate::imaging::{
    raster::{components::Component, writing_scale::WritingScale},
    tunable::{Interval, tunable},
};

tunable! {
    /// The shape of a tick.
    ///
    /// Measured in 664f14c with all other markers but arrows: made pages of 11 items, 306 of 309 markers found, and
    /// none on 1,305 lines without any.
    pub struct TickShape {
        /// Longer side, in letter heights.
        /// Measured in 664f14c.
        size_letters: Interval = Interval::new(0.5, 2.2),
        /// Width to height.
        /// Measured in 664f14c.
        aspect_ratio: Interval = Interval::new(0.5, 2.5),
        /// Place of the foot, its lowest column, as a fraction of the width from the left.
        /// Measured in 664f14c.
        foot_fraction: Interval = Interval::new(0.08, 0.55),
        /// Height of the left arm's top, as a fraction of the height from the top.
        /// Measured in 664f14c.
        left_arm_fraction: Interval = Interval::new(0.25, 0.85),
        /// Place of the tip, its highest column, as a fraction of the width from the left, at least.
        /// Measured in 664f14c.
        min_tip_fraction: f32 = 0.8,
        /// Fraction of what lies between the upper and the lower edge that is ink, at least: a tick is a single stroke.
        /// Measured in 664f14c.
        min_single_stroke_fraction: f32 = 0.8,
    }
}

impl TickShape {
    /// Whether a piece of ink is a tick.
    pub(super) fn fits(&self, piece: &Component, scale: WritingScale) -> bool {
        let size = piece.width().max(piece.height()) / scale.letter;
        if !self.size_letters.contains(size) || !self.aspect_ratio.contains(piece.width() / piece.height()) {
            return false;
        }
        let columns = columns_of(piece);
        let foot = (0..columns.len()).max_by_key(|&x| columns[x].bottom).unwrap_or(0);
        let tip = (0..columns.len()).min_by_key(|&x| columns[x].top).unwrap_or(0);
        let left_arm = columns[..=foot].iter().map(|column| column.top).min().unwrap_or(piece.top) - piece.top;
        let n_between: u32 = columns.iter().map(|column| column.span()).sum();
        self.foot_fraction.contains(foot as f32 / piece.width())
            && self.left_arm_fraction.contains(left_arm as f32 / piece.height())
            && tip as f32 >= self.min_tip_fraction * piece.width()
            && piece.area as f32 >= self.min_single_stroke_fraction * n_between as f32
    }
}
