//! Pens: how wide, how dark, how even a stroke comes out on a canvas of pixels.

use tiny_skia::{FillRule, LineJoin, Mask, PathBuilder, Stroke as Outline, Transform};

use crate::{
    page::Point,
    synthesis::{
        ink::{Ink, Stroke},
        random::{Grain, LineRng, Wave},
    },
};

/// How much of the paper's light each pixel loses to ink: 0 none, 1 all that the pen can take.
pub(crate) struct Canvas {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) coverage: Vec<f32>,
}

impl Canvas {
    pub(crate) fn new(width: usize, height: usize) -> Self {
        Self { width, height, coverage: vec![0.0; width * height] }
    }

    /// Covers `a` to `b` as a round pen does whose radius goes from `radius.0` to `radius.1`. Edges are one pixel
    /// soft. Where strokes cross, the darker one shows.
    fn segment(&mut self, a: Point, b: Point, radius: (f32, f32), darkness: f32) {
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
                let part = ((px * dx + py * dy) / length_squared).clamp(0.0, 1.0);
                let (ex, ey) = (px - part * dx, py - part * dy);
                let distance = (ex * ex + ey * ey).sqrt();
                let covered = (radius.0 + part * (radius.1 - radius.0) - distance + 0.5).clamp(0.0, 1.0);
                *value = value.max(covered * darkness);
            }
        }
    }
}

/// A pen in a hand.
pub(crate) struct Pen {
    /// Half the stroke's width, in pixels.
    radius: f32,
    /// By how many pixels letters that come as areas grow at every edge.
    boldness: f32,
    /// How much pressure changes the width and the darkness, 0 to 1.
    pressure: f32,
    /// How much thinner strokes begin and end, 0 to 1.
    taper: f32,
    /// A broad nib: direction of its thin strokes in radians, and how thin they are, 0 to 1.
    nib: (f32, f32),
    /// How much the ink fails on the paper's grain, 0 to 1.
    dryness: f32,
    pressure_wave: Wave,
    grain_seed: u32,
}

impl Pen {
    /// A fine ballpoint up to a thick marker, on boards mostly markers, for writing whose small letters are `x_height`
    /// pixels high.
    pub(crate) fn any(rng: &mut LineRng, x_height: f32, is_on_board: bool) -> Self {
        let kind = rng.between(if is_on_board { 0.5 } else { 0.0 }, 1.0);
        let width = if kind < 0.5 {
            rng.log_between(0.08, 0.17)
        } else if kind < 0.75 {
            rng.log_between(0.12, 0.24)
        } else {
            rng.log_between(0.2, 0.45)
        };
        let radius = (0.5 * width * x_height).max(0.45);
        let nib = if rng.chance(0.15) { rng.between(0.2, 0.6) } else { 0.0 };
        // Typefaces have strokes of a pen already: a thicker one goes over them.
        let boldness = if kind > 0.6 { 0.5 * rng.between(0.0, 0.16) * x_height } else { 0.0 };
        Self {
            radius,
            boldness,
            pressure: rng.between(0.0, 0.45),
            taper: if rng.chance(0.5) { rng.between(0.0, 0.7) } else { 0.0 },
            nib: (rng.between(-1.2, 1.2), nib),
            dryness: if rng.chance(0.25) { rng.between(0.1, 0.6) } else { 0.0 },
            pressure_wave: Wave::in_plane(rng, 3.0 * x_height, 1.5),
            grain_seed: rng.seed(),
        }
    }

    /// A marker with a round tip, whose strokes often close the eyes of small letters.
    pub(super) fn thick_marker(rng: &mut LineRng, x_height: f32) -> Self {
        Self {
            radius: 0.5 * rng.log_between(0.25, 0.55) * x_height,
            boldness: 0.5 * rng.between(0.04, 0.22) * x_height,
            pressure: rng.between(0.0, 0.2),
            taper: if rng.chance(0.2) { rng.between(0.0, 0.4) } else { 0.0 },
            nib: (0.0, 0.0),
            dryness: if rng.chance(0.15) { rng.between(0.1, 0.5) } else { 0.0 },
            pressure_wave: Wave::in_plane(rng, 3.0 * x_height, 1.5),
            grain_seed: rng.seed(),
        }
    }

    /// A technical pen: the same width everywhere, `radius` pixels to either side.
    pub(crate) fn even(radius: f32, rng: &mut LineRng) -> Self {
        let pressure_wave = Wave::new(rng, 1.0);
        Self {
            radius,
            boldness: 0.0,
            pressure: 0.0,
            taper: 0.0,
            nib: (0.0, 0.0),
            dryness: 0.0,
            pressure_wave,
            grain_seed: 0,
        }
    }

