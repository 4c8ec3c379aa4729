//! Pen strokes: drawing and erasing them with undo, and turning them into pixels.
#![warn(missing_docs)]

mod drawing;
mod raster;
mod stroke;

pub use drawing::Drawing;
pub use raster::rasterize;
pub use stroke::Stroke;
