//! The clipboard: text, Markdown, formatted text.

use eframe::egui::Context;

use super::LonghandApp;
use crate::{
    app::{state::export_sheet::names_in_sentence, tasks::files},
    formats::{LineBreaks, html_text, markdown_text, plain_text},
};

/// What of the shown page is copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Clip {
    Text(LineBreaks),
    Markdown,
    /// HTML, and the text for programs that take no HTML.
    Html,
}

impl LonghandApp {
    /// Copies the text of the shown page.
    pub(super) fn copy_as(&mut self, ctx: &Context, clip: Clip) {
        let Some(document) = self.state.document() else { return };
        let page = || std::iter::once(&document.page);
        let note = if document.is_read() { String::new() } else { " as far as it is read".to_owned() };
        match clip {
            Clip::Text(line_breaks) => ctx.copy_text(plain_text(page(), line_breaks)),
            Clip::Markdown => ctx.copy_text(markdown_text(page(), LineBreaks::Joined)),
            Clip::Html => {
                let (html, text) = (html_text(page(), LineBreaks::Joined), plain_text(page(), LineBreaks::Joined));
                self.start_file_task("copy", move |job| files::copy_html(job, html, text));
                return;
            }
        }
        self.inform(format!("Text copied{note}"));
    }

    /// Copies the text of all open pages.
    pub(super) fn copy_all(&mut self, ctx: &Context) {
        ctx.copy_text(plain_text(self.state.documents.iter().map(|document| &document.page), LineBreaks::Kept));
        let unread: Vec<String> =
            self.state.documents.iter().filter(|page| !page.is_read()).map(|page| page.name.clone()).collect();
        let note = if unread.is_empty() {
            String::new()
        } else {
            format!(", but for {}, not read yet", names_in_sentence(&unread))
        };
        self.inform(format!("Text of {} pages copied{note}", self.state.documents.len()));
    }
}
