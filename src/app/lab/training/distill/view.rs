//! Draws the panel "Distill".

use eframe::egui::{CollapsingHeader, Label, RichText, ScrollArea, Spinner, Ui};

use super::{DistillPanel, Work, curves_view, runs::Run};
use crate::app::{
    command::Command,
    lab::{
        command::{LabCommand, LabPanel},
        lab_view::LabView,
        training::command::DistillCommand,
    },
    ui::{
        icons,
        theme::{palette, space},
        widgets::{badge, button, card, card_title, header, weak},
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
            let Some(runs) = &self.runs else {
                ui.add(Spinner::new().size(20.0));
                return;
            };
            card(ui, |ui| {
                let heading = card_title("New run");
                CollapsingHeader::new(heading).id_salt("new run").default_open(runs.is_empty()).show(ui, |ui| {
                    ui.add_space(space::XS);
                    self.form(ui, view, &mut send);
                });
            });
            self.list_of_runs(ui, runs, &mut send);
            let plotted: Vec<(usize, &Run)> =
                runs.iter().enumerate().filter(|(_, run)| self.plotted.contains(&run.name)).collect();
            if !plotted.is_empty() {
                curves_view::plots(ui, &plotted);
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
                return;
            }
            if let Some(run) = self.active_run() {
                curves_view::standing(ui, &run.curves);
            }
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

    fn list_of_runs(&self, ui: &mut Ui, runs: &[Run], send: &mut impl FnMut(DistillCommand)) {
        if runs.is_empty() && self.deleted.is_none() {
            return;
        }
        card(ui, |ui| {
            ui.horizontal(|ui| {
                ui.label(card_title("Runs"));
                if self.deleted.is_some() && button(ui, icons::UNDO, "Undo", "Undo deleting the run").clicked() {
                    send(DistillCommand::UndoDelete);
                }
            });
            for (place, run) in runs.iter().enumerate() {
                ui.add_space(space::XS);
                self.run_row(ui, place, run, send);
            }
        });
    }

    fn run_row(&self, ui: &mut Ui, place: usize, run: &Run, send: &mut impl FnMut(DistillCommand)) {
        let name = &run.name;
        let is_active = self.active.as_ref().is_some_and(|active| active.name == *name);
        ui.horizontal_wrapped(|ui| {
            let mut is_plotted = self.plotted.contains(name);
            let label = RichText::new(name).color(curves_view::run_color(ui, place)).strong();
            let plotted = ui.checkbox(&mut is_plotted, label);
            if plotted.on_hover_text("Plot this run").clicked() {
                send(DistillCommand::TogglePlot(name.clone()));
            }
            if run.has_package {
                badge(ui, "model made", palette(ui).success);
            } else if is_active {
                badge(ui, "at work", palette(ui).accent);
            } else if !run.curves.is_finished {
                badge(ui, "paused", palette(ui).doubt);
            }
            let best = run.curves.best_cer().map(|cer| format!(" · best CER {cer:.2} %")).unwrap_or_default();
            let text = format!("{} · step {}{best}", run.summary, run.curves.standing.step);
            ui.add(Label::new(weak(ui, text)).wrap());
        });
        if is_active {
            return;
        }
        ui.add_enabled_ui(!self.training.is_running(), |ui| {
            ui.horizontal_wrapped(|ui| run_buttons(ui, run, send));
        });
    }
}

fn run_buttons(ui: &mut Ui, run: &Run, send: &mut impl FnMut(DistillCommand)) {
    let name = &run.name;
    if !run.curves.is_finished && button(ui, icons::PLAY, "Resume", &format!("Resume {name}")).clicked() {
        send(DistillCommand::Resume(name.clone()));
    }
    if run.has_checkpoint
        && !run.has_package
        && button(ui, icons::MODELS, "Make a model", &format!("Make a model of {name}")).clicked()
    {
        send(DistillCommand::MakeModel(name.clone()));
    }
    let delete = button(ui, icons::CLEAR, "Delete", &format!("Delete the run {name}"));
    if delete.on_hover_text("Can be undone; its model stays").clicked() {
        send(DistillCommand::Delete(name.clone()));
    }
}
