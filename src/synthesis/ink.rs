//! Ink as curves, before it is drawn with a pen: strokes and filled outlines in x-heights.

use crate::page::{Point, Rect};

/// The centre line of one stroke, or a closed contour.
pub(super) type Polyline = Vec<Point>;

/// Writing in x-heights: the baseline is y = 0, y points down, small letters reach up to y = −1, the first ink is near
/// x = 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Ink {
    /// Centre lines, which a pen follows.
    pub(super) strokes: Vec<Polyline>,
    /// Glyphs with an area, each a list of closed contours that are filled by the non-zero winding rule.
    pub(super) areas: Vec<Vec<Polyline>>,
}

impl Ink {
    pub(super) fn points(&self) -> impl Iterator<Item = &Point> {
        self.strokes.iter().flatten().chain(self.areas.iter().flatten().flatten())
    }

    pub(super) fn points_mut(&mut self) -> impl Iterator<Item = &mut Point> {
        self.strokes.iter_mut().flatten().chain(self.areas.iter_mut().flatten().flatten())
    }

    /// The box around all points; `None` without ink.
    pub(super) fn bounds(&self) -> Option<Rect> {
        Rect::around(self.points().copied())
    }

    /// Moves every point.
    pub(super) fn map(&mut self, mut f: impl FnMut(Point) -> Point) {
        for point in self.points_mut() {
            *point = f(*point);
        }
    }

    /// Adds `other`, moved by `dx`, `dy`.
    pub(super) fn add(&mut self, other: &Self, dx: f32, dy: f32) {
        let first_stroke = self.strokes.len();
        let first_area = self.areas.len();
        self.strokes.extend_from_slice(&other.strokes);
        self.areas.extend_from_slice(&other.areas);
        let added = self.strokes[first_stroke..].iter_mut().flatten();
        for point in added.chain(self.areas[first_area..].iter_mut().flatten().flatten()) {
            *point = Point::new(point.x + dx, point.y + dy);
        }
    }
}

/// A line's ink with its text.
#[derive(Clone, Debug)]
pub(super) struct WrittenLine {
    pub(super) ink: Ink,
    /// Naturally spaced, of western characters.
    pub(super) text: String,
}

/// A word's ink with its text.
#[derive(Clone, Debug)]
pub(super) struct WrittenWord {
    /// From x = 0 on.
    pub(super) ink: Ink,
    /// Western characters without blanks.
    pub(super) text: String,
    /// Distance from the word before it on the recorded line, in x-heights; `None` for the first of a line and for
    /// words that were not recorded in a line.
    pub(super) gap: Option<f32>,
}

impl WrittenWord {
    /// `ink`, moved so that it begins at x = 0. `None` without ink.
    pub(super) fn new(mut ink: Ink, text: &str, gap: Option<f32>) -> Option<Self> {
        let left = ink.bounds()?.x0;
        ink.map(|p| Point::new(p.x - left, p.y));
        Some(Self { ink, text: text.to_owned(), gap })
    }

    pub(super) fn width(&self) -> f32 {
        self.ink.bounds().map_or(0.0, |bounds| bounds.x1)
    }
}

/// Whether `text` is printable ASCII and not blank.
pub(super) fn is_label(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().all(|c| matches!(c, ' '..='~'))
}

/// Top and bottom of the zone of the small letters, in the units of `strokes`, y down: the rows that strokes cross at
/// least half as often as the row that is crossed most. `None` for ink without height.
pub(super) fn core_zone(strokes: &[Polyline]) -> Option<(f32, f32)> {
    /// Rows that the height is divided into.
    const ROWS: usize = 96;
    /// Rows over which the crossings are averaged, to either side.
    const SMOOTHED: usize = 3;
    /// Crossings of a row of the zone, as a share of the most crossed row.
    const CORE_SHARE: f32 = 0.5;
    let bounds = Rect::around(strokes.iter().flatten().copied())?;
    let height = bounds.y1 - bounds.y0;
    if height <= 0.0 {
        return None;
    }
    let row_of = |y: f32| ((y - bounds.y0) / height * (ROWS - 1) as f32).round() as usize;
    let mut crossings = [0f32; ROWS];
    for pair in strokes.iter().flat_map(|stroke| stroke.windows(2)) {
        let (a, b) = (row_of(pair[0].y), row_of(pair[1].y));
        for count in &mut crossings[a.min(b)..a.max(b)] {
            *count += 1.0;
        }
    }
    let smooth: [f32; ROWS] = std::array::from_fn(|i| {
        let near = &crossings[i.saturating_sub(SMOOTHED)..(i + SMOOTHED + 1).min(ROWS)];
        near.iter().sum::<f32>() / near.len() as f32
    });
    let (peak, &most) = smooth.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1))?;
    let is_core = |row: &usize| smooth[*row] >= CORE_SHARE * most;
    let first = (0..=peak).rev().take_while(is_core).last()?;
    let last = (peak..ROWS).take_while(is_core).last()?;
    let y_of = |row: usize| bounds.y0 + row as f32 / (ROWS - 1) as f32 * height;
    (last > first).then(|| (y_of(first), y_of(last)))
}

