//! The commands that train, and those that make what is trained with.
//!
//! - `train.rs`, `distill.rs`: a reader by a recipe, or a student by its teacher; `training_run.rs`: what the training
//!   commands share
//! - `adapt.rs`: a reader for one hand; `page_adaptation.rs`: the same for `--adapt`, by the pages that are read
//! - `tucker.rs`: a trained reader decomposed into a smaller one, `losses.rs`: every loss of a student
//! - `synthesize.rs`: a sheet of synthetic lines, `language_model.rs`: a language model, `bench_training.rs`:
//!   throughput

#[cfg(feature = "train")]
pub(super) mod adapt;
#[cfg(feature = "train")]
pub(super) mod bench_training;
#[cfg(feature = "train")]
pub(super) mod distill;
#[cfg(feature = "train")]
pub(super) mod language_model;
#[cfg(feature = "train")]
pub(super) mod losses;
#[cfg(feature = "train")]
pub(super) mod page_adaptation;
#[cfg(feature = "train")]
pub(super) mod synthesize;
#[cfg(feature = "train")]
pub(super) mod train;
#[cfg(feature = "train")]
mod training_run;
#[cfg(feature = "train")]
pub(super) mod tucker;
