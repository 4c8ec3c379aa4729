//! Why a page could not be opened, in sentences that name the file and say what to do.

use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::imaging::limits::{MAX_FILE_BYTES, MAX_PAGES, MAX_PIXELS, MAX_SIDE, is_too_large};

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
        "{} is not an image that Longhand can open (PNG, JPEG, TIFF, WebP, BMP, GIF, HEIC or PDF)", path.display()
    )]
    NotAnImage {
        /// The file.
        path: PathBuf,
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
    /// The file has too many bytes.
    #[error(
        "{} has {} MB; Longhand opens files of at most {} MB: split it and open the parts",
        path.display(), n_bytes / 1_000_000, MAX_FILE_BYTES / 1_000_000
    )]
    FileTooLarge {
        /// The file.
        path: PathBuf,
        /// Its length.
        n_bytes: u64,
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
