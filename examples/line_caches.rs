//! Hands a recipe over to `longhand_recipe`: all its lines as line caches with a list of them, and the weights that it
//! starts from as a checkpoint.
//!
//! `cargo run --release --example line_caches -- RECIPE.toml FOLDER` writes `FOLDER/lines.json`, `valid.lines`, `0.lines`,
//! `1.lines` and so on in the recipe's order, and `start.safetensors` where the recipe names a `start_from`.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use longhand::training::{Recipe, load_trained_network, save_start, write_cache};
use serde_json::json;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1).map(PathBuf::from);
    let recipe = arguments.next().context("the first argument is the recipe")?;
    let folder = arguments.next().context("the second argument is the folder for the caches")?;
    std::fs::create_dir_all(&folder)?;
    let recipe = Recipe::open(&recipe)?;
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
        save_start(&folder.join("start.safetensors"), &mut load_trained_network(start)?)?;
    }
    Ok(())
}
