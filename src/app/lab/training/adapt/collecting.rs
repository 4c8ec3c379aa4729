//! Cuts lines with their texts out of open pages, as the reader saw them.

use crate::{
    app::{
        state::document::Document,
        tasks::page_source::{PageSource, page_image, source_of},
    },
    page::TextLine,
    storage::UserLines,
};

/// A page with some of its lines.
pub(super) struct PageLines {
    pub(crate) name: String,
    source: PageSource,
    lines: Vec<TextLine>,
}

impl PageLines {
    /// Those that `choose` takes of the page's lines; `None` for pages without any, or whose pixels are not there.
    pub(crate) fn of(document: &Document, choose: fn(&[TextLine]) -> Vec<TextLine>) -> Option<Self> {
        let lines = choose(&document.page.lines);
        let source = source_of(document, false).filter(|_| !lines.is_empty())?;
        Some(Self { name: document.name.clone(), source, lines })
    }
}

/// Whether the user said what the line says.
pub(super) fn is_corrected(line: &TextLine) -> bool {
    line.correction.as_ref().is_some_and(|text| !text.trim().is_empty())
}

/// Whether the user or the reader said what the line says.
pub(crate) fn is_read(line: &TextLine) -> bool {
    !line.text().trim().is_empty()
}

/// The lines of which the user said what they say.
pub(super) fn corrected_lines(lines: &[TextLine]) -> Vec<TextLine> {
    lines.iter().filter(|line| is_corrected(line)).cloned().collect()
}

/// How many lines of all these pages are `wanted`.
pub(super) fn count_lines(documents: &[Document], wanted: fn(&TextLine) -> bool) -> usize {
    documents.iter().flat_map(|document| &document.page.lines).filter(|line| wanted(line)).count()
}

/// Adds the lines of `pages` to `own`: how many are new or have another text now, and how many were known.
pub(crate) fn collect(pages: Vec<PageLines>, own: &UserLines) -> Result<(usize, usize), String> {
    let (mut n_added, mut n_known) = (0, 0);
    for PageLines { name, source, lines } in pages {
        let added = own.add_page(&*page_image(source)?, &lines, &name).map_err(|error| error.to_string())?;
        (n_added, n_known) = (n_added + added.0, n_known + added.1);
    }
    Ok((n_added, n_known))
}
