//! Dotted leaders of forms, on which answers are written: rows of small dots at equal distances are erased, but for the
//! dots that touch writing.

use super::bare_dots::bare_pixels;
use crate::{
    imaging::{
        raster::{components::Component, working_page::PageDraft},
        tunable::tunable,
    },
    numerics::median::median,
};

tunable! {
    /// Thresholds of the detection of dotted leaders. Lengths are in letter heights of the page's writing.
    ///
    /// Chosen on a drawn form of four leaders; no line of the development photos loses a dot.
    pub struct DottedLeaderTuning {
        /// The longer side of a dot, at most.
        max_size_letters: f32 = 0.3,
        /// The distance from a dot to the next, at most.
        max_step_letters: f32 = 0.8,
        /// How far the next dot may lie above or below, as a fraction of the step.
        max_rise_fraction: f32 = 0.25,
        /// The step from a dot to the next differs from the row's usual step by this fraction of it, at most; writing
        /// may hide dots between them.
        max_step_difference: f32 = 0.3,
        /// Steps over which writing may hide dots, at most.
        max_hidden_steps: f32 = 8.0,
        /// Dots of a leader at least: three are an ellipsis.
        min_dots: usize = 9,
        /// Dots on a page, at most: a page of more is noise.
        max_dots: usize = 6_000,
    }
}

/// Erases the dotted leaders of a form. Any other page stays as it is.
pub(super) fn erase_dotted_leaders(page: &mut PageDraft, tuning: &DottedLeaderTuning) {
    let working = page.working();
    let Some(scale) = working.scale() else { return };
    let is_dot = |component: &&Component| {
        component.width().max(component.height()) <= tuning.max_size_letters * scale.letter && component.density() > 0.5
    };
    let (mut dots, others): (Vec<&Component>, Vec<&Component>) = working.components().iter().partition(is_dot);
    if !(tuning.min_dots..tuning.max_dots).contains(&dots.len()) {
        return;
    }
    dots.sort_by_key(|dot| (dot.left, dot.top));
    let leaders = leaders(&dots, tuning.max_step_letters * scale.letter, tuning);
    let bare = bare_pixels(page, leaders, others);
    page.blank(&bare);
}

/// Those of the dots, sorted from left to right, that lie in rows at equal distances.
fn leaders<'a>(dots: &[&'a Component], max_step: f32, tuning: &DottedLeaderTuning) -> Vec<&'a Component> {
    let mut is_taken = vec![false; dots.len()];
    let mut found = Vec::new();
    for first in 0..dots.len() {
        if is_taken[first] {
            continue;
        }
        let row = row_from(first, dots, max_step, &is_taken, tuning);
        if row.len() >= tuning.min_dots {
            for &index in &row {
                is_taken[index] = true;
            }
            found.extend(row.into_iter().map(|index| dots[index]));
        }
    }
    found
}

/// The row of dots at equal distances that begins with one.
fn row_from(
    first: usize,
    dots: &[&Component],
    max_step: f32,
    is_taken: &[bool],
    tuning: &DottedLeaderTuning,
) -> Vec<usize> {
    let mut row = vec![first];
    let mut steps: Vec<f32> = Vec::new();
    while let Some(&last) = row.last() {
        let usual = median(steps.iter().copied());
        let reach = if steps.len() < 2 { max_step } else { (tuning.max_hidden_steps + 0.5) * usual };
        let from = dots[last];
        let next = (last + 1..dots.len())
            .take_while(|&index| dots[index].middle_x() - from.middle_x() <= reach)
            .filter(|&index| !is_taken[index])
            .find(|&index| {
                let (right, down) =
                    (dots[index].middle_x() - from.middle_x(), dots[index].middle_y() - from.middle_y());
                let n_steps = if steps.len() < 2 { 1.0 } else { (right / usual).round() };
                let step = if steps.is_empty() { right } else { median(steps.iter().copied()) };
                right > 1.0
                    && n_steps >= 1.0
                    && (right - n_steps * step).abs() <= tuning.max_step_difference * step
                    && down.abs() <= tuning.max_rise_fraction * right.max(4.0)
            });
        let Some(next) = next else { break };
        let right = dots[next].middle_x() - from.middle_x();
        if steps.len() < 2 || right < 1.5 * usual {
            steps.push(right);
        }
        row.push(next);
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{GrayImage, Luma};

    /// Letters of three strokes each, 30 pixels high, in a row that stands on row 100, and dots of 3 pixels at these
    /// places.
    fn form(dots: impl Iterator<Item = (u32, u32)>) -> GrayImage {
        let mut page = GrayImage::from_fn(900, 200, |x, y| {
            let is_letter = (60..560).contains(&x) && x % 30 < 20 && (70..100).contains(&y);
            Luma([if is_letter && (x % 10 < 4 || (96..100).contains(&y)) { 30 } else { 250 }])
        });
        for (x, y) in dots {
            for (dx, dy) in (0..3).flat_map(|dy| (0..3).map(move |dx| (dx, dy))) {
                page.put_pixel(x + dx, y + dy, Luma([60]));
            }
        }
        page
    }

    fn n_dots_left(page: &GrayImage) -> usize {
        let mut draft = PageDraft::new(page.clone());
        erase_dotted_leaders(&mut draft, &DottedLeaderTuning::default());
        draft.gray().pixels().filter(|pixel| pixel.0[0] == 60).count() / 9
    }

    #[test]
    fn leaders_go_and_full_stops_stay() {
        assert_eq!(n_dots_left(&form((0..70).map(|n| (50 + 11 * n, 110)))), 0);
        assert_eq!(n_dots_left(&form((0..70).map(|n| (50 + 11 * n, 110 + n / 10)))), 0, "on a page that lies aslant");
        assert_eq!(n_dots_left(&form([600, 612, 624].into_iter().map(|x| (x, 97)))), 3, "an ellipsis");
        let unevenly = |n: u32| (60 + 37 * n + 17 * (n % 3), 60);
        assert_eq!(n_dots_left(&form((0..14).map(unevenly))), 14, "the dots of small letters");
    }
}
