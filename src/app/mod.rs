//! The window: pages, their lines and their text, read and corrected.
//!
//! Each frame `logic` takes input, what jobs report and the commands of the frame before, and changes the state;
//! then the views draw the state and send new commands. Nothing here waits: files, models and dialogs have jobs.
//!
//! What goes wrong is told once, as a notification that names the file and the reason. A broken page is closed and
//! leaves the others; a broken reading leaves the lines read so far; a job that panics ends alone.

mod command;
mod lab;
mod logic;
mod state;
mod tasks;
mod ui;
mod views;

use std::{path::PathBuf, sync::Arc, time::Instant};

use eframe::egui::{self, Context, IconData, ViewportBuilder, vec2};
use thiserror::Error;

#[cfg(feature = "train")]
pub use self::lab::{
    adapt::AdaptCommand,
    distill::{
        DistillCommand,
        plan::{Plan, SourceKind},
    },
};
pub use self::{
    command::Command,
    lab::{
        LabCommand, LabOptions, LabPanel,
        compare::{CompareCommand, LinesFrom, Side},
        evaluate::EvaluateCommand,
        latency::{ExportFormat, LatencyCommand},
        model_list::ModelListCommand,
        models::ModelsCommand,
    },
    state::document::DocumentId,
    ui::view_transform::{Framing, ViewTransform},
};
use self::{
    logic::{autosave_clock::Autosave, jobs::Running},
    state::State,
};
use crate::{
    recognition::PageReader,
    storage::{Settings, UnsavedPages},
};

/// Names the program to the desktop; the same everywhere.
pub const APP_ID: &str = "app.longhand.Longhand";

/// What the window needs from outside.
pub struct Options {
    /// Loads the reader, on a thread of its own.
    pub load_reader: Box<dyn FnOnce() -> anyhow::Result<PageReader> + Send>,
    /// `settings.toml`; `None` keeps nothing.
    pub settings_path: Option<PathBuf>,
    /// Where corrections and unsaved pages are kept between sessions; `None` keeps none.
    pub recovery_folder: Option<PathBuf>,
    /// What the lab works with.
    pub lab: LabOptions,
    /// When the program began, to tell how long the first frame took.
    pub started: Instant,
}

/// Why there is no window.
#[derive(Debug, Error)]
pub enum WindowError {
    /// There is no display.
    #[error("there is no display to open the window on; the commands need none, see `longhand --help`")]
    NoDisplay,
    /// The display cannot show the window.
    #[error("the window cannot be opened: {reason}")]
    Unavailable {
        /// The windowing system's words.
        reason: String,
    },
}

/// Shows the window with `files` opened until the user closes it.
pub fn run(files: Vec<PathBuf>, options: Options) -> Result<(), WindowError> {
    let viewport = ViewportBuilder::default()
        .with_app_id(APP_ID)
        .with_title("Longhand")
        .with_inner_size(vec2(1280.0, 820.0))
        .with_min_inner_size(vec2(720.0, 480.0))
        .with_icon(icon());
    let native = eframe::NativeOptions { viewport, renderer: eframe::Renderer::Glow, ..Default::default() };
    eframe::run_native(
        APP_ID,
        native,
        Box::new(move |creation| Ok(Box::new(LonghandApp::new(&creation.egui_ctx, files, options)))),
    )
    .map_err(|error| match error {
        // Where no display answers there is no event loop, and the system's words for it name variables.
        eframe::Error::WinitEventLoop(_) => WindowError::NoDisplay,
        other => WindowError::Unavailable { reason: other.to_string() },
    })
}

fn icon() -> IconData {
    // The icon is part of the program: where it cannot be decoded there is simply none.
    eframe::icon_data::from_png_bytes(include_bytes!("../../icons/longhand-256.png")).unwrap_or_default()
}

/// The program behind the window.
pub struct LonghandApp {
    state: State,
    /// What the views asked for in the last frame.
    commands: Vec<Command>,
    running: Running,
    autosave: Autosave,
    settings_path: Option<PathBuf>,
    saved_settings: Settings,
    recovery_folder: Option<PathBuf>,
    /// Where pages are kept that no file holds, once it is known.
    unsaved_pages: Option<UnsavedPages>,
    lab_options: LabOptions,
    started: Option<Instant>,
    /// The window's clock at the last `logic`, in seconds.
    now_secs: f64,
    next_id: u64,
    /// The drawing to be read once the pen has rested, and when that is.
    pen_rests_at_secs: Option<(DocumentId, f64)>,
}

impl LonghandApp {
    /// Sets the window up, starts to load the reader, and asks for `files` to be opened.
    pub fn new(ctx: &Context, files: Vec<PathBuf>, options: Options) -> Self {
        let Options { load_reader, settings_path, recovery_folder, lab, started } = options;
        let (settings, warnings) = settings_path.as_deref().map(Settings::load).unwrap_or_default();
        ui::theme::install(ctx, settings.theme);
        let wake_ctx = ctx.clone();
        let mut app = Self {
            saved_settings: settings.clone(),
            state: State::new(settings),
            commands: Vec::new(),
            running: Running::new(Arc::new(move || wake_ctx.request_repaint())),
            autosave: Autosave::default(),
            settings_path,
            recovery_folder,
            unsaved_pages: None,
            lab_options: lab,
            started: Some(started),
            now_secs: 0.0,
            next_id: 0,
            pen_rests_at_secs: None,
        };
        app.purge_removed_models();
        app.find_kept_pages();
        for warning in warnings {
            app.warn(warning.to_string());
        }
        app.load_reader(load_reader);
        if !files.is_empty() {
            app.send(Command::OpenFiles(files));
        }
        app
    }

    /// Asks for a command to be run in the next frame, as views do.
    pub fn send(&mut self, command: Command) {
        self.commands.push(command);
    }

    fn log_first_frame(&mut self) {
        if let Some(started) = self.started.take() {
            tracing::info!("first frame after {} ms", started.elapsed().as_millis());
        }
    }
}

impl eframe::App for LonghandApp {
    fn logic(&mut self, ctx: &Context, _frame: &mut eframe::Frame) {
        self.step(ctx);
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        views::ui(ui, &self.state, &mut self.commands);
        if !self.commands.is_empty() {
            ui.ctx().request_repaint();
        }
        self.log_first_frame();
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        self.save_everything();
    }
}
