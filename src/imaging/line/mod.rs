//! From a page and a text line to the numbers that a network reads: crop, upright frame, normalized input.

pub(super) mod crop;
mod line_frame;
pub(super) mod line_image;
pub(super) mod normalize;
pub(super) mod shear_and_scale;
