//! Draws the panel "Models": the list, or one model's card.

use eframe::egui::{Align, Layout, RichText, ScrollArea, Spinner, Ui};

use super::{ModelsPanel, markdown};
use crate::{
    app::{
        command::Command,
        lab::{
            command::{LabCommand, LabPanel, ModelsCommand},
            lab_view::LabView,
            model_list::InstalledModel,
        },
        state::reader_choice::default_model,
        ui::{
            icons,
            theme::{palette, size, space},
            widgets::{badge, button, card, card_title, header, symbol, weak},
        },
    },
    recognition::{INK_LABELLER, INK_LABELLER_CARD, LabellerManifest, ModelManifest, PackageLocation, SetMetrics},
};

impl ModelsPanel {
    /// Draws the panel.
    pub(crate) fn ui(&self, ui: &mut Ui, view: LabView<'_>, commands: &mut Vec<Command>) {
        let mut send = |command| commands.push(Command::Lab(LabCommand::Models(command)));
        match self.card.as_deref() {
            Some(INK_LABELLER) => return model_card(ui, "Ink labeller", INK_LABELLER_CARD, &mut send),
            Some(name) => {
                if let Some(model) = view.models.find(name) {
                    return model_card(ui, &model.manifest.title, &model.card, &mut send);
                }
            }
            None => {}
        }
        let (title, sentence, _) = LabPanel::Models.label();
        header(ui, title, sentence, |ui| {
            if button(ui, icons::IMPORT, "Import…", "Import…")
                .on_hover_text("Bring in the folder of a model package")
                .clicked()
            {
                send(ModelsCommand::AskWhatToImport);
            }
        });
        self.undo_bar(ui, &mut send);
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            if !view.models.is_listed() {
                ui.add(Spinner::new().size(20.0));
            }
            for model in view.models.models() {
                let is_default = default_model(view.settings) == model.name;
                let doubt = self.doubted.as_ref().filter(|(name, _)| *name == model.name).map(|(_, reason)| reason);
                entry(ui, model, is_default, doubt.map(String::as_str), commands);
            }
            ink_labeller_entry(ui, commands);
            for reason in view.models.damaged() {
                card(ui, |ui| {
                    ui.horizontal(|ui| {
                        symbol(ui, icons::WARNING, size::ICON, palette(ui).error);
                        ui.add(eframe::egui::Label::new(reason).wrap());
                    });
                });
            }
        });
    }

    fn undo_bar(&self, ui: &mut Ui, send: &mut impl FnMut(ModelsCommand)) {
        let Some(deleted) = &self.deleted else { return };
        card(ui, |ui| {
            ui.horizontal(|ui| {
                ui.label(format!("Deleted the model {}", deleted.name));
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    if button(ui, icons::UNDO, "Undo", "Undo deleting the model").clicked() {
                        send(ModelsCommand::UndoDelete);
                    }
                });
            });
        });
    }
}

fn entry(ui: &mut Ui, model: &InstalledModel, is_default: bool, doubt: Option<&str>, commands: &mut Vec<Command>) {
    let palette = palette(ui);
    let InstalledModel { name, manifest, .. } = model;
    card(ui, |ui| {
        ui.spacing_mut().item_spacing.y = space::XS;
        ui.horizontal_wrapped(|ui| {
            ui.label(card_title(&manifest.title));
            ui.label(RichText::new(format!("{name} {}", manifest.version)).color(palette.weak_text));
            if is_default {
                badge(ui, "Reads your pages", palette.success);
            }
        });
        ui.label(figures(manifest));
        let small = |ui: &Ui, text: String| eframe::egui::Label::new(weak(ui, text)).wrap();
        ui.add(small(ui, format!("Licence: {}", manifest.license)));
        ui.add(small(
            ui,
            match &model.location {
                PackageLocation::BuiltIn => "Comes with the program".to_owned(),
                PackageLocation::Folder(folder) => folder.display().to_string(),
            },
        ));
        ui.add_space(space::XS);
        match doubt {
            Some(reason) => doubted(ui, reason, commands),
            None => drop(ui.horizontal_wrapped(|ui| buttons(ui, model, is_default, commands))),
        }
    });
    ui.add_space(space::XS);
}

