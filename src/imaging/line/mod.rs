//! Line extraction and normalization: from a page and a text line to the input of a network.

pub(super) mod crop;
mod line_frame;
pub(super) mod line_image;
pub(super) mod normalize;
pub(super) mod shear_and_scale;
