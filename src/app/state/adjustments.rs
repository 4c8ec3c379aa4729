//! Turning, cropping and cleaning up a page: steps that can be undone. The lines are transformed with the page, so that
//! corrections stay with their lines when the page is read again.

use eframe::egui::{Vec2, vec2};

use super::{
    corner_edit::{CornerEdit, Parting, SheetProposal},
    document::{Document, Stage},
    history::Edit,
};
use crate::{
    app::ui::view_transform::Framing,
    imaging::{Corners, PageAdjustments, are_corners_of_a_sheet, whole_page},
    page::{Point, Rect},
};

impl Document {
    /// The adjustments of the page as it is shown: while its corners are moved it is not cropped.
    pub(crate) fn shown_adjustments(&self) -> PageAdjustments {
        if self.corner_edit.is_some() { self.adjustments.uncropped() } else { self.adjustments }
    }

    /// The size in pixels of the page as it is shown, once known.
    pub(crate) fn size(&self) -> Option<Vec2> {
        let (width, height) = match (self.corner_edit, self.original_size) {
            (Some(_), Some(original)) => self.shown_adjustments().size(original),
            _ => (self.page.width, self.page.height),
        };
        (width > 0 && height > 0).then(|| vec2(width as f32, height as f32))
    }

    /// Whether the page can be adjusted: it is an image, and its size is known.
    pub(crate) fn is_adjustable(&self) -> bool {
        self.drawing.is_none() && self.original_size.is_some()
    }

    /// Sets the adjustments as a step that can be undone.
    pub(crate) fn adjust(&mut self, after: PageAdjustments) {
        let before = self.adjustments;
        if before != after && self.is_adjustable() {
            self.history.record(Edit::Adjust { before, after });
            if after.corners.is_some() {
                self.sheet = SheetProposal::Answered;
            }
            self.set_adjustments(after);
        }
    }

    /// Sets the adjustments, transforms the lines with them, and queues the page to be read again.
    pub(super) fn set_adjustments(&mut self, after: PageAdjustments) {
        let (shown_before, before) = (self.shown_adjustments(), std::mem::replace(&mut self.adjustments, after));
        self.corner_edit = None;
        self.parting = if self.parting == Parting::Declined { Parting::Declined } else { Parting::None };
        self.stage = Stage::Waiting;
        self.forget_readings();
        self.timings.reader = None;
        self.edit_count += 1;
        self.show_anew_if_other_than(shown_before);
        let Some(original) = self.original_size else { return };
        let moved = |point: Point| after.from_original(original, before.to_original(original, point));
        if !after.has_geometry_of(&before) {
            self.page = self.page.moved(after.size(original), moved);
        }
    }

    /// Drops the texture and resets the view if the shown geometry is no longer that of `before`.
    fn show_anew_if_other_than(&mut self, before: PageAdjustments) {
        if !self.shown_adjustments().has_geometry_of(&before) {
            self.picture.texture = None;
            self.framing = Framing::FitPage;
        }
    }

    /// Shows the whole page with its corners, to be moved.
    pub(crate) fn edit_corners(&mut self) {
        let Some(original) = self.original_size.filter(|_| self.is_adjustable() && self.corner_edit.is_none()) else {
            return;
        };
        let before = self.shown_adjustments();
        let uncropped = self.adjustments.uncropped();
        let (width, height) = uncropped.size(original);
        let corners = match self.adjustments.corners {
            Some(corners) => {
                let shown = corners.map(|point| uncropped.from_original(original, point));
                turned_order(shown, self.adjustments.quarter_turns)
            }
            None => whole_page(width, height),
        };
        self.corner_edit = Some(CornerEdit { corners, is_touched: self.adjustments.corners.is_some() });
        self.framing = Framing::FitPage;
        self.show_anew_if_other_than(before);
    }

    /// Proposes to straighten an oblique sheet; the user is asked once.
    pub(crate) fn propose_sheet(&mut self, corners: Corners) {
        if self.sheet == SheetProposal::None && self.adjustments.corners.is_none() && are_corners_of_a_sheet(&corners) {
            self.sheet = SheetProposal::Made(corners);
        }
    }

