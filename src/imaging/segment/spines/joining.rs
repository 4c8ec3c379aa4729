//! Spines that continue one another are joined; weak ones beside strong ones are dropped.

use super::spine::Spine;
use crate::{
    imaging::{raster::writing_scale::WritingScale, tunable::tunable},
    page::Point,
};

tunable! {
    /// Numbers of joining spines.
    pub struct JoiningTuning {
        /// Widest gap over which spines are joined, in letter heights. Raising it joins columns.
        /// No measurement recorded (525c569).
        max_gap_letters: f32 = 8.0,
        /// Longest stretch over which joined spines overlap, in letter heights.
        /// No measurement recorded (525c569).
        max_overlap_letters: f32 = 1.5,
        /// Distance between the trends of two joined spines, half-way between them, at most, in letter heights. Raising
        /// it joins neighbouring lines.
        /// No measurement recorded (525c569).
        max_mismatch_letters: f32 = 0.6,
        /// Step between the ends of two joined spines at most, in letter heights.
        /// No measurement recorded (525c569).
        max_step_letters: f32 = 1.2,
        /// Mismatch that a letter height of gap counts for when the best continuation is chosen.
        /// No measurement recorded (525c569).
        gap_cost_ratio: f32 = 0.05,
        /// Length of a spine's end that its trend is taken from, in cells.
        /// No measurement recorded (525c569).
        trend_cells: f32 = 60.0,
        /// Distance between a strong spine and the weak one that it drops, at most, in letter heights. Raising it loses
        /// small writing between lines.
        /// No measurement recorded (9f587da).
        max_echo_distance_letters: f32 = 1.4,
        /// Strength below which a spine is dropped, as a fraction of the strong one's.
        /// No measurement recorded (9f587da).
        max_echo_strength_fraction: f32 = 0.5,
        /// Least fraction of a dropped spine's length that runs beside the strong one.
        /// No measurement recorded (9f587da).
        min_echo_overlap_fraction: f32 = 0.6,
    }
}

/// Joins spines that continue one another, unless something parts the end of one from the start of the next.
pub(super) fn join(
    mut spines: Vec<Spine>,
    scale: WritingScale,
    tuning: &JoiningTuning,
    is_parted: &dyn Fn([Point; 2]) -> bool,
) -> Vec<Spine> {
    spines.sort_by(|a, b| a.start.total_cmp(&b.start));
    let mut joined: Vec<Spine> = Vec::new();
    for spine in spines {
        let costs =
            joined.iter().enumerate().filter_map(|(i, earlier)| Some((i, cost(earlier, &spine, scale, tuning)?)));
        let costs = costs.filter(|(i, _)| !is_parted(gap_between(&joined[*i], &spine)));
        let best = costs.min_by(|a, b| a.1.total_cmp(&b.1));
        match best {
            Some((i, _)) => append(&mut joined[i], &spine),
            None => joined.push(spine),
        }
    }
    joined
}

/// The end of one spine and the start of the next.
fn gap_between(earlier: &Spine, next: &Spine) -> [Point; 2] {
    [Point::new(earlier.end(), earlier.last_height()), Point::new(next.start, next.heights[0])]
}

/// How badly `next` continues `earlier`, in letter heights; `None` where it does not.
fn cost(earlier: &Spine, next: &Spine, scale: WritingScale, tuning: &JoiningTuning) -> Option<f32> {
    let gap = next.start - earlier.end();
    let middle = earlier.end() + gap / 2.0;
    let trend = |spine: &Spine| spine.trend_at(middle, tuning.trend_cells as usize);
    let mismatch = (trend(earlier) - trend(next)).abs() / scale.letter;
    let step = (earlier.last_height() - next.heights[0]).abs() / scale.letter;
    let is_next = gap > -tuning.max_overlap_letters * scale.letter && gap < tuning.max_gap_letters * scale.letter;
    (is_next && mismatch < tuning.max_mismatch_letters && step < tuning.max_step_letters)
        .then_some(mismatch + tuning.gap_cost_ratio * gap.abs() / scale.letter)
}

/// Appends `next` to `spine`, the gap between them bridged by a straight line.
fn append(spine: &mut Spine, next: &Spine) {
    let (own, added) = (spine.heights.len() as f32, next.heights.len() as f32);
    spine.strength = (spine.strength * own + next.strength * added) / (own + added);
    let (end, height) = (spine.end(), spine.last_height());
    let n_bridge = ((next.start - end) / spine.step).round() as i32 - 1;
    for i in 0..n_bridge.max(0) {
        let fraction = (i + 1) as f32 / (n_bridge + 1) as f32;
        spine.heights.push(height + (next.heights[0] - height) * fraction);
    }
    let n_doubled = (-n_bridge).max(0) as usize;
    spine.heights.extend(next.heights.iter().skip(n_doubled));
}

/// Drops weak spines close beside strong ones: rows of ascenders or descenders.
pub(super) fn without_echoes(spines: &[Spine], scale: WritingScale, tuning: &JoiningTuning) -> Vec<Spine> {
    let is_echo = |weak: &Spine| {
        spines.iter().any(|strong| {
            let shared = weak.end().min(strong.end()) - weak.start.max(strong.start);
            let middle = f32::midpoint(weak.start, weak.end());
            weak.strength < tuning.max_echo_strength_fraction * strong.strength
                && shared > tuning.min_echo_overlap_fraction * weak.length()
                && (weak.y_at(middle) - strong.y_at(middle)).abs() < tuning.max_echo_distance_letters * scale.letter
        })
    };
    spines.iter().filter(|spine| !is_echo(spine)).cloned().collect()
}
