//! Arrows to the right: a level shaft, and at its end a head as much above as below it.

use super::columns::{Column, columns_of};
use crate::imaging::{
    raster::{components::Component, writing_scale::WritingScale},
    tunable::{Interval, tunable},
};

tunable! {
    /// The shape of an arrow.
    ///
    /// Measured in d046c1e: 129 of 132 arrows found on made pages, none on 1,305 lines of pages and 1,382 line images
    /// without any.
    pub struct ArrowShape {
        /// Width, in letter heights.
        /// Measured in d046c1e.
        width_letters: Interval = Interval::new(0.6, 4.0),
        /// Height, in letter heights.
        /// Measured in d046c1e.
        height_letters: Interval = Interval::new(0.25, 1.3),
        /// Width to height, at least.
        /// Measured in d046c1e.
        min_aspect_ratio: f32 = 1.1,
        /// Length of the part from the left end that must be bare shaft, as a fraction of the width.
        /// Measured in d046c1e.
        shaft_fraction: f32 = 0.4,
        /// Thickness of the shaft, at most, in stroke widths.
        /// Measured in d046c1e.
        max_shaft_strokes: f32 = 2.2,
        /// Fraction of the shaft's columns that are no thicker than that, at least.
        /// Measured in d046c1e.
        min_thin_fraction: f32 = 0.9,
        /// Rise and fall of the shaft, at most, as a fraction of the arrow's height.
        /// Measured in d046c1e.
        max_bend_fraction: f32 = 0.3,
        /// Height of the head where it is highest, at least, as a fraction of the arrow's height.
        /// Measured in d046c1e.
        min_head_fraction: f32 = 0.75,
        /// Height of the last eighth of the head, at most, as a fraction of the arrow's height.
        /// Measured in d046c1e.
        max_tip_fraction: f32 = 0.55,
        /// Fraction of the head's columns that are higher than the one before, behind the highest, at most.
        /// Measured in d046c1e.
        max_rises_fraction: f32 = 0.15,
        /// Distance of shaft and tip from the arrow's middle, at most, as a fraction of its height.
        /// Measured in d046c1e.
        max_off_centre_fraction: f32 = 0.27,
    }
}

impl ArrowShape {
    /// Whether ink is an arrow to the right.
    pub(super) fn fits(&self, ink: &Component, scale: WritingScale) -> bool {
        let (width, height) = (ink.width() / scale.letter, ink.height() / scale.letter);
        if !self.width_letters.contains(width)
            || !self.height_letters.contains(height)
            || width < self.min_aspect_ratio * height
        {
            return false;
        }
        let columns = columns_of(ink);
        let (shaft, head) = columns.split_at((self.shaft_fraction * columns.len() as f32) as usize);
        !head.is_empty() && self.is_shaft(shaft, ink, scale) && self.is_head(head, ink)
    }

    /// Whether columns are thin, straight and half-way up the arrow.
    fn is_shaft(&self, shaft: &[Column], ink: &Component, scale: WritingScale) -> bool {
        let max_span = self.max_shaft_strokes * scale.stroke;
        let is_thin = |column: &&Column| column.has_ink() && column.span() as f32 <= max_span;
        let thin: Vec<f32> = shaft.iter().filter(is_thin).map(|column| column.middle()).collect();
        let (lowest, highest) = thin.iter().fold((f32::MAX, f32::MIN), |(low, high), &y| (low.min(y), high.max(y)));
        thin.len() as f32 >= self.min_thin_fraction * shaft.len() as f32
            && highest - lowest <= self.max_bend_fraction * ink.height()
            && self.is_centred(shaft, ink)
    }

    /// Whether columns rise to the arrow's height at once and narrow to a tip half-way up.
    fn is_head(&self, head: &[Column], ink: &Component) -> bool {
        let span = |column: &Column| column.span() as f32;
        let widest = (0..head.len()).max_by(|&a, &b| span(&head[a]).total_cmp(&span(&head[b]))).unwrap_or(0);
        let tip = &head[head.len() - (head.len() / 8).max(1)..];
        let n_rises = head[widest..].windows(2).filter(|pair| span(&pair[1]) > span(&pair[0]) + 1.0).count();
        span(&head[widest]) >= self.min_head_fraction * ink.height()
            && tip.iter().all(|column| span(column) <= self.max_tip_fraction * ink.height())
            && n_rises as f32 <= self.max_rises_fraction * head.len() as f32
            && self.is_centred(tip, ink)
    }

    fn is_centred(&self, columns: &[Column], ink: &Component) -> bool {
        let y = columns.iter().map(|column| column.middle()).sum::<f32>() / columns.len() as f32;
        ((y - ink.top as f32) / ink.height() - 0.5).abs() <= self.max_off_centre_fraction
    }
}
