//! An open page: its image, its lines, what the user changed, and how far reading it has come.

use std::{collections::BTreeMap, ops::Range, path::Path, sync::Arc};

use eframe::egui::TextureHandle;

#[cfg(feature = "train")]
use crate::training::MIN_READ_LINES;

use super::{
    adjustments::{CornerEdit, SheetProposal},
    file_page::FilePage,
    history::{Edit, History},
    line_matching::{Adopted, adopt_lines, insert_by_height},
};
use crate::{
    app::ui::{texture::PageTexture, view_transform::Framing},
    imaging::{PageAdjustments, PageImage},
    ink::{Drawing, Stroke},
    page::{LineId, Page, Point, TextLine, Transcription},
    recognition::PageTimings,
    storage::{KeptPage, Recovery, SavedLine},
};

/// A page whose lines are read with less confidence in the mean is in a hand that is hard to read.
#[cfg(feature = "train")]
const HARD_TO_READ: f32 = 0.85;

/// Names an open page for as long as the program runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DocumentId(pub(crate) u64);

/// Where a page came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A file.
    File(FilePage),
    /// The clipboard.
    Clipboard,
    /// Written here.
    Drawing,
}

/// How far the reading of a page is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Stage {
    /// Nobody has begun.
    Waiting,
    /// Being decoded and prepared.
    Preparing,
    /// Its lines are being looked for.
    FindingLines,
    /// Its lines are being read.
    Reading,
    /// Read to the end.
    Done,
    /// Stopped by the user; what was read stays.
    Stopped,
    /// Broken off, and why.
    Failed(String),
}

/// Time spent on a page, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Timings {
    /// From file to pixels; `None` where there is no file.
    pub(crate) decode_ms: Option<f32>,
    /// The reader's stages; `None` until it is done.
    pub(crate) reader: Option<PageTimings>,
}

/// An open page.
pub(crate) struct Document {
    pub(crate) id: DocumentId,
    pub(crate) name: String,
    pub(crate) origin: Origin,
    /// The pixels as they were opened, while they are needed.
    pub(crate) image: Option<Arc<PageImage>>,
    /// What the page view paints, while the page is among the last shown.
    pub(crate) texture: Option<PageTexture>,
    pub(crate) thumbnail: Option<TextureHandle>,
    /// Strokes, on a page that is written here.
    pub(crate) drawing: Option<Drawing>,
    /// How many pixels were opened, once known.
    pub(crate) original_size: Option<(u32, u32)>,
    /// What is done to the pixels before they are shown and read. [`Page`] is in pixels of the outcome.
    pub(crate) adjustments: PageAdjustments,
    /// The corners, while they are moved.
    pub(crate) corner_edit: Option<CornerEdit>,
    /// Whether to set a sheet straight that was found on the page.
    pub(crate) sheet: SheetProposal,
    pub(crate) page: Page,
    pub(crate) stage: Stage,
    pub(crate) timings: Timings,
    pub(crate) framing: Framing,
    selected: Option<LineId>,
    /// Counts selections that views should bring into sight.
    selection_count: u64,
    /// The selected line's correction when it was selected.
    before_selection: Option<String>,
    pub(crate) history: History,
    /// Names that lines keep, by the names of the reading under way.
    kept_names: BTreeMap<LineId, LineId>,
    /// Corrected lines of a drawing whose strokes are gone; undo may bring them back.
    without_ink: Vec<TextLine>,
    unreadable: BTreeMap<LineId, String>,
    /// Counts changes, so that they are saved once.
    pub(crate) edit_count: u64,
    /// Under which number the page is kept, if no file holds it and it has been written.
    pub(crate) kept_number: Option<u64>,
}

impl Document {
    /// A page that waits to be read.
    pub(crate) fn new(id: DocumentId, name: String, origin: Origin) -> Self {
        Self {
            id,
            name,
            origin,
            image: None,
            texture: None,
            thumbnail: None,
            drawing: None,
            original_size: None,
            adjustments: PageAdjustments::default(),
            corner_edit: None,
            sheet: SheetProposal::None,
            page: Page::default(),
            stage: Stage::Waiting,
            timings: Timings::default(),
            framing: Framing::default(),
            selected: None,
            selection_count: 0,
            before_selection: None,
            history: History::default(),
            kept_names: BTreeMap::new(),
            without_ink: Vec::new(),
            unreadable: BTreeMap::new(),
            edit_count: 0,
            kept_number: None,
        }
    }

