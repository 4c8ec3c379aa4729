//! Draws line images with their text for training: recorded pen strokes and handwriting fonts, drawn with other pens on
//! other paper.
//!
//! A line passes through four steps:
//!
//! 1. `sources/` gives its ink in x-heights with its text (`ink.rs`): a recorded line, letters of a recorded writer, or
//!    glyphs of a typeface. `texts/` gives the texts of the last two.
//! 2. `pen_and_paper/hand.rs` varies the hand: slant, width, tremor, a baseline that wanders.
//! 3. `pen_and_paper/pen.rs` draws the strokes on a canvas of pixels, `paper.rs` puts paper and light under them.
//! 4. `pen_and_paper/camera.rs` blurs and compresses the image.
//!
//! `pages/` composes whole pages of such lines and of drawings, with truth for every pixel, and cuts lines out of them.
//!
//! `synthesizer.rs` runs the steps and discards lines that [`crate::imaging::normalize`] finds empty or too narrow for
//! their text: the same sources, seed and number give the same line on every thread and machine. `random.rs` holds the
//! random numbers of a line, `surface.rs` whether it has to stand on a whiteboard, `synthetic_line.rs` what comes out,
//! `contact_sheet.rs` shows lines to people, `error.rs`: what may be wrong with a source.
#![warn(missing_docs)]

mod contact_sheet;
mod error;
mod ink;
mod pages;
mod pen_and_paper;
mod random;
mod sources;
mod surface;
mod synthesizer;
mod synthetic_line;
#[cfg(test)]
mod tests;
mod texts;

pub(crate) use self::random::LineRng;
pub use self::{
    contact_sheet::contact_sheet,
    error::SynthesisError,
    pages::{
        composed_page::{ComposedLine, ComposedPage, INK_DRAWING, INK_NONE, INK_STRUCK, INK_WRITING, PageContent},
        composer::PageComposer,
        found_lines::FoundLines,
    },
    sources::{
        bundled::bundled_sources,
        plain_lines::{RecordedLine, recorded_lines},
        source_list::{SynthesisSources, Weighted},
    },
    synthesizer::{LineSynthesizer, SYNTHESIS_VERSION},
    synthetic_line::SyntheticLine,
    texts::corpora::sample_texts,
};
