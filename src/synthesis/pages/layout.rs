//! What stands on a page before it is photographed: marks of ink of each kind, and the lines of writing.
//!
//! Coordinates are x-heights of the page's usual writing, y down, from the upper left corner of the scene.

use crate::{
    page::{Point, Rect},
    synthesis::ink::{Ink, Polyline},
};

/// What a mark is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum InkKind {
    Drawing,
    Struck,
    Writing,
}

/// The pens of a page, by their place in [`super::exposure`]'s list: writing, drawing, another pen.
pub(super) const N_PENS: usize = 3;

/// Ink of one kind, drawn with one pen.
#[derive(Clone, Debug)]
pub(super) struct Mark {
    pub(super) ink: Ink,
    pub(super) kind: InkKind,
    /// Less than [`N_PENS`].
    pub(super) pen: usize,
}

/// A word of a placed line.
#[derive(Clone, Debug)]
pub(super) struct PlacedWord {
    pub(super) text: String,
    pub(super) ink: Ink,
    /// Where its ink begins and ends on the baseline.
    pub(super) ends: [Point; 2],
}

/// A line of writing.
#[derive(Clone, Debug)]
pub(super) struct PlacedLine {
    /// From the first to the last ink.
    pub(super) baseline: Polyline,
    pub(super) x_height: f32,
    /// From left to right.
    pub(super) words: Vec<PlacedWord>,
    pub(super) pen: usize,
}

/// Where a part of a page goes: scaled, bent, turned and moved.
#[derive(Clone, Copy, Debug)]
pub(super) struct Placement {
    pub(super) origin: Point,
    /// Clockwise, in radians.
    pub(super) angle: f32,
    pub(super) scale: f32,
    /// Second derivative of the bent x axis.
    pub(super) bend: f32,
}

impl Placement {
    pub(super) const fn at_point(origin: Point) -> Self {
        Self { origin, angle: 0.0, scale: 1.0, bend: 0.0 }
    }

    pub(super) fn place(&self, p: Point) -> Point {
        let (sin, cos) = self.angle.sin_cos();
        let (x, y) = (self.scale * p.x, self.scale * p.y + 0.5 * self.bend * (self.scale * p.x).powi(2));
        Point::new(self.origin.x + cos * x - sin * y, self.origin.y + sin * x + cos * y)
    }
}

/// Marks and lines.
#[derive(Clone, Debug, Default)]
pub(super) struct Layout {
    pub(super) marks: Vec<Mark>,
    pub(super) lines: Vec<PlacedLine>,
}

impl Layout {
    /// Adds strokes of one kind.
    pub(super) fn draw(&mut self, strokes: Vec<Polyline>, kind: InkKind, pen: usize) {
        self.marks.push(Mark { ink: Ink { strokes, areas: Vec::new() }, kind, pen });
    }

    /// Adds filled outlines and strokes that are drawings.
    pub(super) fn draw_ink(&mut self, ink: Ink, pen: usize) {
        self.marks.push(Mark { ink, kind: InkKind::Drawing, pen });
    }

    /// Moves everything by `placement`.
    pub(super) fn moved(mut self, placement: &Placement) -> Self {
        for mark in &mut self.marks {
            mark.ink.map(|p| placement.place(p));
        }
        for line in &mut self.lines {
            line.x_height *= placement.scale;
            for point in &mut line.baseline {
                *point = placement.place(*point);
            }
            for word in &mut line.words {
                word.ink.map(|p| placement.place(p));
                word.ends = word.ends.map(|p| placement.place(p));
            }
        }
        self
    }

    pub(super) fn add(&mut self, other: Self) {
        self.marks.extend(other.marks);
        self.lines.extend(other.lines);
    }
}

/// The box around a line's words; `None` without ink.
pub(super) fn bounds_of_line(line: &PlacedLine) -> Option<Rect> {
    line.words.iter().filter_map(|word| word.ink.bounds()).reduce(Rect::union)
}
