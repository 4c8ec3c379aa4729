//! Import: from a file to its pages, decoded one at a time.
//!
//! A file's lengths, sizes and numbers of pages are checked against limits before anything is allocated. A decoder that
//! panics counts as one that found the file damaged.

pub(super) mod defect;
pub(super) mod error;
mod foreign;
mod heic;
mod ink;
mod jpeg;
mod jpeg2000;
mod lenient;
pub(super) mod origin;
mod pdf;
mod png;
mod raster;
#[cfg(test)]
mod tests;
mod tiff;

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use hayro::hayro_syntax::Pdf;

use self::{defect::ImageDefect, error::ImageError, origin::PageOrigin, tiff::Directory};
use super::{
    limits::{MAX_BOOK_BYTES, MAX_PAGES, MAX_PICTURE_BYTES},
    page_image::PageImage,
};
use crate::{
    formats::{InkSheet, is_ink},
    jobs::contain,
};

/// Bytes at a file's beginning by which its format is recognized.
const HEAD_BYTES: u64 = 1024;

/// Extensions of the files that can be opened, in lower case: a folder's pages are recognized by them.
pub const IMAGE_EXTENSIONS: [&str; 19] = [
    "bmp", "gif", "heic", "heif", "inkml", "j2c", "j2k", "jfif", "jp2", "jpc", "jpeg", "jpf", "jpg", "pdf", "png",
    "tif", "tiff", "webp", "xopp",
];

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
    Jpeg2000(Vec<u8>),
    Pdf(Box<Pdf>),
    /// Strokes of a pen, drawn when they are needed.
    Ink(Vec<InkSheet>),
}

/// A decoded page, and what is missing of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodedPage {
    /// The page, as far as its file goes.
    pub image: PageImage,
    /// `None` for a page that is whole.
    pub defect: Option<ImageDefect>,
}

impl From<PageImage> for DecodedPage {
    fn from(image: PageImage) -> Self {
        Self { image, defect: None }
    }
}

/// The kind of a file, by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Raster,
    Tiff,
    Heic,
    Jpeg2000,
    Pdf,
    Ink,
}

impl Kind {
    fn of(head: &[u8]) -> Self {
        if tiff::is_tiff(head) {
            Self::Tiff
        } else if heic::is_heic(head) {
            Self::Heic
        } else if jpeg2000::is_jpeg2000(head) {
            Self::Jpeg2000
        } else if pdf::is_pdf(&head[..head.len().min(HEAD_BYTES as usize)]) {
            Self::Pdf
        } else if is_ink(head) {
            Self::Ink
        } else {
            Self::Raster
        }
    }

    fn max_bytes(self) -> u64 {
        match self {
            Self::Tiff | Self::Pdf => MAX_BOOK_BYTES,
            Self::Raster | Self::Heic | Self::Jpeg2000 | Self::Ink => MAX_PICTURE_BYTES,
        }
    }
}

impl PageFile {
    /// Reads the file at `path` and finds its pages, without decoding them.
    pub fn open(path: &Path) -> Result<Self, ImageError> {
        let mut file = File::open(path).map_err(|error| ImageError::unreadable(path, &error))?;
        Self::from_bytes(read_file(&mut file, path)?, path)
    }

    /// Finds the pages in a file's bytes; `path` only names it in errors.
    pub fn from_bytes(bytes: Vec<u8>, path: &Path) -> Result<Self, ImageError> {
        let contents = contain(|| Contents::find(bytes, path))
            .unwrap_or_else(|_panicked| Err(ImageError::damaged(path, "its parts contradict each other")))?;
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
        let unreadable = |error: io::Error| ImageError::unreadable(path, &error);
        let mut head = Vec::new();
        File::open(path).map_err(unreadable)?.take(HEAD_BYTES).read_to_end(&mut head).map_err(unreadable)?;
        match Kind::of(&head) {
            Kind::Raster | Kind::Heic | Kind::Jpeg2000 => Ok(1),
            Kind::Tiff | Kind::Pdf | Kind::Ink => Ok(Self::open(path)?.n_pages()),
        }
    }

    /// The number of pages; at least one.
    pub fn n_pages(&self) -> usize {
        match &self.contents {
            Contents::Raster(_) | Contents::Heic(_) | Contents::Jpeg2000(_) => 1,
            Contents::Tiff(_, directories) => directories.len(),
            Contents::Pdf(pdf) => pdf.pages().len(),
            Contents::Ink(sheets) => sheets.len(),
        }
    }

