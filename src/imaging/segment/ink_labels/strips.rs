//! Labelling in strips: a copy of a page that is too long for one run of a labeller is labelled part by part.

use image::{
    GrayImage,
    imageops::{crop_imm, replace},
};

/// Pixels at a strip's cut end whose labels are taken from its neighbour, which sees what lies beyond. No measurement
/// recorded.
const MARGIN: u32 = 96;

/// The maps that `label` gives for `copy`, from strips of about `max_pixels` at most. `copy` has sides of multiples of
/// `multiple` pixels, as each strip has, and a map has a cell for each square of `stride` pixels.
pub(super) fn label_in_strips<const N: usize>(
    copy: &GrayImage,
    max_pixels: u32,
    [multiple, stride]: [u32; 2],
    label: impl Fn(&GrayImage) -> Option<[GrayImage; N]>,
) -> Option<[GrayImage; N]> {
    let (width, height) = copy.dimensions();
    let (long, short) = (width.max(height), width.min(height));
    let length = (max_pixels / short.max(1)).max(4 * MARGIN) / multiple * multiple;
    if long <= length {
        return label(copy);
    }
    let is_tall = height > width;
    let mut whole = [(); N].map(|()| GrayImage::new(width / stride, height / stride));
    let step = (length - 2 * MARGIN) as usize;
    for start in (0..long - length).step_by(step).chain([long - length]) {
        let strip = if is_tall { (0, start, width, length) } else { (start, 0, length, height) };
        let maps = label(&crop_imm(copy, strip.0, strip.1, strip.2, strip.3).to_image())?;
        // The end of all strips but the last is overwritten by the next.
        let skipped = if start == 0 { 0 } else { MARGIN / stride };
        let at = i64::from(start / stride + skipped);
        for (whole, map) in whole.iter_mut().zip(&maps) {
            let (width, height) = map.dimensions();
            if is_tall {
                replace(whole, &*crop_imm(map, 0, skipped, width, height - skipped), 0, at);
            } else {
                replace(whole, &*crop_imm(map, skipped, 0, width - skipped, height), at, 0);
            }
        }
    }
    Some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    /// Each second pixel, and nothing near the border of what is shown: a network does not see beyond.
    fn label(page: &GrayImage) -> [GrayImage; 1] {
        let (width, height) = (page.width() / 2, page.height() / 2);
        let is_at_border = |x: u32, y: u32| x < 4 || y < 4 || x + 4 >= width || y + 4 >= height;
        let cell = |x: u32, y: u32| if is_at_border(x, y) { Luma([0]) } else { *page.get_pixel(2 * x, 2 * y) };
        [GrayImage::from_fn(width, height, cell)]
    }

    #[test]
    fn strips_are_labelled_as_the_whole_is() {
        for (width, height) in [(64, 3200), (3200, 64), (96, 800)] {
            let copy = GrayImage::from_fn(width, height, |x, y| Luma([(7 * x + 13 * y) as u8]));
            let in_strips = label_in_strips(&copy, 64 * 640, [32, 2], |strip| Some(label(strip)));
            assert_eq!(in_strips, Some(label(&copy)), "{width} × {height}");
        }
    }
}
