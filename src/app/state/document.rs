//! An open page: its image, its lines, the user's changes, and the progress of reading it.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Arc,
};

use eframe::egui::TextureHandle;

use super::{
    corner_edit::{CornerEdit, Parting, SheetProposal},
    earlier::EarlierCorrections,
    file_page::FilePage,
    first_readings::FirstReadings,
    history::History,
    line_matching::{Adopted, adopt_lines, insert_by_height},
    selection::Selection,
};
use crate::{
    app::ui::{texture::PageTexture, view_transform::Framing},
    imaging::{PageAdjustments, PageImage},
    ink::Drawing,
    page::{self, LineId, Page, TextLine, Transcription},
    recognition::PageTimings,
    storage::{KeptPage, Recovery, SavedLine},
};

/// The name of an open page, unique while the program runs.
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
    /// The program itself.
    Sample,
}

/// Progress of reading a page.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Stage {
    /// Queued.
    Waiting,
    /// Being decoded and prepared.
    Preparing,
    /// Its lines are being found.
    FindingLines,
    /// Its lines are being read.
    Reading,
    /// Read to the end.
    Done,
    /// Stopped by the user; lines read so far stay.
    Stopped,
    /// Failed, with the reason.
    Failed(String),
}

/// Time spent on a page, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Timings {
    /// From file to pixels; `None` without a file.
    pub(crate) decode_ms: Option<f32>,
    /// The reader's stages; `None` until it is done.
    pub(crate) reader: Option<PageTimings>,
}

/// A page's pixels, as far as they are loaded.
#[derive(Default)]
pub(crate) struct Picture {
    /// As opened.
    pub(crate) image: Option<Arc<PageImage>>,
    /// As painted by the page view, while the page is among the last shown.
    pub(crate) texture: Option<PageTexture>,
    pub(crate) thumbnail: Option<TextureHandle>,
}

impl Picture {
    /// Frees the texture, and the image if it `can_be_reloaded`.
    pub(crate) fn unload(&mut self, can_be_reloaded: bool) {
        self.texture = None;
        self.image.take_if(|_| can_be_reloaded);
    }
}

/// Results of the last reading beside the lines.
#[derive(Debug, Default)]
struct ReadingState {
    /// Names that lines keep from before, by their names in this reading.
    kept_names: BTreeMap<LineId, LineId>,
    /// Why lines could not be read.
    unreadable: BTreeMap<LineId, String>,
}

impl ReadingState {
    /// The page's name for a line of this reading.
    fn name_of(&self, read_id: LineId) -> LineId {
        self.kept_names.get(&read_id).copied().unwrap_or(read_id)
    }
}

/// An open page.
pub(crate) struct Document {
    pub(crate) id: DocumentId,
    pub(crate) name: String,
    pub(crate) origin: Origin,
    pub(crate) picture: Picture,
    /// Strokes, on a page that is written here.
    pub(crate) drawing: Option<Drawing>,
    /// The indices of the strokes that the lasso has taken.
    pub(crate) chosen_strokes: BTreeSet<usize>,
    /// Width and height of the page as it was opened, once known.
    pub(crate) original_size: Option<(u32, u32)>,
    /// Applied to the pixels before they are shown and read. [`Page`] is in pixels of the result.
    pub(crate) adjustments: PageAdjustments,
    /// The corners, while they are moved.
    pub(crate) corner_edit: Option<CornerEdit>,
    pub(crate) sheet: SheetProposal,
    pub(crate) parting: Parting,
    pub(crate) page: Page,
    pub(crate) stage: Stage,
    pub(crate) timings: Timings,
    pub(crate) framing: Framing,
    pub(super) selection: Selection,
    pub(crate) history: History,
    /// Corrected lines of a drawing whose strokes were erased; undo may restore them.
    without_ink: Vec<TextLine>,
    reading: ReadingState,
    pub(crate) first_readings: FirstReadings,
    /// Whether the lines are the user's, so that they are read and not found anew.
    pub(crate) has_own_lines: bool,
    /// Lines chosen beside the selected one.
    pub(crate) marked_lines: BTreeSet<LineId>,
    /// Number of changes, so that each is saved once.
    pub(crate) edit_count: u64,
    /// The number of the page in the folder of unsaved pages, once it is saved there.
    pub(crate) kept_number: Option<u64>,
    /// Its file in the bin, after it was closed.
    pub(crate) bin_path: Option<PathBuf>,
    /// Corrections of another picture that lay at the path of this one.
    pub(crate) earlier: EarlierCorrections,
}

