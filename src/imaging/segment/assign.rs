//! Gives every component to its line: by the spine it lies on, split where it lies on several, and small marks to the
//! line they stand by.

use std::collections::VecDeque;

use super::ridges::Spine;
use crate::imaging::raster::{
    components::{Component, Run, connect, for_touching},
    writing_scale::WritingScale,
};

/// Half the height of the zone around a spine in which ink surely belongs to it, in letter heights.
const CORE: f32 = 0.3;
/// A component lies on a second line only with at least this part of its ink in cores.
const MIN_SHARE: f32 = 0.1;
/// A short line's own ink is at least this part of the ink that it shares with others.
const MIN_OWN: f32 = 0.5;
/// Spines longer than this many letter heights are lines in any case.
const MAX_DEPENDENT: f32 = 8.0;
/// How far above and below the spine a loose mark may be, in letter heights: accents stand high, commas hang low.
const MARK_ABOVE: f32 = 1.5;
const MARK_BELOW: f32 = 1.1;
/// How far beyond the line's ends a loose mark may be, in letter heights.
const MARK_BESIDE: f32 = 2.2;
/// A mark that carries the line's end on is at least this large, in letter heights.
const MIN_LEADING: f32 = 0.25;

/// One line's ink.
pub(super) struct LineInk {
    pub(super) spine: Spine,
    pub(super) pieces: Vec<Component>,
}

/// The ink of every spine, in the order of `spines`; spines without ink are left out. Then the ink far from all.
pub(super) fn assign(
    components: Vec<Component>,
    spines: &[Spine],
    scale: WritingScale,
) -> (Vec<LineInk>, Vec<Component>) {
    let spines = &without_dependents(&components, spines, scale)[..];
    let mut pieces: Vec<Vec<Component>> = spines.iter().map(|_| Vec::new()).collect();
    let mut loose = Vec::new();
    for component in components {
        let on = lines_of(&component, spines, scale);
        match on.as_slice() {
            [] => loose.push(component),
            [line] => pieces[*line].push(component),
            _ => {
                for (line, piece) in split(&component, &on, spines, scale) {
                    pieces[line].push(piece);
                }
            }
        }
    }
    let far = join_marks(loose, spines, &mut pieces, scale);
    let lines = spines.iter().zip(pieces).filter(|(_, pieces)| !pieces.is_empty());
    (lines.map(|(spine, pieces)| LineInk { spine: spine.clone(), pieces }).collect(), far)
}

/// Drops short spines that hardly any ink lies on alone: rows of descenders or ascenders that reach out of stronger lines.
fn without_dependents(components: &[Component], spines: &[Spine], scale: WritingScale) -> Vec<Spine> {
    let mut own = vec![0; spines.len()];
    let mut shared = vec![0; spines.len()];
    for component in components {
        let on = lines_of(component, spines, scale);
        for &line in &on {
            *(if on.len() == 1 { &mut own[line] } else { &mut shared[line] }) += component.area;
        }
    }
    let is_long = |spine: &Spine| spine.end() - spine.start > MAX_DEPENDENT * scale.letter;
    let stands = |&i: &usize| is_long(&spines[i]) || own[i] as f32 > MIN_OWN * shared[i] as f32;
    (0..spines.len()).filter(stands).map(|i| spines[i].clone()).collect()
}

/// The left and right end of `pieces`.
pub(super) fn extent(pieces: &[Component]) -> Option<(f32, f32)> {
    let left = pieces.iter().map(|piece| piece.left).min()?;
    let right = pieces.iter().map(|piece| piece.right).max()?;
    Some((left as f32, right as f32))
}

/// The distance of `run` from `spine`, below it positive; `None` beyond the spine's ends.
fn distance(run: Run, spine: &Spine, scale: WritingScale) -> Option<f32> {
    let x = run.middle();
    let reach = scale.letter;
    (x >= spine.start - reach && x <= spine.end() + reach).then(|| run.y as f32 - spine.y_at(x))
}