    /// What the file holds of page `index`, from 0, for a PDF that shows it as it is. Nothing where it is not whole.
    pub fn origin(&self, index: usize) -> PageOrigin<'_> {
        let origin = || match &self.contents {
            Contents::Raster(bytes) => raster::origin(bytes),
            Contents::Tiff(bytes, directories) => {
                directories.get(index).map(|directory| tiff::origin(bytes, *directory)).unwrap_or_default()
            }
            Contents::Heic(_) | Contents::Jpeg2000(_) => PageOrigin::default(),
            Contents::Pdf(pdf) => pdf::origin(pdf, index),
            Contents::Ink(sheets) => sheets.get(index).map(PageOrigin::of_ink).unwrap_or_default(),
        };
        // What cannot be understood is not kept.
        contain(origin).unwrap_or_default()
    }

    /// The sheets of a file of ink, to be written on; `None` for any other.
    pub fn ink(&self) -> Option<&[InkSheet]> {
        match &self.contents {
            Contents::Ink(sheets) => Some(sheets),
            _ => None,
        }
    }

    /// Decodes the page of [`PageFile::index_numbered`].
    pub fn page_numbered(&self, number: Option<usize>) -> Result<PageImage, ImageError> {
        self.page(self.index_numbered(number)?)
    }

    /// The index of the page that a description of this file is of: the one with this number, from 1, or the only one.
    /// Without a number, a file of several pages is refused.
    pub fn index_numbered(&self, number: Option<usize>) -> Result<usize, ImageError> {
        let n_pages = self.n_pages();
        match number {
            Some(number) if (1..=n_pages).contains(&number) => Ok(number - 1),
            None if n_pages == 1 => Ok(0),
            Some(page) => Err(ImageError::NoSuchPage { path: self.path.clone(), page, n_pages }),
            None => Err(ImageError::WhichPage { path: self.path.clone(), n_pages }),
        }
    }

    /// Decodes page `index`, from 0: upright, in colour, transparent parts over white paper.
    pub fn page(&self, index: usize) -> Result<PageImage, ImageError> {
        self.decode(index).map(|decoded| decoded.image)
    }

    /// As [`PageFile::page`], and says what is missing of it.
    pub fn decode(&self, index: usize) -> Result<DecodedPage, ImageError> {
        let decoded = contain(|| self.contents.decode(index, &self.path))
            .unwrap_or_else(|_panicked| Err(ImageError::damaged(&self.path, "its pixels contradict its description")));
        decoded.map_err(|error| {
            if self.n_pages() > 1 { ImageError::OnPage { page: index + 1, source: Box::new(error) } } else { error }
        })
    }
}

/// The bytes of a file of pages, also of a pipe without an end: no more are read than a file of its kind may have, and
/// of what is none only the beginning. `path` only names it in errors.
pub fn read_file(source: &mut impl Read, path: &Path) -> Result<Vec<u8>, ImageError> {
    let unreadable = |error: io::Error| ImageError::unreadable(path, &error);
    let mut bytes = Vec::new();
    source.by_ref().take(HEAD_BYTES).read_to_end(&mut bytes).map_err(unreadable)?;
    let kind = Kind::of(&bytes);
    if let Some(format) = foreign::format_name(&bytes).filter(|_| kind == Kind::Raster) {
        return Err(ImageError::Foreign { path: path.to_owned(), format });
    }
    if kind == Kind::Raster && !raster::is_known(&bytes) {
        return Err(ImageError::NotAnImage { path: path.to_owned() });
    }
    let max_bytes = kind.max_bytes();
    source.by_ref().take(max_bytes + 1 - bytes.len() as u64).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > max_bytes {
        return Err(ImageError::FileTooLarge { path: path.to_owned(), max_bytes });
    }
    Ok(bytes)
}

impl PageImage {
    /// Opens the only page of the file at `path`, upright; a file of several is refused.
    pub fn open(path: &Path) -> Result<Self, ImageError> {
        PageFile::open(path)?.page_numbered(None)
    }
}

impl Contents {
    fn find(bytes: Vec<u8>, path: &Path) -> Result<Self, ImageError> {
        Ok(match Kind::of(&bytes) {
            Kind::Raster => Self::Raster(bytes),
            Kind::Heic => Self::Heic(bytes),
            Kind::Jpeg2000 => Self::Jpeg2000(bytes),
            Kind::Pdf => Self::Pdf(Box::new(pdf::open(bytes, path)?)),
            Kind::Ink => Self::Ink(ink::open(&bytes, path)?),
            Kind::Tiff => {
                let directories = tiff::directories(&bytes);
                Self::Tiff(bytes, directories)
            }
        })
    }

    fn decode(&self, index: usize, path: &Path) -> Result<DecodedPage, ImageError> {
        let no_such_page = || ImageError::NoPages { path: path.to_owned() };
        match self {
            Self::Raster(bytes) => {
                let (image, defect) = raster::decode(bytes, path)?;
                Ok(DecodedPage { image: image.into(), defect })
            }
            Self::Heic(bytes) => Ok(PageImage::from(heic::decode(bytes, path)?).into()),
            Self::Jpeg2000(bytes) => {
                let (image, defect) = jpeg2000::decode(bytes, path)?;
                Ok(DecodedPage { image: image.into(), defect })
            }
            Self::Tiff(bytes, directories) => {
                Ok(tiff::decode(bytes, *directories.get(index).ok_or_else(no_such_page)?, path)?.into())
            }
            Self::Pdf(pdf) => Ok(pdf::render(pdf.pages().get(index).ok_or_else(no_such_page)?, path)?.into()),
            Self::Ink(sheets) => Ok(ink::drawn(sheets.get(index).ok_or_else(no_such_page)?).into()),
        }
    }
}
