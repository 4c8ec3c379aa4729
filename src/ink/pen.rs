//! The pen: how thick and in which colour it writes.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use super::{color::InkColor, stroke::Stroke};
use crate::page::Point;

/// How a pen writes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PenStyle {
    /// Thickness in page pixels.
    pub width: f32,
    /// The colour.
    pub color: InkColor,
}

impl PenStyle {
    /// The thicknesses to choose from.
    pub const WIDTHS: RangeInclusive<f32> = 2.0..=14.0;

    /// A stroke along `points` with these pressures, 0 to 1, of which there are none or one for each point.
    pub fn stroke(&self, points: Vec<Point>, pressures: Vec<f32>) -> Stroke {
        Stroke { points, width: self.width, color: self.color, pressures, is_highlighter: false }
    }
}

impl Default for PenStyle {
    fn default() -> Self {
        Self { width: 4.5, color: InkColor::BLACK }
    }
}
