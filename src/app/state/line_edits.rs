//! Line tools: lines are drawn, moved, resized, split, merged, deleted and reordered by the user. Each change is one
//! step that can be undone; only lines that changed are read again.

use std::collections::BTreeSet;

use super::{
    document::{Document, Stage},
    history::{Edit, PageLayout},
};
use crate::{
    formats::DescribedPage,
    page::{Baseline, Drawing, LineId, Page, Point, Rect, TextLine, placed_words},
};

/// The least width and height of a line that is drawn, in page pixels.
const MIN_SIDE: f32 = 6.0;
/// The foot of letters in a box drawn by hand, as a part of its height from the top. No measurement recorded.
const FOOT: f32 = 0.75;

impl Document {
    /// Changes the lines as one step. From then on they are the user's, and are not found anew.
    fn change_lines(&mut self, change: impl FnOnce(&mut Vec<TextLine>)) {
        self.change_layout(|page| change(&mut page.lines));
    }

    /// As [`Self::change_lines`], for changes of what is text and what is drawn.
    fn change_layout(&mut self, change: impl FnOnce(&mut Page)) {
        let before = PageLayout::of(&self.page);
        change(&mut self.page);
        let after = PageLayout::of(&self.page);
        if after != before {
            self.history.record(Edit::Layout { before, after });
            self.lines_changed();
        }
    }

    /// Sets the lines and drawings of a step that is undone or redone. Readings made since stay.
    pub(super) fn set_step_layout(&mut self, PageLayout { mut lines, drawings }: PageLayout) {
        for line in &mut lines {
            let known = self.page.line(line.id).filter(|known| known.outline == line.outline);
            if let Some(known) = known.filter(|_| line.transcription.is_none()) {
                line.transcription.clone_from(&known.transcription);
            }
        }
        self.page.lines = lines;
        self.page.drawings = drawings;
        self.lines_changed();
    }

    fn lines_changed(&mut self) {
        self.has_own_lines = true;
        self.edit_count += 1;
        self.marked_lines.clear();
        self.selection.keep_within(&self.page);
        if self.lines_to_read().next().is_some() {
            self.stage = Stage::Waiting;
        }
    }

    /// The lines that were not read, and have not failed to be.
    pub(crate) fn lines_to_read(&self) -> impl Iterator<Item = &TextLine> {
        self.page.lines.iter().filter(|line| !self.is_read_carefully(line) && self.failure(line.id).is_none())
    }

    /// Lets the user's own lines be read again. Lines that the program found are found anew.
    pub(crate) fn forget_readings(&mut self) {
        if self.has_own_lines {
            self.page.lines.iter_mut().for_each(|line| line.transcription = None);
        }
    }

    /// Gives the user's own lines up: they are found anew, and corrections go to those that lie at their places.
    pub(crate) fn find_lines_anew(&mut self) {
        let layout = PageLayout::of(&self.page);
        self.history.record(Edit::Layout { before: layout.clone(), after: layout });
        self.has_own_lines = false;
        self.edit_count += 1;
        self.stage = Stage::Waiting;
    }

    /// Takes lines, order and text of PAGE XML or ALTO over; lines without text are read. Corrections made here before
    /// go to the lines at their places.
    pub(crate) fn take_description(&mut self, described: &DescribedPage) {
        self.page.lines = described.text_lines();
        self.has_own_lines = true;
        self.edit_count += 1;
    }

    fn free_line_id(&self) -> LineId {
        LineId(self.page.lines.iter().map(|line| line.id.0 + 1).max().unwrap_or(0))
    }

    /// Takes a drawing for a line of text after all, in its place by its height, and selects it.
    pub(crate) fn read_drawing(&mut self, index: usize) {
        let Some(drawing) = self.page.drawings.get(index) else { return };
        let Some(bounds) = Rect::around(drawing.outline.iter().copied()) else { return };
        let id = self.free_line_id();
        let line = TextLine { id, ..TextLine::within(drawing.outline.clone(), level_baseline(bounds)) };
        self.change_layout(|page| {
            page.drawings.remove(index);
            page.lines.insert(place_by_height(&page.lines, bounds), line);
        });
        self.select(id);
    }

    /// Adds a line in this box, behind the selected one or by its height, and selects it.
    pub(crate) fn add_line(&mut self, bounds: Rect) {
        if bounds.width() < MIN_SIDE || bounds.height() < MIN_SIDE {
            return;
        }
        let id = self.free_line_id();
        let line = TextLine { id, baseline: level_baseline(bounds), ..TextLine::at(bounds) };
        self.change_lines(|lines| lines.insert(place_by_height(lines, bounds), line));
        self.select(id);
    }