/// The network that finds the lines of every page; it cannot be chosen.
fn ink_labeller_entry(ui: &mut Ui, commands: &mut Vec<Command>) {
    let Ok(manifest) = LabellerManifest::built_in() else { return };
    let LabellerManifest { title, name, version, license, architecture, .. } = manifest;
    card(ui, |ui| {
        ui.spacing_mut().item_spacing.y = space::XS;
        ui.horizontal_wrapped(|ui| {
            ui.label(card_title(&title));
            ui.label(RichText::new(format!("{name} {version}")).color(palette(ui).weak_text));
            badge(ui, "Finds the lines", palette(ui).success);
        });
        let size = architecture.parameters as f64 / 1e6;
        ui.label(format!("{}, {size:.2} M parameters · tells writing from drawing", architecture.kind));
        for text in [format!("Licence: {license}"), "Comes with the program".to_owned()] {
            ui.add(eframe::egui::Label::new(weak(ui, text)).wrap());
        }
        ui.add_space(space::XS);
        if button(ui, icons::CARD, "Card", &format!("Card of {name}")).clicked() {
            commands.push(Command::Lab(LabCommand::Models(ModelsCommand::OpenCard(name))));
        }
    });
    ui.add_space(space::XS);
}

/// The warning in place of the buttons.
fn doubted(ui: &mut Ui, reason: &str, commands: &mut Vec<Command>) {
    let mut send = |command| commands.push(Command::Lab(LabCommand::Models(command)));
    ui.horizontal_wrapped(|ui| {
        symbol(ui, icons::WARNING, size::ICON, palette(ui).doubt);
        ui.add(eframe::egui::Label::new(reason).wrap());
    });
    ui.horizontal_wrapped(|ui| {
        if button(ui, icons::CLOSE, "Keep the present one", "Keep the present one").clicked() {
            send(ModelsCommand::KeepReader);
        }
        if button(ui, icons::DEFAULT, "Read with it all the same", "Read with it all the same").clicked() {
            send(ModelsCommand::ChooseAnyway);
        }
    });
}

fn buttons(ui: &mut Ui, model: &InstalledModel, is_default: bool, commands: &mut Vec<Command>) {
    let name = &model.name;
    let mut send = |command| commands.push(Command::Lab(LabCommand::Models(command)));
    if button(ui, icons::CARD, "Card", &format!("Card of {name}")).clicked() {
        send(ModelsCommand::OpenCard(name.clone()));
    }
    let export = button(ui, icons::EXPORT, "Export…", &format!("Export {name}"));
    if export.on_hover_text("Write a copy of its folder, to use elsewhere").clicked() {
        send(ModelsCommand::AskWhereToExport(name.clone()));
    }
    if model.is_own
        && button(ui, icons::CLEAR, "Delete", &format!("Delete {name}")).on_hover_text("Can be undone").clicked()
    {
        send(ModelsCommand::Delete(name.clone()));
    }
    if !is_default
        && button(ui, icons::DEFAULT, "Read with this", &format!("Read with {name}"))
            .on_hover_text("Pages are read with this model from now on")
            .clicked()
    {
        send(ModelsCommand::ChooseReader(name.clone()));
    }
}

/// Kind, size and measured errors of a model, in a line.
fn figures(manifest: &ModelManifest) -> String {
    let architecture = &manifest.architecture;
    let size = format!("{}, {:.2} M parameters", architecture.kind, architecture.parameters as f64 / 1e6);
    let is_on_lines = |metrics: &SetMetrics| metrics.decoder == "greedy" && metrics.wer.is_some();
    let on_lines = manifest.metrics.iter().filter(|(_, metrics)| is_on_lines(metrics));
    let errors =
        on_lines.map(|(set, metrics)| format!("{metrics:.2} on {set} ({} lines)", metrics.n_lines.unwrap_or(0)));
    std::iter::once(size).chain(errors).collect::<Vec<_>>().join(" · ")
}

fn model_card(ui: &mut Ui, title: &str, text: &str, send: &mut impl FnMut(ModelsCommand)) {
    header(ui, title, "The model's card", |ui| {
        if button(ui, icons::BACK, "All models", "All models").clicked() {
            send(ModelsCommand::CloseCard);
        }
    });
    card(ui, |ui| {
        ScrollArea::both().auto_shrink(false).show(ui, |ui| markdown::ui(ui, text));
    });
}
