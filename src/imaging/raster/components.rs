//! Connected components of ink as lists of horizontal runs.
//!
//! ```text
//! ink             components, in the order of their first runs
//! # . # . . # #   A . A . . B B
//! # . # . . . .   A . A . . . .
//! . # . . . . #   . A . . . . C
//! . . . . . # .   . . . . . C .
//! ```
//!
//! imageproc's `connected_components` labels pixels; runs give areas, boxes and counts of strokes a row without another
//! pass over the image.

use image::{GrayImage, Luma};
use imageproc::{
    geometry::{contour_area, convex_hull},
    point::Point as PixelPoint,
};

/// Ink pixels side by side in one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    /// Row.
    pub(crate) y: u32,
    /// First column.
    pub(crate) start: u32,
    /// Column behind the last one.
    pub(crate) end: u32,
}

impl Run {
    pub(crate) fn len(self) -> u32 {
        self.end - self.start
    }

    pub(crate) fn middle(self) -> f32 {
        (self.start + self.end) as f32 / 2.0
    }

    /// Whether two runs of neighbouring rows touch, corners included.
    pub(super) fn touches(self, other: Self) -> bool {
        self.start <= other.end && other.start <= self.end
    }
}

/// An eight-connected component of ink, in pixels.
#[derive(Clone, Debug)]
pub(crate) struct Component {
    /// By row, then from left to right.
    pub(crate) runs: Vec<Run>,
    pub(crate) left: u32,
    pub(crate) top: u32,
    /// Exclusive.
    pub(crate) right: u32,
    /// Exclusive.
    pub(crate) bottom: u32,
    /// Ink pixels.
    pub(crate) area: u32,
}

impl Component {
    /// A component of at least one run.
    pub(crate) fn from_runs(runs: Vec<Run>) -> Self {
        let mut component = Self { left: u32::MAX, top: u32::MAX, right: 0, bottom: 0, area: 0, runs };
        for run in &component.runs {
            component.left = component.left.min(run.start);
            component.right = component.right.max(run.end);
            component.top = component.top.min(run.y);
            component.bottom = component.bottom.max(run.y + 1);
            component.area += run.len();
        }
        component
    }

    /// The component moved right and down by this many pixels. It must not move beyond the image's left or upper edge.
    pub(crate) fn moved(&self, right: i32, down: i32) -> Self {
        let at = |place: u32, by: i32| place.strict_add_signed(by);
        let runs = self.runs.iter();
        Self::from_runs(
            runs.map(|run| Run { y: at(run.y, down), start: at(run.start, right), end: at(run.end, right) }).collect(),
        )
    }

    /// The corners of all runs.
    pub(crate) fn corners(&self) -> impl Iterator<Item = PixelPoint<i32>> {
        self.runs.iter().flat_map(|run| {
            [(run.start, run.y), (run.end, run.y), (run.start, run.y + 1), (run.end, run.y + 1)]
                .map(|(x, y)| PixelPoint::new(x as i32, y as i32))
        })
    }

    pub(crate) fn width(&self) -> f32 {
        (self.right - self.left) as f32
    }

    pub(crate) fn height(&self) -> f32 {
        (self.bottom - self.top) as f32
    }

    /// The fraction of its box that is ink.
    pub(crate) fn density(&self) -> f32 {
        self.area as f32 / (self.width() * self.height())
    }

    pub(crate) fn middle_x(&self) -> f32 {
        (self.left + self.right) as f32 / 2.0
    }

    pub(crate) fn middle_y(&self) -> f32 {
        (self.top + self.bottom) as f32 / 2.0
    }
}

/// The side of the largest square, in pixels, that lies wholly in the component's ink.
pub(crate) fn largest_square(component: &Component) -> u32 {
    let width = (component.right - component.left) as usize;
    // The sides of the largest squares whose lower right corners lie in each column of the row above and of this row.
    let (mut above, mut here) = (vec![0u32; width], vec![0u32; width]);
    let (mut largest, mut row) = (0, u32::MAX);
    for run in &component.runs {
        if run.y != row {
            std::mem::swap(&mut above, &mut here);
            here.fill(0);
            row = run.y;
        }
        for x in (run.start - component.left) as usize..(run.end - component.left) as usize {
            let beside = if x == 0 { 0 } else { here[x - 1].min(above[x - 1]) };
            here[x] = above[x].min(beside) + 1;
            largest = largest.max(here[x]);
        }
    }
    largest
}

