//! The context that panels get when they change: settings, pages, jobs, dialogs.

use std::{path::PathBuf, sync::Arc};

use eframe::egui::Context;

use super::{command::LabCommand, options::LabOptions};
use crate::{
    app::{
        command::Command,
        state::{document::Document, notifications::Severity},
        tasks::{
            dialogs::{Ask, Dialogs},
            job_slot::{JobEnvironment, JobSlot},
        },
    },
    storage::Settings,
};

/// The context of a panel's `run` and `poll`.
pub(crate) struct LabContext<'a> {
    /// To upload textures from jobs, and to reach the clipboard.
    pub(crate) ctx: &'a Context,
    pub(crate) options: &'a LabOptions,
    pub(crate) settings: &'a Settings,
    /// The page that is open behind the lab.
    pub(crate) document: Option<&'a Document>,
    /// All open pages.
    #[cfg(feature = "train")]
    pub(crate) documents: &'a [Document],
    /// Commands sent here are run in the next frame.
    pub(crate) commands: &'a mut Vec<Command>,
    pub(crate) jobs: JobEnvironment<'a>,
    pub(crate) dialogs: &'a Dialogs,
    pub(crate) dialog: &'a mut JobSlot<Result<LabCommand, String>>,
}

impl LabContext<'_> {
    /// Sends a command of the lab, to be run in the next frame.
    pub(crate) fn send(&mut self, command: LabCommand) {
        self.commands.push(Command::Lab(command));
    }

    pub(crate) fn inform(&mut self, text: String) {
        self.jobs.tell(Severity::Info, text);
    }

    pub(crate) fn fail(&mut self, text: String) {
        self.jobs.tell(Severity::Error, text);
    }

    /// Asks the user for a file or folder; the answer arrives as the command that `to_command` makes of it.
    pub(crate) fn ask(&mut self, ask: Ask, to_command: impl FnOnce(PathBuf) -> LabCommand + Send + 'static) {
        if !self.dialog.is_running() {
            let started = self.dialogs.ask(Arc::clone(self.jobs.wake), ask, |answer| answer.map(to_command));
            self.dialog.hold("A dialog", started, &mut self.jobs);
        }
    }
}
