//! The folders in which Longhand's files lie.

use std::{
    env,
    path::{Path, PathBuf},
};

use directories::ProjectDirs;

/// The environment variable that names a folder of model packages.
pub const MODELS_VARIABLE: &str = "LONGHAND_MODELS";

/// The folders that may hold model packages, first come first served: the one asked for, the one in
/// [`MODELS_VARIABLE`], those beside the program, the user's own. They need not exist.
pub fn model_folders(asked: Option<&Path>) -> Vec<PathBuf> {
    let from_environment = env::var_os(MODELS_VARIABLE).filter(|folder| !folder.is_empty()).map(PathBuf::from);
    let program = env::current_exe().ok().and_then(|path| path.parent().map(Path::to_owned));
    let beside_program =
        program.into_iter().flat_map(|folder| [folder.join("../share/longhand/models"), folder.join("models")]);
    let own = own_models_folder();
    asked.map(Path::to_owned).into_iter().chain(from_environment).chain(beside_program).chain(own).collect()
}

/// The user's settings; `None` where the system knows no home folder.
pub fn settings_path() -> Option<PathBuf> {
    Some(own_folders()?.config_dir().join("settings.toml"))
}

/// Where corrections that are not saved yet are kept; `None` where the system knows no home folder.
pub fn recovery_folder() -> Option<PathBuf> {
    Some(own_folders()?.data_dir().join("recovery"))
}

/// The user's own model packages; `None` where the system knows no home folder.
pub fn own_models_folder() -> Option<PathBuf> {
    Some(own_folders()?.data_dir().join("models"))
}

/// The user's own labelled lines; `None` where the system knows no home folder.
pub fn own_lines_folder() -> Option<PathBuf> {
    Some(own_folders()?.data_dir().join("lines"))
}

/// Training runs begun in the window; `None` where the system knows no home folder.
pub fn runs_folder() -> Option<PathBuf> {
    Some(own_folders()?.data_dir().join("runs"))
}

fn own_folders() -> Option<ProjectDirs> {
    ProjectDirs::from("app", "longhand", "Longhand")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_asked_for_comes_first() {
        let folders = model_folders(Some(Path::new("here")));
        assert_eq!(folders[0], Path::new("here"));
        assert_eq!(folders[1..], model_folders(None));
    }
}
