//! The lab: panels about models, beside the pages, which stay as they are while one is here.
//!
//! Every panel is a struct of its own with its state and its jobs: `ui` (in `view.rs`) draws it and sends commands,
//! `run` and `poll` change it. To add one: a variant of [`LabPanel`] in [`LabPanel::ALL`], a variant of [`LabCommand`],
//! a field of [`Lab`], and a line in each `match` below.

#[cfg(feature = "train")]
pub(super) mod adapt;
pub(super) mod compare;
pub(super) mod context;
#[cfg(feature = "train")]
pub(super) mod distill;
pub(super) mod evaluate;
pub(super) mod latency;
pub(super) mod model_list;
pub(super) mod models;
#[cfg(feature = "train")]
mod training;
pub(super) mod view;

use std::path::PathBuf;

use eframe::egui::{Context, Ui};

#[cfg(feature = "train")]
use self::{adapt::AdaptCommand, distill::DistillCommand};
use self::{
    compare::CompareCommand,
    context::LabContext,
    evaluate::EvaluateCommand,
    latency::LatencyCommand,
    model_list::{ModelList, ModelListCommand},
    models::ModelsCommand,
};
use super::{
    LonghandApp,
    command::Command,
    state::{State, Workspace},
    ui::icons,
};
use crate::{
    recognition::{ModelLibrary, UserModels},
    storage::UserLines,
};

/// What the lab needs from outside.
#[derive(Clone, Debug, Default)]
pub struct LabOptions {
    /// Where models lie.
    pub library: ModelLibrary,
    /// The user's own packages; `None` keeps none.
    pub own_models: Option<UserModels>,
    /// The user's own labelled lines; `None` keeps none.
    pub user_lines: Option<UserLines>,
    /// Where training runs are kept; `None` keeps none.
    pub runs: Option<PathBuf>,
    /// This program's file, which trains in processes of its own; `None` cannot train.
    pub program: Option<PathBuf>,
    /// Further arguments of `longhand learn`.
    pub learning_arguments: Vec<String>,
}

/// The panels of the lab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabPanel {
    /// Two models on the same lines.
    Compare,
    /// A reader held against a labelled set.
    Evaluate,
    /// The reader learns the user's hand.
    #[cfg(feature = "train")]
    Adapt,
    /// A student learns after a teacher.
    #[cfg(feature = "train")]
    Distill,
    /// Where a line's milliseconds go.
    Latency,
    /// The models there are.
    Models,
}

impl LabPanel {
    /// All panels, in the order of the list at the side.
    pub(super) const ALL: &[Self] = &[
        #[cfg(feature = "train")]
        Self::Adapt,
        Self::Compare,
        Self::Evaluate,
        Self::Latency,
        #[cfg(feature = "train")]
        Self::Distill,
        Self::Models,
    ];

    /// Its name, what it is for, and its icon.
    pub(super) const fn label(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Compare => ("Compare", "Two models on the same lines, side by side", icons::COMPARE),
            Self::Evaluate => ("Evaluate", "How well a model reads lines whose text you know", icons::EVALUATE),
            #[cfg(feature = "train")]
            Self::Adapt => {
                ("My handwriting", "The reader practises on your corrections, or on the open pages", icons::LEARN)
            }
            #[cfg(feature = "train")]
            Self::Distill => ("Distill", "A small model learns after a large one", icons::DISTILL),
            Self::Latency => ("Latency", "Where a line's milliseconds go, layer by layer", icons::LATENCY),
            Self::Models => ("Models", "What reads your pages, and what it was measured at", icons::MODELS),
        }
    }

    /// The panel `step` places further down, stopping at the ends.
    fn relative(self, step: isize) -> Self {
        let index = Self::ALL.iter().position(|&panel| panel == self).unwrap_or_default();
        Self::ALL[index.saturating_add_signed(step).min(Self::ALL.len() - 1)]
    }
}

/// What the lab's views send.
#[derive(Clone, Debug, PartialEq)]
pub enum LabCommand {
    /// Shows a panel.
    Show(LabPanel),
    /// About the list of models that all panels share.
    ModelList(ModelListCommand),
    /// For the panel of comparing.
    Compare(CompareCommand),
    /// For the panel of evaluating.
    Evaluate(EvaluateCommand),
    /// For "Learn my handwriting".
    #[cfg(feature = "train")]
    Adapt(AdaptCommand),
    /// For the panel of distillation.
    #[cfg(feature = "train")]
    Distill(DistillCommand),
    /// For the panel of latencies.
    Latency(LatencyCommand),
    /// For the panel of models.
    Models(ModelsCommand),
}

/// The panels with all that they show.
pub(super) struct Lab {
    /// Shown last.
    last_panel: LabPanel,
    pub(super) shelf: ModelList,
    compare: compare::ComparePanel,
    evaluate: evaluate::EvaluatePanel,
    #[cfg(feature = "train")]
    pub(super) adapt: adapt::AdaptPanel,
    #[cfg(feature = "train")]
    distill: distill::DistillPanel,
    latency: latency::LatencyPanel,
    models: models::ModelsPanel,
}

impl Default for Lab {
    fn default() -> Self {
        Self {
            last_panel: LabPanel::Compare,
            shelf: ModelList::default(),
            compare: compare::ComparePanel::default(),
            evaluate: evaluate::EvaluatePanel::default(),
            #[cfg(feature = "train")]
            adapt: adapt::AdaptPanel::default(),
            #[cfg(feature = "train")]
            distill: distill::DistillPanel::default(),
            latency: latency::LatencyPanel::default(),
            models: models::ModelsPanel::default(),
        }
    }
}

