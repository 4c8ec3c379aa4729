//! From ink to a line image: size, tilt, margins, pen, neighbours, paper, camera.

use image::GrayImage;

use super::camera::{blur, compress};
use super::diagram;
use super::dice::Dice;
use super::ink::{Ink, Stroke};
use super::paper::{Ground, expose};
use super::pen::{Canvas, Pen};
use super::place::Place;
use crate::page::{Point, Rect};

/// Lines are never rendered wider than this, in pixels: long lines are drawn smaller.
const MAX_WIDTH: f32 = 3600.0;

/// Part of the lines that are written with two pens.
const SECOND_PEN: f32 = 0.08;

/// Part of the crop that ink may cover: less is nearly nothing, more a blot.
const USUAL_COVERAGE: std::ops::Range<f32> = 0.004..0.4;

/// A photo of `ink`, with the writing of `neighbours` just above and below it, from which only what reaches into the
/// line's crop is seen. `None` if that is next to nothing, or a blot.
pub(super) fn photograph(
    mut ink: Ink,
    neighbours: [Option<Ink>; 2],
    place: Place,
    dice: &mut Dice,
) -> Option<GrayImage> {
    let breadth = ink.bounds().map(|b| b.x1 - b.x0)?;
    let x_height = x_height_for(breadth, dice);
    let tilt = dice.bell(0.012);
    ink.map(|p| Point::new(x_height * (p.x - tilt * p.y), x_height * (p.y + tilt * p.x)));
    let crop = crop(ink.bounds()?, x_height, dice);
    let mut scene = Scene::new(crop, x_height, place, dice);
    ink.map(|p| Point::new(p.x - crop.x0, p.y - crop.y0));
    scene.write(&ink, dice);
    let covered = scene.canvas.coverage.iter().sum::<f32>() / scene.canvas.coverage.len() as f32;
    if !USUAL_COVERAGE.contains(&covered) {
        return None;
    }
    if dice.chance(if scene.ground.is_board() { 0.35 } else { 0.06 })
        && let Some(bounds) = ink.bounds()
    {
        let strokes = diagram::around(bounds, x_height, dice);
        scene.pen.draw(&Ink { strokes, areas: Vec::new() }, &mut scene.canvas);
    }
    scene.add_neighbours(neighbours, dice);
    Some(scene.expose(tilt * 0.5 * x_height * breadth - crop.y0, dice))
}

/// A photo of the paper where a line of such `bounds`, in x-heights, might stand. `None` if there is no room.
pub(super) fn blank(bounds: Rect, neighbours: [Option<Ink>; 2], dice: &mut Dice) -> Option<GrayImage> {
    let breadth = bounds.x1 - bounds.x0;
    if breadth <= 0.0 {
        return None;
    }
    let x_height = x_height_for(breadth, dice);
    let at = |value: f32| x_height * value;
    let crop = crop(Rect::new(at(bounds.x0), at(bounds.y0), at(bounds.x1), at(bounds.y1)), x_height, dice);
    let mut scene = Scene::new(crop, x_height, Place::Anywhere, dice);
    scene.add_neighbours(neighbours, dice);
    Some(scene.expose(-crop.y0, dice))
}

fn x_height_for(breadth: f32, dice: &mut Dice) -> f32 {
    dice.log_between(14.0, 38.0).min(MAX_WIDTH / (breadth + 4.0))
}

/// What lies before the camera.
struct Scene {
    ground: Ground,
    pen: Pen,
    canvas: Canvas,
    x_height: f32,
}

impl Scene {
    fn new(crop: Rect, x_height: f32, place: Place, dice: &mut Dice) -> Self {
        let (ground, pen) = match place {
            Place::Board => (Ground::Whiteboard, Pen::thick_marker(dice, x_height)),
            Place::Anywhere => {
                let ground = Ground::any(dice);
                (ground, Pen::any(dice, x_height, ground.is_board()))
            }
        };
        let side = |length: f32| length.ceil().max(8.0) as usize;
        Self { ground, pen, canvas: Canvas::new(side(crop.x1 - crop.x0), side(crop.y1 - crop.y0)), x_height }
    }

    /// Draws the line; now and then its end with another pen, paler, as where a marker ran dry.
    fn write(&mut self, ink: &Ink, dice: &mut Dice) {
        let bounds = ink.bounds().filter(|_| dice.chance(SECOND_PEN));
        let Some(bounds) = bounds else { return self.pen.draw(ink, &mut self.canvas) };
        let (begin, end) = parted(ink, bounds.x0 + dice.between(0.2, 0.9) * (bounds.x1 - bounds.x0));
        self.pen.draw(&begin, &mut self.canvas);
        let mut paler = Canvas::new(self.canvas.width, self.canvas.height);
        Pen::any(dice, self.x_height, self.ground.is_board()).draw(&end, &mut paler);
        let strength = dice.between(0.4, 1.0);
        for (value, other) in self.canvas.coverage.iter_mut().zip(paler.coverage) {
            *value = value.max(strength * other);
        }
    }

    fn add_neighbours(&mut self, neighbours: [Option<Ink>; 2], dice: &mut Dice) {
        let x_height = self.x_height;
        // The neighbour above shows the ends of its descenders, the one below those of its ascenders.
        let below = self.canvas.height as f32 + x_height * dice.between(1.0, 2.0);
        let rows = [-x_height * dice.between(0.0, 0.9), below];
        for (neighbour, row) in neighbours.into_iter().zip(rows) {
            if let Some(mut neighbour) = neighbour {
                let shift = dice.between(-3.0, 3.0) * x_height;
                neighbour.map(|p| Point::new(p.x * x_height + shift, p.y * x_height + row));
                self.pen.draw(&neighbour, &mut self.canvas);
            }
        }
    }

    fn expose(mut self, baseline: f32, dice: &mut Dice) -> GrayImage {
        let softness = if dice.chance(0.6) { dice.between(0.2, 0.7) } else { dice.between(0.0, 0.045) * self.x_height };
        blur(&mut self.canvas.coverage, self.canvas.width, softness);
        compress(expose(&self.canvas, self.ground, self.x_height, baseline, dice), dice)
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
fn crop(bounds: Rect, x_height: f32, dice: &mut Dice) -> Rect {
    let mut margin = |low: f32, high: f32| (x_height * dice.between(low, high)).max(3.0);
    let rows = (margin(0.1, 1.1), margin(0.1, 1.1));
    Rect::new(bounds.x0 - margin(0.1, 2.0), bounds.y0 - rows.0, bounds.x1 + margin(0.1, 2.0), bounds.y1 + rows.1)
}