impl Document {
    /// A queued page.
    pub(crate) fn new(id: DocumentId, name: String, origin: Origin) -> Self {
        Self {
            id,
            name,
            origin,
            picture: Picture::default(),
            drawing: None,
            chosen_strokes: BTreeSet::new(),
            original_size: None,
            adjustments: PageAdjustments::default(),
            corner_edit: None,
            sheet: SheetProposal::None,
            parting: Parting::None,
            page: Page::default(),
            stage: Stage::Waiting,
            timings: Timings::default(),
            framing: Framing::default(),
            selection: Selection::default(),
            history: History::default(),
            without_ink: Vec::new(),
            reading: ReadingState::default(),
            first_readings: FirstReadings::default(),
            has_own_lines: false,
            marked_lines: BTreeSet::new(),
            edit_count: 0,
            kept_number: None,
            bin_path: None,
            earlier: EarlierCorrections::default(),
        }
    }

    /// The page of a file, if the page came from one.
    pub(crate) fn file(&self) -> Option<&FilePage> {
        match &self.origin {
            Origin::File(file) => Some(file),
            Origin::Clipboard | Origin::Drawing | Origin::Sample => None,
        }
    }

    /// The file, if the page came from one.
    pub(crate) fn path(&self) -> Option<&Path> {
        self.file().map(|file| file.path.as_path())
    }

    /// Whether the page is being read.
    pub(crate) fn is_busy(&self) -> bool {
        matches!(self.stage, Stage::Preparing | Stage::FindingLines | Stage::Reading)
    }

    /// Number of lines read so far, and of all lines.
    pub(crate) fn progress(&self) -> (usize, usize) {
        let n_done = self
            .page
            .lines
            .iter()
            .filter(|l| self.is_read_carefully(l) || self.reading.unreadable.contains_key(&l.id))
            .count();
        (n_done, self.page.lines.len())
    }

    /// Whether the line was read, and not only once and quickly.
    pub(crate) fn is_read_carefully(&self, line: &TextLine) -> bool {
        line.transcription.is_some() && !self.first_readings.holds(line.id)
    }

    /// Why a line could not be read.
    pub(crate) fn failure(&self, line: LineId) -> Option<&str> {
        self.reading.unreadable.get(&line).map(String::as_str)
    }

    // Selection

    /// The selected line.
    pub(crate) fn selected(&self) -> Option<&TextLine> {
        self.page.line(self.selection.line()?)
    }

    /// Whether that line is selected.
    pub(crate) fn is_selected(&self, line: LineId) -> bool {
        self.selected().is_some_and(|selected| selected.id == line)
    }

    /// Grows with every selection, so that a view shows each once.
    pub(crate) fn selection_count(&self) -> u64 {
        self.selection.count()
    }

    /// Selects a line; an unknown one is ignored.
    pub(crate) fn select(&mut self, id: LineId) {
        if let Some(line) = self.page.line(id) {
            self.selection.select(line);
        }
    }

    /// Selects the line `step` rows away, from the first or last if none is selected. Stops at the ends.
    pub(crate) fn select_relative(&mut self, step: isize) {
        let n_lines = self.page.lines.len();
        let index = match self.selection.index(&self.page) {
            Some(index) => index.saturating_add_signed(step).min(n_lines.saturating_sub(1)),
            None if step < 0 => n_lines.saturating_sub(1),
            None => 0,
        };
        if let Some(line) = self.page.lines.get(index) {
            self.selection.select(line);
        }
    }

    // Keeping

    /// Sets the pixels of a page without a file.
    pub(crate) fn set_pasted(&mut self, image: PageImage) {
        let size = (image.width(), image.height());
        (self.page.width, self.page.height) = size;
        self.original_size = Some(size);
        self.picture.image = Some(Arc::new(image));
    }

    /// The saved form of a page without a file.
    pub(crate) fn to_kept(&self) -> KeptPage {
        let size = self.original_size.unwrap_or((self.page.width, self.page.height));
        let mut kept = KeptPage::new(self.name.clone(), size, self.drawing.as_ref(), self.adjustments, &self.page);
        kept.done.set_own(self.own_layout());
        kept
    }

    /// The page, if its lines are the user's.
    pub(crate) fn own_layout(&self) -> Option<&Page> {
        self.has_own_lines.then_some(&self.page)
    }

