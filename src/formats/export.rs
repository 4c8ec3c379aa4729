//! The formats of export, and the page that is exported.

use std::path::{Path, PathBuf};

use image::RgbImage;

use super::error::ExportError;
use crate::{imaging::PageOrigin, page::Page};

/// What a page is saved as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// The text alone.
    Text,
    /// The text with headings, lists and boxes to tick.
    Markdown,
    /// The same for Word and `LibreOffice`.
    Docx,
    /// The page's image with its words as invisible text on the ink, for search and copying.
    Pdf,
    /// PAGE XML of 2019, for Transkribus, eScriptorium and OCR-D. One page a file.
    PageXml,
    /// ALTO 4.2, for libraries. One page a file.
    Alto,
    /// hOCR, HTML with places.
    Hocr,
    /// Lines, words, places, confidences and alternatives, for scripts.
    Json,
    /// The cleaned picture of the page, as it is read, without text. One page a file.
    Png,
    /// The strokes of a sheet as a drawing. One sheet a file.
    Svg,
    /// The strokes of a sheet as ink, for programs that write on. One sheet a file.
    InkMl,
}

impl ExportFormat {
    /// All formats, those for reading on first.
    pub const ALL: [Self; 11] = [
        Self::Text,
        Self::Markdown,
        Self::Docx,
        Self::Pdf,
        Self::PageXml,
        Self::Alto,
        Self::Hocr,
        Self::Json,
        Self::Png,
        Self::Svg,
        Self::InkMl,
    ];

    /// Its name for the user.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "Text",
            Self::Markdown => "Markdown",
            Self::Docx => "Word (DOCX)",
            Self::Pdf => "Searchable PDF",
            Self::PageXml => "PAGE XML",
            Self::Alto => "ALTO XML",
            Self::Hocr => "hOCR",
            Self::Json => "JSON",
            Self::Png => "Cleaned picture (PNG)",
            Self::Svg => "Drawing (SVG)",
            Self::InkMl => "Ink (InkML)",
        }
    }

    /// What such a file holds, in a sentence.
    pub const fn contents(self) -> &'static str {
        match self {
            Self::Text => "The text alone",
            Self::Markdown => "The text with headings, lists and boxes to tick",
            Self::Docx => "The text with headings, lists and boxes to tick, for Word and LibreOffice",
            Self::Pdf => "The pictures, with the text unseen on the ink, to be searched and copied",
            Self::PageXml => "Lines and words with their places, for Transkribus, eScriptorium and OCR-D",
            Self::Alto => "Lines and words with their places, for libraries",
            Self::Hocr => "Lines and words with their places, as HTML",
            Self::Json => "Lines and words with places, confidences and alternatives, for scripts",
            Self::Png => "The picture as it is read: paper white, ink dark; no text",
            Self::Svg => "The strokes of the sheet, for drawing programs",
            Self::InkMl => "The strokes of the sheet, for programs that write on",
        }
    }

    /// The endings of such a file's name, with their dots; the first is the usual one.
    pub const fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Text => &[".txt"],
            Self::Markdown => &[".md", ".markdown"],
            Self::Docx => &[".docx"],
            Self::Pdf => &[".pdf"],
            Self::PageXml => &[".xml", ".page.xml"],
            Self::Alto => &[".alto.xml", ".alto"],
            Self::Hocr => &[".hocr", ".html", ".htm"],
            Self::Json => &[".json"],
            Self::Png => &[".png"],
            Self::Svg => &[".svg"],
            Self::InkMl => &[".inkml"],
        }
    }

    /// The usual ending of such a file's name, with its dot.
    pub const fn ending(self) -> &'static str {
        self.endings()[0]
    }

    /// Whether a file holds one page alone.
    pub const fn is_of_one_page(self) -> bool {
        matches!(self, Self::PageXml | Self::Alto | Self::Png | Self::Svg | Self::InkMl)
    }

    /// Whether a page is written with its lines joined to paragraphs, if the user wants that.
    pub const fn has_line_breaks(self) -> bool {
        matches!(self, Self::Text | Self::Markdown | Self::Docx)
    }

    /// Whether only sheets that were written in the window have what it holds.
    pub const fn is_of_ink(self) -> bool {
        matches!(self, Self::Svg | Self::InkMl)
    }

    /// The format that a file's name ends in: the one with the longest ending.
    pub fn of_path(path: &Path) -> Result<Self, ExportError> {
        let found = known_ending(path).map(|(format, _)| format);
        found.ok_or_else(|| ExportError::UnknownEnding { name: name_of(path), known: known_endings() })
    }

    /// `path` with an ending of this format: its own, or in place of another format's the usual one.
    #[must_use]
    pub fn named(self, path: &Path) -> PathBuf {
        let name = name_of(path);
        let stem = match known_ending(path) {
            Some((format, _)) if format == self => return path.to_owned(),
            Some((_, ending)) => &name[..name.len() - ending.len()],
            None => &name,
        };
        path.with_file_name(format!("{stem}{}", self.ending()))
    }
}

