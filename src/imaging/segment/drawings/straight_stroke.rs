//! Straight strokes of line art.

use super::chains::Chain;
use crate::page::Point;

/// A straight stroke of line art, in working pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::imaging) struct StraightStroke {
    pub(in crate::imaging) from: Point,
    pub(in crate::imaging) to: Point,
}

impl StraightStroke {
    pub(super) fn of(chain: &Chain) -> Self {
        let [from, to] = chain.ends();
        Self { from, to }
    }

    pub(super) fn moved(self, right: u32, down: u32) -> Self {
        let moved = |point: Point| Point::new(point.x + right as f32, point.y + down as f32);
        Self { from: moved(self.from), to: moved(self.to) }
    }

    pub(super) fn len(self) -> f32 {
        (self.to.x - self.from.x).hypot(self.to.y - self.from.y)
    }

    /// Whether `point` lies on the stroke, or beyond its ends by no more than `beyond`.
    pub(super) fn passes(self, point: Point, width: f32, beyond: f32) -> bool {
        let len = self.len().max(1.0);
        let (dx, dy) = ((self.to.x - self.from.x) / len, (self.to.y - self.from.y) / len);
        let (x, y) = (point.x - self.from.x, point.y - self.from.y);
        (x * dy - y * dx).abs() <= width && (-beyond..=len + beyond).contains(&(x * dx + y * dy))
    }

    pub(super) fn ends(self) -> [Point; 2] {
        [self.from, self.to]
    }

    /// Whether the stroke runs upright rather than across.
    pub(in crate::imaging) fn is_upright(&self) -> bool {
        (self.to.y - self.from.y).abs() > (self.to.x - self.from.x).abs()
    }
}
