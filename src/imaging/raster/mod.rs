//! Tools on pixels and masks: reduction, binarization, histograms, connected components, straight fits, the scale of
//! writing.

pub(super) mod binarize;
pub(super) mod closed_contours;
pub(super) mod components;
pub(super) mod histogram;
pub(super) mod median;
pub(super) mod reduce;
pub(super) mod straight_fit;
pub(super) mod writing_scale;