    /// Gives a line another box; outline and baseline are stretched with it.
    pub(crate) fn reshape_line(&mut self, id: LineId, to: Rect) {
        if to.width() < MIN_SIDE || to.height() < MIN_SIDE {
            return;
        }
        self.change_lines(|lines| {
            let Some(line) = lines.iter_mut().find(|line| line.id == id) else { return };
            let from = line.bounds;
            let (across, down) = (to.width() / from.width().max(1.0), to.height() / from.height().max(1.0));
            let mut moved =
                line.moved(|p| Point::new(to.x0 + (p.x - from.x0) * across, to.y0 + (p.y - from.y0) * down));
            moved.bounds = to;
            moved.transcription = None;
            *line = moved;
        });
    }

    /// The selected line and those that are marked beside it, in reading order.
    pub(crate) fn chosen_lines(&self) -> Vec<LineId> {
        let selected = self.selected().map(|line| line.id);
        let is_chosen = |id: &LineId| Some(*id) == selected || self.marked_lines.contains(id);
        self.page.lines.iter().map(|line| line.id).filter(is_chosen).collect()
    }

    /// Marks a line beside the selected one, or no longer.
    pub(crate) fn toggle_mark(&mut self, id: LineId) {
        if self.selected().is_none() {
            self.select(id);
        } else if !self.marked_lines.remove(&id) {
            self.marked_lines.insert(id);
        }
    }

    /// Deletes the chosen lines and selects the next.
    pub(crate) fn delete_lines(&mut self) {
        self.take_lines_out(|_, _| {});
    }

    /// The chosen lines are drawings: they leave the text.
    pub(crate) fn lines_are_drawings(&mut self) {
        self.take_lines_out(|page, taken| page.drawings.extend(taken.into_iter().map(Drawing::from)));
    }

    /// Takes the chosen lines out of the text, and selects the one behind them.
    fn take_lines_out(&mut self, put: impl FnOnce(&mut Page, Vec<TextLine>)) {
        let chosen: BTreeSet<LineId> = self.chosen_lines().into_iter().collect();
        let Some(index) = self.page.lines.iter().position(|line| chosen.contains(&line.id)) else { return };
        self.change_layout(|page| {
            let taken = page.lines.extract_if(.., |line| chosen.contains(&line.id)).collect();
            put(page, taken);
        });
        let next = index.min(self.page.lines.len().saturating_sub(1));
        if let Some(next) = self.page.lines.get(next).map(|line| line.id) {
            self.select(next);
        }
    }

    /// Makes one line of the chosen ones; of a single one and the next.
    pub(crate) fn merge_lines(&mut self) {
        let mut chosen = self.chosen_lines();
        if let [only] = chosen[..] {
            let index = self.page.lines.iter().position(|line| line.id == only).unwrap_or_default();
            chosen.extend(self.page.lines.get(index + 1).map(|line| line.id));
        }
        let parts: Vec<TextLine> = chosen.iter().filter_map(|id| self.page.line(*id)).cloned().collect();
        let [first, .., _last] = &parts[..] else { return };
        let (id, merged) = (first.id, merged(&parts));
        self.change_lines(|lines| {
            if let Some(index) = lines.iter().position(|line| line.id == id) {
                lines[index] = merged;
            }
            lines.retain(|line| line.id == id || !chosen.contains(&line.id));
        });
        self.select(id);
    }

    /// Splits the selected line before the word at `at`, a character of its text.
    pub(crate) fn split_line(&mut self, at: usize) {
        let Some(line) = self.selected().cloned() else { return };
        let new = self.free_line_id();
        let Some([left, right]) = split(&line, at, new) else { return };
        self.change_lines(|lines| {
            if let Some(index) = lines.iter().position(|other| other.id == line.id) {
                lines[index] = left;
                lines.insert(index + 1, right);
            }
        });
        self.select(new);
    }

    /// Moves the selected line by `step` places in the reading order.
    pub(crate) fn move_line(&mut self, step: isize) {
        let Some(index) = self.selection.index(&self.page) else { return };
        let Some(to) = index.checked_add_signed(step).filter(|to| *to < self.page.lines.len()) else { return };
        self.change_lines(|lines| {
            let line = lines.remove(index);
            lines.insert(to, line);
        });
        let id = self.page.lines[to].id;
        self.select(id);
    }

    /// Turns the selected line over, so that it is read from the other end.
    pub(crate) fn turn_line(&mut self) {
        let Some(id) = self.selected().map(|line| line.id) else { return };
        self.change_lines(|lines| {
            if let Some(line) = lines.iter_mut().find(|line| line.id == id) {
                *line = TextLine { transcription: None, ..line.turned_over() };
            }
        });
    }
}

