//! The thresholds of the detection of several sheets.

use crate::imaging::tunable::tunable;

tunable! {
    /// Thresholds of the detection of several sheets. Brightness is compared in each channel.
    ///
    /// Chosen on 47 composed scenes of one to nine sheets, on seven grounds: 99 % of the words are read instead of
    /// 72 %. Of the 33 pages of `photos`, `letters` and `hdbpmn/pages/valid` none is divided.
    pub struct SheetsTuning {
        /// Blocks along the photo's longer side, about.
        blocks_per_side: u32 = 240,
        /// The quantile of a block's channels that is taken for paper, over the writing.
        paper_quantile: f32 = 0.75,
        /// The darkest over the brightest of neighbouring blocks, below which an edge runs through them.
        max_edge_ratio: f32 = 0.86,
        /// A block beside an edge over the sheet's block next to it, at least, for it to belong to the sheet.
        min_alike_ratio: f32 = 0.9,
        /// What lies around a sheet over the sheet, at most, in the channel in which they differ most.
        max_surroundings_ratio: f32 = 0.88,
        /// The fraction of a sheet's border at which that holds, at least, of the border that does not face another
        /// sheet.
        min_dark_border_fraction: f32 = 0.6,
        /// The fraction of the photo around the sheets that is darker than they are, at least: else they are frames or
        /// rings drawn on one sheet.
        min_dark_ground_fraction: f32 = 0.5,
        /// The fraction of a sheet's border that lies inside the photo, at least.
        min_inner_border_fraction: f32 = 0.45,
        /// The fraction of the photo that a sheet covers, at least.
        min_sheet_fraction: f32 = 0.006,
        /// The fraction of the smallest rectangle around a sheet that it covers, at least.
        min_rectangle_fraction: f32 = 0.85,
        /// That fraction for a sheet that is put together over a shadow's edge, or parted where sheets touch.
        min_joined_rectangle_fraction: f32 = 0.92,
        /// The shorter side of that rectangle, at least, in blocks.
        min_side_blocks: f32 = 10.0,
        /// How much the channels' ratios over a border may differ where a shadow's edge runs there, as a ratio.
        max_shadow_colour_ratio: f32 = 1.13,
        /// Ink over its block's paper, at most, in grey levels' ratio.
        max_ink_ratio: f32 = 0.85,
        /// The fraction of a sheet that is ink, at least: other bright things on a table are not written on.
        min_ink_fraction: f32 = 0.002,
    }
}
