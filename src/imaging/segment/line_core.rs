//! The zone of small letters of a line, and the baseline along its bottom.

use super::{
    line_ink::{Extent, LineInk},
    rows::profile::{crossings_of, peak, smoothed},
};
use crate::{
    imaging::{
        raster::{components::Component, writing_scale::WritingScale},
        tunable::tunable,
    },
    page::{Baseline, Point},
};

tunable! {
    /// Numbers of the zone of small letters.
    pub struct LineCoreTuning {
        /// Reach above and below the spine over which rows are counted, in letter heights.
        /// No measurement recorded (6ee3e87).
        reach_letters: f32 = 2.0,
        /// Strokes that a row of small letters crosses at least, as a fraction of those of the row crossed most.
        /// Raising it lowers x-heights.
        /// No measurement recorded (6ee3e87).
        min_crossings_fraction: f32 = 0.5,
        /// Distance from the zone beyond which ink belongs to ascenders or descenders, in x-heights.
        /// No measurement recorded (3734da0).
        min_beyond_x_heights: f32 = 0.2,
        /// Distance between the points of a baseline, at most, in cells of the spine's grid.
        /// No measurement recorded (6ee3e87).
        baseline_step_cells: f32 = 4.0,
    }
}

/// Parts of a letter height that the profile of rows is smoothed by, either way. No measurement recorded (6ee3e87).
const SMOOTHING_PARTS: f32 = 12.0;

/// The zone of small letters: its edges as distances from the spine, below it positive, in working pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct LineCore {
    pub(super) top: f32,
    pub(super) bottom: f32,
}

impl LineCore {
    /// The rows around the row crossed most, counted from the spine, that cross enough strokes.
    pub(super) fn measure(line: &LineInk, scale: WritingScale, tuning: &LineCoreTuning) -> Self {
        let reach = (tuning.reach_letters * scale.letter).ceil();
        let mut profile = vec![0f32; 2 * reach as usize + 1];
        for &run in line.pieces.iter().flat_map(|piece| &piece.runs) {
            let row = run.y as f32 + 0.5 - line.spine.y_at(run.middle()) + reach;
            if let Some(crossings) = (row >= 0.0).then(|| profile.get_mut(row as usize)).flatten() {
                *crossings += crossings_of(run, scale);
            }
        }
        let profile = smoothed(&profile, (scale.letter / SMOOTHING_PARTS) as usize);
        let peak = peak(&profile, 0..profile.len()).unwrap_or(0);
        let is_core = |i: &usize| profile[*i] >= tuning.min_crossings_fraction * profile[peak];
        let first = (0..=peak).rev().take_while(is_core).last().unwrap_or(peak);
        let last = (peak..profile.len()).take_while(is_core).last().unwrap_or(peak);
        Self { top: first as f32 - reach, bottom: (last + 1) as f32 - reach }
    }

    /// The zone of small letters of a line that is one sign, such as a digit, which has none of its own: it stands on
    /// the sign's foot and is of the page's x-height.
    pub(super) fn of_sign(line: &LineInk, x_height: f32) -> Self {
        let foot = |piece: &Component| piece.bottom as f32 - line.spine.y_at(piece.middle_x());
        let bottom = line.pieces.iter().map(foot).fold(f32::MIN, f32::max);
        Self { top: bottom - x_height, bottom }
    }

    /// The line's x-height.
    pub(super) fn height(self) -> f32 {
        self.bottom - self.top
    }

    /// The line's ink above and below its small letters.
    pub(super) fn ink_beyond(self, line: &LineInk, tuning: &LineCoreTuning) -> InkBeyond {
        let margin = tuning.min_beyond_x_heights * self.height();
        let mut beyond = InkBeyond::default();
        for run in line.pieces.iter().flat_map(|piece| &piece.runs) {
            let row = run.y as f32 + 0.5 - line.spine.y_at(run.middle());
            if row < self.top - margin {
                beyond.above += run.len();
            }
            if row > self.bottom + margin {
                beyond.below += run.len();
            }
        }
        beyond
    }

    /// The spine lowered to the zone's bottom, from the line's first to its last ink.
    pub(super) fn baseline(self, line: &LineInk, tuning: &LineCoreTuning) -> Baseline {
        let Some(Extent { left, right }) = Extent::of(&line.pieces) else { return Baseline::default() };
        let step = tuning.baseline_step_cells * line.spine.step;
        let n_steps = ((right - left) / step).ceil().max(1.0) as usize;
        let point = |i: usize| {
            let x = left + (right - left) * i as f32 / n_steps as f32;
            Point::new(x, line.spine.y_at(x) + self.bottom)
        };
        Baseline((0..=n_steps).map(point).collect())
    }
}

/// Ink of ascenders and descenders, in pixels.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct InkBeyond {
    pub(super) above: u32,
    pub(super) below: u32,
}
