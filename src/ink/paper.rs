//! What is printed on the sheet that one writes on. Readers see the ink alone.

use serde::{Deserialize, Serialize};

use super::color::InkColor;
use crate::page::Point;

/// The distance of ruled lines, in page pixels.
const RULE_SPACING: f32 = 90.0;
/// The distance of squares and of dots, in page pixels.
const GRID_SPACING: f32 = 45.0;

/// What is printed on a sheet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PaperKind {
    /// Lines across.
    #[default]
    Ruled,
    /// Lines across and down.
    Squared,
    /// Dots where the lines of squared paper cross.
    Dotted,
    /// Nothing.
    Plain,
}

impl PaperKind {
    /// The colour of what is printed.
    pub const COLOR: InkColor = InkColor([0xdc, 0xe3, 0xee]);
    /// Radius of the dots, in page pixels.
    pub const DOT_RADIUS: f32 = 2.5;
    /// All kinds, with their names for the user.
    pub const ALL: [(Self, &str); 4] =
        [(Self::Ruled, "Ruled"), (Self::Squared, "Squared"), (Self::Dotted, "Dotted"), (Self::Plain, "Plain")];

    /// The printed lines on a sheet of this size in pixels.
    pub fn lines(self, [width, height]: [f32; 2]) -> Vec<[Point; 2]> {
        let across = |spacing: f32, first: f32| {
            places(spacing, first, height).map(move |y| [Point::new(0.0, y), Point::new(width, y)])
        };
        match self {
            Self::Ruled => across(RULE_SPACING, 1.5 * RULE_SPACING).collect(),
            Self::Squared => {
                let down = places(GRID_SPACING, GRID_SPACING, width);
                let down = down.map(|x| [Point::new(x, 0.0), Point::new(x, height)]);
                across(GRID_SPACING, GRID_SPACING).chain(down).collect()
            }
            Self::Dotted | Self::Plain => Vec::new(),
        }
    }

    /// The printed dots on a sheet of this size in pixels.
    pub fn dots(self, [width, height]: [f32; 2]) -> Vec<Point> {
        if self != Self::Dotted {
            return Vec::new();
        }
        let row = |y| places(GRID_SPACING, GRID_SPACING, width).map(move |x| Point::new(x, y));
        places(GRID_SPACING, GRID_SPACING, height).flat_map(row).collect()
    }
}

/// Places `spacing` apart, from `first` to half of it before `size`.
fn places(spacing: f32, first: f32, size: f32) -> impl Iterator<Item = f32> {
    let n_places = ((size - spacing / 2.0 - first) / spacing).ceil().max(0.0) as usize;
    (0..n_places).map(move |index| first + index as f32 * spacing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_paper_stays_on_the_sheet() {
        let size = [400.0, 300.0];
        let is_on = |point: &Point| (0.0..=400.0).contains(&point.x) && (0.0..=300.0).contains(&point.y);
        for (paper, name) in PaperKind::ALL {
            let lines = paper.lines(size);
            assert!(lines.iter().flatten().chain(&paper.dots(size)).all(is_on), "{name}");
        }
        assert_eq!(PaperKind::Ruled.lines(size).len(), 2);
        assert_eq!(PaperKind::Squared.lines(size).len(), 6 + 8);
        assert_eq!(PaperKind::Dotted.dots(size).len(), 6 * 8);
        assert!(PaperKind::Plain.lines(size).is_empty() && PaperKind::Plain.dots([0.0; 2]).is_empty());
    }
}
