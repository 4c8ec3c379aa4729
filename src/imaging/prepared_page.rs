//! Prepared pages: what line finding and reading work on.

use std::sync::OnceLock;

use image::GrayImage;

use super::raster::{
    binarize::binarize,
    working_page::{WorkingPage, nearest_factor},
};
use crate::page::Rect;

/// A page made ready for line finding and reading: grey, paper white, ink dark, dark boards inverted, the surroundings
/// of the sheet blanked, the dots and rules of its paper and the enclosures of words erased. It has the size and
/// coordinates of the upright [`PageImage`](super::PageImage).
#[derive(Clone, Debug)]
pub struct PreparedPage {
    gray: GrayImage,
    enclosures: Vec<Rect>,
    /// Reduced for line finding: handed on by preparation or made at first use.
    working: OnceLock<WorkingPage>,
}

impl PreparedPage {
    /// A page in grey, 255 paper and dark ink, and the insides of the enclosures that were erased from it, in page
    /// pixels.
    pub const fn new(gray: GrayImage, enclosures: Vec<Rect>) -> Self {
        Self { gray, enclosures, working: OnceLock::new() }
    }

    /// A page from which no enclosure was erased.
    pub const fn without_enclosures(gray: GrayImage) -> Self {
        Self::new(gray, Vec::new())
    }

    /// With a working page of the same pixels, which line finding takes where it is reduced by its own factor.
    pub(super) fn with_working(self, working: Option<WorkingPage>) -> Self {
        let own_factor = nearest_factor(self.gray.dimensions());
        let working = working.filter(|working| working.factor() == own_factor);
        Self { working: working.map_or_else(OnceLock::new, OnceLock::from), ..self }
    }

    /// The page's pixels: 255 paper, dark ink.
    pub const fn gray(&self) -> &GrayImage {
        &self.gray
    }

    /// The insides of the erased enclosures, in page pixels.
    pub fn enclosures(&self) -> &[Rect] {
        &self.enclosures
    }

    /// The page reduced for line finding, by [`nearest_factor`].
    pub(crate) fn working(&self) -> &WorkingPage {
        self.working.get_or_init(|| WorkingPage::of(&self.gray, nearest_factor(self.gray.dimensions())))
    }
}

impl PartialEq for PreparedPage {
    fn eq(&self, other: &Self) -> bool {
        self.gray == other.gray && self.enclosures == other.enclosures
    }
}

/// The ink of a prepared page at full size: 255 ink, 0 paper.
pub fn ink_mask(page: &PreparedPage) -> GrayImage {
    let side = page.gray.width().max(page.gray.height());
    binarize(&page.gray, (side / 80).max(8))
}
