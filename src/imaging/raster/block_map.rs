//! Operations on block maps: coarse images and masks with one pixel for each square block of a page.
//!
//! Grey morphology on block maps is imageproc's, with a square of 3 × 3 blocks.
//!
//! A mask is 255 where it is set and 0 elsewhere; any value above 0 counts as set. The maps have at most some hundred
//! pixels a side, so the operations favour plain code over speed.

use image::{GrayImage, Luma};
use imageproc::region_labelling::Connectivity;

use super::{histogram::Histogram, labels::component_labels};

/// The mask of the pixels that are at least as bright as `threshold`.
///
/// imageproc's `threshold` sets the pixels above its threshold, so that it cannot set those of value 0.
pub(crate) fn mask(image: &GrayImage, threshold: u8) -> GrayImage {
    mask_where(image.dimensions(), |x, y| image.get_pixel(x, y).0[0] >= threshold)
}

/// The mask of this size, width and height, that is set where `is_set`.
pub(crate) fn mask_where((width, height): (u32, u32), is_set: impl Fn(u32, u32) -> bool) -> GrayImage {
    GrayImage::from_fn(width, height, |x, y| Luma([if is_set(x, y) { 255 } else { 0 }]))
}

/// The grey level in each block of `block` × `block` pixels that the fraction `part` of its pixels does not exceed.
pub(crate) fn block_levels(gray: &GrayImage, block: u32, part: f32) -> GrayImage {
    let (width, height) = (gray.width().div_ceil(block), gray.height().div_ceil(block));
    GrayImage::from_fn(width, height, |column, row| {
        let (x1, y1) = (((column + 1) * block).min(gray.width()), ((row + 1) * block).min(gray.height()));
        let values: Vec<u8> =
            (row * block..y1).flat_map(|y| (column * block..x1).map(move |x| gray.get_pixel(x, y).0[0])).collect();
        Luma([Histogram::of(&values).quantile(part)])
    })
}

/// The coordinates of the pixels at most `reach` columns and rows from a pixel of an image of this size, itself
/// included.
pub(crate) fn near(
    (x, y): (u32, u32),
    reach: u32,
    (width, height): (u32, u32),
) -> impl Iterator<Item = (u32, u32)> + use<> {
    let columns = x.saturating_sub(reach)..=(x + reach).min(width - 1);
    (y.saturating_sub(reach)..=(y + reach).min(height - 1)).flat_map(move |y| columns.clone().map(move |x| (x, y)))
}

/// How many pixels of a mask are set.
pub(crate) fn count(mask: &GrayImage) -> usize {
    mask.iter().filter(|&&value| value > 0).count()
}

/// The median of those of `values` at which `mask` is set; 255 where it is nowhere set.
pub(crate) fn median_where(mask: &GrayImage, values: &GrayImage) -> u8 {
    let set = values.iter().zip(mask.iter()).filter(|(_, set)| **set > 0).map(|(value, _)| value);
    Histogram::of(set).quantile(0.5)
}

/// The largest four-connected component of a mask; `None` where no pixel is set.
pub(crate) fn largest_part(mask: &GrayImage) -> Option<GrayImage> {
    let labels = component_labels(mask, Connectivity::Four, 0);
    let n_labels = labels.iter().max().map_or(0, |&label| label as usize + 1);
    let mut sizes = vec![0usize; n_labels];
    for &label in labels.iter().filter(|&&label| label > 0) {
        sizes[label as usize] += 1;
    }
    let (largest, &size) = sizes.iter().enumerate().max_by_key(|&(_, &size)| size)?;
    (size > 0).then(|| mask_where(mask.dimensions(), |x, y| labels.get_pixel(x, y).0[0] as usize == largest))
}

/// The mask with its holes set: the unset pixels that no four-connected path of unset pixels joins to the image's
/// border.
pub(crate) fn fill_holes(mask: &GrayImage) -> GrayImage {
    let (width, height) = mask.dimensions();
    let labels = component_labels(&inverted(mask), Connectivity::Four, 0);
    let mut reaches_border = vec![false; labels.iter().max().map_or(0, |&label| label as usize) + 1];
    for (x, y, label) in labels.enumerate_pixels() {
        if x == 0 || y == 0 || x + 1 == width || y + 1 == height {
            reaches_border[label.0[0] as usize] = true;
        }
    }
    mask_where((width, height), |x, y| {
        let label = labels.get_pixel(x, y).0[0];
        label == 0 || !reaches_border[label as usize]
    })
}

/// The mask of the pixels that are not set. Values between 0 and 255 are subtracted from 255.
pub(crate) fn inverted(mask: &GrayImage) -> GrayImage {
    GrayImage::from_fn(mask.width(), mask.height(), |x, y| Luma([255 - mask.get_pixel(x, y).0[0]]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(rows: &[&str]) -> GrayImage {
        let size = (rows[0].len() as u32, rows.len() as u32);
        mask_where(size, |x, y| rows[y as usize].as_bytes()[x as usize] == b'#')
    }

    #[test]
    fn holes_are_filled_and_bays_are_not() {
        let before = drawn(&[
            "#####.", //
            "#.#.#.", "###..#",
        ]);
        let after = drawn(&[
            "#####.", //
            "###.#.", "###..#",
        ]);
        assert_eq!(fill_holes(&before), after);
    }

    #[test]
    fn the_largest_part_is_kept() {
        let before = drawn(&[
            "##..##", //
            "#...##", "...#..",
        ]);
        let after = drawn(&[
            "....##", //
            "....##", "......",
        ]);
        assert_eq!((largest_part(&before), count(&after)), (Some(after), 4));
        assert_eq!(largest_part(&GrayImage::new(3, 3)), None);
    }
}
