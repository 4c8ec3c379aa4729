//! What is written on: sheets on a table, boards, their printed lines, creases and stains.
//!
//! Lengths are in x-heights unless their sentence says otherwise. The numbers were set by eye on photographed pages; no
//! measurement is recorded.

use std::f32::consts::TAU;

use super::layout::{Layout, PlacedLine, Placement, bounds_of_line};
use crate::{
    page::{Point, Rect},
    synthesis::{ink::Polyline, pen_and_paper::background::Background, random::LineRng},
};

/// Distance between points of an edge or a printed line, so that they follow curled paper.
const STEP: f32 = 2.0;
/// Luminance of tables and walls, as a factor on white.
const TABLE: std::ops::Range<f32> = 0.06..0.85;

/// Lines of one darkness.
#[derive(Clone, Debug)]
pub(super) struct Print {
    pub(super) strokes: Vec<Polyline>,
    /// Half the width.
    pub(super) radius: f32,
    /// Share of the light that they take.
    pub(super) darkness: f32,
}

/// An area of one brightness.
#[derive(Clone, Debug)]
pub(super) struct Patch {
    pub(super) outline: Polyline,
    /// Luminance as a factor on what lies below it, or on white.
    pub(super) luminance: f32,
    /// Whether what lies below shines through.
    pub(super) is_shade: bool,
}

/// All that is not ink.
#[derive(Clone, Debug)]
pub(super) struct Ground {
    pub(super) background: Background,
    /// Luminance of the table as a factor on white; `None` where the paper fills the photo.
    pub(super) table: Option<f32>,
    pub(super) patches: Vec<Patch>,
    pub(super) prints: Vec<Print>,
}

/// How a sheet is printed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Ruling {
    Blank,
    /// Distance of the rules.
    Ruled(f32),
    Squared(f32),
    Dotted(f32),
}

impl Ruling {
    pub(super) fn random(leading: f32, rng: &mut LineRng) -> Self {
        match rng.count(0, 19) {
            0..=10 => Self::Blank,
            11..=14 => Self::Ruled(if rng.chance(0.7) { leading } else { rng.uniform(2.2..5.0) }),
            15..=17 => Self::Squared(if rng.chance(0.3) { 0.5 * leading } else { rng.uniform(1.1..2.8) }),
            _ => Self::Dotted(rng.uniform(1.2..2.8)),
        }
    }
}

impl Ground {
    pub(super) fn new(background: Background, table: Option<f32>) -> Self {
        Self { background, table, patches: Vec::new(), prints: Vec::new() }
    }

    /// A table or wall of random brightness.
    pub(super) fn random_table(rng: &mut LineRng) -> f32 {
        rng.uniform(TABLE)
    }

    /// A sheet of paper with its shadow and its printed lines.
    pub(super) fn lay_sheet(
        &mut self,
        area: Rect,
        placement: &Placement,
        luminance: f32,
        ruling: Ruling,
        rng: &mut LineRng,
    ) {
        let outline = outline(area, placement);
        if self.table.is_some() {
            let (dx, dy) = (rng.uniform(-0.5..0.8), rng.uniform(0.0..0.8));
            let shadow = outline.iter().map(|p| Point::new(p.x + dx, p.y + dy)).collect();
            self.patches.push(Patch { outline: shadow, luminance: rng.uniform(0.5..0.95), is_shade: true });
        }
        self.patches.push(Patch { outline, luminance, is_shade: false });
        self.print(area, placement, ruling, rng);
    }

    /// Printed lines of a sheet.
    pub(super) fn print(&mut self, area: Rect, placement: &Placement, ruling: Ruling, rng: &mut LineRng) {
        let radius = rng.uniform(0.02..0.07);
        let darkness = rng.uniform(0.06..0.5);
        let along = |from: Point, to: Point| -> Polyline {
            let n = (from.distance(to) / STEP).ceil().max(1.0) as usize;
            let at = |share: f32| Point::new(from.x + share * (to.x - from.x), from.y + share * (to.y - from.y));
            (0..=n).map(|i| placement.place(at(i as f32 / n as f32))).collect()
        };
        let columns = |side: f32| (1..(area.width() / side) as usize).map(move |i| area.x0 + i as f32 * side);
        let rows = |side: f32| (1..(area.height() / side) as usize).map(move |i| area.y0 + i as f32 * side);
        let row = |y: f32| along(Point::new(area.x0, y), Point::new(area.x1, y));
        let column = |x: f32| along(Point::new(x, area.y0), Point::new(x, area.y1));
        let strokes: Vec<Polyline> = match ruling {
            Ruling::Blank => return,
            Ruling::Ruled(side) => {
                let mut strokes: Vec<Polyline> = rows(side).map(row).collect();
                if rng.chance(0.4) {
                    strokes.push(column(area.x0 + rng.uniform(0.05..0.2) * area.width()));
                }
                strokes
            }
            Ruling::Squared(side) => rows(side).map(row).chain(columns(side).map(column)).collect(),
            Ruling::Dotted(side) => rows(side)
                .flat_map(|y| columns(side).map(move |x| vec![Point::new(x, y)]))
                .map(|dot| dot.into_iter().map(|p| placement.place(p)).collect())
                .collect(),
        };
        self.prints.push(Print { strokes, radius, darkness });
    }

