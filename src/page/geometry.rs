//! Points, rectangles and baselines in upright page pixels, y down.

use serde::{Deserialize, Serialize};

/// A point in upright page pixels. Serialized as `[x, y]`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "[f32; 2]", into = "[f32; 2]")]
pub struct Point {
    /// Pixels right of the page's left edge.
    pub x: f32,
    /// Pixels below the page's top edge.
    pub y: f32,
}

impl Point {
    /// The point at `x`, `y`.
    pub const fn new(x: f32, y: f32) -> Self {
        Self { x, y }
    }

    /// The distance to `other` in pixels.
    pub fn distance(self, other: Self) -> f32 {
        (self.x - other.x).hypot(self.y - other.y)
    }

    /// Whether the point lies inside the polygon, by the even-odd rule.
    pub fn is_inside(self, polygon: &[Self]) -> bool {
        let edges = polygon.iter().zip(polygon.iter().cycle().skip(1));
        let is_right = |(a, b): &(&Self, &Self)| {
            (a.y > self.y) != (b.y > self.y) && self.x < a.x + (b.x - a.x) * (self.y - a.y) / (b.y - a.y)
        };
        edges.filter(is_right).count() % 2 == 1
    }
}

impl From<[f32; 2]> for Point {
    fn from([x, y]: [f32; 2]) -> Self {
        Self { x, y }
    }
}

impl From<Point> for [f32; 2] {
    fn from(point: Point) -> Self {
        [point.x, point.y]
    }
}

/// An axis-aligned rectangle in page pixels. Serialized as `[x0, y0, x1, y1]`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "[f32; 4]", into = "[f32; 4]")]
pub struct Rect {
    /// Left edge.
    pub x0: f32,
    /// Top edge.
    pub y0: f32,
    /// Right edge, exclusive.
    pub x1: f32,
    /// Bottom edge, exclusive.
    pub y1: f32,
}

impl Rect {
    /// The rectangle between two corners.
    pub const fn new(x0: f32, y0: f32, x1: f32, y1: f32) -> Self {
        Self { x0, y0, x1, y1 }
    }

    /// The smallest rectangle that holds all `points`; `None` without points.
    pub fn around(points: impl IntoIterator<Item = Point>) -> Option<Self> {
        points.into_iter().fold(None, |bounds: Option<Self>, p| {
            Some(match bounds {
                None => Self::new(p.x, p.y, p.x, p.y),
                Some(b) => Self::new(b.x0.min(p.x), b.y0.min(p.y), b.x1.max(p.x), b.y1.max(p.y)),
            })
        })
    }

    /// The corners, clockwise from the upper left one.
    pub fn corners(self) -> [Point; 4] {
        let Self { x0, y0, x1, y1 } = self;
        [[x0, y0], [x1, y0], [x1, y1], [x0, y1]].map(Point::from)
    }

    /// The smallest rectangle around the mapped corners.
    #[must_use]
    pub fn moved(self, to: impl Fn(Point) -> Point) -> Self {
        Self::around(self.corners().map(to)).unwrap_or(self)
    }

    /// Width in pixels.
    pub fn width(self) -> f32 {
        self.x1 - self.x0
    }

    /// Height in pixels.
    pub fn height(self) -> f32 {
        self.y1 - self.y0
    }

    /// The area in square pixels; 0 for an empty rectangle.
    pub fn area(self) -> f32 {
        self.width().max(0.0) * self.height().max(0.0)
    }

    /// The middle of the rectangle.
    pub fn center(self) -> Point {
        Point::new(f32::midpoint(self.x0, self.x1), f32::midpoint(self.y0, self.y1))
    }

    /// Whether `point` lies inside; the right and the bottom edge are outside.
    pub fn contains(self, point: Point) -> bool {
        (self.x0..self.x1).contains(&point.x) && (self.y0..self.y1).contains(&point.y)
    }

    /// The common area; empty (zero area) if the rectangles do not meet.
    #[must_use]
    pub fn intersection(self, other: Self) -> Self {
        let (x0, y0) = (self.x0.max(other.x0), self.y0.max(other.y0));
        Self::new(x0, y0, self.x1.min(other.x1).max(x0), self.y1.min(other.y1).max(y0))
    }

    /// The smallest rectangle that holds both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self::new(self.x0.min(other.x0), self.y0.min(other.y0), self.x1.max(other.x1), self.y1.max(other.y1))
    }
}

impl From<[f32; 4]> for Rect {
    fn from([x0, y0, x1, y1]: [f32; 4]) -> Self {
        Self { x0, y0, x1, y1 }
    }
}

impl From<Rect> for [f32; 4] {
    fn from(rect: Rect) -> Self {
        [rect.x0, rect.y0, rect.x1, rect.y1]
    }
}

/// The polyline that the letters stand on, in page pixels, in reading direction. A line whose baseline runs from right
/// to left is upside down.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Baseline(pub Vec<Point>);

impl Baseline {
    /// The line's direction from its first to its last point: radians clockwise from the x axis, -π to π; 0 without two
    /// distinct points.
    pub fn angle(&self) -> f32 {
        match (self.0.first(), self.0.last()) {
            (Some(first), Some(last)) if first != last => (last.y - first.y).atan2(last.x - first.x),
            _ => 0.0,
        }
    }

    /// The y at `x` of a baseline that runs from left to right: linear between its points, constant beyond its ends;
    /// `None` without points.
    pub fn y_at(&self, x: f32) -> Option<f32> {
        let (first, last) = (self.0.first()?, self.0.last()?);
        if x <= first.x {
            return Some(first.y);
        }
        let segment = self.0.windows(2).find(|pair| x <= pair[1].x);
        Some(segment.map_or(last.y, |pair| {
            let run = (pair[1].x - pair[0].x).max(f32::EPSILON);
            pair[0].y + (pair[1].y - pair[0].y) * (x - pair[0].x) / run
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn baseline_is_linear_inside_and_level_outside() {
        let baseline = Baseline(vec![Point::new(10.0, 4.0), Point::new(20.0, 8.0)]);
        assert_eq!(baseline.y_at(0.0), Some(4.0));
        assert_eq!(baseline.y_at(15.0), Some(6.0));
        assert_eq!(baseline.y_at(99.0), Some(8.0));
        assert_eq!(Baseline::default().y_at(1.0), None);
    }

    #[test]
    fn rectangles_that_do_not_meet_share_no_area() {
        let (left, right) = (Rect::new(0.0, 0.0, 2.0, 2.0), Rect::new(3.0, 0.0, 4.0, 2.0));
        assert!(left.intersection(right).area().abs() < f32::EPSILON);
        assert_eq!(left.union(right), Rect::new(0.0, 0.0, 4.0, 2.0));
    }

    #[test]
    fn points_are_written_as_pairs() {
        let json = serde_json::to_string(&Baseline(vec![Point::new(1.5, 2.0)])).expect("plain numbers");
        assert_eq!(json, "[[1.5,2.0]]");
    }
}
