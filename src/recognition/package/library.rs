//! The model library: finds packages by name.

use std::path::{Path, PathBuf};

use super::{BUILT_IN_MODEL, MAX_TEXT_BYTES, ModelPackage, labeller_package};
use crate::{recognition::engine::line_model::ModelError, storage::read_text_limited};

/// The folders that are searched for packages, and the built-in package, which comes last.
#[derive(Clone, Debug, Default)]
pub struct ModelLibrary {
    folders: Vec<PathBuf>,
}

impl ModelLibrary {
    /// A library of these folders; the first with a name wins. They need not exist.
    pub fn new(folders: Vec<PathBuf>) -> Self {
        Self { folders }
    }

    /// Opens the package called `name`. A damaged package is an error, even if a later folder has a good one.
    pub fn open(&self, name: &str) -> Result<ModelPackage, ModelError> {
        let is_plain_name = Path::new(name).file_name().is_some_and(|file_name| file_name == name);
        let folder = self.folders.iter().map(|folder| folder.join(name)).find(|folder| folder.is_dir());
        match folder.filter(|_| is_plain_name) {
            Some(folder) => ModelPackage::open(&folder),
            None if name == BUILT_IN_MODEL => ModelPackage::built_in(),
            None => Err(ModelError::Unknown { name: name.to_owned() }),
        }
    }

    /// Opens the package that `model` names: by its name, or by its folder.
    pub fn open_name_or_folder(&self, model: &str) -> Result<ModelPackage, ModelError> {
        match self.open(model) {
            Err(ModelError::Unknown { .. }) if Path::new(model).is_dir() => ModelPackage::open(Path::new(model)),
            opened => opened,
        }
    }

    /// Opens every package that can be opened by name, sorted by name.
    pub fn list(&self) -> Vec<Result<ModelPackage, ModelError>> {
        let mut names = vec![BUILT_IN_MODEL.to_owned()];
        for folder in &self.folders {
            let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
            let packages = entries.filter(|entry| holds_a_model(&entry.path()));
            let names_here = packages.filter_map(|entry| entry.file_name().into_string().ok());
            names.extend(names_here.filter(|name| !name.starts_with('.')));
        }
        names.sort();
        names.dedup();
        names.iter().map(|name| self.open(name)).collect()
    }
}

/// Whether a folder is a package of a reader, if only a damaged one: other folders may lie beside packages.
fn holds_a_model(folder: &Path) -> bool {
    let manifest = read_text_limited(&folder.join("model.toml"), MAX_TEXT_BYTES).ok();
    let kind = manifest.and_then(|text| text.parse::<toml::Table>().ok()?.get("kind")?.as_str().map(str::to_owned));
    kind.as_deref() != Some(labeller_package::KIND)
        && ["model.toml", "model.onnx"].iter().any(|file| folder.join(file).is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_model_is_always_there() {
        let library = ModelLibrary::new(vec![PathBuf::from("no-such-folder")]);
        assert_eq!(library.open(BUILT_IN_MODEL).unwrap().name, BUILT_IN_MODEL);
        assert_eq!(library.list().len(), 1);
    }

    #[test]
    fn a_name_never_leads_out_of_the_folders() {
        let library = ModelLibrary::new(vec![PathBuf::from("models")]);
        for name in ["", ".", "..", "../models", "nobody", "/tmp"] {
            assert!(matches!(library.open(name), Err(ModelError::Unknown { .. })), "{name}");
        }
    }

    #[test]
    fn folders_without_a_model_are_not_listed() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("recipe")).unwrap();
        std::fs::create_dir(folder.path().join("broken")).unwrap();
        std::fs::write(folder.path().join("broken/model.onnx"), "cut short").unwrap();
        let listed = ModelLibrary::new(vec![folder.path().to_owned()]).list();
        assert_eq!(listed.len(), 2, "the built-in model and the broken one");
        assert_eq!(listed.iter().filter(|package| package.is_err()).count(), 1);
    }

    #[test]
    fn a_damaged_package_hides_the_one_behind_it() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(BUILT_IN_MODEL)).unwrap();
        let library = ModelLibrary::new(vec![folder.path().to_owned()]);
        assert!(matches!(library.open(BUILT_IN_MODEL), Err(ModelError::BadPackage { .. })));
    }
}
