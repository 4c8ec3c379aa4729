//! The panel "Models": the installed models, which of them reads the pages, import, export and delete.

mod markdown;
mod view;
mod warning;

use std::path::{Path, PathBuf};

use super::{
    command::{LabCommand, ModelListCommand, ModelsCommand},
    context::LabContext,
    model_list::ModelList,
};
use crate::{
    app::{
        command::Command,
        state::reader_choice::default_model,
        tasks::{dialogs::Ask, job_slot::JobSlot},
    },
    recognition::{BUILT_IN_MODEL, ModelError, UserModels},
};

/// A deleted model that can be restored.
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

/// The panel's state beside the list of models.
#[derive(Default)]
pub(crate) struct ModelsPanel {
    card: Option<String>,
    deleted: Option<Deleted>,
    /// A model that would be chosen, and what speaks against it.
    doubted: Option<(String, String)>,
    /// The model to export, while its folder is chosen.
    exported: Option<String>,
    task: JobSlot<ModelsEvent>,
}

impl ModelsPanel {
    /// The command that undoes the last change.
    pub(super) fn undo(&self) -> Option<ModelsCommand> {
        self.deleted.is_some().then_some(ModelsCommand::UndoDelete)
    }

    pub(super) fn run(&mut self, command: ModelsCommand, models: &ModelList, cx: &mut LabContext<'_>) {
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
            ModelsCommand::ChooseReader(name) => {
                let present = models.find(default_model(cx.settings));
                let pair = models.find(&name).zip(present);
                let doubt = pair.and_then(|(model, present)| warning::warning(model, present));
                if doubt.is_none() {
                    cx.commands.push(Command::UseModel(name.clone()));
                }
                self.doubted = doubt.map(|reason| (name, reason));
            }
            ModelsCommand::ChooseAnyway => {
                if let Some((name, _)) = self.doubted.take() {
                    cx.commands.push(Command::UseModel(name));
                }
            }
            ModelsCommand::KeepReader => self.doubted = None,
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
        self.task.start("Exporting the model", &mut cx.jobs, move |job| {
            let saved = library.open(&name).map_err(|error| error.to_string()).and_then(|package| {
                package.save(&folder).map_err(|error| format!("{} cannot be written: {error}", folder.display()))
            });
            job.tell(saved.map_or_else(ModelsEvent::Failed, |()| ModelsEvent::Exported(folder)))
        });
    }

    /// Changes the user's own folder off the drawing thread.
    fn change(
        &mut self,
        cx: &mut LabContext<'_>,
        change: impl FnOnce(&UserModels) -> Result<ModelsEvent, ModelError> + Send + 'static,
    ) {
        let Some(own) = cx.options.own_models.clone() else {
            cx.fail("This system knows no folder for your own models".to_owned());
            return;
        };
        self.task.start("Changing the models", &mut cx.jobs, move |job| {
            job.tell(change(&own).unwrap_or_else(|error| ModelsEvent::Failed(error.to_string())))
        });
    }

    pub(super) fn poll(&mut self, cx: &mut LabContext<'_>) {
        for event in self.task.poll(&mut cx.jobs) {
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
