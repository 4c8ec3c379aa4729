//! Prepared pages: what line finding and reading work on.

use std::sync::OnceLock;

use image::{GrayImage, Luma};

use super::raster::{
    binarize::binarize,
    working_page::{WorkingPage, nearest_factor},
};
use crate::page::{Point, Rect};

/// A page made ready for line finding and reading: grey, paper white, ink dark, dark boards inverted, the surroundings
/// of the sheet blanked, the dots and rules of its paper and the enclosures of words erased. It has the size and
/// coordinates of the upright [`PageImage`](super::PageImage).
#[derive(Clone, Debug)]
pub struct PreparedPage {
    gray: GrayImage,
    enclosures: Vec<Rect>,
    /// Reduced for line finding: handed on by preparation or made at first use.
    working: OnceLock<WorkingPage>,
    sheets: Vec<PreparedSheet>,
}

/// One of several sheets in a photo, as a page of its own.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PreparedSheet {
    /// The column of the photo at which it begins.
    pub(super) left: u32,
    /// The row of the photo at which it begins.
    pub(super) top: u32,
    /// The sheet, in its own pixels.
    pub(super) page: PreparedPage,
}

impl PreparedPage {
    /// A page in grey, 255 paper and dark ink, and the insides of the enclosures that were erased from it, in page
    /// pixels.
    pub const fn new(gray: GrayImage, enclosures: Vec<Rect>) -> Self {
        Self { gray, enclosures, working: OnceLock::new(), sheets: Vec::new() }
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

    /// A photo of this size, width and height, that holds nothing but these sheets, in reading order.
    pub(super) fn of_sheets((width, height): (u32, u32), sheets: Vec<PreparedSheet>) -> Self {
        let mut gray = GrayImage::from_pixel(width, height, Luma([255]));
        let mut enclosures = Vec::new();
        for sheet in &sheets {
            for (x, y, pixel) in sheet.page.gray.enumerate_pixels() {
                // Sheets that lie aslant reach into each other's upright boxes.
                let on_page = gray.get_pixel_mut(sheet.left + x, sheet.top + y);
                on_page.0[0] = on_page.0[0].min(pixel.0[0]);
            }
            enclosures.extend(sheet.page.enclosures.iter().map(|enclosure| enclosure.moved(|p| sheet.on_photo(p))));
        }
        Self { sheets, ..Self::new(gray, enclosures) }
    }

    /// The sheets of a photo that shows several, in reading order; else none.
    pub(super) fn sheets(&self) -> &[PreparedSheet] {
        &self.sheets
    }

    /// The upright boxes of the sheets of a photo that shows several, in reading order and page pixels; else none.
    pub fn sheet_bounds(&self) -> Vec<Rect> {
        self.sheets.iter().map(PreparedSheet::bounds).collect()
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

impl PreparedSheet {
    /// Its box in pixels of the photo.
    fn bounds(&self) -> Rect {
        let (left, top) = (self.left as f32, self.top as f32);
        Rect::new(left, top, left + self.page.gray.width() as f32, top + self.page.gray.height() as f32)
    }

    /// A place on the sheet, in pixels of the photo.
    pub(super) fn on_photo(&self, place: Point) -> Point {
        Point::new(place.x + self.left as f32, place.y + self.top as f32)
    }
}

impl PartialEq for PreparedPage {
    fn eq(&self, other: &Self) -> bool {
        self.gray == other.gray && self.enclosures == other.enclosures && self.sheets == other.sheets
    }
}

/// The ink of a prepared page at full size: 255 ink, 0 paper.
pub fn ink_mask(page: &PreparedPage) -> GrayImage {
    let side = page.gray.width().max(page.gray.height());
    binarize(&page.gray, (side / 80).max(8))
}
