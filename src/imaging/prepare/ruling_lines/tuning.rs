//! Thresholds of the detection of ruling lines.
use crate::imaging::tunable::tunable;

tunable! {
    /// Thresholds of the detection of ruling lines, on the working page.
    ///
    /// A strip is 16 working pixels wide. No measurement is recorded of fields that do not name one (commit 04e4354).
    pub struct RulingLinesTuning {
        /// How far above and below a rule paper is looked for, in working pixels.
        paper_reach_px: usize = 4,
        /// How much darker a rule is than the paper on both of its sides, at least, in grey levels.
        min_contrast_levels: u8 = 10,
        /// The fraction of a strip's columns that a rule fills, at least.
        min_filled_fraction: f32 = 0.65,
        /// The distance of a rule from where it is expected in the next strip, at most, in working pixels.
        max_jump_px: f32 = 2.0,
        /// The same while the rule has fewer than `min_nodes_of_slope` nodes, so that hardly anything is known of its
        /// slope. Chosen with `slopes`.
        max_first_jump_px: f32 = 3.0,
        /// Strips that show a rule, at least, for its slope to be fitted to them. Chosen with `slopes`.
        min_nodes_of_slope: usize = 4,
        /// The slopes at which rules are looked for, in rows a column; of equally good slopes the first counts. Chosen
        /// on three squared pages: turned by 3 degrees 84 % of their words are found instead of 64 %, turned by 12
        /// degrees 83 % instead of none (commit 10419b6).
        slopes: [f32; 9] = [0.0, 0.07, -0.07, 0.14, -0.14, 0.21, -0.21, 0.28, -0.28],
        /// One strip in this many is looked at for the slope of the page's rules. Chosen with `slopes`.
        strips_per_slope_sample: usize = 8,
        /// Rows that a rule is spread over within a strip, where it may rise or fall a little. Chosen with `slopes`.
        spread_rows: usize = 3,
        /// The same while the slope of the page's rules is looked for. Chosen with `slopes`.
        spread_rows_of_slope: usize = 1,
        /// Strips over which writing hides a rule, at most.
        max_hidden_strips: usize = 12,
        /// The nearest nodes that a rule's slope is fitted to, at most.
        max_fitted_nodes: usize = 12,
        /// The length of a rule, at least, as a fraction of the page's.
        min_length_fraction: f32 = 0.35,
        /// The fraction of its strips that show a rule, at least.
        min_shown_fraction: f32 = 0.5,
        /// The length of a rule, at least, in strips: on a picture of one line ascenders are a third of the picture's
        /// height, and no rules. Chosen on lines of `valid` opened as pictures: CER 2.8 % instead of 3.1 % (commit
        /// 448e320).
        min_length_strips: f32 = 8.0,
        /// The length, as a fraction of the page's, that suffices where `min_length_strips` exceed it. Chosen with
        /// `min_length_strips`.
        sufficient_length_fraction: f32 = 0.9,
        /// Gaps between neighbouring rules of ruled paper that are about as wide as the median gap, at least.
        min_equal_gaps: usize = 3,
        /// The difference between such a gap and the median gap, at most, as a fraction of the median gap.
        max_gap_difference: f32 = 0.2,
        /// How far erasing goes on beyond a rule's ends, in strips.
        overrun_strips: f32 = 8.0,
        /// The distance between a rule's fitted row and its darkest pixel, at most, in working pixels.
        max_offset_px: f32 = 1.5,
        /// How much darker than one and a half times the rule's median darkness a bare rule is, at most, in grey
        /// levels: ink on a rule is darker.
        max_excess_darkness_levels: usize = 12,
    }
}
