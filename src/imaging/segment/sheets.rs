//! Lines of a photo of several sheets: those of each sheet, found as if it were a page of its own, sheet by sheet.

use super::segmentation::Segmentation;
use crate::{
    imaging::prepared_page::{PreparedPage, PreparedSheet},
    page::{Drawing, LineId, TextLine},
};

/// What `segment` finds on each of a photo's sheets, in pixels of the photo, as if they were one page.
pub(super) fn sheet_by_sheet(page: &PreparedPage, segment: &dyn Fn(&PreparedPage) -> Segmentation) -> Segmentation {
    let found: Vec<Segmentation> = page.sheets().iter().map(|sheet| on_photo(segment(&sheet.page), sheet)).collect();
    let written = || found.iter().filter(|found| found.n_across > 0);
    let n_lines: usize = written().map(|found| found.n_across).sum();
    let n_turned_alike = |turn| written().filter(|found| found.turn == turn).map(|found| found.n_across).sum::<usize>();
    // The first of those that most lines agree on.
    let turn = written().rev().map(|found| found.turn).max_by_key(|&turn| n_turned_alike(turn)).unwrap_or_default();
    let is_sure_of_turn = n_lines > 0 && written().all(|found| found.is_sure_of_turn && found.turn == turn);
    let ascending = written().map(|found| found.ascending_part * found.n_across as f32).sum::<f32>();
    let ascending_part = if n_lines == 0 { 0.5 } else { ascending / n_lines as f32 };
    let (mut across, mut labels, mut drawings) = (Vec::new(), Vec::new(), Vec::new());
    for mut sheet in found {
        labels.extend(sheet.lines.split_off(sheet.n_across));
        across.extend(sheet.lines);
        drawings.extend(sheet.drawings);
    }
    let n_across = across.len();
    let mut lines = [across, labels].concat();
    (0..).zip(&mut lines).for_each(|(id, line)| line.id = LineId(id));
    Segmentation { lines, drawings, n_across, turn, is_sure_of_turn, ascending_part }
}

/// What was found on a sheet, in pixels of the photo.
fn on_photo(found: Segmentation, sheet: &PreparedSheet) -> Segmentation {
    let to = |place| sheet.on_photo(place);
    let drawing = |drawing: Drawing| Drawing { outline: drawing.outline.into_iter().map(to).collect() };
    Segmentation {
        lines: found.lines.iter().map(|line: &TextLine| line.moved(to)).collect(),
        drawings: found.drawings.into_iter().map(drawing).collect(),
        ..found
    }
}
