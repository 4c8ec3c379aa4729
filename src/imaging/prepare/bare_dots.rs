//! Erasing printed dots but for what touches writing.

use crate::imaging::raster::{
    components::{Component, drawn},
    working_page::PageDraft,
};

/// Pixels around a dot that are erased with it, in working pixels: its blurred edge. No measurement recorded.
const EDGE_PX: u32 = 2;

/// The working pixels of `dots` and of their edges that are no ink of the `others`.
pub(super) fn bare_pixels(page: &PageDraft, dots: Vec<&Component>, others: Vec<&Component>) -> Vec<(u32, u32)> {
    let (width, height) = page.working().gray().dimensions();
    let writing = drawn(others, width, height);
    let is_bare = |&(x, y): &(u32, u32)| writing.get_pixel_checked(x, y).is_some_and(|pixel| pixel.0[0] == 0);
    let around = |dot: &Component| {
        let columns = dot.left.saturating_sub(EDGE_PX)..dot.right + EDGE_PX;
        (dot.top.saturating_sub(EDGE_PX)..dot.bottom + EDGE_PX).flat_map(move |y| columns.clone().map(move |x| (x, y)))
    };
    dots.into_iter().flat_map(around).filter(is_bare).collect()
}
