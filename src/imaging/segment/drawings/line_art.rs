//! Line art: frames, arrows and connectors, taken out of the ink so that writing on or in them is left.
//!
//! Long, straight, thin strokes of a component are erased; what they leave decides whether the component was writing
//! with a stroke through it or a drawing. Of a drawing, only remnants that look written stay.
//!
//! The ink of frames and of what is joined to them counts as foreign in outlines (`outline::OwnerMap`), as other lines'
//! ink does, so that crops keep clear of it. Single strokes that touched a frame are doubtful: they return to the line
//! in which they stand like a letter (`doubtful_strokes.rs`).
//!
//! Round enclosures (circles, clouds and bubbles around words) are erased before, on the prepared page
//! (`imaging/prepare/enclosures.rs`); line art has straight sides.

use super::{
    chains::{Bitmap, Chain, ChainTuning, find_chains},
    remnants::{RemnantTuning, is_around, is_connector, is_left_over, looks_written},
    straight_stroke::StraightStroke,
};
use crate::imaging::{
    raster::{
        components::{Component, connect},
        writing_scale::WritingScale,
    },
    tunable::tunable,
};

tunable! {
    /// Numbers that separate line art from writing.
    pub struct LineArtTuning {
        /// Shortest level stroke that is line art, in letter heights. Raising it keeps short underlines; lowering it
        /// erases long dashes and crossbars.
        /// No measurement recorded (6ee3e87).
        min_level_letters: f32 = 3.0,
        /// Shortest upright stroke that is line art, in letter heights; longer than a level one, because a descender
        /// may run into an ascender.
        /// No measurement recorded (525c569).
        min_upright_letters: f32 = 4.5,
        /// Shortest upright stroke that is line art in a frame or where it stands alone, in letter heights.
        /// No measurement recorded (1d9f0cc).
        min_upright_in_frame_letters: f32 = 2.5,
        /// Fraction of its box that a frame's ink fills at most.
        /// No measurement recorded (1d9f0cc).
        max_frame_density_fraction: f32 = 0.08,
        /// Width of an upright stroke that stands alone, at most, in letter heights.
        /// No measurement recorded (6486501).
        max_lone_width_letters: f32 = 0.5,
        /// Shortest side that goes on where a longer stroke ends, in letter heights: frames are seldom taller than two
        /// lines.
        /// No measurement recorded (19fb049).
        min_side_letters: f32 = 1.8,
        /// Shortest such side in a drawing, in letter heights.
        /// No measurement recorded (6ca9403).
        min_side_of_drawing_letters: f32 = 0.8,
        /// Distance between a stroke's end and the side that goes on there, at most, as a fraction of a letter height
        /// and five stroke widths.
        /// No measurement recorded (6ca9403).
        side_reach_fraction: f32 = 0.4,
        /// The same distance in a drawing.
        /// No measurement recorded (6ca9403).
        side_reach_of_drawing_fraction: f32 = 0.15,
        /// Length of a level stroke, in letter heights, from which it makes a drawing of a component that has an
        /// upright one, too.
        /// No measurement recorded (f71b541).
        min_frame_width_letters: f32 = 6.0,
        /// Fraction of its ink that a drawing keeps at most once its straight strokes are erased.
        /// No measurement recorded (6ca9403).
        max_left_of_drawing_fraction: f32 = 0.5,
        /// Size of a remnant that may be a letter, at most, in letter heights.
        /// Measured in 6371449: drawn pages with twelve boxes, 92.5 % of the words found after its whole change, 72.5 %
        /// before.
        max_doubtful_letters: f32 = 2.6,
        /// Width of a loose stroke that may be drawn, at most, in letter heights.
        /// No measurement recorded (6ca9403).
        max_loose_width_letters: f32 = 0.45,
        /// What erased strokes leave over.
        remnants: RemnantTuning = RemnantTuning::default(),
        /// Following of thin strokes.
        chains: ChainTuning = ChainTuning::default(),
    }
}

/// Stroke widths that count beside a letter height where a side's reach is measured. No measurement recorded (6ca9403).
const REACH_STROKES: f32 = 5.0;

/// A page's ink, divided into writing and line art.
#[derive(Default)]
pub(in crate::imaging) struct DividedInk {
    /// Components and what erased strokes leave of them.
    pub(in crate::imaging) kept: Vec<Component>,
    /// The strokes that were erased.
    pub(in crate::imaging) strokes: Vec<StraightStroke>,
    /// Frames and what is joined to them; writing that touches them is in `kept` as well.
    pub(in crate::imaging) drawings: Vec<Component>,
    /// Single strokes that touch a drawing: line art as well, or letters and brackets where they stand in a line.
    pub(in crate::imaging) doubtful: Vec<Component>,
}

