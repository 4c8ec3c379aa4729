//! The spines of text lines: where ink, smeared along the writing, is densest across it.
//!
//! The ink is put on a coarse grid, sheared level by the page's skew and blurred by an anisotropic Gaussian (Li et al.,
//! "Script-independent text line segmentation", 2008). Crests of the blur are followed from left to right, so that lines
//! may rise, fall and bend.

use super::skew::page_slope;
use crate::imaging::raster::{components::Component, writing_scale::WritingScale};

/// Grid cells a letter is high.
const CELLS_PER_LETTER: f32 = 5.0;
/// Deviation of the blur along the line, in letter heights.
const BLUR_ALONG: f32 = 2.0;
/// Deviation of the blur across the line, in letter heights.
const BLUR_ACROSS: f32 = 0.36;
/// Crests lower than this part of the page's strong ones are no lines.
const MIN_CREST: f32 = 0.12;
/// Spines are joined over gaps and overlaps up to these many letter heights.
const MAX_BRIDGE: f32 = 8.0;
const MAX_OVERLAP: f32 = 1.5;
/// How far apart their trends may be where they meet, in letter heights.
const MAX_MISMATCH: f32 = 0.6;
/// Places of a spine's end that tell its trend: twelve letter heights.
const TREND: usize = 60;
/// A spine closer to another than this (in letter heights) and weaker than this part of it is no line.
const ECHO_DISTANCE: f32 = 1.4;
const ECHO_STRENGTH: f32 = 0.5;

/// The spine of a line or of a part of one: heights at equally spaced places, in working pixels.
#[derive(Clone, Debug)]
pub(super) struct Spine {
    /// The first place.
    pub(super) start: f32,
    /// Distance between places.
    pub(super) step: f32,
    pub(super) heights: Vec<f32>,
    /// Mean height of the crest.
    strength: f32,
}

impl Spine {
    pub(super) fn end(&self) -> f32 {
        self.start + self.step * (self.heights.len() - 1) as f32
    }

    /// The spine's height at `x`; beyond its ends it goes on as it ran over its last places.
    pub(super) fn y_at(&self, x: f32) -> f32 {
        let place = (x - self.start) / self.step;
        let last = self.heights.len() - 1;
        if place <= 0.0 {
            return self.heights[0] + place * self.slope(0);
        }
        if place >= last as f32 {
            return self.heights[last] + (place - last as f32) * self.slope(last);
        }
        let low = place as usize;
        self.heights[low] + (self.heights[low + 1] - self.heights[low]) * place.fract()
    }

    /// The spine lowered by `by` pixels.
    pub(super) fn moved(&self, by: f32) -> Self {
        Self { heights: self.heights.iter().map(|height| height + by).collect(), ..*self }
    }

    /// The height at `x` of a straight line through the end of the spine that is nearer to `x`.
    fn trend_at(&self, x: f32) -> f32 {
        let n = self.heights.len().min(TREND);
        let first = if x > f32::midpoint(self.start, self.end()) { self.heights.len() - n } else { 0 };
        let (mean, slope) = straight_fit(&self.heights[first..first + n]);
        let slope = if n < 10 { 0.0 } else { slope };
        mean + slope * ((x - self.start) / self.step - first as f32 - (n - 1) as f32 / 2.0)
    }

    /// Rise per place, over a stretch of the spine that has `place` at one of its ends.
    fn slope(&self, place: usize) -> f32 {
        let last = self.heights.len() - 1;
        let reach = last.min(40);
        if reach < 4 {
            return 0.0;
        }
        let (from, to) = if place < reach { (0, reach) } else { (last - reach, last) };
        (self.heights[to] - self.heights[from]) / reach as f32
    }

    /// The spine with every height replaced by a local straight fit over `reach` places each way.
    fn smoothed(&self, reach: usize) -> Self {
        let fitted = |i: usize| {
            let (from, to) = (i.saturating_sub(reach), (i + reach).min(self.heights.len() - 1));
            let (mean, slope) = straight_fit(&self.heights[from..=to]);
            mean + slope * (i as f32 - (from + to) as f32 / 2.0)
        };
        Self { heights: (0..self.heights.len()).map(fitted).collect(), ..*self }
    }
}

/// Least squares: mean, reached in the middle, and rise per place.
fn straight_fit(heights: &[f32]) -> (f32, f32) {
    let middle = (heights.len() as f32 - 1.0) / 2.0;
    let mean = heights.iter().sum::<f32>() / heights.len() as f32;
    let (mut products, mut squares) = (0.0, 0.0);
    for (i, height) in heights.iter().enumerate() {
        products += (i as f32 - middle) * (height - mean);
        squares += (i as f32 - middle).powi(2);
    }
    (mean, products / squares.max(1.0))
}

