//! What is done to the strokes of a sheet: drawn, erased, taken by the lasso and moved. Each is a step to undo.

use super::{document::Document, history::Edit};
use crate::{
    ink::{Drawing, InkColor, PaperKind, Stroke, StrokeMotion, bounds_of, strokes_inside},
    page::{Point, Rect},
};

/// How far copies lie from what they were copied from, right and down, in page pixels.
const COPY_OFFSET: f32 = 40.0;

impl Document {
    /// Adds a stroke; returns whether the drawing changed.
    pub(crate) fn draw(&mut self, stroke: Stroke) -> bool {
        self.change_drawing(|drawing| drawing.draw(stroke))
    }

    /// Erases strokes along `path`; returns whether the drawing changed.
    pub(crate) fn erase(&mut self, path: &[Point], radius: f32) -> bool {
        self.change_drawing(|drawing| drawing.erase(path, radius) > 0)
    }

    /// Erases the ink along `path`; returns whether the drawing changed.
    pub(crate) fn erase_ink(&mut self, path: &[Point], radius: f32) -> bool {
        self.change_drawing(|drawing| drawing.erase_ink(path, radius) > 0)
    }

    /// Erases all strokes; returns whether the drawing changed.
    pub(crate) fn clear_drawing(&mut self) -> bool {
        self.change_drawing(|drawing| drawing.clear() > 0)
    }

    /// Prints the sheet otherwise. The ink stays as it is, so that nothing is read again.
    pub(crate) fn set_paper(&mut self, paper: PaperKind) {
        let chosen = self.chosen_strokes.clone();
        self.change_drawing(|drawing| drawing.set_paper(paper));
        self.chosen_strokes = chosen;
    }

    /// Takes the strokes that lie mostly inside the polygon.
    pub(crate) fn choose_strokes(&mut self, polygon: &[Point]) {
        let strokes = self.drawing.as_ref().map(Drawing::strokes).unwrap_or_default();
        self.chosen_strokes = strokes_inside(strokes, polygon);
    }

    /// The strokes that the lasso has taken.
    pub(crate) fn chosen(&self) -> impl Iterator<Item = &Stroke> {
        let strokes = self.drawing.as_ref().map(Drawing::strokes).unwrap_or_default();
        self.chosen_strokes.iter().filter_map(|&index| strokes.get(index))
    }

    /// The box around them; `None` without any.
    pub(crate) fn chosen_bounds(&self) -> Option<Rect> {
        bounds_of(self.chosen())
    }

    /// Moves and scales the chosen strokes; returns whether the drawing changed.
    pub(crate) fn move_chosen(&mut self, motion: StrokeMotion) -> bool {
        self.change_chosen(|stroke| motion.of_stroke(stroke))
    }

    /// Gives the chosen strokes a colour. Readers see the same ink, so that nothing is read again.
    pub(crate) fn color_chosen(&mut self, color: InkColor) {
        self.change_chosen(|stroke| Stroke { color, ..stroke.clone() });
    }

    /// Removes the chosen strokes; returns whether the drawing changed.
    pub(crate) fn delete_chosen(&mut self) -> bool {
        let chosen = std::mem::take(&mut self.chosen_strokes);
        self.change_drawing(|drawing| drawing.remove(&chosen) > 0)
    }

    /// Copies the chosen strokes beside themselves and chooses the copies; returns whether the drawing changed.
    pub(crate) fn duplicate_chosen(&mut self) -> bool {
        let aside = StrokeMotion::by(Point::new(COPY_OFFSET, COPY_OFFSET));
        let copies = self.chosen().map(|stroke| aside.of_stroke(stroke)).collect();
        self.insert_chosen(copies)
    }

    /// Adds strokes, on the sheet if they lie outside of it, and chooses them; returns whether the drawing changed.
    pub(crate) fn paste_strokes(&mut self, strokes: &[Stroke]) -> bool {
        let Some(bounds) = bounds_of(strokes) else { return false };
        let [width, height] = [self.page.width as f32, self.page.height as f32];
        let inward = |start: f32, end: f32, side: f32| (side - end - COPY_OFFSET).min(0.0).max(COPY_OFFSET - start);
        let is_on_sheet = bounds.x0 >= 0.0 && bounds.y0 >= 0.0 && bounds.x1 <= width && bounds.y1 <= height;
        let by = if is_on_sheet {
            Point::default()
        } else {
            Point::new(inward(bounds.x0, bounds.x1, width), inward(bounds.y0, bounds.y1, height))
        };
        self.insert_chosen(strokes.iter().map(|stroke| StrokeMotion::by(by).of_stroke(stroke)).collect())
    }

