//! Cuts the corrected lines out of open pages, as the reader saw them.

use super::super::super::{
    document::Document,
    running::source_of,
    tasks::{Source, page_image},
};
use crate::{
    imaging::{cut_line, prepare},
    page::TextLine,
    storage::{Added, OwnLines},
};

/// A page with its corrected lines.
pub(super) struct CorrectedPage {
    name: String,
    source: Source,
    lines: Vec<TextLine>,
}

impl CorrectedPage {
    /// `None` for pages without corrections, or whose pixels are not there.
    pub(super) fn of(document: &Document) -> Option<Self> {
        let lines: Vec<TextLine> = document.page.lines.iter().filter(|line| is_corrected(line)).cloned().collect();
        let source = source_of(document, false).filter(|_| !lines.is_empty())?;
        Some(Self { name: document.name.clone(), source, lines })
    }
}

/// Whether the user said what the line says.
pub(super) fn is_corrected(line: &TextLine) -> bool {
    line.correction.as_ref().is_some_and(|text| !text.trim().is_empty())
}

/// Adds the lines of `pages` to `own`: how many are new or have another text now, and how many were known.
pub(super) fn collect(pages: Vec<CorrectedPage>, own: &OwnLines) -> Result<(usize, usize), String> {
    let (mut n_added, mut n_known) = (0, 0);
    for CorrectedPage { name, source, lines } in pages {
        let prepared = prepare(&*page_image(source)?);
        for line in &lines {
            match own.add(&cut_line(&prepared, line), line.text(), &name).map_err(|error| error.to_string())? {
                Added::New | Added::Replaced => n_added += 1,
                Added::Known => n_known += 1,
            }
        }
    }
    Ok((n_added, n_known))
}
