//! A line as its spine and its pieces of ink.

use super::spines::spine::Spine;
use crate::imaging::raster::components::Component;

/// A line's ink, in working pixels.
#[derive(Clone)]
pub(in crate::imaging) struct LineInk {
    pub(super) spine: Spine,
    pub(super) pieces: Vec<Component>,
}

/// Left and right end of ink, in working pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    pub(super) left: f32,
    /// Exclusive.
    pub(super) right: f32,
}

impl Extent {
    /// The extent of all `pieces`; `None` for none.
    pub(super) fn of<'a>(pieces: impl IntoIterator<Item = &'a Component>) -> Option<Self> {
        let ends = pieces.into_iter().map(|piece| (piece.left, piece.right));
        let (left, right) = ends.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))?;
        Some(Self { left: left as f32, right: right as f32 })
    }

    pub(super) fn width(self) -> f32 {
        self.right - self.left
    }
}
