//! Asks before a page is closed that no file holds.

use eframe::egui::Ui;

use super::modal::{heading, modal};
use crate::app::{
    command::Command,
    state::{State, question::Question},
    ui::{
        icons,
        widgets::{button, primary_button},
    },
};

/// Draws the question, while it is open.
pub(super) fn ui(ui: &Ui, state: &State, commands: &mut Vec<Command>) {
    let Some(Question::ClosePage(id)) = state.question else { return };
    let name = state.find(id).map(|document| document.name.as_str()).unwrap_or_default();
    let response = modal(ui, "close page", 440.0, |ui| {
        heading(ui, &format!("Close \u{201c}{name}\u{201d}?"));
        ui.label("No file holds it. It goes to the bin, from where it can be opened again until you delete it there.");
        ui.horizontal_wrapped(|ui| {
            if primary_button(ui, true, icons::CLEAR, "Move to the bin").clicked() {
                commands.push(Command::ClosePageAsked);
            }
            if button(ui, icons::SAVE, "Export…", "Export this page").clicked() {
                commands.push(Command::SaveAskedPage);
            }
            if button(ui, icons::CHECKED, "Keep it open", "Keep it open").clicked() {
                commands.push(Command::Dismiss);
            }
        });
    });
    if response.should_close() {
        commands.push(Command::Dismiss);
    }
}
