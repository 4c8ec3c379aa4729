//! From a file to line images: loading, preparation, line finding, normalization.
#![warn(missing_docs)]

mod adjust;
mod binarize;
mod clean_up;
mod components;
mod corners;
mod cut_line;
mod highlights;
mod histogram;
mod import;
mod insides;
mod jpeg;
mod line_frame;
mod line_image;
mod load;
mod median;
mod normalize;
mod paper_dots;
mod paper_region;
mod paper_rules;
mod perspective;
mod prepare;
mod quarter_turn;
mod reading_order;
mod reshape;
mod rings;
mod segment;
mod sheet_growth;
mod shrink;
mod white_map;

pub use adjust::PageAdjustments;
pub use binarize::ink_mask;
pub use clean_up::CleanUp;
pub use corners::{are_seen_aslant, propose_corners};
pub use cut_line::cut_line;
pub use import::{IMAGE_EXTENSIONS, ImageError, PageFile, has_image_name};
pub use line_image::LineImage;
pub use load::PageImage;
pub use normalize::{INPUT_ROWS, MAX_INPUT_WIDTH, ModelInput, NORMALIZE_VERSION, WIDTH_MULTIPLE, normalize};
pub use perspective::{Corners, are_corners_of_a_sheet, rectified_size, rectify, whole_page};
pub use prepare::{PreparedPage, prepare, prepare_with};
pub use quarter_turn::QuarterTurn;
pub use reshape::Reshaping;
pub use segment::{Segmentation, segment, segment_turned};
