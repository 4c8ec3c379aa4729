//! The commands that train and that make what is trained with.

#[cfg(feature = "train")]
pub(super) mod bench_training;
#[cfg(feature = "train")]
pub(super) mod distill;
#[cfg(feature = "train")]
pub(super) mod language_model;
#[cfg(feature = "train")]
pub(super) mod learn;
#[cfg(feature = "train")]
pub(super) mod losses;
#[cfg(feature = "train")]
pub(super) mod practice;
#[cfg(feature = "train")]
mod recipe_options;
#[cfg(feature = "train")]
pub(super) mod synthesize;
#[cfg(feature = "train")]
pub(super) mod train;
#[cfg(feature = "train")]
mod training_run;
#[cfg(feature = "train")]
pub(super) mod tucker;
