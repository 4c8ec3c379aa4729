//! A page while it is composed: its writer, its draughtsman, what stands on it so far.
//!
//! Lengths are in x-heights and were set by eye on photographed pages; no measurement is recorded.

use super::{
    draughtsman::Draughtsman,
    layout::{InkKind, Layout, N_PENS, Placement},
    writer::{SetLine, Writer},
};
use crate::{
    page::{Point, Rect},
    synthesis::{
        ink::{Ink, Polyline, WrittenWord},
        random::LineRng,
    },
};

/// Height of a line with ascenders above its baseline.
pub(super) const ASCENT: f32 = 1.9;
/// Depth of descenders below the baseline.
pub(super) const DESCENT: f32 = 0.9;
/// Distance of baselines.
const LEADING: std::ops::Range<f32> = 2.1..4.6;
/// The least distance of baselines, as a share of the height of the hand's words.
const CLOSEST: f32 = 0.8;
/// Share of a node or label, or of what it stands on, that may be covered.
const COVERED: f32 = 0.12;
/// Share of the pages that are drawn with the pen of the writing.
const SAME_PEN: f32 = 0.7;
/// Standard deviation of a line's slope against its page, in radians.
const SLOPE: f32 = 0.012;

/// What a page is composed with.
pub(super) struct Composition<'a, 'r> {
    pub(super) writer: Writer<'a>,
    pub(super) hand: Draughtsman,
    pub(super) layout: Layout,
    /// Where nodes and labels of diagrams stand.
    taken: Vec<Rect>,
    /// Distance of baselines.
    pub(super) leading: f32,
    /// The least distance of baselines at which the hand's lines hardly touch.
    least_leading: f32,
    /// The pen of drawings.
    pub(super) drawing_pen: usize,
    /// The pen of writing.
    pub(super) writing_pen: usize,
    pub(super) rng: &'r mut LineRng,
}

/// Where the lines of a block begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Centre,
    Right,
}

/// Lines set above one another, not yet placed.
pub(super) struct Block {
    lines: Vec<SetLine>,
    leading: f32,
    align: Align,
}

impl Block {
    pub(super) fn width(&self) -> f32 {
        self.lines.iter().map(|line| line.width).fold(0.0, f32::max)
    }

    pub(super) fn height(&self) -> f32 {
        self.lines.len().saturating_sub(1) as f32 * self.leading + ASCENT + DESCENT
    }

    /// The box around it with its middle at `centre`, turned by `angle`.
    pub(super) fn area(&self, centre: Point, angle: f32) -> Rect {
        let (sin, cos) = angle.sin_cos();
        let (x, y) = (0.5 * self.width(), 0.5 * self.height());
        Rect::new(-x, -y, x, y)
            .moved(|p| Point::new(centre.x + cos * p.x - sin * p.y, centre.y + sin * p.x + cos * p.y))
    }
}

impl<'a, 'r> Composition<'a, 'r> {
    pub(super) fn new(mut writer: Writer<'a>, rng: &'r mut LineRng) -> Self {
        let least_leading = CLOSEST * writer.word_height(rng);
        Self {
            writer,
            taken: Vec::new(),
            least_leading,
            hand: Draughtsman::random(rng),
            layout: Layout::default(),
            leading: rng.log_uniform(LEADING).max(least_leading),
            drawing_pen: if rng.chance(SAME_PEN) { 0 } else { rng.count(1, N_PENS - 1) },
            writing_pen: 0,
            rng,
        }
    }

    /// Draws strokes that are no writing.
    pub(super) fn draw(&mut self, strokes: Vec<Polyline>) {
        self.layout.draw(strokes, InkKind::Drawing, self.drawing_pen);
    }

    /// Draws strokes and filled outlines that are no writing.
    pub(super) fn draw_ink(&mut self, ink: Ink) {
        self.layout.draw_ink(ink, self.drawing_pen);
    }

    /// Puts `line` with its first baseline point at `origin`, `scale` times as large as usual.
    pub(super) fn put(&mut self, line: SetLine, origin: Point, scale: f32) {
        let angle = self.rng.normal(SLOPE);
        self.put_turned(line, origin, scale, angle);
    }

    /// The same, turned clockwise by `angle` radians.
    pub(super) fn put_turned(&mut self, line: SetLine, origin: Point, scale: f32, angle: f32) {
        let bend = if self.rng.chance(0.2) { self.rng.normal(0.0012) } else { 0.0 };
        line.put(&Placement { origin, angle, scale, bend }, self.writing_pen, &mut self.layout);
    }

    /// A block of `words` in lines at most `width` wide.
    pub(super) fn block(&mut self, words: Vec<WrittenWord>, width: f32, align: Align) -> Block {
        let mut lines = Vec::new();
        let (mut row, mut reached) = (Vec::new(), 0.0);
        for word in words {
            let more = word.width() + 0.9;
            if reached + more > width && !row.is_empty() {
                lines.push(self.writer.set(std::mem::take(&mut row), None, self.rng));
                reached = 0.0;
            }
            reached += more;
            row.push(word);
        }
        if !row.is_empty() {
            lines.push(self.writer.set(row, None, self.rng));
        }
        let leading = self.rng.uniform(2.1..3.1).min(self.leading).max(self.least_leading);
        Block { lines, leading, align }
    }

    /// Whether a node or label in `area` would cover no other.
    pub(super) fn is_free(&self, area: Rect) -> bool {
        let covers = |other: &Rect| area.intersection(*other).area() > COVERED * area.area().min(other.area());
        !self.taken.iter().any(covers)
    }

    /// Keeps other nodes and labels away from `area`.
    pub(super) fn take(&mut self, area: Rect) {
        self.taken.push(area);
    }

    /// Puts `block` as [`Self::put_block`] does unless it would cover another node or label.
    pub(super) fn put_if_free(&mut self, block: Block, centre: Point, angle: f32) {
        if self.is_free(block.area(centre, angle)) {
            self.put_block(block, centre, angle);
        }
    }

    /// A label of at most `most` words in lines at most `width` wide.
    pub(super) fn label(&mut self, most: usize, width: f32) -> Block {
        let words = self.writer.label(most, self.rng);
        let align = match self.rng.count(0, 9) {
            0..=1 => Align::Left,
            2 => Align::Right,
            _ => Align::Centre,
        };
        self.block(words, width, align)
    }

    /// Puts `block` with its middle at `centre`, turned clockwise by `angle`; the box that it fills.
    pub(super) fn put_block(&mut self, block: Block, centre: Point, angle: f32) -> Rect {
        let (width, height) = (block.width(), block.height());
        let area = block.area(centre, angle);
        self.take(area);
        let (sin, cos) = angle.sin_cos();
        for (index, line) in block.lines.into_iter().enumerate() {
            let left = match block.align {
                Align::Left => -0.5 * width,
                Align::Centre => -0.5 * line.width + self.rng.normal(0.15),
                Align::Right => 0.5 * width - line.width,
            };
            let y = -0.5 * height + ASCENT + index as f32 * block.leading;
            let origin = Point::new(centre.x + cos * left - sin * y, centre.y + sin * left + cos * y);
            let slope = angle + self.rng.normal(SLOPE * 1.5);
            self.put_turned(line, origin, 1.0, slope);
        }
        area
    }
}
