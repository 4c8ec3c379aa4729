//! No file imports, even indirectly, from one that imports it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use super::{
    modules::{Edge, Modules},
    sources,
};

/// Imports from one file by another that a message names.
const N_NAMED: usize = 3;

/// Each ring as a text: its files, and what they import of one another.
pub(crate) fn rings(edges: &[Edge<'_>]) -> Vec<String> {
    let mut targets: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for edge in edges {
        targets.entry(edge.from).or_default().insert(edge.to);
    }
    let reached: BTreeMap<&str, BTreeSet<&str>> =
        targets.keys().map(|&file| (file, reached_from(file, &targets))).collect();
    let is_reached = |from: &str, to: &str| reached.get(from).is_some_and(|files| files.contains(to));
    let (mut described, mut texts) = (BTreeSet::new(), Vec::new());
    for &file in targets.keys() {
        if is_reached(file, file) && !described.contains(file) {
            let ring: BTreeSet<&str> =
                targets.keys().copied().filter(|&other| is_reached(file, other) && is_reached(other, file)).collect();
            texts.push(description(&ring, edges));
            described.extend(ring);
        }
    }
    texts
}

/// All files that `file` imports from, directly or not.
fn reached_from<'a>(file: &'a str, targets: &BTreeMap<&'a str, BTreeSet<&'a str>>) -> BTreeSet<&'a str> {
    let (mut reached, mut open) = (BTreeSet::new(), vec![file]);
    while let Some(next) = open.pop() {
        let new = targets.get(next).into_iter().flatten().filter(|&&target| !reached.contains(target));
        let new: Vec<&str> = new.copied().collect();
        reached.extend(&new);
        open.extend(new);
    }
    reached
}

