//! Holds the source tree to the rules of ARCHITECTURE.md: floors, rings, folders, who may name which engine, prose.

mod dependencies;
mod floors;
mod imports;
mod modules;
mod prose;
mod python;
mod rings;
mod shipped;
mod tokens;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// Crates that only some files may name: the crate, and how the paths of those files begin.
const RESERVED: [(&str, &[&str]); 12] = [
    ("tract_onnx", &["recognition/engine/tract", "recognition/engine/operators/"]),
    ("prost", &["recognition/engine/tract"]),
    ("faer", &["numerics/", "training/engine/spectrum.rs", "recognition/language/recurrent_model.rs"]),
    ("pulp", &["numerics/"]),
    ("safetensors", &["training/", "recognition/language/recurrent_model.rs"]),
    ("pdf_writer", &["formats/pdf/"]),
    ("egui", &["app/"]),
    ("eframe", &["app/"]),
    ("egui_plot", &["app/"]),
    ("rfd", &["app/"]),
    ("arboard", &["app/"]),
    ("clap", &["cli/", "main.rs"]),
];

/// Files that may lie loose in one folder of the tree.
const MAX_FILES: usize = 20;

/// Lines of one file.
const MAX_LINES: usize = 500;

struct Source {
    /// Relative to the folder that was asked for, with forward slashes.
    path: String,
    text: String,
}

impl Source {
    /// Lines of code, counted from 1, without comments.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().enumerate().map(|(index, line)| (index + 1, line));
        lines.map(|(number, line)| (number, line.split("//").next().unwrap_or_default()))
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All files in `folder` and below it, in the order of their names.
fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths.into_iter().flat_map(|path| if path.is_dir() { files_in(&path) } else { vec![path] }).collect()
}

/// The files in `folder` of the repository whose names end with `extension`.
fn sources_in(folder: &str, extension: &str) -> Vec<Source> {
    let folder = root().join(folder);
    let files = files_in(&folder).into_iter().filter(|path| path.extension().is_some_and(|found| found == extension));
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Source { path: path.strip_prefix(&folder).unwrap_or(&path).to_string_lossy().replace('\\', "/"), text }
    };
    files.map(read).collect()
}

fn sources() -> Vec<Source> {
    let sources = sources_in("src", "rs");
    assert!(sources.len() > 50, "the source tree is where it was");
    sources
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
        assert!(n_lines <= MAX_LINES, "{} has {n_lines} lines", source.path);
        let trailing = source.text.lines().position(|line| line.ends_with(' '));
        assert_eq!(trailing, None, "{} has a trailing blank", source.path);
    }
}

#[test]
fn no_folder_holds_more_files_than_one_sees_at_a_glance() {
    let mut n_files: BTreeMap<PathBuf, usize> = BTreeMap::new();
    for folder in ["src", "tests", "examples", "benches"] {
        for file in files_in(&root().join(folder)) {
            *n_files.entry(file.parent().unwrap_or(&file).to_owned()).or_default() += 1;
        }
    }
    n_files.retain(|_, n_files| *n_files > MAX_FILES);
    assert!(n_files.is_empty(), "more than {MAX_FILES} files: {n_files:#?}");
}
