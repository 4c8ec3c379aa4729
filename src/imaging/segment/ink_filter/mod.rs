//! Components that can be writing, by their size, shape and edges, before lines are found.

mod shadow;

use image::GrayImage;

use self::shadow::sharpness;
use crate::imaging::{
    raster::{
        components::{Component, largest_square},
        writing_scale::WritingScale,
    },
    tunable::tunable,
};

tunable! {
    /// Numbers that separate components of writing from specks, drawings, blots and shadows.
    pub struct InkFilterTuning {
        /// Smallest component, in squared stroke widths, but never less than 3 pixels. Raising it loses faint dots.
        /// No measurement recorded (6ee3e87).
        min_area_square_strokes: f32 = 0.4,
        /// Length of a level stroke, in letter heights, from which it is dropped if it is thin.
        /// No measurement recorded (6ee3e87).
        min_level_stroke_letters: f32 = 4.0,
        /// Height of such a level stroke, at most, in letter heights.
        /// No measurement recorded (6ee3e87).
        max_level_stroke_height_letters: f32 = 0.3,
        /// Length of an upright stroke, in letter heights, from which it is dropped if it is thin.
        /// No measurement recorded (6ee3e87).
        min_upright_stroke_letters: f32 = 5.0,
        /// Width of such an upright stroke, at most, in letter heights.
        /// No measurement recorded (6ee3e87).
        max_upright_stroke_width_letters: f32 = 0.4,
        /// Side of the largest solid square in writing, in stroke widths; a blot or an arrow's head holds a larger one.
        /// Raising it keeps blots, lowering it loses bold writing.
        /// No measurement recorded (525c569).
        max_solid_strokes: f32 = 2.8,
        /// Side of a solid square that writing may always hold, in letter heights.
        /// No measurement recorded (525c569).
        max_solid_letters: f32 = 0.25,
        /// Narrower side of a blot, at least, in letter heights.
        /// No measurement recorded (9f587da).
        min_blot_letters: f32 = 0.5,
        /// Tallest component, in letter heights: a drawing is taller, writing joined over many lines is not.
        /// No measurement recorded (525c569).
        max_height_letters: f32 = 20.0,
        /// Height from which a component is a drawing if its box is nearly empty, in letter heights.
        /// No measurement recorded (525c569).
        min_sparse_height_letters: f32 = 3.0,
        /// Fraction of its box that the ink of such a drawing fills at most.
        /// No measurement recorded (525c569).
        max_sparse_density_fraction: f32 = 0.04,
        /// Height of a single stroke, at most, in letter heights: a brace around lines and a bent arrow are taller.
        /// Measured in a10c19e: drawn pages with braces, 86 % of the words found instead of 74 %.
        max_single_stroke_letters: f32 = 4.5,
        /// Strokes that a row of a single stroke crosses at most, on average.
        /// Measured in a10c19e together with `max_single_stroke_letters`.
        max_single_stroke_crossings: f32 = 1.3,
        /// Height from which a component along the image's border is dropped, in letter heights.
        /// No measurement recorded (6181049).
        min_tall_border_letters: f32 = 6.0,
        /// Height below which a component along the image's border is dropped, in letter heights.
        /// No measurement recorded (6181049).
        max_flat_border_letters: f32 = 0.7,
        /// Fraction of its box from which the ink of a component along the image's border is dropped.
        /// No measurement recorded (6181049).
        max_border_density_fraction: f32 = 0.5,
        /// Rise of edges to paper, as a fraction of the darkness, below which a component is a fold or a shadow.
        /// Raising it loses writing that is out of focus.
        /// No measurement recorded (8409f90).
        min_sharpness_fraction: f32 = 0.3,
        /// Height from which edges are measured, in letter heights: flatter components have hardly any left and right
        /// edges.
        /// No measurement recorded (8409f90).
        min_shadow_height_letters: f32 = 0.4,
        /// Height below which a component is a mark that can only join a line, in letter heights.
        /// No measurement recorded (6ee3e87).
        max_mark_height_letters: f32 = 0.4,
        /// Area below which a component is a mark that can only join a line, in squared stroke widths.
        /// No measurement recorded (6ee3e87).
        max_mark_area_square_strokes: f32 = 3.0,
    }
}

/// Smallest area of a component of writing, in pixels. No measurement recorded (6ee3e87).
const MIN_AREA: f32 = 3.0;

/// Components that can carry a line, and smaller marks (dots, accents, commas) that can only join one. The rest is
/// dropped: specks, line art, blots, shadows, what lies along the image's border. `gray` is the image of the ink.
pub(super) fn filter_ink(
    components: Vec<Component>,
    scale: WritingScale,
    gray: &GrayImage,
    tuning: &InkFilterTuning,
) -> (Vec<Component>, Vec<Component>) {
    let is_mark = |c: &Component| {
        c.height() < tuning.max_mark_height_letters * scale.letter
            || (c.area as f32) < tuning.max_mark_area_square_strokes * scale.stroke * scale.stroke
    };
    let kept = components.into_iter().filter(|c| can_be_writing(c, scale, gray, tuning));
    kept.partition(|c| !is_mark(c))
}

fn can_be_writing(c: &Component, scale: WritingScale, gray: &GrayImage, tuning: &InkFilterTuning) -> bool {
    let letter = scale.letter;
    let min_area = (tuning.min_area_square_strokes * scale.stroke * scale.stroke).max(MIN_AREA);
    let is_speck = (c.area as f32) < min_area;
    let is_level_stroke = c.width() > tuning.min_level_stroke_letters * letter
        && c.height() < tuning.max_level_stroke_height_letters * letter;
    let is_upright_stroke = c.height() > tuning.min_upright_stroke_letters * letter
        && c.width() < tuning.max_upright_stroke_width_letters * letter;
    let max_solid = (tuning.max_solid_strokes * scale.stroke).max(tuning.max_solid_letters * letter);
    let is_blot =
        || c.width().min(c.height()) > tuning.min_blot_letters * letter && largest_square(c) as f32 > max_solid;
    let is_drawing = c.height() > tuning.max_height_letters * letter
        || (c.height() > tuning.min_sparse_height_letters * letter && c.density() < tuning.max_sparse_density_fraction);
    let is_tall_stroke = c.height() > tuning.max_single_stroke_letters * letter
        && c.runs.len() as f32 <= tuning.max_single_stroke_crossings * c.height();
    let is_border = is_at_border(c, gray)
        && (c.height() > tuning.min_tall_border_letters * letter
            || c.height() < tuning.max_flat_border_letters * letter
            || c.density() > tuning.max_border_density_fraction);
    let is_shadow =
        || c.height() > tuning.min_shadow_height_letters * letter && sharpness(c, gray) < tuning.min_sharpness_fraction;
    let is_dropped = is_speck
        || is_level_stroke
        || is_upright_stroke
        || is_drawing
        || is_tall_stroke
        || is_border
        || is_blot()
        || is_shadow();
    !is_dropped
}

/// Whether a component reaches to within a pixel of the image's border.
pub(super) fn is_at_border(c: &Component, gray: &GrayImage) -> bool {
    c.left <= 1 || c.top <= 1 || c.right + 1 >= gray.width() || c.bottom + 1 >= gray.height()
}
