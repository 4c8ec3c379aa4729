//! The user's own model packages: brought in, put aside, brought back.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{ModelPackage, PACKAGE_FILES};
use crate::recognition::engine::line_model::ModelError;

/// Put before the name of a package that was removed and may still come back. Libraries pass names with a dot over.
const ASIDE: &str = ".removed-";

/// A folder of packages that the user may add to and take from.
#[derive(Clone, Debug)]
pub struct UserModels {
    folder: PathBuf,
}

impl UserModels {
    /// The packages in `folder`, which need not exist yet.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Where the packages lie.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether `package` is one of these.
    pub fn holds(&self, package: &Path) -> bool {
        package.parent() == Some(&self.folder)
    }

    /// Copies the package in `source` here, after checking it, and tells the name that it got: its folder's, with a
    /// number where that is taken.
    pub fn import(&self, source: &Path) -> Result<String, ModelError> {
        let package = ModelPackage::open(source)?;
        let stem = package.name.trim_start_matches('.');
        let stem = if stem.is_empty() { &package.manifest.name } else { stem };
        let taken = |name: &String| self.folder.join(name).exists();
        let numbered = (2..).map(|n| format!("{stem}-{n}"));
        let name = std::iter::once(stem.to_owned()).chain(numbered).find(|name| !taken(name)).unwrap_or_default();
        self.copy(source, &name).map_err(|error| self.failed(&name, &error))?;
        Ok(name)
    }

    /// Copies to a hidden folder that then gets its name, so that no half package is ever listed.
    fn copy(&self, source: &Path, name: &str) -> io::Result<()> {
        let temporary = self.folder.join(format!(".importing-{name}"));
        fs::create_dir_all(&temporary)?;
        let copied = PACKAGE_FILES
            .iter()
            .try_for_each(|file| fs::copy(source.join(file), temporary.join(file)).map(|_n_bytes| ()))
            .and_then(|()| fs::rename(&temporary, self.folder.join(name)));
        if copied.is_err() {
            // The copy's own error is the one to tell.
            fs::remove_dir_all(&temporary).ok();
        }
        copied
    }

    /// Puts the package called `name` aside: it is listed no more, but [`UserModels::restore`] brings it back.
    pub fn remove(&self, name: &str) -> Result<(), ModelError> {
        let aside = self.aside(name);
        if aside.exists() {
            fs::remove_dir_all(&aside).map_err(|error| self.failed(name, &error))?;
        }
        fs::rename(self.folder.join(name), aside).map_err(|error| self.failed(name, &error))
    }

    /// Brings a removed package back under its name.
    pub fn restore(&self, name: &str) -> Result<(), ModelError> {
        fs::rename(self.aside(name), self.folder.join(name)).map_err(|error| self.failed(name, &error))
    }

    /// Deletes for good what was removed, at a time when nobody can ask for it any more.
    pub fn purge(&self) {
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(ASIDE) {
                // What cannot be deleted now is tried again at the next start.
                fs::remove_dir_all(entry.path()).ok();
            }
        }
    }

    fn aside(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{ASIDE}{name}"))
    }

    fn failed(&self, name: &str, error: &io::Error) -> ModelError {
        ModelError::NotKept { path: self.folder.join(name), reason: error.to_string() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recognition::package::library::ModelLibrary;

    fn names(folder: &Path) -> Vec<String> {
        ModelLibrary::new(vec![folder.to_owned()]).list().into_iter().map(|package| package.unwrap().name).collect()
    }

    #[test]
    fn packages_are_brought_in_put_aside_and_brought_back() {
        let folder = tempfile::tempdir().unwrap();
        let own = UserModels::new(folder.path().join("models"));
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/student");
        assert_eq!(own.import(&shipped).unwrap(), "student");
        assert_eq!(own.import(&shipped).unwrap(), "student-2");
        assert_eq!(names(own.folder()), ["student", "student-2"]);
        assert!(own.holds(&own.folder().join("student-2")) && !own.holds(&shipped));

        own.remove("student-2").unwrap();
        assert_eq!(names(own.folder()), ["student"]);
        own.restore("student-2").unwrap();
        assert_eq!(names(own.folder()), ["student", "student-2"]);

        own.remove("student-2").unwrap();
        own.purge();
        let error = own.restore("student-2").unwrap_err().to_string();
        assert!(error.contains("student-2"), "{error}");
        assert!(own.remove("nobody").is_err());
    }

    #[test]
    fn what_is_no_package_is_not_brought_in() {
        let folder = tempfile::tempdir().unwrap();
        let own = UserModels::new(folder.path().join("models"));
        assert!(own.import(folder.path()).is_err());
        assert!(!own.folder().exists());
    }
}
