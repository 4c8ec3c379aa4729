//! Remnants of components whose long strokes were erased: writing, or more of the drawing.

use super::straight_stroke::StraightStroke;
use crate::{
    imaging::{
        raster::{
            components::{Component, Run},
            writing_scale::WritingScale,
        },
        tunable::tunable,
    },
    page::Point,
};

tunable! {
    /// Numbers that separate remnants of drawings from writing.
    pub struct RemnantTuning {
        /// Strokes that a row of writing crosses at least, on average. Raising it loses narrow words that touch a
        /// drawing.
        /// No measurement recorded (6ca9403).
        min_written_crossings: f32 = 1.8,
        /// Shortest remnant that may be a connector between boxes, in letter heights.
        /// No measurement recorded (e42941e).
        min_connector_letters: f32 = 2.0,
        /// Thickness of a connector in most of its columns, at most, in stroke widths.
        /// No measurement recorded (e42941e).
        max_connector_thickness_strokes: f32 = 1.5,
        /// Fraction of a connector's columns that are no thicker, at least.
        /// No measurement recorded (e42941e).
        min_connector_thin_fraction: f32 = 0.7,
        /// Strokes that a row of a connector crosses at most, on average.
        /// No measurement recorded (e42941e).
        max_connector_crossings: f32 = 2.2,
        /// Largest head of an arrow, in letter heights.
        /// No measurement recorded (f71b541).
        max_head_letters: f32 = 1.6,
        /// Distance between an arrow's head and the end of its stroke, at most, in stroke widths.
        /// No measurement recorded (6ca9403).
        head_reach_strokes: f32 = 1.5,
        /// Fraction of a remnant's ink on the line of an erased stroke from which it is left over from that stroke.
        /// No measurement recorded (f71b541).
        min_left_over_fraction: f32 = 0.7,
        /// Distance of left-over ink from the line of its stroke, at most, in stroke widths.
        /// No measurement recorded (f71b541).
        left_over_distance_strokes: f32 = 2.0,
        /// Distance of left-over ink beyond the ends of its stroke, at most, in letter heights.
        /// No measurement recorded (f71b541).
        left_over_beyond_letters: f32 = 0.7,
        /// Longest run of left-over ink, in stroke widths; `max_left_over_run_fraction` takes the width's place where
        /// it is more.
        /// No measurement recorded (f71b541).
        max_left_over_run_strokes: f32 = 3.0,
        /// Length of a run of left-over ink as a fraction of its stroke's length.
        /// No measurement recorded (f71b541).
        max_left_over_run_fraction: f32 = 0.3,
    }
}

/// Whether the rows of a part cross as many strokes as those of a word, and more than those of a bent or pointed line.
pub(super) fn looks_written(part: &Component, tuning: &RemnantTuning) -> bool {
    part.runs.len() as f32 >= tuning.min_written_crossings * part.height()
}

/// Whether a part is a long level stroke, slightly bent or with something attached: most of its columns hold no more
/// ink.
pub(super) fn is_connector(part: &Component, scale: WritingScale, tuning: &RemnantTuning) -> bool {
    let mut columns = vec![0u32; (part.right - part.left) as usize];
    for run in &part.runs {
        columns[(run.start - part.left) as usize..(run.end - part.left) as usize].iter_mut().for_each(|ink| *ink += 1);
    }
    let max_thickness = tuning.max_connector_thickness_strokes * scale.stroke;
    let n_thin = columns.iter().filter(|&&ink| ink as f32 <= max_thickness).count();
    part.width() >= tuning.min_connector_letters * scale.letter
        && n_thin as f32 >= tuning.min_connector_thin_fraction * columns.len() as f32
        && part.runs.len() as f32 <= tuning.max_connector_crossings * part.height()
}

/// Whether a remnant is only more of an erased stroke, or the head of an arrow at its end.
pub(super) fn is_left_over(
    part: &Component,
    stroke: StraightStroke,
    scale: WritingScale,
    tuning: &RemnantTuning,
) -> bool {
    let width = tuning.left_over_distance_strokes * scale.stroke;
    let beyond = tuning.left_over_beyond_letters * scale.letter;
    let max_run = tuning.max_left_over_run_strokes * scale.stroke.max(tuning.max_left_over_run_fraction * stroke.len());
    let is_on_stroke = |run: &&Run| {
        (run.len() as f32) < max_run && stroke.passes(Point::new(run.middle(), run.y as f32), width, beyond)
    };
    let ink_on_stroke: u32 = part.runs.iter().filter(is_on_stroke).map(|run| run.len()).sum();
    let reach = tuning.head_reach_strokes * scale.stroke;
    let is_head = part.width().max(part.height()) <= tuning.max_head_letters * scale.letter
        && stroke.ends().into_iter().any(|end| is_around(part, end, reach));
    is_head || ink_on_stroke as f32 >= tuning.min_left_over_fraction * part.area as f32
}

/// Whether `point` lies in the part's box or at most `reach` outside of it.
pub(super) fn is_around(part: &Component, point: Point, reach: f32) -> bool {
    (part.left as f32 - reach..part.right as f32 + reach).contains(&point.x)
        && (part.top as f32 - reach..part.bottom as f32 + reach).contains(&point.y)
}