/// Takes the line art out of `components`.
pub(in crate::imaging) fn remove_line_art(
    components: Vec<Component>,
    scale: WritingScale,
    tuning: &LineArtTuning,
) -> DividedInk {
    let mut divided = DividedInk::default();
    let mut strokes_of_drawings = Vec::new();
    for component in components {
        divide(component, &mut divided, &mut strokes_of_drawings, scale, tuning);
    }
    let is_kept = |part: &Component| {
        looks_written(part, &tuning.remnants)
            || !strokes_of_drawings.iter().any(|stroke| is_loose_part(part, *stroke, scale, tuning))
    };
    let (kept, loose): (Vec<Component>, Vec<Component>) = divided.kept.into_iter().partition(is_kept);
    divided.kept = kept;
    divided.doubtful.extend(loose);
    divided
}

/// Adds the parts of one component to `divided`, and the straight strokes of a drawing to `strokes_of_drawings`.
fn divide(
    component: Component,
    divided: &mut DividedInk,
    strokes_of_drawings: &mut Vec<StraightStroke>,
    scale: WritingScale,
    tuning: &LineArtTuning,
) {
    if component.width().max(component.height()) < tuning.min_upright_in_frame_letters * scale.letter {
        return divided.kept.push(component);
    }
    let mut bitmap = Bitmap::of(&component);
    let strokes = erase_long_strokes(&component, &mut bitmap, scale, tuning);
    if strokes.is_empty() {
        return divided.kept.push(component);
    }
    let strokes = with_sides(strokes, &mut bitmap, scale, tuning);
    let left = bitmap.ink.iter().filter(|&&ink| ink).count();
    let is_frame = is_frame_like(&strokes, scale, tuning);
    let is_drawing = left as f32 <= tuning.max_left_of_drawing_fraction * component.area as f32 || is_frame;
    let strokes = if is_drawing { with_corners(strokes, &mut bitmap, scale, tuning) } else { strokes };
    let strokes: Vec<StraightStroke> =
        strokes.into_iter().map(|stroke| stroke.moved(component.left, component.top)).collect();
    let is_left_over =
        |part: &Component| strokes.iter().any(|stroke| is_left_over(part, *stroke, scale, &tuning.remnants));
    let is_written = |part: &Component| {
        looks_written(part, &tuning.remnants) && !is_connector(part, scale, &tuning.remnants) && !is_left_over(part)
    };
    for part in connect(&bitmap.runs()) {
        let size = part.width().max(part.height());
        if !is_drawing || is_written(&part) {
            divided.kept.push(part);
        } else if size <= tuning.max_doubtful_letters * scale.letter && !is_left_over(&part) {
            divided.doubtful.push(part);
        }
    }
    if is_drawing {
        strokes_of_drawings.extend(&strokes);
    }
    if is_frame_like(&strokes, scale, tuning) {
        divided.drawings.push(component);
    }
    divided.strokes.extend(strokes);
}

/// Erases the strokes of a component that are long enough to be line art by themselves.
fn erase_long_strokes(
    component: &Component,
    bitmap: &mut Bitmap,
    scale: WritingScale,
    tuning: &LineArtTuning,
) -> Vec<StraightStroke> {
    let is_frame = component.density() < tuning.max_frame_density_fraction
        || component.width() < tuning.max_lone_width_letters * scale.letter;
    let min_upright = if is_frame { tuning.min_upright_in_frame_letters } else { tuning.min_upright_letters };
    let is_long = |chain: &Chain| {
        let min_letters = if chain.transposed { min_upright } else { tuning.min_level_letters };
        chain.is_thin(&tuning.chains) && chain.len() as f32 >= min_letters * scale.letter
    };
    erase_strokes(bitmap, tuning.min_side_letters, scale, tuning, is_long)
}

/// Erases the sides of a frame: shorter strokes that go on where one of `strokes` ends. Returns them with `strokes`.
fn with_sides(
    mut strokes: Vec<StraightStroke>,
    bitmap: &mut Bitmap,
    scale: WritingScale,
    tuning: &LineArtTuning,
) -> Vec<StraightStroke> {
    let (min_letters, reach) = (tuning.min_side_letters, tuning.side_reach_fraction);
    let is_side = |chain: &Chain| is_side(chain, &strokes, min_letters, reach, scale, tuning);
    let sides = erase_strokes(bitmap, min_letters, scale, tuning, is_side);
    strokes.extend(sides);
    strokes
}

/// Erases the short strokes of a drawing, from corner to corner. Returns them with `strokes`.
fn with_corners(
    mut strokes: Vec<StraightStroke>,
    bitmap: &mut Bitmap,
    scale: WritingScale,
    tuning: &LineArtTuning,
) -> Vec<StraightStroke> {
    let (min_letters, reach) = (tuning.min_side_of_drawing_letters, tuning.side_reach_of_drawing_fraction);
    loop {
        let is_side = |chain: &Chain| is_side(chain, &strokes, min_letters, reach, scale, tuning);
        let sides = erase_strokes(bitmap, min_letters, scale, tuning, is_side);
        if sides.is_empty() {
            return strokes;
        }
        strokes.extend(sides);
    }
}

