//! The real program, run to its end.

use std::{path::Path, process::Command};

/// What `longhand` with these arguments writes to standard output when it is run in `folder`, with no models but its
/// own.
#[track_caller]
pub(crate) fn longhand(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_longhand"));
    command.args(arguments).current_dir(folder).env_remove("LONGHAND_MODELS");
    let output = command.output().expect("it starts");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}
