//! Read pages in the formats that other programs take: searchable PDF, PAGE XML, ALTO and hOCR.
#![warn(missing_docs)]

mod alto;
mod alto_read;
mod described_page;
mod hocr;
mod page_xml;
mod page_xml_read;
mod pdf;
mod placed_words;
mod xml;
mod xml_write;

use std::path::Path;

use image::{RgbImage, codecs::jpeg::JpegEncoder};
use thiserror::Error;

pub use self::{
    described_page::{DescribedLine, DescribedPage},
    pdf::PdfBook,
    placed_words::{PlacedWord, placed_words},
};
use crate::page::Page;

/// What a page is saved as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// The text alone, a line of writing a line.
    Text,
    /// The page's picture with its words, unseen, on the ink: to be searched and copied from.
    Pdf,
    /// PAGE XML of 2019, for Transkribus, eScriptorium and OCR-D. One page a file.
    PageXml,
    /// ALTO 4.2, for libraries. One page a file.
    Alto,
    /// hOCR, HTML with places.
    Hocr,
}

/// Why a page cannot be exported.
#[derive(Debug, Error)]
pub enum ExportError {
    /// The page's pixels could not be packed.
    #[error("the picture of {name} could not be packed: {source}")]
    Picture {
        /// The page's name.
        name: String,
        /// Why.
        source: image::ImageError,
    },
    /// The format holds one page a file.
    #[error("PAGE XML and ALTO hold one page a file: save each page, or all as PDF, hOCR or text")]
    OnePageOnly,
}

impl ExportFormat {
    /// By the ending of a file's name, text where it says nothing else: `.pdf`, `.xml` for PAGE XML, `.alto.xml` or
    /// `.alto` for ALTO, `.hocr` or `.html` for hOCR.
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

    /// How the name of such a file ends, from the dot on.
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
    /// Its lines, in pixels of its picture.
    pub page: &'a Page,
}

/// A document of pages, all in one file, in a format that needs no picture; in [`ExportFormat::Pdf`] pages come with
/// theirs, see [`PdfBook`].
pub fn document(pages: &[ExportedPage<'_>], format: ExportFormat) -> Result<String, ExportError> {
    match (format, pages) {
        (ExportFormat::PageXml, [page]) => Ok(page_xml::document(page)),
        (ExportFormat::Alto, [page]) => Ok(alto::document(page)),
        (ExportFormat::PageXml | ExportFormat::Alto, _) => Err(ExportError::OnePageOnly),
        (ExportFormat::Hocr, pages) => Ok(hocr::document(pages)),
        (ExportFormat::Text | ExportFormat::Pdf, pages) => {
            let texts = pages.iter().map(|page| page.page.text()).filter(|text| !text.trim().is_empty());
            Ok(texts.collect::<Vec<_>>().join("\n\n") + "\n")
        }
    }
}

/// A picture as JPEG, as good as photos are.
fn jpeg(name: &str, pixels: &RgbImage) -> Result<Vec<u8>, ExportError> {
    const QUALITY: u8 = 85;
    let mut bytes = Vec::new();
    let packed = JpegEncoder::new_with_quality(&mut bytes, QUALITY).encode_image(pixels);
    packed.map_err(|source| ExportError::Picture { name: name.to_owned(), source })?;
    Ok(bytes)
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

    #[test]
    fn formats_of_one_page_refuse_two() {
        let page = Page::default();
        let pages = [ExportedPage { name: "a.png", page: &page }; 2];
        assert!(matches!(document(&pages, ExportFormat::Alto), Err(ExportError::OnePageOnly)));
        assert!(document(&pages, ExportFormat::Hocr).is_ok() && document(&pages[..1], ExportFormat::PageXml).is_ok());
    }
}
