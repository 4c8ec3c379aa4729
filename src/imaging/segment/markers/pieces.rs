//! Several pieces of ink as one.

use crate::{
    imaging::raster::components::Component,
    page::{Point, Rect},
};

/// All pieces, of which there must be one at least, as one component.
pub(super) fn joined(pieces: &[Component]) -> Component {
    Component::from_runs(pieces.iter().flat_map(|piece| piece.runs.iter().copied()).collect())
}

/// The box around the pieces and their soft edges, in working pixels; `None` for none.
pub(super) fn bounds(pieces: &[Component]) -> Option<Rect> {
    let corners = |c: &Component| {
        let (left, top) = (c.left.saturating_sub(1), c.top.saturating_sub(1));
        [(left, top), (c.right + 1, c.bottom + 1)].map(|(x, y)| Point::new(x as f32, y as f32))
    };
    Rect::around(pieces.iter().flat_map(corners))
}
