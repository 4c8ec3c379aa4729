//! Import: from a file to its pages, decoded one at a time.
//!
//! A file's lengths, sizes and numbers of pages are checked against limits before anything is allocated. A decoder that
//! panics counts as one that found the file damaged.

mod contain;
pub(super) mod error;
mod heic;
mod jpeg;
mod pdf;
mod raster;
#[cfg(test)]
mod tests;
mod tiff;

use std::{
    fs::{self, File},
    io::Read as _,
    path::{Path, PathBuf},
};

use hayro::hayro_syntax::Pdf;

use self::{contain::contain, error::ImageError, tiff::Directory};
use super::{
    limits::{MAX_FILE_BYTES, MAX_PAGES},
    page_image::PageImage,
};

/// Bytes at a file's beginning by which its format is recognized.
const HEAD_BYTES: u64 = 1024;

/// Extensions of the files that can be opened, in lower case: a folder's pages are recognized by them.
pub const IMAGE_EXTENSIONS: [&str; 12] =
    ["bmp", "gif", "heic", "heif", "jfif", "jpeg", "jpg", "pdf", "png", "tif", "tiff", "webp"];

/// Whether a file of this name counts as pages when a folder is opened: it has a known extension and is not hidden.
pub fn has_image_name(path: &Path) -> bool {
    let is_hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    !is_hidden && IMAGE_EXTENSIONS.iter().any(|known| known.eq_ignore_ascii_case(extension))
}

/// A file of one or more pages. Its bytes are in memory; each page is decoded when it is needed.
///
/// Every page of a PDF and every full-size image of a TIFF is a page; of an animation, the first picture is.
pub struct PageFile {
    path: PathBuf,
    contents: Contents,
}

enum Contents {
    /// One picture in any other format of the `image` crate.
    Raster(Vec<u8>),
    Tiff(Vec<u8>, Vec<Directory>),
    Heic(Vec<u8>),
    Pdf(Box<Pdf>),
}

/// The kind of a file, by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Raster,
    Tiff,
    Heic,
    Pdf,
}

impl Kind {
    fn of(head: &[u8]) -> Self {
        if tiff::is_tiff(head) {
            Self::Tiff
        } else if heic::is_heic(head) {
            Self::Heic
        } else if pdf::is_pdf(&head[..head.len().min(HEAD_BYTES as usize)]) {
            Self::Pdf
        } else {
            Self::Raster
        }
    }
}

impl PageFile {
    /// Reads the file at `path` and finds its pages, without decoding them.
    pub fn open(path: &Path) -> Result<Self, ImageError> {
        let unreadable = |error: std::io::Error| ImageError::unreadable(path, &error);
        let n_bytes = fs::metadata(path).map_err(unreadable)?.len();
        if n_bytes > MAX_FILE_BYTES {
            return Err(ImageError::FileTooLarge { path: path.to_owned(), n_bytes });
        }
        Self::from_bytes(fs::read(path).map_err(unreadable)?, path)
    }

    /// Finds the pages in a file's bytes; `path` only names it in errors.
    pub fn from_bytes(bytes: Vec<u8>, path: &Path) -> Result<Self, ImageError> {
        let contents = contain(|| Contents::find(bytes, path))
            .unwrap_or_else(|| Err(ImageError::damaged(path, "its parts contradict each other")))?;
        let file = Self { path: path.to_owned(), contents };
        match file.n_pages() {
            0 => Err(ImageError::NoPages { path: file.path }),
            n_pages if n_pages > MAX_PAGES => Err(ImageError::TooManyPages { path: file.path }),
            _ => Ok(file),
        }
    }

    /// The number of pages of the file at `path`. Reads no more of the file than its format requires, so that a counted
    /// page may still fail to be decoded.
    pub fn count_pages(path: &Path) -> Result<usize, ImageError> {
        let unreadable = |error: std::io::Error| ImageError::unreadable(path, &error);
        let mut head = Vec::new();
        File::open(path).map_err(unreadable)?.take(HEAD_BYTES).read_to_end(&mut head).map_err(unreadable)?;
        match Kind::of(&head) {
            Kind::Raster | Kind::Heic => Ok(1),
            Kind::Tiff | Kind::Pdf => Ok(Self::open(path)?.n_pages()),
        }
    }

    /// The number of pages; at least one.
    pub fn n_pages(&self) -> usize {
        match &self.contents {
            Contents::Raster(_) | Contents::Heic(_) => 1,
            Contents::Tiff(_, directories) => directories.len(),
            Contents::Pdf(pdf) => pdf.pages().len(),
        }
    }

    /// Decodes page `index`, from 0: upright, in colour, transparent parts over white paper.
    pub fn page(&self, index: usize) -> Result<PageImage, ImageError> {
        let decoded = contain(|| self.contents.decode(index, &self.path))
            .unwrap_or_else(|| Err(ImageError::damaged(&self.path, "its pixels contradict its description")));
        decoded.map_err(|error| {
            if self.n_pages() > 1 { ImageError::OnPage { page: index + 1, source: Box::new(error) } } else { error }
        })
    }
}

impl PageImage {
    /// Opens the first page of the file at `path`, upright.
    pub fn open(path: &Path) -> Result<Self, ImageError> {
        PageFile::open(path)?.page(0)
    }
}

impl Contents {
    fn find(bytes: Vec<u8>, path: &Path) -> Result<Self, ImageError> {
        Ok(match Kind::of(&bytes) {
            Kind::Raster => Self::Raster(bytes),
            Kind::Heic => Self::Heic(bytes),
            Kind::Pdf => Self::Pdf(Box::new(pdf::open(bytes, path)?)),
            Kind::Tiff => {
                let directories = tiff::directories(&bytes);
                Self::Tiff(bytes, directories)
            }
        })
    }

    fn decode(&self, index: usize, path: &Path) -> Result<PageImage, ImageError> {
        let no_such_page = || ImageError::NoPages { path: path.to_owned() };
        match self {
            Self::Raster(bytes) => raster::decode(bytes, path).map(|image| PageImage::from_image(&image)),
            Self::Heic(bytes) => heic::decode(bytes, path).map(|image| PageImage::from_image(&image)),
            Self::Tiff(bytes, directories) => {
                tiff::decode(bytes, directories.get(index).ok_or_else(no_such_page)?, path)
            }
            Self::Pdf(pdf) => pdf::render(pdf.pages().get(index).ok_or_else(no_such_page)?, path),
        }
    }
}
