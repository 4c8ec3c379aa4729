//! Holds the source tree to the rules of ARCHITECTURE.md: floors, who may name which engine, one opening comment a file.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Lowest first. A module may use its own floor and those below.
const FLOORS: [&[&str]; 7] = [
    &["page", "numerics"],
    &["imaging", "ink", "formats", "storage"],
    &["recognition"],
    &["evaluation", "synthesis"],
    &["training"],
    &["jobs"],
    &["cli", "app"],
];

/// Crates that only some files may name: the crate, and how the paths of those files begin.
const RESERVED: [(&str, &[&str]); 12] = [
    ("tract_onnx", &["recognition/engine/tract", "recognition/engine/operators/"]),
    ("prost", &["recognition/engine/tract"]),
    ("faer", &["numerics/", "training/engine/", "recognition/language/recurrent_model.rs"]),
    ("pulp", &["numerics/"]),
    ("safetensors", &["training/", "recognition/language/recurrent_model.rs"]),
    ("pdf_writer", &["formats/pdf.rs"]),
    ("egui", &["app/"]),
    ("eframe", &["app/"]),
    ("egui_plot", &["app/"]),
    ("rfd", &["app/"]),
    ("arboard", &["app/"]),
    ("clap", &["cli/", "main.rs"]),
];

struct Source {
    /// Relative to `src`, with forward slashes.
    path: String,
    text: String,
}

impl Source {
    /// Lines of code, without comments.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().enumerate().map(|(index, line)| (index + 1, line));
        lines.map(|(number, line)| (number, line.split("//").next().unwrap_or_default()))
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn collect(folder: &Path, sources: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).expect("text");
            let path = path.strip_prefix(root().join("src")).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            sources.push(Source { path, text });
        }
    }
}

fn sources() -> Vec<Source> {
    let mut sources = Vec::new();
    collect(&root().join("src"), &mut sources);
    assert!(sources.len() > 50, "the source tree is where it was");
    sources
}

fn floor_of(module: &str) -> Option<usize> {
    FLOORS.iter().position(|modules| modules.contains(&module))
}

/// Modules that follow `crate::` in a line, also inside braces (`crate::{a::B, c}`) on one line.
fn modules_named(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for rest in line.split("crate::").skip(1) {
        let names = rest.strip_prefix('{').map_or(vec![rest], |list| list.split(',').collect());
        found.extend(names.into_iter().map(|name| {
            let name = name.trim_start();
            &name[..name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len())]
        }));
    }
    found
}

#[test]
fn modules_use_no_floor_above_their_own() {
    let mut wrong = Vec::new();
    for source in sources() {
        let module = source.path.split('/').next().unwrap_or_default().trim_end_matches(".rs").to_owned();
        let Some(own) = floor_of(&module) else { continue };
        // Imports in braces may span lines: each `name::` that opens a line inside them counts as well.
        let mut inside_braces = false;
        for (number, line) in source.code() {
            let mut named = modules_named(line);
            if inside_braces && line.starts_with("    ") && !line.starts_with("     ") {
                named.extend(line.trim().split("::").next());
            }
            inside_braces = (inside_braces || line.trim_end() == "use crate::{") && line.trim_end() != "};";
            let above = named.into_iter().filter(|name| floor_of(name).is_some_and(|floor| floor > own));
            wrong.extend(above.map(|name| format!("{}:{number} uses {name}", source.path)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn engines_and_toolkits_are_named_only_where_they_may_be() {
    let mut wrong = Vec::new();
    for source in sources() {
        for (name, places) in RESERVED {
            if places.iter().any(|place| source.path.starts_with(place)) {
                continue;
            }
            for (number, line) in source.code() {
                let names_it = line.contains(&format!("{name}::")) || line.trim_start() == format!("use {name};");
                if names_it {
                    wrong.push(format!("{}:{number} names {name}", source.path));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_page_floor_knows_no_files_and_no_pixels() {
    for source in sources().iter().filter(|source| source.path.starts_with("page/")) {
        for (number, line) in source.code() {
            for banned in ["std::fs", "std::path", "image::", "std::io"] {
                assert!(!line.contains(banned), "{}:{number} names {banned}", source.path);
            }
        }
    }
}

#[test]
fn views_never_wait() {
    let draws =
        |path: &str| path.starts_with("app/views/") || path.starts_with("app/lab/") && path.ends_with("view.rs");
    for source in sources().iter().filter(|source| draws(&source.path)) {
        for (number, line) in source.code() {
            for banned in [".recv()", ".join()", ".lock()", "std::fs", "fs::read", "File::open", "block_on"] {
                assert!(!line.contains(banned), "{}:{number} has {banned}", source.path);
            }
        }
    }
}

#[test]
fn every_file_says_what_lives_there_and_none_is_long() {
    for source in sources() {
        assert!(source.text.starts_with("//! "), "{} does not begin with //!", source.path);
        let n_lines = source.text.lines().count();
        assert!(n_lines <= 500, "{} has {n_lines} lines", source.path);
        let trailing = source.text.lines().position(|line| line.ends_with(' '));
        assert_eq!(trailing, None, "{} has a trailing blank", source.path);
    }
}

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
