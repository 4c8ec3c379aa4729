//! Shapes of masks: convex hulls, rectangles, and where a mask is narrow.

use image::{GrayImage, Luma};
use imageproc::{
    drawing::draw_polygon_mut,
    geometry::{convex_hull, min_area_rect},
    morphology::{Mask, grayscale_dilate, grayscale_erode},
    point::Point,
    region_labelling::Connectivity,
};

use super::tuning::SheetsTuning;
use crate::imaging::raster::{
    block_map::{count, mask_where},
    labels::component_labels,
};

/// Half the width of the widest place where sheets touch, in blocks. No measurement recorded.
const MAX_BRIDGE_LAYERS: usize = 4;

/// Where two masks are both set.
pub(super) fn both(a: &GrayImage, b: &GrayImage) -> GrayImage {
    mask_where(a.dimensions(), |x, y| a.get_pixel(x, y).0[0].min(b.get_pixel(x, y).0[0]) > 0)
}

/// The blocks on and within the convex hull of a mask: writing near the edge of a sheet cuts bays into its paper.
pub(super) fn convex(mask: &GrayImage) -> GrayImage {
    let mut filled = mask.clone();
    let hull = convex_hull(places(mask).map(|(x, y)| Point::new(x, y)).collect::<Vec<_>>());
    if hull.len() > 2 {
        draw_polygon_mut(&mut filled, &hull, Luma([255]));
    }
    filled
}

/// Whether a mask fills this fraction of the smallest rectangle around it, which is not too narrow.
pub(super) fn is_rectangular(mask: &GrayImage, min_fraction: f32, tuning: &SheetsTuning) -> bool {
    let around = |(x, y)| [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(dx, dy)| Point::new(x + dx, y + dy));
    let corners: Vec<Point<i32>> = places(mask).flat_map(around).collect();
    if corners.is_empty() {
        return false;
    }
    let [a, b, c, _] = min_area_rect(&corners);
    let side = |from: Point<i32>, to: Point<i32>| ((from.x - to.x) as f32).hypot((from.y - to.y) as f32);
    let (first, second) = (side(a, b), side(b, c));
    first.min(second) >= tuning.min_side_blocks && count(mask) as f32 >= min_fraction * first * second
}

/// The parts that a region falls into where it is narrow, as where sheets touch: rectangles of at least `smallest`
/// blocks. The region itself where there are no such.
pub(super) fn touching_parts(mask: GrayImage, smallest: usize, tuning: &SheetsTuning) -> Vec<GrayImage> {
    let fraction = tuning.min_joined_rectangle_fraction;
    if is_rectangular(&mask, fraction, tuning) {
        return vec![mask];
    }
    let around = Mask::square(1);
    let mut eroded = mask.clone();
    for n_layers in 1..=MAX_BRIDGE_LAYERS {
        eroded = grayscale_erode(&eroded, &around);
        let grown = |part| (0..n_layers).fold(part, |part, _| both(&grayscale_dilate(&part, &around), &mask));
        let parts: Vec<GrayImage> = parts_of(&eroded, smallest).into_iter().map(grown).collect();
        if parts.len() > 1 && parts.iter().all(|part| is_rectangular(&convex(part), fraction, tuning)) {
            return parts;
        }
    }
    vec![mask]
}

/// The four-connected components of at least `smallest` blocks.
fn parts_of(mask: &GrayImage, smallest: usize) -> Vec<GrayImage> {
    let labels = component_labels(mask, Connectivity::Four, 0);
    let mut sizes = vec![0_usize; labels.iter().max().map_or(0, |&label| label as usize) + 1];
    labels.iter().for_each(|&label| sizes[label as usize] += 1);
    let part = |label: usize| mask_where(mask.dimensions(), |x, y| labels.get_pixel(x, y).0[0] as usize == label);
    (1..sizes.len()).filter(|&label| sizes[label] >= smallest).map(part).collect()
}

/// How many sides of the photo a mask reaches along a quarter of their length or more: a table reaches most of them.
pub(super) fn n_sides_reached(mask: &GrayImage) -> usize {
    let (width, height) = mask.dimensions();
    let is_on = |x: u32, y: u32| mask.get_pixel(x, y).0[0] > 0;
    let along_width = |y: u32| 4 * (0..width).filter(|&x| is_on(x, y)).count() >= width as usize;
    let along_height = |x: u32| 4 * (0..height).filter(|&y| is_on(x, y)).count() >= height as usize;
    let reached = [along_width(0), along_width(height - 1), along_height(0), along_height(width - 1)];
    reached.into_iter().filter(|&is_reached| is_reached).count()
}

/// Columns and rows of the blocks that are set.
fn places(mask: &GrayImage) -> impl Iterator<Item = (i32, i32)> {
    mask.enumerate_pixels().filter(|(_, _, value)| value.0[0] > 0).map(|(x, y, _)| (x as i32, y as i32))
}
