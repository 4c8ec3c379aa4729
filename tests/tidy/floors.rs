//! No module uses one of a floor above its own.

use std::collections::BTreeSet;

use super::{Source, modules::Modules, sources};

/// Lowest first. A module may use its own floor and those below.
const FLOORS: [&[&str]; 6] = [
    &["page", "jobs", "numerics"],
    &["imaging", "ink", "formats", "storage"],
    &["recognition"],
    &["evaluation", "synthesis"],
    &["training"],
    &["cli", "app"],
];

fn floor_of(module: &str) -> Option<usize> {
    FLOORS.iter().position(|modules| modules.contains(&module))
}

/// The top-level module of a file: `a` of `a/b.rs` and `a.rs`.
fn top_of(file: &str) -> &str {
    file.split('/').next().unwrap_or_default().trim_end_matches(".rs")
}

/// Each path that leads to a floor above that of its file.
fn upward(sources: &[Source]) -> BTreeSet<String> {
    let modules = Modules::new(sources);
    let mut wrong = BTreeSet::new();
    for (file, line, path) in modules.absolute_paths() {
        let (Some(own), Some(named)) = (floor_of(top_of(file)), path.first()) else { continue };
        if floor_of(named).is_some_and(|floor| floor > own) {
            wrong.insert(format!("{file}:{line} uses {named}"));
        }
    }
    wrong
}

#[test]
fn modules_use_no_floor_above_their_own() {
    let wrong = upward(&sources());
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn jobs_use_nothing_of_the_program() {
    let sources = sources();
    let modules = Modules::new(&sources);
    let paths = modules.absolute_paths().filter(|(file, ..)| top_of(file) == "jobs");
    let wrong: Vec<String> = paths
        .filter(|(.., path)| path.first().is_some_and(|named| named != "jobs"))
        .map(|(file, line, path)| format!("{file}:{line} uses {}", path.join("::")))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_has_a_floor() {
    for source in sources() {
        let top = top_of(&source.path);
        let is_known = floor_of(top).is_some() || matches!(top, "lib" | "main");
        assert!(is_known, "{} is on no floor", source.path);
    }
}

#[cfg(test)]
mod made_up {
    use std::collections::BTreeSet;

    use super::{super::Source, upward};

    fn upward_of(text: &str) -> BTreeSet<String> {
        let file = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
        upward(&[file("imaging/line/crop.rs", text), file("recognition/mod.rs", ""), file("page/mod.rs", "")])
    }

    #[test]
    fn paths_upward_are_seen_in_every_form() {
        for text in [
            "use crate::recognition::A;",
            "use crate::{\n    page::{B, C},\n    recognition::{A, B},\n};",
            "use super::super::super::recognition::A;",
            "fn f() { super::super::super::recognition::g() }",
            "use crate::recognition as r; ",
            "#[cfg(test)] mod tests { use crate::recognition::A; }",
            "pub use crate::{recognition};",
        ] {
            assert_eq!(upward_of(text).len(), 1, "{text}: {:?}", upward_of(text));
        }
    }

    #[test]
    fn paths_downward_and_names_of_other_crates_are_none() {
        let text = "use crate::page::Page; use recognition::A; // use crate::recognition::A\nuse super::recognition;";
        assert_eq!(upward_of(text), BTreeSet::new());
    }
}