    /// The page of a file, if the page came from one.
    pub(crate) fn file(&self) -> Option<&FilePage> {
        match &self.origin {
            Origin::File(file) => Some(file),
            Origin::Clipboard | Origin::Drawing => None,
        }
    }

    /// The file, if the page came from one.
    pub(crate) fn path(&self) -> Option<&Path> {
        self.file().map(|file| file.path.as_path())
    }

    /// Whether somebody is at work on the page.
    pub(crate) fn is_busy(&self) -> bool {
        matches!(self.stage, Stage::Preparing | Stage::FindingLines | Stage::Reading)
    }

    /// Lines read so far and lines in all.
    pub(crate) fn progress(&self) -> (usize, usize) {
        let n_done =
            self.page.lines.iter().filter(|l| l.transcription.is_some() || self.unreadable.contains_key(&l.id)).count();
        (n_done, self.page.lines.len())
    }

    /// Why a line could not be read.
    pub(crate) fn failure(&self, line: LineId) -> Option<&str> {
        self.unreadable.get(&line).map(String::as_str)
    }

    // Selection

    /// The selected line.
    pub(crate) fn selected(&self) -> Option<&TextLine> {
        self.page.line(self.selected?)
    }

    /// Whether that line is selected.
    pub(crate) fn is_selected(&self, line: LineId) -> bool {
        self.selected().is_some_and(|selected| selected.id == line)
    }

    /// The selected line's place in reading order.
    pub(super) fn selected_index(&self) -> Option<usize> {
        let selected = self.selected?;
        self.page.lines.iter().position(|line| line.id == selected)
    }

    /// Grows with every selection, so that a view knows whether it has shown the last.
    pub(crate) fn selection_count(&self) -> u64 {
        self.selection_count
    }

    /// Selects a line; an unknown one is ignored.
    pub(crate) fn select(&mut self, id: LineId) {
        let Some(line) = self.page.line(id) else { return };
        if self.selected != Some(id) {
            self.before_selection = line.correction.clone();
            self.selected = Some(id);
        }
        self.selection_count += 1;
    }

    /// Selects the line `step` rows away, from the first or last where none is selected. Stops at the ends.
    pub(crate) fn select_relative(&mut self, step: isize) {
        let n_lines = self.page.lines.len();
        let index = match self.selected_index() {
            Some(index) => index.saturating_add_signed(step).min(n_lines.saturating_sub(1)),
            None if step < 0 => n_lines.saturating_sub(1),
            None => 0,
        };
        if let Some(line) = self.page.lines.get(index) {
            self.select(line.id);
        }
    }

    /// Whether the reader was less sure of the line or of a word in it than `threshold`, and the user has not looked at
    /// it yet.
    pub(crate) fn is_doubtful(line: &TextLine, threshold: f32) -> bool {
        let doubts = |read: &Transcription| {
            read.confidence < threshold || read.words().iter().any(|(_, confidence)| *confidence < threshold)
        };
        line.correction.is_none() && line.transcription.as_ref().is_some_and(doubts)
    }

    /// The places of the doubtful words in a line's text that nobody has looked at yet. In a line that is being corrected
    /// these are the words that it still says as they were read.
    pub(crate) fn doubtful_words(&self, line: &TextLine, threshold: f32) -> Vec<Range<usize>> {
        let Some(read) = &line.transcription else { return Vec::new() };
        let is_being_corrected = self.is_selected(line.id) && self.before_selection != line.correction;
        if line.correction.is_none() || is_being_corrected && line.text() != read.text {
            read.doubtful_words_in(line.text(), threshold)
        } else {
            Vec::new()
        }
    }

    /// Whether there is a doubtful line, or a doubtful word left in the line that is being corrected.
    pub(crate) fn has_doubts(&self, threshold: f32) -> bool {
        self.n_doubtful(threshold) > 0
            || self.selected().is_some_and(|line| !self.doubtful_words(line, threshold).is_empty())
    }

