//! Asks whether to straighten an oblique sheet, in a bar over the page's upper edge.

use eframe::egui::{Align, Label, Layout, Rect, RichText, Ui, pos2, vec2};

use super::command_widgets::{Look, command_button};
use crate::app::{
    command::Command,
    state::State,
    ui::{theme::space, widgets::floating_bar},
};

const QUESTION: &str = "This looks like a sheet seen aslant";
const HEIGHT: f32 = 44.0;
const WIDTH: f32 = 460.0;

/// Draws the question and its two answers.
pub(super) fn ui(ui: &mut Ui, state: &State, viewport: Rect, commands: &mut Vec<Command>) {
    let width = WIDTH.min(viewport.width());
    let corner = pos2(viewport.center().x - width / 2.0, viewport.top() + space::L);
    let area = Rect::from_min_size(corner, vec2(width, HEIGHT));
    floating_bar(ui, area, 10, space::S, |ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            command_button(ui, state, commands, &Command::LeaveAslant, Look::Icon);
            command_button(ui, state, commands, &Command::Straighten, Look::Primary);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.add(Label::new(RichText::new(QUESTION)).truncate());
            });
        });
    });
}
