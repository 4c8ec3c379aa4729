//! Training lines, from data sets to batches.
//!
//! Lines come from four kinds of source, which a recipe weights against each other: labelled sets, recorded ink, lines
//! that [`crate::synthesis`] draws, and lines recombined from the words of a set.
//!
//! - `line_cache.rs`: a normalized line with its text, and a file of many
//! - `line_dataset.rs`: lines of labelled sets, of recorded ink, and without labels
//! - `word_recombination.rs`: new lines from the words of a writer's lines; the alignment of a trained reader shows
//!   where words end
//! - `augmentation.rs`: distorts lines anew each time they are drawn
//! - `batches.rs`: draws lines from the sources in proportion to their weights and makes batches of similar width
//!
//! Every line passes through [`crate::imaging::normalize`], as in recognition.

pub(super) mod augmentation;
pub(super) mod batches;
pub(super) mod line_cache;
pub(super) mod line_dataset;
#[cfg(test)]
mod tests;
pub(super) mod word_recombination;
