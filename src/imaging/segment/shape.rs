//! The shape of a line found: its core, baseline and outline.

use imageproc::{geometry::approximate_polygon_dp, point::Point as PixelPoint};

use super::{
    assign::{LineInk, extent},
    ridges::Spine,
};
use crate::{
    imaging::raster::{components::Component, writing_scale::WritingScale},
    page::{Baseline, Point},
};

/// Paper left around the ink in the outline, in letter heights.
const MARGIN: f32 = 0.2;
/// Ink this far from the core, in its heights, belongs to ascenders or descenders.
const BEYOND: f32 = 0.2;
/// Owner of the ink of frames and of what is joined to them.
const DRAWN: u16 = u16::MAX;

/// The zone of small letters: its edges as distances from the spine, below it positive.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Core {
    pub(super) top: f32,
    pub(super) bottom: f32,
}

impl Core {
    /// Rows, counted from the spine, that at least half as many strokes cross as the row crossed most.
    pub(super) fn measure(line: &LineInk, scale: WritingScale) -> Self {
        let reach = (2.0 * scale.letter).ceil();
        let mut crossings = vec![0f32; 2 * reach as usize + 1];
        for run in line.pieces.iter().flat_map(|piece| &piece.runs) {
            let row = run.y as f32 + 0.5 - line.spine.y_at(run.middle()) + reach;
            // A dash is one crossing, but no more than a stroke's worth of a letter.
            if let Some(count) = (row >= 0.0).then(|| crossings.get_mut(row as usize)).flatten() {
                *count += (run.len() as f32 / scale.stroke).min(2.0);
            }
        }
        let smooth_reach = (scale.letter / 12.0) as usize;
        let smooth: Vec<f32> = (0..crossings.len())
            .map(|i| {
                let near = &crossings[i.saturating_sub(smooth_reach)..(i + smooth_reach + 1).min(crossings.len())];
                near.iter().sum::<f32>() / near.len() as f32
            })
            .collect();
        let peak = (0..smooth.len()).max_by(|&a, &b| smooth[a].total_cmp(&smooth[b])).unwrap_or(0);
        let is_core = |i: &usize| smooth[*i] >= 0.5 * smooth[peak];
        let first = (0..=peak).rev().take_while(is_core).last().unwrap_or(peak);
        let last = (peak..smooth.len()).take_while(is_core).last().unwrap_or(peak);
        Self { top: first as f32 - reach, bottom: (last + 1) as f32 - reach }
    }

    pub(super) fn height(self) -> f32 {
        self.bottom - self.top
    }

    /// The line's ink above and below its small letters, in pixels.
    pub(super) fn ink_beyond(self, line: &LineInk) -> (u32, u32) {
        let margin = BEYOND * self.height();
        let runs = line.pieces.iter().flat_map(|piece| &piece.runs);
        runs.fold((0, 0), |(above, below), run| {
            let row = run.y as f32 + 0.5 - line.spine.y_at(run.middle());
            let is_above = row < self.top - margin;
            let is_below = row > self.bottom + margin;
            (above + u32::from(is_above) * run.len(), below + u32::from(is_below) * run.len())
        })
    }
}

/// What the letters stand on: the spine lowered to the core's bottom, from the line's first to its last ink.
pub(super) fn baseline(line: &LineInk, core: Core) -> Baseline {
    let Some((left, right)) = extent(&line.pieces) else { return Baseline::default() };
    let step = 4.0 * line.spine.step;
    let n_steps = ((right - left) / step).ceil().max(1.0) as usize;
    let point = |i: usize| {
        let x = left + (right - left) * i as f32 / n_steps as f32;
        Point::new(x, line.spine.y_at(x) + core.bottom)
    };
    Baseline((0..=n_steps).map(point).collect())
}

/// Which line the ink of each working pixel belongs to: the line's index and 1, [`DRAWN`], or 0 for paper and for what is
/// neither a line's nor drawn, such as a faint dot.
pub(super) struct OwnerMap {
    width: u32,
    height: u32,
    owners: Vec<u16>,
}

impl OwnerMap {
    /// The ink of drawings, but for `writing` on them, whose owner is open.
    pub(super) fn of_drawings<'a>(
        drawings: &[Component],
        writing: impl IntoIterator<Item = &'a Component>,
        (width, height): (u32, u32),
    ) -> Self {
        let mut map = Self { width, height, owners: vec![0; width as usize * height as usize] };
        map.give(drawings, DRAWN);
        map.give(writing, 0);
        map
    }

    pub(super) fn claim(&mut self, line: &LineInk, owner: u16) {
        self.give(&line.pieces, owner);
    }

    fn give<'a>(&mut self, ink: impl IntoIterator<Item = &'a Component>, owner: u16) {
        for run in ink.into_iter().flat_map(|component| &component.runs) {
            let row = run.y as usize * self.width as usize;
            self.owners[row + run.start as usize..row + run.end as usize].fill(owner);
        }
    }

    fn is_foreign(&self, x: i32, y: i32, owner: u16) -> bool {
        let on_page = (0..self.width as i32).contains(&x) && (0..self.height as i32).contains(&y);
        on_page && {
            let found = self.owners[y as usize * self.width as usize + x as usize];
            found != 0 && found != owner
        }
    }
}

