//! Bilinear sampling of grey and colour images.
//!
//! The `image` crate's `interpolate_bilinear` and imageproc's warps truncate or round their results, imageproc's even
//! the two rows between which they interpolate, to bytes; they would change pixels that packaged models were trained
//! on. For the same reason two other interpolations keep their own arithmetic: `line/shear_and_scale.rs`, along one
//! row, and `training/data/augmentation.rs`. Both add weighted pixels, `a · (1 − t) + b · t`, where this file adds a
//! weighted difference, `a + (b − a) · t`. The two differ in their last bits and, for some pixels, in the rounded byte
//! (see the tests).

use image::{GrayImage, RgbImage};

use crate::page::Point;

/// The value at `place`, in pixels, by the values `at` the middles of the four pixels around it: column and row, which
/// may lie outside of the image. Pixels whose weight is 0 are not read.
fn bilinear<const N: usize>(place: Point, at: impl Fn(f32, f32) -> [f32; N]) -> [f32; N] {
    let (x, y) = (place.x - 0.5, place.y - 0.5);
    let (left, top) = (x.floor(), y.floor());
    let (across, down) = (x - left, y - top);
    let row = |y: f32| {
        let value = at(left, y);
        if across > 0.0 { mix(value, at(left + 1.0, y), across) } else { value }
    };
    let upper = row(top);
    if down > 0.0 { mix(upper, row(top + 1.0), down) } else { upper }
}

fn mix<const N: usize>(a: [f32; N], b: [f32; N], part: f32) -> [f32; N] {
    std::array::from_fn(|channel| a[channel] + (b[channel] - a[channel]) * part)
}

/// The grey value at `place`, in pixels of the image, from 0 to 255; outside of the image there is paper, 255.
pub(crate) fn gray_on_paper(gray: &GrayImage, place: Point) -> f32 {
    let at = |x: f32, y: f32| {
        let is_inside = x >= 0.0 && y >= 0.0 && (x as u32) < gray.width() && (y as u32) < gray.height();
        [if is_inside { f32::from(gray.get_pixel(x as u32, y as u32).0[0]) } else { 255.0 }]
    };
    let [value] = bilinear(place, at);
    value
}

/// The colour at `place`, in pixels of an image of at least one pixel, from 0 to 255 a channel; outside of the image
/// its border pixels repeat.
pub fn rgb_with_repeated_border(image: &RgbImage, place: Point) -> [f32; 3] {
    let (right, bottom) = (image.width() as f32 - 1.0, image.height() as f32 - 1.0);
    let at = |x: f32, y: f32| image.get_pixel(x.clamp(0.0, right) as u32, y.clamp(0.0, bottom) as u32).0.map(f32::from);
    bilinear(place, at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Luma, Rgb};
    use proptest::prelude::*;

    fn colours() -> RgbImage {
        RgbImage::from_fn(9, 7, |x, y| {
            Rgb([(x * 31 + y * 57) as u8, (x * y * 29) as u8, (200 + x * 91 + y * 13) as u8])
        })
    }

    /// The former sampler of `perspective.rs`, which clamped the coordinates first.
    fn clamped_first(image: &RgbImage, x: f32, y: f32) -> [f32; 3] {
        let (x, y) = (x.clamp(0.0, image.width() as f32 - 1.0), y.clamp(0.0, image.height() as f32 - 1.0));
        let (x0, y0) = (x as u32, y as u32);
        let (x1, y1) = ((x0 + 1).min(image.width() - 1), (y0 + 1).min(image.height() - 1));
        let (right, down) = (x - x0 as f32, y - y0 as f32);
        let [a, b, c, d] = [(x0, y0), (x1, y0), (x0, y1), (x1, y1)].map(|(x, y)| image.get_pixel(x, y).0);
        std::array::from_fn(|i| {
            let mix = |low: u8, high: u8, part: f32| f32::from(low) + (f32::from(high) - f32::from(low)) * part;
            let (upper, lower) = (mix(a[i], b[i], right), mix(c[i], d[i], right));
            upper + (lower - upper) * down
        })
    }

    #[test]
    fn middles_of_pixels_are_the_pixels_and_between_them_values_are_mixed() {
        let gray = GrayImage::from_fn(2, 2, |x, y| Luma([(100 * x + 40 * y) as u8]));
        let at = |x: f32, y: f32| gray_on_paper(&gray, Point::new(x, y)).to_bits();
        assert_eq!(at(1.5, 1.5), 140_f32.to_bits());
        assert_eq!(at(1.0, 1.0), 70_f32.to_bits());
        assert_eq!(at(-3.0, 1.0), 255_f32.to_bits());
    }

    #[test]
    fn weighted_pixels_are_not_the_same_bytes_as_a_weighted_difference() {
        let n_parts = 1000_u16;
        let differ = |&(a, b): &(u8, u8)| {
            let (a, b) = (f32::from(a), f32::from(b));
            (0..n_parts)
                .map(|part| f32::from(part) / f32::from(n_parts))
                .any(|part| (a * (1.0 - part) + b * part).round().to_bits() != (a + (b - a) * part).round().to_bits())
        };
        assert!((0..=255).flat_map(|a| (0..=255).map(move |b| (a, b))).any(|pair| differ(&pair)));
    }

    proptest! {
        #[test]
        fn a_repeated_border_gives_the_bits_of_clamped_coordinates(x in -3.0_f32..12.0, y in -3.0_f32..10.0) {
            let image = colours();
            let [new, former] = [rgb_with_repeated_border(&image, Point::new(x, y)), clamped_first(&image, x - 0.5, y - 0.5)];
            prop_assert_eq!(new.map(f32::to_bits), former.map(f32::to_bits));
        }
    }
}
