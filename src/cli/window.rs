//! `longhand` without a command: the window.

use std::{path::PathBuf, process::ExitCode, time::Instant};

use super::output::complain;

/// Opens the window with these images. `started` is when the program began.
#[cfg(feature = "gui")]
pub(super) fn run(files: Vec<PathBuf>, started: Instant) -> ExitCode {
    use super::options::Threads;
    use crate::{
        app::{self, LabOptions, Options},
        recognition::{BUILT_IN_MODEL, CtcDecoder, ModelLibrary, PageReader, UserModels},
        storage::{
            Settings, UserLines, model_folders, own_lines_folder, own_models_folder, recovery_folder, runs_folder,
            settings_path,
        },
    };

    let load_reader = || {
        // What is wrong with the settings is told by the window, which reads them as well.
        let settings = settings_path().map(|path| Settings::load(&path).0).unwrap_or_default();
        let name = settings.model.as_deref().unwrap_or(BUILT_IN_MODEL);
        let package = ModelLibrary::new(model_folders(None)).open(name)?;
        let decoder = CtcDecoder::english(&package.character_set);
        Ok(PageReader::open(&package, Threads::default().count(), decoder)?)
    };
    let options = Options {
        load_reader: Box::new(load_reader),
        settings_path: settings_path(),
        recovery_folder: recovery_folder(),
        lab: LabOptions {
            library: ModelLibrary::new(model_folders(None)),
            own_models: own_models_folder().map(UserModels::new),
            user_lines: own_lines_folder().map(UserLines::new),
            runs: runs_folder(),
            program: std::env::current_exe().ok(),
            learning_arguments: Vec::new(),
        },
        started,
    };
    match app::run(files, options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

/// Says that there is none.
#[cfg(not(feature = "gui"))]
pub(super) fn run(_files: Vec<PathBuf>, _started: Instant) -> ExitCode {
    complain("this build has no window; `longhand --help` lists the commands");
    ExitCode::from(2)
}
