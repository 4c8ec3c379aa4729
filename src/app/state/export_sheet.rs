//! The choices of the export sheet: what is exported, and as what.

use std::path::{Path, PathBuf};

use super::document::{Document, Stage};
use crate::formats::{ExportFormat, LineBreaks};

/// The pages whose text is copied or saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextScope {
    /// The page that is shown.
    Page,
    /// All open pages, in their order.
    AllPages,
}

/// What is to be exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExportSheet {
    /// Chosen first; the ending of the file's name follows it.
    pub(crate) format: ExportFormat,
    pub(crate) scope: TextScope,
    pub(crate) line_breaks: LineBreaks,
    /// Whether quotation marks are curved and dashes long, in formats for reading on.
    pub(crate) is_typographic: bool,
    /// Whether each page becomes a file of its own, in a folder.
    pub(crate) is_file_a_page: bool,
}

impl ExportSheet {
    /// One file of these pages, with their line breaks.
    pub(crate) const fn new(format: ExportFormat, scope: TextScope) -> Self {
        Self { format, scope, line_breaks: LineBreaks::Kept, is_typographic: false, is_file_a_page: false }
    }

    /// The same with another format, which may hold one page alone.
    #[must_use]
    pub(crate) const fn with_format(self, format: ExportFormat) -> Self {
        Self { format, ..self }
    }

    /// Whether several files are written, into a folder.
    pub(crate) fn goes_to_folder(self) -> bool {
        self.scope == TextScope::AllPages && (self.is_file_a_page || self.format.is_of_one_page())
    }

    /// The pages of `documents` to be exported, in their order.
    pub(crate) fn pages<'a>(self, documents: &'a [Document], current: Option<&'a Document>) -> Vec<&'a Document> {
        let of_ink = |document: &&Document| !self.format.is_of_ink() || document.drawing.is_some();
        match self.scope {
            TextScope::Page => current.into_iter().filter(of_ink).collect(),
            TextScope::AllPages => documents.iter().filter(of_ink).collect(),
        }
    }

    /// The proposed path of the one file: beside the picture, with the format's ending. None that is open is proposed.
    pub(crate) fn proposal(self, shown: &Document, documents: &[Document]) -> PathBuf {
        let stem = match (self.scope, shown.file()) {
            (TextScope::Page, Some(file)) => file.text_path().with_extension(""),
            (TextScope::Page, None) => PathBuf::from(&shown.name),
            (TextScope::AllPages, Some(file)) => file.path.with_extension(""),
            (TextScope::AllPages, None) => PathBuf::from("pages"),
        };
        let named = |middle: &str| {
            let name = stem.file_name().unwrap_or_default().to_string_lossy();
            stem.with_file_name(format!("{name}{middle}{}", self.format.ending()))
        };
        let is_open = |path: &Path| documents.iter().any(|document| document.path() == Some(path));
        let plain = named("");
        if is_open(&plain) { named(" text") } else { plain }
    }
}

impl Document {
    /// Whether all its lines have been read, or as many as can be. A sheet is read whenever the pen rests.
    pub(crate) fn is_read(&self) -> bool {
        matches!(self.stage, Stage::Done | Stage::Failed(_))
    }
}

/// The names of pages in a sentence: "a, b and c"; of many the first few and their number.
pub(crate) fn names_in_sentence(names: &[String]) -> String {
    const MAX_NAMED: usize = 4;
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] if names.len() <= MAX_NAMED => format!("{} and {last}", first.join(", ")),
        _ => format!("{} and {} more pages", names[..MAX_NAMED - 1].join(", "), names.len() + 1 - MAX_NAMED),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::state::{
        document::{DocumentId, Origin},
        file_page::FilePage,
    };

    fn document(path: &str, n_pages: usize) -> Document {
        let file = FilePage::all(Path::new(path), n_pages, None).last().unwrap();
        Document::new(DocumentId(1), file.name(), Origin::File(file))
    }

    #[test]
    fn the_proposal_has_the_ending_of_the_format_and_never_the_name_of_what_is_open() {
        let of = |path: &str, n_pages, format, scope| {
            let documents = [document(path, n_pages)];
            ExportSheet::new(format, scope).proposal(&documents[0], &documents).to_string_lossy().into_owned()
        };
        assert_eq!(of("/a/note v1.2.jpg", 1, ExportFormat::Docx, TextScope::Page), "/a/note v1.2.docx");
        assert_eq!(of("/a/scan.pdf", 2, ExportFormat::Text, TextScope::Page), "/a/scan page 2.txt");
        assert_eq!(of("/a/scan.pdf", 2, ExportFormat::Pdf, TextScope::AllPages), "/a/scan text.pdf");
        assert_eq!(of("/a/note.png", 1, ExportFormat::Png, TextScope::Page), "/a/note text.png");
    }

    #[test]
    fn many_names_are_told_by_their_number() {
        let names = |n: usize| names_in_sentence(&(1..=n).map(|n| format!("p{n}")).collect::<Vec<_>>());
        assert_eq!([names(1), names(2), names(4)], ["p1", "p1 and p2", "p1, p2, p3 and p4"]);
        assert_eq!(names(30), "p1, p2, p3 and 27 more pages");
    }
}
