//! Writes pages as one file: text, searchable PDF, PAGE XML, ALTO or hOCR.

use std::path::PathBuf;

use super::{
    files::{FileEvent, SavingProgress},
    page_source::{PageSource, page_image},
};
use crate::{
    formats::{ExportFormat, ExportedPage, PagePicture, PdfBook, document},
    imaging::PageFile,
    jobs::{Cancelled, JobContext},
    page::Page,
    storage::write_atomically,
};

/// A page to be exported.
pub(crate) struct PageToExport {
    /// Its image's name.
    pub(crate) name: String,
    /// Its number in that file, from 1, if the file has several pages.
    pub(crate) number: Option<usize>,
    /// Its lines, in pixels of the page as it is read for a PDF, of the page as it was opened for other formats.
    pub(crate) page: Page,
    /// Its pixels, for a PDF.
    pub(crate) source: Option<PageSource>,
}

/// Writes pages in `format`.
pub(crate) fn export(
    job: &JobContext<FileEvent>,
    path: PathBuf,
    format: ExportFormat,
    pages: Vec<PageToExport>,
) -> Result<(), Cancelled> {
    let packed = exported(job, format, pages)?;
    job.cancel_token().check()?;
    let saved = packed.and_then(|bytes| write_atomically(&path, &bytes).map_err(|error| error.to_string()));
    job.tell(match saved {
        Ok(()) => FileEvent::Saved(path),
        Err(reason) => FileEvent::Failed(format!("{} could not be saved: {reason}", path.display())),
    })
}

/// The pages as one file, or why there is none.
fn exported(
    job: &JobContext<FileEvent>,
    format: ExportFormat,
    pages: Vec<PageToExport>,
) -> Result<Result<Vec<u8>, String>, Cancelled> {
    if format != ExportFormat::Pdf {
        let pages: Vec<ExportedPage<'_>> =
            pages.iter().map(|page| ExportedPage { name: &page.name, number: page.number, page: &page.page }).collect();
        return Ok(document(&pages, format).map(String::into_bytes).map_err(|error| error.to_string()));
    }
    let mut book = PdfBook::default();
    let n_pages = pages.len();
    for (n_done, PageToExport { name, number, page, source }) in pages.into_iter().enumerate() {
        job.tell(FileEvent::Saving(SavingProgress { n_done, n_pages }))?;
        let Some(source) = source else { return Ok(Err(format!("the pixels of {name} are not there yet"))) };
        let file = source.unchanged_file();
        let added = page_image(source).and_then(|image| {
            let exported = ExportedPage { name: &name, number, page: &page };
            // The picture is packed anew where its file is gone.
            let opened = file.and_then(|file| Some((PageFile::open(&file.path).ok()?, file.index)));
            let origin = opened.as_ref().map(|(file, index)| file.origin(*index)).unwrap_or_default();
            let picture = PagePicture { pixels: &image.pixels, origin };
            book.add(&exported, &picture).map_err(|error| error.to_string())
        });
        if let Err(reason) = added {
            return Ok(Err(reason));
        }
    }
    Ok(Ok(book.finish()))
}