/// The baseline of a line that fills this box.
fn level_baseline(bounds: Rect) -> Baseline {
    let foot = bounds.y0 + FOOT * bounds.height();
    Baseline(vec![Point::new(bounds.x0, foot), Point::new(bounds.x1, foot)])
}

/// The index of the first line whose middle is below that of `bounds`.
fn place_by_height(lines: &[TextLine], bounds: Rect) -> usize {
    let is_below = |line: &TextLine| line.bounds.center().y > bounds.center().y;
    lines.iter().position(is_below).unwrap_or(lines.len())
}

/// One line around all parts, from left to right along the first; read again unless the user has corrected one.
fn merged(parts: &[TextLine]) -> TextLine {
    let angle = parts[0].baseline.angle();
    let along = |line: &TextLine| line.bounds.center().x * angle.cos() + line.bounds.center().y * angle.sin();
    let mut sorted: Vec<&TextLine> = parts.iter().collect();
    sorted.sort_by(|a, b| along(a).total_cmp(&along(b)));
    let bounds = parts.iter().skip(1).fold(parts[0].bounds, |all, part| all.union(part.bounds));
    let is_corrected = parts.iter().any(|part| part.correction.is_some());
    let texts: Vec<&str> = sorted.iter().map(|part| part.text().trim()).filter(|text| !text.is_empty()).collect();
    TextLine {
        id: parts[0].id,
        baseline: Baseline(sorted.iter().flat_map(|part| part.baseline.0.iter().copied()).collect()),
        x_height: parts.iter().map(|part| part.x_height).fold(0.0, f32::max),
        marker: sorted[0].marker,
        correction: is_corrected.then(|| texts.join(" ")),
        is_checked: parts.iter().all(|part| part.is_checked),
        ..TextLine::at(bounds)
    }
}

/// Both parts of a line, cut before the word at the character `at`; the second is called `new`. `None` without a word
/// on each side.
fn split(line: &TextLine, at: usize, new: LineId) -> Option<[TextLine; 2]> {
    let words = placed_words(line);
    let second = words.iter().position(|word| at <= word.place.end)?.max(1);
    let (before, behind) = (words.get(second - 1)?, words.get(second)?);
    let cut = Point::new(
        f32::midpoint(before.foot[1].x, behind.foot[0].x),
        f32::midpoint(before.foot[1].y, behind.foot[0].y),
    );
    let angle = line.baseline.angle();
    let is_level = angle.cos().abs() >= angle.sin().abs();
    let b = line.bounds;
    let halves = match (is_level, if is_level { angle.cos() } else { angle.sin() } >= 0.0) {
        (true, is_forward) => ordered([Rect { x1: cut.x, ..b }, Rect { x0: cut.x, ..b }], is_forward),
        (false, is_forward) => ordered([Rect { y1: cut.y, ..b }, Rect { y0: cut.y, ..b }], is_forward),
    };
    let text: Vec<char> = line.text().chars().collect();
    let texts: [String; 2] = [text[..behind.place.start].iter().collect(), text[behind.place.start..].iter().collect()];
    let part = |index: usize| {
        let within = halves[index];
        let clamped = |p: &Point| Point::new(p.x.clamp(within.x0, within.x1), p.y.clamp(within.y0, within.y1));
        let mut baseline: Vec<Point> = line.baseline.0.iter().filter(|p| within.contains(**p)).copied().collect();
        if is_level {
            let ends = ordered([within.x0, within.x1], angle.cos() >= 0.0);
            baseline = ends.iter().filter_map(|&x| Some(Point::new(x, line.baseline.y_at(x)?))).collect();
        } else if baseline.len() < 2 {
            baseline = line.baseline.0.iter().map(clamped).collect();
        }
        TextLine {
            id: if index == 0 { line.id } else { new },
            outline: line.outline.iter().map(clamped).collect(),
            baseline: Baseline(baseline),
            x_height: line.x_height,
            marker: line.marker.filter(|_| index == 0),
            correction: line.correction.as_ref().map(|_| texts[index].trim().to_owned()),
            is_checked: line.is_checked,
            ..TextLine::at(within)
        }
    };
    Some([part(0), part(1)])
}