/// The lines whose cores hold much of the component's ink.
fn lines_of(component: &Component, spines: &[Spine], scale: WritingScale) -> Vec<usize> {
    let core = CORE * scale.letter;
    let mut found = Vec::new();
    for (line, spine) in spines.iter().enumerate() {
        let (mut ink, mut left, mut right) = (0, u32::MAX, 0);
        for &run in &component.runs {
            if distance(run, spine, scale).is_some_and(|d| d.abs() <= core) {
                ink += run.len();
                left = left.min(run.start);
                right = right.max(run.end);
            }
        }
        if ink > 0 {
            found.push((line, ink, right - left));
        }
    }
    let total: u32 = found.iter().map(|f| f.1).sum();
    let most = found.iter().map(|f| f.1).max().unwrap_or(0);
    let is_on = |&&(_, ink, width): &&(usize, u32, u32)| {
        ink == most || (ink as f32 >= MIN_SHARE * total as f32 && width as f32 >= 0.5 * scale.letter)
    };
    let mut lines: Vec<usize> = found.iter().filter(is_on).map(|f| f.0).collect();
    if lines.len() > 1 && component.height() < 1.2 * scale.letter {
        lines.retain(|&line| found.iter().any(|f| f.0 == line && f.1 == most));
        lines.truncate(1);
    }
    lines
}

/// Splits a component among `lines`: every run goes to the line whose core is the fewest steps away along the ink.
pub(super) fn split(
    component: &Component,
    lines: &[usize],
    spines: &[Spine],
    scale: WritingScale,
) -> Vec<(usize, Component)> {
    let runs = &component.runs;
    let mut touching: Vec<Vec<usize>> = vec![Vec::new(); runs.len()];
    for_touching(runs, |a, b| {
        touching[a].push(b);
        touching[b].push(a);
    });
    let core = CORE * scale.letter;
    let mut owner: Vec<Option<usize>> = runs
        .iter()
        .map(|&run| {
            let near = lines.iter().filter_map(|&line| Some((line, distance(run, &spines[line], scale)?.abs())));
            near.min_by(|a, b| a.1.total_cmp(&b.1)).filter(|n| n.1 <= core).map(|n| n.0)
        })
        .collect();
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

/// Gives loose marks to the lines they stand by, and returns those that stand by none. A mark may carry the line's end on
/// to the next one.
fn join_marks(
    mut loose: Vec<Component>,
    spines: &[Spine],
    pieces: &mut [Vec<Component>],
    scale: WritingScale,
) -> Vec<Component> {
    let mut extents: Vec<Option<(f32, f32)>> = pieces.iter().map(|pieces| extent(pieces)).collect();
    loop {
        let (mut far, mut joined) = (Vec::new(), false);
        for mark in loose {
            let Some(line) = nearest_line(&mark, spines, &extents, scale) else {
                far.push(mark);
                continue;
            };
            // Specks join, but lead nowhere.
            if let Some((left, right)) = &mut extents[line]
                && mark.width().max(mark.height()) >= MIN_LEADING * scale.letter
            {
                joined |= (mark.left as f32) < *left || mark.right as f32 > *right;
                (*left, *right) = (left.min(mark.left as f32), right.max(mark.right as f32));
            }
            pieces[line].push(mark);
        }
        if !joined {
            return far;
        }
        loose = far;
    }
}

/// The line that a loose mark stands by.
fn nearest_line(
    mark: &Component,
    spines: &[Spine],
    extents: &[Option<(f32, f32)>],
    scale: WritingScale,
) -> Option<usize> {
    let (x, y) = (mark.middle_x(), mark.middle_y());
    let beside = MARK_BESIDE * scale.letter;
    let cost = |line: usize| {
        let (left, right) = extents[line]?;
        if x < left - beside || x > right + beside {
            return None;
        }
        let below = (y - spines[line].y_at(x)) / scale.letter;
        // Marks above a line are more common than marks as far below it.
        let cost = if below < 0.0 { -below / MARK_ABOVE } else { below / MARK_BELOW };
        (cost <= 1.0).then_some((line, cost))
    };
    (0..spines.len()).filter_map(cost).min_by(|a, b| a.1.total_cmp(&b.1)).map(|(line, _)| line)
}