    /// How many lines are doubtful.
    pub(crate) fn n_doubtful(&self, threshold: f32) -> usize {
        self.page.lines.iter().filter(|line| Self::is_doubtful(line, threshold)).count()
    }

    /// Whether the reader is so unsure of the lines that nobody corrected that practising on their hand should help: most
    /// letters of 1905 and hasty whiteboards are so read, and of 28 pages of IAM one is, which is too short.
    #[cfg(feature = "train")]
    pub(crate) fn is_hard_to_read(&self) -> bool {
        let uncorrected = self.page.lines.iter().filter(|line| line.correction.is_none());
        let read: Vec<f32> = uncorrected.filter_map(|line| Some(line.transcription.as_ref()?.confidence)).collect();
        self.stage == Stage::Done
            && read.len() >= MIN_READ_LINES
            && read.iter().sum::<f32>() < HARD_TO_READ * read.len() as f32
    }

    /// Selects the next (or previous) doubtful line, going round at the end; tells whether there is one.
    pub(crate) fn select_doubtful(&mut self, threshold: f32, is_forward: bool) -> bool {
        let n_lines = self.page.lines.len();
        let start = self.selected_index().unwrap_or(if is_forward { n_lines.saturating_sub(1) } else { 0 });
        let order = (1..=n_lines).map(|step| if is_forward { start + step } else { start + n_lines - step } % n_lines);
        let found = order.map(|index| &self.page.lines[index]).find(|line| Self::is_doubtful(line, threshold));
        let id = found.map(|line| line.id);
        if let Some(id) = id {
            self.select(id);
        }
        id.is_some()
    }

    // Correcting

    /// The user typed `text` into a line. Typing what was read makes the line uncorrected again.
    pub(crate) fn edit_line(&mut self, id: LineId, text: String, now_secs: f64) {
        let Some(line) = self.page.line_mut(id) else { return };
        let is_as_read = line.transcription.as_ref().is_some_and(|read| read.text == text);
        let after = (!is_as_read).then_some(text);
        let before = std::mem::replace(&mut line.correction, after.clone());
        if before != after {
            self.history.record_typing(id, before, after, now_secs);
            self.edit_count += 1;
        }
    }

    /// The user found the selected line right as it stands.
    pub(crate) fn accept_selected(&mut self) {
        if let Some(line) = self.selected()
            && !line.text().is_empty()
        {
            self.set_correction(line.id, Some(line.text().to_owned()));
        }
    }

    /// Gives the selected line the correction it had when it was selected.
    pub(crate) fn revert_selected(&mut self) {
        if let Some(id) = self.selected {
            self.set_correction(id, self.before_selection.clone());
        }
    }

    fn set_correction(&mut self, id: LineId, after: Option<String>) {
        let Some(line) = self.page.line_mut(id) else { return };
        let before = std::mem::replace(&mut line.correction, after.clone());
        if before != after {
            self.history.record(Edit::Text { line: id, before, after });
            self.edit_count += 1;
        }
    }

    /// Grows with every change of a correction.
    pub(crate) fn edit_count(&self) -> u64 {
        self.edit_count
    }

    /// Whether there is a step to take back, and one to make again.
    pub(crate) fn can_undo_redo(&self) -> (bool, bool) {
        (self.history.can_undo(), self.history.can_redo())
    }

    /// Takes the last step back; tells whether the drawing changed.
    pub(crate) fn undo(&mut self) -> bool {
        match self.history.undo() {
            Some(Edit::Text { line, before, .. }) => self.show_step(line, before),
            Some(Edit::Adjust { before, .. }) => self.set_adjustments(before),
            Some(Edit::Ink) => return self.changes_drawing(Drawing::undo),
            None => {}
        }
        false
    }

    /// Makes the step again that was taken back last; tells whether the drawing changed.
    pub(crate) fn redo(&mut self) -> bool {
        match self.history.redo() {
            Some(Edit::Text { line, after, .. }) => self.show_step(line, after),
            Some(Edit::Adjust { after, .. }) => self.set_adjustments(after),
            Some(Edit::Ink) => return self.changes_drawing(Drawing::redo),
            None => {}
        }
        false
    }

    fn show_step(&mut self, id: LineId, correction: Option<String>) {
        if let Some(line) = self.page.line_mut(id) {
            line.correction = correction;
            self.edit_count += 1;
            self.select(id);
        }
    }

