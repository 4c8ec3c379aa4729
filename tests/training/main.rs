//! Training from lines to a model package: the trainer, distillation, adaptation to one hand, and the engine against
//! PyTorch.
#![cfg(feature = "train")]
#![expect(clippy::unwrap_used, reason = "helpers of tests are not tests to clippy")]

mod adaptation;
#[path = "../support/bars.rs"]
mod bars;
mod distillation;
mod killed_run;
#[path = "../support/program.rs"]
mod program;
mod pytorch_fixtures;
mod trainer;
