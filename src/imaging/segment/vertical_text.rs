//! Labels that run up or down a page whose lines run across, such as the name of a tall box.
//!
//! Letters that lie on their side stand closely one above the other, are wider than they are tall, and have nothing
//! beside them. A column of upright letters or figures has taller letters and wider gaps, one of words has rows that
//! cross many strokes.

use crate::imaging::raster::{components::Component, median::median, writing_scale::WritingScale};

/// Letters are from this to this many of the page's letter heights wide: labels are often larger than the writing.
const LETTER_WIDTH: (f32, f32) = (0.7, 8.0);
/// How tall a letter is, in its widths: a figure one or an I lies flat.
const LETTER_HEIGHT: (f32, f32) = (0.08, 1.6);
/// Neighbours differ in width by this factor at most, and share at least this part of the narrower one's columns.
const MAX_WIDTH_RATIO: f32 = 2.2;
const MIN_SHARED: f32 = 0.6;
/// The widest gap between neighbours, and the deepest overlap, in parts of the wider one's width.
const GAP: (f32, f32) = (-0.25, 1.3);
/// A label has at least this many letters.
const MIN_LETTERS: usize = 3;
/// What the middle one of its letters' heights, in widths, is; what its gaps are at most.
const USUAL_HEIGHT: (f32, f32) = (0.3, 1.05);
const MAX_USUAL_GAP: f32 = 0.45;
/// Rows of its letters cross no more strokes than this: an E lies as three arms side by side.
const MAX_CROSSINGS: f32 = 3.2;
/// Ink this near beside it, in its widths, makes it part of a text; as much as this part of its length may have some.
const BESIDE: f32 = 0.6;
const MAX_BESIDE: f32 = 0.2;
/// What is beside it is a frame or an arrow if it is larger than this many of its widths, or its rows cross fewer strokes.
const MAX_NEIGHBOUR: f32 = 4.0;
const MIN_NEIGHBOUR_CROSSINGS: f32 = 1.5;
/// Ink with this part of its width and height among the letters belongs to them.
const MIN_INSIDE: f32 = 0.8;
/// A letter as flat as this, in its widths, is no wider than the others, give or take this factor: else it is a frame's edge.
const FLAT: f32 = 0.25;
const MAX_FLAT: f32 = 1.2;

/// Takes the labels out of `ink`: the letters of each, from top to bottom.
pub(super) fn take_labels(ink: &mut Vec<Component>, scale: WritingScale) -> Vec<Vec<Component>> {
    let mut chains = chains(ink, scale);
    chains.retain(|chain| is_label(chain, ink, scale));
    for chain in &mut chains {
        take_in_parts(chain, ink);
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

/// Letter-like components, each followed by the nearest one below it that may go on.
fn chains(ink: &[Component], scale: WritingScale) -> Vec<Vec<usize>> {
    let is_letter = |c: &Component| {
        (LETTER_WIDTH.0..LETTER_WIDTH.1).contains(&(c.width() / scale.letter))
            && (LETTER_HEIGHT.0..LETTER_HEIGHT.1).contains(&(c.height() / c.width()))
    };
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
            if ink[next].top as f32 > last.bottom as f32 + GAP.1 * LETTER_WIDTH.1 * scale.letter {
                break;
            }
            if is_free[next] && goes_on(last, &ink[next]) {
                is_free[next] = false;
                chain.push(next);
            }
        }
        chains.push(without_edges(&chain, ink));
    }
    chains
}

/// The letters without those that are edges of the frame around them.
fn without_edges(chain: &[usize], ink: &[Component]) -> Vec<usize> {
    let width = median(chain.iter().map(|&i| ink[i].width()));
    let is_edge = |c: &Component| c.height() < FLAT * c.width() && c.width() > MAX_FLAT * width;
    chain.iter().copied().filter(|&i| !is_edge(&ink[i])).collect()
}

