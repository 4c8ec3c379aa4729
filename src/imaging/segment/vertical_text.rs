//! Vertical text: labels that run up or down a page whose lines run across, such as the name of a tall box.
//!
//! Letters that lie on their side stand closely one above the other, are wider than they are tall, and have nothing
//! beside them. A column of upright letters or figures has taller letters and wider gaps, one of words has rows that
//! cross many strokes.

use crate::imaging::{
    raster::{components::Component, median::median, writing_scale::WritingScale},
    tunable::{Interval, tunable},
};

tunable! {
    /// Numbers of vertical text. Widths are those of its letters, across the text's direction.
    pub struct VerticalTextTuning {
        /// Width of a letter, in letter heights of the page, the upper end excluded: labels are often larger than the
        /// writing.
        /// No measurement recorded (b9718e8).
        letter_width_letters: Interval = Interval::new(0.7, 8.0),
        /// Height of a letter, in its widths, the upper end excluded: a figure one or an I lies flat.
        /// No measurement recorded (b9718e8).
        letter_height_widths: Interval = Interval::new(0.08, 1.6),
        /// Width of the wider to that of the narrower of two neighbours, at most.
        /// No measurement recorded (b9718e8).
        max_neighbour_ratio: f32 = 2.2,
        /// Fraction of the narrower neighbour's columns that both share at least.
        /// No measurement recorded (b9718e8).
        min_shared_fraction: f32 = 0.6,
        /// Deepest overlap of neighbours, in widths of the wider one.
        /// No measurement recorded (b9718e8).
        max_overlap_widths: f32 = 0.25,
        /// Widest gap between neighbours, in widths of the wider one.
        /// No measurement recorded (b9718e8).
        max_gap_widths: f32 = 1.3,
        /// Number of letters of a label at least. Lowering it takes stacked strokes for labels.
        /// No measurement recorded (b9718e8).
        min_letter_count: usize = 3,
        /// Median height of the letters, in their widths.
        /// No measurement recorded (b9718e8).
        median_height_widths: Interval = Interval::new(0.3, 1.05),
        /// Median gap between the letters at most, in widths of the wider one.
        /// No measurement recorded (b9718e8).
        max_median_gap_widths: f32 = 0.45,
        /// Median number of strokes that a row of a letter crosses at most: an E lies as three arms side by side.
        /// No measurement recorded (b9718e8).
        max_median_crossings: f32 = 3.2,
        /// Height from which a letter is no level stroke, in stroke widths: level strokes one above the other are the
        /// lines of a table.
        /// No measurement recorded (b9718e8).
        max_level_height_strokes: f32 = 2.0,
        /// Clearance beside a label, in widths: writing nearer than that makes the label part of a text.
        /// No measurement recorded (b9718e8).
        clearance_widths: f32 = 0.6,
        /// Fraction of the label's length that may have writing beside it.
        /// No measurement recorded (b9718e8).
        max_beside_fraction: f32 = 0.2,
        /// Size from which ink beside a label is writing, in letter heights.
        /// No measurement recorded (b9718e8).
        min_neighbour_letters: f32 = 0.5,
        /// Size up to which ink beside a label is writing, in widths; a frame or an arrow is larger.
        /// No measurement recorded (b9718e8).
        max_neighbour_widths: f32 = 4.0,
        /// Strokes that a row of writing beside a label crosses at least, on average; those of a frame or an arrow
        /// cross fewer.
        /// No measurement recorded (b9718e8).
        min_neighbour_crossings: f32 = 1.5,
        /// Fraction of its width and of its height with which ink lies among the letters and belongs to them.
        /// No measurement recorded (b9718e8).
        min_inside_fraction: f32 = 0.8,
        /// Height of a frame's edge, in its widths, at most.
        /// No measurement recorded (b9718e8).
        max_edge_height_widths: f32 = 0.25,
        /// Width of a frame's edge to the letters' median width, at least.
        /// No measurement recorded (b9718e8).
        min_edge_width_ratio: f32 = 1.2,
    }
}

/// Takes the labels out of `ink`: the letters of each, from top to bottom.
pub(super) fn take_labels(
    ink: &mut Vec<Component>,
    scale: WritingScale,
    tuning: &VerticalTextTuning,
) -> Vec<Vec<Component>> {
    let mut chains = chains(ink, scale, tuning);
    chains.retain(|chain| is_label(chain, ink, scale, tuning));
    for chain in &mut chains {
        add_parts(chain, ink, tuning);
    }
    let taken: Vec<usize> = chains.iter().flatten().copied().collect();
    let labels = chains.iter().map(|chain| chain.iter().map(|&i| ink[i].clone()).collect()).collect();
    let mut i = 0;
    ink.retain(|_| {
        i += 1;
        !taken.contains(&(i - 1))
    });
    labels
}

/// Chains of components that may be letters, each followed by the nearest one below that may continue it, as indices.
fn chains(ink: &[Component], scale: WritingScale, tuning: &VerticalTextTuning) -> Vec<Vec<usize>> {
    let (widths, heights) = (tuning.letter_width_letters, tuning.letter_height_widths);
    let is_letter = |c: &Component| {
        (widths.from..widths.to).contains(&(c.width() / scale.letter))
            && (heights.from..heights.to).contains(&(c.height() / c.width()))
    };
    let max_gap = tuning.max_gap_widths * widths.to * scale.letter;
    let mut letters: Vec<usize> = (0..ink.len()).filter(|&i| is_letter(&ink[i])).collect();
    letters.sort_by_key(|&i| (ink[i].top, ink[i].left));
    let mut is_free = vec![true; ink.len()];
    let mut chains = Vec::new();
    for (place, &first) in letters.iter().enumerate() {
        if !std::mem::replace(&mut is_free[first], false) {
            continue;
        }
        let mut chain = vec![first];
        for &next in &letters[place + 1..] {
            let last = &ink[chain[chain.len() - 1]];
            if ink[next].top as f32 > last.bottom as f32 + max_gap {
                break;
            }
            if is_free[next] && continues(last, &ink[next], tuning) {
                is_free[next] = false;
                chain.push(next);
            }
        }
        chains.push(without_edges(&chain, ink, tuning));
    }
    chains
}

