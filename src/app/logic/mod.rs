//! Changes the state: input, jobs, commands and their consequences. Draws nothing, waits for nothing.

mod autosave_clock;
mod autosaving;
mod closing;
mod commands;
mod exporting;
mod input;
mod jobs;
mod lab;
mod opening;
mod page_commands;
mod reader;
mod running;

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use eframe::egui::Context;

use self::{autosave_clock::Autosave, running::Running};
use super::{
    command::Command,
    lab::options::LabOptions,
    state::{State, document::DocumentId, notifications::Severity},
    ui::theme,
};
use crate::{
    recognition::PageReader,
    storage::{Settings, UnsavedPages},
};

/// What the window needs from outside.
pub struct Options {
    /// Loads the reader, on a thread of its own.
    pub load_reader: Box<dyn FnOnce() -> anyhow::Result<PageReader> + Send>,
    /// `settings.toml`; `None` keeps nothing.
    pub settings_path: Option<PathBuf>,
    /// The folder that keeps corrections and unsaved pages between sessions; `None` keeps none.
    pub recovery_folder: Option<PathBuf>,
    /// The lab's folders.
    pub lab: LabOptions,
    /// When the program started, to measure the time to the first frame.
    pub started: Instant,
}

/// The program behind the window.
pub struct LonghandApp {
    /// Private: only `logic` has it for writing.
    state: State,
    /// Commands of the views, to be run in the next frame.
    commands: Vec<Command>,
    running: Running,
    autosave: Autosave,
    settings_path: Option<PathBuf>,
    saved_settings: Settings,
    recovery_folder: Option<PathBuf>,
    /// The folder of pages without a file, once it is known.
    unsaved_pages: Option<UnsavedPages>,
    lab_options: LabOptions,
    started: Option<Instant>,
    /// The window's clock in the present frame, in seconds.
    now_secs: f64,
    next_id: u64,
    /// The drawing to be read once the pen has rested, and when.
    pen_rests_at_secs: Option<(DocumentId, f64)>,
}

impl LonghandApp {
    /// Sets the window up, starts to load the reader, and sends a command to open `files`.
    pub fn new(ctx: &Context, files: Vec<PathBuf>, options: Options) -> Self {
        let Options { load_reader, settings_path, recovery_folder, lab, started } = options;
        let (settings, warnings) = settings_path.as_deref().map(Settings::load).unwrap_or_default();
        theme::install(ctx, settings.theme);
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

    /// Sends a command, to be run in the next frame, as views do.
    pub fn send(&mut self, command: Command) {
        self.commands.push(command);
    }

    /// One frame: input, jobs, commands, and the jobs that are due then.
    pub(super) fn step(&mut self, ctx: &Context) {
        self.now_secs = ctx.input(|input| input.time);
        self.take_input(ctx);
        self.poll_jobs();
        self.poll_lab(ctx);
        for command in std::mem::take(&mut self.commands) {
            self.run(ctx, command);
        }
        self.guard_closing(ctx);
        self.read_rested_drawing(ctx);
        self.start_due_jobs(ctx);
        self.save_due(ctx);
        if let Some(secs) = self.state.notifications.expire(self.now_secs) {
            ctx.request_repaint_after(Duration::from_secs_f64(secs.max(0.0)));
        }
    }

    /// Passes the state to `views`, which draw it and send commands. Returns whether they sent any.
    pub(super) fn draw(&mut self, views: impl FnOnce(&State, &mut Vec<Command>)) -> bool {
        views(&self.state, &mut self.commands);
        if let Some(started) = self.started.take() {
            tracing::info!("first frame after {} ms", started.elapsed().as_millis());
        }
        !self.commands.is_empty()
    }

    fn name(&self, id: DocumentId) -> String {
        self.state.find(id).map(|document| document.name.clone()).unwrap_or_default()
    }

    fn inform(&mut self, text: String) {
        self.state.notifications.tell(Severity::Info, text, self.now_secs);
    }

    fn warn(&mut self, text: String) {
        self.state.notifications.tell(Severity::Warning, text, self.now_secs);
    }

    fn fail(&mut self, text: String) {
        self.state.notifications.tell(Severity::Error, text, self.now_secs);
    }
}
