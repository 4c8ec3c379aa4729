//! Ridges of smeared ink: where ink, blurred along the writing, is densest across it.
//!
//! The ink is put on a coarse grid, sheared level by the page's skew and blurred by an anisotropic Gaussian (Li et al.,
//! "Script-independent text line segmentation", 2008). Crests of the blur are followed from column to column, so that
//! lines may rise, fall and bend. Each chain of crests becomes a spine; spines that continue one another are joined.
//!
//! ```text
//!    ink                     blurred ink and crests         spines
//!
//!    | |  o   |              ░░░░░▒▒▒▒▒▒▒▒░░░░░
//!    |-| | | -|-  o  |       ▒▒▓▓▓▓▓██████▓▓▓▒▒             ───────╮
//!    | | |_|  |_ |_| |_      ░░▒▒▒──────────▒▒░     ──▶            ╰──────
//!                            ░░░░░░░░░░░░░░░░░░
//!    __   o  _   |           ░▒▒▒▓▓▓▓▓▓▓▓▓▒▒▒░░
//!    __| | |/_\ -|-          ▒▓▓▓──────────▓▓▒░             ──────────────
//!    __| |_|\_   |_          ░▒▒▒▓▓▓▓▓▓▓▓▓▒▒▒░░
//! ```

use super::{
    joining::{JoiningTuning, join, without_echoes},
    skew::{SkewTuning, page_slope},
    spine::Spine,
};
use crate::imaging::{
    raster::{components::Component, writing_scale::WritingScale},
    segment::ink_labels::LabelMap,
    tunable::tunable,
};
use crate::page::Point;

tunable! {
    /// Numbers of the blur and of its ridges.
    pub struct RidgeTuning {
        /// Number of grid cells that a letter is high. Raising it costs time with its square.
        /// No measurement recorded (6ee3e87).
        cells_per_letter: f32 = 5.0,
        /// Standard deviation of the blur along the line, in letter heights. Raising it bridges wider gaps between
        /// words and smears lines that bend.
        /// No measurement recorded (6ee3e87).
        blur_along_letters: f32 = 2.0,
        /// Standard deviation of the blur across the line, in letter heights. Raising it merges close lines; lowering
        /// it splits ascenders and descenders from theirs.
        /// No measurement recorded (6ee3e87).
        blur_across_letters: f32 = 0.36,
        /// Lowest crest that is followed, as a fraction of the page's strong ones. Raising it loses thin and short
        /// lines.
        /// No measurement recorded (6ee3e87).
        min_crest_fraction: f32 = 0.12,
        /// Rank of the page's strong crests, as a fraction of all crests in ascending order.
        /// No measurement recorded (6ee3e87).
        strong_crest_fraction: f32 = 0.8,
        /// Distance of a crest to the chain's last one in the column before, at most, in cells.
        /// No measurement recorded (9f587da).
        max_crest_jump_cells: f32 = 1.2,
        /// Shortest ridge that becomes a spine, in letter heights. Raising it loses short words.
        /// No measurement recorded (6ee3e87).
        min_length_letters: f32 = 1.0,
        /// Reach of the straight fits that smooth a spine, either way, in letter heights. Raising it straightens bent
        /// lines.
        /// No measurement recorded (6ee3e87).
        smoothing_letters: f32 = 3.0,
        /// Standard deviation of the blur of cores along the line, in cells of the labels.
        /// No measurement recorded.
        core_blur_along_cells: f32 = 2.0,
        /// Standard deviation of the blur of cores across the line, in cells of the labels.
        /// No measurement recorded.
        core_blur_across_cells: f32 = 1.3,
        /// Lowest crest of blurred cores that is followed, as a probability.
        /// No measurement recorded.
        min_core_fraction: f32 = 0.3,
    }
}

/// Margin of paper above and below the ink on the grid, in cells. No measurement recorded (6ee3e87).
const GRID_MARGIN: f32 = 4.0;

/// The spines of all lines that `components` form, from top to bottom by their left ends.
pub(in crate::imaging) fn find_spines(
    components: &[Component],
    scale: WritingScale,
    tuning: &RidgeTuning,
    joining: &JoiningTuning,
    skew: &SkewTuning,
) -> Vec<Spine> {
    let cells = tuning.cells_per_letter;
    let cell = (scale.letter / cells).max(1.0);
    let slope = page_slope(components, scale, skew);
    let Some(grid) = Grid::of(components, cell, slope) else { return Vec::new() };
    let blurred = grid.blurred(tuning.blur_along_letters * cells, tuning.blur_across_letters * cells);
    let Some(strong) = blurred.strong_crest(tuning.strong_crest_fraction) else { return Vec::new() };
    let spines: Vec<Spine> = follow_crests(&blurred, tuning.min_crest_fraction * strong, tuning)
        .into_iter()
        .filter(|chain| chain.rows.len() as f32 >= tuning.min_length_letters * cells)
        .map(|chain| blurred.spine(&chain).smoothed((tuning.smoothing_letters * cells) as usize))
        .collect();
    let mut spines = without_echoes(&join(spines, scale, joining, &|_| false), scale, joining);
    spines.sort_by(|a, b| a.heights[0].total_cmp(&b.heights[0]));
    spines
}