fn ordered<T>([a, b]: [T; 2], is_forward: bool) -> [T; 2] {
    if is_forward { [a, b] } else { [b, a] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::state::document::{DocumentId, Origin},
        page::{RecognizedCharacter, Transcription},
    };

    fn line(id: u32, text: &str) -> TextLine {
        let n = text.chars().count() as f32;
        let read = |(i, character)| RecognizedCharacter {
            character,
            confidence: 0.9,
            start: i as f32 / n,
            end: (i as f32 + 1.0) / n,
        };
        let top = id as f32 * 40.0;
        let baseline = Baseline(vec![Point::new(0.0, top + 25.0), Point::new(100.0, top + 25.0)]);
        TextLine {
            id: LineId(id),
            baseline,
            transcription: Some(Transcription::new(text.chars().enumerate().map(read).collect())),
            ..TextLine::at(Rect::new(0.0, top, 100.0, top + 30.0))
        }
    }

    fn document(texts: &[&str]) -> Document {
        let mut document = Document::new(DocumentId(1), "a".to_owned(), Origin::Clipboard);
        document.page.lines = (0..).zip(texts).map(|(id, text)| line(id, text)).collect();
        (document.page.width, document.page.height) = (100, 200);
        document.stage = Stage::Done;
        document
    }

    fn ids(document: &Document) -> Vec<u32> {
        document.page.lines.iter().map(|line| line.id.0).collect()
    }

    #[test]
    fn a_line_is_split_before_a_word_and_merged_again() {
        let mut document = document(&["ab cd", "ef"]);
        document.select(LineId(0));
        document.split_line(4);
        assert_eq!((ids(&document), document.stage.clone()), (vec![0, 2, 1], Stage::Waiting));
        let [left, right, _] = &document.page.lines[..] else { panic!("three lines") };
        assert!(left.bounds.x1 > 30.0 && left.bounds.x1 < 70.0 && (left.bounds.x1 - right.bounds.x0).abs() < 1e-3);
        assert_eq!(right.baseline.0.len(), 2);
        assert_eq!(document.lines_to_read().count(), 2, "only both parts are read");
        document.select(LineId(0));
        document.merge_lines();
        assert_eq!((ids(&document), document.page.lines[0].bounds.width()), (vec![0, 1], 100.0));
        document.undo();
        document.undo();
        assert_eq!((ids(&document), document.page.lines[0].text()), (vec![0, 1], "ab cd"));
    }

    #[test]
    fn corrections_are_split_and_merged_with_their_lines() {
        let mut document = document(&["ab cd ef"]);
        document.edit_line(LineId(0), "ab see ef".to_owned(), 0.0);
        document.select(LineId(0));
        document.split_line(3);
        let texts = |document: &Document| -> Vec<String> {
            document.page.lines.iter().map(|line| line.text().to_owned()).collect()
        };
        assert_eq!(texts(&document), ["ab", "see ef"]);
        document.select(LineId(0));
        document.merge_lines();
        assert_eq!(texts(&document), ["ab see ef"]);
        document.split_line(0);
        assert_eq!(texts(&document), ["ab", "see ef"], "there is no word before the first");
    }

    #[test]
    fn drawings_become_lines_and_lines_drawings() {
        let mut document = document(&["ab", "cd"]);
        let outline = Rect::new(20.0, 36.0, 60.0, 39.0).corners().to_vec();
        document.page.drawings = vec![Drawing { outline: outline.clone() }];
        document.read_drawing(0);
        assert_eq!((ids(&document), document.page.drawings.len()), (vec![0, 2, 1], 0));
        assert_eq!(document.lines_to_read().map(|line| line.outline.clone()).collect::<Vec<_>>(), [outline]);
        document.toggle_mark(LineId(1));
        document.lines_are_drawings();
        assert_eq!((ids(&document), document.page.drawings.len()), (vec![0], 2));
        document.undo();
        document.undo();
        assert_eq!((ids(&document), document.page.drawings.len()), (vec![0, 1], 1));
        document.redo();
        assert_eq!((ids(&document), document.page.drawings.len()), (vec![0, 2, 1], 0));
    }

    #[test]
    fn lines_are_drawn_moved_reordered_and_deleted_several_at_once() {
        let mut document = document(&["a", "b", "c"]);
        document.add_line(Rect::new(10.0, 50.0, 90.0, 75.0));
        assert_eq!(ids(&document), [0, 1, 3, 2]);
        document.reshape_line(LineId(3), Rect::new(0.0, 50.0, 50.0, 70.0));
        assert_eq!(document.page.line(LineId(3)).unwrap().baseline.0[1], Point::new(50.0, 65.0));
        document.add_line(Rect::new(10.0, 50.0, 12.0, 75.0));
        assert_eq!(ids(&document), [0, 1, 3, 2], "a slip of the pen is no line");
        document.select(LineId(3));
        document.move_line(-2);
        assert_eq!(ids(&document), [3, 0, 1, 2]);
        document.move_line(-1);
        document.toggle_mark(LineId(1));
        document.delete_lines();
        assert_eq!((ids(&document), document.selected().map(|line| line.id.0)), (vec![0, 2], Some(0)));
        for _ in 0..4 {
            document.undo();
        }
        assert_eq!(ids(&document), [0, 1, 2]);
    }
}