    // Drawing

    /// Adds a stroke; tells whether the drawing changed.
    pub(crate) fn draw(&mut self, stroke: Stroke) -> bool {
        self.change_drawing(|drawing| drawing.draw(stroke))
    }

    /// Erases strokes along `path`; tells whether the drawing changed.
    pub(crate) fn erase(&mut self, path: &[Point], radius: f32) -> bool {
        self.change_drawing(|drawing| drawing.erase(path, radius) > 0)
    }

    /// Rubs everything out; tells whether the drawing changed.
    pub(crate) fn clear_drawing(&mut self) -> bool {
        self.change_drawing(|drawing| drawing.clear() > 0)
    }

    fn change_drawing(&mut self, change: impl FnOnce(&mut Drawing) -> bool) -> bool {
        let has_changed = self.changes_drawing(change);
        if has_changed {
            self.history.record(Edit::Ink);
        }
        has_changed
    }

    fn changes_drawing(&mut self, change: impl FnOnce(&mut Drawing) -> bool) -> bool {
        let has_changed = self.drawing.as_mut().is_some_and(change);
        self.edit_count += u64::from(has_changed);
        has_changed
    }

    // Keeping

    /// Gives a page without file its pixels.
    pub(crate) fn set_pasted(&mut self, image: PageImage) {
        let size = (image.width(), image.height());
        (self.page.width, self.page.height) = size;
        self.original_size = Some(size);
        self.image = Some(Arc::new(image));
    }

    /// What is kept of a page that no file holds.
    pub(crate) fn to_kept(&self) -> KeptPage {
        let size = self.original_size.unwrap_or((self.page.width, self.page.height));
        let strokes = self.drawing.as_ref().map(Drawing::strokes);
        KeptPage::new(self.name.clone(), size, strokes, self.adjustments, &self.page)
    }

    // Reading

    /// Adjusts the page as at an earlier time and puts the corrections of then on it; reading will find their lines.
    pub(crate) fn restore(&mut self, saved: &Recovery) {
        self.adjustments = saved.adjustments;
        for (index, SavedLine { bounds, correction }) in saved.lines.iter().enumerate() {
            self.page.lines.push(TextLine {
                id: LineId(index as u32),
                correction: Some(correction.clone()),
                ..TextLine::at(*bounds)
            });
        }
    }

    /// A reading has begun.
    pub(crate) fn begin_reading(&mut self) {
        self.stage = Stage::Preparing;
        self.timings.reader = None;
        self.kept_names.clear();
        self.unreadable.clear();
    }

    /// The lines were found. Lines that were there before keep their names, their text until it is read anew, and
    /// their corrections.
    pub(crate) fn set_lines(&mut self, found: Vec<TextLine>) {
        let mut old = std::mem::take(&mut self.page.lines);
        old.append(&mut self.without_ink);
        let Adopted { lines, leftover, kept_names } = adopt_lines(old, found);
        self.page.lines = lines;
        self.kept_names = kept_names;
        if self.drawing.is_some() {
            self.without_ink = leftover;
        } else {
            for line in leftover {
                insert_by_height(&mut self.page.lines, line);
            }
        }
        self.stage = Stage::Reading;
        if self.selected.is_some_and(|id| self.page.line(id).is_none()) {
            self.selected = None;
        }
    }

    /// A line was read. A correction stays what it is; by a reader that practised on the page, what it says as before is
    /// no surer than before.
    pub(crate) fn set_transcription(&mut self, read_id: LineId, transcription: Transcription, has_practised: bool) {
        let id = self.kept_names.get(&read_id).copied().unwrap_or(read_id);
        if let Some(line) = self.page.line_mut(id) {
            line.transcription = Some(match line.transcription.take().filter(|_| has_practised) {
                Some(usual) => transcription.or_usual(&usual),
                None => transcription,
            });
        }
    }

    /// A line could not be read.
    pub(crate) fn set_unreadable(&mut self, read_id: LineId, reason: String) {
        let id = self.kept_names.get(&read_id).copied().unwrap_or(read_id);
        self.unreadable.insert(id, reason);
    }
}

#[cfg(test)]
#[path = "document_tests.rs"]
mod tests;
