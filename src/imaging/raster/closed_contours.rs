//! Closed contours: the insides of strokes that close on themselves, such as those of enclosures and boxes to tick.
//!
//! ```text
//! ink                 dilated, filled       eroded: the inside
//! . . . . . . . . .   . . . . . . . . .     . . . . . . . . .
//! . . . . . . . . .   . # # # # # # # .     . . . . . . . . .
//! . . # # # # # . .   . # # # # # # # .     . . . . . . . . .
//! . . # . . . # . .   . # # # # # # # .     . . . # # # . . .
//! . . # . . . . . .   . # # # # # # # .     . . . # # # . . .
//! . . # . . . # . .   . # # # # # # # .     . . . # # # . . .
//! . . # # # # # . .   . # # # # # # # .     . . . . . . . . .
//! . . . . . . . . .   . # # # # # # # .     . . . . . . . . .
//! . . . . . . . . .   . . . . . . . . .     . . . . . . . . .
//! ```

use image::{GrayImage, Luma};
use imageproc::{
    distance_transform::Norm,
    morphology::{dilate, erode},
    region_labelling::Connectivity,
};

use super::{
    components::{Component, components, drawn},
    labels::component_labels,
};

/// The insides of closed contours in `ink` (any value above 0): the ink is dilated by `closing` pixels, which closes
/// gaps, what it encloses is filled, and the filled shape is eroded by `opening` pixels, which removes strokes.
/// Distances are by `norm`. The image needs a [`margin`] of paper around its ink (see [`on_own_paper`]).
pub(crate) fn insides(ink: &GrayImage, closing: u8, opening: u8, norm: Norm) -> Vec<Component> {
    let closed = dilate(ink, norm, closing);
    let paper = component_labels(&closed, Connectivity::Four, 255);
    let around = paper.get_pixel(0, 0).0[0];
    let filled = GrayImage::from_fn(closed.width(), closed.height(), |x, y| {
        Luma([if paper.get_pixel(x, y).0[0] == around { 0 } else { 255 }])
    });
    components(&erode(&filled, norm, opening))
}

/// A component's ink on an image of its own with a [`margin`] of paper, in which it can be dilated by `closing` pixels.
pub(crate) fn on_own_paper(component: &Component, closing: u8) -> GrayImage {
    let margin = margin(closing);
    let own = component.moved(margin as i32 - component.left as i32, margin as i32 - component.top as i32);
    let (width, height) = (own.right + margin, own.bottom + margin);
    drawn(&[own], width, height)
}

/// The pixels of paper around ink that is dilated by `closing` pixels: its surroundings stay connected.
pub(crate) fn margin(closing: u8) -> u32 {
    u32::from(closing) + 2
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imaging::raster::block_map::mask_where;

    fn drawn(rows: &[&str]) -> GrayImage {
        let size = (rows[0].len() as u32, rows.len() as u32);
        mask_where(size, |x, y| rows[y as usize].as_bytes()[x as usize] == b'#')
    }

    #[test]
    fn a_contour_with_a_gap_has_an_inside_and_an_open_one_has_none() {
        // The picture above.
        let closed = drawn(&[
            ".........",
            ".........",
            "..#####..",
            "..#...#..",
            "..#......",
            "..#...#..",
            "..#####..",
            ".........",
            ".........",
        ]);
        let found = insides(&closed, 1, 2, Norm::LInf);
        let boxes: Vec<(u32, u32, u32, u32)> = found.iter().map(|c| (c.left, c.top, c.right, c.bottom)).collect();
        assert_eq!((boxes, found[0].area), (vec![(3, 3, 6, 6)], 9));

        let open = drawn(&[
            ".........",
            ".........",
            "..#####..",
            "..#......",
            "..#......",
            "..#......",
            "..#......",
            ".........",
            ".........",
        ]);
        assert!(insides(&open, 1, 2, Norm::LInf).is_empty());
    }
}