    // Reading

    /// Restores the adjustments and corrections of an earlier session; reading will match their lines.
    pub(crate) fn restore(&mut self, saved: &Recovery) {
        self.adjustments = saved.adjustments;
        if let Some(lines) = &saved.own_lines {
            self.page.lines.clone_from(lines);
            self.page.drawings.clone_from(&saved.own_drawings);
            self.has_own_lines = true;
            return;
        }
        for (index, SavedLine { bounds, correction, is_checked, .. }) in saved.lines.iter().enumerate() {
            self.page.lines.push(TextLine {
                id: LineId(index as u32),
                correction: Some(correction.clone()),
                is_checked: *is_checked,
                ..TextLine::at(*bounds)
            });
        }
    }

    /// Replaces the corrections of the lines by those saved later, line by line.
    pub(crate) fn restore_work(&mut self, saved: &Recovery) {
        self.edit_count += 1;
        if saved.own_lines.is_some() {
            return self.restore(saved);
        }
        self.page.lines.iter_mut().for_each(|line| (line.correction, line.is_checked) = (None, false));
        self.restore(saved);
        let n_saved = saved.lines.len();
        let corrected = self.page.lines.split_off(self.page.lines.len() - n_saved);
        // The saved lines lie on those of the page, which have more than they: outline, baseline, transcription.
        let found = std::mem::take(&mut self.page.lines);
        let read: Vec<_> = found.iter().map(|line| (line.id, line.transcription.clone())).collect();
        let Adopted { mut lines, leftover, kept_names } = adopt_lines(corrected, found);
        for (id, transcription) in read {
            let name = kept_names.get(&id).copied().unwrap_or(id);
            if let Some(line) = lines.iter_mut().find(|line| line.id == name) {
                line.transcription = transcription;
            }
        }
        for line in leftover {
            insert_by_height(&mut lines, line);
        }
        self.page.lines = lines;
    }

    /// Reading begins.
    pub(crate) fn begin_reading(&mut self) {
        self.stage = if self.has_own_lines { Stage::Reading } else { Stage::Preparing };
        self.timings.reader = None;
        self.reading = ReadingState::default();
    }

    /// Lines and drawings were found. Lines of before keep their names, their corrections, and their text until it is
    /// read again.
    pub(crate) fn set_layout(&mut self, found: Vec<TextLine>, drawings: Vec<page::Drawing>) {
        self.page.drawings = drawings;
        let mut old = std::mem::take(&mut self.page.lines);
        old.append(&mut self.without_ink);
        let Adopted { lines, leftover, kept_names } = adopt_lines(old, found);
        self.page.lines = lines;
        self.reading.kept_names = kept_names;
        if self.drawing.is_some() {
            self.without_ink = leftover;
        } else {
            for line in leftover {
                insert_by_height(&mut self.page.lines, line);
            }
        }
        self.stage = Stage::Reading;
        self.selection.keep_within(&self.page);
    }

    /// A line was read once. Its text stands there until the careful reading, unless the line has one of before.
    pub(crate) fn set_first_text(&mut self, read_id: LineId, transcription: Transcription) {
        let id = self.reading.name_of(read_id);
        if let Some(line) = self.page.line_mut(id).filter(|line| line.transcription.is_none()) {
            self.first_readings.add(id, transcription.text.clone());
            line.transcription = Some(transcription);
        }
    }

    /// A line was read. Its correction stays. A reader adapted to the page gets no higher confidence than before for a
    /// word that it reads as before.
    pub(crate) fn set_transcription(&mut self, read_id: LineId, transcription: Transcription, is_adapted: bool) {
        let id = self.reading.name_of(read_id);
        let is_first_replaced = self.first_readings.replaced(id, &transcription.text);
        if let Some(line) = self.page.line_mut(id) {
            let before = line.transcription.take().filter(|_| is_adapted && !is_first_replaced);
            line.transcription = Some(match before {
                Some(usual) => transcription.or_unadapted(&usual),
                None => transcription,
            });
        }
    }

    /// A line could not be read.
    pub(crate) fn set_unreadable(&mut self, read_id: LineId, reason: String) {
        let id = self.reading.name_of(read_id);
        self.reading.unreadable.insert(id, reason);
    }
}

#[cfg(test)]
#[path = "document_tests.rs"]
mod tests;
