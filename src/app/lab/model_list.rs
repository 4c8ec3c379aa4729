//! The installed models, listed once for all panels.

use super::{command::ModelListCommand, context::LabContext};
use crate::{
    app::tasks::job_slot::JobSlot,
    recognition::{ModelLibrary, ModelManifest, ModelPackage, PackageLocation, UserModels},
};

/// A package as panels show it, without its network.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct InstalledModel {
    /// The name that opens it.
    pub(crate) name: String,
    pub(crate) location: PackageLocation,
    pub(crate) manifest: ModelManifest,
    /// Markdown.
    pub(crate) card: String,
    /// Whether the user imported it, so that it may be deleted.
    pub(crate) is_own: bool,
}

/// The result of listing.
struct Listed {
    models: Vec<InstalledModel>,
    damaged: Vec<String>,
}

/// The list, and the job that makes it.
#[derive(Default)]
pub(crate) struct ModelList {
    models: Vec<InstalledModel>,
    damaged: Vec<String>,
    is_listed: bool,
    listing: JobSlot<Listed>,
}

impl ModelList {
    /// Usable packages, sorted by name.
    pub(crate) fn models(&self) -> &[InstalledModel] {
        &self.models
    }

    /// The model called `name`.
    pub(crate) fn find(&self, name: &str) -> Option<&InstalledModel> {
        self.models.iter().find(|model| model.name == name)
    }

    /// Why other packages cannot be used, a sentence each.
    pub(crate) fn damaged(&self) -> &[String] {
        &self.damaged
    }

    /// Whether the models have been listed.
    pub(crate) fn is_listed(&self) -> bool {
        self.is_listed
    }

    /// Lists the models if that has not been done yet.
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
        self.listing.start("Listing models", &mut cx.jobs, move |job| job.tell(list(&library, own.as_ref())));
    }

    pub(super) fn poll(&mut self, cx: &mut LabContext<'_>) {
        for listed in self.listing.poll(&mut cx.jobs) {
            Listed { models: self.models, damaged: self.damaged } = listed;
            self.is_listed = true;
        }
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
