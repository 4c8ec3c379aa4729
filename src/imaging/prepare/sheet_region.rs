//! Document detection: where the sheet or board lies in a photo, so that the table around it does not count.
//!
//! The photo is divided into blocks. A sheet is the largest bright component of blocks, without blocks of another
//! colour, grown into its shaded parts (`region_growing.rs`), and set off from its surroundings by a step in
//! brightness.

use image::{GrayImage, Luma, RgbImage};
use imageproc::morphology::{Mask, grayscale_close, grayscale_erode};

use super::region_growing::{RegionGrowing, RegionGrowingTuning};
use crate::imaging::tunable::tunable;
use crate::{
    imaging::raster::{
        block_map::{block_levels, count, fill_holes, largest_part, mask, median_where, near},
        histogram::Histogram,
        page_side::square_side,
    },
    numerics::median::median,
    page::Point,
};

tunable! {
    /// Thresholds of the detection of sheets. Brightness is that of a pixel's darkest channel.
    ///
    /// No measurement is recorded of fields that do not name one (commit 6ee3e87).
    pub struct SheetRegionTuning {
        /// Blocks along the photo's longer side, about.
        blocks_per_side: u32 = 160,
        /// The quantile of a block's brightness that is taken for paper. No measurement recorded (commit 89c7894).
        paper_quantile: f32 = 0.7,
        /// The mean brightness of the dark class of blocks over that of the bright class, at most: else the photo shows
        /// nothing but the sheet.
        max_surroundings: f32 = 0.7,
        /// The fraction of the photo that the surroundings cover, at least.
        min_surroundings_fraction: f32 = 0.01,
        /// The brightness outside of the sheet's edge over that inside, at most: shading that grows slowly is no edge.
        max_edge_step: f32 = 0.8,
        /// How much less neutral than the sheet's usual block a block of it may be, in 255ths of full colour. For
        /// sheets on glossy tables; no measurement recorded (commit 9f587da).
        max_colour_step: u8 = 30,
        /// The brightness of an outermost block over that of the brightest block further in, below which it lies in a
        /// fold or in the sheet's own shadow. No measurement recorded (commit 6486501).
        max_shadow: f32 = 0.75,
        /// Layers of such blocks that are taken off, at most. No measurement recorded (commit 525c569).
        n_peeled: usize = 4,
        /// The grey level of ink on the sheet's outermost blocks, at most. For descenders of a bottom line, which were
        /// blanked with these blocks; no measurement recorded (commit 8409f90).
        max_edge_ink_level: u8 = 190,
        /// Page pixels around such ink that are kept with it, each way. Chosen with `max_edge_ink_level`.
        ink_margin_px: u32 = 2,
        /// The fraction of the photo that the sheet covers, at least.
        min_sheet_fraction: f32 = 0.12,
        /// The fraction of the photo that the sheet covers, at most: a sheet that fills it needs no region. No
        /// measurement recorded (commit 89c7894).
        max_sheet_fraction: f32 = 0.99,
        /// How the sheet is grown into its shaded parts.
        growing: RegionGrowingTuning = RegionGrowingTuning::default(),
    }
}

/// Blocks on the sheet.
const SHEET: u8 = 255;
/// Blocks that the sheet's edge and its shadow run through.
const EDGE: u8 = 128;
/// How far in from an outermost block the sheet's own brightness is looked for, in blocks.
const SHADOW_REACH: u32 = 3;

/// The sheet's blocks in a photo that shows more than the sheet.
pub(crate) struct SheetRegion {
    /// [`SHEET`], [`EDGE`] or 0 for the surroundings, one pixel a block.
    blocks: GrayImage,
}

