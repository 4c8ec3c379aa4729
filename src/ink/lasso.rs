//! The lasso: which strokes a line drawn around them takes, and what is done to those.

use std::{collections::BTreeSet, ops::RangeInclusive};

use super::stroke::Stroke;
use crate::page::{Point, Rect};

/// How far strokes can be scaled in one go.
const SCALES: RangeInclusive<f32> = 0.1..=10.0;

/// Strokes moved and scaled together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StrokeMotion {
    /// The point that scaling leaves where it is, in page pixels.
    pub anchor: Point,
    /// The new size as a share of the old one; thickness follows.
    pub scale: f32,
    /// The way of the anchor, in page pixels.
    pub by: Point,
}

impl StrokeMotion {
    /// Strokes moved alone.
    pub fn by(by: Point) -> Self {
        Self { anchor: Point::default(), scale: 1.0, by }
    }

    /// Strokes scaled about `anchor`, so that `from` comes as near to `to` as one scale for both directions allows.
    pub fn scaling(anchor: Point, from: Point, to: Point) -> Self {
        let reach = from.distance(anchor);
        let along = (to.x - anchor.x) * (from.x - anchor.x) + (to.y - anchor.y) * (from.y - anchor.y);
        let scale = if reach > 0.0 { along / (reach * reach) } else { 1.0 };
        Self { anchor, scale: scale.clamp(*SCALES.start(), *SCALES.end()), by: Point::default() }
    }

    /// Where a point comes.
    pub fn of(&self, point: Point) -> Point {
        Point::new(
            self.anchor.x + self.scale * (point.x - self.anchor.x) + self.by.x,
            self.anchor.y + self.scale * (point.y - self.anchor.y) + self.by.y,
        )
    }

    /// Where a stroke comes.
    pub fn of_stroke(&self, stroke: &Stroke) -> Stroke {
        Stroke { width: stroke.width * self.scale, ..stroke.moved(|point| self.of(point)) }
    }
}

/// The indices of the strokes that lie mostly inside the polygon.
pub fn strokes_inside(strokes: &[Stroke], polygon: &[Point]) -> BTreeSet<usize> {
    let taken = strokes.iter().enumerate().filter(|(_, stroke)| takes(stroke, polygon));
    taken.map(|(index, _)| index).collect()
}

/// The box around strokes; `None` without any.
pub fn bounds_of<'a>(strokes: impl IntoIterator<Item = &'a Stroke>) -> Option<Rect> {
    let corners = strokes.into_iter().filter_map(Stroke::bounds).flat_map(Rect::corners);
    Rect::around(corners)
}

/// Whether most of a stroke lies inside the polygon.
pub(super) fn takes(stroke: &Stroke, polygon: &[Point]) -> bool {
    let n_inside = stroke.points.iter().filter(|point| point.is_inside(polygon)).count();
    2 * n_inside > stroke.points.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_lasso_takes_what_lies_mostly_in_it() {
        let square = [(0.0, -5.0), (60.0, -5.0), (60.0, 5.0), (0.0, 5.0)].map(|(x, y)| Point::new(x, y));
        let dots = |from: u8, to: u8| Stroke::new((from..to).map(|x| Point::new(f32::from(x), 0.0)).collect(), 2.0);
        assert!(takes(&dots(10, 80), &square));
        assert!(!takes(&dots(40, 90), &square));
        assert!(!takes(&dots(0, 9), &square[..2]), "a line holds nothing");
    }

    proptest! {
        #[test]
        fn a_corner_that_is_drawn_follows_the_pointer(scale in 0.2_f32..5.0) {
            let (anchor, corner) = (Point::new(10.0, 10.0), Point::new(40.0, 50.0));
            let to = Point::new(10.0 + 30.0 * scale, 10.0 + 40.0 * scale);
            let motion = StrokeMotion::scaling(anchor, corner, to);
            prop_assert!(motion.of(corner).distance(to) < 1e-3);
            prop_assert!(motion.of(anchor).distance(anchor) < 1e-3);
        }
    }
}
