//! Tools on pixels and masks: reduction, sampling, binarization, histograms, connected components, the scale of
//! writing, and the working page that puts them together. Nothing here knows of pages' preparation or lines.

pub(super) mod binarize;
pub(super) mod block_map;
pub(super) mod closed_contours;
pub(super) mod components;
pub(super) mod histogram;
pub(super) mod labels;
pub(super) mod page_side;
pub(super) mod reduce;
pub(super) mod sampling;
pub(super) mod straight_fit;
pub(super) mod working_page;
pub(super) mod writing_scale;