/// The spines of all lines by the cores that `labels` give, from top to bottom by their left ends. `components` is the
/// page's writing.
pub(in crate::imaging) fn find_core_spines(
    components: &[Component],
    labels: &LabelMap,
    scale: WritingScale,
    tuning: &RidgeTuning,
    joining: &JoiningTuning,
    skew: &SkewTuning,
) -> Vec<Spine> {
    let slope = page_slope(components, scale, skew);
    let Some(grid) = Grid::of_cores(labels, slope) else { return Vec::new() };
    let blurred = grid.blurred(tuning.core_blur_along_cells, tuning.core_blur_across_cells);
    let letter = scale.letter / labels.cell;
    let spines: Vec<Spine> = follow_crests(&blurred, tuning.min_core_fraction, tuning)
        .into_iter()
        .filter(|chain| chain.rows.len() as f32 >= tuning.min_length_letters * letter)
        .map(|chain| blurred.spine(&chain).smoothed((tuning.smoothing_letters * letter) as usize))
        .collect();
    let is_parted = |[from, to]: [Point; 2]| labels.parts(from, to);
    let mut spines = without_echoes(&join(spines, scale, joining, &is_parted), scale, joining);
    spines.sort_by(|a, b| a.heights[0].total_cmp(&b.heights[0]));
    spines
}

/// Ink per cell, with rows along the page's lines.
struct Grid {
    /// Side of a cell, in working pixels.
    cell: f32,
    /// Slope of the rows, as rise per pixel.
    slope: f32,
    /// Sheared height of the first row's upper edge, in working pixels.
    top: f32,
    width: usize,
    height: usize,
    /// `[row, column]`.
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
        let margin = GRID_MARGIN * cell;
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

    /// The cores of lines, in cells of the labels.
    fn of_cores(labels: &LabelMap, slope: f32) -> Option<Self> {
        let (columns, rows) = labels.size();
        let cell = labels.cell;
        let rise = columns as f32 * slope;
        let (low, high) = (-rise.max(0.0), rows as f32 - rise.min(0.0));
        let margin = GRID_MARGIN;
        let (width, height) = (columns, (high - low + 2.0 * margin) as usize + 2);
        let mut grid =
            Self { cell, slope, top: (low - margin) * cell, width, height, values: vec![0.0; width * height] };
        for row in 0..rows {
            for column in 0..columns {
                let value = labels.core_of_cell(column, row);
                let place = row as f32 + 0.5 - (column as f32 + 0.5) * slope - low + margin;
                grid.values[place as usize * width + column] = value;
            }
        }
        (columns > 0 && rows > 0).then_some(grid)
    }

    /// The value of a strong crest: that of this rank among all crests in ascending order.
    fn strong_crest(&self, rank: f32) -> Option<f32> {
        let mut values: Vec<f32> = (0..self.width).flat_map(|x| self.crests(x)).map(|crest| crest.value).collect();
        values.sort_by(f32::total_cmp);
        values.get((f64::from(rank) * values.len() as f64) as usize).copied()
    }

    /// The grid blurred by a Gaussian with these standard deviations, in cells.
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

    /// Local maxima of one column.
    fn crests(&self, x: usize) -> Vec<Crest> {
        let crest = |y: usize| {
            let (above, value, below) = (self.at(x, y - 1), self.at(x, y), self.at(x, y + 1));
            let is_crest = value > 0.0 && value >= above && value > below;
            let bend = above - 2.0 * value + below;
            // The apex of the parabola through the three values.
            let offset = if bend < 0.0 { 0.5 * (above - below) / bend } else { 0.0 };
            is_crest.then_some(Crest { row: y as f32 + offset, value })
        };
        (1..self.height.saturating_sub(1)).filter_map(crest).collect()
    }

    /// The chain in working pixels.
    fn spine(&self, chain: &CrestChain) -> Spine {
        let x_of = |i: usize| ((chain.start + i) as f32 + 0.5) * self.cell;
        let height = |(i, row): (usize, &f32)| self.top + (row + 0.5) * self.cell + x_of(i) * self.slope;
        let heights = chain.rows.iter().enumerate().map(height).collect();
        let strength = chain.strength / chain.rows.len() as f32;
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

/// A local maximum of a column.
#[derive(Clone, Copy)]
struct Crest {
    /// In cells, with a fraction.
    row: f32,
    value: f32,
}

/// Crests of neighbouring columns from `start` on.
struct CrestChain {
    start: usize,
    rows: Vec<f32>,
    /// Sum of the crests' values.
    strength: f32,
}

impl CrestChain {
    fn push(&mut self, crest: Crest) {
        self.rows.push(crest.row);
        self.strength += crest.value;
    }
}

/// The chains of crests that follow one another from column to column, those that end first in front.
fn follow_crests(grid: &Grid, min_value: f32, tuning: &RidgeTuning) -> Vec<CrestChain> {
    let columns: Vec<Vec<Crest>> = (0..grid.width).map(|x| grid.crests(x)).collect();
    let mut done = Vec::new();
    let mut active: Vec<CrestChain> = Vec::new();
    for (x, column) in columns.iter().enumerate() {
        let is_high = |crest: &Crest| crest.value >= min_value;
        let mut free: Vec<Crest> = column.iter().copied().filter(is_high).collect();
        let mut alive = Vec::new();
        for mut chain in active {
            let last = chain.rows[chain.rows.len() - 1];
            let distance = |i: &usize| (free[*i].row - last).abs();
            let nearest = (0..free.len()).min_by(|a, b| distance(a).total_cmp(&distance(b)));
            match nearest.filter(|i| distance(i) <= tuning.max_crest_jump_cells) {
                Some(i) => {
                    chain.push(free.swap_remove(i));
                    alive.push(chain);
                }
                None => done.push(chain),
            }
        }
        let begun = |crest: Crest| CrestChain { start: x, rows: vec![crest.row], strength: crest.value };
        alive.extend(free.into_iter().map(begun));
        active = alive;
    }
    done.extend(active);
    done
}
