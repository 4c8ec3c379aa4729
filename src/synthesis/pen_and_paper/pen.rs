//! Pens: the width, darkness and evenness of a stroke on a canvas.
//!
//! Lengths are in x-heights unless their sentence says otherwise. The numbers were set by eye on contact sheets against
//! lines of IAM and photographed boards; no measurement is recorded.

use std::ops::Range;

use tiny_skia::{FillRule, LineJoin, Mask, PathBuilder, Stroke as Outline, Transform};

use super::canvas::Canvas;
use crate::{
    page::Point,
    synthesis::{
        ink::{Ink, Polyline},
        random::{Grain, LineRng, SmoothNoise},
    },
};

/// Widths of fine, medium and thick pens.
const WIDTHS: [Range<f32>; 3] = [0.08..0.17, 0.12..0.24, 0.2..0.45];
/// Share of the pens that are fine.
const FINE: f32 = 0.5;
/// Share of the pens that are fine or medium.
const MEDIUM: f32 = 0.75;
/// Share of the pens, the finest ones, that are not used on boards.
const TOO_FINE_FOR_BOARDS: f32 = 0.5;
/// Share of the pens, the finest ones, that leave the glyphs of typefaces as thick as they are.
const TOO_FINE_TO_EMBOLDEN: f32 = 0.6;
/// By how much the other pens widen the strokes of typefaces, which have a pen's width already.
const BOLDNESS: Range<f32> = 0.0..0.16;
/// The least half width of a pen, in pixels.
const LEAST_RADIUS: f32 = 0.45;
/// Share of the pens with a broad nib.
const BROAD_NIBS: f32 = 0.15;
/// How much thinner the thin strokes of a broad nib are, 0 to 1.
const NIB_THINNESS: Range<f32> = 0.2..0.6;
/// Direction of a broad nib's thin strokes, in radians.
const NIB_ANGLE: Range<f32> = -1.2..1.2;
/// Width of a thick marker.
const MARKER_WIDTH: Range<f32> = 0.25..0.55;
/// By how much thick markers widen the strokes of typefaces.
const MARKER_BOLDNESS: Range<f32> = 0.04..0.22;

/// Pressure, taper and dryness of a kind of pen.
struct PenTuning {
    /// How much pressure changes width and darkness, 0 to 1.
    pressure: Range<f32>,
    /// Share of the pens whose strokes begin and end thinner.
    tapered: f32,
    /// How much thinner these begin and end, 0 to 1.
    taper: Range<f32>,
    /// Share of the pens whose ink fails in places.
    dry: f32,
    /// How much of the coverage these lose there at most, 0 to 1.
    dryness: Range<f32>,
}

/// Pens of any width.
const ANY_PEN: PenTuning =
    PenTuning { pressure: 0.0..0.45, tapered: 0.5, taper: 0.0..0.7, dry: 0.25, dryness: 0.1..0.6 };
/// Thick markers on whiteboards.
const THICK_MARKER: PenTuning =
    PenTuning { pressure: 0.0..0.2, tapered: 0.2, taper: 0.0..0.4, dry: 0.15, dryness: 0.1..0.5 };
/// Wavelength of the pressure along a stroke.
const PRESSURE_LENGTH: f32 = 3.0;
/// Directions of the pressure's waves, in radians to either side of the x axis.
const PRESSURE_SPREAD: f32 = 1.5;

/// Change of a stroke's width by full pressure, as a share of it.
const PRESSED_WIDTH: f32 = 0.6;
/// Darkness of a stroke without pressure, and what full pressure adds.
const STROKE_DARKNESS: (f32, f32) = (0.85, 0.15);
/// Darkness of a typeface's glyph without pressure, and what full pressure adds.
const GLYPH_DARKNESS: (f32, f32) = (0.9, 0.1);
/// Length over which a stroke tapers at either end, in pen radii. Shorter strokes are dots and dashes, which do not
/// taper.
const TAPER_LENGTH: f32 = 8.0;
/// Radius of a dot, in pen radii: a stroke shorter than the pen's radius.
const DOT_RADIUS: f32 = 1.15;
/// The least half width of a tapered stroke, in pixels.
const LEAST_SEGMENT_RADIUS: f32 = 0.35;
/// Distance of the points that a stroke is smoothed to, in pixels.
const CURVE_STEP: f32 = 2.5;

impl PenTuning {
    fn random_taper(self, rng: &mut LineRng) -> f32 {
        if rng.chance(self.tapered) { rng.uniform(self.taper) } else { 0.0 }
    }

    fn random_dryness(self, rng: &mut LineRng) -> f32 {
        if rng.chance(self.dry) { rng.uniform(self.dryness) } else { 0.0 }
    }
}

fn pressure_noise(rng: &mut LineRng, x_height: f32) -> SmoothNoise {
    SmoothNoise::in_plane(rng, PRESSURE_LENGTH * x_height, PRESSURE_SPREAD)
}

/// A pen in a hand.
pub(crate) struct Pen {
    /// Half the stroke's width, in pixels.
    radius: f32,
    /// By how many pixels glyphs with an area grow at every edge.
    boldness: f32,
    /// How much pressure changes width and darkness, 0 to 1.
    pressure: f32,
    /// How much thinner strokes begin and end, 0 to 1.
    taper: f32,
    /// A broad nib: direction of its thin strokes in radians, and how thin they are, 0 to 1.
    nib: (f32, f32),
    /// How much of the coverage the ink loses on the paper's grain at most, 0 to 1.
    dryness: f32,
    pressure_noise: SmoothNoise,
    grain_seed: u32,
}

