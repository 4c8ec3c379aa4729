//! The panel of models: lists them, chooses the one for pages, imports and exports packages, deletes the user's own.

mod markdown;
mod view;

use std::path::{Path, PathBuf};

use super::{
    LabCommand,
    context::{LabContext, Task},
    model_list::{ModelListCommand, default_model},
};
use crate::{
    app::{command::Command, tasks::dialogs::Ask},
    recognition::{BUILT_IN_MODEL, UserModels},
};

/// What the panel's view sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModelsCommand {
    /// Opens the dialog for the package folder to import.
    AskWhatToImport,
    /// Imports a package folder.
    Import(PathBuf),
    /// Opens the dialog for the folder to export the named model into.
    AskWhereToExport(String),
    /// Writes a copy of the model named last into this folder.
    Export(PathBuf),
    /// Deletes one of the user's own models, by name.
    Delete(String),
    /// Restores the model that was deleted last.
    UndoDelete,
    /// Shows the named model's card.
    OpenCard(String),
    /// Shows the list again.
    CloseCard,
}

/// A deleted model, which can be restored.
#[derive(Clone, Debug)]
struct Deleted {
    name: String,
    /// Whether pages were read with it.
    was_default: bool,
}

enum ModelsEvent {
    Imported(String),
    Exported(PathBuf),
    Deleted(Deleted),
    Restored(Deleted),
    Failed(String),
}

/// The panel's own state, beside the list of models.
#[derive(Default)]
pub(in crate::app) struct ModelsPanel {
    card: Option<String>,
    deleted: Option<Deleted>,
    /// The model to export, while its folder is chosen.
    exported: Option<String>,
    task: Task<ModelsEvent>,
}

impl ModelsPanel {
    /// The command that undoes the last change.
    pub(super) fn undo(&self) -> Option<ModelsCommand> {
        self.deleted.is_some().then_some(ModelsCommand::UndoDelete)
    }

    pub(super) fn run(&mut self, command: ModelsCommand, cx: &mut LabContext<'_>) {
        match command {
            ModelsCommand::AskWhatToImport => {
                let ask = Ask::Folder { title: "Import a model package" };
                cx.ask(ask, |folder| LabCommand::Models(ModelsCommand::Import(folder)));
            }
            ModelsCommand::Import(folder) => {
                self.change(cx, move |own| Ok(ModelsEvent::Imported(own.import(&folder)?)));
            }
            ModelsCommand::AskWhereToExport(name) => {
                self.exported = Some(name);
                let ask = Ask::Folder { title: "Export the model into a folder" };
                cx.ask(ask, |folder| LabCommand::Models(ModelsCommand::Export(folder)));
            }
            ModelsCommand::Export(folder) => self.export(&folder, cx),
            ModelsCommand::Delete(name) => {
                let was_default = default_model(cx.settings) == name;
                self.change(cx, move |own| {
                    own.remove(&name)?;
                    Ok(ModelsEvent::Deleted(Deleted { name, was_default }))
                });
            }
            ModelsCommand::UndoDelete => {
                if let Some(deleted) = self.deleted.take() {
                    self.change(cx, move |own| {
                        own.restore(&deleted.name)?;
                        Ok(ModelsEvent::Restored(deleted))
                    });
                }
            }
            ModelsCommand::OpenCard(name) => self.card = Some(name),
            ModelsCommand::CloseCard => self.card = None,
        }
    }

    fn export(&mut self, folder: &Path, cx: &mut LabContext<'_>) {
        let Some(name) = self.exported.take() else { return };
        let (library, folder) = (cx.options.library.clone(), folder.join(&name));
        self.task.start("Exporting the model", cx, move |job| {
            let saved = library.open(&name).map_err(|error| error.to_string()).and_then(|package| {
                package.save(&folder).map_err(|error| format!("{} cannot be written: {error}", folder.display()))
            });
            // Ignored: the window may have closed, and the files are written.
            job.report(saved.map_or_else(ModelsEvent::Failed, |()| ModelsEvent::Exported(folder))).ok();
        });
    }

    /// Changes the user's own folder off the drawing thread.
    fn change(
        &mut self,
        cx: &mut LabContext<'_>,
        change: impl FnOnce(&UserModels) -> Result<ModelsEvent, crate::recognition::ModelError> + Send + 'static,
    ) {
        let Some(own) = cx.options.own_models.clone() else {
            cx.fail("This system knows no folder for your own models".to_owned());
            return;
        };
        self.task.start("Changing the models", cx, move |job| {
            let event = change(&own).unwrap_or_else(|error| ModelsEvent::Failed(error.to_string()));
            // Ignored: the window may have closed, and lists the models at its next start.
            job.report(event).ok();
        });
    }

    pub(super) fn poll(&mut self, cx: &mut LabContext<'_>) {
        for event in self.task.poll(cx.notifications, cx.now_secs) {
            match event {
                ModelsEvent::Exported(folder) => {
                    cx.inform(format!("Exported the model to {}", folder.display()));
                    continue;
                }
                ModelsEvent::Imported(name) => cx.inform(format!("Imported the model {name}")),
                ModelsEvent::Deleted(deleted) => {
                    if deleted.was_default {
                        cx.commands.push(Command::UseModel(BUILT_IN_MODEL.to_owned()));
                    }
                    self.card = None;
                    self.deleted = Some(deleted);
                }
                ModelsEvent::Restored(Deleted { name, was_default }) => {
                    if was_default {
                        cx.commands.push(Command::UseModel(name));
                    }
                }
                ModelsEvent::Failed(reason) => {
                    cx.fail(reason);
                    continue;
                }
            }
            cx.send(LabCommand::ModelList(ModelListCommand::List));
        }
    }
}
