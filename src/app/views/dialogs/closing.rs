//! Asks whether to stop a training when the window is to be closed.

use eframe::egui::{Frame, Id, Margin, Modal, RichText, Spinner, Ui};

use crate::app::{
    command::Command,
    state::{Closing, State},
    ui::{
        icons,
        theme::{size, space, strong},
        widgets::{button, primary_button},
    },
};

/// Draws the question over everything, while it is open.
pub(super) fn ui(ui: &Ui, state: &State, commands: &mut Vec<Command>) {
    if !matches!(state.closing, Closing::Asking | Closing::Stopping) {
        return;
    }
    let frame = Frame::popup(&ui.ctx().global_style()).inner_margin(Margin::same(space::XL as i8));
    let modal = Modal::new(Id::unique("closing")).frame(frame).show(ui.ctx(), |ui| {
        ui.set_width(440.0);
        ui.spacing_mut().item_spacing.y = space::M;
        if state.closing == Closing::Asking {
            ui.label(RichText::new("A model is being trained").font(strong(size::HEADING)));
            ui.label("Closing the window stops it. What it has learnt so far is kept, and it can go on another time.");
            ui.horizontal_wrapped(|ui| {
                if primary_button(ui, true, icons::CHECKED, "Keep the window open").clicked() {
                    commands.push(Command::KeepOpen);
                }
                if button(ui, icons::STOP, "Stop and close", "Stop and close").clicked() {
                    commands.push(Command::StopAndClose);
                }
            });
        } else {
            ui.horizontal(|ui| {
                ui.add(Spinner::new().size(18.0));
                ui.label(RichText::new("Writing down what was learnt").font(strong(size::HEADING)));
            });
            ui.label("The window closes when it is safe.");
            let now = button(ui, icons::CLOSE, "Close now", "Close now");
            if now.on_hover_text("Goes on from the checkpoint before this another time").clicked() {
                commands.push(Command::CloseNow);
            }
        }
    });
    if modal.should_close() && state.closing == Closing::Asking {
        commands.push(Command::KeepOpen);
    }
}
