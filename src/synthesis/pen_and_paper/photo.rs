//! From ink to a line image: size, tilt, margins, pen, neighbours, paper, camera.
//!
//! Lengths are in x-heights unless their sentence says otherwise. Numbers were set by eye on contact sheets; no
//! measurement is recorded unless their sentence has one.

use std::ops::Range;

use image::GrayImage;

use super::{
    background::Background,
    camera::{blur, compress},
    canvas::Canvas,
    diagram,
    paper::expose,
    pen::Pen,
};
use crate::{
    page::{Point, Rect},
    synthesis::{
        ink::{Ink, Polyline},
        random::LineRng,
        surface::Surface,
    },
};

/// Height of small letters, in pixels.
const X_HEIGHT: Range<f32> = 14.0..38.0;
/// The largest width of an image, in pixels: long lines are drawn smaller.
const MAX_WIDTH: f32 = 3600.0;

/// Room for margins that is kept free of [`MAX_WIDTH`].
const MARGIN_ROOM: f32 = 4.0;
/// Standard deviation of a line's tilt, as a tangent.
const TILT: f32 = 0.012;
/// Margin above and below the ink.
const MARGIN_ROWS: Range<f32> = 0.1..1.1;
/// Margin left and right of the ink.
const MARGIN_COLUMNS: Range<f32> = 0.1..2.0;
/// The least margin, in pixels.
const LEAST_MARGIN: f32 = 3.0;
/// The least side of an image, in pixels.
const LEAST_SIDE: f32 = 8.0;

/// Share of the lines on boards and elsewhere with a drawing around them.
const DRAWN_AROUND: (f32, f32) = (0.35, 0.06);
/// Share of the lines that are written with two pens.
const SECOND_PEN: f32 = 0.08;
/// Where the second pen begins, as a share of the line's width.
const SECOND_PEN_START: Range<f32> = 0.2..0.9;
/// Darkness of the second pen against the first, as where a marker ran dry.
const SECOND_PEN_DARKNESS: Range<f32> = 0.4..1.0;
/// How far the baseline of the line above lies above the image: the ends of its descenders are seen.
const LINE_ABOVE: Range<f32> = 0.0..0.9;
/// How far the baseline of the line below lies below the image: the ends of its ascenders are seen.
const LINE_BELOW: Range<f32> = 1.0..2.0;
/// Shift of these lines along x.
const LINE_SHIFT: Range<f32> = -3.0..3.0;
/// Share of the lines whose blur does not depend on their size.
const FIXED_BLUR: f32 = 0.6;
/// Standard deviation of that blur, in pixels.
const BLUR_PIXELS: Range<f32> = 0.2..0.7;
/// Standard deviation of the blur of the other lines.
const BLUR: Range<f32> = 0.0..0.045;

/// Share of the image that ink may cover: less is nearly nothing, more is a blot.
const USUAL_COVERAGE: Range<f32> = 0.004..0.4;

/// The image of `ink`. The `neighbours`, above and below, are seen where they reach into the line's crop. `None` if ink
/// covers less or more of the image than [`USUAL_COVERAGE`].
pub(crate) fn photograph(
    mut ink: Ink,
    neighbours: [Option<Ink>; 2],
    surface: Surface,
    rng: &mut LineRng,
) -> Option<GrayImage> {
    let width = ink.bounds().map(|b| b.x1 - b.x0)?;
    let x_height = x_height_for(width, rng);
    let tilt = rng.normal(TILT);
    ink.map(|p| Point::new(x_height * (p.x - tilt * p.y), x_height * (p.y + tilt * p.x)));
    let crop = crop(ink.bounds()?, x_height, rng);
    let mut scene = Scene::new(crop, x_height, surface, rng);
    ink.map(|p| Point::new(p.x - crop.x0, p.y - crop.y0));
    scene.write(&ink, rng);
    let covered = scene.canvas.coverage.iter().sum::<f32>() / scene.canvas.coverage.len() as f32;
    if !USUAL_COVERAGE.contains(&covered) {
        return None;
    }
    if rng.chance(if scene.background.is_board() { DRAWN_AROUND.0 } else { DRAWN_AROUND.1 })
        && let Some(bounds) = ink.bounds()
    {
        let strokes = diagram::around(bounds, x_height, rng);
        scene.pen.draw(&Ink { strokes, areas: Vec::new() }, &mut scene.canvas);
    }
    scene.add_neighbours(neighbours, rng);
    Some(scene.expose(tilt * 0.5 * x_height * width - crop.y0, rng))
}

