//! Components given to their lines: by the spine they lie on, split where they lie on several, and small marks to the
//! line they stand by.

use std::collections::VecDeque;

use super::{
    line_ink::{Extent, LineInk},
    spines::spine::Spine,
};
use crate::imaging::{
    raster::{
        components::{Component, Run, connect, for_touching},
        writing_scale::WritingScale,
    },
    tunable::tunable,
};

tunable! {
    /// Numbers of giving ink to lines.
    pub struct AssignTuning {
        /// Half the height of the zone around a spine in which ink surely belongs to it, in letter heights.
        /// No measurement recorded (6ee3e87).
        core_letters: f32 = 0.3,
        /// Distance beyond a spine's ends up to which ink lies on it, in letter heights.
        /// No measurement recorded (6ee3e87).
        beyond_letters: f32 = 1.0,
        /// Fraction of a component's ink in cores that lies in a line's core at least, where it lies on several.
        /// Raising it joins words that touch over two lines.
        /// No measurement recorded (c0b255f).
        min_core_fraction: f32 = 0.1,
        /// Width of a component's ink in a core, at least, where it lies on several lines, in letter heights.
        /// No measurement recorded (6ee3e87).
        min_core_width_letters: f32 = 0.5,
        /// Height from which a component may lie on several lines, in letter heights.
        /// No measurement recorded (6ee3e87).
        min_split_height_letters: f32 = 1.2,
        /// Ink that lies on one line alone, as a ratio to the ink that the line shares with others, below which it is
        /// dropped.
        /// No measurement recorded (525c569).
        min_own_ratio: f32 = 0.5,
        /// Length of a spine, in letter heights, from which it is a line whatever ink it shares.
        /// No measurement recorded (525c569).
        min_independent_letters: f32 = 8.0,
        /// Distance of a loose mark above the spine, at most, in letter heights: accents stand high.
        /// No measurement recorded (6ee3e87).
        max_mark_above_letters: f32 = 1.5,
        /// Distance of a loose mark below the spine, at most, in letter heights: commas hang low. Less than above,
        /// because marks above a line are more common.
        /// No measurement recorded (6ee3e87).
        max_mark_below_letters: f32 = 1.1,
        /// Distance of a loose mark beyond the line's ends, at most, in letter heights. Raising it collects specks.
        /// No measurement recorded (9f587da).
        max_mark_beside_letters: f32 = 2.2,
        /// Size of a mark, in letter heights, from which it extends its line, so that further marks may follow.
        /// No measurement recorded (9f587da).
        min_extending_letters: f32 = 0.25,
    }
}

/// The ink of every spine, in the order of `spines`; spines without ink are left out. Then the ink that is near none.
pub(super) fn assign(
    components: Vec<Component>,
    spines: &[Spine],
    scale: WritingScale,
    tuning: &AssignTuning,
) -> (Vec<LineInk>, Vec<Component>) {
    let mut pieces: Vec<Vec<Component>> = spines.iter().map(|_| Vec::new()).collect();
    let mut loose = Vec::new();
    for component in components {
        let on = lines_of(&component, spines, scale, tuning);
        match on.as_slice() {
            [] => loose.push(component),
            [line] => pieces[*line].push(component),
            _ => {
                for (line, piece) in split(&component, &on, spines, scale, tuning) {
                    pieces[line].push(piece);
                }
            }
        }
    }
    let far = join_marks(loose, spines, &mut pieces, scale, tuning);
    let lines = spines.iter().zip(pieces).filter(|(_, pieces)| !pieces.is_empty());
    (lines.map(|(spine, pieces)| LineInk { spine: spine.clone(), pieces }).collect(), far)
}

/// Drops short spines that hardly any ink lies on alone: rows of descenders or ascenders that reach out of stronger
/// lines.
pub(super) fn without_dependents(
    components: &[Component],
    spines: &[Spine],
    scale: WritingScale,
    tuning: &AssignTuning,
) -> Vec<Spine> {
    let mut own = vec![0; spines.len()];
    let mut shared = vec![0; spines.len()];
    for component in components {
        let on = lines_of(component, spines, scale, tuning);
        for &line in &on {
            *(if on.len() == 1 { &mut own[line] } else { &mut shared[line] }) += component.area;
        }
    }
    let is_long = |spine: &Spine| spine.length() > tuning.min_independent_letters * scale.letter;
    let is_line = |&i: &usize| is_long(&spines[i]) || own[i] as f32 > tuning.min_own_ratio * shared[i] as f32;
    (0..spines.len()).filter(is_line).map(|i| spines[i].clone()).collect()
}

/// The distance of `run` from `spine`, below it positive; `None` further than `beyond` from the spine's ends.
fn distance(run: Run, spine: &Spine, beyond: f32) -> Option<f32> {
    let x = run.middle();
    (x >= spine.start - beyond && x <= spine.end() + beyond).then(|| run.y as f32 - spine.y_at(x))
}

/// A component's ink in the core of one line.
struct CoreInk {
    line: usize,
    area: u32,
    width: u32,
}

