//! Hands a stage of a recipe over to `longhand_recipe`: all its lines as line caches with a list of them, and the
//! weights that it starts from as a checkpoint.
//!
//! `cargo run --release --example line_caches -- RECIPE.toml FOLDER --stage VERSION` writes `FOLDER/lines.json`,
//! `valid.lines`, `0.lines`, `1.lines` and so on in the recipe's order, and `start.safetensors` where the stage starts
//! from other weights. Without `--stage` it is the last stage.
#![expect(clippy::print_stderr, reason = "says which stage it takes")]

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::Parser;
use longhand::training::{ModelRecipe, Recipe, save_start, write_cache};
use serde_json::json;

#[derive(Parser)]
struct Arguments {
    /// The recipe.
    recipe: PathBuf,
    /// The folder for the caches.
    folder: PathBuf,
    /// Version of the recipe's stage [default: the last].
    #[arg(long, value_name = "VERSION")]
    stage: Option<String>,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let file = ModelRecipe::open(&arguments.recipe)?;
    let stage = match &arguments.stage {
        Some(version) => file.stage(version),
        None => file.last_stage(),
    };
    let stage = stage.with_context(|| format!("{} has no such stage", arguments.recipe.display()))?;
    eprintln!("stage {}", stage.recipe.version);
    write_caches(&stage.recipe, &arguments.folder)
}

fn write_caches(recipe: &Recipe, folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    write_cache(&folder.join("valid.lines"), &recipe.valid_lines()?)?;
    let mut listed = Vec::new();
    for (index, source) in recipe.training_lines(&folder.join("drawn"))?.into_iter().enumerate() {
        let name = format!("{index}.lines");
        write_cache(&folder.join(&name), &source.lines)?;
        listed.push(json!({ "cache": name, "weight": source.weight }));
    }
    let list = json!({ "valid": "valid.lines", "lines": listed });
    std::fs::write(folder.join("lines.json"), serde_json::to_string_pretty(&list)? + "\n")?;
    if let Some(start) = &recipe.start_from {
        save_start(&folder.join("start.safetensors"), &mut recipe.start(start)?)?;
    }
    Ok(())
}
