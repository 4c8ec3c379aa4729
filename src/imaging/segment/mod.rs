//! Line finding: from a prepared page to its text lines.
//!
//! The stages, each in a file of its own, all on an image reduced to a working size and turned until the writing is
//! upright (`turned_page.rs` runs them):
//!
//! 1. `raster`: ink by Sauvola's threshold, connected components, and the writing's scale from their sizes;
//! 2. `ink_labels`: a small network tells where writing is, where lines run and what parts them;
//! 3. `sideways_text`: labels that run up or down are taken out and found in a turned copy;
//! 4. `divide`: ink is divided into writing and drawings;
//! 5. `ink_filter` (with `shadow`): specks, blots and shadows are dropped, small marks put aside;
//! 6. `spines/ridges` (with `skew`, `spine`, `joining`): spines of lines, as crests of their cores;
//! 7. `assign`: components are given to spines (`line_ink`), single signs to rows of tables (`column_signs`);
//! 8. `gap_cuts`: lines are cut where no core crosses a gap, and between enclosures;
//! 9. `rows` (with its `profile`): short lines that hold two rows are split;
//! 10. `line_filter`: lines that are no writing are dropped;
//! 11. `markers`: bullets, boxes and the like before lines;
//! 12. `line_core` and `outline`: each line's x-height, baseline and outline;
//! 13. `reading_order`.
//!
//! Without labels (see [`NoInkLabels`](ink_labels::NoInkLabels)) all ink is writing, and spines are ridges of smeared
//! ink.
//!
//! A photo of several sheets goes through all stages sheet by sheet (`sheets`).
//!
//! All numbers that these stages decide by are in [`SegmentTuning`].
//!
//! # Pages that are not upright
//!
//! The skew of lines is measured to about 20°, and whether lines run along the page's height. If they do, lines are
//! found in a copy turned by a quarter, on the side on which ascenders point up. Outlines and baselines are in page
//! pixels all the same, and `crop_line` turns a crop by its baseline's direction.
//!
//! Shapes leave doubt on boards and on pages of few words ([`Segmentation::is_sure_of_turn`]). There
//! `recognition/orientation.rs` reads some lines, in all four ways where little of them is legible; that takes a
//! reader, which imaging has not. Whether a vertical label runs up or down is read as well.

mod assign;
mod column_signs;
mod divide;
mod gap_cuts;
mod ink_filter;
pub(super) mod ink_labels;
mod line_core;
mod line_filter;
mod line_ink;
mod markers;
mod outline;
mod reading_order;
mod rows;
mod segmentation;
mod sheets;
mod sideways_text;
mod spines;
#[cfg(test)]
mod tests;
pub(super) mod tuning;
mod turned_page;

pub use self::segmentation::Segmentation;
use self::{ink_labels::InkLabeller, sheets::sheet_by_sheet, tuning::SegmentTuning, turned_page::TurnedPage};
use super::{geometry::quarter_turn::QuarterTurn, prepared_page::PreparedPage};
use crate::page::LineId;

/// Finds the text lines of `page`. A page without writing has none. A page that lies on its side is noticed, and on
/// which one by its ascenders; a page that is upside down is taken to be upright.
///
/// ```
/// use std::path::Path;
///
/// use longhand::{
///     imaging::{PageImage, QuarterTurn, prepare, segment},
///     recognition::ink_labeller,
/// };
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let page = prepare(&PageImage::open(Path::new("assets/samples/notes.jpg"))?);
/// let found = segment(&page, ink_labeller());
/// assert_eq!((found.lines.len(), found.turn), (27, QuarterTurn::None));
/// assert!(found.lines[0].bounds.y1 < found.lines[5].bounds.y0, "lines come in reading order");
/// # Ok(())
/// # }
/// ```
pub fn segment(page: &PreparedPage, labeller: &dyn InkLabeller) -> Segmentation {
    segment_tuned(page, labeller, &SegmentTuning::default())
}