/// Groups strokes that overlap in x, from left to right: `(x0, x1, indices)`. Strokes up to `reach` apart count as
/// overlapping.
pub(super) fn columns(strokes: &[Polyline], reach: f32) -> Vec<(f32, f32, Vec<usize>)> {
    let mut spans: Vec<(f32, f32, usize)> = strokes
        .iter()
        .enumerate()
        .filter_map(|(index, stroke)| Rect::around(stroke.iter().copied()).map(|r| (r.x0, r.x1, index)))
        .collect();
    spans.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut groups: Vec<(f32, f32, Vec<usize>)> = Vec::new();
    for (x0, x1, index) in spans {
        match groups.last_mut() {
            Some(group) if x0 <= group.1 + reach => {
                group.1 = group.1.max(x1);
                group.2.push(index);
            }
            _ => groups.push((x0, x1, vec![index])),
        }
    }
    groups
}

/// Splits the strokes at their `n − 1` widest gaps in x into `n` groups from left to right. `None` unless each of these
/// gaps is at least `least` wide and `clarity` times as wide as the widest gap that remains.
pub(super) fn split_at_gaps(strokes: &[Polyline], n: usize, least: f32, clarity: f32) -> Option<Vec<Vec<Polyline>>> {
    let groups = columns(strokes, 0.0);
    if n == 0 || groups.len() < n {
        return None;
    }
    let mut gaps: Vec<(f32, usize)> =
        groups.windows(2).enumerate().map(|(i, pair)| (pair[1].0 - pair[0].1, i + 1)).collect();
    gaps.sort_by(|a, b| b.0.total_cmp(&a.0));
    let narrowest_cut = gaps.get(n.wrapping_sub(2)).map_or(f32::INFINITY, |gap| gap.0);
    let widest_left = gaps.get(n - 1).map_or(0.0, |gap| gap.0);
    if n > 1 && (narrowest_cut < least || narrowest_cut < clarity * widest_left) {
        return None;
    }
    let mut cuts: Vec<usize> = gaps[..n - 1].iter().map(|gap| gap.1).collect();
    cuts.sort_unstable();
    cuts.push(groups.len());
    let mut start = 0;
    let parts = cuts.into_iter().map(|end| {
        let part = &groups[start..end];
        start = end;
        part.iter().flat_map(|group| &group.2).map(|&index| strokes[index].clone()).collect()
    });
    Some(parts.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(x: f32, top: f32, bottom: f32) -> Polyline {
        vec![Point::new(x, top), Point::new(x, bottom)]
    }

    #[test]
    fn the_core_is_where_most_strokes_are() {
        let mut strokes: Vec<Polyline> = (0..8).map(|i| bar(i as f32, 50.0, 100.0)).collect();
        strokes.push(bar(9.0, 0.0, 100.0));
        strokes.push(bar(10.0, 50.0, 150.0));
        let (top, bottom) = core_zone(&strokes).unwrap();
        assert!((top - 50.0).abs() < 6.0 && (bottom - 100.0).abs() < 6.0, "{top} to {bottom}");
        assert_eq!(core_zone(&[bar(0.0, 3.0, 3.0)]), None);
    }

    #[test]
    fn ink_is_cut_at_sure_gaps_only() {
        let at = |places: &[f32]| places.iter().map(|&x| bar(x, 0.0, 1.0)).collect::<Vec<Polyline>>();
        let words = split_at_gaps(&at(&[0.0, 0.2, 1.5, 1.7, 3.0]), 3, 0.5, 1.3).unwrap();
        assert_eq!(words.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 1]);
        assert_eq!(split_at_gaps(&at(&[0.0, 1.0, 2.0, 3.0]), 3, 0.5, 1.3), None, "all gaps are alike");
        assert_eq!(split_at_gaps(&at(&[0.0, 0.2, 0.3]), 2, 0.5, 0.0), None, "no gap is wide enough");
        assert_eq!(split_at_gaps(&at(&[0.0]), 2, 0.0, 0.0), None, "there is no second part");
        assert_eq!(split_at_gaps(&at(&[0.0, 5.0]), 1, 0.5, 1.3).unwrap().len(), 1);
    }
}