/// The image of the paper on which a line of these `bounds`, in x-heights, would stand. `None` if the line has no
/// width.
pub(crate) fn blank(bounds: Rect, neighbours: [Option<Ink>; 2], rng: &mut LineRng) -> Option<GrayImage> {
    let width = bounds.x1 - bounds.x0;
    if width <= 0.0 {
        return None;
    }
    let x_height = x_height_for(width, rng);
    let at = |value: f32| x_height * value;
    let crop = crop(Rect::new(at(bounds.x0), at(bounds.y0), at(bounds.x1), at(bounds.y1)), x_height, rng);
    let mut scene = Scene::new(crop, x_height, Surface::Anywhere, rng);
    scene.add_neighbours(neighbours, rng);
    Some(scene.expose(-crop.y0, rng))
}

/// Height of small letters in pixels for a line that is `width` x-heights wide.
fn x_height_for(width: f32, rng: &mut LineRng) -> f32 {
    rng.log_uniform(X_HEIGHT).min(MAX_WIDTH / (width + MARGIN_ROOM))
}

/// A line's canvas, with the pen and the background that it is drawn with.
struct Scene {
    background: Background,
    pen: Pen,
    canvas: Canvas,
    x_height: f32,
}

impl Scene {
    fn new(crop: Rect, x_height: f32, surface: Surface, rng: &mut LineRng) -> Self {
        let (background, pen) = match surface {
            Surface::Board => (Background::Whiteboard, Pen::thick_marker(rng, x_height)),
            Surface::Anywhere => {
                let background = Background::random(rng);
                (background, Pen::random(rng, x_height, background.is_board()))
            }
        };
        let side = |length: f32| length.ceil().max(LEAST_SIDE) as usize;
        Self { background, pen, canvas: Canvas::new(side(crop.x1 - crop.x0), side(crop.y1 - crop.y0)), x_height }
    }

    /// Draws the line; on some lines its end with another, paler pen.
    fn write(&mut self, ink: &Ink, rng: &mut LineRng) {
        let bounds = ink.bounds().filter(|_| rng.chance(SECOND_PEN));
        let Some(bounds) = bounds else { return self.pen.draw(ink, &mut self.canvas) };
        let (begin, end) = split_at(ink, bounds.x0 + rng.uniform(SECOND_PEN_START) * (bounds.x1 - bounds.x0));
        self.pen.draw(&begin, &mut self.canvas);
        let mut paler = Canvas::new(self.canvas.width, self.canvas.height);
        Pen::random(rng, self.x_height, self.background.is_board()).draw(&end, &mut paler);
        let strength = rng.uniform(SECOND_PEN_DARKNESS);
        for (value, other) in self.canvas.coverage.iter_mut().zip(paler.coverage) {
            *value = value.max(strength * other);
        }
    }

    fn add_neighbours(&mut self, neighbours: [Option<Ink>; 2], rng: &mut LineRng) {
        let x_height = self.x_height;
        let below = self.canvas.height as f32 + x_height * rng.uniform(LINE_BELOW);
        let rows = [-x_height * rng.uniform(LINE_ABOVE), below];
        for (neighbour, row) in neighbours.into_iter().zip(rows) {
            if let Some(mut neighbour) = neighbour {
                let shift = rng.uniform(LINE_SHIFT) * x_height;
                neighbour.map(|p| Point::new(p.x * x_height + shift, p.y * x_height + row));
                self.pen.draw(&neighbour, &mut self.canvas);
            }
        }
    }

    fn expose(mut self, baseline: f32, rng: &mut LineRng) -> GrayImage {
        let deviation =
            if rng.chance(FIXED_BLUR) { rng.uniform(BLUR_PIXELS) } else { rng.uniform(BLUR) * self.x_height };
        blur(&mut self.canvas.coverage, self.canvas.width, deviation);
        compress(expose(&self.canvas, self.background, self.x_height, baseline, rng), rng)
    }
}

/// The strokes and areas that begin left of `x`, and the others.
fn split_at(ink: &Ink, x: f32) -> (Ink, Ink) {
    let is_left = |strokes: &[Polyline]| Rect::around(strokes.iter().flatten().copied()).is_none_or(|b| b.x0 < x);
    let (left, right) = ink.strokes.iter().cloned().partition(|stroke| is_left(std::slice::from_ref(stroke)));
    let (left_areas, right_areas) = ink.areas.iter().cloned().partition(|area| is_left(area));
    (Ink { strokes: left, areas: left_areas }, Ink { strokes: right, areas: right_areas })
}

/// The box of a line's image around the `bounds` of its ink, in pixels.
fn crop(bounds: Rect, x_height: f32, rng: &mut LineRng) -> Rect {
    let mut margin = |range: Range<f32>| (x_height * rng.uniform(range)).max(LEAST_MARGIN);
    let (above, below) = (margin(MARGIN_ROWS), margin(MARGIN_ROWS));
    let (left, right) = (margin(MARGIN_COLUMNS), margin(MARGIN_COLUMNS));
    Rect::new(bounds.x0 - left, bounds.y0 - above, bounds.x1 + right, bounds.y1 + below)
}
