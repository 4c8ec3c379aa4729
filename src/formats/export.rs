//! The formats of export, and the page that is exported.

use std::path::Path;

use image::RgbImage;

use crate::{imaging::PageOrigin, page::Page};

/// What a page is saved as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// The text alone, one line of writing a row.
    Text,
    /// The page's image with its words as invisible text on the ink, for search and copying.
    Pdf,
    /// PAGE XML of 2019, for Transkribus, eScriptorium and OCR-D. One page a file.
    PageXml,
    /// ALTO 4.2, for libraries. One page a file.
    Alto,
    /// hOCR, HTML with places.
    Hocr,
}

impl ExportFormat {
    /// The format that a file's name ends in: `.pdf`, `.xml` for PAGE XML, `.alto.xml` or `.alto` for ALTO, `.hocr` or
    /// `.html` for hOCR; text for all other names.
    pub fn of_path(path: &Path) -> Self {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
        let ends_in = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
        match () {
            () if ends_in(&[".pdf"]) => Self::Pdf,
            () if ends_in(&[".alto.xml", ".alto"]) => Self::Alto,
            () if ends_in(&[".xml"]) => Self::PageXml,
            () if ends_in(&[".hocr", ".html", ".htm"]) => Self::Hocr,
            () => Self::Text,
        }
    }

    /// The ending of such a file's name, with its dot.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Text => ".txt",
            Self::Pdf => ".pdf",
            Self::PageXml => ".xml",
            Self::Alto => ".alto.xml",
            Self::Hocr => ".hocr",
        }
    }
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
        for format in
            [ExportFormat::Text, ExportFormat::Pdf, ExportFormat::PageXml, ExportFormat::Alto, ExportFormat::Hocr]
        {
            assert_eq!(ExportFormat::of_path(Path::new(&format!("/a.b/Notes{}", format.ending()))), format);
        }
        assert_eq!(ExportFormat::of_path(Path::new("NOTES.PDF")), ExportFormat::Pdf);
        assert_eq!(ExportFormat::of_path(Path::new("notes")), ExportFormat::Text);
    }
}
