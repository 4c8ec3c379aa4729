//! Folds and shadows of the sheet, told from pen strokes by their soft edges.

use image::GrayImage;

use crate::imaging::raster::components::{Component, Run};

/// How far apart the pixels are that are compared across an edge: strokes rise from ink to paper within it.
const EDGE: i64 = 2;

/// How steeply the component rises to paper over the softer of its left and right edges, as a part of its darkness:
/// near 1 for a pen stroke. A sheet cut off beside its shadow leaves a sharp edge on one side.
pub(super) fn sharpness(component: &Component, gray: &GrayImage) -> f32 {
    let value = |x: i64, y: u32| {
        if (0..i64::from(gray.width())).contains(&x) { f32::from(gray.get_pixel(x as u32, y).0[0]) } else { 255.0 }
    };
    let (mut left, mut right, mut darkness) = (0.0, 0.0, 0.0);
    for &Run { y, start, end } in &component.runs {
        let (first, last) = (i64::from(start), i64::from(end) - 1);
        left += value(first - EDGE, y) - value((first + 1).min(last), y);
        right += value(last + EDGE, y) - value((last - 1).max(first), y);
        darkness += 255.0 - (first..=last).map(|x| value(x, y)).fold(255.0, f32::min);
    }
    f32::min(left, right) / f32::max(darkness, 1.0)
}
