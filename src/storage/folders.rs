//! The folders of Longhand's files.

use std::{
    env,
    path::{Path, PathBuf},
};

use directories::ProjectDirs;

/// The environment variable with a folder of model packages.
pub const MODELS_VARIABLE: &str = "LONGHAND_MODELS";

/// Folders of models from that of the program: on Linux in `/usr`, in a bundle of macOS, elsewhere.
const BESIDE_PROGRAM: [&str; 3] = ["../share/longhand/models", "../Resources/models", "models"];

/// The folders of model packages, in the order of precedence: the `requested` one, the one in [`MODELS_VARIABLE`],
/// those beside the program, the user's. They need not exist.
pub fn model_folders(requested: Option<&Path>) -> Vec<PathBuf> {
    let from_environment = env::var_os(MODELS_VARIABLE).filter(|folder| !folder.is_empty()).map(PathBuf::from);
    let program = env::current_exe().ok().and_then(|path| path.parent().map(Path::to_owned));
    let beside_program = program.into_iter().flat_map(|folder| BESIDE_PROGRAM.map(|models| folder.join(models)));
    let of_user = user_models_folder();
    requested.map(Path::to_owned).into_iter().chain(from_environment).chain(beside_program).chain(of_user).collect()
}

/// The file of the user's settings; `None` if the system has no home folder.
pub fn settings_path() -> Option<PathBuf> {
    Some(user_folders()?.config_dir().join("settings.toml"))
}

/// The folder of corrections that are not saved yet; `None` if the system has no home folder.
pub fn recovery_folder() -> Option<PathBuf> {
    Some(user_folders()?.data_dir().join("recovery"))
}

/// The folder of reports of the program's own mistakes; `None` if the system has no home folder.
pub fn crash_reports_folder() -> Option<PathBuf> {
    Some(user_folders()?.data_dir().join("crash-reports"))
}

/// The file that is held while the window opens; `None` if the system has no home folder.
pub fn opening_mark_path() -> Option<PathBuf> {
    Some(user_folders()?.data_dir().join("window-opening"))
}

/// The folder of the user's model packages; `None` if the system has no home folder.
pub fn user_models_folder() -> Option<PathBuf> {
    Some(user_folders()?.data_dir().join("models"))
}

/// The folder of the user's labelled lines; `None` if the system has no home folder.
pub fn user_lines_folder() -> Option<PathBuf> {
    Some(user_folders()?.data_dir().join("lines"))
}

/// The folder of training runs that the window starts; `None` if the system has no home folder.
pub fn runs_folder() -> Option<PathBuf> {
    Some(user_folders()?.data_dir().join("runs"))
}

fn user_folders() -> Option<ProjectDirs> {
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