    /// Draws all strokes of `ink`, whose units are pixels.
    pub(crate) fn draw(&self, ink: &Ink, canvas: &mut Canvas) {
        for stroke in &ink.strokes {
            self.stroke(stroke, canvas);
        }
        if !ink.areas.is_empty() {
            self.fill(&ink.areas, canvas);
        }
        if self.dryness > 0.0 {
            let mut grain = Grain::new(self.grain_seed);
            for value in canvas.coverage.iter_mut().filter(|value| **value > 0.0) {
                *value *= 1.0 - self.dryness * grain.next().abs();
            }
        }
    }

    /// Fills glyphs; a pen with pressure makes some stretches paler.
    fn fill(&self, areas: &[Vec<Stroke>], canvas: &mut Canvas) {
        let mut path = PathBuilder::new();
        for contour in areas.iter().flatten() {
            let Some((first, rest)) = contour.split_first() else { continue };
            path.move_to(first.x, first.y);
            for point in rest {
                path.line_to(point.x, point.y);
            }
            path.close();
        }
        let (Some(path), Some(mut mask)) = (path.finish(), Mask::new(canvas.width as u32, canvas.height as u32)) else {
            return;
        };
        mask.fill_path(&path, FillRule::Winding, true, Transform::identity());
        let outline = Outline { width: 2.0 * self.boldness, line_join: LineJoin::Round, ..Outline::default() };
        if let Some(edge) = path.stroke(&outline, 1.0) {
            mask.fill_path(&edge, FillRule::Winding, true, Transform::identity());
        }
        for (i, (value, &filled)) in canvas.coverage.iter_mut().zip(mask.data()).enumerate() {
            if filled > 0 {
                let (x, y) = ((i % canvas.width) as f32, (i / canvas.width) as f32);
                let darkness = 0.9 + 0.1 * self.pressure * self.pressure_wave.at(x, y);
                *value = value.max(f32::from(filled) / 255.0 * darkness);
            }
        }
    }

    fn stroke(&self, stroke: &[Point], canvas: &mut Canvas) {
        let points = smooth(stroke, 2.5);
        let Some((&first, rest)) = points.split_first() else { return };
        let total: f32 = points.windows(2).map(|pair| pair[0].distance(pair[1])).sum();
        if total < self.radius {
            let radius = self.radius * 1.15;
            return canvas.segment(first, points[points.len() - 1], (radius, radius), 1.0);
        }
        // Dots and short dashes are pressed, not swung.
        let taper = if total < 8.0 * self.radius { 0.0 } else { self.taper };
        let (mut from, mut way) = (first, 0.0);
        let mut radius_before = None;
        for &to in rest {
            way += from.distance(to);
            let press = self.pressure * self.pressure_wave.at(to.x, to.y);
            let near_end = (way.min(total - way) / (8.0 * self.radius)).min(1.0);
            let direction = (to.y - from.y).atan2(to.x - from.x);
            let width = (1.0 + 0.6 * press)
                * (1.0 - taper * (1.0 - near_end))
                * (1.0 - self.nib.1 * (direction - self.nib.0).cos().powi(2));
            let radius = (self.radius * width).max(0.35);
            canvas.segment(from, to, (radius_before.unwrap_or(radius), radius), 0.85 + 0.15 * press.min(1.0));
            radius_before = Some(radius);
            from = to;
        }
    }
}

/// A curve through the points of `stroke`, sampled about every `step` units: a cubic Hermite spline whose speed
/// follows the square root of the points' distances (centripetal), so that it does not swing out at corners.
fn smooth(stroke: &[Point], step: f32) -> Stroke {
    if stroke.len() < 3 {
        return stroke.to_vec();
    }
    let mut times = vec![0.0; stroke.len()];
    for i in 1..stroke.len() {
        times[i] = times[i - 1] + stroke[i].distance(stroke[i - 1]).sqrt().max(1e-3);
    }
    let last = stroke.len() - 1;
    let speed = |i: usize| {
        let (a, b) = (i.saturating_sub(1), (i + 1).min(last));
        let time = times[b] - times[a];
        ((stroke[b].x - stroke[a].x) / time, (stroke[b].y - stroke[a].y) / time)
    };
    let mut curve = vec![stroke[0]];
    for i in 0..last {
        let (a, b, time) = (stroke[i], stroke[i + 1], times[i + 1] - times[i]);
        let (from, to) = (speed(i), speed(i + 1));
        let n = (a.distance(b) / step).ceil().clamp(1.0, 64.0) as usize;
        for k in 1..n {
            let t = k as f32 / n as f32;
            let (t2, t3) = (t * t, t * t * t);
            let weights = [2.0 * t3 - 3.0 * t2 + 1.0, t3 - 2.0 * t2 + t, 3.0 * t2 - 2.0 * t3, t3 - t2];
            curve.push(Point::new(
                weights[0] * a.x + weights[1] * time * from.0 + weights[2] * b.x + weights[3] * time * to.0,
                weights[0] * a.y + weights[1] * time * from.1 + weights[2] * b.y + weights[3] * time * to.1,
            ));
        }
        curve.push(b);
    }
    curve
}
