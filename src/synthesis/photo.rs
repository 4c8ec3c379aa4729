//! From ink to a line image: size, tilt, margins, pen, neighbours, paper, camera.

use image::GrayImage;

use super::camera::{blur, compress};
use super::diagram;
use super::dice::Dice;
use super::ink::Ink;
use super::paper::{Ground, expose};
use super::pen::{Canvas, Pen};
use crate::page::{Point, Rect};

/// Lines are never rendered wider than this, in pixels: long lines are drawn smaller.
const MAX_WIDTH: f32 = 3600.0;

/// Part of the crop that ink may cover: less is nearly nothing, more a blot.
const USUAL_COVERAGE: std::ops::Range<f32> = 0.004..0.4;

/// A photo of `ink`, with the writing of `neighbours` just above and below it, from which only what reaches into the
/// line's crop is seen. `None` if that is next to nothing, or a blot.
pub(super) fn photograph(mut ink: Ink, neighbours: [Option<Ink>; 2], dice: &mut Dice) -> Option<GrayImage> {
    let breadth = ink.bounds().map(|b| b.x1 - b.x0)?;
    let x_height = dice.log_between(14.0, 38.0).min(MAX_WIDTH / (breadth + 4.0));
    let tilt = dice.bell(0.012);
    let place = move |p: Point| Point::new(x_height * (p.x - tilt * p.y), x_height * (p.y + tilt * p.x));
    ink.map(place);
    let crop = crop(&ink, x_height, dice)?;
    let to_crop = |p: Point| Point::new(p.x - crop.x0, p.y - crop.y0);
    let ground = Ground::any(dice);
    let pen = Pen::any(dice, x_height, ground.is_board());
    let mut canvas =
        Canvas::new((crop.x1 - crop.x0).ceil().max(8.0) as usize, (crop.y1 - crop.y0).ceil().max(8.0) as usize);
    let baseline = tilt * 0.5 * x_height * breadth - crop.y0;
    ink.map(to_crop);
    pen.draw(&ink, &mut canvas);
    let covered = canvas.coverage.iter().sum::<f32>() / canvas.coverage.len() as f32;
    if !USUAL_COVERAGE.contains(&covered) {
        return None;
    }
    if dice.chance(if ground.is_board() { 0.35 } else { 0.06 })
        && let Some(bounds) = ink.bounds()
    {
        let strokes = diagram::around(bounds, x_height, dice);
        pen.draw(&Ink { strokes, areas: Vec::new() }, &mut canvas);
    }
    let [above, below] = neighbours;
    // The neighbour above shows the ends of its descenders, the one below those of its ascenders.
    let rows = [-x_height * dice.between(0.0, 0.9), canvas.height as f32 + x_height * dice.between(1.0, 2.0)];
    for (neighbour, row) in [above, below].into_iter().zip(rows) {
        if let Some(mut neighbour) = neighbour {
            let shift = dice.between(-3.0, 3.0) * x_height;
            neighbour.map(|p| Point::new(p.x * x_height + shift, p.y * x_height + row));
            pen.draw(&neighbour, &mut canvas);
        }
    }
    let softness = if dice.chance(0.6) { dice.between(0.2, 0.7) } else { dice.between(0.0, 0.045) * x_height };
    blur(&mut canvas.coverage, canvas.width, softness);
    Some(compress(expose(&canvas, ground, x_height, baseline, dice), dice))
}

/// The box of the line's image around its ink: tight on some lines, loose on others.
fn crop(ink: &Ink, x_height: f32, dice: &mut Dice) -> Option<Rect> {
    let bounds = ink.bounds()?;
    let mut margin = |low: f32, high: f32| (x_height * dice.between(low, high)).max(3.0);
    let rows = (margin(0.1, 1.1), margin(0.1, 1.1));
    Some(Rect::new(bounds.x0 - margin(0.1, 2.0), bounds.y0 - rows.0, bounds.x1 + margin(0.1, 2.0), bounds.y1 + rows.1))
}
