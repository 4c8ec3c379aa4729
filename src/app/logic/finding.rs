//! Finding and replacing over all pages.

use eframe::egui::Context;

use super::LonghandApp;
use crate::app::{
    state::{
        finding::{FindQuery, Finding, matches},
        project::change_stamp,
    },
    ui::line_field,
};

impl LonghandApp {
    /// Opens the search, or closes it.
    pub(super) fn toggle_finding(&mut self) {
        self.state.finding = match self.state.finding.take() {
            Some(_) => None,
            None => Some(Finding::default()),
        };
    }

    /// Looks for something else.
    pub(super) fn find(&mut self, query: FindQuery) {
        if let Some(finding) = &mut self.state.finding {
            *finding = Finding { query, ..Finding::default() };
        }
    }

    /// Searches the pages anew if they have changed since they were searched, or something else is looked for.
    pub(super) fn update_matches(&mut self) {
        let Some(finding) = &mut self.state.finding else { return };
        // Odd, so that it differs from that of a search that was never made.
        let stamp = change_stamp(&self.state.documents) | 1;
        if finding.stamp == stamp {
            return;
        }
        finding.stamp = stamp;
        (finding.matches, finding.error) = match finding.query.regex() {
            Ok(Some(regex)) => (matches(&finding.query, &regex, &self.state.documents), None),
            Ok(None) => (Vec::new(), None),
            Err(reason) => (Vec::new(), Some(reason)),
        };
        finding.current = finding.current.filter(|current| *current < finding.matches.len());
    }

    /// Goes to the next match or the one before, round the ends.
    pub(super) fn go_to_next_match(&mut self, ctx: &Context, is_forward: bool) {
        let Some(finding) = &self.state.finding else { return };
        let n_matches = finding.matches.len();
        if n_matches == 0 {
            return;
        }
        let next = match (finding.current, is_forward) {
            (None, true) => 0,
            (None, false) => n_matches - 1,
            (Some(current), true) => (current + 1) % n_matches,
            (Some(current), false) => (current + n_matches - 1) % n_matches,
        };
        self.go_to_match(ctx, next);
    }

    /// Shows a match: its page, its line, its characters marked.
    pub(super) fn go_to_match(&mut self, ctx: &Context, index: usize) {
        let Some(finding) = &mut self.state.finding else { return };
        let Some(found) = finding.matches.get(index).cloned() else { return };
        finding.current = Some(index);
        self.state.current = Some(found.document);
        if let Some(document) = self.state.find_mut(found.document) {
            document.select(found.line);
            line_field::mark_and_focus(ctx, line_field::id(found.document, found.line), found.place);
        }
    }

    /// Replaces all matches, each line as one step that can be undone on its page.
    pub(super) fn replace_all(&mut self) {
        let Some(query) = self.state.finding.as_ref().map(|finding| finding.query.clone()) else { return };
        let Ok(Some(regex)) = query.regex() else { return };
        let (mut n_replaced, mut n_pages) = (0, 0);
        for document in &mut self.state.documents {
            let n_before = n_replaced;
            let lines: Vec<_> = document.page.lines.iter().map(|line| (line.id, line.text().to_owned())).collect();
            for (line, text) in lines {
                let (replaced, n_matches) = query.replaced(&regex, &text);
                if n_matches > 0 {
                    document.replace_text(line, replaced);
                    n_replaced += n_matches;
                }
            }
            n_pages += usize::from(n_replaced > n_before);
        }
        let places = if n_replaced == 1 { "1 place".to_owned() } else { format!("{n_replaced} places") };
        let pages = if n_pages == 1 { "1 page".to_owned() } else { format!("{n_pages} pages") };
        self.inform(format!("Replaced in {places} on {pages}; Undo takes it back page by page"));
    }

    /// Replaces the match gone to last, and goes to the next.
    pub(super) fn replace_match(&mut self, ctx: &Context) {
        let Some(finding) = &self.state.finding else { return };
        let Some(found) = finding.current.and_then(|current| finding.matches.get(current)).cloned() else {
            return self.go_to_next_match(ctx, true);
        };
        let current = finding.current;
        if let Some(document) = self.state.find_mut(found.document) {
            document.replace_text(found.line, format!("{}{}{}", found.before, found.replaced, found.behind));
        }
        // The match is gone, so that the next has its place in the list.
        self.update_matches();
        if let Some(finding) = &mut self.state.finding {
            finding.current = current.and_then(|current| current.checked_sub(1));
        }
        self.go_to_next_match(ctx, true);
    }
}
