//! A training in a child process: started, polled and stopped by the panels.

use std::{path::Path, process::Command, sync::Arc};

use serde::de::DeserializeOwned;

use crate::{
    app::{lab::context::LabContext, tasks::job_slot::JobSlot},
    jobs::{ChildEnd, ChildEvent, ChildJob, Wake},
};

/// A place for one child process at a time. Dropping it kills the child.
pub(crate) struct TrainingProcess<E> {
    starting: JobSlot<Result<ChildJob<E>, String>>,
    child: Option<ChildJob<E>>,
    is_stopping: bool,
}

impl<E> Default for TrainingProcess<E> {
    fn default() -> Self {
        Self { starting: JobSlot::default(), child: None, is_stopping: false }
    }
}

impl<E: DeserializeOwned + Send + 'static> TrainingProcess<E> {
    /// Starts this program with the arguments that `prepare` returns once all files are in place; both off the drawing
    /// thread.
    pub(crate) fn start(
        &mut self,
        cx: &mut LabContext<'_>,
        prepare: impl FnOnce() -> Result<Vec<String>, String> + Send + 'static,
    ) {
        self.is_stopping = false;
        let Some(program) = cx.options.program.clone() else {
            cx.fail("The program does not know where its own file lies, so it cannot train".to_owned());
            return;
        };
        let wake = Arc::clone(cx.jobs.wake);
        self.starting.start("Training", &mut cx.jobs, move |job| {
            job.tell(prepare().and_then(|arguments| spawned(&program, &arguments, wake)))
        });
    }

    /// Whether a child is running or being started.
    pub(crate) fn is_running(&self) -> bool {
        self.starting.is_running() || self.child.is_some()
    }

    /// Whether it was asked to stop and is still running.
    pub(crate) fn is_stopping(&self) -> bool {
        self.is_stopping && self.is_running()
    }

    /// Asks the child to stop after a checkpoint.
    pub(crate) fn ask_to_stop(&mut self) {
        self.is_stopping = true;
        if let Some(child) = &mut self.child {
            child.ask_to_stop();
        }
    }

    /// Its events since the last call; its end is the last. A failed start is reported as an end.
    pub(crate) fn poll(&mut self, cx: &mut LabContext<'_>) -> Vec<ChildEvent<E>> {
        for started in self.starting.poll(&mut cx.jobs) {
            match started {
                Ok(mut child) => {
                    if self.is_stopping {
                        child.ask_to_stop();
                    }
                    self.child = Some(child);
                }
                Err(reason) => {
                    let end = ChildEnd { is_success: false, complaints: reason };
                    return vec![ChildEvent::Ended(end)];
                }
            }
        }
        let Some(child) = &mut self.child else { return Vec::new() };
        let events = child.poll();
        if !child.is_running() {
            self.child = None;
        }
        events
    }
}

fn spawned<E: DeserializeOwned + Send + 'static>(
    program: &Path,
    arguments: &[String],
    wake: Wake,
) -> Result<ChildJob<E>, String> {
    let mut command = Command::new(program);
    command.args(arguments);
    ChildJob::spawn(command, wake).map_err(|error| format!("{} could not be started: {error}", program.display()))
}

/// The last line of a child's error output, without the program's name before it.
pub(crate) fn reason_of(complaints: &str) -> String {
    let last = complaints.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it gave no reason");
    last.trim_start_matches("longhand: ").to_owned()
}

/// A remaining time, rounded for display.
pub(crate) fn time_left(secs: f64) -> String {
    if secs < 55.0 {
        format!("{} s left", ((secs / 5.0).ceil() * 5.0).max(5.0))
    } else if secs < 5400.0 {
        format!("{:.0} min left", secs / 60.0)
    } else {
        format!("{:.1} h left", secs / 3600.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_complaint_is_the_reason() {
        assert_eq!(reason_of("warning\nlonghand: no lines to learn from\n"), "no lines to learn from");
        assert_eq!(reason_of(""), "it gave no reason");
    }

    #[test]
    fn times_are_rounded_as_people_say_them() {
        assert_eq!([2.0, 31.0, 170.0, 7300.0].map(time_left), ["5 s left", "35 s left", "3 min left", "2.0 h left"]);
    }
}
