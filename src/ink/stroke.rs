//! A pen stroke: the pen's path between touching and leaving the paper.

use serde::{Deserialize, Serialize};

use super::color::InkColor;
use crate::page::{Point, Rect};

/// A pen stroke in page pixels: a polyline with round ends.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Stroke {
    /// The pen's path; a single point is a dot.
    pub points: Vec<Point>,
    /// Thickness in pixels, where the pen is pressed with full force.
    pub width: f32,
    /// The colour. Readers see every stroke dark.
    #[serde(default, skip_serializing_if = "InkColor::is_default")]
    pub color: InkColor,
    /// The share of `width`, 0 to 1, at every point; empty where it is the whole everywhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pressures: Vec<f32>,
    /// Whether it marks writing instead of being some: it lies under all strokes of the pen, and readers do not see it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_highlighter: bool,
}

/// The strokes in the order in which they are painted: those of the highlighter lie under those of the pen.
pub fn in_painting_order(strokes: &[Stroke]) -> impl Iterator<Item = &Stroke> {
    let of = |is_highlighter| strokes.iter().filter(move |stroke| stroke.is_highlighter == is_highlighter);
    of(true).chain(of(false))
}

/// Two neighbouring points of a stroke, and the ink's thickness at each, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Segment {
    /// Both points.
    pub ends: [Point; 2],
    /// The thickness there.
    pub widths: [f32; 2],
}

impl Stroke {
    /// A black stroke of constant width.
    pub fn new(points: Vec<Point>, width: f32) -> Self {
        Self { points, width, ..Self::default() }
    }

    /// The colour in which people see it: a highlighter's, half transparent over white paper.
    pub fn painted_color(&self) -> InkColor {
        if self.is_highlighter { self.color.over_white(0.5) } else { self.color }
    }

    /// The thickness at a point, in pixels.
    pub fn width_at(&self, index: usize) -> f32 {
        self.width * self.pressures.get(index).copied().unwrap_or(1.0)
    }

    /// The segments; that of a dot has no length.
    pub fn segments(&self) -> impl Iterator<Item = Segment> + '_ {
        let segment = |from: usize, to: usize| Segment {
            ends: [self.points[from], self.points[to]],
            widths: [self.width_at(from), self.width_at(to)],
        };
        let dot = (self.points.len() == 1).then(|| segment(0, 0));
        (1..self.points.len()).map(move |end| segment(end - 1, end)).chain(dot)
    }

    /// Whether the ink comes within `radius` pixels of `point`.
    pub fn touches(&self, point: Point, radius: f32) -> bool {
        self.segments().any(|segment| segment.is_within(point, radius))
    }

    /// The bounding box of the ink; `None` without points.
    pub fn bounds(&self) -> Option<Rect> {
        let half = self.width / 2.0;
        let bounds = Rect::around(self.points.iter().copied())?;
        Some(Rect::new(bounds.x0 - half, bounds.y0 - half, bounds.x1 + half, bounds.y1 + half))
    }

    /// The stroke with every point moved by `to`.
    #[must_use]
    pub fn moved(&self, to: impl Fn(Point) -> Point) -> Self {
        Self { points: self.points.iter().copied().map(to).collect(), ..self.clone() }
    }

    /// The part of the stroke between two points, of indices.
    pub(super) fn part(&self, range: std::ops::Range<usize>) -> Self {
        Self {
            points: self.points[range.clone()].to_vec(),
            pressures: self.pressures.get(range).map(<[f32]>::to_vec).unwrap_or_default(),
            ..self.clone()
        }
    }
}

impl Segment {
    /// Whether the ink comes within `radius` pixels of `point`.
    pub(super) fn is_within(&self, point: Point, radius: f32) -> bool {
        let half = self.widths[0].max(self.widths[1]) / 2.0;
        distance_to_segment(point, self.ends) <= radius + half
    }
}

/// Distance from `point` to the nearest point of the segment between two.
pub(super) fn distance_to_segment(point: Point, [a, b]: [Point; 2]) -> f32 {
    let t = nearest_on_segment(point, [a, b]);
    point.distance(Point::new(a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)))
}

/// Where on the segment between two points the one nearest to `point` lies: 0 at the first, 1 at the second.
pub(super) fn nearest_on_segment(point: Point, [a, b]: [Point; 2]) -> f32 {
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    let length_squared = dx * dx + dy * dy;
    let t = if length_squared > 0.0 { ((point.x - a.x) * dx + (point.y - a.y) * dy) / length_squared } else { 0.0 };
    t.clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stroke_is_touched_along_its_length_and_not_beside_it() {
        let stroke = Stroke::new(vec![Point::new(0.0, 0.0), Point::new(10.0, 0.0)], 2.0);
        assert!(stroke.touches(Point::new(5.0, 2.5), 2.0));
        assert!(!stroke.touches(Point::new(5.0, 3.5), 2.0));
        assert!(!stroke.touches(Point::new(14.0, 0.0), 2.0));
    }

    #[test]
    fn a_dot_has_a_segment_and_a_box() {
        let dot = Stroke::new(vec![Point::new(3.0, 4.0)], 2.0);
        assert_eq!(dot.segments().count(), 1);
        assert!(dot.touches(Point::new(3.0, 5.0), 0.0));
        assert_eq!(dot.bounds(), Some(Rect::new(2.0, 3.0, 4.0, 5.0)));
    }

    #[test]
    fn where_the_pen_is_pressed_less_the_ink_is_thinner() {
        let points = vec![Point::new(0.0, 0.0), Point::new(9.0, 0.0)];
        let stroke = Stroke { pressures: vec![0.5, 1.0], ..Stroke::new(points, 4.0) };
        let [thin, thick] = stroke.segments().next().unwrap().widths;
        assert!((thin - 2.0).abs() < 1e-6 && (thick - 4.0).abs() < 1e-6);
    }

    #[test]
    fn strokes_of_before_colours_and_pressure_are_read() {
        let old = r#"{"points":[[1.0,2.0]],"width":4.5}"#;
        let stroke: Stroke = serde_json::from_str(old).unwrap();
        assert_eq!(stroke, Stroke::new(vec![Point::new(1.0, 2.0)], 4.5));
        assert_eq!(serde_json::to_string(&stroke).unwrap(), old);
    }
}
