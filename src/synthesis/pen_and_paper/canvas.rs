//! The pixels that pens draw on.

use crate::page::Point;

/// The ink on an image: how much of the paper's light each pixel loses, before the darkness of the ink is known.
pub(crate) struct Canvas {
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// `[row, column]`, 0 no ink to 1 full ink.
    pub(crate) coverage: Vec<f32>,
}

impl Canvas {
    pub(crate) fn new(width: usize, height: usize) -> Self {
        Self { width, height, coverage: vec![0.0; width * height] }
    }

    /// Draws `a` to `b` with a round pen whose radius goes from `radius.0` to `radius.1` pixels. Edges are one pixel
    /// soft. Where strokes cross, the darker one is kept.
    pub(super) fn segment(&mut self, a: Point, b: Point, radius: (f32, f32), darkness: f32) {
        let reach = radius.0.max(radius.1) + 0.5;
        let (dx, dy) = (b.x - a.x, b.y - a.y);
        let length_squared = (dx * dx + dy * dy).max(1e-9);
        let span = |low: f32, high: f32, end: usize| {
            let first = (low - reach - 0.5).ceil().clamp(0.0, end as f32) as usize;
            (first, ((high + reach - 0.5).floor() + 1.0).clamp(first as f32, end as f32) as usize)
        };
        let (x0, x1) = span(a.x.min(b.x), a.x.max(b.x), self.width);
        let (y0, y1) = span(a.y.min(b.y), a.y.max(b.y), self.height);
        for y in y0..y1 {
            let py = y as f32 + 0.5 - a.y;
            for (x, value) in (x0..x1).zip(&mut self.coverage[y * self.width + x0..]) {
                let px = x as f32 + 0.5 - a.x;
                let share = ((px * dx + py * dy) / length_squared).clamp(0.0, 1.0);
                let (ex, ey) = (px - share * dx, py - share * dy);
                let distance = (ex * ex + ey * ey).sqrt();
                let covered = (radius.0 + share * (radius.1 - radius.0) - distance + 0.5).clamp(0.0, 1.0);
                *value = value.max(covered * darkness);
            }
        }
    }
}
