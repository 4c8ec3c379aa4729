//! The table of measured figures in a Markdown file, written from the models' manifests.

use std::path::Path;

use anyhow::Context as _;

use crate::{
    recognition::{BUILT_IN_MODEL, ModelPackage},
    storage::write_atomically,
};

/// Stands alone on the line before the table.
const BEGIN: &str = "<!-- longhand models --models models --figures README.md -->";
/// Stands alone on the line after the table.
const END: &str = "<!-- end of figures -->";

/// Writes the table of `models` between the markers of the file at `path`.
pub(super) fn write_figures(path: &Path, models: &[ModelPackage]) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let text = with_table(&text, &table(models))
        .with_context(|| format!("{} lacks the lines {BEGIN} and {END}", path.display()))?;
    write_atomically(path, text.as_bytes()).with_context(|| format!("cannot write {}", path.display()))
}

/// `text` with `table` between its markers.
fn with_table(text: &str, table: &str) -> Option<String> {
    let (before, rest) = text.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n\n{table}\n{END}{after}"))
}

/// A row for every set that all models were measured on, a column for every model, the built-in one first. Sets are in
/// falling order of their names, which puts the lines `valid` before pages.
fn table(models: &[ModelPackage]) -> String {
    let mut models: Vec<&ModelPackage> = models.iter().collect();
    models.sort_by_key(|model| model.name != BUILT_IN_MODEL);
    let titles: Vec<_> = models.iter().map(|model| format!("{} {}", model.name, model.manifest.version)).collect();
    let header = format!("| measured on | {} | by |\n| - |{} - |\n", titles.join(" | "), " - |".repeat(models.len()));
    let sets = models.first().into_iter().flat_map(|model| model.manifest.metrics.iter().rev());
    let rows = sets.filter_map(|(name, metrics)| {
        let cells: Vec<String> = models.iter().map(|model| cell(model, name)).collect::<Option<_>>()?;
        let set = metrics.set.as_deref().unwrap_or(name);
        let command = metrics.command.as_deref().unwrap_or_default();
        Some(format!("| {set} | {} | `{command}` |\n", cells.join(" | ")))
    });
    std::iter::once(header).chain(rows).collect()
}

/// What `model` reads of the set `name`, with the version where an earlier one was measured.
fn cell(model: &ModelPackage, name: &str) -> Option<String> {
    let metrics = model.manifest.metrics.get(name)?;
    let earlier = metrics.version.as_ref().filter(|&version| *version != model.manifest.version);
    Some(earlier.map_or_else(|| metrics.to_string(), |version| format!("{metrics} ({version})")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_put_between_the_markers_and_nowhere_else() {
        let text = format!("# A\n\n{BEGIN}\n\nold\n{END}\n\nAfter.\n");
        let new = with_table(&text, "| new |\n").unwrap();
        assert_eq!(new, format!("# A\n\n{BEGIN}\n\n| new |\n\n{END}\n\nAfter.\n"));
        assert_eq!(with_table(&new, "| new |\n").unwrap(), new);
        assert_eq!(with_table("# A\n", "| new |\n"), None);
    }
}
