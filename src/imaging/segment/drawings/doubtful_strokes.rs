//! Strokes that touched a drawing return to the line in which they stand like a letter.

use crate::imaging::{
    raster::{components::Component, writing_scale::WritingScale},
    segment::{
        line_ink::{Extent, LineInk},
        spines::spine::Spine,
    },
    tunable::tunable,
};

tunable! {
    /// Numbers of returning strokes to lines.
    pub struct DoubtfulStrokeTuning {
        /// Reach of a letter above its line's other ink, at most, in letter heights.
        /// No measurement recorded (e42941e).
        max_above_letters: f32 = 0.4,
        /// Reach of a letter below its line's other ink, at most, in letter heights.
        /// No measurement recorded (e42941e).
        max_below_letters: f32 = 0.8,
    }
}

/// Adds each of `strokes` to the first line between whose letters it stands, hardly higher or lower than these.
pub(in crate::imaging) fn return_strokes(
    lines: &mut [LineInk],
    strokes: Vec<Component>,
    scale: WritingScale,
    tuning: &DoubtfulStrokeTuning,
) {
    let bands: Vec<Option<LetterBand>> = lines.iter().map(LetterBand::of).collect();
    for stroke in strokes {
        let fitting = bands
            .iter()
            .zip(&mut *lines)
            .find(|(band, line)| band.as_ref().is_some_and(|band| band.holds(&stroke, &line.spine, scale, tuning)));
        if let Some((_, line)) = fitting {
            line.pieces.push(stroke);
        }
    }
}

/// The band of a line's ink: its extent, and its edges as distances from the spine, below it positive.
struct LetterBand {
    extent: Extent,
    top: f32,
    bottom: f32,
}

impl LetterBand {
    fn of(line: &LineInk) -> Option<Self> {
        let extent = Extent::of(&line.pieces)?;
        let levels = |edge: fn(&Component) -> u32| {
            line.pieces.iter().map(move |piece| edge(piece) as f32 - line.spine.y_at(piece.middle_x()))
        };
        let top = levels(|piece| piece.top).fold(f32::MAX, f32::min);
        let bottom = levels(|piece| piece.bottom).fold(f32::MIN, f32::max);
        Some(Self { extent, top, bottom })
    }

    fn holds(&self, stroke: &Component, spine: &Spine, scale: WritingScale, tuning: &DoubtfulStrokeTuning) -> bool {
        let level = spine.y_at(stroke.middle_x());
        self.extent.contains(stroke.middle_x())
            && stroke.top as f32 - level >= self.top - tuning.max_above_letters * scale.letter
            && stroke.bottom as f32 - level <= self.bottom + tuning.max_below_letters * scale.letter
    }
}
