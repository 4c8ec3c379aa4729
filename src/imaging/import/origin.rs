//! What a page's file holds of it besides pixels: the packed picture, which a PDF can show as it is, and the paper's
//! size.

use std::fmt::{self, Debug};

use hayro::hayro_syntax::Pdf;
use image::metadata::Orientation;

use crate::formats::InkSheet;

/// The dots an inch from which a stated resolution is that of a scanner; cameras and screens state 72 or 96, whatever
/// they show.
const MIN_SCAN_DOTS_PER_INCH: f32 = 100.0;
/// Points an inch.
const POINTS_PER_INCH: f32 = 72.0;

/// What a page's file holds of it.
#[derive(Clone, Debug, Default)]
pub struct PageOrigin<'a> {
    /// The picture, if a PDF can show it as it is.
    pub picture: Option<PackedPicture<'a>>,
    /// Width and height of the upright page in points; `None` where the file does not tell.
    pub points: Option<[f32; 2]>,
}

impl<'a> PageOrigin<'a> {
    /// That of a sheet of ink.
    pub const fn of_ink(sheet: &'a InkSheet) -> Self {
        Self { picture: Some(PackedPicture::Ink(sheet)), points: None }
    }
}

/// A packed picture, or the ink that one is drawn of. Sizes are those before it is turned upright, in pixels.
#[derive(Clone)]
pub enum PackedPicture<'a> {
    /// A JPEG from its start to its end.
    Jpeg {
        /// The stream.
        bytes: &'a [u8],
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
        /// 1 for grey, 3 for colours, 4 for inks.
        n_channels: u8,
        /// Whether ink is 0, as Adobe's programs store it.
        is_inverted: bool,
        /// What turns it upright.
        orientation: Orientation,
    },
    /// A fax of group 4.
    Fax {
        /// The stream, each byte's highest bit first.
        bytes: Vec<u8>,
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
        /// Whether what is coded as black is 1, which is shown as white.
        is_black_1: bool,
        /// What turns it upright.
        orientation: Orientation,
    },
    /// A page of a PDF without text of its own.
    Page {
        /// The PDF.
        file: &'a Pdf,
        /// The page, from 0.
        index: usize,
        /// Points to a unit of the page.
        points_per_unit: f32,
    },
    /// The strokes of a sheet, on its paper.
    Ink(&'a InkSheet),
}

impl Debug for PackedPicture<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Jpeg { .. } => "a JPEG",
            Self::Fax { .. } => "a fax",
            Self::Page { .. } => "a page of a PDF",
            Self::Ink(_) => "ink",
        })
    }
}

/// The size in points of an upright page of this many pixels with this many dots an inch, stored turned or not; `None`
/// where they are not those of a scan.
pub(super) fn points(pixels: [u32; 2], dots_per_inch: [f32; 2], orientation: Orientation) -> Option<[f32; 2]> {
    let is_scan = dots_per_inch.iter().all(|dots| dots.is_finite() && *dots >= MIN_SCAN_DOTS_PER_INCH);
    let [width, height] = [0, 1].map(|side| pixels[side] as f32 * POINTS_PER_INCH / dots_per_inch[side]);
    is_scan.then_some(if is_on_its_side(orientation) { [height, width] } else { [width, height] })
}

fn is_on_its_side(orientation: Orientation) -> bool {
    use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    matches!(orientation, Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH)
}