impl CoreInk {
    /// `None` where the line's core holds no ink of the component.
    fn of(component: &Component, line: usize, spine: &Spine, core: f32, beyond: f32) -> Option<Self> {
        let (mut area, mut left, mut right) = (0, u32::MAX, 0);
        for &run in &component.runs {
            if distance(run, spine, beyond).is_some_and(|d| d.abs() <= core) {
                area += run.len();
                left = left.min(run.start);
                right = right.max(run.end);
            }
        }
        (area > 0).then(|| Self { line, area, width: right - left })
    }
}

/// The lines whose cores hold much of the component's ink.
fn lines_of(component: &Component, spines: &[Spine], scale: WritingScale, tuning: &AssignTuning) -> Vec<usize> {
    let (core, beyond) = (tuning.core_letters * scale.letter, tuning.beyond_letters * scale.letter);
    let numbered = spines.iter().enumerate();
    let found: Vec<CoreInk> =
        numbered.filter_map(|(line, spine)| CoreInk::of(component, line, spine, core, beyond)).collect();
    let total: u32 = found.iter().map(|ink| ink.area).sum();
    let most = found.iter().map(|ink| ink.area).max().unwrap_or(0);
    let is_on = |ink: &&CoreInk| {
        ink.area == most
            || (ink.area as f32 >= tuning.min_core_fraction * total as f32
                && ink.width as f32 >= tuning.min_core_width_letters * scale.letter)
    };
    let mut lines: Vec<usize> = found.iter().filter(is_on).map(|ink| ink.line).collect();
    if lines.len() > 1 && component.height() < tuning.min_split_height_letters * scale.letter {
        lines.retain(|&line| found.iter().any(|ink| ink.line == line && ink.area == most));
        lines.truncate(1);
    }
    lines
}

/// Splits a component among `lines`: each run goes to the line whose core is the fewest steps away along the ink.
pub(super) fn split(
    component: &Component,
    lines: &[usize],
    spines: &[Spine],
    scale: WritingScale,
    tuning: &AssignTuning,
) -> Vec<(usize, Component)> {
    let runs = &component.runs;
    let mut touching: Vec<Vec<usize>> = vec![Vec::new(); runs.len()];
    for_touching(runs, |a, b| {
        touching[a].push(b);
        touching[b].push(a);
    });
    let (core, beyond) = (tuning.core_letters * scale.letter, tuning.beyond_letters * scale.letter);
    let owner_of = |&run: &Run| {
        let near = lines.iter().filter_map(|&line| Some((line, distance(run, &spines[line], beyond)?.abs())));
        near.min_by(|a, b| a.1.total_cmp(&b.1)).filter(|nearest| nearest.1 <= core).map(|nearest| nearest.0)
    };
    let mut owner: Vec<Option<usize>> = runs.iter().map(owner_of).collect();
    let mut queue: VecDeque<usize> = (0..runs.len()).filter(|&i| owner[i].is_some()).collect();
    while let Some(i) = queue.pop_front() {
        for &next in &touching[i] {
            if owner[next].is_none() {
                owner[next] = owner[i];
                queue.push_back(next);
            }
        }
    }
    let part_of = |line: usize| {
        let own: Vec<Run> = runs.iter().zip(&owner).filter(|(_, o)| **o == Some(line)).map(|(run, _)| *run).collect();
        connect(&own).into_iter().map(move |piece| (line, piece))
    };
    lines.iter().flat_map(|&line| part_of(line)).collect()
}

/// Gives loose marks to the lines they stand by, and returns those that stand by none. A mark may extend its line to
/// the next mark.
fn join_marks(
    mut loose: Vec<Component>,
    spines: &[Spine],
    pieces: &mut [Vec<Component>],
    scale: WritingScale,
    tuning: &AssignTuning,
) -> Vec<Component> {
    let mut extents: Vec<Option<Extent>> = pieces.iter().map(Extent::of).collect();
    loop {
        let (mut far, mut is_extended) = (Vec::new(), false);
        for mark in loose {
            let Some(line) = nearest_line(&mark, spines, &extents, scale, tuning) else {
                far.push(mark);
                continue;
            };
            // Specks join a line without extending it.
            if let Some(extent) = &mut extents[line]
                && mark.width().max(mark.height()) >= tuning.min_extending_letters * scale.letter
            {
                let (left, right) = (mark.left as f32, mark.right as f32);
                is_extended |= left < extent.left || right > extent.right;
                *extent = Extent { left: extent.left.min(left), right: extent.right.max(right) };
            }
            pieces[line].push(mark);
        }
        if !is_extended {
            return far;
        }
        loose = far;
    }
}

/// The line that a loose mark stands by.
fn nearest_line(
    mark: &Component,
    spines: &[Spine],
    extents: &[Option<Extent>],
    scale: WritingScale,
    tuning: &AssignTuning,
) -> Option<usize> {
    let (x, y) = (mark.middle_x(), mark.middle_y());
    let beside = tuning.max_mark_beside_letters * scale.letter;
    let cost = |line: usize| {
        let Extent { left, right } = extents[line]?;
        if x < left - beside || x > right + beside {
            return None;
        }
        let below = (y - spines[line].y_at(x)) / scale.letter;
        let cost =
            if below < 0.0 { -below / tuning.max_mark_above_letters } else { below / tuning.max_mark_below_letters };
        (cost <= 1.0).then_some((line, cost))
    };
    (0..spines.len()).filter_map(cost).min_by(|a, b| a.1.total_cmp(&b.1)).map(|(line, _)| line)
}
