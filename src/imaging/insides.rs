//! The insides of closed strokes, such as those of rings and boxes.

use image::{GrayImage, Luma};
use imageproc::{
    distance_transform::Norm,
    morphology::{dilate, erode},
    region_labelling::{Connectivity, connected_components},
};

use super::components::{Component, components};

/// What is left of `ink` (any value above 0) once its strokes are widened by `closing` pixels, which closes gaps, what they
/// enclose is filled, and `opening` pixels are taken from all sides: strokes go, wide shapes stay, by `norm`. The image has more than
/// `closing` pixels of paper at all its edges.
pub(super) fn insides(ink: &GrayImage, closing: u8, opening: u8, norm: Norm) -> Vec<Component> {
    let closed = dilate(ink, norm, closing);
    let paper = connected_components(&closed, Connectivity::Four, Luma([255]));
    let around = paper.get_pixel(0, 0).0[0];
    let filled = GrayImage::from_fn(closed.width(), closed.height(), |x, y| {
        Luma([if paper.get_pixel(x, y).0[0] == around { 0 } else { 255 }])
    });
    components(&erode(&filled, norm, opening))
}
