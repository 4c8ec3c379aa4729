//! Grows the bright part of a sheet into what shading and shadows leave dark of it.

use image::{GrayImage, Luma};

use super::sheet_region::{MAX_COLOUR_STEP, fill_holes, usual_colour};

/// Blocks beside the sheet brighter than this part of its edge belong to it.
const MIN_SHADED: f32 = 0.85;
/// The same where its colour tells the sheet from its surroundings: the edge of a hand's shadow, but no pen.
const MIN_SHADOWED: f32 = 0.5;
/// Rings of shaded blocks that are added whatever the light over the rest of the sheet is.
const GROWN: usize = 12;
/// Blocks further out are added where they are brighter than this part of what the light over the sheet leads to expect.
const MIN_LIT: f32 = 0.8;

/// What is known of a photo's blocks, one pixel a block.
pub(super) struct SheetGrowth<'a> {
    /// How bright paper is there.
    levels: &'a GrayImage,
    /// How little colour there is.
    neutrality: &'a GrayImage,
    /// A sheet has at least this neutrality.
    least: u8,
    /// Whether the surroundings have less.
    tells_by_colour: bool,
}

impl<'a> SheetGrowth<'a> {
    /// Of a sheet whose bright part is known.
    pub(crate) fn new(levels: &'a GrayImage, neutrality: &'a GrayImage, bright: &GrayImage) -> Self {
        let least = usual_colour(bright, neutrality).saturating_sub(MAX_COLOUR_STEP);
        let surroundings =
            GrayImage::from_fn(bright.width(), bright.height(), |x, y| Luma([255 - bright.get_pixel(x, y).0[0]]));
        Self { levels, neutrality, least, tells_by_colour: usual_colour(&surroundings, neutrality) < least }
    }

    /// The sheet with all blocks that are joined to it without an edge: with the shadows of hands and lamps, and with the
    /// table, where the sheet's edge is blurred.
    pub(super) fn grown_over_shadows(&self, mut sheet: GrayImage) -> GrayImage {
        let limit = if self.tells_by_colour { MIN_SHADOWED } else { MIN_SHADED };
        loop {
            let grown = self.one_ring_more(&sheet, limit, |_, _| true);
            if grown == sheet {
                return fill_holes(&sheet);
            }
            sheet = grown;
        }
    }

    /// The sheet with the blocks around it that shading joins to it, as far as the light falls off evenly: a lamp at one
    /// side leaves the other half as dark.
    pub(super) fn grown_over_even_light(&self, sheet: GrayImage) -> GrayImage {
        let mut sheet = (0..GROWN).fold(sheet, |sheet, _| self.one_ring_more(&sheet, MIN_SHADED, |_, _| true));
        loop {
            let light = Light::over(&sheet, self.levels);
            let is_lit = |x, y| self.level(x, y) > MIN_LIT * light.at(x, y);
            let grown = self.one_ring_more(&sheet, MIN_SHADED, is_lit);
            if grown == sheet {
                return fill_holes(&sheet);
            }
            sheet = grown;
        }
    }

    /// The sheet and those blocks beside it that may be of it, have its colour, and are at least `limit` as bright and as
    /// neutral as a block that they touch.
    fn one_ring_more(&self, sheet: &GrayImage, limit: f32, may_be: impl Fn(u32, u32) -> bool) -> GrayImage {
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
                self.level(x, y) > limit * self.level(bx, by) && neutrality(x, y) > MIN_SHADED * neutrality(bx, by)
            })
        };
        let has_colour = |x: u32, y: u32| self.neutrality.get_pixel(x, y).0[0] >= self.least;
        GrayImage::from_fn(width, height, |x, y| {
            let is_sheet = sheet.get_pixel(x, y).0[0] > 0 || (has_colour(x, y) && is_joined(x, y) && may_be(x, y));
            Luma([if is_sheet { 255 } else { 0 }])
        })
    }

    fn level(&self, x: u32, y: u32) -> f32 {
        f32::from(self.levels.get_pixel(x, y).0[0])
    }
}

/// How bright the sheet is at each block: a plane through the logarithms of its blocks' levels, by least squares.
struct Light {
    centre: (f32, f32),
    mean: f32,
    /// What a block to the right and one further down add.
    slope: (f32, f32),
}

impl Light {
    fn over(sheet: &GrayImage, levels: &GrayImage) -> Self {
        let on_sheet = || sheet.enumerate_pixels().filter(|(_, _, block)| block.0[0] > 0);
        let blocks =
            || on_sheet().map(|(x, y, _)| (x as f32, y as f32, f32::from(levels.get_pixel(x, y).0[0]).max(1.0).ln()));
        let n = (on_sheet().count() as f32).max(1.0);
        let sum = blocks().fold((0.0, 0.0, 0.0), |sum, (x, y, level)| (sum.0 + x, sum.1 + y, sum.2 + level));
        let (centre, mean) = ((sum.0 / n, sum.1 / n), sum.2 / n);
        let (mut xx, mut xy, mut yy, mut xl, mut yl) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for (x, y, level) in blocks() {
            let (x, y, level) = (x - centre.0, y - centre.1, level - mean);
            (xx, xy, yy, xl, yl) = (xx + x * x, xy + x * y, yy + y * y, xl + x * level, yl + y * level);
        }
        // Of blocks in one row or column only nothing is known across them.
        let area = (xx * yy - xy * xy).max(f32::EPSILON * n);
        Self { centre, mean, slope: ((xl * yy - yl * xy) / area, (yl * xx - xl * xy) / area) }
    }

    fn at(&self, x: u32, y: u32) -> f32 {
        let (x, y) = (x as f32 - self.centre.0, y as f32 - self.centre.1);
        (self.mean + x * self.slope.0 + y * self.slope.1).exp()
    }
}
