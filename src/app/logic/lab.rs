//! Passes commands and events of jobs to the lab's panels.

use eframe::egui::Context;

use super::LonghandApp;
use crate::app::{
    command::Command,
    lab::{
        Lab,
        command::{LabCommand, LabPanel},
        context::LabContext,
    },
    state::{State, Workspace},
    tasks::job_slot::JobEnvironment,
};

impl LonghandApp {
    /// Runs a command of the lab.
    pub(super) fn run_lab(&mut self, ctx: &Context, command: LabCommand) {
        if let LabCommand::Show(panel) = command {
            self.state.workspace = Workspace::Lab(panel);
        }
        self.with_lab(ctx, |lab, cx| lab.run(command, cx));
    }

    /// Switches between the pages and the panel shown last.
    pub(super) fn toggle_lab(&mut self) {
        match self.state.workspace {
            Workspace::Pages => self.send(Command::Lab(LabCommand::Show(self.state.lab.last_panel()))),
            Workspace::Lab(_) => self.state.workspace = Workspace::Pages,
        }
    }

    /// Applies the events of the lab's jobs and dialogs.
    pub(super) fn poll_lab(&mut self, ctx: &Context) {
        self.with_lab(ctx, |lab, cx| {
            lab.poll(cx);
            for answer in cx.dialog.poll(&mut cx.jobs) {
                match answer {
                    Ok(command) => cx.send(command),
                    Err(reason) => cx.fail(reason),
                }
            }
        });
    }

    fn with_lab(&mut self, ctx: &Context, act: impl FnOnce(&mut Lab, &mut LabContext<'_>)) {
        let State { lab, settings, notifications, documents, current, .. } = &mut self.state;
        let document = current.and_then(|id| documents.iter().find(|document| document.id == id));
        let mut cx = LabContext {
            ctx,
            options: &self.lab_options,
            settings,
            document,
            #[cfg(feature = "train")]
            documents,
            commands: &mut self.commands,
            jobs: JobEnvironment { wake: &self.running.wake, notifications, now_secs: self.now_secs },
            dialogs: &self.running.dialogs,
            dialog: &mut self.running.lab_dialog,
        };
        act(lab, &mut cx);
    }
}

/// The command that the keys of a page's command send in the lab; `None` if they have no meaning there.
pub(super) fn in_lab(lab: &Lab, panel: LabPanel, command: &Command) -> Option<Command> {
    match command {
        Command::NextPage => Some(Command::Lab(LabCommand::Show(panel.relative(1)))),
        Command::PreviousPage => Some(Command::Lab(LabCommand::Show(panel.relative(-1)))),
        Command::Undo => lab.undo(panel).map(Command::Lab),
        command if command.is_about_shown_page() => None,
        command => Some(command.clone()),
    }
}
