//! Draws the panel "Distill".

use eframe::egui::{CollapsingHeader, ScrollArea, Spinner, Ui};

use super::{DistillPanel, Work, curves::RunStage, curves_view, runs::Run, runs_view};
use crate::app::{
    command::Command,
    lab::{
        command::{LabCommand, LabPanel},
        lab_view::LabView,
        training::command::DistillCommand,
    },
    ui::{
        icons,
        theme::space,
        widgets::{button, card, card_title, header},
    },
};

impl DistillPanel {
    /// Draws the panel.
    pub(crate) fn ui(&self, ui: &mut Ui, view: LabView<'_>, commands: &mut Vec<Command>) {
        let mut send = |command| commands.push(Command::Lab(LabCommand::Distill(command)));
        let (title, sentence, _) = LabPanel::Distill.label();
        header(ui, title, sentence, |_ui| {});
        ScrollArea::vertical().id_salt("distill").auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = space::S;
            self.at_work(ui, &mut send);
            self.waiting_runs(ui, &mut send);
            let Some(runs) = &self.runs else {
                ui.add(Spinner::new().size(20.0));
                return;
            };
            card(ui, |ui| {
                let heading = card_title("New run");
                // A header of its own while a run is on, so that the form is folded then and its curves are in sight.
                let is_busy = self.training.is_running();
                let header = CollapsingHeader::new(heading).id_salt(("new run", is_busy));
                header.default_open(runs.is_empty() && !is_busy).show(ui, |ui| {
                    ui.add_space(space::XS);
                    self.form(ui, view, &mut send);
                });
            });
            self.list_of_runs(ui, runs, &mut send);
            let plotted: Vec<(usize, &Run)> = self.plotted_runs().collect();
            if !plotted.is_empty() {
                runs_view::plotted(ui, &plotted, &mut send);
                let shown = self.active_run().or(plotted.last().map(|(_, run)| *run));
                curves_view::samples(ui, shown.map(|run| run.curves.samples.as_slice()).unwrap_or_default());
            }
        });
    }

    fn active_run(&self) -> Option<&Run> {
        let active = self.active.as_ref()?;
        self.runs.iter().flatten().find(|run| run.name == active.name)
    }

    fn at_work(&self, ui: &mut Ui, send: &mut impl FnMut(DistillCommand)) {
        let Some(active) = &self.active else { return };
        card(ui, |ui| {
            let what = match (active.work, self.training.is_stopping(), active.is_pausing) {
                (Work::Export, ..) => format!("Making a model of {}", active.name),
                (Work::Training, true, true) => format!("Pausing {}", active.name),
                (Work::Training, true, false) => format!("Ending {}", active.name),
                (Work::Training, false, _) => format!("Training {}", active.name),
            };
            ui.horizontal_wrapped(|ui| {
                ui.add(Spinner::new().size(16.0));
                ui.label(card_title(what));
            });
            if active.work == Work::Export {
                curves_view::stages(ui, RunStage::Model);
                return;
            }
            curves_view::standing(ui, self.active_run().map(|run| run.curves.standing).unwrap_or_default());
            ui.add_enabled_ui(!self.training.is_stopping(), |ui| {
                ui.horizontal_wrapped(|ui| {
                    let pause = button(ui, icons::PAUSE, "Pause", "Pause training");
                    if pause.on_hover_text("Writes a checkpoint and ends the process; goes on from there").clicked() {
                        send(DistillCommand::Pause);
                    }
                    let end = button(ui, icons::STOP, "End here", "End training here");
                    if end.on_hover_text("Makes a model of the best weights so far").clicked() {
                        send(DistillCommand::Finish);
                    }
                });
            });
        });
    }

    /// The runs that wait, and what can be done about them.
    fn waiting_runs(&self, ui: &mut Ui, send: &mut impl FnMut(DistillCommand)) {
        let n_waiting = self.queue.waiting.len();
        if n_waiting == 0 {
            return;
        }
        ui.horizontal_wrapped(|ui| {
            let text =
                if n_waiting == 1 { "1 more run waits".to_owned() } else { format!("{n_waiting} more runs wait") };
            ui.label(text);
            if !self.training.is_running() && button(ui, icons::PLAY, "Start the next", "Start the next").clicked() {
                send(DistillCommand::StartNext);
            }
            if button(ui, icons::CLOSE, "Forget them", "Forget the runs that wait").clicked() {
                send(DistillCommand::ForgetWaiting);
            }
        });
    }
}
