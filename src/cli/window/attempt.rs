//! The ways to open the window, one after the other: by the graphics card, without Wayland, by the processor.
//!
//! A process has one event loop, and reads the variables that choose drivers once: every other way is a program of its
//! own, which takes the place of this one.

use std::{
    env,
    ffi::OsString,
    io,
    process::{Command, ExitCode},
};

use crate::app::WindowError;

/// Tells Mesa, which draws on all free systems, to draw by the processor.
const SOFTWARE_VARIABLE: &str = "LIBGL_ALWAYS_SOFTWARE";
/// Why the program was started again, for the window to tell.
const REASON_VARIABLE: &str = "LONGHAND_RENDERER_FAILED";
const WAYLAND_VARIABLES: [&str; 2] = ["WAYLAND_DISPLAY", "WAYLAND_SOCKET"];
const X11_VARIABLE: &str = "DISPLAY";

/// What the window is opened with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Attempt {
    /// Whether Mesa draws by the processor.
    pub(super) is_software: bool,
    has_wayland: bool,
    has_x11: bool,
}

/// How the next attempt differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// X11 in place of Wayland.
    WithoutWayland,
    /// The processor in place of the graphics card.
    Software,
}

impl Attempt {
    /// This process's.
    pub(super) fn now() -> Self {
        let is_set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
        Self {
            is_software: is_set(SOFTWARE_VARIABLE),
            has_wayland: WAYLAND_VARIABLES.into_iter().any(is_set),
            has_x11: is_set(X11_VARIABLE),
        }
    }

    /// What to try after a failure; `None` if nothing is left.
    pub(super) fn after(self, failure: &WindowError) -> Option<Change> {
        let has_mesa = cfg!(all(unix, not(target_os = "macos")));
        match failure {
            WindowError::NoDisplay => (self.has_wayland && self.has_x11).then_some(Change::WithoutWayland),
            WindowError::Crashed => None,
            WindowError::Unavailable { .. } => (has_mesa && !self.is_software).then_some(Change::Software),
        }
    }
}

/// Why the program was started again, if it was.
pub(super) fn reason() -> Option<String> {
    env::var(REASON_VARIABLE).ok().filter(|reason| !reason.is_empty())
}

/// Starts the program with the same arguments again. `reason`, if there was a failure, is passed on to it. On Unix the
/// new program takes the place of this one, and only a failure returns.
pub(super) fn start_again(change: Change, reason: Option<&str>) -> io::Result<ExitCode> {
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    let mut command = Command::new(env::current_exe()?);
    command.args(arguments);
    match change {
        Change::Software => command.env(SOFTWARE_VARIABLE, "1"),
        Change::WithoutWayland => {
            WAYLAND_VARIABLES.into_iter().fold(&mut command, |command, name| command.env_remove(name))
        }
    };
    if let Some(reason) = reason {
        command.env(REASON_VARIABLE, reason);
    }
    replace_by(command)
}

#[cfg(unix)]
fn replace_by(mut command: Command) -> io::Result<ExitCode> {
    use std::os::unix::process::CommandExt as _;
    Err(command.exec())
}

#[cfg(not(unix))]
fn replace_by(mut command: Command) -> io::Result<ExitCode> {
    let status = command.status()?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unavailable() -> WindowError {
        WindowError::Unavailable { reason: "no configuration".to_owned() }
    }

    #[test]
    fn every_way_is_tried_once() {
        let first = Attempt { is_software: false, has_wayland: true, has_x11: true };
        assert_eq!(first.after(&WindowError::NoDisplay), Some(Change::WithoutWayland));
        let on_x11 = Attempt { has_wayland: false, ..first };
        assert_eq!(on_x11.after(&WindowError::NoDisplay), None);
        if cfg!(target_os = "linux") {
            assert_eq!(on_x11.after(&unavailable()), Some(Change::Software));
        }
        assert_eq!(Attempt { is_software: true, ..on_x11 }.after(&unavailable()), None);
    }

    #[test]
    fn wayland_alone_is_not_given_up() {
        let wayland = Attempt { is_software: false, has_wayland: true, has_x11: false };
        assert_eq!(wayland.after(&WindowError::NoDisplay), None);
    }
}
