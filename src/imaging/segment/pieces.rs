//! Which pieces of ink are writing: before lines are found, by their size and shape; after, by the line they form.

use image::GrayImage;

use super::{
    assign::{LineInk, extent},
    line_art::Rule,
    ridges::Spine,
    shadow::sharpness,
};
use crate::imaging::raster::{
    components::{Component, largest_square},
    writing_scale::WritingScale,
};

/// Taller than this many letter heights, a component is a drawing; writing joined over many lines is not.
const MAX_HEIGHT: f32 = 20.0;
/// Taller than this, so is one stroke, whose rows cross hardly more than itself: a brace around lines, a bent arrow.
const MAX_STROKE_HEIGHT: f32 = 4.5;
const MAX_STROKE_CROSSINGS: f32 = 1.3;
/// Ink solid over a square of more than this many stroke widths is a blot or an arrow's head.
const MAX_SOLID: f32 = 2.8;
/// Edges softer than this are those of folds and shadows.
const MIN_SHARPNESS: f32 = 0.3;
/// A gap of this many letter heights parts a line.
const MAX_GAP: f32 = 4.0;

/// A letter reaches at most this far above or below its line's others, in letter heights.
const STROKE_ABOVE: f32 = 0.4;
const STROKE_BELOW: f32 = 0.8;

/// An upright arrow that stands alone, or a tick that the page's edge cuts, is longer than so many letter heights, and its
/// rows cross so many strokes.
const MIN_ARROW: f32 = 1.8;
const MAX_ARROW_CROSSINGS: f32 = 1.5;

/// Components that can carry a line, and smaller marks (dots, accents, commas) that can only join one. The rest is
/// dropped: specks, rules, blots, shadows, what lies along the image's border. `gray` is what the ink was found on.
pub(super) fn sort_out(
    components: Vec<Component>,
    scale: WritingScale,
    gray: &GrayImage,
) -> (Vec<Component>, Vec<Component>) {
    let letter = scale.letter;
    let max_solid = (MAX_SOLID * scale.stroke).max(0.25 * letter);
    let min_area = (0.4 * scale.stroke * scale.stroke).max(3.0);
    let is_dropped = |c: &Component| {
        let is_speck = (c.area as f32) < min_area;
        let is_rule = c.width() > 4.0 * letter && c.height() < 0.3 * letter
            || c.height() > 5.0 * letter && c.width() < 0.4 * letter;
        let is_blot = c.width().min(c.height()) > 0.5 * letter && largest_square(c) as f32 > max_solid;
        let is_drawing = c.height() > MAX_HEIGHT * letter || (c.height() > 3.0 * letter && c.density() < 0.04);
        let is_tall_stroke =
            c.height() > MAX_STROKE_HEIGHT * letter && c.runs.len() as f32 <= MAX_STROKE_CROSSINGS * c.height();
        let is_border =
            is_at_border(c, gray) && (c.height() > 6.0 * letter || c.height() < 0.7 * letter || c.density() > 0.5);
        // Small marks and flat strokes have hardly any left and right edges.
        let is_shadow = || c.height() > 0.4 * letter && sharpness(c, gray) < MIN_SHARPNESS;
        is_speck || is_rule || is_blot || is_drawing || is_tall_stroke || is_border || is_shadow()
    };
    let is_mark = |c: &Component| c.height() < 0.4 * letter || (c.area as f32) < 3.0 * scale.stroke * scale.stroke;
    let kept = components.into_iter().filter(|c| !is_dropped(c));
    kept.partition(|c| !is_mark(c))
}

fn is_at_border(c: &Component, gray: &GrayImage) -> bool {
    c.left <= 1 || c.top <= 1 || c.right + 1 >= gray.width() || c.bottom + 1 >= gray.height()
}

