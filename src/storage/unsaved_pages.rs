//! Pages without a file (sheets written in the window, pasted images), kept across crashes and restarts until they are
//! closed.
//!
//! Every running program has its own folder, named by a number and locked while it runs. A starting program claims the
//! first free folder, and takes over the pages that terminated programs left in others.

use std::{
    ffi::OsStr,
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{
    limited::read_limited,
    recovery::{PictureKey, Recovery},
};
use crate::{
    imaging::{PageAdjustments, PageImage, is_too_large},
    ink::{Drawing, PaperKind, Stroke},
    page::Page,
};

/// The format of kept pages.
const FORMAT: u32 = 1;
/// The largest kept page that is read, in bytes: a sheet takes about 20 for every point of its strokes.
const MAX_KEPT_BYTES: u64 = 300_000_000;

/// A page without a file. The pixels of a pasted image are in a PNG beside it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeptPage {
    format: u32,
    /// The page's name in the window.
    pub name: String,
    /// Width and height in pixels, before adjustments.
    pub size: (u32, u32),
    /// The strokes written on it; `None` for a pasted image.
    pub strokes: Option<Vec<Stroke>>,
    /// What is printed on the sheet.
    #[serde(default)]
    pub paper: PaperKind,
    /// Its adjustments and corrected lines.
    pub done: Recovery,
}

impl KeptPage {
    /// The current state of a page. `size` is its size before `adjustments`.
    pub fn new(
        name: String,
        size: (u32, u32),
        drawing: Option<&Drawing>,
        adjustments: PageAdjustments,
        page: &Page,
    ) -> Self {
        let no_file = PictureKey { content: None, path: PathBuf::new(), index: 0 };
        let done = Recovery::from_page(no_file, adjustments, page);
        let strokes = drawing.map(|drawing| drawing.strokes().to_vec());
        let paper = drawing.map(Drawing::paper).unwrap_or_default();
        Self { format: FORMAT, name, size, strokes, paper, done }
    }

    /// The page of the file at `path`; `None` if that is damaged or of a newer format.
    pub(super) fn load(path: &Path) -> Option<Self> {
        let page: Self = serde_json::from_slice(&read_limited(path, MAX_KEPT_BYTES).ok()?).ok()?;
        // A sheet's pixels are allocated before it is drawn.
        let is_sound = page.size.0.min(page.size.1) > 0 && !is_too_large(page.size.0, page.size.1);
        (page.format == FORMAT && is_sound).then_some(page)
    }

    /// Whether it is a blank sheet.
    pub fn is_empty(&self) -> bool {
        self.strokes.as_ref().is_some_and(Vec::is_empty) && self.done.is_empty()
    }

    /// The contents of the page's file.
    pub fn to_json(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(self)
    }
}

/// A page of an earlier run: its number, the page, and the pixels of a pasted image.
pub type FoundKeptPage = (u64, KeptPage, Option<PageImage>);

/// The unsaved pages of a running program.
#[derive(Debug)]
pub struct UnsavedPages {
    folder: PathBuf,
    next_number: u64,
    /// Held while the program runs.
    _lock: File,
}

impl UnsavedPages {
    /// Claims the first free folder in `root`, and takes over the pages of unlocked ones.
    pub fn claim(root: &Path) -> io::Result<Self> {
        fs::create_dir_all(root)?;
        let (folder, own_lock) = (0..)
            .map(|number: u64| root.join(number.to_string()))
            .find_map(|folder| lock(&folder).transpose().map(|file| file.map(|file| (folder, file))))
            .ok_or(io::ErrorKind::ResourceBusy)??;
        fs::create_dir_all(&folder)?;
        let next_number = numbers_in(&folder).last().map_or(0, |last| last + 1);
        let mut own = Self { folder, next_number, _lock: own_lock };
        let others: Vec<PathBuf> = fs::read_dir(root)?.filter_map(|entry| Some(entry.ok()?.path())).collect();
        for folder in others {
            // Ignored: the next start tries again.
            if folder.is_dir()
                && folder != own.folder
                && let Ok(Some(_lock)) = lock(&folder)
            {
                own.take_over(&folder).ok();
            }
        }
        Ok(own)
    }

    fn take_over(&mut self, folder: &Path) -> io::Result<()> {
        for old in numbers_in(folder) {
            let new = self.new_number();
            let image = image_in(folder, old);
            if image.exists() {
                fs::rename(image, self.image_path(new))?;
            }
            fs::rename(page_in(folder, old), self.page_path(new))?;
        }
        Ok(())
    }

    /// A number for a new page.
    pub fn new_number(&mut self) -> u64 {
        self.next_number += 1;
        self.next_number - 1
    }

    /// The file of page `number`.
    pub fn page_path(&self, number: u64) -> PathBuf {
        page_in(&self.folder, number)
    }

