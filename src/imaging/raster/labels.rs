//! Labels of connected components.

use image::{GrayImage, Luma};
use imageproc::{
    definitions::Image,
    region_labelling::{Connectivity, connected_components},
};

/// The number of its component, from 1, for each pixel that is not `background`, and 0 for the others.
///
/// imageproc's function panics on an image of one pixel that is not background.
pub(crate) fn component_labels(image: &GrayImage, connectivity: Connectivity, background: u8) -> Image<Luma<u32>> {
    if image.dimensions() == (1, 1) {
        return Image::from_pixel(1, 1, Luma([u32::from(image.get_pixel(0, 0).0[0] != background)]));
    }
    connected_components(image, connectivity, Luma([background]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_pixel_is_one_component_or_background() {
        let label = |value: u8, background: u8| {
            component_labels(&GrayImage::from_pixel(1, 1, Luma([value])), Connectivity::Four, background).into_raw()
        };
        assert_eq!((label(255, 0), label(0, 0), label(0, 255)), (vec![1], vec![0], vec![1]));
    }
}
