//! Writes pages as text, PAGE XML, ALTO or hOCR. PDF, which needs pixels, is in [`PdfBook`](super::PdfBook).

use super::{
    alto,
    described_page::DescribedPage,
    error::ExportError,
    export::{ExportFormat, ExportedPage},
    hocr, page_xml,
};

/// A document of all pages in one file. [`ExportFormat::Pdf`] gives the text alone.
pub fn document(pages: &[ExportedPage<'_>], format: ExportFormat) -> Result<String, ExportError> {
    match (format, pages) {
        (ExportFormat::PageXml, [page]) => Ok(page_xml::write(&DescribedPage::from(page)).to_xml()),
        (ExportFormat::Alto, [page]) => Ok(alto::write(&DescribedPage::from(page)).to_xml()),
        (ExportFormat::PageXml | ExportFormat::Alto, _) => Err(ExportError::OnePageOnly),
        (ExportFormat::Hocr, pages) => {
            let pages: Vec<DescribedPage> = pages.iter().map(DescribedPage::from).collect();
            Ok(hocr::write(&pages).to_xhtml())
        }
        (ExportFormat::Text | ExportFormat::Pdf, pages) => {
            let texts = pages.iter().map(|page| page.page.text()).filter(|text| !text.trim().is_empty());
            Ok(texts.collect::<Vec<_>>().join("\n\n") + "\n")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::Page;

    #[test]
    fn formats_of_one_page_refuse_two() {
        let page = Page::default();
        let pages = [ExportedPage { name: "a.png", number: None, page: &page }; 2];
        assert!(matches!(document(&pages, ExportFormat::Alto), Err(ExportError::OnePageOnly)));
        assert!(document(&pages, ExportFormat::Hocr).is_ok() && document(&pages[..1], ExportFormat::PageXml).is_ok());
    }
}
