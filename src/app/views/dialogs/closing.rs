//! Asks whether to stop a training, or to break off saving, when the window is to be closed.

use eframe::egui::{RichText, Spinner, Ui};

use super::modal::{heading, modal};
use crate::app::{
    command::Command,
    state::{Closing, State},
    ui::{
        icons,
        theme::{size, strong},
        widgets::{button, primary_button},
    },
};

/// Draws the question over everything, while it is open.
pub(super) fn ui(ui: &Ui, state: &State, commands: &mut Vec<Command>) {
    if !matches!(state.closing, Closing::Asking | Closing::Stopping) {
        return;
    }
    let response = modal(ui, "closing", 440.0, |ui| {
        if state.closing == Closing::Stopping {
            waiting(ui, state, commands);
        } else if state.lab.is_training() {
            question(
                ui,
                "A model is being trained",
                "Closing the window stops it. What it has learnt so far is kept, and it can go on another time.",
                [(icons::STOP, "Stop and close", Command::StopAndClose)],
                commands,
            );
        } else if state.saving.is_some() {
            question(
                ui,
                "Pages are being saved",
                "Closing the window now would leave no new file.",
                [
                    (icons::SAVE, "Close when saved", Command::StopAndClose),
                    (icons::STOP, "Close without saving", Command::CloseNow),
                ],
                commands,
            );
        } else {
            let close = [(icons::CLOSE, "Close the window", Command::CloseNow)];
            question(ui, "Everything is done", "The window can be closed.", close, commands);
        }
    });
    if response.should_close() && state.closing == Closing::Asking {
        commands.push(Command::KeepOpen);
    }
}

fn question<const N: usize>(
    ui: &mut Ui,
    title: &str,
    sentence: &str,
    answers: [(&str, &str, Command); N],
    commands: &mut Vec<Command>,
) {
    heading(ui, title);
    ui.label(sentence);
    ui.horizontal_wrapped(|ui| {
        if primary_button(ui, true, icons::CHECKED, "Keep the window open").clicked() {
            commands.push(Command::KeepOpen);
        }
        for (symbol, text, command) in answers {
            if button(ui, symbol, text, text).clicked() {
                commands.push(command);
            }
        }
    });
}

fn waiting(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    let is_training = state.lab.is_training();
    let doing = if is_training { "Writing down what was learnt" } else { "Saving pages" };
    ui.horizontal(|ui| {
        ui.add(Spinner::new().size(18.0));
        ui.label(RichText::new(doing).font(strong(size::HEADING)));
    });
    ui.label("The window closes when it is safe.");
    let now = button(ui, icons::CLOSE, "Close now", "Close now");
    let effect = if is_training {
        "Goes on from the checkpoint before this another time"
    } else {
        "The file stays as it was before"
    };
    if now.on_hover_text(effect).clicked() {
        commands.push(Command::CloseNow);
    }
}
