//! What is shipped beside the program agrees with it: desktop files, version, licences on model cards.

use std::fs;

use super::{root, sources};

#[test]
fn one_application_id_and_one_version_everywhere() {
    let id = "app.longhand.Longhand";
    let read = |path: &str| fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    assert!(read(&format!("packaging/linux/{id}.metainfo.xml")).contains(&format!("<id>{id}</id>")));
    assert!(read(&format!("packaging/linux/{id}.desktop")).contains(&format!("StartupWMClass={id}")));
    let window: String =
        sources().into_iter().filter(|source| source.path.starts_with("app/")).map(|source| source.text).collect();
    assert!(window.contains(id));
    assert!(read("CHANGELOG.md").contains("## [Unreleased]"));
}

#[test]
fn no_model_card_hides_where_restricted_data_went() {
    for entry in fs::read_dir(root().join("models")).expect("models") {
        let folder = entry.expect("an entry").path();
        let (Ok(manifest), Ok(card)) =
            (fs::read_to_string(folder.join("model.toml")), fs::read_to_string(folder.join("README.md")))
        else {
            continue;
        };
        if manifest.contains("IAM") {
            for (name, text) in [("model.toml", &manifest), ("README.md", &card)] {
                assert!(text.contains("non-commercial"), "{} of {}", name, folder.display());
            }
        }
    }
}
