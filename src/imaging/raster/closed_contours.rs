//! The insides of closed strokes, such as those of rings and boxes.

use image::{GrayImage, Luma};
use imageproc::{
    distance_transform::Norm,
    morphology::{dilate, erode},
    region_labelling::{Connectivity, connected_components},
};

use super::components::{Component, components, drawn};

/// What is left of `ink` (any value above 0) once its strokes are widened by `closing` pixels, which closes gaps, what they
/// enclose is filled, and `opening` pixels are taken from all sides: strokes go, wide shapes stay, by `norm`. See [`on_own_paper`] for
/// the paper that this takes.
pub(crate) fn insides(ink: &GrayImage, closing: u8, opening: u8, norm: Norm) -> Vec<Component> {
    let closed = dilate(ink, norm, closing);
    let paper = connected_components(&closed, Connectivity::Four, Luma([255]));
    let around = paper.get_pixel(0, 0).0[0];
    let filled = GrayImage::from_fn(closed.width(), closed.height(), |x, y| {
        Luma([if paper.get_pixel(x, y).0[0] == around { 0 } else { 255 }])
    });
    components(&erode(&filled, norm, opening))
}

/// A component's ink on an image of its own with a [`margin`] of paper, so that it can be widened by `closing` pixels.
pub(crate) fn on_own_paper(component: &Component, closing: u8) -> GrayImage {
    let margin = margin(closing);
    let own = component.moved(margin as i32 - component.left as i32, margin as i32 - component.top as i32);
    let (width, height) = (own.right + margin, own.bottom + margin);
    drawn(&[own], width, height)
}

pub(crate) fn margin(closing: u8) -> u32 {
    u32::from(closing) + 2
}
