//! The modules of a crate and where the names that their files import are defined.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Source,
    imports::{FileImports, Import, Path, imports_of},
};

/// Re-exports of re-exports are followed so far, in case they follow one another in a circle.
const MAX_RE_EXPORTS: usize = 16;

/// A crate's modules by path, their files, and what these import.
#[derive(Default)]
pub(crate) struct Modules {
    /// Relative to `src`.
    files: Vec<String>,
    file_of: BTreeMap<Path, usize>,
    /// What `use` brings into a module, by module and name.
    names: BTreeMap<(Path, String), Path>,
    imports: Vec<(usize, Import)>,
}

/// Where a path leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    /// To a module itself, of this file.
    Module(usize),
    /// To something that this file defines.
    Item(usize),
}

/// One file's import of what another one defines.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Edge<'a> {
    pub(crate) from: &'a str,
    pub(crate) to: &'a str,
    pub(crate) line: usize,
    /// As it is written.
    pub(crate) path: String,
}

/// The module of a file: `a/b.rs` and `a/b/mod.rs` are `a::b`, `lib.rs` is the crate itself.
pub(crate) fn module_of(file: &str) -> Path {
    let path = file.trim_end_matches(".rs");
    let mut parts: Path = path.split('/').map(str::to_owned).collect();
    if parts.last().is_some_and(|last| last == "mod") || path == "lib" {
        parts.pop();
    }
    parts
}

impl Modules {
    pub(crate) fn new(sources: &[Source]) -> Self {
        let read: Vec<FileImports> =
            sources.iter().map(|source| imports_of(&module_of(&source.path), &source.text)).collect();
        let mut modules = Self::default();
        for (file, (source, found)) in sources.iter().zip(&read).enumerate() {
            modules.files.push(source.path.clone());
            modules.file_of.insert(module_of(&source.path), file);
            modules.file_of.extend(found.inline_modules.iter().map(|module| (module.clone(), file)));
        }
        let tests: BTreeSet<&Path> = read.iter().flat_map(|found| &found.test_modules).collect();
        for (file, found) in read.iter().enumerate() {
            let is_test = modules.is_test_file(file, &tests);
            let imports = found.imports.iter().cloned();
            modules
                .imports
                .extend(imports.map(|import| (file, Import { is_test: import.is_test || is_test, ..import })));
        }
        for (_, import) in modules.imports.iter().filter(|(_, import)| !import.is_test) {
            if let Some(name) = &import.name {
                modules.names.insert((import.module.clone(), name.clone()), import.path.clone());
            }
        }
        modules
    }

    /// Declared under `#[cfg(test)]` itself or inside such a module, or by its name (`tests.rs`, `document_tests.rs`).
    fn is_test_file(&self, file: usize, tests: &BTreeSet<&Path>) -> bool {
        let module = module_of(&self.files[file]);
        self.files[file].ends_with("tests.rs") || (1..=module.len()).any(|len| tests.contains(&module[..len].to_vec()))
    }

    /// `path`, written in `module`, from the crate's root; `None` where it leads to another crate or is a local name.
    fn absolute(&self, module: &[String], path: &[String], n_followed: usize) -> Option<Path> {
        if n_followed > MAX_RE_EXPORTS {
            return None;
        }
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => Some(rest.to_vec()),
            "self" => Some([module, rest].concat()),
            "super" => {
                let above = module.split_last()?.1;
                let is_more = rest.first().is_some_and(|next| next == "super");
                if is_more { self.absolute(above, rest, n_followed) } else { Some([above, rest].concat()) }
            }
            _ => {
                let child = [module, std::slice::from_ref(first)].concat();
                if self.file_of.contains_key(&child) {
                    return Some([module, path].concat());
                }
                let named = self.names.get(&(module.to_vec(), first.clone()))?;
                let target = self.absolute(module, named, n_followed + 1)?;
                Some([&target[..], rest].concat())
            }
        }
    }

    /// Follows an absolute path through modules and what they re-export.
    fn target(&self, path: &[String], n_followed: usize) -> Option<Target> {
        if n_followed > MAX_RE_EXPORTS {
            return None;
        }
        for len in 1..=path.len() {
            let (module, name) = (&path[..len - 1], &path[len - 1]);
            let re_export = self.names.get(&(module.to_vec(), name.clone()));
            // A module and a function may share a name; in the middle of a path only the module can stand.
            let is_module = self.file_of.contains_key(&path[..len]);
            if is_module && (len < path.len() || re_export.is_none()) {
                continue;
            }
            let Some(re_export) = re_export else { return self.file_of.get(module).map(|&file| Target::Item(file)) };
            let mut target = self.absolute(module, re_export, n_followed + 1)?;
            target.extend_from_slice(&path[len..]);
            return self.target(&target, n_followed + 1);
        }
        self.file_of.get(path).map(|&file| Target::Module(file))
    }

    /// The file that defines what `import` names; `None` for other crates, and for modules, which are used by paths.
    fn definition(&self, import: &Import) -> Option<usize> {
        let is_glob = import.path.last().is_some_and(|last| last == "*");
        let path = &import.path[..import.path.len() - usize::from(is_glob)];
        match self.target(&self.absolute(&import.module, path, 0)?, 0)? {
            Target::Item(file) => Some(file),
            Target::Module(file) => is_glob.then_some(file),
        }
    }

    /// Imports between files; tests are left out, and what a `mod.rs` or `lib.rs` re-exports.
    pub(crate) fn edges(&self) -> Vec<Edge<'_>> {
        let is_facade = |file: usize| self.files[file].ends_with("mod.rs") || self.files[file] == "lib.rs";
        let counted =
            self.imports.iter().filter(|(file, import)| !(import.is_test || import.is_re_export && is_facade(*file)));
        let edges = counted.filter_map(|(from, import)| {
            let to = self.definition(import).filter(|to| to != from)?;
            let (from, to) = (self.files[*from].as_str(), self.files[to].as_str());
            Some(Edge { from, to, line: import.line, path: import.path.join("::") })
        });
        edges.collect()
    }

    /// Every path that leads into the crate, in tests and re-exports, too: its file, its line, and the absolute path.
    pub(crate) fn absolute_paths(&self) -> impl Iterator<Item = (&str, usize, Path)> {
        self.imports.iter().filter_map(|(file, import)| {
            let path = self.absolute(&import.module, &import.path, 0)?;
            Some((self.files[*file].as_str(), import.line, path))
        })
    }
}

#[test]
fn a_file_s_path_is_its_module() {
    for (file, module) in [("lib.rs", ""), ("a/mod.rs", "a"), ("a/b.rs", "a::b"), ("main.rs", "main")] {
        assert_eq!(module_of(file).join("::"), module);
    }
}
