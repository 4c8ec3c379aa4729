//! The models there are, listed once for all panels.

use super::context::{LabContext, Task};
use crate::{
    recognition::{BUILT_IN_MODEL, ModelLibrary, ModelManifest, ModelPackage, PackageLocation, UserModels},
    storage::Settings,
};

/// The folder of the reader that learnt from corrections, so its name too; further ones have a number behind it.
pub(super) const OWN_READER: &str = "my-handwriting";
/// The same of one that got used to a hand.
pub(in crate::app) const USED_TO_A_HAND: &str = "used-to-a-hand";

/// A package as panels show it: all but its network.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::app) struct InstalledModel {
    /// What opens it.
    pub(in crate::app) name: String,
    pub(in crate::app) location: PackageLocation,
    pub(in crate::app) manifest: ModelManifest,
    /// Markdown.
    pub(in crate::app) card: String,
    /// Whether the user brought it in, so that it may be deleted.
    pub(in crate::app) is_own: bool,
}

/// About the list of models.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModelListCommand {
    /// Views again which there are.
    List,
}

/// What listing found.
struct Listed {
    models: Vec<InstalledModel>,
    damaged: Vec<String>,
}

/// The list, and the job that makes it.
#[derive(Default)]
pub(in crate::app) struct ModelList {
    models: Vec<InstalledModel>,
    damaged: Vec<String>,
    is_listed: bool,
    listing: Task<Listed>,
}

impl ModelList {
    /// Packages that may be used, in the order of names.
    pub(in crate::app) fn models(&self) -> &[InstalledModel] {
        &self.models
    }

    /// The model called `name`.
    pub(in crate::app) fn find(&self, name: &str) -> Option<&InstalledModel> {
        self.models.iter().find(|model| model.name == name)
    }

    /// Why other packages may not be used, a sentence each.
    pub(in crate::app) fn damaged(&self) -> &[String] {
        &self.damaged
    }

    /// Whether the list is there.
    pub(in crate::app) fn is_listed(&self) -> bool {
        self.is_listed
    }

    /// Views which models there are, the first time that somebody wants to know.
    pub(super) fn list_if_new(&mut self, cx: &mut LabContext<'_>) {
        if !self.is_listed && !self.listing.is_running() {
            self.list(cx);
        }
    }

    pub(super) fn run(&mut self, command: &ModelListCommand, cx: &mut LabContext<'_>) {
        match command {
            ModelListCommand::List => self.list(cx),
        }
    }

    fn list(&mut self, cx: &mut LabContext<'_>) {
        let (library, own) = (cx.options.library.clone(), cx.options.own_models.clone());
        self.listing.start("Listing models", cx, move |job| {
            // Nobody who is gone wants the list.
            job.report(list(&library, own.as_ref())).ok();
        });
    }

    pub(super) fn poll(&mut self, cx: &mut LabContext<'_>) {
        for listed in self.listing.poll(cx.notifications, cx.now_secs) {
            Listed { models: self.models, damaged: self.damaged } = listed;
            self.is_listed = true;
        }
    }
}

/// The name that the settings lead to.
pub(in crate::app) fn default_model(settings: &Settings) -> &str {
    settings.model.as_deref().unwrap_or(BUILT_IN_MODEL)
}

/// What pages are read with, as the end of a sentence; none where it is what came with the program.
pub(in crate::app) fn other_reader(settings: &Settings) -> Option<&str> {
    match default_model(settings) {
        BUILT_IN_MODEL => None,
        name if name.starts_with(OWN_READER) => Some("your own reader"),
        name if name.starts_with(USED_TO_A_HAND) => Some("a reader that is used to a hand"),
        name => Some(name),
    }
}

fn list(library: &ModelLibrary, own: Option<&UserModels>) -> Listed {
    let mut listed = Listed { models: Vec::new(), damaged: Vec::new() };
    for package in library.list() {
        match package {
            Ok(package) => listed.models.push(installed(package, own)),
            Err(error) => listed.damaged.push(error.to_string()),
        }
    }
    listed
}

fn installed(package: ModelPackage, own: Option<&UserModels>) -> InstalledModel {
    let ModelPackage { name, location, manifest, card, .. } = package;
    let is_own = match &location {
        PackageLocation::Folder(folder) => own.is_some_and(|own| own.holds(folder)),
        PackageLocation::BuiltIn => false,
    };
    InstalledModel { name, location, manifest, card, is_own }
}
