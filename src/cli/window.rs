//! `longhand` without a command: the window.

use std::{path::PathBuf, process::ExitCode};

use super::output::complain;

/// Opens the window with these images.
#[cfg(feature = "gui")]
pub(super) fn run(files: &[PathBuf]) -> ExitCode {
    match crate::app::run(files) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&format!("the window cannot be opened: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// Says that there is none.
#[cfg(not(feature = "gui"))]
pub(super) fn run(_files: &[PathBuf]) -> ExitCode {
    complain("this build has no window; `longhand --help` lists the commands");
    ExitCode::from(2)
}