    /// The proposed sheet, unless corners are being moved.
    pub(crate) fn proposed_sheet(&self) -> Option<Corners> {
        match self.sheet {
            SheetProposal::Made(corners) if self.corner_edit.is_none() && self.is_adjustable() => Some(corners),
            _ => None,
        }
    }

    /// Crops to the proposed sheet.
    pub(crate) fn straighten(&mut self) {
        if let Some(corners) = self.proposed_sheet() {
            self.adjust(PageAdjustments { corners: Some(corners), ..self.adjustments });
        }
    }

    /// The user declines the proposed sheet.
    pub(crate) fn leave_aslant(&mut self) {
        self.sheet = SheetProposal::Answered;
    }

    /// Proposes to part the page into the `sheets` that it shows; the user is asked once.
    pub(crate) fn propose_parting(&mut self, sheets: Vec<Rect>) {
        if self.parting != Parting::Declined {
            self.parting = if sheets.len() > 1 { Parting::Proposed(sheets) } else { Parting::None };
        }
    }

    /// The boxes of the sheets that the page may be parted into, in pixels of the page as it is read.
    pub(crate) fn proposed_sheets(&self) -> Option<&[Rect]> {
        match &self.parting {
            Parting::Proposed(sheets) if self.corner_edit.is_none() && self.is_adjustable() => Some(sheets),
            _ => None,
        }
    }

    /// The user declines to part the page.
    pub(crate) fn leave_whole(&mut self) {
        self.parting = Parting::Declined;
    }

    /// Moves the corners to a sheet found on the page, unless the user has moved one already. `corners` are in pixels
    /// of the page as it is shown.
    pub(crate) fn propose_corners(&mut self, corners: Corners) {
        if let Some(edit) = self.corner_edit.as_mut().filter(|edit| !edit.is_touched)
            && are_corners_of_a_sheet(&corners)
        {
            edit.corners = corners;
        }
    }

    /// Moves a corner to `to`, in pixels of the page as it is shown, unless the corners would not form a sheet.
    pub(crate) fn move_corner(&mut self, corner: usize, to: Point) {
        let Some(size) = self.size() else { return };
        let Some(edit) = &mut self.corner_edit else { return };
        let mut corners = edit.corners;
        let Some(moved) = corners.get_mut(corner) else { return };
        *moved = Point::new(to.x.clamp(0.0, size.x), to.y.clamp(0.0, size.y));
        if are_corners_of_a_sheet(&corners) {
            *edit = CornerEdit { corners, is_touched: true };
        }
    }

    /// Resets the corners to those of the whole page.
    pub(crate) fn reset_corners(&mut self) {
        if let (Some(size), Some(edit)) = (self.size(), &mut self.corner_edit) {
            *edit = CornerEdit { corners: whole_page(size.x as u32, size.y as u32), is_touched: true };
        }
    }

    /// Ends moving the corners without a change.
    pub(crate) fn cancel_corners(&mut self) {
        let before = self.shown_adjustments();
        self.corner_edit = None;
        self.show_anew_if_other_than(before);
    }

    /// Crops the page to the corners.
    pub(crate) fn apply_corners(&mut self) {
        let (Some(edit), Some(original), Some(size)) = (self.corner_edit, self.original_size, self.size()) else {
            return;
        };
        let uncropped = self.adjustments.uncropped();
        let is_whole = edit.corners == whole_page(size.x as u32, size.y as u32);
        let upright = turned_order(edit.corners, (4 - uncropped.quarter_turns % 4) % 4);
        let corners = (!is_whole).then(|| upright.map(|point| uncropped.to_original(original, point)));
        if corners == self.adjustments.corners {
            self.cancel_corners();
        } else {
            self.adjust(PageAdjustments { corners, ..self.adjustments });
        }
    }
}

