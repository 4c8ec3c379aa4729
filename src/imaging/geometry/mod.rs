//! The geometry of a page: quarter turns, corners, perspective, and the adjustments that the user makes.

pub(super) mod adjust;
pub(super) mod corners;
pub(super) mod perspective;
pub(super) mod quarter_turn;
