//! Collects lines with their texts from open pages.

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
    /// The lines of the page that `choose` takes; `None` if it takes none or the page's pixels are not loaded.
    pub(crate) fn of(document: &Document, choose: fn(&[TextLine]) -> Vec<TextLine>) -> Option<Self> {
        let lines = choose(&document.page.lines);
        let source = source_of(document, false).filter(|_| !lines.is_empty())?;
        Some(Self { name: document.name.clone(), source, lines })
    }
}

/// Whether the text of the line is the user's.
pub(super) fn is_corrected(line: &TextLine) -> bool {
    line.correction.as_ref().is_some_and(|text| !text.trim().is_empty())
}

/// Whether the line has a text, of the user or of the reader.
pub(crate) fn is_read(line: &TextLine) -> bool {
    !line.text().trim().is_empty()
}

/// The lines whose text is the user's.
pub(super) fn corrected_lines(lines: &[TextLine]) -> Vec<TextLine> {
    lines.iter().filter(|line| is_corrected(line)).cloned().collect()
}

/// Number of lines of all these pages that are `wanted`.
pub(super) fn count_lines(documents: &[Document], wanted: fn(&TextLine) -> bool) -> usize {
    documents.iter().flat_map(|document| &document.page.lines).filter(|line| wanted(line)).count()
}

/// Adds the lines of `pages` to `own`. Returns the number of lines that are new or have a new text, and of known ones.
pub(crate) fn collect(pages: Vec<PageLines>, own: &UserLines) -> Result<(usize, usize), String> {
    let (mut n_added, mut n_known) = (0, 0);
    for PageLines { name, source, lines } in pages {
        let added = own.add_page(&*page_image(source)?, &lines, &name).map_err(|error| error.to_string())?;
        (n_added, n_known) = (n_added + added.0, n_known + added.1);
    }
    Ok((n_added, n_known))
}
