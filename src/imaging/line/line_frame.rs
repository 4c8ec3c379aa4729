//! Line frames: coordinates along a line's baseline and across it.

use crate::page::{Baseline, Point};

/// The slope from which a line is turned, in degrees: columns of flatter lines are moved up and down. No measurement
/// recorded (commit 6ca9403).
const MAX_SLOPE: f32 = 4.0;

/// Page pixels, turned so that a line runs from left to right and moved so that no coordinate of the page is negative.
pub(super) struct LineFrame {
    cos: f32,
    sin: f32,
    /// The turned page's upper left corner, before it is moved to 0, 0.
    corner: Point,
    /// The turned page's width and height, in pixels.
    pub(crate) size: (u32, u32),
}

impl LineFrame {
    /// The frame of a line with this baseline on a page of this size. Almost level lines are not turned.
    pub(crate) fn of(baseline: &Baseline, (width, height): (u32, u32)) -> Self {
        let angle = baseline.angle();
        let (sin, cos) = if angle.to_degrees().abs() < MAX_SLOPE { (0.0, 1.0) } else { angle.sin_cos() };
        let mut frame = Self { cos, sin, corner: Point::default(), size: (0, 0) };
        let (width, height) = (width as f32, height as f32);
        let corners =
            [[0.0, 0.0], [width, 0.0], [width, height], [0.0, height]].map(|p| frame.frame_from_page(Point::from(p)));
        let low = corners.iter().fold(corners[0], |low, p| Point::new(low.x.min(p.x), low.y.min(p.y)));
        let high = corners.iter().fold(corners[0], |high, p| Point::new(high.x.max(p.x), high.y.max(p.y)));
        // A hundredth of a pixel of tolerance: quarter turns are not exact in floating point.
        let len = |from: f32, to: f32| (to - from - 0.01).max(0.0).ceil() as u32;
        frame.size = (len(low.x, high.x), len(low.y, high.y));
        frame.corner = low;
        frame
    }

    /// The point of the frame at a point of the page.
    pub(super) fn frame_from_page(&self, p: Point) -> Point {
        Point::new(p.x * self.cos + p.y * self.sin - self.corner.x, p.y * self.cos - p.x * self.sin - self.corner.y)
    }

    /// The point of the page at a point of the frame.
    pub(crate) fn page_from_frame(&self, p: Point) -> Point {
        let (x, y) = (p.x + self.corner.x, p.y + self.corner.y);
        Point::new(x * self.cos - y * self.sin, x * self.sin + y * self.cos)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back_is_where_it_was() {
        for direction in [[9.0, 0.2], [9.0, 2.0], [0.0, -5.0], [-5.0, 0.0], [0.0, 5.0], [-3.0, 4.0]] {
            let baseline = Baseline(vec![Point::new(50.0, 40.0), Point::new(50.0 + direction[0], 40.0 + direction[1])]);
            let frame = LineFrame::of(&baseline, (100, 80));
            for place in [[0.0, 0.0], [100.0, 80.0], [31.0, 7.5]].map(Point::from) {
                let inside = frame.frame_from_page(place);
                assert!(frame.page_from_frame(inside).distance(place) < 0.01);
                assert!(inside.x > -0.1 && inside.y > -0.1);
                assert!(inside.x < frame.size.0 as f32 + 0.1 && inside.y < frame.size.1 as f32 + 0.1);
            }
        }
    }

    #[test]
    fn a_line_that_runs_upwards_is_turned_by_a_quarter() {
        let baseline = Baseline(vec![Point::new(30.0, 70.0), Point::new(30.0, 10.0)]);
        let frame = LineFrame::of(&baseline, (100, 80));
        assert_eq!(frame.size, (80, 100));
        let (first, last) = (frame.frame_from_page(baseline.0[0]), frame.frame_from_page(baseline.0[1]));
        assert!((first.x - 10.0).abs() < 0.01 && (last.x - 70.0).abs() < 0.01 && (first.y - last.y).abs() < 0.01);
    }
}
