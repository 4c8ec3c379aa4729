//! How ink becomes a picture: hand, pen, paper, drawings around words, camera.

mod camera;
mod diagram;
pub(super) mod hand;
mod paper;
pub(super) mod pen;
pub(super) mod photo;
pub(super) mod struck_out;
