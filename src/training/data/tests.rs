//! Recipes on disk keep parsing: fields that were renamed are known by their old names as well.

use std::path::{Path, PathBuf};

use toml::Value;

use super::augmentation::AugmentationConfig;
use crate::training::recipe::Recipe;

/// All TOML files under `folder`, but for the packages' manifests.
fn recipes(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.append(&mut recipes(&path));
        } else if path.extension().is_some_and(|extension| extension == "toml") && !path.ends_with("model.toml") {
            found.push(path);
        }
    }
    found
}

/// Every table `augmentation` in `value`, at any depth.
fn augmentations<'a>(value: &'a Value, found: &mut Vec<&'a Value>) {
    match value {
        Value::Table(table) => {
            found.extend(table.get("augmentation"));
            table.values().for_each(|value| augmentations(value, found));
        }
        Value::Array(values) => values.iter().for_each(|value| augmentations(value, found)),
        _ => {}
    }
}

#[test]
fn every_recipe_beside_the_models_parses() {
    let all = recipes(&Path::new(env!("CARGO_MANIFEST_DIR")).join("models"));
    assert!(all.len() > 2, "{all:?}");
    for path in all {
        let value: Value = toml::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let mut tables = Vec::new();
        augmentations(&value, &mut tables);
        for table in tables {
            let config: Result<AugmentationConfig, _> = table.clone().try_into();
            assert!(config.is_ok(), "{}: {config:?}", path.display());
        }
        let is_one_run = value.get("lines").is_some() && value.get("stage").is_none();
        assert!(!is_one_run || Recipe::open(&path).is_ok(), "{}: {:?}", path.display(), Recipe::open(&path));
    }
}

#[test]
fn old_names_of_fields_are_known() {
    let recipe = |augmentation: &str, recombined: &str| {
        let text = format!(
            "name = 'a'\ntitle = 'A'\nversion = '1'\nlicense = 'l'\ndata = 'd'\nvalid = 'valid.tsv'\n\
             [augmentation]\n{augmentation}\n[[lines]]\nweight = 1.0\n[lines.{recombined}]\nset = 'train.tsv'\n\
             reader = 'models/student'\ncount = 5\nseed = 1\n"
        );
        toml::from_str::<Recipe>(&text).unwrap()
    };
    let old = recipe("stretch = 0.1\nwave = 0.2\npull = 0.3\nhidden = 0.4", "recomposed");
    let new = recipe("x_scale = 0.1\nsine_warp = 0.2\nelastic = 0.3\nerased = 0.4", "recombined");
    assert_eq!(old, new);
    assert!(old.lines[0].recombined.is_some());
}
