//! Errors of reading and of writing.

use std::io;

use thiserror::Error;

/// Why a page description cannot be read.
#[derive(Debug, Error)]
pub enum DescriptionError {
    /// The file cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The file is in another encoding.
    #[error("it is not written in UTF-8")]
    NotUtf8,
    /// The XML parser's sentence.
    #[error("it is no well-formed XML: {0}")]
    Malformed(String),
    /// Elements are nested more deeply than in any page description.
    #[error("its elements lie too deep in each other")]
    TooDeep,
    /// Only the entities of XML itself are known.
    #[error("it uses the unknown entity &{0};")]
    UnknownEntity(String),
    /// Elements are still open at the end.
    #[error("it is cut short")]
    CutShort,
    /// There is no element.
    #[error("it is empty")]
    Empty,
    /// PAGE XML without `<Page>`.
    #[error("it describes no page")]
    NoPage,
    /// A file without sheets of ink.
    #[error("it holds no ink")]
    NoInk,
    /// More than any file of ink holds.
    #[error("it is too large")]
    TooLarge,
    /// The image that is described cannot be found.
    #[error("its image \"{0}\" lies neither beside it nor in the folder above")]
    NoImage(String),
}

/// Why a page cannot be exported.
#[derive(Debug, Error)]
pub enum ExportError {
    /// The page's pixels could not be encoded.
    #[error("the picture of {name} could not be packed: {source}")]
    Picture {
        /// The page's name.
        name: String,
        /// The encoder's error.
        source: image::ImageError,
    },
    /// The format holds one page a file.
    #[error("{format} holds one page a file: save each page as a file of its own, or choose another format")]
    OnePageOnly {
        /// The format's name.
        format: &'static str,
    },
    /// No format has such names.
    #[error("no format has names like {name}: end it in {known}")]
    UnknownEnding {
        /// The file's name.
        name: String,
        /// The endings that are known, in a sentence.
        known: String,
    },
    /// The format is written from pixels or strokes, which are not there.
    #[error("{name} has nothing to save as {format}")]
    NothingToSave {
        /// The page's name.
        name: String,
        /// The format's name.
        format: &'static str,
    },
    /// The parts of a DOCX file could not be packed.
    #[error("the document could not be packed: {0}")]
    Packing(#[from] zip::result::ZipError),
    /// The same while its parts were written.
    #[error("the document could not be packed: {0}")]
    Writing(#[from] io::Error),
    /// JSON could not be written.
    #[error("the document could not be written: {0}")]
    Json(#[from] serde_json::Error),
}
