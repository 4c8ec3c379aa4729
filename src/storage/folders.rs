//! The folders of Longhand's files.

use std::{
    env,
    path::{Path, PathBuf},
};

use directories::ProjectDirs;

use super::limited::read_text_limited;

/// The environment variable with a folder of model packages.
pub const MODELS_VARIABLE: &str = "LONGHAND_MODELS";

/// Folders of models from that of the program: on Linux in `/usr`, in a bundle of macOS, elsewhere.
const BESIDE_PROGRAM: [&str; 3] = ["../share/longhand/models", "../Resources/models", "models"];

/// The variable in which Cargo names the folder of the sources that it runs a program of.
const SOURCES_VARIABLE: &str = "CARGO_MANIFEST_DIR";
/// Folders above the program that are looked at for its sources: it lies in `target/PROFILE` of them, examples deeper.
const N_ABOVE: usize = 4;
const CARGO_MANIFEST: &str = "Cargo.toml";
/// The largest manifest of sources that is read, in bytes.
const MAX_CARGO_MANIFEST_BYTES: u64 = 1_000_000;

/// The folders of model packages, in the order of precedence: the `requested` one, the one in [`MODELS_VARIABLE`],
/// those beside the program, that of the sources if it runs from them, the user's. They need not exist.
pub fn model_folders(requested: Option<&Path>) -> Vec<PathBuf> {
    let from_environment = env::var_os(MODELS_VARIABLE).filter(|folder| !folder.is_empty()).map(PathBuf::from);
    let program = env::current_exe().ok().and_then(|path| path.parent().map(Path::to_owned));
    let beside_program = program.iter().flat_map(|folder| BESIDE_PROGRAM.map(|models| folder.join(models)));
    let of_sources = models_of_sources(program.as_deref());
    let found = beside_program.chain(of_sources).chain(user_models_folder());
    requested.map(Path::to_owned).into_iter().chain(from_environment).chain(found).collect()
}

/// The folder of models of the sources that the program was built from, if it lies in their folder `target` or was
/// started by Cargo.
fn models_of_sources(program_folder: Option<&Path>) -> Option<PathBuf> {
    let named = env::var_os(SOURCES_VARIABLE).map(PathBuf::from);
    let above = program_folder.into_iter().flat_map(|folder| folder.ancestors().take(N_ABOVE)).map(Path::to_owned);
    let sources = named.into_iter().chain(above).find(|folder| holds_sources(folder))?;
    Some(sources.join("models"))
}

fn holds_sources(folder: &Path) -> bool {
    let manifest = read_text_limited(&folder.join(CARGO_MANIFEST), MAX_CARGO_MANIFEST_BYTES);
    manifest.is_ok_and(|text| text.lines().any(|line| line == concat!("name = \"", env!("CARGO_PKG_NAME"), "\"")))
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

    #[test]
    fn models_of_the_sources_are_found_from_the_folder_of_builds() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("target/release");
        std::fs::create_dir_all(&program).unwrap();
        let found = |program: &Path| program.ancestors().take(N_ABOVE).any(holds_sources);
        std::fs::write(folder.path().join(CARGO_MANIFEST), "[package]\nname = \"another\"\n").unwrap();
        assert!(!found(&program));
        std::fs::write(folder.path().join(CARGO_MANIFEST), "[package]\nname = \"longhand\"\n").unwrap();
        assert!(found(&program));
        let sources = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert_eq!(models_of_sources(Some(&sources.join("target/release"))), Some(sources.join("models")));
    }
}
