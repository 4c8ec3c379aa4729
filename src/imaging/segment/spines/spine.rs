//! The spine of a text line: its height at equally spaced places along it.

use crate::{imaging::raster::straight_fit::straight_fit, page::Point};

/// Number of cells at a spine's end over which it is extended. No measurement recorded (6ee3e87).
const SLOPE_CELLS: usize = 40;
/// Number of cells below which a spine is extended level. No measurement recorded (6ee3e87).
const MIN_SLOPE_CELLS: usize = 4;
/// Number of cells below which the trend of a spine's end is level. No measurement recorded (525c569).
const MIN_TREND_CELLS: usize = 10;

/// The spine of a line or of a part of one, in working pixels. Never empty.
#[derive(Clone, Debug)]
pub(in crate::imaging) struct Spine {
    /// The first place.
    pub(in crate::imaging) start: f32,
    /// Distance between places: the width of a grid cell.
    pub(in crate::imaging) step: f32,
    /// Height at each place, y down.
    pub(in crate::imaging) heights: Vec<f32>,
    /// Mean value of the ridge.
    pub(super) strength: f32,
}

impl Spine {
    pub(in crate::imaging) fn end(&self) -> f32 {
        self.start + self.step * (self.heights.len() - 1) as f32
    }

    pub(in crate::imaging) fn length(&self) -> f32 {
        self.end() - self.start
    }

    pub(super) fn last_height(&self) -> f32 {
        self.heights[self.heights.len() - 1]
    }

    /// The height at `x`: linear between places; beyond the ends, extended with the slope there.
    pub(in crate::imaging) fn y_at(&self, x: f32) -> f32 {
        let place = (x - self.start) / self.step;
        let last = self.heights.len() - 1;
        if place <= 0.0 {
            return self.heights[0] + place * self.slope(0);
        }
        if place >= last as f32 {
            return self.heights[last] + (place - last as f32) * self.slope(last);
        }
        let low = place as usize;
        self.heights[low] + (self.heights[low + 1] - self.heights[low]) * place.fract()
    }

    /// The spine lowered by `by` pixels.
    pub(in crate::imaging) fn moved(&self, by: f32) -> Self {
        Self { heights: self.heights.iter().map(|height| height + by).collect(), ..*self }
    }

    /// The height at `x` of a straight line through the `n_cells` places at the spine's end that is nearer to `x`.
    pub(super) fn trend_at(&self, x: f32, n_cells: usize) -> f32 {
        let n = self.heights.len().min(n_cells.max(1));
        let first = if x > f32::midpoint(self.start, self.end()) { self.heights.len() - n } else { 0 };
        let fit = straight_fit(numbered(&self.heights[first..first + n]));
        let slope = if n < MIN_TREND_CELLS { 0.0 } else { fit.slope };
        fit.mean.y + slope * ((x - self.start) / self.step - first as f32 - (n - 1) as f32 / 2.0)
    }

    /// Rise per place, over a stretch of the spine that has `place` at one of its ends.
    fn slope(&self, place: usize) -> f32 {
        let last = self.heights.len() - 1;
        let reach = last.min(SLOPE_CELLS);
        if reach < MIN_SLOPE_CELLS {
            return 0.0;
        }
        let (from, to) = if place < reach { (0, reach) } else { (last - reach, last) };
        (self.heights[to] - self.heights[from]) / reach as f32
    }

    /// The spine with every height replaced by a local straight fit over `reach` places each way.
    pub(super) fn smoothed(&self, reach: usize) -> Self {
        let fitted = |i: usize| {
            let (from, to) = (i.saturating_sub(reach), (i + reach).min(self.heights.len() - 1));
            let fit = straight_fit(numbered(&self.heights[from..=to]));
            fit.mean.y + fit.slope * (i as f32 - (from + to) as f32 / 2.0)
        };
        Self { heights: (0..self.heights.len()).map(fitted).collect(), ..*self }
    }
}

/// The heights over their indices.
fn numbered(heights: &[f32]) -> impl Iterator<Item = Point> + Clone {
    heights.iter().enumerate().map(|(i, &height)| Point::new(i as f32, height))
}

#[cfg(test)]
impl Spine {
    /// A level spine.
    pub(in crate::imaging) fn level(from: f32, to: f32, y: f32) -> Self {
        Self { start: from, step: 1.0, heights: vec![y; (to - from) as usize + 1], strength: 1.0 }
    }
}
