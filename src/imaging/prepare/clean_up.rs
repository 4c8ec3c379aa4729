//! Contrast: faint ink is darkened on every page; a strong clean-up also removes stains and specks.

use serde::{Deserialize, Serialize};

use image::GrayImage;
use imageproc::{filter::gaussian_blur_f32, region_labelling::Connectivity};

use crate::imaging::raster::{
    block_map::mask_where, histogram::Histogram, labels::component_labels, page_side::page_side,
    working_page::PageDraft,
};

/// How much is cleaned away before a page is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CleanUp {
    /// Only the polarity of dark boards is corrected: for scans that are clean already, which cleaning might damage.
    None,
    /// Illumination is divided out, the sheet's surroundings, highlighters, ruling lines, dot grids and enclosures are
    /// removed; a page all in faint pencil is darkened.
    #[default]
    Normal,
    /// As `Normal`; stains, show-through and specks are removed as well, and all pencil is darkened.
    Strong,
}
use crate::imaging::tunable::tunable;

tunable! {
    /// Thresholds of the clean-up's contrast. Grey levels run from 0, black, to 255, white paper.
    ///
    /// `min_writing_fraction` to `darkened_ink_level` were chosen on three pages of `valid` in pencil of a fifth of
    /// ink's contrast, of whose words 86 % are found instead of 4 % (commit 5bd3947); of the others no measurement is
    /// recorded (commit b40da1f).
    pub struct CleanUpTuning {
        /// The fraction of a page that writing covers, at least: the grey level of this quantile is the writing's.
        min_writing_fraction: f32 = 0.005,
        /// The grey level of faint ink, at least; darker ink is left as it is.
        min_faint_level: f32 = 180.0,
        /// The grey level of faint ink, at most; lighter marks are show-through or the paper's texture.
        max_faint_level: f32 = 226.0,
        /// The darkness of faint ink over that of the darker quarter of the page, at least: a photo's noise in little
        /// light would be darkened as well.
        min_ink_over_texture: f32 = 12.0,
        /// Standard deviation of the Gaussian that smooths the paper's grain, as a fraction of the page's longer side.
        /// Chosen with the next on one page of pencil on grained paper, of whose words all are read instead of half.
        grain_sigma_fraction: f32 = 1.0 / 1000.0,
        /// The darkness of faint ink below the median over that of the lower quartile, on the smoothed page, at least:
        /// 3.8 is that of Gaussian noise.
        min_ink_over_grain: f32 = 12.0,
        /// The grey level that faint ink is darkened to.
        darkened_ink_level: f32 = 120.0,
        /// Strong clean-up: the grey level of pixels that count as ink while the ink's level is measured, below.
        ink_level_limit: u8 = 225,
        /// Strong clean-up: the quantile of those pixels that is taken for the ink's level.
        ink_quantile: f32 = 0.3,
        /// Strong clean-up: marks lighter than this fraction of the way from paper to ink are removed.
        min_ink_fraction: f32 = 0.35,
        /// Strong clean-up: the side of a square with a speck's area, at most, as a fraction of the page's longer side.
        max_speck_side_fraction: f32 = 1.0 / 1400.0,
    }
}

/// Makes writing that is hardly darker than its paper, such as pencil, as dark as usual ink. The page's paper is white
/// already; a page with darker ink stays as it is.
pub(super) fn darken_faint(page: &mut PageDraft, tuning: &CleanUpTuning) {
    let levels = |gray: &GrayImage| {
        let values = Histogram::of(gray.as_raw());
        [tuning.min_writing_fraction, 0.25, 0.5].map(|part| f32::from(values.quantile(part)))
    };
    let is_faint = |ink: f32| (tuning.min_faint_level..=tuning.max_faint_level).contains(&ink);
    let [mut ink, paper, _] = levels(page.gray());
    if !is_faint(ink) {
        return;
    }
    if 255.0 - ink < tuning.min_ink_over_texture * (255.0 - paper) {
        // The paper's grain breaks strokes into pieces, as soft pencil does. Smoothing takes grain and noise away and
        // leaves strokes: where it does not, the darkest pixels are no strokes.
        let sigma = (page_side(page.gray().dimensions()) as f32 * tuning.grain_sigma_fraction).clamp(1.0, 3.0);
        let smooth = gaussian_blur_f32(page.gray(), sigma);
        let [smooth_ink, paper, median] = levels(&smooth);
        let deviation = (median - paper).max(1.0);
        if !is_faint(smooth_ink) || median - smooth_ink < tuning.min_ink_over_grain * deviation {
            return;
        }
        *page.gray_mut() = smooth;
        ink = smooth_ink;
    }
    let gain = (255.0 - tuning.darkened_ink_level) / (255.0 - ink);
    for value in page.gray_mut().iter_mut() {
        *value = (255.0 - gain * f32::from(255 - *value)).max(0.0) as u8;
    }
}

