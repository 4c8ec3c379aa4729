//! From a file to line images: loading, preparation, line finding, normalization.
#![warn(missing_docs)]

mod jpeg;
mod line_image;
mod load;
mod normalize;

pub use line_image::LineImage;
pub use load::{ImageError, PageImage};
pub use normalize::{INPUT_ROWS, MAX_INPUT_WIDTH, ModelInput, NORMALIZE_VERSION, WIDTH_MULTIPLE, normalize};