/// Finds the text lines of `page` as [`segment`] does, with other numbers than the tuned ones.
pub fn segment_tuned(page: &PreparedPage, labeller: &dyn InkLabeller, tuning: &SegmentTuning) -> Segmentation {
    if !page.sheets().is_empty() {
        return sheet_by_sheet(page, &|sheet| segment_tuned(sheet, labeller, tuning));
    }
    let upright = TurnedPage::of(page, QuarterTurn::None, labeller, tuning);
    match upright.part_in_cores() {
        Some(part) => segment_by_cores(page, upright, part, labeller, tuning),
        None => segment_by_profile(page, upright, labeller, tuning),
    }
}

/// Finds the lines of a page that is labelled: its writing lies in cores of lines once it is turned the right way.
fn segment_by_cores(
    page: &PreparedPage,
    upright: TurnedPage<'_>,
    part: f32,
    labeller: &dyn InkLabeller,
    tuning: &SegmentTuning,
) -> Segmentation {
    let sure = tuning.turn.sure_core_fraction;
    if part >= sure {
        let mut found = segmentation(upright, QuarterTurn::None);
        found.is_sure_of_turn = found.ascending_part >= tuning.turn.sure_ascending_fraction;
        return found;
    }
    let side = TurnedPage::of(page, QuarterTurn::Right, labeller, tuning);
    let side_part = side.part_in_cores().unwrap_or(0.0);
    let is_clear =
        part.max(side_part) >= sure && part.max(side_part) > tuning.turn.min_core_gain_ratio * part.min(side_part);
    let mut found = if side_part > tuning.turn.min_core_gain_ratio * part {
        let right = segmentation(side, QuarterTurn::Right);
        if right.ascending_part < 0.5 { turned(page, QuarterTurn::Left, labeller, tuning) } else { right }
    } else {
        segmentation(upright, QuarterTurn::None)
    };
    found.is_sure_of_turn = is_clear && found.ascending_part >= tuning.turn.sure_ascending_fraction;
    found
}

/// Finds the lines of a page without labels: its profile is sharper along lines than across.
fn segment_by_profile(
    page: &PreparedPage,
    upright: TurnedPage<'_>,
    labeller: &dyn InkLabeller,
    tuning: &SegmentTuning,
) -> Segmentation {
    let (side_gain, turn) = (upright.side_gain(), &tuning.turn);
    let on_side = if side_gain > turn.min_side_gain_ratio { on_side(page, labeller, tuning) } else { None };
    let mut found = on_side.unwrap_or_else(|| segmentation(upright, QuarterTurn::None));
    let is_sure_of_side = !(turn.sure_upright_gain_ratio..turn.sure_side_gain_ratio).contains(&side_gain);
    found.is_sure_of_turn = is_sure_of_side && found.ascending_part >= turn.sure_ascending_fraction;
    found
}

/// Finds the text lines of `page` as they are once it is turned by `turn`. They are in pixels of the page as it is.
pub fn segment_turned(page: &PreparedPage, turn: QuarterTurn, labeller: &dyn InkLabeller) -> Segmentation {
    turned(page, turn, labeller, &SegmentTuning::default())
}

fn turned(page: &PreparedPage, turn: QuarterTurn, labeller: &dyn InkLabeller, tuning: &SegmentTuning) -> Segmentation {
    if !page.sheets().is_empty() {
        return sheet_by_sheet(page, &|sheet| turned(sheet, turn, labeller, tuning));
    }
    segmentation(TurnedPage::of(page, turn, labeller, tuning), turn)
}

/// The lines of a page that lies on its side, on the one on which its ascenders point up; `None` for a page that only
/// looks so, such as one of strokes in columns.
fn on_side(page: &PreparedPage, labeller: &dyn InkLabeller, tuning: &SegmentTuning) -> Option<Segmentation> {
    let right = turned(page, QuarterTurn::Right, labeller, tuning);
    let is_upside_down = right.ascending_part < 0.5;
    (!right.lines.is_empty())
        .then(|| if is_upside_down { turned(page, QuarterTurn::Left, labeller, tuning) } else { right })
}

fn segmentation(page: TurnedPage<'_>, turn: QuarterTurn) -> Segmentation {
    let mut found = page.page_lines();
    (0..).zip(&mut found.lines).for_each(|(id, line)| line.id = LineId(id));
    Segmentation {
        lines: found.lines,
        drawings: found.drawings,
        n_across: found.n_across,
        turn,
        is_sure_of_turn: false,
        ascending_part: found.ascending_part,
    }
}
