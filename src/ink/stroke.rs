//! A pen stroke: the pen's path between touching and leaving the paper.

use serde::{Deserialize, Serialize};

use crate::page::{Point, Rect};

/// A pen stroke in page pixels: a polyline of constant width with round ends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stroke {
    /// The pen's path; a single point is a dot.
    pub points: Vec<Point>,
    /// Thickness in pixels.
    pub width: f32,
}

impl Stroke {
    /// The segments; that of a dot has no length.
    pub fn segments(&self) -> impl Iterator<Item = (Point, Point)> + '_ {
        let dot = (self.points.len() == 1).then(|| (self.points[0], self.points[0]));
        self.points.windows(2).map(|pair| (pair[0], pair[1])).chain(dot)
    }

    /// Whether the ink comes within `radius` pixels of `point`.
    pub fn touches(&self, point: Point, radius: f32) -> bool {
        let reach = radius + self.width / 2.0;
        self.segments().any(|(a, b)| distance_to_segment(point, a, b) <= reach)
    }

    /// The bounding box of the ink; `None` without points.
    pub fn bounds(&self) -> Option<Rect> {
        let half = self.width / 2.0;
        let bounds = Rect::around(self.points.iter().copied())?;
        Some(Rect::new(bounds.x0 - half, bounds.y0 - half, bounds.x1 + half, bounds.y1 + half))
    }
}

/// Distance from `point` to the nearest point of the segment from `a` to `b`.
pub(super) fn distance_to_segment(point: Point, a: Point, b: Point) -> f32 {
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    let length_squared = dx * dx + dy * dy;
    let t = if length_squared > 0.0 { ((point.x - a.x) * dx + (point.y - a.y) * dy) / length_squared } else { 0.0 };
    let t = t.clamp(0.0, 1.0);
    point.distance(Point::new(a.x + t * dx, a.y + t * dy))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stroke_is_touched_along_its_length_and_not_beside_it() {
        let stroke = Stroke { points: vec![Point::new(0.0, 0.0), Point::new(10.0, 0.0)], width: 2.0 };
        assert!(stroke.touches(Point::new(5.0, 2.5), 2.0));
        assert!(!stroke.touches(Point::new(5.0, 3.5), 2.0));
        assert!(!stroke.touches(Point::new(14.0, 0.0), 2.0));
    }

    #[test]
    fn a_dot_has_a_segment_and_a_box() {
        let dot = Stroke { points: vec![Point::new(3.0, 4.0)], width: 2.0 };
        assert_eq!(dot.segments().count(), 1);
        assert!(dot.touches(Point::new(3.0, 5.0), 0.0));
        assert_eq!(dot.bounds(), Some(Rect::new(2.0, 3.0, 4.0, 5.0)));
    }
}