/// Makes everything much lighter than the ink white and the ink black, and removes specks. The page's paper is white
/// already.
pub(super) fn strengthen(page: &mut PageDraft, tuning: &CleanUpTuning) {
    let Some(ink) = ink_level(page.gray(), tuning) else { return };
    let lightest = 255.0 - tuning.min_ink_fraction * (255.0 - ink);
    let stretched: Vec<u8> = (0..=255_u8)
        .map(|value| (255.0 * (f32::from(value) - ink) / (lightest - ink).max(1.0)).clamp(0.0, 255.0) as u8)
        .collect();
    let gray = page.gray_mut();
    for value in gray.iter_mut() {
        *value = stretched[usize::from(*value)];
    }
    remove_specks(gray, tuning.max_speck_side_fraction);
}

/// The grey level of the page's ink; `None` where there is none.
fn ink_level(gray: &GrayImage, tuning: &CleanUpTuning) -> Option<f32> {
    let inked: Vec<u8> = gray.iter().copied().filter(|&value| value < tuning.ink_level_limit).collect();
    (!inked.is_empty()).then(|| f32::from(Histogram::of(&inked).quantile(tuning.ink_quantile)))
}

fn remove_specks(gray: &mut GrayImage, max_side_fraction: f32) {
    let side = max_side_fraction * page_side(gray.dimensions()) as f32;
    let most_pixels = (side * side).max(2.0) as u32;
    let mask = mask_where(gray.dimensions(), |x, y| gray.get_pixel(x, y).0[0] < 255);
    let labels = component_labels(&mask, Connectivity::Eight, 0);
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
    use image::Luma;

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
        let mut page = PageDraft::new(gray);
        strengthen(&mut page, &CleanUpTuning::default());
        let at = |x, y| page.gray().get_pixel(x, y).0[0];
        assert!(at(200, 102) < 40, "pencil {}", at(200, 102));
        assert_eq!((at(200, 300), at(700, 700)), (255, 255));
        assert!(at(802, 702) < 40, "dot {}", at(802, 702));
    }

    /// A sheet of noise of this deviation, with rows of strokes of this darkness.
    fn grained(deviation: f32, darkness: f32) -> PageDraft {
        let mut seed = 1_u32;
        let mut noise = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) as f32 / (1 << 24) as f32 - 0.5
        };
        let is_stroke = |x: u32, y: u32| y % 80 < 40 && x % 30 < 3 && (100..1100).contains(&x);
        PageDraft::new(GrayImage::from_fn(1200, 800, |x, y| {
            let sum: f32 = (0..6).map(|_| noise()).sum::<f32>() * deviation * std::f32::consts::SQRT_2;
            Luma([(249.0 + sum - if is_stroke(x, y) { darkness } else { 0.0 }).clamp(0.0, 255.0) as u8])
        }))
    }

    #[test]
    fn pencil_on_grained_paper_gets_dark_and_noise_alone_does_not() {
        let darkest = |mut page: PageDraft| {
            darken_faint(&mut page, &CleanUpTuning::default());
            Histogram::of(page.gray().as_raw()).quantile(0.03)
        };
        assert!(darkest(grained(7.0, 55.0)) < 150, "{}", darkest(grained(7.0, 55.0)));
        for deviation in [3.0, 9.0, 20.0] {
            assert!(darkest(grained(deviation, 0.0)) > 180, "{deviation}: {}", darkest(grained(deviation, 0.0)));
        }
    }

    #[test]
    fn an_empty_page_stays_empty() {
        let mut page = PageDraft::new(GrayImage::from_pixel(40, 30, Luma([250])));
        strengthen(&mut page, &CleanUpTuning::default());
        assert!(page.gray().iter().all(|&value| value == 250));
    }
}
