//! Files, folders and the clipboard: pages are found, and results of dialogs arrive.

use std::path::{Path, PathBuf};

use eframe::egui::{Color32, ColorImage};
use image::DynamicImage;

use super::project::{OpenedProject, open_project};
use crate::{
    app::state::{document::DocumentId, export_sheet::ExportSheet, file_page::FilePage},
    formats::{DescribedPage, INK_EXTENSIONS, InkSheet, is_ink, read_ink},
    imaging::{PageFile, PageImage},
    jobs::{Cancelled, JobContext},
    storage::{
        Bin, BinnedPage, ContentHash, EarlierWork, FoundKeptPage, PROJECT_ENDING, SavedWork, UnsavedPages,
        page_files_in,
    },
};

/// A page that was found in a file, and what was saved of it in an earlier session.
pub(crate) struct FoundPage {
    pub(crate) file: FilePage,
    pub(crate) saved: Option<EarlierWork>,
    /// What PAGE XML or ALTO says of it, if that was opened.
    pub(crate) described: Option<DescribedPage>,
}

/// Progress of saving pages in one file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct SavingProgress {
    pub(crate) n_done: usize,
    pub(crate) n_pages: usize,
}

/// An event of a dialog, the clipboard or a small file task.
pub(crate) enum FileEvent {
    /// Files and folders to open.
    Chosen(Vec<PathBuf>),
    /// The pages of one file; `is_first` for the first file of those to be opened.
    Found {
        pages: Vec<FoundPage>,
        is_first: bool,
        /// The file, or the folder that it lies in if that was opened.
        asked_for: PathBuf,
    },
    /// A project that was opened at this path.
    Project(PathBuf, OpenedProject),
    /// Where to save the project, and whether with pictures inside.
    SaveProjectTo(PathBuf, bool),
    /// The project was saved as it was when the stamp was taken.
    ProjectSaved {
        path: PathBuf,
        stamp: u64,
    },
    /// The file or folder to export to, and what to export.
    ExportTo(PathBuf, ExportSheet),
    Pasted(PageImage),
    /// The pictures of the sheets that this page was parted into, in reading order.
    Parted(DocumentId, Vec<PageImage>),
    /// Sheets of an ink file that was opened, or of ink that was pasted.
    Ink {
        name: String,
        sheets: Vec<InkSheet>,
        /// The file, or the folder that it lies in if that was opened.
        asked_for: Option<PathBuf>,
    },
    Sample(PageImage),
    /// The folder of unsaved pages, and the pages left there.
    Kept(UnsavedPages, Vec<FoundKeptPage>),
    /// The pages in the bin.
    Binned(Vec<BinnedPage>),
    /// A page to be opened again, and the pixels of a pasted image.
    OutOfBin(Box<BinnedPage>, Option<PageImage>),
    /// The text was copied; the clipboard loses it with this handle.
    Copied(arboard::Clipboard),
    Saving(SavingProgress),
    /// What was done, in a sentence.
    Saved(String),
    Failed(String),
}

/// Finds the pages of `paths`, where a folder stands for the files in it, and their changes in `recovery_folder`.
pub(crate) fn find_pages(
    job: &JobContext<FileEvent>,
    paths: &[PathBuf],
    recovery_folder: Option<&Path>,
) -> Result<(), Cancelled> {
    let mut is_first = true;
    let saved_work = recovery_folder.map(SavedWork::in_folder).unwrap_or_default();
    for path in paths {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
        if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case(PROJECT_ENDING)) {
            match open_project(job.cancel_token(), &path, &saved_work)? {
                Ok(project) => job.tell(FileEvent::Project(path, project))?,
                Err(reason) => job.tell(FileEvent::Failed(reason))?,
            }
            is_first = false;
            continue;
        }
        if path.extension().is_some_and(|ending| ["xml", "alto"].iter().any(|known| ending.eq_ignore_ascii_case(known)))
        {
            job.tell(match found_description(&path, &saved_work) {
                Ok(page) => FileEvent::Found {
                    pages: vec![page],
                    is_first: std::mem::take(&mut is_first),
                    asked_for: path.clone(),
                },
                Err(reason) => FileEvent::Failed(format!("{} cannot be opened: {reason}", path.display())),
            })?;
            continue;
        }
        let asked_for = path.clone();
        for file in files_at(job, path)? {
            if has_ink_name(&file) {
                job.tell(ink_of_file(&file, &asked_for))?;
                is_first = false;
                continue;
            }
            // A file that cannot be opened counts as one page; decoding it will report the reason.
            let n_pages = PageFile::count_pages(&file).unwrap_or(1);
            let content = ContentHash::of_file(&file).ok();
            let found = FilePage::all(&file, n_pages, content).map(|page| FoundPage {
                saved: saved_work.find(&page.key()),
                file: page,
                described: None,
            });
            job.tell(FileEvent::Found {
                pages: found.collect(),
                is_first: std::mem::take(&mut is_first),
                asked_for: asked_for.clone(),
            })?;
        }
    }
    Ok(())
}

