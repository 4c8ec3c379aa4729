//! The panel of models: which there are, which reads the pages, bring one in, delete one's own.

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
    /// Asks which package folder to bring in.
    AskWhatToImport,
    /// Brings a package folder in.
    Import(PathBuf),
    /// Asks where to write a copy of the model called so.
    AskWhereToExport(String),
    /// Writes a copy of the model chosen last into this folder.
    Export(PathBuf),
    /// Deletes one of the user's own, by name.
    Delete(String),
    /// Brings the one deleted last back.
    UndoDelete,
    /// Shows the card of the model called so.
    OpenCard(String),
    /// Back to the list.
    CloseCard,
}

/// A model that was deleted and may come back.
#[derive(Clone, Debug)]
struct Deleted {
    name: String,
    /// Whether it read the pages.
    was_default: bool,
}

enum ModelsEvent {
    Imported(String),
    Exported(PathBuf),
    Deleted(Deleted),
    Restored(Deleted),
    Failed(String),
}

/// What the panel knows beyond the shelf.
#[derive(Default)]
pub(in crate::app) struct ModelsPanel {
    card: Option<String>,
    deleted: Option<Deleted>,
    /// The model that is to be exported.
    exported: Option<String>,
    task: Task<ModelsEvent>,
}

impl ModelsPanel {
    /// What takes the last change back.
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
            // A window that is gone has its files.
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
            // A window that is gone hears of it at the next start.
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
