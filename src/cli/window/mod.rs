//! `longhand` without a command: the window.

use std::{path::PathBuf, process::ExitCode, time::Instant};

use super::output::complain;

/// Opens the window with these images. `started` is the program's start.
#[cfg(feature = "gui")]
pub(super) fn run(files: Vec<PathBuf>, started: Instant) -> ExitCode {
    use super::options::Threads;
    use crate::{
        app::{self, LabOptions, Options},
        recognition::{BUILT_IN_MODEL, CtcDecoder, ModelLibrary, PageReader, UserModels},
        storage::{
            Settings, UserLines, model_folders, recovery_folder, runs_folder, settings_path, user_lines_folder,
            user_models_folder,
        },
    };

    let load_reader = || {
        // Warnings are ignored: the window reads the settings again and shows them.
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
            own_models: user_models_folder().map(UserModels::new),
            user_lines: user_lines_folder().map(UserLines::new),
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

/// Reports that this build has no window.
#[cfg(not(feature = "gui"))]
pub(super) fn run(_files: Vec<PathBuf>, _started: Instant) -> ExitCode {
    complain("this build has no window; `longhand --help` lists the commands");
    ExitCode::from(2)
}
