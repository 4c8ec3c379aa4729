//! Lines that are writing, by all of their ink, once they are found and cut.

use image::GrayImage;

use super::{
    ink_filter::is_at_border,
    line_ink::{Extent, LineInk},
};
use crate::imaging::{
    raster::{components::Component, writing_scale::WritingScale},
    tunable::tunable,
};

tunable! {
    /// Numbers that separate lines of writing from stray strokes.
    pub struct LineFilterTuning {
        /// Least ink of a line, in letter heights times stroke widths. Raising it loses page numbers and single
        /// letters.
        /// No measurement recorded (b9718e8).
        min_area_letter_strokes: f32 = 2.0,
        /// Height of a line's tallest piece, at least, in letter heights.
        /// No measurement recorded (b9718e8).
        min_height_letters: f32 = 0.5,
        /// Width of a line below which it is an upright stroke if it is tall, in letter heights.
        /// No measurement recorded (19fb049).
        max_upright_width_letters: f32 = 0.5,
        /// Height of such an upright stroke, at least, in letter heights.
        /// No measurement recorded (19fb049).
        min_upright_height_letters: f32 = 1.8,
        /// Height of a long stroke that makes up a line, at least, in letter heights: an upright arrow that stands
        /// alone, or a tick that the page's edge cuts.
        /// No measurement recorded (b9718e8).
        min_long_stroke_letters: f32 = 1.8,
        /// Height to width of such a stroke, at least, unless it lies at the page's border.
        /// No measurement recorded (b9718e8; 6181049 for the border).
        min_long_stroke_aspect_ratio: f32 = 1.5,
        /// Fraction of the line's ink that such a stroke holds at least.
        /// No measurement recorded (b9718e8).
        min_long_stroke_fraction: f32 = 0.8,
        /// Strokes that a row of such a stroke crosses at most, on average.
        /// No measurement recorded (b9718e8).
        max_long_stroke_crossings: f32 = 1.5,
    }
}

/// Whether a line's ink on `gray` is enough to be writing.
pub(super) fn is_writing(line: &LineInk, scale: WritingScale, gray: &GrayImage, tuning: &LineFilterTuning) -> bool {
    let area: u32 = line.pieces.iter().map(|piece| piece.area).sum();
    let tallest = line.pieces.iter().map(Component::height).fold(0.0, f32::max);
    let is_narrow =
        Extent::of(&line.pieces).is_none_or(|extent| extent.width() < tuning.max_upright_width_letters * scale.letter);
    let is_upright_stroke = is_narrow && tallest > tuning.min_upright_height_letters * scale.letter;
    !is_upright_stroke
        && !is_long_stroke(line, area, scale, gray, tuning)
        && area as f32 > tuning.min_area_letter_strokes * scale.letter * scale.stroke
        && tallest > tuning.min_height_letters * scale.letter
}

/// Whether nearly all of a line's ink is one long stroke.
fn is_long_stroke(line: &LineInk, area: u32, scale: WritingScale, gray: &GrayImage, tuning: &LineFilterTuning) -> bool {
    line.pieces.iter().any(|piece| {
        piece.height() > tuning.min_long_stroke_letters * scale.letter
            && (piece.height() > tuning.min_long_stroke_aspect_ratio * piece.width() || is_at_border(piece, gray))
            && piece.area as f32 >= tuning.min_long_stroke_fraction * area as f32
            && piece.runs.len() as f32 <= tuning.max_long_stroke_crossings * piece.height()
    })
}
