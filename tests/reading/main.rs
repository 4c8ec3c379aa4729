//! From a page to its text: lines found on real pages, shipped models, exported files read back.
#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "tests say what they miss")]

mod damage;
mod export;
mod field;
mod line_finding;
mod models;