/// The letters without those that are edges of the frame around them.
fn without_edges(chain: &[usize], ink: &[Component], tuning: &VerticalTextTuning) -> Vec<usize> {
    let width = median(chain.iter().map(|&i| ink[i].width()));
    let is_edge = |c: &Component| {
        c.height() < tuning.max_edge_height_widths * c.width() && c.width() > tuning.min_edge_width_ratio * width
    };
    chain.iter().copied().filter(|&i| !is_edge(&ink[i])).collect()
}

/// Adds what lies among the letters: dots, and parts of letters that are joined to none.
fn add_parts(chain: &mut Vec<usize>, ink: &[Component], tuning: &VerticalTextTuning) {
    let bounds = Bounds::of(chain, ink);
    let is_part = |c: &Component| {
        let width = c.right.min(bounds.right).saturating_sub(c.left.max(bounds.left)) as f32;
        let height = c.bottom.min(bounds.bottom).saturating_sub(c.top.max(bounds.top)) as f32;
        width >= tuning.min_inside_fraction * c.width() && height >= tuning.min_inside_fraction * c.height()
    };
    let parts: Vec<usize> = (0..ink.len()).filter(|i| !chain.contains(i) && is_part(&ink[*i])).collect();
    chain.extend(parts);
}

/// The box around a chain's letters; the right and lower edge are exclusive.
struct Bounds {
    left: u32,
    top: u32,
    right: u32,
    bottom: u32,
}

impl Bounds {
    fn of(chain: &[usize], ink: &[Component]) -> Self {
        let letters = || chain.iter().map(|&i| &ink[i]);
        Self {
            left: letters().map(|c| c.left).min().unwrap_or(0),
            top: letters().map(|c| c.top).min().unwrap_or(0),
            right: letters().map(|c| c.right).max().unwrap_or(0),
            bottom: letters().map(|c| c.bottom).max().unwrap_or(0),
        }
    }
}

/// Distance between two neighbours, in widths of the wider one.
fn gap(upper: &Component, lower: &Component) -> f32 {
    (lower.top as f32 - upper.bottom as f32) / upper.width().max(lower.width())
}

fn continues(upper: &Component, lower: &Component, tuning: &VerticalTextTuning) -> bool {
    let (narrow, wide) = (upper.width().min(lower.width()), upper.width().max(lower.width()));
    let shared = upper.right.min(lower.right) as f32 - upper.left.max(lower.left) as f32;
    wide <= tuning.max_neighbour_ratio * narrow
        && shared >= tuning.min_shared_fraction * narrow
        && (-tuning.max_overlap_widths..=tuning.max_gap_widths).contains(&gap(upper, lower))
        && lower.middle_y() > upper.middle_y()
}

fn is_label(chain: &[usize], ink: &[Component], scale: WritingScale, tuning: &VerticalTextTuning) -> bool {
    let letters: Vec<&Component> = chain.iter().map(|&i| &ink[i]).collect();
    if letters.len() < tuning.min_letter_count {
        return false;
    }
    let height = median(letters.iter().map(|c| c.height() / c.width()));
    let gap = median(letters.windows(2).map(|pair| gap(pair[0], pair[1])));
    let crossings = median(letters.iter().map(|c| c.runs.len() as f32 / c.height()));
    let is_level_stroke = |c: &&&Component| c.height() <= tuning.max_level_height_strokes * scale.stroke;
    let n_level = letters.iter().filter(is_level_stroke).count();
    tuning.median_height_widths.contains(height)
        && gap <= tuning.max_median_gap_widths
        && crossings <= tuning.max_median_crossings
        && letters.len() - n_level >= tuning.min_letter_count
        && stands_alone(chain, ink, scale, tuning)
}

/// Whether hardly any writing is beside the letters.
fn stands_alone(chain: &[usize], ink: &[Component], scale: WritingScale, tuning: &VerticalTextTuning) -> bool {
    let width = median(chain.iter().map(|&i| ink[i].width()));
    let Bounds { left, top, right, bottom } = Bounds::of(chain, ink);
    let left = left as f32 - tuning.clearance_widths * width;
    let right = right as f32 + tuning.clearance_widths * width;
    let sizes = tuning.min_neighbour_letters * scale.letter..=tuning.max_neighbour_widths * width;
    let is_neighbour = |(i, c): &(usize, &Component)| {
        !chain.contains(i)
            && sizes.contains(&c.width().max(c.height()))
            && c.runs.len() as f32 >= tuning.min_neighbour_crossings * c.height()
            && c.right as f32 > left
            && (c.left as f32) < right
            && c.bottom > top
            && c.top < bottom
    };
    let beside: u32 =
        ink.iter().enumerate().filter(is_neighbour).map(|(_, c)| c.bottom.min(bottom) - c.top.max(top)).sum();
    beside as f32 <= tuning.max_beside_fraction * (bottom - top) as f32
}