fn has_ink_name(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    INK_EXTENSIONS.iter().any(|known| known.eq_ignore_ascii_case(ending))
}

/// The sheets of an ink file.
fn ink_of_file(file: &Path, asked_for: &Path) -> FileEvent {
    let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    match PageFile::open(file) {
        Ok(pages) => match pages.ink() {
            Some(sheets) => FileEvent::Ink { name, sheets: sheets.to_vec(), asked_for: Some(asked_for.to_owned()) },
            None => FileEvent::Failed(format!("{} holds no ink", file.display())),
        },
        Err(error) => FileEvent::Failed(error.to_string()),
    }
}

/// Finds the unsaved pages that were open when the program ended.
pub(crate) fn find_kept_pages(job: &JobContext<FileEvent>, folder: &Path) -> Result<(), Cancelled> {
    job.tell(match UnsavedPages::claim(folder) {
        Ok(kept) => {
            let pages = kept.load();
            FileEvent::Kept(kept, pages)
        }
        Err(error) => FileEvent::Failed(format!(
            "Sheets and pasted images will be lost when Longhand ends, as {} cannot be used: {error}",
            folder.display()
        )),
    })
}

/// The page that PAGE XML or ALTO at `path` describes.
fn found_description(path: &Path, saved_work: &SavedWork) -> Result<FoundPage, String> {
    let described = DescribedPage::open(path).map_err(|error| error.to_string())?;
    let described = described.ok_or_else(|| "it is neither PAGE XML nor ALTO".to_owned())?;
    let image = described.image_path(path).map_err(|error| error.to_string())?;
    let picture = PageFile::open(&image).map_err(|error| error.to_string())?;
    let index = picture.index_numbered(described.number).map_err(|error| error.to_string())?;
    let mut pages = FilePage::all(&image, picture.n_pages(), ContentHash::of_file(&image).ok());
    let file = pages.nth(index).ok_or_else(|| "its picture has no such page".to_owned())?;
    Ok(FoundPage { saved: saved_work.find(&file.key()), file, described: Some(described) })
}

/// Decodes the sample page inside the program.
pub(crate) fn open_sample(job: &JobContext<FileEvent>) -> Result<(), Cancelled> {
    let bytes = include_bytes!("../../../assets/samples/first-page.jpg").to_vec();
    let page = PageFile::from_bytes(bytes, Path::new("The sample page")).and_then(|file| file.page(0));
    job.tell(page.map_or_else(|error| FileEvent::Failed(error.to_string()), FileEvent::Sample))
}

/// Lists the bin.
pub(crate) fn list_bin(job: &JobContext<FileEvent>, bin: &Bin) -> Result<(), Cancelled> {
    job.tell(FileEvent::Binned(bin.list()))
}

/// Loads a page in the bin.
pub(crate) fn open_binned(job: &JobContext<FileEvent>, page: BinnedPage) -> Result<(), Cancelled> {
    job.tell(match Bin::image(&page) {
        Ok(image) => FileEvent::OutOfBin(Box::new(page), image),
        Err(reason) => FileEvent::Failed(format!("{} cannot be opened again: {reason}", page.page.name)),
    })
}

