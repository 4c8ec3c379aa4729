//! A sheet of strokes with undo and redo.

use crate::page::Point;

use super::stroke::Stroke;

/// One change that can be undone.
#[derive(Clone, Debug, Default, PartialEq)]
struct DrawingStep {
    /// Removed strokes with their indices before the step, ascending.
    removed: Vec<(usize, Stroke)>,
    /// Strokes appended at the end.
    added: Vec<Stroke>,
}

/// Strokes in drawing order, with undo and redo.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drawing {
    strokes: Vec<Stroke>,
    undo: Vec<DrawingStep>,
    redo: Vec<DrawingStep>,
}

impl Drawing {
    /// A sheet with these strokes and an empty undo history.
    pub const fn from_strokes(strokes: Vec<Stroke>) -> Self {
        Self { strokes, undo: Vec::new(), redo: Vec::new() }
    }

    /// The strokes in drawing order.
    pub fn strokes(&self) -> &[Stroke] {
        &self.strokes
    }

    /// Whether the sheet is blank.
    pub fn is_empty(&self) -> bool {
        self.strokes.is_empty()
    }

    /// Adds a stroke as one step; returns whether it was added. A stroke without points is not.
    pub fn draw(&mut self, stroke: Stroke) -> bool {
        let drawn = !stroke.points.is_empty();
        if drawn {
            self.push_step(DrawingStep { removed: Vec::new(), added: vec![stroke] });
        }
        drawn
    }

    /// Erases, as one step, the strokes within `radius` pixels of any point of `path`; returns their number.
    pub fn erase(&mut self, path: &[Point], radius: f32) -> usize {
        let hit = |stroke: &Stroke| path.iter().any(|&point| stroke.touches(point, radius));
        self.remove_where(hit)
    }

    /// Erases all strokes as one step; returns their number.
    pub fn clear(&mut self) -> usize {
        self.remove_where(|_| true)
    }

    /// Undoes the last step; returns whether there was one.
    pub fn undo(&mut self) -> bool {
        let Some(step) = self.undo.pop() else { return false };
        self.strokes.truncate(self.strokes.len() - step.added.len());
        for (index, stroke) in &step.removed {
            self.strokes.insert(*index, stroke.clone());
        }
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

    fn remove_where(&mut self, hit: impl Fn(&Stroke) -> bool) -> usize {
        let removed: Vec<_> =
            self.strokes.iter().enumerate().filter(|(_, s)| hit(s)).map(|(i, s)| (i, s.clone())).collect();
        let n_removed = removed.len();
        if n_removed > 0 {
            self.push_step(DrawingStep { removed, added: Vec::new() });
        }
        n_removed
    }

    fn push_step(&mut self, step: DrawingStep) {
        self.apply(&step);
        self.undo.push(step);
        self.redo.clear();
    }

    fn apply(&mut self, step: &DrawingStep) {
        for (index, _) in step.removed.iter().rev() {
            self.strokes.remove(*index);
        }
        self.strokes.extend(step.added.iter().cloned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn dot(x: f32) -> Stroke {
        Stroke { points: vec![Point::new(x, 0.0)], width: 1.0 }
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
        assert!(!drawing.draw(Stroke { points: Vec::new(), width: 1.0 }));
        assert!(!drawing.undo());
    }

    proptest! {
        #[test]
        fn undoing_everything_and_redoing_it_changes_nothing(
            steps in proptest::collection::vec((0_u8..4, 0.0_f32..50.0), 0..20),
        ) {
            let mut drawing = Drawing::default();
            for (kind, x) in steps {
                match kind {
                    0 => { drawing.erase(&[Point::new(x, 0.0)], 5.0); }
                    1 => { drawing.clear(); }
                    _ => { drawing.draw(dot(x)); }
                }
            }
            let strokes = drawing.strokes().to_vec();
            while drawing.undo() {}
            prop_assert!(drawing.is_empty());
            while drawing.redo() {}
            prop_assert_eq!(drawing.strokes(), strokes);
        }
    }
}
