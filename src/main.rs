//! The `longhand` program: logging, reports of crashes, then the command line.

use std::{io, process::ExitCode, time::Instant};

use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let started = Instant::now();
    // Standard output is for answers; the log goes to standard error, and shows only errors by default.
    let filter = EnvFilter::try_from_env("LONGHAND_LOG").unwrap_or_else(|_| EnvFilter::new("error"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).init();
    longhand::cli::report_crashes();
    longhand::cli::main(started)
}
