//! How a command ends, and its exit status.

use std::process::ExitCode;

/// The end of a command that did not fail as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Everything was done.
    Complete,
    /// Some inputs failed, each with a sentence on standard error; the others were done.
    Incomplete,
}

impl Outcome {
    /// The outcome of this step and another one.
    pub(super) fn and(self, other: Self) -> Self {
        if self == Self::Complete { other } else { self }
    }
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Complete => Self::SUCCESS,
            Outcome::Incomplete => Self::FAILURE,
        }
    }
}
