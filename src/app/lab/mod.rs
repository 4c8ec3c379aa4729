//! The lab: panels about models, beside the pages, which stay as they are while a panel is shown.
//!
//! Each panel is a struct with its own state and jobs: `ui` (in `view.rs`) draws it and sends commands, `run` and
//! `poll` change it. To add one: a variant of [`LabPanel`] with its place in [`LabPanel::ALL`], a variant of
//! [`LabCommand`], a field of [`Lab`], and the arms that the compiler then asks for.

pub(super) mod command;
mod compare;
pub(super) mod context;
mod evaluate;
mod file_saver;
pub(super) mod lab_view;
mod latency;
mod missing_teacher;
mod model_choice;
mod model_list;
mod model_pair;
mod models;
pub(super) mod options;
#[cfg(feature = "train")]
pub(super) mod training;
pub(super) mod view;

use eframe::egui::Ui;

#[cfg(feature = "train")]
use self::training::TrainingPanels;
use self::{
    command::{LabCommand, LabPanel},
    compare::ComparePanel,
    context::LabContext,
    evaluate::EvaluatePanel,
    lab_view::LabView,
    latency::LatencyPanel,
    model_list::ModelList,
    models::ModelsPanel,
};
use super::command::Command;

/// The panels, and the list of models that they share.
#[derive(Default)]
pub(super) struct Lab {
    last_panel: LabPanel,
    models: ModelList,
    compare: ComparePanel,
    evaluate: EvaluatePanel,
    latency: LatencyPanel,
    models_panel: ModelsPanel,
    #[cfg(feature = "train")]
    pub(super) training: TrainingPanels,
}

impl Lab {
    /// The panel shown last.
    pub(super) fn last_panel(&self) -> LabPanel {
        self.last_panel
    }

    /// The installed models.
    pub(super) fn models(&self) -> &ModelList {
        &self.models
    }

    /// Draws a panel.
    fn ui(&self, panel: LabPanel, ui: &mut Ui, view: LabView<'_>, commands: &mut Vec<Command>) {
        match panel {
            LabPanel::Compare => self.compare.ui(ui, view, commands),
            LabPanel::Evaluate => self.evaluate.ui(ui, view, commands),
            #[cfg(feature = "train")]
            LabPanel::Adapt => self.training.adapt.ui(ui, view, commands),
            #[cfg(feature = "train")]
            LabPanel::Distill => self.training.distill.ui(ui, view, commands),
            LabPanel::Latency => self.latency.ui(ui, view, commands),
            LabPanel::Models => self.models_panel.ui(ui, view, commands),
        }
    }

    /// Runs a command.
    pub(super) fn run(&mut self, command: LabCommand, cx: &mut LabContext<'_>) {
        match command {
            LabCommand::Show(panel) => self.show(panel, cx),
            LabCommand::ModelList(command) => self.models.run(&command, cx),
            LabCommand::Compare(command) => self.compare.run(command, &self.models, cx),
            LabCommand::Evaluate(command) => self.evaluate.run(command, cx),
            #[cfg(feature = "train")]
            LabCommand::Adapt(command) => self.training.adapt.run(command, cx),
            #[cfg(feature = "train")]
            LabCommand::Distill(command) => self.training.distill.run(command, &self.models, cx),
            LabCommand::Latency(command) => self.latency.run(command, &self.models, cx),
            LabCommand::Models(command) => self.models_panel.run(command, &self.models, cx),
        }
    }

    fn show(&mut self, panel: LabPanel, cx: &mut LabContext<'_>) {
        self.last_panel = panel;
        self.models.list_if_new(cx);
        match panel {
            #[cfg(feature = "train")]
            LabPanel::Adapt => self.training.adapt.show(cx),
            #[cfg(feature = "train")]
            LabPanel::Distill => self.training.distill.show(cx),
            LabPanel::Compare | LabPanel::Evaluate | LabPanel::Latency | LabPanel::Models => {}
        }
    }

    /// Whether a model is being trained in a child process, which would end with the window.
    pub(super) fn is_training(&self) -> bool {
        #[cfg(feature = "train")]
        return self.training.is_training();
        #[cfg(not(feature = "train"))]
        return false;
    }

    /// Asks the child processes that train to stop after a checkpoint.
    pub(super) fn stop_training(&mut self) {
        #[cfg(feature = "train")]
        self.training.stop();
    }

    /// Applies the events of the jobs.
    pub(super) fn poll(&mut self, cx: &mut LabContext<'_>) {
        self.models.poll(cx);
        self.compare.poll(cx);
        self.evaluate.poll(cx);
        self.latency.poll(cx);
        self.models_panel.poll(cx);
        #[cfg(feature = "train")]
        self.training.poll(cx);
    }

    /// The command that Ctrl+Z sends while `panel` is shown.
    pub(super) fn undo(&self, panel: LabPanel) -> Option<LabCommand> {
        match panel {
            LabPanel::Compare => self.compare.undo().map(LabCommand::Compare),
            #[cfg(feature = "train")]
            LabPanel::Adapt => self.training.adapt.undo().map(LabCommand::Adapt),
            #[cfg(feature = "train")]
            LabPanel::Distill => self.training.distill.undo().map(LabCommand::Distill),
            LabPanel::Models => self.models_panel.undo().map(LabCommand::Models),
            LabPanel::Evaluate | LabPanel::Latency => None,
        }
    }
}
