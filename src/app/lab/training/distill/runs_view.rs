//! Draws the list of runs, and the plotted ones as curves and as a table.

use eframe::egui::{Button, Grid, Label, RichText, ScrollArea, Ui};

use super::{DistillPanel, curves_view, runs::Run, table};
use crate::app::{
    lab::training::command::{DistillCommand, DistillFile},
    ui::{
        icons,
        theme::{palette, space},
        widgets::{badge, button, card, card_title, weak},
    },
};

/// Draws the plotted runs, each with its index among all.
pub(super) fn plotted(ui: &mut Ui, runs: &[(usize, &Run)], send: &mut impl FnMut(DistillCommand)) {
    if runs.len() > 1 {
        card(ui, |ui| {
            ui.horizontal_wrapped(|ui| {
                ui.label(card_title("Compared"));
                save_button(ui, "CSV…", "Save the table of runs…", DistillFile::Runs, send);
            });
            ScrollArea::horizontal().id_salt("compared runs").show(ui, |ui| grid(ui, runs));
        });
    }
    card(ui, |ui| {
        ui.horizontal_wrapped(|ui| {
            ui.label(card_title("Curves"));
            save_button(ui, "CSV…", "Save the curves as a table…", DistillFile::Curves, send);
            save_button(ui, "Picture…", "Save the curves as a picture…", DistillFile::Picture, send);
        });
        curves_view::plots(ui, runs);
    });
}

fn save_button(ui: &mut Ui, text: &str, name: &str, file: DistillFile, send: &mut impl FnMut(DistillCommand)) {
    if ui.add(Button::new(text).small()).accessible_name(name).on_hover_text(name).clicked() {
        send(DistillCommand::AskWhereToSave(file));
    }
}

fn grid(ui: &mut Ui, runs: &[(usize, &Run)]) {
    Grid::new("compared runs").spacing([space::L, 2.0]).min_row_height(20.0).show(ui, |ui| {
        for title in table::TITLES {
            ui.label(weak(ui, title));
        }
        ui.end_row();
        for (place, run) in runs {
            for (column, text) in table::cells(run).into_iter().enumerate() {
                let color = if column == 0 { curves_view::run_color(ui, *place) } else { palette(ui).text };
                ui.label(RichText::new(text).color(color));
            }
            ui.end_row();
        }
    });
}

impl DistillPanel {
    /// Draws the list of runs.
    pub(super) fn list_of_runs(&self, ui: &mut Ui, runs: &[Run], send: &mut impl FnMut(DistillCommand)) {
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
