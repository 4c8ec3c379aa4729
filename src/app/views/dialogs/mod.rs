//! What lies over the window: questions, sheets, lists.

mod bin;
mod close_page;
mod closing;
mod export_sheet;
mod modal;
mod palette;
mod project_sheet;
mod settings;
mod shortcuts;

use eframe::egui::Ui;

use crate::app::{command::Command, state::State};

/// Draws those that are open.
pub(super) fn ui(ui: &Ui, state: &State, commands: &mut Vec<Command>) {
    shortcuts::ui(ui, state, commands);
    settings::ui(ui, state, commands);
    palette::ui(ui, state, commands);
    bin::ui(ui, state, commands);
    export_sheet::ui(ui, state, commands);
    project_sheet::ui(ui, state, commands);
    close_page::ui(ui, state, commands);
    closing::ui(ui, state, commands);
}
