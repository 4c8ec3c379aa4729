//! A typeface as ink: glyphs in x-heights, and the setting of a text with the irregularity of a hand.
//!
//! Numbers are in x-heights unless their sentence says otherwise, and were set by eye on contact sheets; no measurement
//! is recorded.

use std::{collections::BTreeMap, ops::Range};

use ab_glyph::{Font as _, FontVec, OutlineCurve};

use super::composed_letter::{base_of, composed};
use crate::{
    page::{CharacterSet, Point},
    synthesis::{
        ink::{Ink, Polyline},
        random::{LineRng, SmoothNoise},
    },
};

/// Room behind a composed glyph.
const SIDE: f32 = 0.2;
/// Letters on which the thickness of a typeface's pen is measured.
const MEASURED_ON: &str = "nolet";
/// Straight pieces that a curve of an outline is drawn with.
const PIECES_OF_CURVE: usize = 5;
/// A typeface with fewer glyphs is no typeface of all letters.
const LEAST_GLYPHS: usize = 60;
/// Height of the small letters that a typeface of capitals would have, as a share of the capitals' height.
const X_HEIGHT_OF_CAPITALS: f32 = 0.62;
/// Width of a typeface's blank; others are brought into this range.
const BLANK: (f32, f32) = (0.5, 1.6);

/// Share of the lines whose letters are set closer or wider than the typeface has them.
const TRACKED: f32 = 0.3;
/// What these add between two letters.
const TRACKING: Range<f32> = -0.03..0.2;
/// Factor on the width of blanks.
const BLANK_SCALE: Range<f32> = 0.8..1.7;
/// The least width of a blank.
const LEAST_BLANK: f32 = 0.45;
/// Standard deviation of a glyph's shift up or down, in the loosest setting.
const GLYPH_SHIFT: f32 = 0.06;
/// Standard deviation of a glyph's turn in the loosest setting, in radians.
const GLYPH_TURN: f32 = 0.035;
/// Standard deviation of a glyph's size in the loosest setting, as a share of it.
const GLYPH_SIZE: f32 = 0.045;
/// Amplitude of a glyph's bend in the loosest setting.
const GLYPH_BEND: f32 = 0.06;
/// Wavelength of a glyph's bend.
const BEND_LENGTH: f32 = 1.3;
/// Directions of the bend's waves, in radians to either side of the x axis.
const BEND_SPREAD: f32 = 1.5;

/// A glyph, in x-heights from its origin.
#[derive(Clone, Debug, Default)]
pub(super) struct Glyph {
    pub(super) ink: Ink,
    /// From its origin to that of the next glyph.
    pub(super) advance: f32,
}

/// A typeface ready to be set.
#[derive(Clone)]
pub(crate) struct Typeface {
    pub(super) glyphs: BTreeMap<char, Glyph>,
    /// Corrections of the advance between two characters, in x-heights.
    pub(super) kerning: BTreeMap<(char, char), f32>,
    /// Thickness of its strokes, in x-heights; 0 for centre lines, which are drawn with any pen.
    pub(crate) thickness: f32,
    /// Whether its small letters are drawn as capitals.
    pub(crate) capitals_only: bool,
}

