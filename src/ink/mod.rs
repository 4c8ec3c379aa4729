//! Digital ink: `stroke` is one pen stroke, `drawing` a sheet of strokes with undo, `raster` draws strokes as pixels.
#![warn(missing_docs)]

mod drawing;
mod raster;
mod stroke;

pub use self::{drawing::Drawing, raster::rasterize, stroke::Stroke};
