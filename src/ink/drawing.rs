//! A sheet of strokes with undo and redo.

use std::{collections::BTreeSet, ops::Range};

use super::{
    eraser::{dense, left_by},
    paper::PaperKind,
    stroke::Stroke,
};
use crate::page::Point;

/// One change that can be undone.
#[derive(Clone, Debug, Default, PartialEq)]
struct DrawingStep {
    /// Removed strokes with their indices before the step, ascending.
    removed: Vec<(usize, Stroke)>,
    /// Added strokes with their indices after the step, ascending.
    added: Vec<(usize, Stroke)>,
    /// The paper before and after, where it changed.
    papers: Option<[PaperKind; 2]>,
}

/// Strokes in drawing order on a sheet of paper, with undo and redo.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drawing {
    strokes: Vec<Stroke>,
    paper: PaperKind,
    undo: Vec<DrawingStep>,
    redo: Vec<DrawingStep>,
}

impl Drawing {
    /// A sheet with these strokes and an empty undo history.
    pub const fn new(strokes: Vec<Stroke>, paper: PaperKind) -> Self {
        Self { strokes, paper, undo: Vec::new(), redo: Vec::new() }
    }

    /// The strokes in drawing order.
    pub fn strokes(&self) -> &[Stroke] {
        &self.strokes
    }

    /// What is printed on the sheet.
    pub const fn paper(&self) -> PaperKind {
        self.paper
    }

    /// Whether the sheet is blank.
    pub fn is_empty(&self) -> bool {
        self.strokes.is_empty()
    }

    /// Adds a stroke as one step; returns whether it was added. A stroke without points is not.
    pub fn draw(&mut self, stroke: Stroke) -> bool {
        !self.insert(vec![stroke]).is_empty()
    }

    /// Adds strokes as one step; returns their indices. Strokes without points are not added.
    pub fn insert(&mut self, strokes: Vec<Stroke>) -> Range<usize> {
        let start = self.strokes.len();
        let drawn = strokes.into_iter().filter(|stroke| !stroke.points.is_empty());
        self.push_step(DrawingStep { added: (start..).zip(drawn).collect(), ..DrawingStep::default() });
        start..self.strokes.len()
    }

    /// Erases, as one step, the strokes within `radius` pixels of `path`; returns their number.
    pub fn erase(&mut self, path: &[Point], radius: f32) -> usize {
        let path = dense(path, radius);
        self.remove_where(|_, stroke| path.iter().any(|&point| stroke.touches(point, radius)))
    }

    /// Erases, as one step, the ink within `radius` pixels of `path` and leaves the rest of the strokes; returns the
    /// number of strokes that changed.
    pub fn erase_ink(&mut self, path: &[Point], radius: f32) -> usize {
        let path = dense(path, radius);
        self.replace_each(|_, stroke| left_by(stroke, &path, radius))
    }

    /// Removes the strokes of these indices as one step; returns their number.
    pub fn remove(&mut self, indices: &BTreeSet<usize>) -> usize {
        self.remove_where(|index, _| indices.contains(&index))
    }

    /// Puts others in the place of the strokes of these indices as one step; returns their number.
    pub fn change(&mut self, indices: &BTreeSet<usize>, change: impl Fn(&Stroke) -> Stroke) -> usize {
        self.replace_each(|index, stroke| {
            let changed = indices.contains(&index).then(|| change(stroke))?;
            (changed != *stroke).then(|| vec![changed])
        })
    }

    /// Erases all strokes as one step; returns their number.
    pub fn clear(&mut self) -> usize {
        self.remove_where(|_, _| true)
    }

    /// Prints the sheet otherwise as one step; returns whether that changes it.
    pub fn set_paper(&mut self, paper: PaperKind) -> bool {
        self.push_step(DrawingStep {
            papers: (paper != self.paper).then_some([self.paper, paper]),
            ..DrawingStep::default()
        })
    }

    /// Undoes the last step; returns whether there was one.
    pub fn undo(&mut self) -> bool {
        let Some(step) = self.undo.pop() else { return false };
        for (index, _) in step.added.iter().rev() {
            self.strokes.remove(*index);
        }
        for (index, stroke) in &step.removed {
            self.strokes.insert(*index, stroke.clone());
        }
        self.paper = step.papers.map_or(self.paper, |[before, _]| before);
        self.redo.push(step);
        true
    }

    /// Redoes the step undone last; returns whether there was one.
    pub fn redo(&mut self) -> bool {
        let Some(step) = self.redo.pop() else { return false };
        self.apply(&step);
        self.undo.push(step);
        true
    }

    fn remove_where(&mut self, is_removed: impl Fn(usize, &Stroke) -> bool) -> usize {
        self.replace_each(|index, stroke| is_removed(index, stroke).then(Vec::new))
    }

