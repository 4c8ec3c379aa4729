//! Composes whole pages with truth for every pixel, from which a network learns to tell writing from drawing and to
//! find lines.
//!
//! A page passes through these steps:
//!
//! 1. `scene.rs` chooses what is photographed: sheets, boards, sticky notes (`ground.rs`), and what stands on them
//!    (`contents/`).
//! 2. `composition.rs` has the writer (`writer.rs`), the draughtsman (`draughtsman.rs`, `connectors.rs`) and what is on
//!    the page so far (`layout.rs`).
//! 3. `warp.rs` maps the scene to the photo; `exposure.rs` draws it there, keeping the kind of ink of each pixel.
//! 4. [`crate::imaging::prepare`] prepares the photo; `truth.rs` brings the truth onto the reduced page.
//!
//! `composer.rs` runs the steps, `composed_page.rs` is what comes out. `found_lines.rs` cuts lines out of such pages,
//! for a reader to learn from.

pub(super) mod composed_page;
pub(super) mod composer;
mod composition;
mod connectors;
mod contents;
mod draughtsman;
mod exposure;
pub(super) mod found_lines;
mod ground;
mod layout;
mod scene;
#[cfg(test)]
mod tests;
mod truth;
mod warp;
mod writer;