fn description(ring: &BTreeSet<&str>, edges: &[Edge<'_>]) -> String {
    let mut imports: BTreeMap<(&str, &str), Vec<&Edge<'_>>> = BTreeMap::new();
    for edge in edges.iter().filter(|edge| ring.contains(edge.from) && ring.contains(edge.to)) {
        imports.entry((edge.from, edge.to)).or_default().push(edge);
    }
    let mut text = format!("a ring of {} files\n", ring.len());
    for ((from, to), edges) in imports {
        let first: Vec<&str> = edges.iter().take(N_NAMED).map(|edge| edge.path.as_str()).collect();
        writeln!(text, "    {from}:{} imports {} from {to}", edges[0].line, first.join(", ")).expect("a string");
    }
    text
}

#[test]
fn no_files_import_one_another_in_a_ring() {
    let sources = sources();
    let modules = Modules::new(&sources);
    let edges = modules.edges();
    assert!(edges.len() > 500, "imports are found: {}", edges.len());
    let rings = rings(&edges);
    assert!(rings.is_empty(), "{}", rings.join("\n"));
}

#[cfg(test)]
mod made_up {
    use super::{
        super::{Source, modules::Modules},
        rings,
    };

    /// The rings of a crate of these files, as the names of their files.
    fn rings_of(files: &[(&str, &str)]) -> Vec<String> {
        let source = |&(path, text): &(&str, &str)| Source { path: path.to_owned(), text: text.to_owned() };
        let sources: Vec<Source> = files.iter().map(source).collect();
        rings(&Modules::new(&sources).edges())
    }

    #[track_caller]
    fn assert_ring(files: &[(&str, &str)], expected: &str) {
        let found = rings_of(files);
        assert!(found.len() == 1 && found[0].starts_with(expected), "{found:#?}");
    }

    #[track_caller]
    fn assert_none(files: &[(&str, &str)]) {
        assert_eq!(rings_of(files), Vec::<String>::new());
    }

    #[test]
    fn a_ring_through_crate_paths() {
        assert_ring(
            &[("a.rs", "use crate::b::B;"), ("b.rs", "use crate::c::{self, D};"), ("c.rs", "use crate::{a::A, d};")],
            "a ring of 3 files",
        );
    }

    #[test]
    fn a_ring_through_super() {
        assert_ring(
            &[
                ("m/mod.rs", "mod a; mod n;"),
                ("m/a.rs", "use super::n::b::B;"),
                ("m/n/mod.rs", "pub(super) mod b;"),
                ("m/n/b.rs", "fn f() { use super::super::a::A; }"),
            ],
            "a ring of 2 files",
        );
    }

    #[test]
    fn a_ring_through_inline_paths_and_children() {
        assert_ring(
            &[("m/mod.rs", "mod a; struct S; fn f() { a::g(); }"), ("m/a.rs", "fn g(s: &super::S) {}")],
            "a ring of 2 files",
        );
    }

    #[test]
    fn a_ring_through_an_imported_module_and_its_other_name() {
        assert_ring(
            &[
                ("a.rs", "use crate::m as other; fn f() { other::b::g(); }"),
                ("m/mod.rs", "pub mod b;"),
                ("m/b.rs", "use crate::a::f;"),
            ],
            "a ring of 2 files",
        );
    }

    #[test]
    fn a_ring_through_a_facade() {
        let files = [
            ("m/mod.rs", "mod b; mod c; pub use self::b::{B as Bee, helper}; pub use c::C;"),
            ("m/b.rs", "use crate::n::N;"),
            ("m/c.rs", ""),
            ("n/mod.rs", "mod d; pub(crate) use self::d::N;"),
        ];
        let with = |path, text| [&files[..], &[(path, text)]].concat();
        assert_ring(&with("n/d.rs", "use crate::m::Bee::Variant;"), "a ring of 2 files");
        assert_ring(&with("n/d.rs", "use crate::m::{C, helper as other};"), "a ring of 2 files");
        assert_none(&with("n/d.rs", "use crate::m::C;"));
    }

    #[test]
    fn a_ring_through_a_facade_with_content() {
        assert_ring(
            &[("m/mod.rs", "mod a; pub struct S; impl S { fn f() -> a::A { a::A } }"), ("m/a.rs", "use crate::m::S;")],
            "a ring of 2 files",
        );
    }

    #[test]
    fn a_facade_s_re_exports_are_no_imports() {
        assert_none(&[
            ("m/mod.rs", "mod a; pub use self::a::A; pub struct S; pub const N: usize = 3;"),
            ("m/a.rs", "use super::{N, S};"),
        ]);
    }

    #[test]
    fn a_function_may_be_called_as_its_module() {
        assert_none(&[
            ("m/mod.rs", "mod prepare; mod other; pub use self::prepare::prepare;"),
            ("m/prepare.rs", "use super::other::B;"),
            ("m/other.rs", ""),
            ("n.rs", "use crate::m::prepare;"),
        ]);
        assert_ring(
            &[("m/mod.rs", "mod p; pub use self::p::p;"), ("m/p.rs", "use crate::n::N;"), ("n.rs", "use crate::m::p;")],
            "a ring of 2 files",
        );
    }

    #[test]
    fn tests_visibilities_comments_and_texts_are_no_imports() {
        assert_none(&[
            ("a.rs", "use crate::b::B; #[cfg(test)] mod tests { use super::*; }"),
            (
                "b.rs",
                "//! [`crate::a::A`]\npub(in crate::a) const T: &str = \"crate::a::A\"; #[cfg(test)] use crate::a::A;\n\
                 #[cfg(test)] mod checks;",
            ),
            ("b/checks.rs", "use crate::a::A;"),
            ("b/tests.rs", "use crate::a::A;"),
        ]);
    }

    #[test]
    fn names_of_other_crates_and_of_items_are_no_modules() {
        assert_none(&[
            ("a.rs", "use crate::b::B; fn f() { image::open(); Self::b(); ::b::c(); }"),
            ("b.rs", "use serde::a; use ::a::A; fn g<T: std::a::A>() { T::a(); }"),
        ]);
    }
}