/// The polygon around the line's ink: a band that follows the ink's upper and lower edge, widened by a margin as far as
/// no other line's ink and nothing drawn comes in.
pub(super) fn outline(line: &LineInk, core: Core, owner: u16, map: &OwnerMap, scale: WritingScale) -> Vec<Point> {
    let Some((left, right)) = extent(&line.pieces) else { return Vec::new() };
    let margin = (MARGIN * scale.letter).ceil().max(2.0) as i32;
    let band = Band::around(line, core, (left as i32, right as i32), margin);
    let band = band.without_foreign_ink(owner, map);
    band.polygon(map.width, map.height)
}

/// Upper and lower edge (exclusive) per column from `left` on.
struct Band {
    left: i32,
    edges: Vec<(i32, i32)>,
    /// The ink's own edges, where a column holds ink.
    ink: Vec<Option<(i32, i32)>>,
    middle: Vec<i32>,
}

impl Band {
    fn around(line: &LineInk, core: Core, (left, right): (i32, i32), margin: i32) -> Self {
        let first = left - margin;
        let n_columns = (right - left + 2 * margin) as usize;
        let mut ink: Vec<Option<(i32, i32)>> = vec![None; n_columns];
        for run in line.pieces.iter().flat_map(|piece| &piece.runs) {
            let y = run.y as i32;
            for slot in &mut ink[(run.start as i32 - first) as usize..(run.end as i32 - first) as usize] {
                let (top, bottom) = slot.unwrap_or((y, y + 1));
                *slot = Some((top.min(y), bottom.max(y + 1)));
            }
        }
        let middle_of = |i: usize| middle(&line.spine, core, (first + i as i32) as f32);
        let edges = (0..n_columns)
            .map(|i| {
                let near = &ink[i.saturating_sub(margin as usize)..(i + margin as usize + 1).min(n_columns)];
                let (spine_y, half) = (middle_of(i), core.height() / 2.0);
                let core_edges = ((spine_y - half) as i32, (spine_y + half) as i32);
                let (top, bottom) =
                    near.iter().flatten().fold(core_edges, |(top, bottom), &(t, b)| (top.min(t), bottom.max(b)));
                (top - margin, bottom + margin)
            })
            .collect();
        let middle = (0..n_columns).map(|i| middle_of(i) as i32).collect();
        Self { left: first, edges, ink, middle }
    }

    /// Draws the margins back from other lines' ink and from drawings, never past the line's own ink.
    fn without_foreign_ink(mut self, owner: u16, map: &OwnerMap) -> Self {
        for (i, edge) in self.edges.iter_mut().enumerate() {
            let x = self.left + i as i32;
            let (own_top, own_bottom) = self.ink[i].unwrap_or((self.middle[i], self.middle[i]));
            let (own_top, own_bottom) = (own_top.min(self.middle[i]), own_bottom.max(self.middle[i]));
            if let Some(y) = (edge.0..own_top).rev().find(|&y| map.is_foreign(x, y, owner)) {
                edge.0 = y + 1 + (own_top - y - 1) / 2;
            }
            if let Some(y) = (own_bottom..edge.1).find(|&y| map.is_foreign(x, y, owner)) {
                edge.1 = y - (y - own_bottom) / 2;
            }
        }
        self
    }

    fn polygon(&self, width: u32, height: u32) -> Vec<Point> {
        let point = |i: usize, y: i32| {
            PixelPoint::new((self.left + i as i32).clamp(0, width as i32), y.clamp(0, height as i32))
        };
        let upper: Vec<_> = self.edges.iter().enumerate().map(|(i, edge)| point(i, edge.0)).collect();
        let lower: Vec<_> = self.edges.iter().enumerate().map(|(i, edge)| point(i, edge.1)).collect();
        let mut polygon = approximate_polygon_dp(&upper, 0.8, false);
        polygon.extend(approximate_polygon_dp(&lower, 0.8, false).into_iter().rev());
        polygon.into_iter().map(|p| Point::new(p.x as f32, p.y as f32)).collect()
    }
}

/// The core's middle at `x`.
fn middle(spine: &Spine, core: Core, x: f32) -> f32 {
    spine.y_at(x) + f32::midpoint(core.top, core.bottom)
}
