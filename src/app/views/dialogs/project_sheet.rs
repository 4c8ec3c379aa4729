//! How a project is saved: with its pictures inside, or beside.

use eframe::egui::Ui;

use super::modal::{heading, modal};
use crate::app::{
    command::Command,
    state::{State, project::ProjectSheet},
    ui::{
        icons,
        widgets::{button, primary_button, weak},
    },
};

/// Draws the choice, while it is open.
pub(super) fn ui(ui: &Ui, state: &State, commands: &mut Vec<Command>) {
    let Some(sheet) = state.project_sheet else { return };
    let response = modal(ui, "project", 440.0, |ui| {
        heading(ui, "Save project");
        ui.label("A project holds all open pages with their text, your corrections, crops and ink.");
        for (holds_pictures, text, hint) in [
            (false, "Pictures stay where they are", "The file is small; it finds the pictures by their content"),
            (true, "Pictures inside the file", "To hand it on, or to move the pictures away"),
        ] {
            if ui.radio(sheet.holds_pictures == holds_pictures, text).clicked() {
                commands.push(Command::ChangeProject(ProjectSheet { holds_pictures }));
            }
            ui.label(weak(ui, hint));
        }
        ui.horizontal(|ui| {
            if primary_button(ui, !state.is_dialog_open, icons::SAVE, "Save as…").clicked() {
                commands.push(Command::ChooseWhereToSaveProject);
            }
            if button(ui, icons::CLOSE, "Cancel", "Cancel saving the project").clicked() {
                commands.push(Command::HideProjectSheet);
            }
        });
    });
    if response.should_close() {
        commands.push(Command::HideProjectSheet);
    }
}
