//! One ruling line: its course over the strips of a working page, and its erasure from the page.

use image::GrayImage;

use super::tuning::RulingLinesTuning;
use crate::numerics::median::median;

/// The width of a strip along the rule, in working pixels. A constant, for it is the length of arrays.
pub(super) const STRIP: usize = 16;

/// A page whose rules run along; a page with upright rules is seen with rows and columns exchanged.
pub(super) struct RuledPage<'a> {
    pub(super) gray: &'a mut GrayImage,
    pub(super) is_upright: bool,
}

impl RuledPage<'_> {
    /// Pixels along and across the rules.
    fn size(&self) -> (usize, usize) {
        let (width, height) = (self.gray.width() as usize, self.gray.height() as usize);
        if self.is_upright { (height, width) } else { (width, height) }
    }

    fn index(&self, along: usize, across: usize) -> usize {
        let width = self.gray.width() as usize;
        if self.is_upright { along * width + across } else { across * width + along }
    }

    fn value(&self, along: usize, across: usize) -> u8 {
        self.gray.as_raw()[self.index(along, across)]
    }

    fn set_paper(&mut self, along: usize, across: usize) {
        let i = self.index(along, across);
        self.gray.as_mut()[i] = 255;
    }
}

/// A strip that shows a rule, counted from 0, and the rule's row there, in working pixels.
#[derive(Clone, Copy)]
pub(super) struct Node {
    pub(super) strip: f32,
    pub(super) row: f32,
}

/// A rule as the strips that show it, at least one.
pub(super) struct RulingLine<'a> {
    tuning: &'a RulingLinesTuning,
    /// From left to right.
    nodes: Vec<Node>,
}

/// A rule's dark pixels in one line of pixels across it: the first and the end one, and the grey levels below white of
/// the darkest.
#[derive(Clone, Copy)]
struct CrossSection {
    along: usize,
    start: usize,
    end: usize,
    darkness: u8,
}

impl<'a> RulingLine<'a> {
    /// A rule that one strip shows.
    pub(super) fn new(node: Node, tuning: &'a RulingLinesTuning) -> Self {
        Self { tuning, nodes: vec![node] }
    }

    /// Adds a strip to the right of the rule.
    pub(super) fn push(&mut self, node: Node) {
        self.nodes.push(node);
    }

    pub(super) fn first(&self) -> Node {
        self.nodes[0]
    }

    pub(super) fn last(&self) -> Node {
        self.nodes[self.nodes.len() - 1]
    }

    /// Whether enough strips show the rule for its slope to be known.
    pub(super) fn has_slope(&self) -> bool {
        self.nodes.len() >= self.tuning.min_nodes_of_slope
    }

    /// The rule's row in a strip: linear between two nodes, on the straight fit of the nearest nodes beyond its ends.
    pub(super) fn row_at(&self, strip: f32) -> f32 {
        let next = self.nodes.partition_point(|node| node.strip < strip);
        let (n, n_fitted) = (self.nodes.len(), self.tuning.max_fitted_nodes.max(1));
        if next == 0 || next == n {
            let near =
                if next == 0 { &self.nodes[..n.min(n_fitted)] } else { &self.nodes[n.saturating_sub(n_fitted)..] };
            return straight_fit(near, strip);
        }
        let (a, b) = (self.nodes[next - 1], self.nodes[next]);
        a.row + (b.row - a.row) * (strip - a.strip) / (b.strip - a.strip)
    }

    /// The row in which the rule is expected in a strip to its right, on a page whose rules have this slope, in rows a
    /// column.
    pub(super) fn expected_at(&self, strip: f32, page_slope: f32) -> f32 {
        let last = self.last();
        if self.has_slope() { self.row_at(strip) } else { last.row + page_slope * STRIP as f32 * (strip - last.strip) }
    }

    /// Whether the rule is as long and as unbroken as those of ruled paper, on a page of `n_strips` strips.
    pub(super) fn is_long(&self, n_strips: usize) -> bool {
        let (tuning, n_strips) = (self.tuning, n_strips as f32);
        let len = self.last().strip - self.first().strip + 1.0;
        let least = (tuning.min_length_fraction * n_strips)
            .max(tuning.min_length_strips.min(tuning.sufficient_length_fraction * n_strips));
        len >= least && self.nodes.len() as f32 >= tuning.min_shown_fraction * len
    }

    /// Erases the rule from a page, `factor` pixels of which make a working pixel, where no ink crosses or covers it.
    pub(super) fn erase(&self, page: &mut RuledPage<'_>, factor: f32) {
        let sections = self.cross_sections(page, factor);
        let thickness = median(sections.iter().map(|section| (section.end - section.start) as f32)) as usize;
        let darkness = median(sections.iter().map(|section| f32::from(section.darkness))) as usize;
        // Strokes are thicker across the rule than it is, or darker.
        let is_bare = |section: &&CrossSection| {
            section.end - section.start <= thickness + thickness.div_ceil(2)
                && usize::from(section.darkness) <= darkness + darkness / 2 + self.tuning.max_excess_darkness_levels
        };
        for section in sections.iter().filter(is_bare) {
            // One pixel more on either side: the rule's edges are blurred.
            let end = (section.end + 1).min(page.size().1);
            for across in section.start.saturating_sub(1)..end {
                page.set_paper(section.along, across);
            }
        }
    }

    /// The dark pixels near the rule's course, all along it, at full size.
    fn cross_sections(&self, page: &RuledPage<'_>, factor: f32) -> Vec<CrossSection> {
        let (len, depth) = page.size();
        let (tuning, scale) = (self.tuning, STRIP as f32 * factor);
        let page_from_strip = |strip: f32| ((strip + 0.5) * scale).clamp(0.0, len as f32) as usize;
        let reach = (tuning.max_offset_px * factor).ceil() as usize;
        let start = page_from_strip(self.first().strip - tuning.overrun_strips);
        (start..page_from_strip(self.last().strip + tuning.overrun_strips))
            .filter_map(|along| {
                let row = (self.row_at((along as f32 + 0.5) / scale - 0.5) + 0.5) * factor;
                let near =
                    (row.max(0.0) as usize).saturating_sub(reach)..(row.max(0.0) as usize + reach + 1).min(depth);
                let darkest = near.min_by_key(|&across| page.value(along, across))?;
                let darkness = 255 - page.value(along, darkest);
                let paper = 255 - (darkness / 3).max(tuning.min_contrast_levels);
                let is_dark = |across: &usize| page.value(along, *across) < paper;
                let start = (0..darkest).rev().take_while(is_dark).last().unwrap_or(darkest);
                let end = (darkest..depth).take_while(is_dark).last()? + 1;
                Some(CrossSection { along, start, end, darkness })
            })
            .collect()
    }
}

/// The row in a strip on the straight line of least squares through `nodes`, level for a single node.
fn straight_fit(nodes: &[Node], strip: f32) -> f32 {
    let n = nodes.len() as f32;
    let mean_strip = nodes.iter().map(|node| node.strip).sum::<f32>() / n;
    let mean_row = nodes.iter().map(|node| node.row).sum::<f32>() / n;
    let products: f32 = nodes.iter().map(|node| (node.strip - mean_strip) * (node.row - mean_row)).sum();
    let squares: f32 = nodes.iter().map(|node| (node.strip - mean_strip).powi(2)).sum();
    mean_row + if squares > 0.0 { products / squares * (strip - mean_strip) } else { 0.0 }
}