/// Erases the straight chains of at least `min_letters` letter heights that are `wanted`, first level ones, then
/// upright ones, and returns their places in the bitmap.
fn erase_strokes(
    bitmap: &mut Bitmap,
    min_letters: f32,
    scale: WritingScale,
    tuning: &LineArtTuning,
    wanted: impl Fn(&Chain) -> bool,
) -> Vec<StraightStroke> {
    let mut strokes = Vec::new();
    for transposed in [false, true] {
        let chains = find_chains(bitmap, transposed, scale, &tuning.chains);
        let parts = chains.iter().flat_map(|chain| chain.straight_parts(min_letters, scale, &tuning.chains));
        for chain in parts.filter(&wanted) {
            strokes.push(StraightStroke::of(&chain));
            chain.erase(bitmap);
        }
    }
    strokes
}

/// Whether a chain begins or ends where one of `strokes` does, as a frame's side does.
fn is_side(
    chain: &Chain,
    strokes: &[StraightStroke],
    min_letters: f32,
    reach_fraction: f32,
    scale: WritingScale,
    tuning: &LineArtTuning,
) -> bool {
    let reach = reach(reach_fraction, scale);
    let own = chain.ends();
    chain.is_thin(&tuning.chains)
        && chain.len() as f32 >= min_letters * scale.letter
        && strokes.iter().flat_map(|stroke| stroke.ends()).any(|end| own.iter().any(|own| own.distance(end) <= reach))
}

/// A fraction of a letter height and five stroke widths, in working pixels.
fn reach(fraction: f32, scale: WritingScale) -> f32 {
    fraction * (REACH_STROKES * scale.stroke + scale.letter)
}

/// Whether strokes run both ways, one of them far: writing that is joined over several lines may hold a straight
/// stroke, but hardly two as a frame does.
fn is_frame_like(strokes: &[StraightStroke], scale: WritingScale, tuning: &LineArtTuning) -> bool {
    let is_wide = |stroke: &StraightStroke| stroke.len() > tuning.min_frame_width_letters * scale.letter;
    strokes.iter().any(StraightStroke::is_upright)
        && strokes.iter().any(|stroke| !stroke.is_upright() && is_wide(stroke))
}

/// Whether a component that stands alone belongs to a drawing: the head of an arrow around a stroke's end, or a
/// straight stroke that begins where another one ends.
fn is_loose_part(part: &Component, stroke: StraightStroke, scale: WritingScale, tuning: &LineArtTuning) -> bool {
    let (width, height) = (part.width(), part.height());
    let is_stroke = width.min(height) < tuning.max_loose_width_letters * scale.letter
        && width.max(height) > tuning.min_side_of_drawing_letters * scale.letter;
    let beyond = if is_stroke { reach(tuning.side_reach_of_drawing_fraction, scale) } else { 0.0 };
    width.max(height) <= tuning.remnants.max_head_letters * scale.letter
        && stroke.ends().into_iter().any(|end| is_around(part, end, beyond))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imaging::raster::components::components;
    use image::{GrayImage, Luma};

    #[test]
    fn an_arrow_from_a_frame_goes_with_its_head() {
        let mut ink = GrayImage::new(240, 240);
        let mut draw = |x0: u32, y0: u32, x1: u32, y1: u32| {
            for (x, y) in (y0..y1).flat_map(|y| (x0..x1).map(move |x| (x, y))) {
                ink.put_pixel(x, y, Luma([255]));
            }
        };
        draw(10, 10, 210, 13);
        draw(100, 10, 103, 202);
        for step in 0..12 {
            draw(100 - step, 200 - step, 103 - step, 201 - step);
            draw(100 + step, 200 - step, 103 + step, 201 - step);
        }
        let scale = WritingScale { letter: 20.0, stroke: 3.0 };
        let found = remove_line_art(components(&ink), scale, &LineArtTuning::default());
        assert_eq!((found.kept.len(), found.strokes.len()), (0, 2));
    }

    #[test]
    fn a_frame_goes_and_what_crosses_it_stays() {
        let mut ink = GrayImage::new(220, 120);
        let mut draw = |x0: u32, y0: u32, x1: u32, y1: u32| {
            for (x, y) in (y0..y1).flat_map(|y| (x0..x1).map(move |x| (x, y))) {
                ink.put_pixel(x, y, Luma([255]));
            }
        };
        for (x0, y0, x1, y1) in [(10, 10, 210, 13), (10, 100, 210, 103), (10, 10, 13, 103), (207, 10, 210, 103)] {
            draw(x0, y0, x1, y1);
        }
        // A word through the lower edge, and a corner of another line.
        (0..4).for_each(|letter| draw(100 + 8 * letter, 85, 103 + 8 * letter, 115));
        draw(100, 85, 127, 88);
        draw(150, 95, 153, 103);
        let scale = WritingScale { letter: 20.0, stroke: 3.0 };
        let DividedInk { kept, strokes, .. } = remove_line_art(components(&ink), scale, &LineArtTuning::default());
        assert_eq!(strokes.len(), 4);
        assert_eq!(strokes.iter().filter(|stroke| stroke.is_upright()).count(), 2);
        let left: u32 = kept.iter().map(|c| c.area).sum();
        assert!((300..420).contains(&left), "{left} pixels are left");
    }
}
