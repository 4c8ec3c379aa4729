//! What a file names of other modules: its `use` trees and its paths, each in the module where it stands.

use super::tokens::{Token, tokens};

/// Names of modules and items one inside the other, without the leading `crate` where it is absolute.
pub(crate) type Path = Vec<String>;

/// A path as it is written, in `use` or elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Import {
    /// Where it stands, absolute.
    pub(crate) module: Path,
    /// May end with `*`.
    pub(crate) path: Path,
    /// The name that a `use` brings into `module`; `None` for a path in code.
    pub(crate) name: Option<String>,
    /// `pub use`, with whatever visibility.
    pub(crate) is_re_export: bool,
    /// Under `#[cfg(test)]`.
    pub(crate) is_test: bool,
    pub(crate) line: usize,
}

/// What a file contains, as far as imports are concerned.
#[derive(Debug, Default)]
pub(crate) struct FileImports {
    pub(crate) imports: Vec<Import>,
    /// `mod name { … }`, absolute.
    pub(crate) inline_modules: Vec<Path>,
    /// `mod name;` under `#[cfg(test)]`, absolute.
    pub(crate) test_modules: Vec<Path>,
}

/// Reads `source`, the file of `module`.
pub(crate) fn imports_of(module: &[String], source: &str) -> FileImports {
    let tokens = tokens(source);
    let root = Scope { module: module.to_vec(), is_test: false, next_is_test: false };
    let mut reader = Reader { tokens: &tokens, at: 0, scopes: vec![root], found: FileImports::default() };
    reader.read();
    reader.found
}

/// What stands between two brackets of any kind.
#[derive(Clone)]
struct Scope {
    module: Path,
    is_test: bool,
    /// An attribute `#[cfg(test)]` stands before the item that is being read.
    next_is_test: bool,
}

struct Reader<'a> {
    tokens: &'a [Token<'a>],
    at: usize,
    scopes: Vec<Scope>,
    found: FileImports,
}

