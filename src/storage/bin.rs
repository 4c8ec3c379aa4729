//! The bin: pages without a file (sheets, pasted images) that were closed. They stay until the user deletes them.
//!
//! An entry is the file `TIME-NUMBER.json`, and the picture of a pasted image beside it, `TIME-NUMBER.png`. The time
//! is in seconds since the beginning of 1970.

use std::{
    ffi::OsStr,
    fs, io,
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use super::unsaved_pages::KeptPage;
use crate::imaging::PageImage;

/// A page in the bin.
#[derive(Clone, Debug, PartialEq)]
pub struct BinnedPage {
    /// Its file, which names it.
    pub path: PathBuf,
    /// When it was closed.
    pub closed_at: SystemTime,
    /// The page.
    pub page: KeptPage,
}

/// The folder of closed pages. It need not exist before the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bin {
    folder: PathBuf,
}

impl Bin {
    /// The bin in this folder.
    pub const fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// The file of a page that is closed now. `number` parts pages that are closed within a second.
    pub fn new_path(&self, number: u64) -> PathBuf {
        // 1970 for a clock that is set to before it.
        let secs = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let program = std::process::id();
        self.folder.join(format!("{secs}-{program}-{number}.json"))
    }

    /// The PNG of a pasted image in the bin.
    pub fn image_path(path: &Path) -> PathBuf {
        path.with_extension("png")
    }

    /// The pages, the one closed last first; damaged ones are skipped.
    pub fn list(&self) -> Vec<BinnedPage> {
        let paths = fs::read_dir(&self.folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()));
        let pages = paths.filter(|path| path.extension() == Some(OsStr::new("json")));
        let mut found: Vec<BinnedPage> = pages.filter_map(binned).collect();
        found.sort_by(|a, b| b.closed_at.cmp(&a.closed_at).then_with(|| b.path.cmp(&a.path)));
        found
    }

    /// The pixels of a pasted image in the bin; `None` for a sheet.
    pub fn image(binned: &BinnedPage) -> Result<Option<PageImage>, String> {
        if binned.page.strokes.is_some() {
            return Ok(None);
        }
        PageImage::open(&Self::image_path(&binned.path)).map(Some).map_err(|error| error.to_string())
    }

    /// Deletes a page for good.
    pub fn delete(path: &Path) -> io::Result<()> {
        for file in [path.to_owned(), Self::image_path(path)] {
            match fs::remove_file(file) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }
}

fn binned(path: PathBuf) -> Option<BinnedPage> {
    let secs = path.file_stem()?.to_str()?.split('-').next()?.parse().ok()?;
    let closed_at = UNIX_EPOCH.checked_add(std::time::Duration::from_secs(secs))?;
    let page = KeptPage::load(&path)?;
    Some(BinnedPage { path, closed_at, page })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        imaging::PageAdjustments,
        ink::{Drawing, PaperKind, Stroke},
        page::{Page, Point},
        storage::atomic::write_atomically,
    };

    fn page(name: &str, drawing: Option<&Drawing>) -> KeptPage {
        KeptPage::new(name.to_owned(), (9, 6), drawing, PageAdjustments::default(), &Page::default())
    }

    #[test]
    fn closed_pages_stay_until_they_are_deleted() {
        let folder = tempfile::tempdir().unwrap();
        let bin = Bin::new(folder.path().join("bin"));
        assert!(bin.list().is_empty());
        let stroke = Stroke::new(vec![Point::new(1.0, 2.0)], 2.0);
        let drawing = Drawing::new(vec![stroke], PaperKind::Dotted);
        let (sheet, pasted) = (page("Sheet", Some(&drawing)), page("Pasted image", None));
        for (number, page) in (0..).zip([&sheet, &pasted]) {
            write_atomically(&bin.new_path(number), &page.to_json().unwrap()).unwrap();
        }
        let [second, first] = &bin.list()[..] else { panic!("{:?}", bin.list()) };
        assert_eq!((&first.page, &second.page), (&sheet, &pasted));
        assert_eq!(Bin::image(first).unwrap().map(|image| image.width()), None);
        assert!(Bin::image(second).is_err(), "its picture is gone");
        image::RgbImage::new(9, 6).save(Bin::image_path(&second.path)).unwrap();
        assert_eq!(Bin::image(second).unwrap().map(|image| image.width()), Some(9));
        Bin::delete(&second.path).unwrap();
        assert_eq!(bin.list().len(), 1);
        assert!(!Bin::image_path(&second.path).exists());
    }
}
