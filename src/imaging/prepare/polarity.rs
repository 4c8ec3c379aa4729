//! Whether a page is dark on bright, as ink on paper, or bright on dark, as chalk on a board.

use image::{GrayImage, imageops};
use imageproc::morphology::{Mask, grayscale_dilate, grayscale_erode};

use crate::imaging::raster::{
    block_map::{block_levels, mask_where},
    histogram::Histogram,
    reduce::shrink,
};
use crate::imaging::tunable::tunable;

tunable! {
    /// Thresholds of the detection of dark boards.
    pub struct PolarityTuning {
        /// The median grey level of a dark board, at most: a brighter page is none, whatever its texture. No
        /// measurement recorded (commit 6ee3e87).
        max_board_level: u8 = 140,
        /// The side of the blocks in which the ground of strokes is measured, in pixels of the measuring image. Chosen
        /// together with `min_evenness` on pages of `valid` laid on dark tables in little light: 88 % of the words are
        /// found instead of 68 % (commit 89c7894).
        ground_block_px: u32 = 24,
        /// The darkest block over the brightest one around a block, at least, where no edge runs through them. Chosen
        /// with `ground_block_px`.
        min_evenness: f32 = 0.6,
        /// Differences from the ground are clamped to this many grey levels either way, so that highlights do not
        /// outweigh strokes. No measurement recorded (commit 89c7894).
        max_difference_levels: u8 = 100,
    }
}

/// Whether `gray`, a page at measuring size, shows a dark board: by the sign of the skewness of each pixel's difference
/// from its surroundings. Strokes are rare and far from the ground in brightness, so their side has the long tail.
///
/// Single lines have a rule of their own (`line/normalize.rs`).
pub(crate) fn is_dark_board(gray: &GrayImage, tuning: &PolarityTuning) -> bool {
    if Histogram::of(gray.as_raw()).quantile(0.5) > tuning.max_board_level {
        return false;
    }
    let block = tuning.ground_block_px.max(1);
    let ground = shrink(gray, block);
    let ground = imageops::resize(&ground, gray.width(), gray.height(), imageops::FilterType::Triangle);
    let is_even = evenly_lit(gray, block, tuning.min_evenness);
    let most = i64::from(tuning.max_difference_levels);
    let tail: i64 = (gray.enumerate_pixels().zip(ground.as_raw()))
        .filter(|((x, y, _), _)| is_even.get_pixel(x / block, y / block).0[0] > 0)
        .map(|((_, _, value), &ground)| (i64::from(value.0[0]) - i64::from(ground)).clamp(-most, most).pow(3))
        .sum();
    tail > 0
}

/// The mask of the blocks around which no edge runs: they and their neighbours are about as bright as the blocks around
/// them. The edge of a sheet or of a shadow is no stroke.
fn evenly_lit(gray: &GrayImage, block: u32, min_evenness: f32) -> GrayImage {
    let levels = block_levels(gray, block, 0.5);
    let around = Mask::square(1);
    let (darkest, brightest) = (grayscale_erode(&levels, &around), grayscale_dilate(&levels, &around));
    let level = |map: &GrayImage, x: u32, y: u32| f32::from(map.get_pixel(x, y).0[0]);
    let has_no_edge = |x: u32, y: u32| level(&darkest, x, y) >= min_evenness * level(&brightest, x, y);
    grayscale_erode(&mask_where(levels.dimensions(), has_no_edge), &around)
}