impl SheetRegion {
    /// The region of the sheet in a photo, or of the board in one that shows a dark board; `None` where it fills the
    /// image.
    pub(crate) fn find(photo: &RgbImage, is_dark_board: bool, tuning: &SheetRegionTuning) -> Option<Self> {
        if photo.is_empty() {
            return None;
        }
        // The darkest channel separates a lit wooden table from shaded paper.
        let block = square_side(photo.dimensions(), tuning.blocks_per_side);
        let whiteness = channel_map(photo, |low, high| if is_dark_board { 255 - high } else { low });
        // Closing removes writing.
        let square = Mask::square(1);
        let levels = grayscale_close(&block_levels(&whiteness, block, tuning.paper_quantile), &square);
        let split = Histogram::of(levels.as_raw()).otsu()?;
        if split.dark_mean > tuning.max_surroundings * split.bright_mean
            || split.dark_part < tuning.min_surroundings_fraction
        {
            return None;
        }
        let bright = mask(&levels, split.threshold);
        let sheet = fill_holes(&largest_part(&bright)?);
        let neutrality = channel_map(photo, |low, high| (255 * u16::from(low) / u16::from(high).max(1)) as u8);
        let neutrality = grayscale_close(&block_levels(&neutrality, block, 0.5), &square);
        let min_neutrality =
            |sheet: &GrayImage| median_where(sheet, &neutrality).saturating_sub(tuning.max_colour_step);
        let alike = mask(&neutrality, min_neutrality(&sheet));
        let sheet = without_other_colours(&sheet, &alike).unwrap_or(sheet);
        let growing = RegionGrowing::new(&levels, &neutrality, &sheet, min_neutrality(&sheet), &tuning.growing);
        let is_sheet = |sheet: &GrayImage| {
            let part = count(sheet) as f32 / sheet.len() as f32;
            (tuning.min_sheet_fraction..tuning.max_sheet_fraction).contains(&part)
                && edge_step(&levels, sheet) <= tuning.max_edge_step
        };
        let sheet = Some(growing.grown_over_shadows(sheet.clone()))
            .filter(is_sheet)
            .or_else(|| Some(growing.grown_over_even_light(sheet)).filter(is_sheet))?;
        let light = block_levels(&whiteness, block, 0.5);
        let peeled = |sheet: GrayImage, _| without_shadowed_edge(&sheet, &light, tuning.max_shadow);
        Some(Self { blocks: with_edge_marked(&(0..tuning.n_peeled).fold(sheet, peeled)) })
    }

    /// The region of a sheet that covers the blocks of this mask.
    pub(super) fn of_blocks(mask: &GrayImage) -> Self {
        Self { blocks: with_edge_marked(mask) }
    }

    /// Whether the point at these fractions of width and height is on the sheet.
    pub(crate) fn contains(&self, x: f32, y: f32) -> bool {
        let (width, height) = self.blocks.dimensions();
        let (x, y) = ((x * width as f32) as u32, (y * height as f32) as u32);
        self.blocks.get_pixel(x.min(width - 1), y.min(height - 1)).0[0] == SHEET
    }

    /// The corners of all blocks that the sheet covers or its edge runs through, on an image of this size.
    pub(crate) fn outline(&self, (width, height): (f32, f32)) -> Vec<Point> {
        let (across, down) = (width / self.blocks.width() as f32, height / self.blocks.height() as f32);
        let sheet = self.blocks.enumerate_pixels().filter(|(_, _, block)| block.0[0] > 0);
        sheet
            .flat_map(|(x, y, _)| [(x, y), (x + 1, y), (x, y + 1), (x + 1, y + 1)])
            .map(|(x, y)| Point::new(x as f32 * across, y as f32 * down))
            .collect()
    }

    /// Makes everything outside of the sheet paper, except ink that runs from the sheet into its edge.
    pub(super) fn blank_surroundings(&self, gray: &mut GrayImage, tuning: &SheetRegionTuning) {
        let (width, height) = gray.dimensions();
        let ink = self.ink_over_edge(gray, tuning);
        let ink: Vec<(u32, u32, Luma<u8>)> = ink.into_iter().map(|(x, y)| (x, y, *gray.get_pixel(x, y))).collect();
        let columns: Vec<u32> = (0..width).map(|x| x * self.blocks.width() / width).collect();
        for (y, row) in gray.chunks_exact_mut(width.max(1) as usize).enumerate() {
            let block_row = (u64::from(self.blocks.height()) * y as u64 / u64::from(height)) as u32;
            for (pixel, &column) in row.iter_mut().zip(&columns) {
                if self.blocks.get_pixel(column, block_row).0[0] != SHEET {
                    *pixel = 255;
                }
            }
        }
        for (x, y, value) in ink {
            gray.put_pixel(x, y, value);
        }
    }