impl Typeface {
    /// `None` if the font lacks letters.
    pub(super) fn from_font(font: &FontVec, capitals_only: bool) -> Option<Self> {
        let height_of = |c: char| font.outline(font.glyph_id(c)).map(|o| (o.bounds.max.y - o.bounds.min.y).abs());
        let x_height = if capitals_only { X_HEIGHT_OF_CAPITALS * height_of('H')? } else { height_of('x')? };
        if x_height <= 0.0 {
            return None;
        }
        let mut glyphs = BTreeMap::new();
        for character in characters() {
            let id = font.glyph_id(character);
            let Some(outline) = font.outline(id).filter(|outline| id.0 != 0 && !outline.curves.is_empty()) else {
                continue;
            };
            let ink = Ink { strokes: Vec::new(), areas: vec![contours(&outline.curves, x_height)] };
            glyphs.insert(character, Glyph { ink, advance: font.h_advance_unscaled(id) / x_height });
        }
        let blank = font.h_advance_unscaled(font.glyph_id(' ')) / x_height;
        glyphs.insert(' ', Glyph { ink: Ink::default(), advance: blank.clamp(BLANK.0, BLANK.1) });
        let mut kerning = BTreeMap::new();
        for first in '!'..='~' {
            for second in '!'..='~' {
                let kern = font.kern_unscaled(font.glyph_id(first), font.glyph_id(second)) / x_height;
                if kern != 0.0 {
                    kerning.insert((first, second), kern);
                }
            }
        }
        let thickness = thickness(&glyphs);
        (glyphs.keys().filter(|c| c.is_ascii()).count() > LEAST_GLYPHS).then_some(Self {
            glyphs,
            kerning,
            thickness,
            capitals_only,
        })
    }

    /// Composes what a typeface of centre lines lacks: letters with accents, and signs.
    pub(super) fn complete(&mut self) {
        let rng = &mut LineRng::new(0, 0);
        for character in characters().filter(|c| !self.glyphs.contains_key(c)).collect::<Vec<char>>() {
            let letter = |c: char, _: &mut LineRng| self.glyphs.get(&c).map(|glyph| glyph.ink.clone());
            if let Some(ink) = composed(character, letter, rng) {
                let like = base_of(character).and_then(|base| self.glyphs.get(&base)).map_or(0.0, |base| base.advance);
                let advance = like.max(ink.bounds().map_or(0.0, |bounds| bounds.x1) + SIDE);
                self.glyphs.insert(character, Glyph { ink, advance });
            }
        }
    }

    pub(crate) fn has_all(&self, text: &str) -> bool {
        text.chars().all(|c| self.glyphs.contains_key(&if self.capitals_only { capital(c) } else { c }))
    }

    /// Sets `text` as the font has it, starting at x = 0.
    pub(crate) fn set_evenly(&self, text: &str) -> Ink {
        let mut ink = Ink::default();
        let mut x = 0.0;
        for glyph in text.chars().filter_map(|character| self.glyphs.get(&character)) {
            ink.add(&glyph.ink, x, 0.0);
            x += glyph.advance;
        }
        ink
    }

    /// Sets `text` on one line, each glyph a little off in position, size and turn.
    pub(crate) fn set(&self, text: &str, rng: &mut LineRng) -> Ink {
        let mut ink = Ink::default();
        let looseness = rng.uniform(0.0..1.0);
        let tracking = if rng.chance(TRACKED) { rng.uniform(TRACKING) } else { 0.0 };
        let blank = rng.log_uniform(BLANK_SCALE);
        let mut x = 0.0;
        let mut before = None;
        for character in text.chars() {
            let Some(glyph) = self.glyphs.get(&character) else { continue };
            if character == ' ' {
                x += (glyph.advance * blank).max(LEAST_BLANK);
            } else {
                x += before.and_then(|b| self.kerning.get(&(b, character))).copied().unwrap_or(0.0);
                ink.add(&jittered(glyph, looseness, rng), x, looseness * rng.normal(GLYPH_SHIFT));
                x += glyph.advance + tracking;
            }
            before = Some(character);
        }
        ink
    }
}

/// The characters that lines may hold, without the blank.
fn characters() -> impl Iterator<Item = char> {
    let western = CharacterSet::western();
    (1..western.n_labels()).filter_map(move |label| western.character(label)).filter(|&c| c != ' ')
}

/// The capital of a letter where it has a single one.
fn capital(c: char) -> char {
    let mut capitals = c.to_uppercase();
    capitals.next().filter(|_| capitals.next().is_none()).unwrap_or(c)
}

