//! Sharpness of edges: folds and shadows of the sheet have soft ones, pen strokes sharp ones.

use image::GrayImage;

use crate::imaging::raster::components::{Component, Run};

/// Distance between the pixels compared across an edge, in pixels; strokes rise from ink to paper within it. No
/// measurement recorded (8409f90).
const EDGE: i64 = 2;

/// The rise to paper over the softer of a component's left and right edges, as a fraction of its darkness: near 1 for a
/// pen stroke. The softer one counts because a sheet that is cut off beside its shadow leaves a sharp edge on one side.
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