    fn insert_chosen(&mut self, strokes: Vec<Stroke>) -> bool {
        let mut inserted = 0..0;
        let has_changed = self.change_drawing(|drawing| {
            inserted = drawing.insert(strokes);
            !inserted.is_empty()
        });
        self.chosen_strokes = inserted.collect();
        has_changed
    }

    fn change_chosen(&mut self, change: impl Fn(&Stroke) -> Stroke) -> bool {
        let chosen = std::mem::take(&mut self.chosen_strokes);
        let has_changed = self.change_drawing(|drawing| drawing.change(&chosen, change) > 0);
        self.chosen_strokes = chosen;
        has_changed
    }

    fn change_drawing(&mut self, change: impl FnOnce(&mut Drawing) -> bool) -> bool {
        let has_changed = self.changes_drawing(change);
        if has_changed {
            self.history.record(Edit::Ink);
        }
        has_changed
    }

    /// The same without a step to undo. What was chosen may lie at other indices then.
    pub(super) fn changes_drawing(&mut self, change: impl FnOnce(&mut Drawing) -> bool) -> bool {
        let has_changed = self.drawing.as_mut().is_some_and(change);
        self.edit_count += u64::from(has_changed);
        if has_changed {
            self.chosen_strokes.clear();
        }
        has_changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::state::document::{DocumentId, Origin};

    fn sheet() -> Document {
        let mut document = Document::new(DocumentId(1), "Sheet".to_owned(), Origin::Drawing);
        (document.page.width, document.page.height) = (500, 400);
        document.drawing = Some(Drawing::default());
        for x in [50.0, 100.0, 300.0] {
            document.draw(Stroke::new(vec![Point::new(x, 50.0), Point::new(x + 20.0, 60.0)], 4.0));
        }
        document
    }

    fn starts(document: &Document) -> Vec<f32> {
        document.drawing.as_ref().unwrap().strokes().iter().map(|stroke| stroke.points[0].x).collect()
    }

    fn choose_two(document: &mut Document) {
        let around = [(0.0, 0.0), (200.0, 0.0), (200.0, 200.0), (0.0, 200.0)].map(|(x, y)| Point::new(x, y));
        document.choose_strokes(&around);
    }

    #[test]
    fn chosen_strokes_are_moved_copied_and_deleted_step_by_step() {
        let mut document = sheet();
        choose_two(&mut document);
        assert!(document.move_chosen(StrokeMotion::by(Point::new(5.0, 0.0))));
        assert_eq!(starts(&document), [55.0, 105.0, 300.0]);
        assert!(document.duplicate_chosen());
        assert_eq!(starts(&document), [55.0, 105.0, 300.0, 95.0, 145.0]);
        assert_eq!(document.chosen().count(), 2, "the copies are chosen");
        assert!(document.delete_chosen());
        assert!(document.undo() && document.undo() && document.undo());
        assert_eq!(starts(&document), [50.0, 100.0, 300.0]);
        assert_eq!(document.chosen().count(), 0);
        assert!(!document.delete_chosen() && !document.duplicate_chosen());
    }

    #[test]
    fn what_is_pasted_lies_on_the_sheet() {
        let mut document = sheet();
        let far = Stroke::new(vec![Point::new(5000.0, -900.0), Point::new(5100.0, -800.0)], 4.0);
        assert!(document.paste_strokes(&[far]));
        let bounds = document.chosen_bounds().unwrap();
        assert!(bounds.x1 <= 500.0 && bounds.y0 >= 0.0, "{bounds:?}");
        assert!(!document.paste_strokes(&[]));
    }

    #[test]
    fn a_colour_and_a_paper_keep_the_choice() {
        let mut document = sheet();
        choose_two(&mut document);
        let red = InkColor([255, 0, 0]);
        document.color_chosen(red);
        document.set_paper(PaperKind::Dotted);
        assert!(document.chosen().all(|stroke| stroke.color == red) && document.chosen().count() == 2);
        assert_eq!(document.drawing.as_ref().unwrap().paper(), PaperKind::Dotted);
        assert!(document.undo() && document.undo());
        assert_eq!(document.drawing.as_ref().unwrap().paper(), PaperKind::default());
    }
}
