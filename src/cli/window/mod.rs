//! `longhand` without a command: the window. `attempt` has the ways to open it, `packages` what to install where none
//! works, `crash_report` what a mistake of the program leaves.

#[cfg(feature = "gui")]
mod attempt;
pub(super) mod crash_report;
#[cfg(feature = "gui")]
mod packages;

use std::{path::PathBuf, process::ExitCode, time::Instant};

use clap::ValueEnum;

use super::output::complain;

/// What the user wants the window to be drawn by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum RendererArgument {
    /// The graphics card; where that fails, the processor.
    Auto,
    /// The processor.
    Software,
}

/// Opens the window with these images. `started` is the program's start.
#[cfg(feature = "gui")]
pub(super) fn run(files: Vec<PathBuf>, renderer: Option<RendererArgument>, started: Instant) -> ExitCode {
    use self::attempt::{Attempt, Change, start_again};
    use crate::storage::{Opening, OpeningMark, RendererChoice, opening_mark_path};

    let attempt = Attempt::now();
    // A program that was started again has its renderer already.
    let reason = attempt::reason();
    let choice = match renderer.filter(|_| reason.is_none()) {
        Some(argument) => remembered(argument.into()),
        None => settings().renderer,
    };
    let (mark, last) = opening_mark_path().map(|path| OpeningMark::set(&path)).unzip();
    let has_crashed = last == Some(Opening::Failed) && renderer.is_none() && choice == RendererChoice::Auto;
    if !attempt.is_software && cfg!(target_os = "linux") && (has_crashed || choice == RendererChoice::Software) {
        mark.into_iter().for_each(OpeningMark::clear);
        let crash = has_crashed.then_some("the window did not come up when it was opened last");
        return started_again(start_again(Change::Software, crash));
    }
    match open(files, mark, reason, started) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => match attempt.after(&error) {
            Some(change) => started_again(start_again(change, Some(&error.to_string()))),
            None => tell(&error),
        },
    }
}

#[cfg(feature = "gui")]
impl From<RendererArgument> for crate::storage::RendererChoice {
    fn from(argument: RendererArgument) -> Self {
        match argument {
            RendererArgument::Auto => Self::Auto,
            RendererArgument::Software => Self::Software,
        }
    }
}

/// The settings without their warnings: the window reads them again and shows those.
#[cfg(feature = "gui")]
fn settings() -> crate::storage::Settings {
    use crate::storage::{Settings, settings_path};
    settings_path().map(|path| Settings::load(&path).0).unwrap_or_default()
}

/// The choice, after it was written to the settings.
#[cfg(feature = "gui")]
fn remembered(choice: crate::storage::RendererChoice) -> crate::storage::RendererChoice {
    use crate::storage::{Settings, settings_path};
    let settings = settings();
    if settings.renderer != choice
        && let Some(path) = settings_path()
        && let Err(error) = (Settings { renderer: choice, ..settings }).save(&path)
    {
        complain(&format!("the choice of the renderer cannot be remembered: {error}"));
    }
    choice
}

/// Opens the window and waits until it is closed.
#[cfg(feature = "gui")]
fn open(
    files: Vec<PathBuf>,
    mark: Option<crate::storage::OpeningMark>,
    renderer_failed: Option<String>,
    started: Instant,
) -> Result<(), crate::app::WindowError> {
    use std::{
        cell::Cell,
        panic::{self, AssertUnwindSafe},
        rc::Rc,
    };

    use self::crash_report::{begin_opening, end_opening, failed_opening};
    use super::options::Threads;
    use crate::{
        app::{self, LabOptions, Options, WindowError},
        recognition::{BUILT_IN_MODEL, CtcDecoder, ModelLibrary, PageReader, UserModels},
        storage::{
            OpeningMark, UserLines, model_folders, recovery_folder, runs_folder, settings_path, user_lines_folder,
            user_models_folder,
        },
    };

    let load_reader = || {
        let settings = settings();
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
        renderer_failed,
        started,
    };
    let mark = Rc::new(Cell::new(mark));
    let clear = |mark: &Cell<Option<OpeningMark>>| mark.take().into_iter().for_each(OpeningMark::clear);
    let of_window = Rc::clone(&mark);
    begin_opening();
    let on_shown = Box::new(move || {
        end_opening();
        clear(&of_window);
    });
    // Libraries that the windowing system lacks end in panics.
    let ended = panic::catch_unwind(AssertUnwindSafe(|| app::run(files, on_shown, options)));
    clear(&mark);
    ended.unwrap_or_else(|_payload| {
        let reason = failed_opening();
        Err(reason.map_or(WindowError::Crashed, |reason| WindowError::Unavailable { reason }))
    })
}

/// The end of a program that was started in place of this one, or why it could not be.
#[cfg(feature = "gui")]
fn started_again(started: std::io::Result<ExitCode>) -> ExitCode {
    started.unwrap_or_else(|error| {
        complain(&format!("the program cannot be started again to draw otherwise: {error}"));
        ExitCode::FAILURE
    })
}

/// Tells why there is no window, in a dialog too where nobody sees standard error.
#[cfg(feature = "gui")]
fn tell(error: &crate::app::WindowError) -> ExitCode {
    use crate::app::{WindowError, show_failure};
    use std::io::IsTerminal as _;

    let sentence = match error {
        WindowError::NoDisplay | WindowError::Crashed => error.to_string(),
        WindowError::Unavailable { .. } => {
            format!("{}. {}", error.to_string().trim_end_matches('.'), packages::advice())
        }
    };
    complain(&sentence);
    if !matches!(error, WindowError::NoDisplay) && !std::io::stderr().is_terminal() {
        show_failure(&sentence);
    }
    ExitCode::FAILURE
}

/// Reports that this build has no window.
#[cfg(not(feature = "gui"))]
pub(super) fn run(_files: Vec<PathBuf>, _renderer: Option<RendererArgument>, _started: Instant) -> ExitCode {
    complain("this build has no window; `longhand --help` lists the commands");
    ExitCode::from(2)
}
