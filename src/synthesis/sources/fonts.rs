//! Handwriting typefaces: outlines of glyphs in x-heights, set with the irregularity of a hand.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ab_glyph::{Font as _, FontVec, OutlineCurve};

use super::{SynthesisError, mixed_hand::mixed_hand, single_line_font::SingleLineFont};
use crate::{
    page::Point,
    synthesis::{
        ink::{Ink, Stroke, WrittenLine},
        random::{LineRng, Wave},
        surface::Surface,
        texts::Texts,
    },
};

/// Families whose small letters are drawn as capitals, by folder name: their texts are set and labelled in capitals.
const CAPITALS_ONLY: [&str; 5] = ["amatic-sc", "patrick-hand-sc", "permanent-marker", "rock-salt", "walter-turncoat"];
/// Letters that the thickness of a typeface's pen is measured on.
const MEASURED_ON: &str = "nolet";
/// Pieces that a curve of an outline is drawn with.
const PIECES_OF_CURVE: usize = 5;

/// A glyph from its origin on, in x-heights.
#[derive(Clone, Debug, Default)]
pub(super) struct Glyph {
    pub(crate) ink: Ink,
    pub(super) advance: f32,
}

/// A typeface ready to be set.
#[derive(Clone)]
pub(crate) struct Typeface {
    pub(super) glyphs: BTreeMap<char, Glyph>,
    /// Corrections of the advance between two characters, in x-heights.
    pub(super) kerning: BTreeMap<(char, char), f32>,
    /// How thick its pen is, in x-heights; 0 for centre lines, which any pen can follow.
    pub(super) thickness: f32,
    pub(super) capitals_only: bool,
}

/// All typefaces of one source.
pub(crate) struct Typefaces {
    faces: Vec<Typeface>,
    /// Part of the lines whose letters are of several of them.
    mixed: f32,
}

impl Typefaces {
    /// All `.ttf`, `.otf` and single-line `.svg` fonts in `folder` and the folders in it. Fonts that cannot be read are
    /// left out. `mixed` of the lines, 0 to 1, are in hands that mix them.
    pub(crate) fn read(folder: &Path, mixed: f32) -> Result<Self, SynthesisError> {
        let mut files = Vec::new();
        find_fonts(folder, &mut files)?;
        files.sort();
        let mut faces = Vec::new();
        for path in &files {
            if let Some(face) = read_face(path) {
                faces.push(face);
            } else {
                tracing::warn!("{} is no font with all letters; it is left out", path.display());
            }
        }
        if faces.is_empty() {
            return Err(SynthesisError::NothingUsable { path: folder.to_path_buf() });
        }
        Ok(Self { faces, mixed })
    }

    /// A line of text set in one of the typefaces.
    pub(crate) fn line(&self, texts: &Texts, place: Surface, rng: &mut LineRng) -> WrittenLine {
        let face = &self.faces[rng.count(0, self.faces.len() - 1)];
        let text = texts.line_that(place, rng, |text| face.has_all(text)).unwrap_or_else(|| "note".to_owned());
        let text = if face.capitals_only { text.to_ascii_uppercase() } else { text };
        // Where no line is, no rng are thrown: lines stay those that they were.
        let is_mixed = self.mixed > 0.0 && rng.chance(self.mixed);
        let hand = if is_mixed { Cow::Owned(mixed_hand(face, &self.faces, &text, rng)) } else { Cow::Borrowed(face) };
        WrittenLine { ink: hand.set(&text, rng), text }
    }
}

fn find_fonts(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), SynthesisError> {
    let entries = std::fs::read_dir(folder).map_err(|error| SynthesisError::unreadable(folder, &error))?;
    for entry in entries {
        let path = entry.map_err(|error| SynthesisError::unreadable(folder, &error))?.path();
        if path.is_dir() {
            find_fonts(&path, files)?;
        } else if path.extension().is_some_and(|e| e == "ttf" || e == "otf" || e == "svg") {
            files.push(path);
        }
    }
    Ok(())
}

fn read_face(path: &Path) -> Option<Typeface> {
    let bytes = std::fs::read(path).ok()?;
    if path.extension().is_some_and(|e| e == "svg") {
        return SingleLineFont::parse(std::str::from_utf8(&bytes).ok()?).map(SingleLineFont::into_typeface);
    }
    let family = path.parent().and_then(Path::file_name).and_then(|name| name.to_str()).unwrap_or_default();
    Typeface::from_font(&FontVec::try_from_vec(bytes).ok()?, CAPITALS_ONLY.contains(&family))
}

