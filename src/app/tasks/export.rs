//! Writes pages as files of a format: one of all pages, or one of each in a folder.

use std::path::{Path, PathBuf};

use image::{DynamicImage, ImageFormat};

use super::{
    files::{FileEvent, SavingProgress},
    page_source::{PageSource, page_image, page_picture},
};
use crate::{
    app::state::export_sheet::ExportSheet,
    formats::{ExportFormat, ExportedPage, InkSheet, PagePicture, PdfBook, document_bytes, inkml, svg},
    imaging::{CleanUp, PageFile, PageOrigin, prepare_with},
    jobs::{Cancelled, JobContext},
    page::Page,
    storage::write_atomically,
};

/// A page to be exported.
pub(crate) struct PageToExport {
    /// Its image's name.
    pub(crate) name: String,
    /// The name of a file of its own, without ending.
    pub(crate) stem: String,
    /// Its number in that file, from 1, if the file has several pages.
    pub(crate) number: Option<usize>,
    /// Its lines, in pixels of the page as it is read for a PDF, of the page as it was opened for other formats.
    pub(crate) page: Page,
    /// How much the cleaned picture is cleaned up.
    pub(crate) clean_up: CleanUp,
    /// Its pixels, for formats that hold them.
    pub(crate) source: Option<PageSource>,
    /// Its ink, if it is a sheet.
    pub(crate) ink: Option<InkSheet>,
}

/// What is exported, and where to.
pub(crate) struct Export {
    /// The file, or the folder of the pages' own files.
    pub(crate) path: PathBuf,
    /// Whether a file that is there already may be replaced.
    pub(crate) may_replace: bool,
    /// The files that are open in the window, which are never replaced.
    pub(crate) open: Vec<PathBuf>,
    pub(crate) sheet: ExportSheet,
    pub(crate) pages: Vec<PageToExport>,
    /// What the user is told behind the file's name.
    pub(crate) note: String,
}

/// Why a file was not written.
enum Failure {
    Cancelled,
    Reason(String),
}

impl From<Cancelled> for Failure {
    fn from(_cancelled: Cancelled) -> Self {
        Self::Cancelled
    }
}

impl From<String> for Failure {
    fn from(reason: String) -> Self {
        Self::Reason(reason)
    }
}

/// Writes the file, or one after the other those of the folder. A page that fails there leaves the others.
pub(crate) fn export(job: &JobContext<FileEvent>, task: Export) -> Result<(), Cancelled> {
    let Export { path, may_replace, open, sheet, pages, note } = task;
    if sheet.goes_to_folder() {
        return export_each(job, &path, sheet, pages, &note);
    }
    if !may_replace && path.exists() {
        let reason = format!("{} is there already: choose it in the dialog to replace it", path.display());
        return job.tell(FileEvent::Failed(reason));
    }
    if open.iter().any(|open| is_same_file(open, &path)) {
        let reason = format!("{} is open here and is not replaced: choose another name", path.display());
        return job.tell(FileEvent::Failed(reason));
    }
    job.tell(match write(job, &path, sheet, pages, None) {
        Ok(()) => FileEvent::Saved(format!("Saved as {}{note}", path.display())),
        Err(Failure::Cancelled) => return Err(Cancelled),
        Err(Failure::Reason(reason)) => FileEvent::Failed(format!("{} could not be saved: {reason}", path.display())),
    })
}

fn export_each(
    job: &JobContext<FileEvent>,
    folder: &Path,
    sheet: ExportSheet,
    pages: Vec<PageToExport>,
    note: &str,
) -> Result<(), Cancelled> {
    let n_pages = pages.len();
    let mut n_saved = 0;
    for (n_done, page) in pages.into_iter().enumerate() {
        job.tell(FileEvent::Saving(SavingProgress { n_done, n_pages }))?;
        let path = free_path(folder, &page.stem, sheet.format);
        match write(job, &path, sheet, vec![page], Some((n_done, n_pages))) {
            Ok(()) => n_saved += 1,
            Err(Failure::Cancelled) => return Err(Cancelled),
            Err(Failure::Reason(reason)) => {
                job.tell(FileEvent::Failed(format!("{} could not be saved: {reason}", path.display())))?;
            }
        }
    }
    let files = if n_saved == 1 { "1 file".to_owned() } else { format!("{n_saved} files") };
    job.tell(FileEvent::Saved(format!("Saved {files} in {}{note}", folder.display())))
}

/// Whether both names lead to one file that exists.
fn is_same_file(open: &Path, other: &Path) -> bool {
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    real(open).is_some() && real(open) == real(other)
}

