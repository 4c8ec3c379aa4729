//! Draws the state and sends commands. Nothing here changes the state, opens a file or waits.

#[cfg(feature = "train")]
mod adapt_offer;
mod command_widgets;
mod corners;
mod dialogs;
mod drop_hint;
mod find_bar;
mod ink;
mod line_tools;
mod notes;
mod page;
mod page_question;
mod page_strip;
mod status;
mod timings;
mod top_bar;
mod transcript;
mod transcript_row;
mod welcome;
mod zoom_bar;

use eframe::egui::{CentralPanel, Frame, Ui};

use super::{
    command::Command,
    lab,
    state::{State, Workspace},
    ui::theme::palette,
};

/// Draws the whole window.
pub(super) fn ui(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    top_bar::ui(ui, state, commands);
    status::ui(ui, state, commands);
    if state.workspace == Workspace::Pages {
        find_bar::ui(ui, state, commands);
    }
    match state.workspace {
        Workspace::Pages => pages(ui, state, commands),
        Workspace::Lab(panel) => lab::view::ui(ui, &state.lab, panel, state.lab_view(), commands),
    }
    notes::ui(ui, state, commands);
    drop_hint::ui(ui);
    dialogs::ui(ui, state, commands);
}

fn pages(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    if state.documents.len() > 1 {
        page_strip::ui(ui, state, commands);
    }
    let desk = Frame::NONE.fill(palette(ui).desk);
    if let Some(document) = state.document() {
        transcript::ui(ui, state, document, commands);
        CentralPanel::default().frame(desk).show(ui, |ui| page::ui(ui, state, document, commands));
    } else {
        let ground = Frame::NONE.fill(palette(ui).panel);
        CentralPanel::default().frame(ground).show(ui, |ui| welcome::ui(ui, state, commands));
    }
}
