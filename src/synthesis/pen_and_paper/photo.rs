//! From ink to a line image: size, tilt, margins, pen, neighbours, paper, camera.

use image::GrayImage;

use super::{
    camera::{blur, compress},
    diagram,
    paper::{Ground, expose},
    pen::{Canvas, Pen},
};
use crate::{
    page::{Point, Rect},
    synthesis::{
        ink::{Ink, Stroke},
        random::LineRng,
        surface::Surface,
    },
};

/// Lines are never rendered wider than this, in pixels: long lines are drawn smaller.
const MAX_WIDTH: f32 = 3600.0;

/// Part of the lines that are written with two pens.
const SECOND_PEN: f32 = 0.08;

/// Part of the crop that ink may cover: less is nearly nothing, more a blot.
const USUAL_COVERAGE: std::ops::Range<f32> = 0.004..0.4;

/// A photo of `ink`, with the writing of `neighbours` just above and below it, from which only what reaches into the
/// line's crop is seen. `None` if that is next to nothing, or a blot.
pub(crate) fn photograph(
    mut ink: Ink,
    neighbours: [Option<Ink>; 2],
    place: Surface,
    rng: &mut LineRng,
) -> Option<GrayImage> {
    let breadth = ink.bounds().map(|b| b.x1 - b.x0)?;
    let x_height = x_height_for(breadth, rng);
    let tilt = rng.normal(0.012);
    ink.map(|p| Point::new(x_height * (p.x - tilt * p.y), x_height * (p.y + tilt * p.x)));
    let crop = crop(ink.bounds()?, x_height, rng);
    let mut scene = Scene::new(crop, x_height, place, rng);
    ink.map(|p| Point::new(p.x - crop.x0, p.y - crop.y0));
    scene.write(&ink, rng);
    let covered = scene.canvas.coverage.iter().sum::<f32>() / scene.canvas.coverage.len() as f32;
    if !USUAL_COVERAGE.contains(&covered) {
        return None;
    }
    if rng.chance(if scene.ground.is_board() { 0.35 } else { 0.06 })
        && let Some(bounds) = ink.bounds()
    {
        let strokes = diagram::around(bounds, x_height, rng);
        scene.pen.draw(&Ink { strokes, areas: Vec::new() }, &mut scene.canvas);
    }
    scene.add_neighbours(neighbours, rng);
    Some(scene.expose(tilt * 0.5 * x_height * breadth - crop.y0, rng))
}

/// A photo of the paper where a line of such `bounds`, in x-heights, might stand. `None` if there is no room.
pub(crate) fn blank(bounds: Rect, neighbours: [Option<Ink>; 2], rng: &mut LineRng) -> Option<GrayImage> {
    let breadth = bounds.x1 - bounds.x0;
    if breadth <= 0.0 {
        return None;
    }
    let x_height = x_height_for(breadth, rng);
    let at = |value: f32| x_height * value;
    let crop = crop(Rect::new(at(bounds.x0), at(bounds.y0), at(bounds.x1), at(bounds.y1)), x_height, rng);
    let mut scene = Scene::new(crop, x_height, Surface::Anywhere, rng);
    scene.add_neighbours(neighbours, rng);
    Some(scene.expose(-crop.y0, rng))
}

fn x_height_for(breadth: f32, rng: &mut LineRng) -> f32 {
    rng.log_between(14.0, 38.0).min(MAX_WIDTH / (breadth + 4.0))
}

/// What lies before the camera.
struct Scene {
    ground: Ground,
    pen: Pen,
    canvas: Canvas,
    x_height: f32,
}

impl Scene {
    fn new(crop: Rect, x_height: f32, place: Surface, rng: &mut LineRng) -> Self {
        let (ground, pen) = match place {
            Surface::Board => (Ground::Whiteboard, Pen::thick_marker(rng, x_height)),
            Surface::Anywhere => {
                let ground = Ground::any(rng);
                (ground, Pen::any(rng, x_height, ground.is_board()))
            }
        };
        let side = |length: f32| length.ceil().max(8.0) as usize;
        Self { ground, pen, canvas: Canvas::new(side(crop.x1 - crop.x0), side(crop.y1 - crop.y0)), x_height }
    }

    /// Draws the line; now and then its end with another pen, paler, as where a marker ran dry.
    fn write(&mut self, ink: &Ink, rng: &mut LineRng) {
        let bounds = ink.bounds().filter(|_| rng.chance(SECOND_PEN));
        let Some(bounds) = bounds else { return self.pen.draw(ink, &mut self.canvas) };
        let (begin, end) = parted(ink, bounds.x0 + rng.between(0.2, 0.9) * (bounds.x1 - bounds.x0));
        self.pen.draw(&begin, &mut self.canvas);
        let mut paler = Canvas::new(self.canvas.width, self.canvas.height);
        Pen::any(rng, self.x_height, self.ground.is_board()).draw(&end, &mut paler);
        let strength = rng.between(0.4, 1.0);
        for (value, other) in self.canvas.coverage.iter_mut().zip(paler.coverage) {
            *value = value.max(strength * other);
        }
    }

    fn add_neighbours(&mut self, neighbours: [Option<Ink>; 2], rng: &mut LineRng) {
        let x_height = self.x_height;
        // The neighbour above shows the ends of its descenders, the one below those of its ascenders.
        let below = self.canvas.height as f32 + x_height * rng.between(1.0, 2.0);
        let rows = [-x_height * rng.between(0.0, 0.9), below];
        for (neighbour, row) in neighbours.into_iter().zip(rows) {
            if let Some(mut neighbour) = neighbour {
                let shift = rng.between(-3.0, 3.0) * x_height;
                neighbour.map(|p| Point::new(p.x * x_height + shift, p.y * x_height + row));
                self.pen.draw(&neighbour, &mut self.canvas);
            }
        }
    }

    fn expose(mut self, baseline: f32, rng: &mut LineRng) -> GrayImage {
        let softness = if rng.chance(0.6) { rng.between(0.2, 0.7) } else { rng.between(0.0, 0.045) * self.x_height };
        blur(&mut self.canvas.coverage, self.canvas.width, softness);
        compress(expose(&self.canvas, self.ground, self.x_height, baseline, rng), rng)
    }
}

/// What begins left of column `x`, and the rest.
fn parted(ink: &Ink, x: f32) -> (Ink, Ink) {
    let is_left = |strokes: &[Stroke]| Rect::around(strokes.iter().flatten().copied()).is_none_or(|b| b.x0 < x);
    let (left, right) = ink.strokes.iter().cloned().partition(|stroke| is_left(std::slice::from_ref(stroke)));
    let (left_areas, right_areas) = ink.areas.iter().cloned().partition(|area| is_left(area));
    (Ink { strokes: left, areas: left_areas }, Ink { strokes: right, areas: right_areas })
}

/// The box of a line's image around its ink's `bounds`, in pixels: tight on some lines, loose on others.
fn crop(bounds: Rect, x_height: f32, rng: &mut LineRng) -> Rect {
    let mut margin = |low: f32, high: f32| (x_height * rng.between(low, high)).max(3.0);
    let rows = (margin(0.1, 1.1), margin(0.1, 1.1));
    Rect::new(bounds.x0 - margin(0.1, 2.0), bounds.y0 - rows.0, bounds.x1 + margin(0.1, 2.0), bounds.y1 + rows.1)
}
