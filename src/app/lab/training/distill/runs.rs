//! The runs that are kept: listed, begun, deleted.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{curves::Curves, plan::Plan};
use crate::{
    recognition::ModelLibrary,
    storage::{UserLines, write_atomically},
    training::{LAST_CHECKPOINT, Recipe, TrainingEvent, criteria::Criterion},
};

/// Prefix of the folder of a deleted run that can still be restored.
const ASIDE: &str = ".removed-";
const RECIPE: &str = "recipe.toml";
const EVENTS: &str = "events.jsonl";

/// A run in its folder.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Run {
    pub(super) name: String,
    pub(super) criterion: Criterion,
    /// Front, criterion and steps, in a line.
    pub(super) summary: String,
    pub(super) curves: Curves,
    /// Whether it can go on from a checkpoint.
    pub(super) has_checkpoint: bool,
    /// Whether its model is written.
    pub(super) has_package: bool,
}

/// The runs of `folder`, sorted by name. With `is_first_look`, runs deleted in an earlier session are removed for good
/// before.
pub(super) fn list(folder: &Path, is_first_look: bool) -> Vec<Run> {
    let mut runs = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if is_first_look && name.starts_with(ASIDE) {
            // Ignored: the next start of the program tries again.
            fs::remove_dir_all(entry.path()).ok();
        }
        if !name.starts_with('.') {
            runs.extend(open(&entry.path(), name));
        }
    }
    runs.sort_by(|a, b| a.name.cmp(&b.name));
    runs
}

/// `None` for folders without a recipe of a distillation.
fn open(folder: &Path, name: String) -> Option<Run> {
    let recipe = Recipe::open(&folder.join(RECIPE)).ok()?;
    let distillation = recipe.distillation?;
    let summary = format!(
        "{:?} by {}, {} + {} steps",
        recipe.architecture.front, distillation.criterion, distillation.steps, distillation.fine_tune_steps
    );
    let mut curves = Curves::default();
    let log = fs::read_to_string(folder.join(EVENTS)).unwrap_or_default();
    // A line cut short when the run was killed is skipped.
    log.lines()
        .filter_map(|line| serde_json::from_str::<TrainingEvent>(line).ok())
        .for_each(|event| curves.add(&event));
    Some(Run {
        criterion: distillation.criterion,
        summary,
        curves,
        has_checkpoint: folder.join(LAST_CHECKPOINT).is_file(),
        has_package: package_of(folder, &name).join("model.toml").is_file(),
        name,
    })
}

/// Where the model of a run is written.
fn package_of(run: &Path, name: &str) -> PathBuf {
    run.join("package").join(name)
}

/// Writes the files of a new run; returns the arguments that start it.
pub(super) fn begin(
    plan: &Plan,
    runs: &Path,
    library: &ModelLibrary,
    own: Option<&UserLines>,
) -> Result<Vec<String>, String> {
    let folder = runs.join(&plan.name);
    let recipe = plan.recipe(&folder, library, own)?;
    let text = toml::to_string_pretty(&recipe).map_err(|error| error.to_string())?;
    let path = folder.join(RECIPE);
    write_atomically(&path, text.as_bytes())
        .map_err(|error| format!("{} cannot be written: {error}", path.display()))?;
    let mut arguments = arguments(runs, &plan.name);
    if plan.minutes > 0.0 {
        arguments.extend(["--minutes".to_owned(), plan.minutes.to_string()]);
    }
    Ok(arguments)
}

/// The arguments that train the run `name` from its last checkpoint.
pub(super) fn arguments(runs: &Path, name: &str) -> Vec<String> {
    let folder = runs.join(name);
    let path = |path: &Path| path.display().to_string();
    ["distill", "--config", &path(&folder.join(RECIPE)), "--run", &path(&folder)].map(str::to_owned).to_vec()
}

/// The arguments that write the model of the run `name`.
pub(super) fn export_arguments(runs: &Path, name: &str) -> Vec<String> {
    let mut arguments = arguments(runs, name);
    let package = package_of(&runs.join(name), name).display().to_string();
    arguments.extend(["--export-only".to_owned(), "--package".to_owned(), package]);
    arguments
}

/// Sets a run aside, until [`restore`] or the next start of the program.
pub(super) fn remove(runs: &Path, name: &str) -> Result<(), String> {
    let aside = runs.join(format!("{ASIDE}{name}"));
    let removed = if aside.exists() { fs::remove_dir_all(&aside) } else { Ok(()) };
    removed
        .and_then(|()| fs::rename(runs.join(name), aside))
        .map_err(|error| format!("{name} cannot be deleted: {error}"))
}

/// Restores a run.
pub(super) fn restore(runs: &Path, name: &str) -> Result<(), String> {
    fs::rename(runs.join(format!("{ASIDE}{name}")), runs.join(name))
        .map_err(|error| format!("{name} cannot be brought back: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_listed_with_their_curves_and_come_back_when_deleted() {
        let folder = tempfile::tempdir().unwrap();
        let runs = folder.path();
        let plan = Plan { name: "small".to_owned(), minutes: 2.0, ..Plan::default() };
        let arguments = begin(&plan, runs, &ModelLibrary::new(Vec::new()), None).unwrap();
        assert_eq!(arguments.last().map(String::as_str), Some("2"));
        let event = r#"{"event":"validated","step":5,"n_lines":9,"cer":12.5,"wer":40.0,"is_best":true,"samples":[]}"#;
        fs::write(runs.join("small").join(EVENTS), format!("{event}\n{{\"event\":\"pro")).unwrap();
        fs::create_dir(runs.join(".learning")).unwrap();
        let listed = list(runs, true);
        assert_eq!(listed.len(), 1);
        assert_eq!(listed[0].curves.best_cer(), Some(12.5));
        assert!(!listed[0].has_checkpoint && !listed[0].has_package);

        remove(runs, "small").unwrap();
        assert!(list(runs, false).is_empty());
        restore(runs, "small").unwrap();
        assert_eq!(list(runs, false).len(), 1);
        remove(runs, "small").unwrap();
        list(runs, true);
        assert!(restore(runs, "small").is_err());
    }
}
