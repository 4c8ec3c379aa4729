//! Why a page could not be opened, in sentences that name the file and say what to do.

use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::{
    imaging::limits::{MAX_PAGES, MAX_PIXELS, MAX_SIDE, is_too_large},
    jobs::Panicked,
};

/// Why a page could not be opened. Each text names the file and says what is wrong.
#[derive(Debug, Error)]
pub enum ImageError {
    /// There is no such file, or it may not be read.
    #[error("cannot read {}: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// In words.
        reason: String,
    },
    /// The file is of no known format.
    #[error(
        "{} is not an image that Longhand can open (PNG, JPEG, TIFF, WebP, BMP, GIF, HEIC, JPEG 2000 or PDF), nor ink \
         (InkML, xopp)",
        path.display()
    )]
    NotAnImage {
        /// The file.
        path: PathBuf,
    },
    /// The file is of a known format that is not opened.
    #[error("{} is {format}, which Longhand cannot open: save it as PNG or PDF and open that", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What it is, with its article.
        format: &'static str,
    },
    /// The file is damaged or cut short.
    #[error("{} is damaged and cannot be decoded: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The decoder's words.
        reason: String,
    },
    /// The format is known, this way of using it is not.
    #[error("{} is of a kind that Longhand cannot open ({reason}): save it as PNG and open that", path.display())]
    Unsupported {
        /// The file.
        path: PathBuf,
        /// The decoder's words.
        reason: String,
    },
    /// A PDF that asks for a password.
    #[error("{} is protected by a password: save a copy without one and open that", path.display())]
    Protected {
        /// The file.
        path: PathBuf,
    },
    /// The file brings out a mistake in the program.
    #[error("{} cannot be read: {source}", path.display())]
    Defect {
        /// The file.
        path: PathBuf,
        /// That it panicked.
        source: Panicked,
    },
    /// A page has too many pixels.
    #[error(
        "{} is {width} × {height} pixels; Longhand opens at most {MAX_SIDE} a side and {} million in all: make it \
         smaller and open that", path.display(), MAX_PIXELS / 1_000_000
    )]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
    /// A page's samples take too many bytes.
    #[error("{} is {width} × {height} pixels of more bits than Longhand opens at that size: save it with 8 bits",
        path.display())]
    TooDeep {
        /// The file.
        path: PathBuf,
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
    /// The file has too many bytes.
    #[error(
        "{} has more than {} MB, the most that Longhand opens of such a file: make it smaller or split it and open that",
        path.display(), max_bytes / 1_000_000
    )]
    FileTooLarge {
        /// The file.
        path: PathBuf,
        /// The most bytes for its kind.
        max_bytes: u64,
    },
    /// The file has too many pages.
    #[error("{} has more than {MAX_PAGES} pages, the most that Longhand opens: split it and open the parts",
        path.display())]
    TooManyPages {
        /// The file.
        path: PathBuf,
    },
    /// The file has no pages.
    #[error("{} has no pages", path.display())]
    NoPages {
        /// The file.
        path: PathBuf,
    },
    /// The file has fewer pages than the number of the one that is asked for.
    #[error("{} has no page {page}: it ends with page {n_pages}", path.display())]
    NoSuchPage {
        /// The file.
        path: PathBuf,
        /// The number, from 1.
        page: usize,
        /// The file's pages.
        n_pages: usize,
    },
    /// One page is needed, and the file has several.
    #[error(
        "{} has {n_pages} pages, and nothing says which one is meant: name it as \"#page=1\" behind the image's name \
         in its description, or save the page as a file of its own", path.display()
    )]
    WhichPage {
        /// The file.
        path: PathBuf,
        /// Its pages.
        n_pages: usize,
    },
    /// One page of several cannot be opened.
    #[error("page {page} of {source}")]
    OnPage {
        /// Its number, from 1.
        page: usize,
        /// Why, of the file.
        source: Box<ImageError>,
    },
}

impl ImageError {
    pub(super) fn damaged(path: &Path, reason: impl Into<String>) -> Self {
        Self::Damaged { path: path.to_owned(), reason: reason.into() }
    }

    pub(super) fn unreadable(path: &Path, error: &std::io::Error) -> Self {
        let reason = match error.kind() {
            std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
            std::io::ErrorKind::PermissionDenied => "you may not read it".to_owned(),
            std::io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
            _ => error.to_string(),
        };
        Self::Unreadable { path: path.to_owned(), reason }
    }

    /// The error of one of the `image` crate's decoders.
    pub(super) fn of_decoder(path: &Path, error: &image::ImageError) -> Self {
        let (path, reason) = (path.to_owned(), error.to_string());
        match error {
            image::ImageError::Unsupported(_) => Self::Unsupported { path, reason },
            _ => Self::Damaged { path, reason },
        }
    }
}

/// Refuses a page of this size in pixels where it exceeds the limits.
pub(super) fn check_size(path: &Path, width: u32, height: u32) -> Result<(), ImageError> {
    if is_too_large(width, height) {
        return Err(ImageError::TooLarge { path: path.to_owned(), width, height });
    }
    Ok(())
}
