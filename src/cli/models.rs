//! `longhand models`: the models there are.

use std::{collections::BTreeMap, path::PathBuf};

use clap::Args;
use serde::Serialize;

use super::{
    figures::write_figures,
    options::{LibraryOptions, OutputFormat},
    outcome::Outcome,
    output::{Answers, complain},
};
use crate::recognition::{LabellerManifest, ModelPackage, PackageLocation, SetMetrics};

/// List the models there are.
///
/// Text gives a row for every model, parted by tabs: name, version, title, measured error rates, place. Every package
/// is checked; a damaged one gives a sentence on standard error. The last row is the ink labeller, which finds lines
/// and reads none.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  longhand models
  longhand models --models my-models --format json
  longhand models --models models --figures README.md")]
pub(super) struct Models {
    #[command(flatten)]
    library: LibraryOptions,
    /// Rows parted by tabs, or JSON.
    #[arg(long, value_enum, default_value_t = OutputFormat::Txt)]
    format: OutputFormat,
    /// Print nothing: write the table of measured figures between the markers of this Markdown file.
    #[arg(long, value_name = "FILE.md")]
    figures: Option<PathBuf>,
}

#[derive(Serialize)]
struct ModelJson {
    /// "reader" or "ink labeller".
    kind: String,
    name: String,
    title: String,
    version: String,
    license: String,
    architecture: String,
    parameters: u64,
    built_in: bool,
    location: String,
    metrics: BTreeMap<String, SetMetrics>,
}

impl From<ModelPackage> for ModelJson {
    fn from(package: ModelPackage) -> Self {
        let manifest = package.manifest;
        Self {
            kind: "reader".to_owned(),
            name: package.name,
            title: manifest.title,
            version: manifest.version,
            license: manifest.license,
            architecture: manifest.architecture.kind,
            parameters: manifest.architecture.parameters,
            built_in: package.location == PackageLocation::BuiltIn,
            location: package.location.to_string(),
            metrics: manifest.metrics,
        }
    }
}

impl From<LabellerManifest> for ModelJson {
    fn from(manifest: LabellerManifest) -> Self {
        Self {
            kind: manifest.kind,
            name: manifest.name,
            title: manifest.title,
            version: manifest.version,
            license: manifest.license,
            architecture: manifest.architecture.kind,
            parameters: manifest.architecture.parameters,
            built_in: true,
            location: PackageLocation::BuiltIn.to_string(),
            metrics: BTreeMap::new(),
        }
    }
}

impl ModelJson {
    fn to_row(&self) -> String {
        let metrics: Vec<String> = self.metrics.iter().map(|(set, metrics)| format!("{metrics} on {set}")).collect();
        [&self.name, &self.version, &self.title, &metrics.join("; "), &self.location].map(String::as_str).join("\t")
    }
}

impl Models {
    pub(super) fn run(&self) -> anyhow::Result<Outcome> {
        let mut outcome = Outcome::Complete;
        let mut models = Vec::new();
        for package in self.library.library().list() {
            match package {
                Ok(package) => models.push(package),
                Err(error) => {
                    complain(&error.to_string());
                    outcome = Outcome::Incomplete;
                }
            }
        }
        if let Some(path) = &self.figures {
            write_figures(path, &models)?;
            return Ok(outcome);
        }
        let labeller = LabellerManifest::built_in()?;
        let models: Vec<ModelJson> =
            models.into_iter().map(ModelJson::from).chain([ModelJson::from(labeller)]).collect();
        let mut answers = Answers::new();
        if self.format == OutputFormat::Json {
            answers.json(&models)?;
        } else {
            models.iter().try_for_each(|model| answers.line(&model.to_row()))?;
        }
        Ok(outcome)
    }
}
