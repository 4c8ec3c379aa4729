//! The folders that hold model packages.

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
    let own = ProjectDirs::from("app", "longhand", "Longhand").map(|dirs| dirs.data_dir().join("models"));
    asked.map(Path::to_owned).into_iter().chain(from_environment).chain(beside_program).chain(own).collect()
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