impl<'a> Reader<'a> {
    fn peek(&self, ahead: usize) -> &'a str {
        self.tokens.get(self.at + ahead).map_or("", |token| token.text)
    }

    fn take(&mut self) -> &'a str {
        self.at += 1;
        self.tokens.get(self.at - 1).map_or("", |token| token.text)
    }

    fn line(&self) -> usize {
        self.tokens.get(self.at).map_or(0, |token| token.line)
    }

    fn is_word(&self, ahead: usize) -> bool {
        self.tokens.get(self.at + ahead).is_some_and(Token::is_word)
    }

    fn is_test(&self) -> bool {
        self.scopes.last().is_some_and(|scope| scope.is_test || scope.next_is_test)
    }

    fn module(&self) -> Path {
        self.scopes.last().map(|scope| scope.module.clone()).unwrap_or_default()
    }

    fn read(&mut self) {
        while self.at < self.tokens.len() {
            match self.peek(0) {
                "#" => self.attribute(),
                "pub" => self.visibility(),
                "use" => self.import(false),
                "mod" if self.is_word(1) => self.module_item(),
                "{" | "(" | "[" => self.open(None),
                "}" | ")" | "]" => self.close(),
                ";" => self.end_item(),
                "::" => self.skip_global_path(),
                _ if self.is_word(0) => self.path(),
                _ => self.at += 1,
            }
        }
    }

    fn open(&mut self, inline_module: Option<&str>) {
        let mut module = self.module();
        module.extend(inline_module.map(str::to_owned));
        let is_test = self.is_test();
        self.scopes.push(Scope { module, is_test, next_is_test: false });
        self.at += 1;
    }

    fn close(&mut self) {
        let ends_item = self.take() == "}";
        if self.scopes.len() > 1 {
            self.scopes.pop();
        }
        if ends_item {
            self.scopes.last_mut().into_iter().for_each(|scope| scope.next_is_test = false);
        }
    }

    fn end_item(&mut self) {
        self.scopes.last_mut().into_iter().for_each(|scope| scope.next_is_test = false);
        self.at += 1;
    }

    /// Notes `#[cfg(test)]`; what else stands in an attribute is read like code.
    fn attribute(&mut self) {
        self.at += 1;
        let is_inner = self.peek(0) == "!";
        self.at += usize::from(is_inner);
        let words: Vec<&str> = (0..6).map(|ahead| self.peek(ahead)).collect();
        let is_test = words.starts_with(&["[", "cfg", "(", "test"]) || words == ["[", "cfg", "(", "all", "(", "test"];
        if let Some(scope) = self.scopes.last_mut().filter(|_| is_test) {
            scope.is_test |= is_inner;
            scope.next_is_test |= !is_inner;
        }
    }

    /// `pub`, `pub(crate)`, `pub(in path)`: the path is no import. A `use` behind it is a re-export.
    fn visibility(&mut self) {
        self.at += 1;
        if self.peek(0) == "(" && matches!(self.peek(1), "crate" | "super" | "self" | "in") {
            while self.at < self.tokens.len() && self.take() != ")" {}
        }
        if self.peek(0) == "use" {
            self.import(true);
        }
    }

    fn module_item(&mut self) {
        self.at += 1;
        let name = self.take();
        let path = [self.module(), vec![name.to_owned()]].concat();
        if self.peek(0) == "{" {
            self.found.inline_modules.push(path);
            self.open(Some(name));
        } else if self.is_test() {
            self.found.test_modules.push(path);
        }
    }

    /// A path that begins with `::`, or one behind `>::`: of another crate, or of a type.
    fn skip_global_path(&mut self) {
        while self.peek(0) == "::" {
            self.at += 1 + usize::from(self.is_word(1));
        }
    }

    /// A path of at least two words outside `use`.
    fn path(&mut self) {
        let line = self.line();
        let mut path = vec![self.take().to_owned()];
        while self.peek(0) == "::" && self.is_word(1) {
            self.at += 1;
            path.push(self.take().to_owned());
        }
        self.at += usize::from(self.peek(0) == "::");
        if path.len() > 1 {
            self.push(path, None, false, line);
        }
    }

    fn import(&mut self, is_re_export: bool) {
        let line = self.line();
        self.at += 1;
        let mut leaves = Vec::new();
        self.use_tree(&[], &mut leaves);
        for (path, name) in leaves {
            self.push(path, Some(name), is_re_export, line);
        }
    }

    fn push(&mut self, path: Path, name: Option<String>, is_re_export: bool, line: usize) {
        let (module, is_test) = (self.module(), self.is_test());
        self.found.imports.push(Import { module, path, name, is_re_export, is_test, line });
    }

    /// One tree of a `use`: its paths from `prefix`, and the names that they get.
    fn use_tree(&mut self, prefix: &[String], leaves: &mut Vec<(Path, String)>) {
        let mut path = prefix.to_vec();
        loop {
            match self.take() {
                "{" => {
                    while !matches!(self.peek(0), "}" | "") {
                        self.use_tree(&path, leaves);
                        self.at += usize::from(self.peek(0) == ",");
                    }
                    self.at += 1;
                    return;
                }
                // Of another crate when it begins a path.
                "::" if path.is_empty() => path.push(String::new()),
                "::" => continue,
                "self" if !path.is_empty() => {}
                word => path.push(word.to_owned()),
            }
            match self.peek(0) {
                "::" => {}
                "as" => {
                    self.at += 1;
                    let name = self.take().to_owned();
                    return leaves.push((path, name));
                }
                _ => {
                    let name = path.last().cloned().unwrap_or_default();
                    return leaves.push((path, name));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(source: &str) -> Vec<String> {
        let found = imports_of(&["a".to_owned()], source).imports.into_iter();
        found.map(|import| format!("{} {}", import.module.join("::"), import.path.join("::"))).collect()
    }

    #[test]
    fn trees_of_use_are_followed_to_their_leaves() {
        let found =
            imports_of(&[], "pub(crate) use crate::{a::{self, B as C, d::*}, self as e};\nuse super::f;").imports;
        let leaves: Vec<_> = found
            .iter()
            .map(|import| {
                (import.path.join("::"), import.name.clone().unwrap_or_default(), import.is_re_export, import.line)
            })
            .collect();
        let expected = [
            ("crate::a", "a", true, 1),
            ("crate::a::B", "C", true, 1),
            ("crate::a::d::*", "*", true, 1),
            ("crate", "e", true, 1),
            ("super::f", "f", false, 2),
        ];
        assert_eq!(leaves, expected.map(|(path, name, public, line)| (path.to_owned(), name.to_owned(), public, line)));
    }

    #[test]
    fn paths_in_code_are_found_where_they_stand() {
        let source = "fn f(x: crate::b::C) { super::d::e::<f::G>(); ::h::i(); <J as k::L>::m(); } mod n { o::p!(); }";
        assert_eq!(written(source), ["a crate::b::C", "a super::d::e", "a f::G", "a k::L", "a::n o::p"]);
    }

    #[test]
    fn visibilities_are_no_imports() {
        assert_eq!(
            written("pub(in crate::b) fn f() {} struct S { pub(super) x: u8 } struct T(pub (c::D));"),
            ["a c::D"]
        );
    }

    #[test]
    fn tests_are_marked() {
        let source = "#[cfg(test)] use b::c; use d::e; #[cfg(test)] fn f(x: [u8; 2]) { g::h(); } fn i() { j::k(); }\n\
                      #[cfg(any(feature = \"l\", test))] use m::n; #[cfg(test)] mod o; #[cfg(test)] mod p { use q::r; }";
        let found = imports_of(&[], source);
        let tests: Vec<_> =
            found.imports.iter().filter(|import| import.is_test).map(|import| import.path.join("::")).collect();
        assert_eq!(tests, ["b::c", "g::h", "q::r"]);
        assert_eq!(found.imports.len(), 6);
        assert_eq!((found.test_modules.len(), found.inline_modules.len()), (1, 1));
    }
}