impl Typeface {
    /// `None` if the font lacks letters.
    fn from_font(font: &FontVec, capitals_only: bool) -> Option<Self> {
        let height_of = |c: char| font.outline(font.glyph_id(c)).map(|o| (o.bounds.max.y - o.bounds.min.y).abs());
        // Where small letters are capitals, a small letter would be two thirds as high.
        let x_height = if capitals_only { 0.62 * height_of('H')? } else { height_of('x')? };
        if x_height <= 0.0 {
            return None;
        }
        let mut glyphs = BTreeMap::new();
        for character in '!'..='~' {
            let id = font.glyph_id(character);
            let Some(outline) = font.outline(id).filter(|outline| id.0 != 0 && !outline.curves.is_empty()) else {
                continue;
            };
            let ink = Ink { strokes: Vec::new(), areas: vec![contours(&outline.curves, x_height)] };
            glyphs.insert(character, Glyph { ink, advance: font.h_advance_unscaled(id) / x_height });
        }
        let blank = font.h_advance_unscaled(font.glyph_id(' ')) / x_height;
        glyphs.insert(' ', Glyph { ink: Ink::default(), advance: blank.clamp(0.5, 1.6) });
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
        (glyphs.len() > 60).then_some(Self { glyphs, kerning, thickness, capitals_only })
    }

    fn has_all(&self, text: &str) -> bool {
        text.chars().all(|c| self.glyphs.contains_key(&if self.capitals_only { c.to_ascii_uppercase() } else { c }))
    }

    /// Sets `text` as the font has it, from x = 0 on.
    pub(crate) fn set_evenly(&self, text: &str) -> Ink {
        let mut ink = Ink::default();
        let mut x = 0.0;
        for glyph in text.chars().filter_map(|character| self.glyphs.get(&character)) {
            ink.add(&glyph.ink, x, 0.0);
            x += glyph.advance;
        }
        ink
    }

    /// Sets `text` on one line; every glyph a little off in place, size and tilt.
    fn set(&self, text: &str, rng: &mut LineRng) -> Ink {
        let mut ink = Ink::default();
        let looseness = rng.between(0.0, 1.0);
        let tracking = if rng.chance(0.3) { rng.between(-0.03, 0.2) } else { 0.0 };
        let blank = rng.log_between(0.8, 1.7);
        let mut x = 0.0;
        let mut before = None;
        for character in text.chars() {
            let Some(glyph) = self.glyphs.get(&character) else { continue };
            if character == ' ' {
                x += (glyph.advance * blank).max(0.45);
            } else {
                x += before.and_then(|b| self.kerning.get(&(b, character))).copied().unwrap_or(0.0);
                ink.add(&jittered(glyph, looseness, rng), x, looseness * rng.normal(0.06));
                x += glyph.advance + tracking;
            }
            before = Some(character);
        }
        ink
    }
}

fn jittered(glyph: &Glyph, looseness: f32, rng: &mut LineRng) -> Ink {
    let mut ink = glyph.ink.clone();
    let (turn, size) = (looseness * rng.normal(0.035), 1.0 + looseness * rng.normal(0.045));
    let waves = [Wave::in_plane(rng, 1.3, 1.5), Wave::in_plane(rng, 1.3, 1.5)];
    let bend = 0.06 * looseness;
    let middle = ink.bounds().map_or(0.0, |b| f32::midpoint(b.x0, b.x1));
    ink.map(|p| {
        let (x, y) = (p.x - middle, p.y);
        let (dx, dy) = (bend * waves[0].at(x, y), bend * waves[1].at(x, y));
        Point::new(middle + size * (x - turn * y) + dx, size * (y + turn * x) + dy)
    });
    ink
}

/// How thick strokes are whose outlines these are: twice the area over the outline's length.
fn thickness(glyphs: &BTreeMap<char, Glyph>) -> f32 {
    let glyphs = MEASURED_ON.chars().filter_map(|letter| glyphs.get(&letter));
    let (mut length, mut twice_the_area) = (0.0, 0.0);
    for contour in glyphs.flat_map(|glyph| glyph.ink.areas.iter().flatten()) {
        for (a, b) in contour.iter().zip(contour.iter().cycle().skip(1)) {
            length += a.distance(*b);
            // Holes run the other way round, so that they count against what they are in.
            twice_the_area += a.x * b.y - b.x * a.y;
        }
    }
    if length > 0.0 { twice_the_area.abs() / length } else { 0.0 }
}

/// The outline's closed contours, y down, in x-heights.
fn contours(curves: &[OutlineCurve], x_height: f32) -> Vec<Stroke> {
    let place = |p: ab_glyph::Point| Point::new(p.x / x_height, -p.y / x_height);
    let mut contours: Vec<Stroke> = Vec::new();
    let mut end = None;
    for curve in curves {
        let points: Vec<Point> = match *curve {
            OutlineCurve::Line(a, b) => vec![a, b],
            OutlineCurve::Quad(a, b, c) => vec![a, b, c],
            OutlineCurve::Cubic(a, b, c, d) => vec![a, b, c, d],
        }
        .into_iter()
        .map(place)
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
        let circle = |radius: f32, turn: f32| -> Stroke {
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
