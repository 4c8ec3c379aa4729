//! From a file to line images: loading, preparation, line finding, normalization.
#![warn(missing_docs)]

mod binarize;
mod components;
mod corners;
mod cut_line;
mod histogram;
mod jpeg;
mod line_frame;
mod line_image;
mod load;
mod normalize;
mod paper_region;
mod paper_rules;
mod prepare;
mod quarter_turn;
mod reading_order;
mod segment;
mod shrink;
mod white_map;

pub use binarize::ink_mask;
pub use corners::propose_corners;
pub use cut_line::cut_line;
pub use line_image::LineImage;
pub use load::{ImageError, PageImage};
pub use normalize::{INPUT_ROWS, MAX_INPUT_WIDTH, ModelInput, NORMALIZE_VERSION, WIDTH_MULTIPLE, normalize};
pub use prepare::{PreparedPage, prepare};
pub use quarter_turn::QuarterTurn;
pub use segment::{Segmentation, segment, segment_turned};
