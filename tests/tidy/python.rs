//! The Python beside the models: no module imports one that imports it, inside functions neither.

use super::{Source, modules::Edge, rings::rings, sources_in};

/// Folders of modules, by their names; anywhere in `models`.
const PACKAGE: &str = "longhand_recipe";

/// A statement `import …` or `from … import …`, its lines joined, with the line on which it begins.
fn statements(text: &str) -> Vec<(usize, String)> {
    let (mut found, mut is_docstring) = (Vec::new(), false);
    let mut lines = text.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        let is_code = !is_docstring;
        is_docstring ^= line.matches("\"\"\"").count() % 2 == 1;
        let line = line.split('#').next().unwrap_or_default().trim();
        if !is_code || !line.starts_with("from ") && !line.starts_with("import ") {
            continue;
        }
        let mut statement = line.to_owned();
        while statement.contains('(') && !statement.contains(')') || statement.ends_with('\\') {
            let Some((_, next)) = lines.next() else { break };
            statement = format!("{} {}", statement.trim_end_matches('\\'), next.split('#').next().unwrap_or_default());
        }
        found.push((index + 1, statement));
    }
    found
}

/// Names of modules of the package that a statement imports, with names that may be modules or something inside one.
fn imported(statement: &str) -> Vec<String> {
    let names = |list: &str| -> Vec<String> {
        let words = list.split(',').filter_map(|name| name.split_whitespace().next());
        words.map(|name| name.trim_matches(['(', ')']).to_owned()).filter(|name| !name.is_empty()).collect()
    };
    let in_package = |name: &str| name.strip_prefix(PACKAGE)?.strip_prefix('.').map(str::to_owned);
    if let Some(list) = statement.strip_prefix("import ") {
        return names(list).iter().filter_map(|name| in_package(name)).collect();
    }
    let Some((module, list)) = statement.strip_prefix("from ").and_then(|rest| rest.split_once(" import ")) else {
        return Vec::new();
    };
    let list = list.replace(['(', ')'], " ");
    match module.trim() {
        "." | PACKAGE => names(&list),
        module => module.strip_prefix('.').map(str::to_owned).or_else(|| in_package(module)).into_iter().collect(),
    }
}

/// Imports among files of one folder.
fn edges(sources: &[Source]) -> Vec<Edge<'_>> {
    let folder = |path: &str| path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
    let mut edges = Vec::new();
    for source in sources {
        for (line, statement) in statements(&source.text) {
            for name in imported(&statement) {
                let file = format!("{}{}.py", folder(&source.path), name.replace('.', "/"));
                let target = sources.iter().find(|other| other.path == file && other.path != source.path);
                edges.extend(target.map(|to| Edge { from: &source.path, to: &to.path, line, path: name }));
            }
        }
    }
    edges
}

#[test]
fn no_python_modules_import_one_another_in_a_ring() {
    let in_package = |source: &Source| source.path.split('/').any(|part| part == PACKAGE);
    let sources: Vec<Source> = sources_in("models", "py").into_iter().filter(in_package).collect();
    let edges = edges(&sources);
    assert!(edges.len() > 20, "imports are found: {}", edges.len());
    let rings = rings(&edges);
    assert!(rings.is_empty(), "{}", rings.join("\n"));
}

#[test]
fn imports_of_python_are_seen_in_every_form() {
    for (statement, expected) in [
        ("from .a import b, c", &["a"][..]),
        ("from . import a, b as c", &["a", "b"]),
        ("from . import (  a,  b, )", &["a", "b"]),
        ("from longhand_recipe.a import b", &["a"]),
        ("import longhand_recipe.a as b, torch", &["a"]),
        ("from torch import a", &[]),
        ("import a", &[]),
    ] {
        assert_eq!(imported(statement), expected, "{statement}");
    }
}

#[test]
fn a_ring_through_an_import_inside_a_function_is_found() {
    let file = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
    let first = "\"\"\"Says\nfrom .c import d\n\"\"\"\nfrom . import (\n    b,  # the other\n)\n";
    let sources =
        [file("m/a.py", first), file("m/b.py", "def f():\n    from .a import g\n"), file("m/c.py", "import b")];
    let found = rings(&edges(&sources));
    assert!(found.len() == 1 && found[0].starts_with("a ring of 2 files"), "{found:#?}");
}