    /// The pixels of strokes that run from the sheet into its edge and end there, with a margin. What runs on into the
    /// surroundings is the edge's own shadow or the table.
    fn ink_over_edge(&self, gray: &GrayImage, tuning: &SheetRegionTuning) -> Vec<(u32, u32)> {
        let size = gray.dimensions();
        let column_of: Vec<u32> = (0..size.0).map(|x| x * self.blocks.width() / size.0).collect();
        let row_of: Vec<u32> = (0..size.1).map(|y| y * self.blocks.height() / size.1).collect();
        let block_at = |x: u32, y: u32| self.blocks.get_pixel(column_of[x as usize], row_of[y as usize]).0[0];
        let is_ink = |x: u32, y: u32| gray.get_pixel(x, y).0[0] <= tuning.max_edge_ink_level;
        let mut seen = vec![false; size.0 as usize * size.1 as usize];
        let mut is_new = |x: u32, y: u32| !std::mem::replace(&mut seen[(y * size.0 + x) as usize], true);
        let mut found = Vec::new();
        // The edge runs through few blocks: rows without it are passed over.
        let has_edge =
            |y: &u32| (0..self.blocks.width()).any(|x| self.blocks.get_pixel(x, row_of[*y as usize]).0[0] == EDGE);
        for (x, y) in (0..size.1).filter(has_edge).flat_map(|y| (0..size.0).map(move |x| (x, y))) {
            if block_at(x, y) != EDGE || !is_ink(x, y) || !is_new(x, y) {
                continue;
            }
            let mut stroke = vec![(x, y)];
            let (mut next, mut on_sheet, mut in_surroundings) = (0, false, false);
            while let Some(&at) = stroke.get(next) {
                next += 1;
                for (x, y) in near(at, 1, size).filter(|&(x, y)| is_ink(x, y)) {
                    match block_at(x, y) {
                        SHEET => on_sheet = true,
                        EDGE if is_new(x, y) => stroke.push((x, y)),
                        EDGE => {}
                        _ => in_surroundings = true,
                    }
                }
            }
            if on_sheet && !in_surroundings {
                found.extend(stroke);
            }
        }
        found.into_iter().flat_map(|at| near(at, tuning.ink_margin_px, size)).collect()
    }
}

/// The sheet where it is `alike` in colour, without what is as bright but of another colour, such as the gloss on a
/// table; `None` where most of it would go.
fn without_other_colours(sheet: &GrayImage, alike: &GrayImage) -> Option<GrayImage> {
    let mut alike = alike.clone();
    for (value, on) in alike.iter_mut().zip(sheet.iter()) {
        *value = (*value).min(*on);
    }
    let alike = fill_holes(&largest_part(&alike)?);
    (2 * count(&alike) > count(sheet)).then_some(alike)
}

/// One grey value a pixel, from its lowest and its highest channel.
fn channel_map(photo: &RgbImage, value: impl Fn(u8, u8) -> u8) -> GrayImage {
    let of = |[r, g, b]: [u8; 3]| value(r.min(g).min(b), r.max(g).max(b));
    let values = photo.pixels().map(|pixel| of(pixel.0)).collect();
    GrayImage::from_raw(photo.width(), photo.height(), values).unwrap_or_default()
}

/// The brightness outside over that inside, two blocks to either side of the sheet's edge: the median along the edge, 1
/// where there is none.
fn edge_step(levels: &GrayImage, sheet: &GrayImage) -> f32 {
    let (width, height) = (i64::from(sheet.width()), i64::from(sheet.height()));
    let inside = |x: i64, y: i64| sheet.get_pixel(x as u32, y as u32).0[0] > 0;
    let mut steps = Vec::new();
    for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).filter(|&(x, y)| inside(x, y)) {
        for (dx, dy) in [(-1, 0), (1, 0), (0, -1), (0, 1)] {
            let (far_x, far_y) = (x + 2 * dx, y + 2 * dy);
            let (in_x, in_y) = (x - dx, y - dy);
            let is_on_page = |x: i64, y: i64| (0..width).contains(&x) && (0..height).contains(&y);
            if !is_on_page(far_x, far_y) || !is_on_page(in_x, in_y) || inside(x + dx, y + dy) {
                continue;
            }
            let outer = f32::from(levels.get_pixel(far_x as u32, far_y as u32).0[0]);
            let inner = f32::from(levels.get_pixel(in_x as u32, in_y as u32).0[0]);
            steps.push(outer / inner.max(1.0));
        }
    }
    if steps.is_empty() { 1.0 } else { median(steps.into_iter()) }
}

/// The mask without those of its outermost blocks that are much darker than blocks further in: folds and the sheet's
/// own shadow. `light` is the median brightness of each block, which is that of paper where there is writing.
fn without_shadowed_edge(sheet: &GrayImage, light: &GrayImage, max_shadow: f32) -> GrayImage {
    let size = sheet.dimensions();
    let on_sheet = |x: u32, y: u32| sheet.get_pixel(x, y).0[0] > 0;
    GrayImage::from_fn(size.0, size.1, |x, y| {
        if !on_sheet(x, y) || near((x, y), 1, size).all(|(x, y)| on_sheet(x, y)) {
            return *sheet.get_pixel(x, y);
        }
        let inside = near((x, y), SHADOW_REACH, size).filter(|&(x, y)| on_sheet(x, y));
        let brightest = inside.map(|(x, y)| light.get_pixel(x, y).0[0]).max().unwrap_or(0);
        let is_shadowed = f32::from(light.get_pixel(x, y).0[0]) < max_shadow * f32::from(brightest);
        Luma([if is_shadowed { 0 } else { 255 }])
    })
}