/// The ink of `glyph`, turned, scaled and bent a little; `looseness` is 0 for none to 1 for the most.
fn jittered(glyph: &Glyph, looseness: f32, rng: &mut LineRng) -> Ink {
    let mut ink = glyph.ink.clone();
    let (turn, size) = (looseness * rng.normal(GLYPH_TURN), 1.0 + looseness * rng.normal(GLYPH_SIZE));
    let noise = [(); 2].map(|()| SmoothNoise::in_plane(rng, BEND_LENGTH, BEND_SPREAD));
    let bend = GLYPH_BEND * looseness;
    let middle = ink.bounds().map_or(0.0, |b| f32::midpoint(b.x0, b.x1));
    ink.map(|p| {
        let (x, y) = (p.x - middle, p.y);
        let (dx, dy) = (bend * noise[0].at(x, y), bend * noise[1].at(x, y));
        Point::new(middle + size * (x - turn * y) + dx, size * (y + turn * x) + dy)
    });
    ink
}

/// Thickness of the strokes that the glyphs outline: twice the area over the length of the outline.
fn thickness(glyphs: &BTreeMap<char, Glyph>) -> f32 {
    let glyphs = MEASURED_ON.chars().filter_map(|letter| glyphs.get(&letter));
    let (mut length, mut twice_the_area) = (0.0, 0.0);
    for contour in glyphs.flat_map(|glyph| glyph.ink.areas.iter().flatten()) {
        for (a, b) in contour.iter().zip(contour.iter().cycle().skip(1)) {
            length += a.distance(*b);
            // Holes run the other way round, so their area is subtracted.
            twice_the_area += a.x * b.y - b.x * a.y;
        }
    }
    if length > 0.0 { twice_the_area.abs() / length } else { 0.0 }
}

/// The outline's closed contours, y down, in x-heights.
fn contours(curves: &[OutlineCurve], x_height: f32) -> Vec<Polyline> {
    let in_x_heights = |p: ab_glyph::Point| Point::new(p.x / x_height, -p.y / x_height);
    let mut contours: Vec<Polyline> = Vec::new();
    let mut end = None;
    for curve in curves {
        let points: Vec<Point> = match *curve {
            OutlineCurve::Line(a, b) => vec![a, b],
            OutlineCurve::Quad(a, b, c) => vec![a, b, c],
            OutlineCurve::Cubic(a, b, c, d) => vec![a, b, c, d],
        }
        .into_iter()
        .map(in_x_heights)
        .collect();
        if end != Some(points[0]) {
            contours.push(vec![points[0]]);
        }
        end = points.last().copied();
        if let Some(contour) = contours.last_mut() {
            let n = if points.len() == 2 { 1 } else { PIECES_OF_CURVE };
            contour.extend((1..=n).map(|i| on_bezier(&points, i as f32 / n as f32)));
        }
    }
    contours
}

/// De Casteljau's construction.
fn on_bezier(points: &[Point], t: f32) -> Point {
    let mut points = points.to_vec();
    while points.len() > 1 {
        points = points
            .windows(2)
            .map(|pair| Point::new(pair[0].x + t * (pair[1].x - pair[0].x), pair[0].y + t * (pair[1].y - pair[0].y)))
            .collect();
    }
    points[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thickness_of_a_ring_is_that_of_its_stroke() {
        let circle = |radius: f32, turn: f32| -> Polyline {
            (0..200)
                .map(|i| turn * std::f32::consts::TAU * i as f32 / 200.0)
                .map(|angle| Point::new(radius * angle.cos(), radius * angle.sin()))
                .collect()
        };
        let ink = Ink { strokes: Vec::new(), areas: vec![vec![circle(1.05, 1.0), circle(0.95, -1.0)]] };
        let glyphs = [('o', Glyph { ink, advance: 2.2 })].into();
        assert!((thickness(&glyphs) - 0.1).abs() < 0.002, "{}", thickness(&glyphs));
        assert!(thickness(&BTreeMap::new()) <= 0.0);
    }
}