impl Lab {
    /// Draws a panel.
    fn ui(&self, panel: LabPanel, ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
        match panel {
            LabPanel::Compare => self.compare.ui(ui, state, commands),
            LabPanel::Evaluate => self.evaluate.ui(ui, state, commands),
            #[cfg(feature = "train")]
            LabPanel::Adapt => self.adapt.ui(ui, state, commands),
            #[cfg(feature = "train")]
            LabPanel::Distill => self.distill.ui(ui, state, commands),
            LabPanel::Latency => self.latency.ui(ui, state, commands),
            LabPanel::Models => self.models.ui(ui, state, commands),
        }
    }

    fn run(&mut self, command: LabCommand, cx: &mut LabContext<'_>) {
        match command {
            LabCommand::Show(panel) => {
                self.last_panel = panel;
                self.shelf.list_if_new(cx);
                #[cfg(feature = "train")]
                self.show(panel, cx);
            }
            LabCommand::Evaluate(command) => self.evaluate.run(command, cx),
            #[cfg(feature = "train")]
            LabCommand::Adapt(command) => self.adapt.run(command, cx),
            #[cfg(feature = "train")]
            LabCommand::Distill(command) => self.distill.run(command, cx),
            LabCommand::ModelList(command) => self.shelf.run(&command, cx),
            LabCommand::Compare(command) => self.compare.run(command, &self.shelf, cx),
            LabCommand::Latency(command) => self.latency.run(command, cx),
            LabCommand::Models(command) => self.models.run(command, cx),
        }
    }

    /// A panel comes into sight.
    #[cfg(feature = "train")]
    fn show(&mut self, panel: LabPanel, cx: &mut LabContext<'_>) {
        match panel {
            LabPanel::Adapt => self.adapt.show(cx),
            LabPanel::Distill => self.distill.show(cx),
            _ => {}
        }
    }

    /// Whether a model is being trained in a process that the window's end would stop.
    pub(super) fn is_training(&self) -> bool {
        #[cfg(feature = "train")]
        return self.adapt.is_training() || self.distill.is_training();
        #[cfg(not(feature = "train"))]
        return false;
    }

    /// Asks what is being trained to stop after a checkpoint.
    pub(super) fn stop_training(&mut self) {
        #[cfg(feature = "train")]
        {
            self.adapt.stop();
            self.distill.pause();
        }
    }

    /// Takes in what the jobs report.
    fn poll(&mut self, cx: &mut LabContext<'_>) {
        self.shelf.poll(cx);
        self.compare.poll(cx);
        self.evaluate.poll(cx);
        #[cfg(feature = "train")]
        self.adapt.poll(cx);
        #[cfg(feature = "train")]
        self.distill.poll(cx);
        self.latency.poll(cx);
        self.models.poll(cx);
    }

    /// What Ctrl+Z takes back while `panel` is shown.
    fn undo(&self, panel: LabPanel) -> Option<LabCommand> {
        match panel {
            LabPanel::Compare => self.compare.undo().map(LabCommand::Compare),
            LabPanel::Evaluate => None,
            #[cfg(feature = "train")]
            LabPanel::Adapt => self.adapt.undo().map(LabCommand::Adapt),
            #[cfg(feature = "train")]
            LabPanel::Distill => self.distill.undo().map(LabCommand::Distill),
            LabPanel::Latency => None,
            LabPanel::Models => self.models.undo().map(LabCommand::Models),
        }
    }
}

impl LonghandApp {
    /// Runs a command of the lab; every command leads there.
    pub(super) fn run_lab(&mut self, ctx: &Context, command: LabCommand) {
        if let LabCommand::Show(panel) = command {
            self.state.workspace = Workspace::Lab(panel);
        }
        self.with_lab(ctx, |lab, cx| lab.run(command, cx));
    }

    /// Between the pages and the panel shown last.
    pub(super) fn toggle_lab(&mut self) {
        match self.state.workspace {
            Workspace::Pages => self.send(Command::Lab(LabCommand::Show(self.state.lab.last_panel))),
            Workspace::Lab(_) => self.state.workspace = Workspace::Pages,
        }
    }

    /// What the keys of pages mean in the lab; `None` for those that mean nothing here.
    pub(super) fn in_lab(&self, panel: LabPanel, command: &Command) -> Option<Command> {
        match command {
            Command::NextPage => Some(Command::Lab(LabCommand::Show(panel.relative(1)))),
            Command::PreviousPage => Some(Command::Lab(LabCommand::Show(panel.relative(-1)))),
            Command::Undo => self.state.lab.undo(panel).map(Command::Lab),
            command if command.is_about_shown_page() => None,
            command => Some(command.clone()),
        }
    }

    pub(super) fn poll_lab(&mut self, ctx: &Context) {
        self.with_lab(ctx, Lab::poll);
        for answer in self.running.lab_dialog.poll(&mut self.state.notifications, self.now_secs) {
            match answer {
                Ok(command) => self.send(Command::Lab(command)),
                Err(reason) => self.fail(reason),
            }
        }
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
            notifications,
            now_secs: self.now_secs,
            wake: &self.running.wake,
            dialog: &mut self.running.lab_dialog,
        };
        act(lab, &mut cx);
    }
}
