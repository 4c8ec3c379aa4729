//! Writes pages as text, Markdown, DOCX, PAGE XML, ALTO, hOCR, JSON. PDF, which needs pixels, is in
//! [`PdfBook`](super::PdfBook); pictures and ink are in `picture` and `ink_files`.

use super::{
    alto,
    described_page::DescribedPage,
    error::ExportError,
    export::{ExportFormat, ExportedPage, LineBreaks},
    hocr, json, page_xml,
    text::{docx::docx, html::html, markdown::markdown, plain},
};
use crate::page::Page;

/// A document of all pages in one file, with the line breaks of the page. [`ExportFormat::Pdf`] gives the text alone,
/// as do the formats of bytes.
pub fn document(pages: &[ExportedPage<'_>], format: ExportFormat) -> Result<String, ExportError> {
    let texts = || pages.iter().map(|page| page.page);
    match (format, pages) {
        (ExportFormat::PageXml, [page]) => Ok(page_xml::write(&DescribedPage::from(page)).to_xml()),
        (ExportFormat::Alto, [page]) => Ok(alto::write(&DescribedPage::from(page)).to_xml()),
        (ExportFormat::PageXml | ExportFormat::Alto, _) => Err(ExportError::OnePageOnly { format: format.name() }),
        (ExportFormat::Hocr, pages) => {
            let pages: Vec<DescribedPage> = pages.iter().map(DescribedPage::from).collect();
            Ok(hocr::write(&pages).to_xhtml())
        }
        (ExportFormat::Json, pages) => Ok(json::write(pages)?),
        (ExportFormat::Markdown, _) => Ok(markdown(texts(), LineBreaks::Kept) + "\n"),
        _ => Ok(plain::text_of_all(texts(), LineBreaks::Kept) + "\n"),
    }
}

/// The bytes of a document of all pages in one file. [`ExportFormat::Pdf`] and the pictures need pixels or strokes and
/// are refused.
pub fn document_bytes(
    pages: &[ExportedPage<'_>],
    format: ExportFormat,
    line_breaks: LineBreaks,
) -> Result<Vec<u8>, ExportError> {
    let texts = || pages.iter().map(|page| page.page);
    let name = || pages.first().map_or("", |page| page.name);
    match format {
        ExportFormat::Text => Ok((plain::text_of_all(texts(), line_breaks) + "\n").into_bytes()),
        ExportFormat::Markdown => Ok((markdown(texts(), line_breaks) + "\n").into_bytes()),
        ExportFormat::Docx => docx(name(), texts(), line_breaks),
        ExportFormat::PageXml | ExportFormat::Alto | ExportFormat::Hocr | ExportFormat::Json => {
            document(pages, format).map(String::into_bytes)
        }
        ExportFormat::Pdf | ExportFormat::Png | ExportFormat::Svg | ExportFormat::InkMl => {
            Err(ExportError::NothingToSave { name: name().to_owned(), format: format.name() })
        }
    }
}

/// The plain text of pages.
pub fn plain_text<'a>(pages: impl Iterator<Item = &'a Page>, line_breaks: LineBreaks) -> String {
    plain::text_of_all(pages, line_breaks)
}

/// The Markdown of pages.
pub fn markdown_text<'a>(pages: impl Iterator<Item = &'a Page>, line_breaks: LineBreaks) -> String {
    markdown(pages, line_breaks)
}

/// The HTML of pages, without places.
pub fn html_text<'a>(pages: impl Iterator<Item = &'a Page>, line_breaks: LineBreaks) -> String {
    html(pages, line_breaks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_of_one_page_refuse_two() {
        let page = Page::default();
        let pages = [ExportedPage { name: "a.png", number: None, page: &page }; 2];
        let refused = document(&pages, ExportFormat::Alto);
        assert!(matches!(refused, Err(ExportError::OnePageOnly { format: "ALTO XML" })));
        assert!(document(&pages, ExportFormat::Hocr).is_ok() && document(&pages[..1], ExportFormat::PageXml).is_ok());
    }

    #[test]
    fn every_format_has_bytes_or_needs_pixels() {
        let page = Page::default();
        let pages = [ExportedPage { name: "a.png", number: None, page: &page }];
        for format in ExportFormat::ALL {
            let needs_pixels =
                matches!(format, ExportFormat::Pdf | ExportFormat::Png | ExportFormat::Svg | ExportFormat::InkMl);
            assert_eq!(document_bytes(&pages, format, LineBreaks::Joined).is_err(), needs_pixels, "{format:?}");
        }
    }
}
