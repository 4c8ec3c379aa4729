//! Proof-reading by keys: from doubt to doubt, over all pages, until none is left.

use eframe::egui::Context;

use super::LonghandApp;
use crate::{
    app::{
        state::document::{Document, DocumentId},
        ui::line_field,
    },
    page::{LineId, Point, word_at},
};

/// What is told when the last doubt is settled.
const DONE: &str = "Done: no doubtful word is left on any page that is read";

impl LonghandApp {
    /// Accepts the selected line and goes to the next doubtful one, of this page or another; without any to the next
    /// line, and says so.
    pub(super) fn accept_line(&mut self, ctx: &Context) {
        let had_doubts = self.has_doubts();
        self.change_page(Document::accept_selected);
        if let Some((document, line)) = self.doubtful_line_beside(true) {
            return self.show_doubt(ctx, document, line, true);
        }
        self.change_page(|page| page.select_relative(1));
        if had_doubts {
            self.inform(DONE.to_owned());
        }
    }

    /// To the next doubtful word, or the one before, in this line or another, of this page or another.
    pub(super) fn go_to_doubtful(&mut self, ctx: &Context, is_forward: bool) {
        let threshold = self.state.settings.doubt_threshold;
        let is_in_line = (self.state.document())
            .is_some_and(|document| line_field::mark_next_doubtful(ctx, document, threshold, is_forward));
        if is_in_line {
            return;
        }
        if let Some((document, line)) = self.doubtful_line_beside(is_forward) {
            self.show_doubt(ctx, document, line, is_forward);
        }
    }

    /// Selects a line, and in its text the word at a point of the page.
    pub(super) fn select_word(&mut self, ctx: &Context, id: LineId, at: Point) {
        self.change_page(|page| page.select(id));
        let Some(document) = self.state.document() else { return };
        if let Some(word) = document.page.line(id).and_then(|line| word_at(line, at)) {
            line_field::mark_and_focus(ctx, line_field::id(document.id, id), word.place);
        }
    }

    fn has_doubts(&self) -> bool {
        let threshold = self.state.settings.doubt_threshold;
        self.state.documents.iter().any(|document| document.has_doubts(threshold))
    }

    fn show_doubt(&mut self, ctx: &Context, document: DocumentId, line: LineId, is_forward: bool) {
        let threshold = self.state.settings.doubt_threshold;
        self.state.current = Some(document);
        if let Some(document) = self.state.find_mut(document) {
            document.select(line);
            line_field::mark_first_doubtful(ctx, document, threshold, is_forward);
        }
    }

    /// The doubtful line behind the selected one, or before it, over all pages and round the ends; the selected one
    /// comes last.
    fn doubtful_line_beside(&self, is_forward: bool) -> Option<(DocumentId, LineId)> {
        let threshold = self.state.settings.doubt_threshold;
        let lines = || {
            let of_page = |document: &'_ Document| {
                document.page.lines.iter().map(|line| (document.id, line.id)).collect::<Vec<_>>()
            };
            self.state.documents.iter().flat_map(of_page)
        };
        let all: Vec<(DocumentId, LineId)> = lines().collect();
        let is_doubtful = |&(document, line): &(DocumentId, LineId)| {
            let line = self.state.find(document).and_then(|document| document.page.line(line));
            line.is_some_and(|line| Document::is_doubtful(line, threshold))
        };
        let shown = self.state.document()?;
        let selected = shown.selected().map(|line| (shown.id, line.id));
        let first_of_page = all.iter().position(|(document, _)| *document == shown.id).unwrap_or(0);
        let n_of_page = shown.page.lines.len();
        let (behind, before) = match selected.and_then(|selected| all.iter().position(|line| *line == selected)) {
            Some(index) => (index + 1, index),
            None if is_forward => (first_of_page, first_of_page),
            None => (first_of_page + n_of_page, first_of_page + n_of_page),
        };
        if is_forward {
            all[behind..].iter().chain(&all[..behind]).find(|line| is_doubtful(line)).copied()
        } else {
            all[..before].iter().rev().chain(all[before..].iter().rev()).find(|line| is_doubtful(line)).copied()
        }
    }
}