/// The corners in reading order after quarter turns clockwise: each turn moves the last to the front.
fn turned_order(mut corners: Corners, quarter_turns: u8) -> Corners {
    corners.rotate_right(usize::from(quarter_turns % 4));
    corners
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::state::document::{DocumentId, Origin},
        page::{Baseline, Drawing, TextLine},
    };

    fn document() -> Document {
        let mut document = Document::new(DocumentId(1), "page".to_owned(), Origin::Clipboard);
        document.original_size = Some((400, 300));
        (document.page.width, document.page.height) = (400, 300);
        let line = TextLine {
            baseline: Baseline(vec![Point::new(100.0, 75.0), Point::new(300.0, 75.0)]),
            correction: Some("mine".to_owned()),
            ..TextLine::at(Rect::new(100.0, 50.0, 300.0, 80.0))
        };
        let drawing = Drawing { outline: line.bounds.corners().to_vec() };
        document.set_layout(vec![line], vec![drawing]);
        document.stage = Stage::Done;
        document
    }

    #[test]
    fn turning_moves_the_lines_along_and_can_be_taken_back() {
        let mut document = document();
        let before = document.page.clone();
        document.adjust(document.adjustments.turned(1));
        assert_eq!((document.page.width, document.page.height), (300, 400));
        assert_eq!(document.page.lines[0].bounds, Rect::new(220.0, 100.0, 250.0, 300.0));
        let drawing = Rect::around(document.page.drawings[0].outline.iter().copied());
        assert_eq!(drawing, Some(document.page.lines[0].bounds));
        assert_eq!(document.stage, Stage::Waiting);
        assert!(!document.undo(), "the drawing has nothing to do with it");
        assert_eq!(document.page, before);
        document.redo();
        assert_eq!(document.adjustments.quarter_turns, 1);
    }

    #[test]
    fn corners_set_on_a_turned_page_are_found_again_there() {
        let mut document = document();
        document.adjust(document.adjustments.turned(1));
        document.edit_corners();
        let wanted = [[20.0, 30.0], [280.0, 10.0], [290.0, 390.0], [10.0, 380.0]].map(Point::from);
        for (corner, to) in wanted.into_iter().enumerate() {
            document.move_corner(corner, to);
        }
        document.apply_corners();
        assert!(document.corner_edit.is_none());
        // Turned by a quarter: the upper left of what is shown is the lower left of what was opened.
        let [top_left, .., bottom_left] = document.adjustments.corners.unwrap();
        assert!(bottom_left.distance(Point::new(30.0, 280.0)) < 0.1, "{bottom_left:?}");
        assert!(top_left.distance(Point::new(10.0, 20.0)) < 0.1, "{top_left:?}");
        document.edit_corners();
        let shown = document.corner_edit.unwrap().corners;
        assert!(shown.iter().zip(wanted).all(|(a, b)| a.distance(b) < 0.1), "{shown:?}");
        document.reset_corners();
        document.apply_corners();
        assert_eq!(document.adjustments.corners, None);
    }

    #[test]
    fn the_user_is_asked_about_a_sheet_once() {
        let sheet = [[40.0, 20.0], [360.0, 30.0], [390.0, 290.0], [10.0, 280.0]].map(Point::from);
        let mut asked = document();
        asked.propose_sheet(sheet);
        assert_eq!(asked.proposed_sheet(), Some(sheet));
        asked.straighten();
        assert_eq!((asked.adjustments.corners, asked.proposed_sheet()), (Some(sheet), None));
        asked.undo();
        asked.propose_sheet(sheet);
        assert_eq!((asked.adjustments, asked.proposed_sheet()), (PageAdjustments::default(), None));
        let mut refused = document();
        refused.propose_sheet(sheet);
        refused.leave_aslant();
        refused.propose_sheet(sheet);
        refused.straighten();
        assert_eq!((refused.adjustments, refused.proposed_sheet()), (PageAdjustments::default(), None));
    }

    #[test]
    fn a_corner_stops_where_the_sheet_would_fold() {
        let mut document = document();
        document.edit_corners();
        document.move_corner(0, Point::new(-50.0, -50.0));
        document.move_corner(0, Point::new(399.0, 299.0));
        assert_eq!(document.corner_edit.unwrap().corners, whole_page(400, 300));
        document.propose_corners([[9.0, 9.0], [390.0, 9.0], [390.0, 290.0], [9.0, 290.0]].map(Point::from));
        assert_eq!(document.corner_edit.unwrap().corners, whole_page(400, 300), "the user was there first");
        document.cancel_corners();
        assert_eq!((document.adjustments, document.can_undo_redo().0), (PageAdjustments::default(), false));
    }
}