/// The mask with its outermost blocks marked as edge. The image's own border is no edge.
fn with_edge_marked(mask: &GrayImage) -> GrayImage {
    let inner = grayscale_erode(mask, &Mask::square(1));
    GrayImage::from_fn(mask.width(), mask.height(), |x, y| {
        Luma([if inner.get_pixel(x, y).0[0] > 0 { SHEET } else { mask.get_pixel(x, y).0[0].min(EDGE) }])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    fn find(photo: &RgbImage) -> Option<SheetRegion> {
        SheetRegion::find(photo, false, &SheetRegionTuning::default())
    }

    #[test]
    fn a_sheet_on_a_dark_table_is_found() {
        let photo = RgbImage::from_fn(800, 600, |x, y| {
            let on_sheet = (150..650).contains(&x) && (100..550).contains(&y);
            // Brown, glossy on the right.
            let table = if x > 600 { [225, 200, 160] } else { [110, 80, 30 + (x % 7) as u8] };
            Rgb(if on_sheet { [200; 3] } else { table })
        });
        let region = find(&photo).expect("the sheet");
        assert!(region.contains(0.5, 0.5));
        for (x, y) in [(0.05, 0.5), (0.5, 0.05), (0.95, 0.5)] {
            assert!(!region.contains(x, y), "{x}, {y} is table");
        }
    }

    #[test]
    fn strokes_that_reach_into_the_edge_stay() {
        let photo = RgbImage::from_fn(800, 600, |x, y| {
            let on_sheet = (150..650).contains(&x) && (100..548).contains(&y);
            let is_stroke = (400..404).contains(&x) && (500..545).contains(&y);
            Rgb(if !on_sheet {
                [70; 3]
            } else if is_stroke {
                [30; 3]
            } else {
                [200; 3]
            })
        });
        let region = find(&photo).expect("the sheet");
        let mut gray = channel_map(&photo, |low, _| low);
        region.blank_surroundings(&mut gray, &SheetRegionTuning::default());
        for y in 500..545 {
            assert_eq!(gray.get_pixel(402, y).0[0], 30, "stroke in row {y}");
        }
        assert!(gray.enumerate_pixels().all(|(_, _, pixel)| pixel.0[0] != 70), "table is left");
    }

    #[test]
    fn a_sheet_is_found_whole_where_a_lamp_stands_at_one_side() {
        let photo = RgbImage::from_fn(800, 600, |x, y| {
            let on_sheet = (60..740).contains(&x) && (60..540).contains(&y);
            let light = 1.0 - 0.55 * (x + y) as f32 / 1400.0;
            Rgb(if on_sheet { [220.0, 218.0, 210.0] } else { [130.0, 90.0, 40.0] }.map(|value| (value * light) as u8))
        });
        let region = find(&photo).expect("the sheet");
        for (x, y) in [(0.15, 0.2), (0.85, 0.2), (0.15, 0.8), (0.5, 0.5), (0.85, 0.8)] {
            assert!(region.contains(x, y), "{x}, {y} is paper");
        }
        for (x, y) in [(0.03, 0.5), (0.5, 0.04), (0.97, 0.5), (0.5, 0.96)] {
            assert!(!region.contains(x, y), "{x}, {y} is table");
        }
    }

    #[test]
    fn the_shadow_of_a_hand_is_sheet_too() {
        // Half as bright within the shadow, whose edge is 40 pixels wide.
        let shadow = |x: u32, y: u32| {
            let distance = (x as f32 - 500.0).hypot(y as f32 - 400.0);
            1.0 - 0.5 * ((220.0 - distance) / 40.0).clamp(0.0, 1.0)
        };
        for table in [[150.0, 100.0, 55.0], [95.0; 3]] {
            let photo = RgbImage::from_fn(1000, 800, |x, y| {
                let on_sheet = (100..900).contains(&x) && (100..700).contains(&y);
                Rgb(if on_sheet { [235.0; 3] } else { table }.map(|value| (value * shadow(x, y)) as u8))
            });
            let region = find(&photo).expect("the sheet");
            assert!(region.contains(0.5, 0.5) && region.contains(0.6, 0.6) && region.contains(0.2, 0.2));
            assert!(!region.contains(0.05, 0.5) && !region.contains(0.5, 0.05));
        }
    }

    #[test]
    fn shading_is_no_edge() {
        let shaded = RgbImage::from_fn(800, 600, |x, _| Rgb([220 - (x / 5) as u8; 3]));
        assert!(find(&shaded).is_none());
    }
}