/// "`.txt`, `.md` or `.docx`" of all formats.
fn known_endings() -> String {
    let usual: Vec<&str> = ExportFormat::ALL.iter().map(|format| format.ending()).collect();
    match usual.split_last() {
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The longest ending of a file's name that is known, and its format. The name is more than the ending.
fn known_ending(path: &Path) -> Option<(ExportFormat, &'static str)> {
    let name = name_of(path).to_ascii_lowercase();
    let all = ExportFormat::ALL.into_iter();
    let endings = all.flat_map(|format| format.endings().iter().map(move |&ending| (format, ending)));
    endings.filter(|(_, ending)| name.len() > ending.len() && name.ends_with(ending)).max_by_key(|(_, e)| e.len())
}

/// Whether the text keeps the line breaks of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LineBreaks {
    /// A row for each line of writing.
    #[default]
    Kept,
    /// Lines are joined to paragraphs, and words hyphenated at a line's end are joined.
    Joined,
}

/// A page to be exported.
#[derive(Clone, Copy, Debug)]
pub struct ExportedPage<'a> {
    /// The name of its image.
    pub name: &'a str,
    /// Its number in that file, from 1, if the file has several pages.
    pub number: Option<usize>,
    /// Its lines, in pixels of that image.
    pub page: &'a Page,
}

/// The picture of a page in a PDF.
#[derive(Clone, Debug)]
pub struct PagePicture<'a> {
    /// The pixels in which the page's lines are.
    pub pixels: &'a RgbImage,
    /// What the page's file holds of it, if the pixels are those of the file.
    pub origin: PageOrigin<'a>,
}

impl<'a> PagePicture<'a> {
    /// A picture that no file holds as it is.
    pub fn of_pixels(pixels: &'a RgbImage) -> Self {
        Self { pixels, origin: PageOrigin::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_formats_and_formats_name_files() {
        for format in ExportFormat::ALL {
            for ending in format.endings() {
                let path = PathBuf::from(format!("/a.b/Notes{ending}"));
                assert_eq!(ExportFormat::of_path(&path).ok(), Some(format));
                assert_eq!(format.named(&path), path, "its own ending stays");
            }
        }
        assert_eq!(ExportFormat::of_path(Path::new("NOTES.PDF")).ok(), Some(ExportFormat::Pdf));
    }

    #[test]
    fn unknown_endings_are_refused_with_the_known_ones() {
        for name in ["notes", "notes.odt", ".txt", "notes.txt.bak"] {
            let refused = ExportFormat::of_path(Path::new(name)).unwrap_err().to_string();
            assert!(refused.contains(".docx") && refused.contains(".alto.xml"), "{refused}");
        }
    }

    #[test]
    fn the_ending_follows_the_format() {
        let named = |format: ExportFormat, name: &str| format.named(Path::new(name)).to_string_lossy().into_owned();
        assert_eq!(named(ExportFormat::Docx, "a/notes.txt"), "a/notes.docx");
        assert_eq!(named(ExportFormat::Docx, "notes v1.2"), "notes v1.2.docx");
        assert_eq!(named(ExportFormat::Text, "notes.alto.xml"), "notes.txt");
        assert_eq!(named(ExportFormat::Alto, "notes.xml"), "notes.alto.xml");
        assert_eq!(named(ExportFormat::PageXml, "Notes.XML"), "Notes.XML");
    }
}
