//! Drives the whole window by the names that a screen reader would read.
#![cfg(feature = "gui")]
#![expect(clippy::unwrap_used, reason = "helpers of tests are not tests to clippy")]

#[cfg(feature = "train")]
#[path = "../support/bars.rs"]
mod bars;
mod fake_models;
mod files;
mod journey;
mod kept;
mod kills;
mod lab;
mod pages;
#[path = "../support/program.rs"]
mod program;
mod projects;
mod screens;
#[cfg(feature = "train")]
mod training;
mod window;
mod workbench;
mod writing;