/// The spines of all lines that `components` form, from top to bottom by their left ends.
pub(super) fn find_spines(components: &[Component], scale: WritingScale) -> Vec<Spine> {
    let cell = (scale.letter / CELLS_PER_LETTER).max(1.0);
    let slope = page_slope(components, scale);
    let Some(grid) = Grid::of(components, cell, slope) else { return Vec::new() };
    let blurred = grid.blurred(BLUR_ALONG * CELLS_PER_LETTER, BLUR_ACROSS * CELLS_PER_LETTER);
    let chains = follow_crests(&blurred);
    let mut spines: Vec<Spine> = chains
        .into_iter()
        .filter(|chain| chain.heights.len() as f32 >= CELLS_PER_LETTER)
        .map(|chain| blurred.to_page(&chain).smoothed((3.0 * CELLS_PER_LETTER) as usize))
        .collect();
    spines = without_echoes(&join(spines, scale), scale);
    spines.sort_by(|a, b| a.heights[0].total_cmp(&b.heights[0]));
    spines
}

/// Ink per cell, rows along the page's lines.
struct Grid {
    cell: f32,
    slope: f32,
    /// Sheared height of the first row's upper edge.
    top: f32,
    width: usize,
    height: usize,
    values: Vec<f32>,
}

impl Grid {
    fn of(components: &[Component], cell: f32, slope: f32) -> Option<Self> {
        let right = components.iter().map(|c| c.right).max()? as f32;
        let corners = components.iter().flat_map(|c| {
            [(c.left, c.top), (c.right, c.top), (c.left, c.bottom), (c.right, c.bottom)]
                .map(|(x, y)| y as f32 - x as f32 * slope)
        });
        let (low, high) = corners.fold((f32::MAX, f32::MIN), |(low, high), y| (low.min(y), high.max(y)));
        let margin = 4.0 * cell;
        let (width, height) = ((right / cell) as usize + 2, ((high - low + 2.0 * margin) / cell) as usize + 2);
        let mut grid = Self { cell, slope, top: low - margin, width, height, values: vec![0.0; width * height] };
        for run in components.iter().flat_map(|c| &c.runs) {
            for x in run.start..run.end {
                let row = (run.y as f32 - x as f32 * slope - grid.top) / cell;
                grid.values[row as usize * width + (x as f32 / cell) as usize] += 1.0;
            }
        }
        Some(grid)
    }

    fn blurred(&self, along: f32, across: f32) -> Self {
        let (width, height) = (self.width, self.height);
        let mut rows = vec![0.0; self.values.len()];
        let kernel = gaussian(along);
        let reach = kernel.len() / 2;
        for (out, row) in rows.chunks_exact_mut(width).zip(self.values.chunks_exact(width)) {
            for (x, &value) in row.iter().enumerate().filter(|(_, value)| **value > 0.0) {
                let first = x.saturating_sub(reach);
                let end = (x + reach + 1).min(width);
                for (sum, weight) in out[first..end].iter_mut().zip(&kernel[first + reach - x..]) {
                    *sum += value * weight;
                }
            }
        }
        let mut values = vec![0.0; self.values.len()];
        let kernel = gaussian(across);
        let reach = kernel.len() / 2;
        for y in 0..height {
            let (first, end) = (y.saturating_sub(reach), (y + reach + 1).min(height));
            for (source, weight) in (first..end).zip(&kernel[first + reach - y..]) {
                let source = &rows[source * width..(source + 1) * width];
                for (sum, value) in values[y * width..(y + 1) * width].iter_mut().zip(source) {
                    *sum += value * weight;
                }
            }
        }
        Self { values, ..*self }
    }

    fn at(&self, x: usize, y: usize) -> f32 {
        self.values[y * self.width + x]
    }

    fn to_page(&self, chain: &CrestChain) -> Spine {
        let x_of = |i: usize| ((chain.start + i) as f32 + 0.5) * self.cell;
        let height = |(i, row): (usize, &f32)| self.top + (row + 0.5) * self.cell + x_of(i) * self.slope;
        let heights = chain.heights.iter().enumerate().map(height).collect();
        let strength = chain.strength / chain.heights.len() as f32;
        Spine { start: x_of(0), step: self.cell, heights, strength }
    }
}

/// Gaussian weights out to three deviations; their sum is 1.
fn gaussian(deviation: f32) -> Vec<f32> {
    let reach = (3.0 * deviation).ceil().max(1.0) as i32;
    let weights: Vec<f32> = (-reach..=reach).map(|i| (-0.5 * (i as f32 / deviation).powi(2)).exp()).collect();
    let total: f32 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / total).collect()
}

/// Rows of a crest in neighbouring columns from `start` on.
struct CrestChain {
    start: usize,
    heights: Vec<f32>,
    /// Sum of the crest's values.
    strength: f32,
}

