//! The note where no teacher is installed: where one comes from, and a button that brings it in.

use eframe::egui::{Label, RichText, Ui};

use super::{
    command::{LabCommand, ModelsCommand},
    model_list::ModelList,
};
use crate::{
    app::{
        command::Command,
        ui::{icons, theme::palette, widgets::button},
    },
    recognition::TEACHER_MODEL,
};

/// Draws the note once the models are listed and no teacher is among them.
pub(super) fn ui(ui: &mut Ui, models: &ModelList, commands: &mut Vec<Command>) {
    if !models.is_listed() || models.find(TEACHER_MODEL).is_some() {
        return;
    }
    ui.horizontal_wrapped(|ui| {
        let text = "No teacher is installed. It comes with Longhand's packages, and with its sources in models/teacher";
        ui.add(Label::new(RichText::new(text).color(palette(ui).weak_text)).wrap());
        let bring = button(ui, icons::IMPORT, "Bring it in…", "Bring in the teacher…");
        if bring.on_hover_text("Choose the folder \"teacher\"").clicked() {
            commands.push(Command::Lab(LabCommand::Models(ModelsCommand::AskWhatToImport)));
        }
    });
}
