//! The user's model packages: import, removal, restoration.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{ModelPackage, PACKAGE_FILES};
use crate::recognition::engine::line_model::ModelError;

/// Prefix of the folder of a removed package that can be restored. Libraries skip names that begin with a dot.
const REMOVED_PREFIX: &str = ".removed-";

/// The folder of the user's packages.
#[derive(Clone, Debug)]
pub struct UserModels {
    folder: PathBuf,
}

impl UserModels {
    /// The packages in `folder`, which need not exist yet.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// The folder of the packages.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether the folder `package` is one of these packages.
    pub fn holds(&self, package: &Path) -> bool {
        package.parent() == Some(&self.folder)
    }

    /// Checks and copies the package in the folder `source`. Returns its new name: that of its folder, with a number if
    /// the name is taken.
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

    /// Copies into a hidden folder and renames it, so that no incomplete package is ever listed.
    fn copy(&self, source: &Path, name: &str) -> io::Result<()> {
        let temporary = self.folder.join(format!(".importing-{name}"));
        fs::create_dir_all(&temporary)?;
        let copied = PACKAGE_FILES
            .iter()
            .try_for_each(|file| fs::copy(source.join(file), temporary.join(file)).map(|_n_bytes| ()))
            .and_then(|()| fs::rename(&temporary, self.folder.join(name)));
        if copied.is_err() {
            // Ignored: the error of the copy is the one to report.
            fs::remove_dir_all(&temporary).ok();
        }
        copied
    }

    /// Removes the package called `name` from the list; [`UserModels::restore`] brings it back.
    pub fn remove(&self, name: &str) -> Result<(), ModelError> {
        let removed = self.removed_path(name);
        if removed.exists() {
            fs::remove_dir_all(&removed).map_err(|error| self.failed(name, &error))?;
        }
        fs::rename(self.folder.join(name), removed).map_err(|error| self.failed(name, &error))
    }

    /// Restores a removed package under its name.
    pub fn restore(&self, name: &str) -> Result<(), ModelError> {
        fs::rename(self.removed_path(name), self.folder.join(name)).map_err(|error| self.failed(name, &error))
    }

    /// Deletes all removed packages.
    pub fn purge(&self) {
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(REMOVED_PREFIX) {
                // Ignored: the next start tries again.
                fs::remove_dir_all(entry.path()).ok();
            }
        }
    }

    fn removed_path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{REMOVED_PREFIX}{name}"))
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
        let models = UserModels::new(folder.path().join("models"));
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/student");
        assert_eq!(models.import(&shipped).unwrap(), "student");
        assert_eq!(models.import(&shipped).unwrap(), "student-2");
        assert_eq!(names(models.folder()), ["student", "student-2"]);
        assert!(models.holds(&models.folder().join("student-2")) && !models.holds(&shipped));

        models.remove("student-2").unwrap();
        assert_eq!(names(models.folder()), ["student"]);
        models.restore("student-2").unwrap();
        assert_eq!(names(models.folder()), ["student", "student-2"]);

        models.remove("student-2").unwrap();
        models.purge();
        let error = models.restore("student-2").unwrap_err().to_string();
        assert!(error.contains("student-2"), "{error}");
        assert!(models.remove("nobody").is_err());
    }

    #[test]
    fn what_is_no_package_is_not_brought_in() {
        let folder = tempfile::tempdir().unwrap();
        let models = UserModels::new(folder.path().join("models"));
        assert!(models.import(folder.path()).is_err());
        assert!(!models.folder().exists());
    }
}