    /// Puts what `other` gives in the place of every stroke for which it gives something; returns their number.
    fn replace_each(&mut self, other: impl Fn(usize, &Stroke) -> Option<Vec<Stroke>>) -> usize {
        let mut step = DrawingStep::default();
        let mut n_after = 0;
        for (index, stroke) in self.strokes.iter().enumerate() {
            let Some(parts) = other(index, stroke) else {
                n_after += 1;
                continue;
            };
            step.removed.push((index, stroke.clone()));
            step.added.extend((n_after..).zip(parts));
            n_after = index + 1 - step.removed.len() + step.added.len();
        }
        let n_replaced = step.removed.len();
        self.push_step(step);
        n_replaced
    }

    /// Makes a step; one that changes nothing is none.
    fn push_step(&mut self, step: DrawingStep) -> bool {
        if step == DrawingStep::default() {
            return false;
        }
        self.apply(&step);
        self.undo.push(step);
        self.redo.clear();
        true
    }

    fn apply(&mut self, step: &DrawingStep) {
        for (index, _) in step.removed.iter().rev() {
            self.strokes.remove(*index);
        }
        for (index, stroke) in &step.added {
            self.strokes.insert(*index, stroke.clone());
        }
        self.paper = step.papers.map_or(self.paper, |[_, after]| after);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn dot(x: f32) -> Stroke {
        Stroke::new(vec![Point::new(x, 0.0)], 1.0)
    }

    #[test]
    fn erasing_takes_whole_strokes_and_clearing_can_be_undone() {
        let mut drawing = Drawing::default();
        for x in [0.0, 10.0, 20.0] {
            assert!(drawing.draw(dot(x)));
        }
        assert_eq!(drawing.erase(&[Point::new(10.0, 1.0)], 2.0), 1);
        assert_eq!(drawing.strokes(), [dot(0.0), dot(20.0)]);
        assert_eq!(drawing.clear(), 2);
        assert!(drawing.is_empty());
        assert!(drawing.undo() && drawing.undo());
        assert_eq!(drawing.strokes(), [dot(0.0), dot(10.0), dot(20.0)]);
        assert!(drawing.redo());
        assert_eq!(drawing.strokes(), [dot(0.0), dot(20.0)]);
    }

    #[test]
    fn what_changes_nothing_is_no_step() {
        let mut drawing = Drawing::default();
        assert_eq!(drawing.clear(), 0);
        assert!(!drawing.draw(Stroke::new(Vec::new(), 1.0)));
        assert!(!drawing.set_paper(PaperKind::default()));
        assert!(!drawing.undo());
    }

    #[test]
    fn chosen_strokes_are_changed_in_their_places() {
        let mut drawing = Drawing::new([0.0, 10.0, 20.0].map(dot).to_vec(), PaperKind::Plain);
        let chosen = BTreeSet::from([0, 2]);
        assert_eq!(drawing.change(&chosen, |stroke| stroke.moved(|point| Point::new(point.x + 1.0, 0.0))), 2);
        assert_eq!(drawing.strokes(), [1.0, 10.0, 21.0].map(dot));
        assert_eq!(drawing.change(&chosen, Stroke::clone), 0);
        assert_eq!(drawing.remove(&BTreeSet::from([1])), 1);
        assert_eq!(drawing.insert(vec![dot(5.0), dot(6.0)]), 2..4);
        assert!(drawing.undo() && drawing.undo() && drawing.undo());
        assert_eq!(drawing.strokes(), [0.0, 10.0, 20.0].map(dot));
    }

    proptest! {
        #[test]
        fn undoing_everything_and_redoing_it_changes_nothing(
            steps in proptest::collection::vec((0_u8..8, 0.0_f32..50.0), 0..20),
        ) {
            let mut drawing = Drawing::default();
            for (kind, x) in steps {
                match kind {
                    0 => { drawing.erase(&[Point::new(x, 0.0)], 5.0); }
                    1 => { drawing.clear(); }
                    2 => { drawing.erase_ink(&[Point::new(x, 0.0)], 3.0); }
                    3 => { drawing.change(&BTreeSet::from([0, 2]), |stroke| stroke.moved(|_| Point::new(x, 1.0))); }
                    4 => { drawing.set_paper(PaperKind::ALL[x as usize % 4].0); }
                    5 => { drawing.draw(Stroke::new(vec![Point::new(x, -20.0), Point::new(x, 20.0)], 1.0)); }
                    _ => { drawing.draw(dot(x)); }
                }
            }
            let (strokes, paper) = (drawing.strokes().to_vec(), drawing.paper());
            while drawing.undo() {}
            prop_assert!(drawing.is_empty() && drawing.paper() == PaperKind::default());
            while drawing.redo() {}
            prop_assert_eq!((drawing.strokes(), drawing.paper()), (&*strokes, paper));
        }
    }
}
