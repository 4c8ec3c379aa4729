//! How ink becomes the image of a line.
//!
//! - `hand.rs`: the hand varies
//! - `struck_out.rs`: words struck out, `diagram.rs`: underlines, boxes and arrows around the writing
//! - `canvas.rs`: the pixels that `pen.rs` draws strokes and glyphs on
//! - `background.rs`: kinds of paper and boards, `ruling.rs`: printed lines, `lighting.rs`: uneven light; `paper.rs`
//!   puts them under the ink
//! - `camera.rs`: blur and compression
//! - `photo.rs`: the steps above in order

pub(super) mod background;
pub(super) mod camera;
pub(super) mod canvas;
mod diagram;
pub(super) mod hand;
pub(super) mod lighting;
mod paper;
pub(super) mod pen;
pub(super) mod photo;
mod ruling;
pub(super) mod struck_out;
