//! Files, folders and the clipboard: pages are found, and results of dialogs arrive.

use std::path::{Path, PathBuf};

use eframe::egui::{Color32, ColorImage};
use image::DynamicImage;

use crate::{
    app::state::{file_page::FilePage, text::TextScope},
    imaging::{PageFile, PageImage},
    jobs::{Cancelled, JobContext},
    storage::{FoundKeptPage, Recovery, UnsavedPages, page_files_in},
};

/// A page that was found in a file, and the changes saved of it in an earlier session.
pub(crate) struct FoundPage {
    pub(crate) file: FilePage,
    pub(crate) saved: Option<Recovery>,
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
    },
    /// The file to save to, and the pages to save.
    SaveTo(PathBuf, TextScope),
    Pasted(PageImage),
    /// The folder of unsaved pages, and the pages left there.
    Kept(UnsavedPages, Vec<FoundKeptPage>),
    Saving(SavingProgress),
    Saved(PathBuf),
    Failed(String),
}

/// Finds the pages of `paths`, where a folder stands for the files in it, and their changes in `recovery_folder`.
pub(crate) fn find_pages(
    job: &JobContext<FileEvent>,
    paths: &[PathBuf],
    recovery_folder: Option<&Path>,
) -> Result<(), Cancelled> {
    let mut is_first = true;
    for path in paths {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
        for file in files_at(job, path)? {
            // A file that cannot be opened counts as one page; decoding it will report the reason.
            let n_pages = PageFile::count_pages(&file).unwrap_or(1);
            let found = FilePage::all(&file, n_pages).map(|page| {
                let saved = recovery_folder.and_then(|folder| Recovery::load(folder, &page.path, page.index));
                FoundPage { file: page, saved }
            });
            job.tell(FileEvent::Found { pages: found.collect(), is_first: std::mem::take(&mut is_first) })?;
        }
    }
    Ok(())
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
    let pasted = clipboard.get_image().ok().and_then(|data| {
        let (width, height) = (u32::try_from(data.width).ok()?, u32::try_from(data.height).ok()?);
        image::RgbaImage::from_raw(width, height, data.bytes.into_owned())
    });
    job.tell(match pasted {
        Some(image) => FileEvent::Pasted(PageImage::from_image(&DynamicImage::ImageRgba8(image))),
        None => FileEvent::Failed("There is no image on the clipboard".to_owned()),
    })
}

/// A page from an image that the windowing system took from the clipboard.
pub(crate) fn page_from_pasted(image: &ColorImage) -> PageImage {
    let bytes = image.pixels.iter().flat_map(Color32::to_srgba_unmultiplied).collect();
    let size = image.size.map(|side| side as u32);
    // The number of pixels always fits the size; an image of no pixels stands in otherwise.
    let rgba = image::RgbaImage::from_raw(size[0], size[1], bytes).unwrap_or_default();
    PageImage::from_image(&DynamicImage::ImageRgba8(rgba))
}