/// A name in `folder` that no file has: no one was asked whether to replace any.
fn free_path(folder: &Path, stem: &str, format: ExportFormat) -> PathBuf {
    // A name must not lead out of the folder.
    let stem = stem.replace(['/', '\\'], "_");
    let named = |stem: &str| folder.join(format!("{stem}{}", format.ending()));
    let numbered = (2..).map(|number| named(&format!("{stem} {number}")));
    std::iter::once(named(&stem)).chain(numbered).find(|path| !path.exists()).unwrap_or_else(|| named(&stem))
}

fn write(
    job: &JobContext<FileEvent>,
    path: &Path,
    sheet: ExportSheet,
    pages: Vec<PageToExport>,
    of_several: Option<(usize, usize)>,
) -> Result<(), Failure> {
    let bytes = bytes(job, sheet, pages, of_several)?;
    job.cancel_token().check()?;
    write_atomically(path, &bytes).map_err(|error| Failure::Reason(error.to_string()))
}

/// The pages as one file.
fn bytes(
    job: &JobContext<FileEvent>,
    sheet: ExportSheet,
    mut pages: Vec<PageToExport>,
    of_several: Option<(usize, usize)>,
) -> Result<Vec<u8>, Failure> {
    match sheet.format {
        ExportFormat::Pdf => pdf(job, pages, of_several),
        ExportFormat::Png | ExportFormat::Svg | ExportFormat::InkMl => {
            let page = pages.pop().ok_or_else(|| "there is no page".to_owned())?;
            Ok(picture(page, sheet.format)?)
        }
        _ => {
            if sheet.is_typographic && sheet.format.has_line_breaks() {
                for page in &mut pages {
                    page.page = page.page.typographic();
                }
            }
            let exported: Vec<ExportedPage<'_>> = pages
                .iter()
                .map(|page| ExportedPage { name: &page.name, number: page.number, page: &page.page })
                .collect();
            let bytes = document_bytes(&exported, sheet.format, sheet.line_breaks);
            bytes.map_err(|error| Failure::Reason(error.to_string()))
        }
    }
}

fn pdf(
    job: &JobContext<FileEvent>,
    pages: Vec<PageToExport>,
    of_several: Option<(usize, usize)>,
) -> Result<Vec<u8>, Failure> {
    let mut book = PdfBook::default();
    let n_pages = pages.len();
    for (n_done, PageToExport { name, number, page, source, ink, .. }) in pages.into_iter().enumerate() {
        if of_several.is_none() {
            job.tell(FileEvent::Saving(SavingProgress { n_done, n_pages }))?;
        }
        let source = source.ok_or_else(|| format!("the pixels of {name} are not there yet"))?;
        let file = source.unchanged_file();
        let image = page_picture(source)?;
        let exported = ExportedPage { name: &name, number, page: &page };
        // The picture is packed anew where its file is gone.
        let opened = file.and_then(|file| Some((PageFile::open(&file.path).ok()?, file.index)));
        let of_file = || opened.as_ref().map(|(file, index)| file.origin(*index)).unwrap_or_default();
        let origin = ink.as_ref().map_or_else(of_file, PageOrigin::of_ink);
        let picture = PagePicture { pixels: &image.pixels, origin };
        book.add(&exported, &picture).map_err(|error| error.to_string())?;
    }
    Ok(book.finish())
}

/// The cleaned picture of a page, or its ink.
fn picture(page: PageToExport, format: ExportFormat) -> Result<Vec<u8>, String> {
    let PageToExport { name, clean_up, source, ink, .. } = page;
    let ink = || ink.ok_or_else(|| format!("{name} has no ink"));
    match format {
        ExportFormat::Svg => ink().map(|ink| svg(&ink.strokes, ink.size).into_bytes()),
        ExportFormat::InkMl => ink().map(|ink| inkml(&ink.strokes).into_bytes()),
        _ => {
            let source = source.ok_or_else(|| format!("the pixels of {name} are not there yet"))?;
            let prepared = prepare_with(&*page_image(source)?, clean_up);
            let mut png = std::io::Cursor::new(Vec::new());
            let picture = DynamicImage::ImageLuma8(prepared.gray().clone());
            picture.write_to(&mut png, ImageFormat::Png).map_err(|error| error.to_string())?;
            Ok(png.into_inner())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_file_of_a_folder_is_replaced_and_none_is_written_outside() {
        let folder = tempfile::tempdir().unwrap();
        let name = |stem: &str| {
            let path = free_path(folder.path(), stem, ExportFormat::Alto);
            std::fs::write(&path, "").unwrap();
            path.strip_prefix(folder.path()).unwrap().to_string_lossy().into_owned()
        };
        assert_eq!([name("a"), name("a"), name("../b")], ["a.alto.xml", "a 2.alto.xml", ".._b.alto.xml"]);
    }
}
