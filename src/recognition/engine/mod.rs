//! What runs a network: the `LineModel` trait, tract behind it, profiles of layers.

#[cfg(test)]
pub(super) mod fake_model;
mod kernels;
pub(super) mod line_model;
mod operators;
pub(super) mod profile;
#[cfg(feature = "train")]
pub(super) mod tract_export;
#[cfg(feature = "train")]
mod tract_import;
mod tract_layers;
pub(super) mod tract_model;
pub(super) mod tract_peak;
pub(super) mod tract_profile;
