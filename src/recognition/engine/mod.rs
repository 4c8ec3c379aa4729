//! What runs a network.
//!
//! | file | contents |
//! | - | - |
//! | `line_model` | the trait `LineModel`, its posteriors and errors |
//! | `tract_model` | the trait implemented with tract |
//! | `tract_limits` | what networks of others may take of memory |
//! | `tract_ink_labeller` | `imaging::InkLabeller` implemented with tract |
//! | `tract_layers` | the layers of an ONNX file with their theoretical cost |
//! | `tract_profile`, `tract_timing` | measures the time of each layer |
//! | `profile` | the measured numbers, as tables and traces |
//! | `tract_peak` | the peak FLOPS of the engine on this machine |
//! | `tract_export`, `tract_import` | trained weights to ONNX and back (with training) |
//! | `fake_model` | a model for tests |

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
pub(super) mod tract_ink_labeller;
mod tract_layers;
mod tract_limits;
pub(super) mod tract_model;
pub(super) mod tract_peak;
pub(super) mod tract_profile;
mod tract_timing;
