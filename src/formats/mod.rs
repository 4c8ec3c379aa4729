//! Pages in the formats of other programs: PAGE XML and ALTO, read and written; hOCR, searchable PDF, JSON, and in
//! `text` plain text, Markdown, HTML and DOCX, written.
//!
//! `csv` is for tables of figures, not for pages.
//!
//! Each format has one file. PAGE XML, ALTO and hOCR share one notion of a page, [`DescribedPage`]: the readers return
//! it, the writers take it, and it is made from an [`ExportedPage`]. [`TextLine`](crate::page::TextLine) stays apart
//! from [`DescribedLine`]: it holds characters with their confidences, x-height and correction, which no format holds.
//! PDF is written from `TextLine`s, because it places each word on the baseline.
//!
//! A page of a file of several has its number behind the image's name (`scan.tif#page=2`); in hOCR it is `ppageno`.
//!
//! What writing and reading back loses:
//! - Coordinates are rounded to whole pixels, those below 0 are set to 0, and confidences have three decimals.
//! - Characters that XML 1.0 does not allow, such as control characters, are left out.
//! - Baselines of fewer than two points are left out.
//! - Tags for handwriting are read and not written.
//! - ALTO: white space is one `<SP>` between two words and nothing elsewhere. Words are upright boxes. Lines have no
//!   confidence, and blanks at the ends of the image's name are left out.
#![warn(missing_docs)]

mod alto;
mod coordinates;
mod csv;
mod described_page;
mod error;
mod export;
mod hocr;
mod image_fragment;
mod ink_files;
mod json;
mod page_tables;
mod page_xml;
mod pdf;
mod read;
mod text;
mod write;
mod xml;

pub use self::{
    csv::csv_row,
    described_page::{DescribedLine, DescribedPage, DescribedWord},
    error::{DescriptionError, ExportError},
    export::{ExportFormat, ExportedPage, LineBreaks, PagePicture},
    ink_files::{INK_EXTENSIONS, InkSheet, TypedLine, inkml, is_ink, read_ink, svg},
    json::{PageJson, PagesJson, ReadPageJson, TimingsJson},
    pdf::{PdfBook, is_own_pdf},
    write::{document, document_bytes, html_text, markdown_text, plain_text},
};