impl Pen {
    /// A pen between a fine ballpoint and a thick marker, on boards mostly a marker, for writing whose small letters
    /// are `x_height` pixels high.
    pub(crate) fn random(rng: &mut LineRng, x_height: f32, is_on_board: bool) -> Self {
        let thickness = rng.uniform((if is_on_board { TOO_FINE_FOR_BOARDS } else { 0.0 })..1.0);
        let [fine, medium, thick] = WIDTHS;
        let width = rng.log_uniform(match thickness {
            ..FINE => fine,
            FINE..MEDIUM => medium,
            _ => thick,
        });
        let radius = (0.5 * width * x_height).max(LEAST_RADIUS);
        let nib_thinness = if rng.chance(BROAD_NIBS) { rng.uniform(NIB_THINNESS) } else { 0.0 };
        let is_bold = thickness > TOO_FINE_TO_EMBOLDEN;
        let boldness = if is_bold { 0.5 * rng.uniform(BOLDNESS) * x_height } else { 0.0 };
        Self {
            radius,
            boldness,
            pressure: rng.uniform(ANY_PEN.pressure),
            taper: ANY_PEN.random_taper(rng),
            nib: (rng.uniform(NIB_ANGLE), nib_thinness),
            dryness: ANY_PEN.random_dryness(rng),
            pressure_noise: pressure_noise(rng, x_height),
            grain_seed: rng.seed(),
        }
    }

    /// A marker with a round tip, whose strokes often close the eyes of small letters.
    pub(crate) fn thick_marker(rng: &mut LineRng, x_height: f32) -> Self {
        Self {
            radius: 0.5 * rng.log_uniform(MARKER_WIDTH) * x_height,
            boldness: 0.5 * rng.uniform(MARKER_BOLDNESS) * x_height,
            pressure: rng.uniform(THICK_MARKER.pressure),
            taper: THICK_MARKER.random_taper(rng),
            nib: (0.0, 0.0),
            dryness: THICK_MARKER.random_dryness(rng),
            pressure_noise: pressure_noise(rng, x_height),
            grain_seed: rng.seed(),
        }
    }

    /// A technical pen: the same width everywhere, `radius` pixels to either side.
    pub(crate) fn even(radius: f32, rng: &mut LineRng) -> Self {
        Self {
            radius,
            boldness: 0.0,
            pressure: 0.0,
            taper: 0.0,
            nib: (0.0, 0.0),
            dryness: 0.0,
            pressure_noise: SmoothNoise::new(rng, 1.0),
            grain_seed: 0,
        }
    }

    /// The same pen with strokes `width` pixels wide, as a typeface's are, wider by what it adds to those.
    pub(crate) fn with_width(self, width: f32) -> Self {
        Self { radius: (0.5 * width + self.boldness).max(LEAST_RADIUS), ..self }
    }

    /// How far from the middle of a stroke its ink reaches at most, in pixels.
    pub(crate) fn reach(&self) -> f32 {
        (1.0 + PRESSED_WIDTH) * self.radius.max(self.boldness)
    }

    /// Draws `ink`, whose units are pixels.
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

    /// Fills glyphs; pressure makes some stretches paler.
    fn fill(&self, areas: &[Vec<Polyline>], canvas: &mut Canvas) {
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
                let darkness = GLYPH_DARKNESS.0 + GLYPH_DARKNESS.1 * self.pressure * self.pressure_noise.at(x, y);
                *value = value.max(f32::from(filled) / 255.0 * darkness);
            }
        }
    }

    fn stroke(&self, stroke: &[Point], canvas: &mut Canvas) {
        let points = smooth(stroke, CURVE_STEP);
        let Some((&first, rest)) = points.split_first() else { return };
        let total: f32 = points.windows(2).map(|pair| pair[0].distance(pair[1])).sum();
        if total < self.radius {
            let radius = self.radius * DOT_RADIUS;
            return canvas.segment(first, points[points.len() - 1], (radius, radius), 1.0);
        }
        let taper = if total < TAPER_LENGTH * self.radius { 0.0 } else { self.taper };
        let (mut from, mut done) = (first, 0.0);
        let mut radius_before = None;
        for &to in rest {
            done += from.distance(to);
            let press = self.pressure * self.pressure_noise.at(to.x, to.y);
            let near_end = (done.min(total - done) / (TAPER_LENGTH * self.radius)).min(1.0);
            let direction = (to.y - from.y).atan2(to.x - from.x);
            let width = (1.0 + PRESSED_WIDTH * press)
                * (1.0 - taper * (1.0 - near_end))
                * (1.0 - self.nib.1 * (direction - self.nib.0).cos().powi(2));
            let radius = (self.radius * width).max(LEAST_SEGMENT_RADIUS);
            canvas.segment(
                from,
                to,
                (radius_before.unwrap_or(radius), radius),
                STROKE_DARKNESS.0 + STROKE_DARKNESS.1 * press.min(1.0),
            );
            radius_before = Some(radius);
            from = to;
        }
    }
}

/// A curve through the points of `stroke`, sampled about every `step` units: a centripetal cubic Hermite spline, whose
/// parameter advances by the square root of the points' distances, so that it does not overshoot at corners.
fn smooth(stroke: &[Point], step: f32) -> Polyline {
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
