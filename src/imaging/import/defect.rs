//! What is missing of a page that is read nevertheless.

use std::fmt::{self, Display};

/// What is missing of a file whose page was decoded as far as it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImageDefect {
    /// The file stops before its end mark; its pixels are there.
    EndMissing,
    /// The file is cut short or damaged; the pixels that are not there are white.
    PixelsMissing,
}

impl Display for ImageDefect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::EndMissing => "the file is cut short: its end is missing, though none of its pixels seem to be",
            Self::PixelsMissing => "the file is cut short or damaged: what is missing of the page is left white",
        })
    }
}