/// Deletes a page in the bin, and lists the others.
pub(crate) fn delete_binned(job: &JobContext<FileEvent>, bin: &Bin, page: &BinnedPage) -> Result<(), Cancelled> {
    if let Err(error) = Bin::delete(&page.path) {
        job.tell(FileEvent::Failed(format!("{} could not be deleted: {error}", page.page.name)))?;
    }
    list_bin(job, bin)
}

fn files_at(job: &JobContext<FileEvent>, path: PathBuf) -> Result<Vec<PathBuf>, Cancelled> {
    if !path.is_dir() {
        return Ok(vec![path]);
    }
    let files = page_files_in(&path);
    match &files {
        Ok(files) if files.is_empty() => {
            job.tell(FileEvent::Failed(format!("There are no images in the folder {}", path.display())))?;
        }
        Err(error) => {
            job.tell(FileEvent::Failed(format!("The folder {} cannot be read: {error}", path.display())))?;
        }
        Ok(_) => {}
    }
    Ok(files.unwrap_or_default())
}

/// Takes an image, or copied image files, from the clipboard.
pub(crate) fn paste(job: &JobContext<FileEvent>) -> Result<(), Cancelled> {
    let mut clipboard = match arboard::Clipboard::new() {
        Ok(clipboard) => clipboard,
        Err(error) => return job.tell(FileEvent::Failed(format!("The clipboard cannot be used: {error}"))),
    };
    if let Ok(files) = clipboard.get().file_list()
        && !files.is_empty()
    {
        return job.tell(FileEvent::Chosen(files));
    }
    if let Some(ink) = clipboard.get_text().ok().and_then(|text| pasted_ink(&text)) {
        return job.tell(FileEvent::Ink { name: "Pasted ink".to_owned(), sheets: vec![ink], asked_for: None });
    }
    let pasted = clipboard.get_image().ok().and_then(|data| {
        let (width, height) = (u32::try_from(data.width).ok()?, u32::try_from(data.height).ok()?);
        image::RgbaImage::from_raw(width, height, data.bytes.into_owned())
    });
    job.tell(match pasted {
        Some(image) => FileEvent::Pasted(PageImage::from_image(&DynamicImage::ImageRgba8(image))),
        None => FileEvent::Failed("There is no image on the clipboard".to_owned()),
    })
}

/// The sheet in a text that was copied, if that is ink.
pub(crate) fn pasted_ink(text: &str) -> Option<InkSheet> {
    let is_ink = is_ink(text.get(..text.floor_char_boundary(1024))?.as_bytes());
    is_ink.then(|| read_ink(text.as_bytes()).ok()?.into_iter().next()).flatten()
}

/// Puts a text on the clipboard as HTML, and as plain text for programs that take no other.
pub(crate) fn copy_html(job: &JobContext<FileEvent>, html: String, text: String) -> Result<(), Cancelled> {
    let mut clipboard = match arboard::Clipboard::new() {
        Ok(clipboard) => clipboard,
        Err(error) => return job.tell(FileEvent::Failed(format!("The clipboard cannot be used: {error}"))),
    };
    match clipboard.set().html(html, Some(text)) {
        Ok(()) => job.tell(FileEvent::Copied(clipboard)),
        Err(error) => job.tell(FileEvent::Failed(format!("The text could not be copied: {error}"))),
    }
}

/// A page from an image that the windowing system took from the clipboard.
pub(crate) fn page_from_pasted(image: &ColorImage) -> PageImage {
    let bytes = image.pixels.iter().flat_map(Color32::to_srgba_unmultiplied).collect();
    let size = image.size.map(|side| side as u32);
    // The number of pixels always fits the size; an image of no pixels stands in otherwise.
    let rgba = image::RgbaImage::from_raw(size[0], size[1], bytes).unwrap_or_default();
    PageImage::from_image(&DynamicImage::ImageRgba8(rgba))
}
