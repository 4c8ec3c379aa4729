//! Drawings around writing: frames, arrows and connectors are taken out of the ink, letters among them put back.

mod chains;
pub(super) mod doubtful_strokes;
pub(super) mod line_art;
mod remnants;
pub(super) mod straight_stroke;
