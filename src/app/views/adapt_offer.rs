//! Offers to adapt the reader to the hand of a page read with little confidence, above its text.

use eframe::egui::{Align, Label, Layout, Margin, RichText, Ui};

use super::command_widgets::{Look, command_button};
use crate::app::{
    command::Command,
    state::State,
    ui::{theme::space, widgets::raised},
};

/// Draws the offer as a row of the transcript's width.
pub(super) fn ui(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    let frame = raised(ui)
        .inner_margin(Margin::symmetric(space::M as i8, space::S as i8))
        .outer_margin(Margin::symmetric(space::M as i8, space::XS as i8));
    frame.show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                command_button(ui, state, commands, &Command::AdaptToHand, Look::Framed);
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    ui.add(Label::new(RichText::new("This hand is hard to read")).truncate());
                });
            });
        });
    });
}
