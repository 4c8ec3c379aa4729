//! Strokes that cross a row of a line, summed over its runs.

use crate::imaging::raster::{components::Run, writing_scale::WritingScale};

/// Weight of the longest run, in stroke widths: a dash counts as one crossing, but as no more than two strokes. No
/// measurement recorded (6ee3e87).
const MAX_RUN: f32 = 2.0;

/// The number of strokes that a run stands for.
pub(in crate::imaging::segment) fn crossings_of(run: Run, scale: WritingScale) -> f32 {
    (run.len() as f32 / scale.stroke).min(MAX_RUN)
}

/// The profile with each row replaced by the mean of the rows up to `reach` away.
pub(in crate::imaging::segment) fn smoothed(profile: &[f32], reach: usize) -> Vec<f32> {
    let mean_around = |i: usize| {
        let near = &profile[i.saturating_sub(reach)..(i + reach + 1).min(profile.len())];
        near.iter().sum::<f32>() / near.len() as f32
    };
    (0..profile.len()).map(mean_around).collect()
}

/// The row with the largest value, of several the last; `None` for no rows.
pub(in crate::imaging::segment) fn peak(profile: &[f32], rows: std::ops::Range<usize>) -> Option<usize> {
    rows.max_by(|&a, &b| profile[a].total_cmp(&profile[b]))
}