/// Adds what lies among the letters: parts of letters that hang together with none, dots.
fn take_in_parts(chain: &mut Vec<usize>, ink: &[Component]) {
    let letters = || chain.iter().map(|&i| &ink[i]);
    let left = letters().map(|c| c.left).min().unwrap_or(0);
    let right = letters().map(|c| c.right).max().unwrap_or(0);
    let top = letters().map(|c| c.top).min().unwrap_or(0);
    let bottom = letters().map(|c| c.bottom).max().unwrap_or(0);
    let shared = |a: (u32, u32), b: (u32, u32)| a.1.min(b.1).saturating_sub(a.0.max(b.0)) as f32;
    let is_part = |c: &Component| {
        shared((c.left, c.right), (left, right)) >= MIN_INSIDE * c.width()
            && shared((c.top, c.bottom), (top, bottom)) >= MIN_INSIDE * c.height()
    };
    let parts: Vec<usize> = (0..ink.len()).filter(|i| !chain.contains(i) && is_part(&ink[*i])).collect();
    chain.extend(parts);
}

fn gap(upper: &Component, lower: &Component) -> f32 {
    (lower.top as f32 - upper.bottom as f32) / upper.width().max(lower.width())
}

fn goes_on(upper: &Component, lower: &Component) -> bool {
    let (narrow, wide) = (upper.width().min(lower.width()), upper.width().max(lower.width()));
    let shared = upper.right.min(lower.right) as f32 - upper.left.max(lower.left) as f32;
    wide <= MAX_WIDTH_RATIO * narrow
        && shared >= MIN_SHARED * narrow
        && (GAP.0..=GAP.1).contains(&gap(upper, lower))
        && lower.middle_y() > upper.middle_y()
}

fn is_label(chain: &[usize], ink: &[Component], scale: WritingScale) -> bool {
    let letters: Vec<&Component> = chain.iter().map(|&i| &ink[i]).collect();
    if letters.len() < MIN_LETTERS {
        return false;
    }
    let height = median(letters.iter().map(|c| c.height() / c.width()));
    let gap = median(letters.windows(2).map(|pair| gap(pair[0], pair[1])));
    let crossings = median(letters.iter().map(|c| c.runs.len() as f32 / c.height()));
    // Straight strokes one above the other are the rules of a table.
    let is_drawn = letters.iter().filter(|c| c.height() > 2.0 * scale.stroke).count() < MIN_LETTERS;
    (USUAL_HEIGHT.0..=USUAL_HEIGHT.1).contains(&height)
        && gap <= MAX_USUAL_GAP
        && crossings <= MAX_CROSSINGS
        && !is_drawn
        && stands_alone(chain, ink, scale)
}

/// Whether hardly any writing is beside the letters.
fn stands_alone(chain: &[usize], ink: &[Component], scale: WritingScale) -> bool {
    let letters = || chain.iter().map(|&i| &ink[i]);
    let width = median(letters().map(Component::width));
    let left = letters().map(|c| c.left).min().unwrap_or(0) as f32 - BESIDE * width;
    let right = letters().map(|c| c.right).max().unwrap_or(0) as f32 + BESIDE * width;
    let top = letters().map(|c| c.top).min().unwrap_or(0);
    let bottom = letters().map(|c| c.bottom).max().unwrap_or(0);
    let is_neighbour = |(i, c): &(usize, &Component)| {
        let size = c.width().max(c.height());
        !chain.contains(i)
            && (0.5 * scale.letter..=MAX_NEIGHBOUR * width).contains(&size)
            && c.runs.len() as f32 >= MIN_NEIGHBOUR_CROSSINGS * c.height()
            && c.right as f32 > left
            && (c.left as f32) < right
            && c.bottom > top
            && c.top < bottom
    };
    let beside: u32 =
        ink.iter().enumerate().filter(is_neighbour).map(|(_, c)| c.bottom.min(bottom) - c.top.max(top)).sum();
    beside as f32 <= MAX_BESIDE * (bottom - top) as f32
}