/// Cuts a line where wide paper or an upright rule parts it, and where one ring follows another: `ring_of` tells which one,
/// if any, was drawn around a piece.
pub(super) fn cut_at_gaps(
    mut line: LineInk,
    rules: &[Rule],
    ring_of: &impl Fn(&Component) -> Option<usize>,
    scale: WritingScale,
) -> Vec<LineInk> {
    line.pieces.sort_by_key(|piece| (piece.left, piece.top));
    let mut parts: Vec<Vec<Component>> = Vec::new();
    let (mut right, mut last_ring) = (f32::MIN, None);
    for piece in line.pieces {
        let (left, ring) = (piece.left as f32, ring_of(&piece));
        let y = line.spine.y_at(f32::midpoint(left, right.max(left - 1000.0)));
        let is_parted = left - right > MAX_GAP * scale.letter
            || (left > right && rules.iter().any(|rule| parts_at(rule, (right, left), y, scale)))
            || last_ring.zip(ring).is_some_and(|(last, ring)| last != ring);
        last_ring = ring;
        right = right.max(piece.right as f32);
        match parts.last_mut() {
            Some(part) if !is_parted => part.push(piece),
            _ => parts.push(vec![piece]),
        }
    }
    parts.into_iter().map(|pieces| LineInk { spine: line.spine.clone(), pieces }).collect()
}

/// Whether an upright rule crosses the height `y` between `from` and `to`.
fn parts_at(rule: &Rule, (from, to): (f32, f32), y: f32, scale: WritingScale) -> bool {
    let slack = 0.3 * scale.letter;
    let (top, bottom) = (rule.from.1.min(rule.to.1), rule.from.1.max(rule.to.1));
    let x = f32::midpoint(rule.from.0, rule.to.0);
    rule.is_upright() && (from - slack..=to + slack).contains(&x) && (top..=bottom).contains(&y)
}

/// Gives strokes that were taken for drawn to the lines in which they stand like a letter: between its letters, and hardly
/// higher or lower than its ink.
pub(super) fn give_back_strokes(lines: &mut [LineInk], strokes: Vec<Component>, scale: WritingScale) {
    let bands: Vec<Option<LetterBand>> = lines.iter().map(LetterBand::of).collect();
    for stroke in strokes {
        let fitting = bands
            .iter()
            .zip(&mut *lines)
            .find(|(band, line)| band.as_ref().is_some_and(|band| band.holds(&stroke, &line.spine, scale)));
        if let Some((_, line)) = fitting {
            line.pieces.push(stroke);
        }
    }
}

/// Where a line's ink lies: between which columns, and how far from its spine.
struct LetterBand {
    left: f32,
    right: f32,
    top: f32,
    bottom: f32,
}

impl LetterBand {
    fn of(line: &LineInk) -> Option<Self> {
        let (left, right) = extent(&line.pieces)?;
        let levels = |edge: fn(&Component) -> u32| {
            line.pieces.iter().map(move |piece| edge(piece) as f32 - line.spine.y_at(piece.middle_x()))
        };
        let top = levels(|piece| piece.top).fold(f32::MAX, f32::min);
        let bottom = levels(|piece| piece.bottom).fold(f32::MIN, f32::max);
        Some(Self { left, right, top, bottom })
    }

    fn holds(&self, stroke: &Component, spine: &Spine, scale: WritingScale) -> bool {
        let level = spine.y_at(stroke.middle_x());
        (self.left..=self.right).contains(&stroke.middle_x())
            && stroke.top as f32 - level >= self.top - STROKE_ABOVE * scale.letter
            && stroke.bottom as f32 - level <= self.bottom + STROKE_BELOW * scale.letter
    }
}

/// Whether a line's ink, found on `gray`, is enough to be writing.
pub(super) fn is_writing(line: &LineInk, scale: WritingScale, gray: &GrayImage) -> bool {
    let area: u32 = line.pieces.iter().map(|piece| piece.area).sum();
    let tallest = line.pieces.iter().map(Component::height).fold(0.0, f32::max);
    let is_upright_stroke = extent(&line.pieces).is_none_or(|(left, right)| right - left < 0.5 * scale.letter)
        && tallest > 1.8 * scale.letter;
    !is_upright_stroke
        && !is_long_stroke(line, area, scale, gray)
        && area as f32 > 2.0 * scale.letter * scale.stroke
        && tallest > 0.5 * scale.letter
}

/// Whether nearly all of a line's ink is one long stroke with little beside it: an upright arrow that stands alone, or a
/// tick that the page's edge cuts.
fn is_long_stroke(line: &LineInk, area: u32, scale: WritingScale, gray: &GrayImage) -> bool {
    line.pieces.iter().any(|piece| {
        piece.height() > MIN_ARROW * scale.letter
            && (piece.height() > 1.5 * piece.width() || is_at_border(piece, gray))
            && piece.area as f32 >= 0.8 * area as f32
            && piece.runs.len() as f32 <= MAX_ARROW_CROSSINGS * piece.height()
    })
}