fn follow_crests(grid: &Grid) -> Vec<CrestChain> {
    let crests: Vec<Vec<(f32, f32)>> = (0..grid.width).map(|x| crests_of_column(grid, x)).collect();
    let mut strengths: Vec<f32> = crests.iter().flatten().map(|crest| crest.1).collect();
    strengths.sort_by(f32::total_cmp);
    let Some(&strong) = strengths.get(strengths.len() * 4 / 5) else { return Vec::new() };
    let mut done = Vec::new();
    let mut active: Vec<CrestChain> = Vec::new();
    for (x, column) in crests.iter().enumerate() {
        let mut free: Vec<(f32, f32)> = column.iter().copied().filter(|c| c.1 >= MIN_CREST * strong).collect();
        let mut alive = Vec::new();
        for mut chain in active {
            let last = chain.heights[chain.heights.len() - 1];
            let nearest =
                (0..free.len()).min_by(|&a, &b| (free[a].0 - last).abs().total_cmp(&(free[b].0 - last).abs()));
            match nearest.filter(|&i| (free[i].0 - last).abs() <= 1.2) {
                Some(i) => {
                    let (height, value) = free.swap_remove(i);
                    chain.heights.push(height);
                    chain.strength += value;
                    alive.push(chain);
                }
                None => done.push(chain),
            }
        }
        alive.extend(free.into_iter().map(|(height, value)| CrestChain {
            start: x,
            heights: vec![height],
            strength: value,
        }));
        active = alive;
    }
    done.extend(active);
    done
}

/// Local maxima of one column: sub-cell row and value.
fn crests_of_column(grid: &Grid, x: usize) -> Vec<(f32, f32)> {
    (1..grid.height.saturating_sub(1))
        .filter_map(|y| {
            let (above, here, below) = (grid.at(x, y - 1), grid.at(x, y), grid.at(x, y + 1));
            let is_crest = here > 0.0 && here >= above && here > below;
            let bend = above - 2.0 * here + below;
            is_crest.then(|| (y as f32 + if bend < 0.0 { 0.5 * (above - below) / bend } else { 0.0 }, here))
        })
        .collect()
}

/// Joins spines that continue one another.
fn join(mut spines: Vec<Spine>, scale: WritingScale) -> Vec<Spine> {
    spines.sort_by(|a, b| a.start.total_cmp(&b.start));
    let mut joined: Vec<Spine> = Vec::new();
    for spine in spines {
        let fits = |earlier: &Spine| {
            let gap = spine.start - earlier.end();
            let middle = earlier.end() + gap / 2.0;
            let mismatch = (earlier.trend_at(middle) - spine.trend_at(middle)).abs() / scale.letter;
            let step = (earlier.heights[earlier.heights.len() - 1] - spine.heights[0]).abs() / scale.letter;
            let is_next = gap > -MAX_OVERLAP * scale.letter && gap < MAX_BRIDGE * scale.letter;
            (is_next && mismatch < MAX_MISMATCH && step < 2.0 * MAX_MISMATCH)
                .then_some(mismatch + 0.05 * gap.abs() / scale.letter)
        };
        let best =
            (0..joined.len()).filter_map(|i| fits(&joined[i]).map(|cost| (i, cost))).min_by(|a, b| a.1.total_cmp(&b.1));
        match best {
            Some((i, _)) => append(&mut joined[i], &spine),
            None => joined.push(spine),
        }
    }
    joined
}

/// Drops weak spines close beside strong ones: rows of ascenders or descenders, not lines.
fn without_echoes(spines: &[Spine], scale: WritingScale) -> Vec<Spine> {
    let is_echo = |weak: &Spine| {
        spines.iter().any(|strong| {
            let shared = weak.end().min(strong.end()) - weak.start.max(strong.start);
            let middle = f32::midpoint(weak.start, weak.end());
            weak.strength < ECHO_STRENGTH * strong.strength
                && shared > 0.6 * (weak.end() - weak.start)
                && (weak.y_at(middle) - strong.y_at(middle)).abs() < ECHO_DISTANCE * scale.letter
        })
    };
    spines.iter().filter(|spine| !is_echo(spine)).cloned().collect()
}

/// Appends `next` to `spine`, the gap between them bridged by a straight line.
fn append(spine: &mut Spine, next: &Spine) {
    let (own, added) = (spine.heights.len() as f32, next.heights.len() as f32);
    spine.strength = (spine.strength * own + next.strength * added) / (own + added);
    let from = (spine.end(), spine.heights[spine.heights.len() - 1]);
    let n_bridge = ((next.start - from.0) / spine.step).round() as i32 - 1;
    for i in 0..n_bridge.max(0) {
        let part = (i + 1) as f32 / (n_bridge + 1) as f32;
        spine.heights.push(from.1 + (next.heights[0] - from.1) * part);
    }
    let n_doubled = (-n_bridge).max(0) as usize;
    spine.heights.extend(next.heights.iter().skip(n_doubled));
}
