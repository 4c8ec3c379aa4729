//! A sheet of an ink file, and what is alike in all of them: units, colours.

use crate::{
    ink::{InkColor, PaperKind, Stroke, bounds_of},
    page::{Point, Rect},
};

/// The most sheets of a file.
pub(super) const MAX_SHEETS: usize = 1000;
/// Ink that is larger or smaller than this in its own unit is scaled, in pixels: its unit is no pixel.
const PIXEL_SIDES: std::ops::RangeInclusive<f32> = 300.0..=6000.0;
/// The longer side that ink in other units gets, in pixels.
const SCALED_SIDE: f32 = 1600.0;
/// The longest side of a sheet, in pixels.
pub(super) const MAX_SIDE: f32 = 12_000.0;
/// Paper around ink whose sheet has no size, in pixels.
const MARGIN: f32 = 60.0;

/// A sheet of an ink file.
#[derive(Clone, Debug, PartialEq)]
pub struct InkSheet {
    /// Width and height in pixels.
    pub size: [u32; 2],
    /// In pixels of the sheet, in the order of writing.
    pub strokes: Vec<Stroke>,
    /// What is printed on it.
    pub paper: PaperKind,
    /// Lines that were typed onto it; their strokes are among the others.
    pub typed: Vec<TypedLine>,
    /// Pictures on it and under it, which are left out.
    pub n_pictures_left_out: usize,
}

/// A line that was typed onto a sheet.
#[derive(Clone, Debug, PartialEq)]
pub struct TypedLine {
    /// The box around its strokes, in pixels.
    pub bounds: Rect,
    /// What it says.
    pub text: String,
}

impl InkSheet {
    /// A sheet of strokes alone.
    pub const fn new(size: [u32; 2], strokes: Vec<Stroke>, paper: PaperKind) -> Self {
        Self { size, strokes, paper, typed: Vec::new(), n_pictures_left_out: 0 }
    }
}

/// A sheet around strokes in any unit: pixels stay, other units are scaled.
pub(super) fn sheet_around(strokes: Vec<Stroke>) -> InkSheet {
    let Some(bounds) = bounds_of(&strokes) else {
        return InkSheet::new([SCALED_SIDE as u32; 2], strokes, PaperKind::Plain);
    };
    let side = bounds.width().max(bounds.height());
    let is_in_pixels = PIXEL_SIDES.contains(&side) || side < 1e-6;
    let scale = if is_in_pixels { 1.0 } else { SCALED_SIDE / side };
    let is_on_sheet = bounds.x0.min(bounds.y0) >= 0.0 && bounds.x1.max(bounds.y1) + MARGIN <= MAX_SIDE;
    let is_placed = is_in_pixels && is_on_sheet;
    let origin =
        if is_placed { Point::default() } else { Point::new(bounds.x0 - MARGIN / scale, bounds.y0 - MARGIN / scale) };
    let to_sheet = |point: Point| Point::new((point.x - origin.x) * scale, (point.y - origin.y) * scale);
    let strokes =
        strokes.iter().map(|stroke| Stroke { width: stroke.width * scale, ..stroke.moved(to_sheet) }).collect();
    let end = to_sheet(Point::new(bounds.x1, bounds.y1));
    let size = [end.x, end.y].map(|side| (side + MARGIN).ceil().clamp(1.0, MAX_SIDE) as u32);
    InkSheet::new(size, strokes, PaperKind::Plain)
}

/// A colour as `#rrggbb`, by one of the names of Xournal++ or HTML, or black.
pub(super) fn color_named(text: &str) -> InkColor {
    let named = match text.trim() {
        "blue" => "#3333cc",
        "red" => "#ff0000",
        "green" => "#008000",
        "gray" | "grey" => "#808080",
        "lightblue" => "#00c0ff",
        "lightgreen" => "#00ff00",
        "magenta" => "#ff00ff",
        "orange" => "#ff8000",
        "yellow" => "#ffff00",
        "white" => "#ffffff",
        other => other,
    };
    InkColor::from_hex(named).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ink_in_other_units_fits_a_sheet() {
        let himetric = [Point::new(100_000.0, 50_000.0), Point::new(130_000.0, 60_000.0)].to_vec();
        let sheet = sheet_around(vec![Stroke::new(himetric, 50.0)]);
        let [width, height] = sheet.size;
        assert!((1600..1800).contains(&width) && height < width, "{width} × {height}");
        assert!(sheet.strokes[0].points.iter().all(|point| point.x > 0.0 && point.x < width as f32));
        let placed = vec![Stroke::new(vec![Point::new(200.0, 300.0), Point::new(900.0, 310.0)], 4.0)];
        assert_eq!(sheet_around(placed.clone()).strokes, placed);
    }
}
