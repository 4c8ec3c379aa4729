//! Pen strokes: drawing and erasing them with undo, and turning them into pixels.
#![warn(missing_docs)]

mod drawing;
mod raster;
mod stroke;

pub use self::{drawing::Drawing, raster::rasterize, stroke::Stroke};
