//! What panels work with: the world around them, and their jobs.

use std::{io, path::PathBuf, sync::Arc};

use eframe::egui::Context;

use super::{LabCommand, LabOptions};
use crate::{
    app::{
        command::Command,
        state::{
            document::Document,
            notifications::{Notifications, Severity},
        },
        tasks::dialogs::{self, Ask},
    },
    jobs::{JobContext, JobHandle, JobState, Wake},
    storage::Settings,
};

/// What a panel may see and use while it changes.
pub(in crate::app) struct LabContext<'a> {
    /// To upload textures from jobs, and to reach the clipboard.
    pub(in crate::app) ctx: &'a Context,
    pub(in crate::app) options: &'a LabOptions,
    pub(in crate::app) settings: &'a Settings,
    /// The page that is open behind the lab.
    pub(in crate::app) document: Option<&'a Document>,
    /// All open pages.
    #[cfg(feature = "train")]
    pub(in crate::app) documents: &'a [Document],
    /// Commands sent here are run in the next frame.
    pub(in crate::app) commands: &'a mut Vec<Command>,
    pub(in crate::app) notifications: &'a mut Notifications,
    pub(in crate::app) now_secs: f64,
    pub(in crate::app) wake: &'a Wake,
    pub(in crate::app) dialog: &'a mut Task<Result<LabCommand, String>>,
}

impl LabContext<'_> {
    /// Asks for a command of the lab to be run in the next frame.
    pub(in crate::app) fn send(&mut self, command: LabCommand) {
        self.commands.push(Command::Lab(command));
    }

    pub(in crate::app) fn inform(&mut self, text: String) {
        self.notifications.tell(Severity::Info, text, self.now_secs);
    }

    pub(in crate::app) fn fail(&mut self, text: String) {
        self.notifications.tell(Severity::Error, text, self.now_secs);
    }

    /// Asks the user for a file or folder; the answer arrives as the command that `to_command` makes of it.
    pub(in crate::app) fn ask(&mut self, ask: Ask, to_command: impl FnOnce(PathBuf) -> LabCommand + Send + 'static) {
        if !self.dialog.is_running() {
            let started = dialogs::ask(Arc::clone(self.wake), ask, to_command);
            self.dialog.take_up("A dialog", started, self.notifications, self.now_secs);
        }
    }
}

/// A place for one job at a time. Starting another cancels the one before, as does dropping it.
pub(in crate::app) struct Task<E> {
    /// What it is called where it breaks off, for example "Comparing".
    name: &'static str,
    job: Option<JobHandle<E>>,
}

impl<E> Default for Task<E> {
    fn default() -> Self {
        Self { name: "", job: None }
    }
}

impl<E: Send + 'static> Task<E> {
    /// Starts `work` on a thread of its own.
    pub(in crate::app) fn start(
        &mut self,
        name: &'static str,
        cx: &mut LabContext<'_>,
        work: impl FnOnce(&JobContext<E>) + Send + 'static,
    ) {
        let started = JobHandle::spawn(name, Arc::clone(cx.wake), work);
        self.take_up(name, started, cx.notifications, cx.now_secs);
    }

    fn take_up(
        &mut self,
        name: &'static str,
        started: io::Result<JobHandle<E>>,
        notifications: &mut Notifications,
        now_secs: f64,
    ) {
        self.name = name;
        self.job = started
            .map_err(|error| {
                notifications.tell(Severity::Error, format!("{name} could not be started: {error}"), now_secs);
            })
            .ok();
    }

    /// Whether the job may still report something.
    pub(in crate::app) fn is_running(&self) -> bool {
        self.job.is_some()
    }

    /// Stops the job; what it reported so far stays with whoever took it.
    pub(in crate::app) fn stop(&mut self) {
        self.job = None;
    }

    /// What the job reported since the last call. A panic in it is told as a notification.
    pub(in crate::app) fn poll(&mut self, notifications: &mut Notifications, now_secs: f64) -> Vec<E> {
        let Some(job) = &self.job else { return Vec::new() };
        let (events, state) = job.poll();
        if let JobState::Panicked(reason) = &state {
            notifications.tell(Severity::Error, format!("{} broke off: {reason}", self.name), now_secs);
        }
        if state != JobState::Running {
            self.job = None;
        }
        events
    }
}
