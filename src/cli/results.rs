//! Files that a command writes: their names, and that they replace nothing but what the same run wrote.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

use super::{
    inputs::file_name,
    outcome::Outcome,
    output::{Answers, complain, shown},
};
use crate::storage::{write_atomically, write_new};

/// The most bytes of a file's name on the usual file systems.
const MAX_NAME_BYTES: usize = 255;

/// How much of a file's path its results are named by.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum NameOf {
    /// The file's name without its ending.
    Stem,
    /// The file's name.
    File,
    /// The name of its folder, and its own without ending.
    StemInFolder,
}

impl NameOf {
    fn of(self, file: &Path) -> String {
        let name = file_name(file);
        let stem = || Path::new(&name).file_stem().unwrap_or_default().to_string_lossy().into_owned();
        // The folder's own name, also where it is given as `.` or not at all.
        let folder = || std::path::absolute(file).ok().as_deref().and_then(Path::parent).map(file_name);
        match self {
            Self::Stem => stem(),
            Self::File => name,
            Self::StemInFolder => format!("{} {}", folder().unwrap_or_default(), stem()),
        }
    }

    fn longer(self) -> Self {
        if self == Self::Stem { Self::File } else { Self::StemInFolder }
    }
}

/// The names of the results of each file, without their own ending: as much of its path as `shortest`, and more where
/// several would have the same name. Names that are still the same get numbers when they are claimed.
pub(super) fn result_names(files: &[PathBuf], shortest: NameOf) -> Vec<String> {
    let mut kinds = vec![shortest; files.len()];
    loop {
        let names: Vec<String> = kinds.iter().zip(files).map(|(kind, file)| kind.of(file)).collect();
        let is_shared = |index: usize| names.iter().filter(|name| same_name(name, &names[index])).count() > 1;
        let longer: Vec<NameOf> = kinds
            .iter()
            .enumerate()
            .map(|(index, kind)| if is_shared(index) { kind.longer() } else { *kind })
            .collect();
        if longer == kinds {
            return names;
        }
        kinds = longer;
    }
}

/// Whether both are one file where a file system does not tell letters by their case.
fn same_name(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

/// A folder that a run writes to.
pub(super) struct Results {
    folder: PathBuf,
    /// Whether files that the run did not write may be replaced.
    overwrite: bool,
    /// The files that are read, which are never replaced.
    inputs: BTreeSet<PathBuf>,
    /// The names given so far, in lower case.
    claimed: BTreeSet<String>,
}

impl Results {
    pub(super) fn new(folder: &Path, overwrite: bool, inputs: &[PathBuf]) -> Self {
        let inputs = inputs.iter().filter_map(|input| fs::canonicalize(input).ok()).collect();
        Self { folder: folder.to_owned(), overwrite, inputs, claimed: BTreeSet::new() }
    }

    /// The path of a result called `name` with this ending, shortened to what file systems take and numbered where this
    /// run has one already.
    pub(super) fn path(&mut self, name: &str, ending: &str) -> PathBuf {
        let mut number = 1;
        let mut own = shortened(name, ending);
        while !self.claimed.insert(own.to_lowercase()) {
            number += 1;
            own = shortened(name, &format!(" {number}{ending}"));
        }
        self.folder.join(own)
    }

    /// As [`Results::path`]; `None`, with a complaint, where the result would replace a file that this run did not
    /// write.
    pub(super) fn claim(&mut self, name: &str, ending: &str) -> Option<PathBuf> {
        let path = self.path(name, ending);
        if fs::canonicalize(&path).is_ok_and(|path| self.inputs.contains(&path)) {
            complain(&format!("{} is read and not replaced by its result: name another folder", shown(&path)));
            return None;
        }
        if !self.overwrite && path.symlink_metadata().is_ok() {
            complain(&left_alone(&path));
            return None;
        }
        Some(path)
    }

    /// Writes a result and answers with its path; complains where it cannot be written.
    pub(super) fn write(&self, path: &Path, bytes: &[u8], answers: &mut Answers) -> io::Result<Outcome> {
        let written = if self.overwrite { write_atomically(path, bytes) } else { write_new(path, bytes) };
        match written {
            Ok(()) => answers.line(&shown(path)).map(|()| Outcome::Complete),
            Err(error) => {
                complain(&match error.kind() {
                    io::ErrorKind::AlreadyExists => left_alone(path),
                    _ => format!("cannot write {}: {error}", shown(path)),
                });
                Ok(Outcome::Incomplete)
            }
        }
    }
}

fn left_alone(path: &Path) -> String {
    format!("{} is there already and is left as it is: `--overwrite` replaces it", shown(path))
}

/// `name` and `ending` with as much of the name as a file system takes.
fn shortened(name: &str, ending: &str) -> String {
    let mut len = name.len().min(MAX_NAME_BYTES.saturating_sub(ending.len()));
    while !name.is_char_boundary(len) {
        len -= 1;
    }
    format!("{}{ending}", &name[..len])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(files: &[&str]) -> Vec<String> {
        result_names(&files.iter().map(PathBuf::from).collect::<Vec<_>>(), NameOf::Stem)
    }

    #[test]
    fn results_are_named_by_as_little_as_tells_them_apart() {
        assert_eq!(names(&["x/a.jpg", "x/b.tif"]), ["a", "b"]);
        assert_eq!(names(&["a.jpg", "A.jpeg", "b.tif"]), ["a.jpg", "A.jpeg", "b"]);
        assert_eq!(names(&["mon/p.jpg", "tue/p.jpg"]), ["mon p", "tue p"]);
        assert_eq!(names(&["x/y/p.jpg", "z/y/p.jpg"]), ["y p", "y p"]);
    }

    #[test]
    fn names_are_claimed_once_and_fit() {
        let folder = tempfile::tempdir().unwrap();
        let mut results = Results::new(folder.path(), false, &[]);
        let mut name = |name: &str| file_name(&results.claim(name, ".alto.xml").unwrap());
        assert_eq!(name("y p"), "y p.alto.xml");
        assert_eq!(name("Y P"), "Y P 2.alto.xml");
        let long = "ü".repeat(200);
        assert_eq!(name(&long).len(), 255);
        assert!(name(&long).ends_with("ü 2.alto.xml"));
    }

    #[test]
    fn what_is_there_is_replaced_only_if_told_and_inputs_never() {
        let folder = tempfile::tempdir().unwrap();
        let (input, other) = (folder.path().join("a.pdf"), folder.path().join("b.pdf"));
        fs::write(&input, "").unwrap();
        fs::write(&other, "").unwrap();
        let claim = |overwrite: bool, name: &str| {
            Results::new(folder.path(), overwrite, std::slice::from_ref(&input)).claim(name, ".pdf")
        };
        assert_eq!((claim(false, "a"), claim(true, "a"), claim(false, "b")), (None, None, None));
        assert_eq!(claim(true, "b"), Some(other));
    }
}
