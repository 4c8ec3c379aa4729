//! Digital ink: `stroke` is one pen stroke in a `color`, `drawing` a sheet of strokes with undo, `paper` what is
//! printed under them; `pen`, `eraser` and `lasso` are tools; `single_line_font` writes typed text as strokes; `raster`
//! draws strokes as pixels.
#![warn(missing_docs)]

mod color;
mod drawing;
mod eraser;
mod lasso;
mod paper;
mod pen;
mod raster;
mod single_line_font;
mod stroke;

pub use self::{
    color::InkColor,
    drawing::Drawing,
    lasso::{StrokeMotion, bounds_of, strokes_inside},
    paper::PaperKind,
    pen::PenStyle,
    raster::{rasterize, rasterize_in_color},
    single_line_font::{LineGlyph, SingleLineFont},
    stroke::{Segment, Stroke, in_painting_order},
};