/// The area of a component's convex hull, in pixels.
pub(crate) fn hull_area(component: &Component) -> f32 {
    contour_area(&convex_hull(component.corners().collect::<Vec<_>>())) as f32
}

/// The components of `ink` (any value above 0), eight-connected, in the order of their first runs.
pub(crate) fn components(ink: &GrayImage) -> Vec<Component> {
    connect(&runs(ink))
}

/// An image of this size with the components' ink at 255, all else at 0.
pub(crate) fn drawn<'a>(components: impl IntoIterator<Item = &'a Component>, width: u32, height: u32) -> GrayImage {
    let mut ink = GrayImage::new(width, height);
    for run in components.into_iter().flat_map(|component| &component.runs) {
        (run.start..run.end).for_each(|x| ink.put_pixel(x, run.y, Luma([255])));
    }
    ink
}

fn runs(ink: &GrayImage) -> Vec<Run> {
    let width = ink.width() as usize;
    let mut runs = Vec::new();
    if width == 0 {
        return runs;
    }
    for (y, row) in ink.chunks_exact(width).enumerate() {
        let mut x = 0;
        while let Some(start) = row[x..].iter().position(|&value| value > 0).map(|offset| x + offset) {
            let end = row[start..].iter().position(|&value| value == 0).map_or(width, |offset| start + offset);
            runs.push(Run { y: y as u32, start: start as u32, end: end as u32 });
            x = end;
        }
    }
    runs
}

/// Groups `runs`, sorted by row and column, into components.
pub(crate) fn connect(runs: &[Run]) -> Vec<Component> {
    let mut parents: Vec<usize> = (0..runs.len()).collect();
    for_touching(runs, |a, b| {
        let (a, b) = (root(&mut parents, a), root(&mut parents, b));
        parents[a.max(b)] = a.min(b);
    });
    let mut groups: Vec<Vec<Run>> = Vec::new();
    let mut group_of = vec![usize::MAX; runs.len()];
    for (i, &run) in runs.iter().enumerate() {
        let first = root(&mut parents, i);
        if group_of[first] == usize::MAX {
            group_of[first] = groups.len();
            groups.push(Vec::new());
        }
        groups[group_of[first]].push(run);
    }
    groups.into_iter().map(Component::from_runs).collect()
}

/// Calls `visit` with the indices of every two runs that touch in neighbouring rows, the upper one first. `runs` are
/// sorted by row and column.
pub(crate) fn for_touching(runs: &[Run], mut visit: impl FnMut(usize, usize)) {
    let mut above = 0;
    for (i, run) in runs.iter().enumerate() {
        while above < i && (runs[above].y + 1 < run.y || (runs[above].y + 1 == run.y && runs[above].end < run.start)) {
            above += 1;
        }
        let reachable = runs[above..i].iter().enumerate();
        for (offset, upper) in reachable.take_while(|(_, upper)| upper.y + 1 == run.y && upper.start <= run.end) {
            if upper.touches(*run) {
                visit(above + offset, i);
            }
        }
    }
}

/// The first of the things joined with `i`: each points to another of its group by `parents`, the first to itself.
pub(crate) fn root(parents: &mut [usize], mut i: usize) -> usize {
    while parents[i] != i {
        parents[i] = parents[parents[i]];
        i = parents[i];
    }
    i
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(rows: &[&str]) -> GrayImage {
        GrayImage::from_fn(rows[0].len() as u32, rows.len() as u32, |x, y| {
            image::Luma([if rows[y as usize].as_bytes()[x as usize] == b'#' { 255 } else { 0 }])
        })
    }

    #[test]
    fn corners_connect_and_arms_meet() {
        let found = components(&drawn(&["#.#..##", "#.#....", ".#....#", ".....#."]));
        let sizes: Vec<(u32, u32, u32)> = found.iter().map(|c| (c.left, c.right, c.area)).collect();
        assert_eq!(sizes, [(0, 3, 5), (5, 7, 2), (5, 7, 2)]);
    }

    #[test]
    fn the_largest_square_is_found() {
        let found = components(&drawn(&["####...", "###....", "####...", ".######"]));
        assert_eq!(largest_square(&found[0]), 3);
    }

    #[test]
    fn nothing_gives_nothing() {
        assert!(components(&GrayImage::new(0, 0)).is_empty());
        assert!(components(&GrayImage::new(5, 5)).is_empty());
    }
}
