//! Boxes, with or without something inside.

use imageproc::{distance_transform::Norm, geometry::contour_area, point::Point as PixelPoint};

use super::{
    closing::{closing_px, opening_px},
    pieces::joined,
};
use crate::{
    imaging::{
        raster::{
            closed_contours::{insides, margin, on_own_paper},
            components::Component,
            writing_scale::WritingScale,
        },
        tunable::{Interval, tunable},
    },
    page::MarkerKind,
};

tunable! {
    /// The shape of a box to tick.
    ///
    /// Measured in 664f14c with all other markers but arrows: made pages of 11 items, 306 of 309 markers found, and
    /// none on 1,305 lines without any.
    pub struct CheckBoxShape {
        /// Width and height, in letter heights.
        /// Measured in 664f14c.
        size_letters: Interval = Interval::new(0.35, 1.9),
        /// Width to height.
        /// Measured in 664f14c.
        aspect_ratio: Interval = Interval::new(0.72, 1.6),
        /// Area between its four corners, as a fraction of its inside, at least; that of a circle is 0.64, that of a D
        /// 0.8.
        /// Measured in 664f14c.
        min_corners_fraction: f32 = 0.9,
        /// Fraction of its bounds that the inside fills, at least: small letters may look like a box.
        /// Measured in 664f14c.
        min_fill_fraction: f32 = 0.72,
        /// Shorter side, at least, in letter heights: small letters may look like a box.
        /// Measured in 664f14c.
        min_side_letters: f32 = 0.6,
        /// Reach of the outline out of the box, at most, in stroke widths; only a tick reaches further, up or to the
        /// right.
        /// Measured in 664f14c.
        max_beyond_strokes: f32 = 1.2,
        /// Reach of a tick out of the box, at most, in letter heights.
        /// Measured in 664f14c.
        max_tick_letters: f32 = 1.2,
        /// Ink inside a ticked box, as a fraction of the inside; less is an empty box, more a blot.
        /// Measured in 664f14c.
        ticked_fraction: Interval = Interval::new(0.06, 0.8),
        /// Half the width of gaps in the outline that are closed, in letter heights.
        /// Measured in 664f14c.
        closing_letters: f32 = 0.08,
        /// Half the thickness of strokes that are removed to find the inside, in stroke widths.
        /// Measured in 664f14c.
        opening_strokes: f32 = 1.5,
    }
}

impl CheckBoxShape {
    /// [`MarkerKind::Box`] or [`MarkerKind::TickedBox`] where the pieces of ink are one.
    pub(super) fn kind(&self, pieces: &[Component], scale: WritingScale) -> Option<MarkerKind> {
        let outlined = Outlined::of(pieces, scale, self)?;
        let (width, height) = outlined.size();
        let has_size = self.size_letters.contains(width / scale.letter)
            && self.size_letters.contains(height / scale.letter)
            && self.aspect_ratio.contains(width / height);
        if !has_size {
            return None;
        }
        let inside = &outlined.inside;
        let max_beyond = outlined.stroke + self.max_beyond_strokes * scale.stroke;
        let is_box = corners_area(inside) / inside.area as f32 >= self.min_corners_fraction
            && inside.density() >= self.min_fill_fraction
            && width.min(height) >= self.min_side_letters * scale.letter
            && outlined.beside <= max_beyond;
        let is_empty = outlined.ticked < self.ticked_fraction.from && outlined.beyond <= max_beyond;
        if is_box && is_empty {
            return Some(MarkerKind::Box);
        }
        (is_box && self.ticked_fraction.contains(outlined.ticked)).then_some(MarkerKind::TickedBox)
    }
}

/// Strokes and what they enclose.
struct Outlined {
    inside: Component,
    /// Fraction of the inside that is ink.
    ticked: f32,
    /// Reach of the strokes out of the inside to the left or down, in pixels.
    beside: f32,
    /// Their reach up or to the right, where ticks end, in pixels.
    beyond: f32,
    /// Their reach where there is nothing but the outline, in pixels.
    stroke: f32,
}

impl Outlined {
    fn of(pieces: &[Component], scale: WritingScale, shape: &CheckBoxShape) -> Option<Self> {
        let closing = closing_px(shape.closing_letters, scale);
        let opening = opening_px(shape.opening_strokes, closing, scale);
        let all = joined(pieces);
        if all.width().max(all.height()) > (shape.size_letters.to + shape.max_tick_letters) * scale.letter {
            return None;
        }
        let margin = margin(closing);
        let ink = on_own_paper(&all, closing);
        let inside = insides(&ink, closing, opening, Norm::L2).into_iter().max_by_key(|inside| inside.area)?;
        let places = inside.runs.iter().flat_map(|run| (run.start..run.end).map(|x| (x, run.y)));
        let n_ticked = places.filter(|&(x, y)| ink.get_pixel(x, y).0[0] > 0).count();
        let end = |inside: u32, all: u32| (all + margin).saturating_sub(inside);
        let beside = inside.left.saturating_sub(margin).max(end(inside.bottom, all.bottom - all.top));
        let beyond = inside.top.saturating_sub(margin).max(end(inside.right, all.right - all.left));
        Some(Self {
            ticked: n_ticked as f32 / inside.area as f32,
            beside: beside as f32,
            beyond: beyond as f32,
            stroke: f32::from(opening - closing),
            inside,
        })
    }

    /// Width and height with the outline.
    fn size(&self) -> (f32, f32) {
        (self.inside.width() + 2.0 * self.stroke, self.inside.height() + 2.0 * self.stroke)
    }
}

/// The area between the four points of a shape that lie furthest towards its corners, in pixels.
fn corners_area(shape: &Component) -> f32 {
    let furthest = |(right, down): (i32, i32)| {
        shape.corners().max_by_key(|p| right * p.x + down * p.y).unwrap_or(PixelPoint::new(0, 0))
    };
    contour_area(&[(-1, -1), (1, -1), (1, 1), (-1, 1)].map(furthest)).abs() as f32
}
