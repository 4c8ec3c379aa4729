//! Region growing: extends the bright part of a sheet into what shading and shadows leave dark of it.

use image::GrayImage;

use crate::imaging::tunable::tunable;
use crate::{
    imaging::raster::block_map::{fill_holes, inverted, mask_where, median_where},
    page::Point,
};

tunable! {
    /// Thresholds of region growing. Brightness is compared between neighbouring blocks.
    pub struct RegionGrowingTuning {
        /// The brightness and the neutrality of a shaded block over those of the neighbour that it is joined to, at
        /// least. No measurement recorded (commit 6486501).
        min_shaded: f32 = 0.85,
        /// The brightness of a block over that of its neighbour, at least, where colour separates the sheet from its
        /// surroundings: a hand's shadow may have an edge, but a pen does not pass. Chosen on pages of `valid` laid on
        /// a wooden table with a hand's shadow: 84 % of the words are found instead of 43 % (commit 89c7894).
        min_shadowed: f32 = 0.5,
        /// Layers of blocks that are added whatever the light over the rest of the sheet is. No measurement recorded
        /// (commit 19fb049).
        n_layers: usize = 12,
        /// The brightness of further blocks over what a plane through the sheet's light predicts, at least. Chosen on
        /// the five development photos, shaded by 45 % in one corner, warped and compressed: 86.0 % of the words are
        /// found instead of 76.6 % (commit 153ba90).
        min_predicted_light: f32 = 0.8,
    }
}

/// Grows a sheet over the blocks of a photo.
pub(super) struct RegionGrowing<'a> {
    tuning: &'a RegionGrowingTuning,
    /// The paper's brightness in each block.
    levels: &'a GrayImage,
    /// How little colour each block has: 255 for grey.
    neutrality: &'a GrayImage,
    /// The neutrality of a sheet's blocks, at least.
    min_neutrality: u8,
    /// Whether the surroundings are less neutral than any sheet's block.
    separates_by_colour: bool,
}

impl<'a> RegionGrowing<'a> {
    /// For a sheet whose bright part is known and whose blocks have at least `min_neutrality`. All three maps have the
    /// same size.
    pub(super) fn new(
        levels: &'a GrayImage,
        neutrality: &'a GrayImage,
        bright: &GrayImage,
        min_neutrality: u8,
        tuning: &'a RegionGrowingTuning,
    ) -> Self {
        let separates_by_colour = median_where(&inverted(bright), neutrality) < min_neutrality;
        Self { tuning, levels, neutrality, min_neutrality, separates_by_colour }
    }

    /// The sheet with all blocks that are joined to it without an edge: with the shadows of hands and lamps and, where
    /// the sheet's edge is blurred, with the table.
    pub(super) fn grown_over_shadows(&self, mut sheet: GrayImage) -> GrayImage {
        let limit = if self.separates_by_colour { self.tuning.min_shadowed } else { self.tuning.min_shaded };
        loop {
            let grown = self.with_layer(&sheet, limit, |_, _| true);
            if grown == sheet {
                return fill_holes(&sheet);
            }
            sheet = grown;
        }
    }

    /// The sheet with the blocks around it that shading joins to it, as far as the light falls off evenly: a lamp at
    /// one side leaves the other half dark.
    pub(super) fn grown_over_even_light(&self, sheet: GrayImage) -> GrayImage {
        let limit = self.tuning.min_shaded;
        let mut sheet = (0..self.tuning.n_layers).fold(sheet, |sheet, _| self.with_layer(&sheet, limit, |_, _| true));
        loop {
            let light = Light::over(&sheet, self.levels);
            let is_lit = |x, y| self.level(x, y) > self.tuning.min_predicted_light * light.at(x, y);
            let grown = self.with_layer(&sheet, limit, is_lit);
            if grown == sheet {
                return fill_holes(&sheet);
            }
            sheet = grown;
        }
    }

    /// The sheet and those blocks beside it that `may_be` sheet, have its colour, and are more than `limit` times as
    /// bright as a block of the sheet that they touch, and about as neutral.
    fn with_layer(&self, sheet: &GrayImage, limit: f32, may_be: impl Fn(u32, u32) -> bool) -> GrayImage {
        let (width, height) = sheet.dimensions();
        let beside = |x: u32, y: u32| {
            [(-1, 0), (1, 0), (0, -1), (0, 1)].into_iter().filter_map(move |(dx, dy)| {
                let (x, y) = (x.checked_add_signed(dx)?, y.checked_add_signed(dy)?);
                (x < width && y < height && sheet.get_pixel(x, y).0[0] > 0).then_some((x, y))
            })
        };
        let neutrality = |x: u32, y: u32| f32::from(self.neutrality.get_pixel(x, y).0[0]);
        let is_joined = |x: u32, y: u32| {
            beside(x, y).any(|(bx, by)| {
                self.level(x, y) > limit * self.level(bx, by)
                    && neutrality(x, y) > self.tuning.min_shaded * neutrality(bx, by)
            })
        };
        let is_neutral = |x: u32, y: u32| self.neutrality.get_pixel(x, y).0[0] >= self.min_neutrality;
        mask_where((width, height), |x, y| {
            sheet.get_pixel(x, y).0[0] > 0 || (is_neutral(x, y) && is_joined(x, y) && may_be(x, y))
        })
    }

    fn level(&self, x: u32, y: u32) -> f32 {
        f32::from(self.levels.get_pixel(x, y).0[0])
    }
}

/// How bright the sheet is at each block: a plane through the logarithms of its blocks' levels, by least squares.
struct Light {
    /// The mean of the blocks' coordinates.
    centre: Point,
    /// The mean logarithm.
    mean: f32,
    /// What one block to the right and one block down add to the logarithm.
    slope: Point,
}

impl Light {
    /// Fits the plane to the blocks of a sheet.
    fn over(sheet: &GrayImage, levels: &GrayImage) -> Self {
        let on_sheet = || sheet.enumerate_pixels().filter(|(_, _, block)| block.0[0] > 0);
        let blocks =
            || on_sheet().map(|(x, y, _)| (x as f32, y as f32, f32::from(levels.get_pixel(x, y).0[0]).max(1.0).ln()));
        let n = (on_sheet().count() as f32).max(1.0);
        let sum = blocks().fold((0.0, 0.0, 0.0), |sum, (x, y, level)| (sum.0 + x, sum.1 + y, sum.2 + level));
        let (centre, mean) = (Point::new(sum.0 / n, sum.1 / n), sum.2 / n);
        let (mut xx, mut xy, mut yy, mut xl, mut yl) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for (x, y, level) in blocks() {
            let (x, y, level) = (x - centre.x, y - centre.y, level - mean);
            (xx, xy, yy, xl, yl) = (xx + x * x, xy + x * y, yy + y * y, xl + x * level, yl + y * level);
        }
        // Blocks in a single row or column leave the slope across them open.
        let area = (xx * yy - xy * xy).max(f32::EPSILON * n);
        Self { centre, mean, slope: Point::new((xl * yy - yl * xy) / area, (yl * xx - xl * xy) / area) }
    }

    /// The predicted level of a block.
    fn at(&self, x: u32, y: u32) -> f32 {
        let (x, y) = (x as f32 - self.centre.x, y as f32 - self.centre.y);
        (self.mean + x * self.slope.x + y * self.slope.y).exp()
    }
}
