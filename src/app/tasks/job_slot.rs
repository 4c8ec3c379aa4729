//! A place for one job of a panel at a time.

use std::{io, sync::Arc};

use crate::{
    app::state::notifications::{Notifications, Severity},
    jobs::{Cancelled, JobContext, JobHandle, JobState, Wake},
};

/// What starting and polling a job needs of the window.
pub(crate) struct JobEnvironment<'a> {
    pub(crate) wake: &'a Wake,
    pub(crate) notifications: &'a mut Notifications,
    /// The window's clock, in seconds.
    pub(crate) now_secs: f64,
}

impl JobEnvironment<'_> {
    /// Shows a message to the user.
    pub(crate) fn tell(&mut self, severity: Severity, text: String) {
        self.notifications.tell(severity, text, self.now_secs);
    }
}

/// A place for one job at a time. Starting another cancels the one before, as does dropping it.
pub(crate) struct JobSlot<E> {
    /// Begins the message about a panic, for example "Comparing".
    name: &'static str,
    job: Option<JobHandle<E>>,
}

impl<E> Default for JobSlot<E> {
    fn default() -> Self {
        Self { name: "", job: None }
    }
}

impl<E: Send + 'static> JobSlot<E> {
    /// Starts `work` on a thread of its own.
    pub(crate) fn start(
        &mut self,
        name: &'static str,
        environment: &mut JobEnvironment<'_>,
        work: impl FnOnce(&JobContext<E>) -> Result<(), Cancelled> + Send + 'static,
    ) {
        let started = JobHandle::spawn(name, Arc::clone(environment.wake), work);
        self.hold(name, started, environment);
    }

    /// Holds a job that was started elsewhere.
    pub(crate) fn hold(
        &mut self,
        name: &'static str,
        started: io::Result<JobHandle<E>>,
        environment: &mut JobEnvironment<'_>,
    ) {
        self.name = name;
        self.job = started
            .map_err(|error| environment.tell(Severity::Error, format!("{name} could not be started: {error}")))
            .ok();
    }

    /// Whether the job may still report something.
    pub(crate) fn is_running(&self) -> bool {
        self.job.is_some()
    }

    /// Stops the job; events polled before stay valid.
    pub(crate) fn stop(&mut self) {
        self.job = None;
    }

    /// The job's events since the last call. A panic in it becomes a notification.
    pub(crate) fn poll(&mut self, environment: &mut JobEnvironment<'_>) -> Vec<E> {
        let Some(job) = &self.job else { return Vec::new() };
        let (events, state) = job.poll();
        if let JobState::Panicked(reason) = &state {
            environment.tell(Severity::Error, format!("{} broke off: {reason}", self.name));
        }
        if state != JobState::Running {
            self.job = None;
        }
        events
    }
}
