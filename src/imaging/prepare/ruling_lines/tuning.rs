//! Thresholds of the detection of ruling lines.

use serde::{Deserialize, Serialize};

/// Thresholds of the detection of ruling lines, on the working page.
///
/// A strip is 16 working pixels wide. No measurement is recorded of fields that do not name one (commit 04e4354).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RulingLinesTuning {
    /// How far above and below a rule paper is looked for, in working pixels.
    pub paper_reach_px: usize,
    /// How much darker a rule is than the paper on both of its sides, at least, in grey levels.
    pub min_contrast_levels: u8,
    /// The fraction of a strip's columns that a rule fills, at least.
    pub min_filled_fraction: f32,
    /// The distance of a rule from where it is expected in the next strip, at most, in working pixels.
    pub max_jump_px: f32,
    /// The same while the rule has fewer than `min_nodes_of_slope` nodes, so that hardly anything is known of its
    /// slope. Chosen with `slopes`.
    pub max_first_jump_px: f32,
    /// Strips that show a rule, at least, for its slope to be fitted to them. Chosen with `slopes`.
    pub min_nodes_of_slope: usize,
    /// The slopes at which rules are looked for, in rows a column; of equally good slopes the first counts. Chosen on
    /// three squared pages: turned by 3 degrees 84 % of their words are found instead of 64 %, turned by 12 degrees 83
    /// % instead of none (commit 10419b6).
    pub slopes: [f32; 9],
    /// One strip in this many is looked at for the slope of the page's rules. Chosen with `slopes`.
    pub strips_per_slope_sample: usize,
    /// Rows that a rule is spread over within a strip, where it may rise or fall a little. Chosen with `slopes`.
    pub spread_rows: usize,
    /// The same while the slope of the page's rules is looked for. Chosen with `slopes`.
    pub spread_rows_of_slope: usize,
    /// Strips over which writing hides a rule, at most.
    pub max_hidden_strips: usize,
    /// The nearest nodes that a rule's slope is fitted to, at most.
    pub max_fitted_nodes: usize,
    /// The length of a rule, at least, as a fraction of the page's.
    pub min_length_fraction: f32,
    /// The fraction of its strips that show a rule, at least.
    pub min_shown_fraction: f32,
    /// The length of a rule, at least, in strips: on a picture of one line ascenders are a third of the picture's
    /// height, and no rules. Chosen on lines of `valid` opened as pictures: CER 2.8 % instead of 3.1 % (commit
    /// 448e320).
    pub min_length_strips: f32,
    /// The length, as a fraction of the page's, that suffices where `min_length_strips` exceed it. Chosen with
    /// `min_length_strips`.
    pub sufficient_length_fraction: f32,
    /// Gaps between neighbouring rules of ruled paper that are about as wide as the median gap, at least.
    pub min_equal_gaps: usize,
    /// The difference between such a gap and the median gap, at most, as a fraction of the median gap.
    pub max_gap_difference: f32,
    /// How far erasing goes on beyond a rule's ends, in strips.
    pub overrun_strips: f32,
    /// The distance between a rule's fitted row and its darkest pixel, at most, in working pixels.
    pub max_offset_px: f32,
    /// How much darker than one and a half times the rule's median darkness a bare rule is, at most, in grey levels:
    /// ink on a rule is darker.
    pub max_excess_darkness_levels: usize,
}

impl Default for RulingLinesTuning {
    fn default() -> Self {
        Self {
            paper_reach_px: 4,
            min_contrast_levels: 10,
            min_filled_fraction: 0.65,
            max_jump_px: 2.0,
            max_first_jump_px: 3.0,
            min_nodes_of_slope: 4,
            slopes: [0.0, 0.07, -0.07, 0.14, -0.14, 0.21, -0.21, 0.28, -0.28],
            strips_per_slope_sample: 8,
            spread_rows: 3,
            spread_rows_of_slope: 1,
            max_hidden_strips: 12,
            max_fitted_nodes: 12,
            min_length_fraction: 0.35,
            min_shown_fraction: 0.5,
            min_length_strips: 8.0,
            sufficient_length_fraction: 0.9,
            min_equal_gaps: 3,
            max_gap_difference: 0.2,
            overrun_strips: 8.0,
            max_offset_px: 1.5,
            max_excess_darkness_levels: 12,
        }
    }
}