    /// Creases, rings of cups, stains, holes, shadows of things beside the page.
    pub(super) fn wear(&mut self, area: Rect, rng: &mut LineRng) {
        if rng.chance(0.12) {
            for _ in 0..rng.count(1, 3) {
                self.crease(area, rng);
            }
        }
        if rng.chance(0.08) {
            self.ring(area, rng);
        }
        if rng.chance(0.06) {
            for _ in 0..rng.count(1, 4) {
                let r = rng.uniform(0.3..5.0);
                let centre = Point::new(rng.uniform(area.x0..area.x1), rng.uniform(area.y0..area.y1));
                let outline = blob(centre, r, rng);
                self.patches.push(Patch { outline, luminance: rng.uniform(0.5..0.97), is_shade: true });
            }
        }
        if rng.chance(0.08) {
            self.holes(area, rng);
        }
    }

    fn crease(&mut self, area: Rect, rng: &mut LineRng) {
        let is_level = rng.chance(0.5);
        let share = *rng.pick(&[0.25, 0.33, 0.5, 0.67, 0.75]).unwrap_or(&0.5) + rng.normal(0.02);
        let (from, to) = if is_level {
            let y = area.y0 + share * area.height();
            (Point::new(area.x0, y), Point::new(area.x1, y + rng.normal(1.0)))
        } else {
            let x = area.x0 + share * area.width();
            (Point::new(x, area.y0), Point::new(x + rng.normal(1.0), area.y1))
        };
        let n = (from.distance(to) / STEP).ceil().max(1.0) as usize;
        let at = |i: usize| {
            let share = i as f32 / n as f32;
            Point::new(from.x + share * (to.x - from.x), from.y + share * (to.y - from.y))
        };
        let stroke: Polyline = (0..=n).map(at).collect();
        let mut facet = stroke.clone();
        facet.extend(if is_level {
            [Point::new(area.x1, area.y1), Point::new(area.x0, area.y1)]
        } else {
            [Point::new(area.x1, area.y1), Point::new(area.x1, area.y0)]
        });
        self.patches.push(Patch { outline: facet, luminance: rng.uniform(0.86..1.0), is_shade: true });
        let print = Print { strokes: vec![stroke], radius: rng.uniform(0.03..0.3), darkness: rng.uniform(0.03..0.3) };
        self.prints.push(print);
    }

    fn ring(&mut self, area: Rect, rng: &mut LineRng) {
        let r = rng.uniform(5.0..13.0);
        let centre = Point::new(rng.uniform(area.x0..area.x1), rng.uniform(area.y0..area.y1));
        for _ in 0..rng.count(1, 2) {
            let (start, turn) = (rng.uniform(0.0..TAU), rng.uniform(2.5..TAU));
            let stroke = (0..=60)
                .map(|i| {
                    let (sin, cos) = (start + turn * i as f32 / 60.0).sin_cos();
                    Point::new(centre.x + r * cos, centre.y + r * sin)
                })
                .collect();
            let (radius, darkness) = (rng.uniform(0.1..0.6), rng.uniform(0.08..0.4));
            self.prints.push(Print { strokes: vec![stroke], radius, darkness });
        }
    }

