//! Working pages: a page at the resolution that its detectors share, with its ink, components and writing scale.
//!
//! Preparation and line finding look for dots, rules, enclosures and lines on a reduced page. A [`WorkingPage`] reduces
//! and binarizes once for all of them; a [`PageDraft`] makes it anew once a detector has changed the page.

use std::sync::OnceLock;

use image::{GrayImage, Luma};

use super::{
    binarize::binarize_reduced,
    components::{Component, components},
    page_side::page_side,
    reduce::{blank_block, shrink},
    writing_scale::WritingScale,
};

/// The side of a working page (see [`page_side`]), in working pixels: at most for preparation, about for line finding.
const WORKING_SIDE: u32 = 2000;

/// The least factor that reduces a page of this size, in pixels, to at most [`WORKING_SIDE`]: preparation's.
pub(crate) fn covering_factor(size: (u32, u32)) -> u32 {
    page_side(size).div_ceil(WORKING_SIDE).max(1)
}

/// The factor that reduces a page of this size, in pixels, most nearly to [`WORKING_SIDE`]: line finding's.
///
/// It equals [`covering_factor`] for pages whose side is at most 2000 pixels or, for example, 3000 to 4000.
pub(crate) fn nearest_factor(size: (u32, u32)) -> u32 {
    (page_side(size) as f32 / WORKING_SIDE as f32).round().max(1.0) as u32
}

/// A grey page reduced by a whole factor. Ink, components and writing scale are found when they are first needed.
#[derive(Clone, Debug)]
pub(crate) struct WorkingPage {
    factor: u32,
    gray: GrayImage,
    ink: OnceLock<GrayImage>,
    components: OnceLock<Vec<Component>>,
    scale: OnceLock<Option<WritingScale>>,
}

impl WorkingPage {
    /// `page`, reduced `factor` times each way.
    pub(crate) fn of(page: &GrayImage, factor: u32) -> Self {
        Self {
            factor,
            gray: shrink(page, factor),
            ink: OnceLock::new(),
            components: OnceLock::new(),
            scale: OnceLock::new(),
        }
    }

    /// Page pixels to a working pixel, each way.
    pub(crate) const fn factor(&self) -> u32 {
        self.factor
    }

    /// 255 paper, dark ink.
    pub(crate) const fn gray(&self) -> &GrayImage {
        &self.gray
    }

    /// 255 ink, 0 paper.
    pub(crate) fn ink(&self) -> &GrayImage {
        self.ink.get_or_init(|| binarize_reduced(&self.gray))
    }

    /// The connected components of the ink, in working pixels.
    pub(crate) fn components(&self) -> &[Component] {
        self.components.get_or_init(|| components(self.ink()))
    }

    /// The size of the writing, in working pixels; `None` where nothing is as large as a letter.
    pub(crate) fn scale(&self) -> Option<WritingScale> {
        *self.scale.get_or_init(|| WritingScale::measure(self.components(), self.gray.dimensions()))
    }

    /// Makes working pixels paper; those outside of the page are ignored.
    fn blank(&mut self, pixels: impl Iterator<Item = (u32, u32)>) {
        (self.ink, self.components, self.scale) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        for (x, y) in pixels {
            if let Some(pixel) = self.gray.get_pixel_mut_checked(x, y) {
                *pixel = Luma([255]);
            }
        }
    }
}

/// A grey page whose detectors take turns to find something on its working page and to erase it from the page.
pub(crate) struct PageDraft {
    gray: GrayImage,
    working: OnceLock<WorkingPage>,
}

impl PageDraft {
    /// A draft of a page: 255 paper, dark ink.
    pub(crate) const fn new(gray: GrayImage) -> Self {
        Self { gray, working: OnceLock::new() }
    }

    /// The page at full size.
    pub(crate) const fn gray(&self) -> &GrayImage {
        &self.gray
    }

    /// The page at full size, to be changed: its working page is made anew afterwards.
    pub(crate) fn gray_mut(&mut self) -> &mut GrayImage {
        self.working.take();
        &mut self.gray
    }

    /// The page at working size, reduced by [`covering_factor`].
    pub(crate) fn working(&self) -> &WorkingPage {
        self.working.get_or_init(|| WorkingPage::of(&self.gray, covering_factor(self.gray.dimensions())))
    }

    /// Makes paper of the blocks of page pixels behind these working pixels. A block of paper is reduced to a pixel of
    /// paper, so the working page need not be reduced anew.
    pub(crate) fn blank(&mut self, working_pixels: &[(u32, u32)]) {
        if working_pixels.is_empty() {
            return;
        }
        let factor = covering_factor(self.gray.dimensions());
        for &(x, y) in working_pixels {
            blank_block(&mut self.gray, x, y, factor);
        }
        if let Some(working) = self.working.get_mut() {
            working.blank(working_pixels.iter().copied());
        }
    }

    /// The page, and its working page where that is up to date.
    pub(crate) fn into_parts(self) -> (GrayImage, Option<WorkingPage>) {
        (self.gray, self.working.into_inner())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page of 2500 × 1300 pixels, reduced by 2, with a row of upright strokes, one every 20 pixels.
    fn draft() -> PageDraft {
        PageDraft::new(GrayImage::from_fn(2500, 1300, |x, y| {
            Luma([if x % 20 < 6 && (10..50).contains(&y) { 30 } else { 250 }])
        }))
    }

    #[test]
    fn a_blanked_draft_works_on_what_it_would_be_reduced_to() {
        let mut draft = draft();
        assert_eq!(draft.working().factor(), 2);
        let n_components = draft.working().components().len();
        let pixels: Vec<(u32, u32)> = (0..40).flat_map(|y| (1235..1300).map(move |x| (x, y))).collect();
        draft.blank(&pixels);
        let anew = WorkingPage::of(draft.gray(), 2);
        assert_eq!(draft.working().gray(), anew.gray());
        assert_eq!(draft.working().components().len(), n_components - 1);
    }

    #[test]
    fn a_changed_draft_is_reduced_anew() {
        let mut draft = draft();
        assert!(!draft.working().components().is_empty());
        draft.gray_mut().fill(255);
        assert!(draft.working().components().is_empty());
    }

    #[test]
    fn factors_agree_where_both_roundings_do() {
        for (side, covering, nearest) in [(0, 1, 1), (2000, 1, 1), (2592, 2, 1), (3508, 2, 2), (4032, 3, 2)] {
            let sizes = [(side, side / 2 + 1), (side / 2 + 1, side)];
            assert_eq!((covering_factor(sizes[0]), nearest_factor(sizes[1])), (covering, nearest), "{side}");
        }
        for strip in [(750, 15_000), (9000, 480)] {
            assert_eq!((covering_factor(strip), nearest_factor(strip)), (1, 1), "as its parts are");
        }
    }
}
