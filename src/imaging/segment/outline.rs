//! The outline of a line: a band around its ink that keeps clear of other lines' ink and of drawings.

use imageproc::{geometry::approximate_polygon_dp, point::Point as PixelPoint};

use super::{
    line_core::LineCore,
    line_ink::{Extent, LineInk},
};
use crate::{
    imaging::{
        raster::{components::Component, writing_scale::WritingScale},
        tunable::tunable,
    },
    page::Point,
};

tunable! {
    /// Numbers of outlines.
    pub struct OutlineTuning {
        /// Margin of paper around the ink, in letter heights. Raising it shows readers more of neighbouring lines.
        /// No measurement recorded (6ee3e87).
        margin_letters: f32 = 0.2,
    }
}

/// Smallest margin of paper around the ink, in working pixels. No measurement recorded (6ee3e87).
const MIN_MARGIN: f32 = 2.0;
/// Deviation of the polygon from the band's edge, at most, in working pixels. No measurement recorded (6ee3e87).
const TOLERANCE: f64 = 0.8;
/// Owner of the ink of frames and of what is joined to them.
const DRAWN: u16 = u16::MAX;

/// The owner of each working pixel's ink: a line's index plus 1, [`DRAWN`], or 0 for paper and for ink that is neither
/// a line's nor drawn, such as a faint dot.
pub(super) struct OwnerMap {
    width: u32,
    height: u32,
    owners: Vec<u16>,
}

impl OwnerMap {
    /// Number of lines that a map can distinguish.
    pub(super) const MAX_LINES: usize = DRAWN as usize - 1;

    /// A map with the ink of drawings, except for `writing` on them, whose owner is not known yet.
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

    /// Makes `owner` the owner of the line's ink.
    pub(super) fn claim(&mut self, line: &LineInk, owner: u16) {
        self.give(&line.pieces, owner);
    }

    fn give<'a>(&mut self, ink: impl IntoIterator<Item = &'a Component>, owner: u16) {
        for run in ink.into_iter().flat_map(|component| &component.runs) {
            let row = run.y as usize * self.width as usize;
            self.owners[row + run.start as usize..row + run.end as usize].fill(owner);
        }
    }

    /// Whether the ink at a place is drawn.
    pub(super) fn is_drawn(&self, x: i32, y: i32) -> bool {
        let on_page = (0..self.width as i32).contains(&x) && (0..self.height as i32).contains(&y);
        on_page && self.owners[y as usize * self.width as usize + x as usize] == DRAWN
    }

    fn is_foreign(&self, x: i32, y: i32, owner: u16) -> bool {
        let on_page = (0..self.width as i32).contains(&x) && (0..self.height as i32).contains(&y);
        on_page && {
            let found = self.owners[y as usize * self.width as usize + x as usize];
            found != 0 && found != owner
        }
    }
}

/// The polygon around the ink of the line that is `owner` in `map`, in working pixels: the ink's upper and lower edge,
/// widened by a margin up to foreign ink.
pub(super) fn outline(
    line: &LineInk,
    core: LineCore,
    owner: u16,
    map: &OwnerMap,
    scale: WritingScale,
    tuning: &OutlineTuning,
) -> Vec<Point> {
    let Some(extent) = Extent::of(&line.pieces) else { return Vec::new() };
    let margin = (tuning.margin_letters * scale.letter).ceil().max(MIN_MARGIN) as i32;
    let band = Band::around(line, core, extent, margin);
    let band = band.without_foreign_ink(owner, map);
    band.polygon(map.width, map.height)
}

/// Upper and lower edge (exclusive) of a line in each column from `left` on, in working pixels.
struct Band {
    left: i32,
    edges: Vec<(i32, i32)>,
    /// The ink's own edges; `None` where a column holds no ink.
    ink: Vec<Option<(i32, i32)>>,
    /// The middle of the zone of small letters.
    middle: Vec<i32>,
}

impl Band {
    fn around(line: &LineInk, core: LineCore, extent: Extent, margin: i32) -> Self {
        let (left, right) = (extent.left as i32, extent.right as i32);
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
        let middle = f32::midpoint(core.top, core.bottom);
        let middle_of = |i: usize| line.spine.y_at((first + i as i32) as f32) + middle;
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

    /// The band with margins that end half-way to other lines' ink and to drawings, never inside the line's own ink.
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
        let mut polygon = approximate_polygon_dp(&upper, TOLERANCE, false);
        polygon.extend(approximate_polygon_dp(&lower, TOLERANCE, false).into_iter().rev());
        polygon.into_iter().map(|p| Point::new(p.x as f32, p.y as f32)).collect()
    }
}