    /// Punched holes near an edge, and marks that scanners look for.
    fn holes(&mut self, area: Rect, rng: &mut LineRng) {
        let x = if rng.chance(0.7) { area.x0 + rng.uniform(1.0..3.0) } else { area.x1 - rng.uniform(1.0..3.0) };
        let luminance = rng.uniform(0.1..0.7);
        let r = rng.uniform(0.4..1.1);
        for index in 0..*rng.pick(&[2usize, 3, 4]).unwrap_or(&2) {
            let y = area.y0 + (0.2 + 0.2 * index as f32) * area.height();
            self.patches.push(Patch { outline: blob(Point::new(x, y), r, rng), luminance, is_shade: false });
        }
    }

    /// Writing that was wiped off or shines through: `layout`'s lines as faint strokes.
    pub(super) fn leave_traces(&mut self, layout: &Layout, rng: &mut LineRng) {
        let inks = layout.lines.iter().flat_map(|line| &line.words).map(|word| &word.ink);
        let strokes = inks.flat_map(|ink| ink.strokes.iter().chain(ink.areas.iter().flatten())).cloned().collect();
        self.prints.push(Print { strokes, radius: rng.uniform(0.05..0.16), darkness: rng.uniform(0.04..0.22) });
    }

    /// Marks some words or lines with a highlighter.
    pub(super) fn highlight(&mut self, layout: &Layout, rng: &mut LineRng) {
        let luminance = rng.uniform(0.7..0.95);
        for _ in 0..rng.count(1, 1 + layout.lines.len() / 5) {
            let Some(line) = rng.pick(&layout.lines) else { return };
            let outline = if rng.chance(0.5) { highlighted(line, rng) } else { highlighted_word(line, rng) };
            self.patches.extend(outline.map(|outline| Patch { outline, luminance, is_shade: true }));
        }
    }

    /// A thing that lies on the table or hangs on the board: a pen, a cup, a magnet, a phone.
    pub(super) fn lay_thing(&mut self, at: Point, rng: &mut LineRng) {
        let luminance = rng.uniform(0.05..0.9);
        let outline = if rng.chance(0.4) {
            blob(at, rng.uniform(1.5..7.0), rng)
        } else {
            let (width, height) = (rng.uniform(1.0..24.0), rng.uniform(0.8..8.0));
            let placement = Placement { origin: at, angle: rng.uniform(-2.0..2.0), scale: 1.0, bend: 0.0 };
            outline(Rect::new(-0.5 * width, -0.5 * height, 0.5 * width, 0.5 * height), &placement)
        };
        self.patches.push(Patch { outline, luminance, is_shade: false });
    }
}

/// The band of a highlighter over a line.
fn highlighted(line: &PlacedLine, rng: &mut LineRng) -> Option<Polyline> {
    let (above, below) = (rng.uniform(0.9..1.9) * line.x_height, rng.uniform(0.1..0.9) * line.x_height);
    let along = &line.baseline;
    let shifted = |by: f32| move |p: &Point| Point::new(p.x, p.y + by);
    let points: Polyline = along.iter().map(shifted(-above)).chain(along.iter().rev().map(shifted(below))).collect();
    (along.len() > 1).then_some(points)
}

fn highlighted_word(line: &PlacedLine, rng: &mut LineRng) -> Option<Polyline> {
    let word = rng.pick(&line.words)?;
    let area = if rng.chance(0.8) { word.ink.bounds()? } else { bounds_of_line(line)? };
    let by = rng.uniform(0.0..0.6);
    Some(Rect::new(area.x0 - by, area.y0 - by, area.x1 + by, area.y1 + by).corners().to_vec())
}

fn outline(area: Rect, placement: &Placement) -> Polyline {
    let corners = area.corners();
    let mut points = Vec::new();
    for index in 0..4 {
        let (from, to) = (corners[index], corners[(index + 1) % 4]);
        let n = (from.distance(to) / STEP).ceil().max(1.0) as usize;
        points.extend((0..n).map(|i| {
            let share = i as f32 / n as f32;
            placement.place(Point::new(from.x + share * (to.x - from.x), from.y + share * (to.y - from.y)))
        }));
    }
    points
}

/// A round outline that is not quite a circle.
fn blob(centre: Point, radius: f32, rng: &mut LineRng) -> Polyline {
    let (a, b, phase) = (rng.uniform(0.8..1.2), rng.uniform(0.0..0.08), rng.uniform(0.0..TAU));
    (0..40)
        .map(|i| {
            let angle = i as f32 / 40.0 * TAU;
            let r = radius * (1.0 + b * (3.0 * angle + phase).sin());
            Point::new(centre.x + a * r * angle.cos(), centre.y + r * angle.sin() / a)
        })
        .collect()
}
