//! Circles with nothing inside.

use imageproc::distance_transform::Norm;

use super::closing::closing_px;
use crate::imaging::{
    raster::{
        closed_contours::{insides, on_own_paper},
        components::{Component, hull_area},
        writing_scale::WritingScale,
    },
    tunable::{Interval, tunable},
};

tunable! {
    /// The shape of a circle. The disc is its ink and what that encloses.
    ///
    /// Measured in 664f14c with all other markers but arrows: made pages of 11 items, 306 of 309 markers found, and
    /// none on 1,305 lines without any.
    pub struct CircleShape {
        /// Longer side, in letter heights.
        /// Measured in 664f14c.
        size_letters: Interval = Interval::new(0.25, 1.2),
        /// Width to height.
        /// Measured in 664f14c.
        aspect_ratio: Interval = Interval::new(0.8, 1.3),
        /// Fraction of its box that the disc fills; a true disc fills 0.79.
        /// Measured in 664f14c.
        fill_fraction: Interval = Interval::new(0.7, 0.88),
        /// Fraction of its convex hull that the disc fills, at least. Lowering it finds letters such as a and D.
        /// Measured in 664f14c.
        min_solidity_fraction: f32 = 0.93,
        /// Fraction of the disc that is paper, at least.
        /// Measured in 664f14c.
        min_hole_fraction: f32 = 0.2,
        /// Half the width of gaps in the outline that are closed, in letter heights.
        /// Measured in 664f14c.
        closing_letters: f32 = 0.08,
    }
}

impl CircleShape {
    /// Whether a piece of ink is a circle with nothing inside.
    pub(super) fn fits(&self, piece: &Component, scale: WritingScale) -> bool {
        let size = piece.width().max(piece.height()) / scale.letter;
        if !self.size_letters.contains(size) || !self.aspect_ratio.contains(piece.width() / piece.height()) {
            return false;
        }
        let closing = closing_px(self.closing_letters, scale);
        let discs = insides(&on_own_paper(piece, closing), closing, closing, Norm::L2);
        let disc = discs.into_iter().map(|disc| disc.area).max().unwrap_or(0) as f32;
        self.fill_fraction.contains(disc / (piece.width() * piece.height()))
            && disc >= self.min_solidity_fraction * hull_area(piece)
            && disc - piece.area as f32 >= self.min_hole_fraction * disc
    }
}
