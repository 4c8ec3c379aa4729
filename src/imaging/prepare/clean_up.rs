//! How much is cleaned away from a page before it is read, and what goes beyond the usual.

use std::ops::RangeInclusive;

use image::{GrayImage, Luma};
use imageproc::region_labelling::{Connectivity, connected_components};
use serde::{Deserialize, Serialize};

use crate::imaging::raster::histogram::Histogram;

/// How much is cleaned away before a page is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CleanUp {
    /// Nothing but the polarity of dark boards: for scans that are clean already, where cleaning might eat something.
    None,
    /// Shadows, what lies around the sheet, highlighters, the paper's rules and dots, rings around words; where all is in faint
    /// pencil it gets dark.
    #[default]
    Normal,
    /// That, and stains, what shines through from the other side and specks; all pencil gets dark.
    Strong,
}

/// What is lighter than this part of the way from paper to ink goes.
const MIN_INK: f32 = 0.35;
/// The darkest ink to be expected on a page where pixels are so dark that they count as ink.
const INK_QUANTILE: f32 = 0.3;
/// Pixels are taken for ink below this grey when the ink's own grey is looked for.
const MAX_FAINT_INK: u8 = 225;
/// The part of a page that writing covers at least. Where not even so much is dark, the writing is faint.
const LEAST_WRITING: f32 = 0.005;
/// Faint ink; what is lighter still shines through from the other side, or is the paper's own texture.
const FAINT_INK: RangeInclusive<f32> = 180.0..=226.0;
/// Faint ink is darker than paper by this multiple of how dark the darker quarter of the paper is: no noise of a photo in
/// little light, which would get as dark.
const INK_OVER_TEXTURE: f32 = 12.0;
/// How dark faint ink is made.
const USUAL_INK: f32 = 120.0;
/// A speck's side, in parts of the page's longer side.
const SPECK_SIDE: f32 = 1.0 / 1400.0;

/// Makes writing that is hardly darker than its paper, such as pencil, as dark as usual ink. `gray` is a page whose paper is
/// white already; one with darker ink stays as it is.
pub(super) fn darken_faint(gray: &mut GrayImage) {
    let values = Histogram::of(gray.as_raw());
    let [ink, paper] = [LEAST_WRITING, 0.25].map(|part| f32::from(values.quantile(part)));
    if !FAINT_INK.contains(&ink) || 255.0 - ink < INK_OVER_TEXTURE * (255.0 - paper) {
        return;
    }
    let gain = (255.0 - USUAL_INK) / (255.0 - ink);
    for value in gray.iter_mut() {
        *value = (255.0 - gain * f32::from(255 - *value)).max(0.0) as u8;
    }
}

/// Sets everything much lighter than the ink to white, makes the ink black, and takes specks away. `gray` is a page
/// whose paper is white already.
pub(super) fn strengthen(gray: &mut GrayImage) {
    let Some(ink) = ink_level(gray) else { return };
    let lightest = 255.0 - MIN_INK * (255.0 - ink);
    let stretched: Vec<u8> = (0..=255_u8)
        .map(|value| (255.0 * (f32::from(value) - ink) / (lightest - ink).max(1.0)).clamp(0.0, 255.0) as u8)
        .collect();
    for value in gray.iter_mut() {
        *value = stretched[usize::from(*value)];
    }
    remove_specks(gray);
}

/// How dark the page's ink is; `None` where there is none.
fn ink_level(gray: &GrayImage) -> Option<f32> {
    let inked: Vec<u8> = gray.iter().copied().filter(|&value| value < MAX_FAINT_INK).collect();
    (!inked.is_empty()).then(|| f32::from(Histogram::of(&inked).quantile(INK_QUANTILE)))
}

fn remove_specks(gray: &mut GrayImage) {
    let side = SPECK_SIDE * gray.width().max(gray.height()) as f32;
    let most_pixels = (side * side).max(2.0) as u32;
    let mask = GrayImage::from_fn(gray.width(), gray.height(), |x, y| {
        Luma([if gray.get_pixel(x, y).0[0] < 255 { 255 } else { 0 }])
    });
    let labels = connected_components(&mask, Connectivity::Eight, Luma([0]));
    let mut sizes = vec![0_u32; labels.iter().max().map_or(0, |&label| label as usize) + 1];
    for &label in labels.iter() {
        sizes[label as usize] += 1;
    }
    for (value, &label) in gray.iter_mut().zip(labels.iter()) {
        if label > 0 && sizes[label as usize] <= most_pixels {
            *value = 255;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stains_and_specks_go_and_pencil_gets_dark() {
        let mut gray = GrayImage::from_pixel(1400, 900, Luma([255]));
        let mut paint = |x0: u32, y0: u32, width: u32, height: u32, value: u8| {
            for (x, y) in (x0..x0 + width).flat_map(|x| (y0..y0 + height).map(move |y| (x, y))) {
                gray.put_pixel(x, y, Luma([value]));
            }
        };
        paint(100, 100, 300, 6, 180); // pencil
        paint(100, 200, 300, 200, 238); // shining through
        paint(700, 700, 1, 1, 90); // a speck
        paint(800, 700, 5, 5, 180); // the dot of an i
        strengthen(&mut gray);
        let at = |x, y| gray.get_pixel(x, y).0[0];
        assert!(at(200, 102) < 40, "pencil {}", at(200, 102));
        assert_eq!((at(200, 300), at(700, 700)), (255, 255));
        assert!(at(802, 702) < 40, "dot {}", at(802, 702));
    }

    #[test]
    fn an_empty_page_stays_empty() {
        let mut gray = GrayImage::from_pixel(40, 30, Luma([250]));
        strengthen(&mut gray);
        assert!(gray.iter().all(|&value| value == 250));
    }
}