    /// The PNG of page `number`, if it was pasted.
    pub fn image_path(&self, number: u64) -> PathBuf {
        image_in(&self.folder, number)
    }

    /// All pages, in the order of creation; damaged ones are skipped.
    pub fn load(&self) -> Vec<FoundKeptPage> {
        numbers_in(&self.folder).into_iter().filter_map(|number| self.load_page(number)).collect()
    }

    fn load_page(&self, number: u64) -> Option<FoundKeptPage> {
        let page = KeptPage::load(&self.page_path(number))?;
        let image = match page.strokes {
            Some(_) => None,
            None => Some(PageImage::open(&self.image_path(number)).ok()?),
        };
        Some((number, page, image))
    }
}

fn page_in(folder: &Path, number: u64) -> PathBuf {
    folder.join(format!("{number}.json"))
}

fn image_in(folder: &Path, number: u64) -> PathBuf {
    folder.join(format!("{number}.png"))
}

/// Locks a program's folder; `None` if another program holds the lock.
fn lock(folder: &Path) -> io::Result<Option<File>> {
    let file = File::options().create(true).truncate(false).write(true).open(folder.with_extension("lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// The numbers of the pages in `folder`, ascending.
fn numbers_in(folder: &Path) -> Vec<u64> {
    let paths = fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()));
    let pages = paths.filter(|path| path.extension() == Some(OsStr::new("json")));
    let mut numbers: Vec<u64> = pages.filter_map(|path| path.file_stem()?.to_str()?.parse().ok()).collect();
    numbers.sort_unstable();
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{page::Point, storage::atomic::write_atomically};

    fn sheet(name: &str) -> KeptPage {
        let stroke = Stroke::new(vec![Point::new(1.0, 2.0), Point::new(3.5, 4.0)], 2.0);
        let drawing = Drawing::new(vec![stroke], PaperKind::Squared);
        KeptPage::new(name.to_owned(), (90, 60), Some(&drawing), PageAdjustments::default(), &Page::default())
    }

    fn keep(kept: &mut UnsavedPages, page: &KeptPage) -> u64 {
        let number = kept.new_number();
        write_atomically(&kept.page_path(number), &page.to_json().unwrap()).unwrap();
        number
    }

    fn names(kept: &UnsavedPages) -> Vec<String> {
        kept.load().into_iter().map(|(_, page, _)| page.name).collect()
    }

    #[test]
    fn sheets_and_pasted_images_come_back_as_they_were() {
        let root = tempfile::tempdir().unwrap();
        let mut kept = UnsavedPages::claim(root.path()).unwrap();
        let pasted = KeptPage { strokes: None, ..sheet("Pasted image") };
        keep(&mut kept, &sheet("Sheet"));
        let number = keep(&mut kept, &pasted);
        image::RgbImage::from_pixel(90, 60, image::Rgb([9, 99, 200])).save(kept.image_path(number)).unwrap();
        drop(kept);
        let found = UnsavedPages::claim(root.path()).unwrap().load();
        assert_eq!((&found[0].1, &found[1].1), (&sheet("Sheet"), &pasted));
        assert!(found[0].2.is_none() && !found[0].1.is_empty());
        assert_eq!(found[1].2.as_ref().map(|image| image.pixels.get_pixel(5, 5).0), Some([9, 99, 200]));
    }

    #[test]
    fn two_programs_keep_apart_and_what_one_leaves_goes_to_the_next() {
        let root = tempfile::tempdir().unwrap();
        let (mut one, mut two) = (UnsavedPages::claim(root.path()).unwrap(), UnsavedPages::claim(root.path()).unwrap());
        keep(&mut one, &sheet("one"));
        keep(&mut two, &sheet("two"));
        assert_eq!((names(&one), names(&two)), (vec!["one".to_owned()], vec!["two".to_owned()]));
        drop(two);
        assert_eq!(names(&UnsavedPages::claim(root.path()).unwrap()), ["two"]);
        drop(one);
        let both = UnsavedPages::claim(root.path()).unwrap();
        assert_eq!(names(&both), ["one", "two"]);
        assert!(names(&UnsavedPages::claim(root.path()).unwrap()).is_empty());
    }

    #[test]
    fn damaged_pages_and_images_that_are_gone_count_as_none() {
        let root = tempfile::tempdir().unwrap();
        let mut kept = UnsavedPages::claim(root.path()).unwrap();
        keep(&mut kept, &KeptPage { strokes: None, ..sheet("without its image") });
        keep(&mut kept, &KeptPage { format: 99, ..sheet("of another time") });
        keep(&mut kept, &KeptPage { size: (u32::MAX, 9), ..sheet("larger than memory") });
        keep(&mut kept, &KeptPage { size: (0, 9), ..sheet("without pixels") });
        fs::write(kept.page_path(7), "{").unwrap();
        keep(&mut kept, &sheet("whole"));
        assert_eq!(names(&kept), ["whole"]);
    }
}
