//! Changes the state: input, jobs, commands and their consequences. Draws nothing, waits for nothing.

mod autosave_clock;
mod autosaving;
mod closing;
mod commands;
mod copying;
mod exporting;
mod finding;
mod ink;
mod input;
mod jobs;
mod lab;
mod opening;
mod page_commands;
mod parting;
mod projects;
mod proofreading;
mod reader;
mod running;

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use eframe::egui::{Context, Vec2, ViewportCommand, pos2, vec2};

use self::{autosave_clock::Autosave, running::Running};
use super::{
    command::Command,
    lab::options::LabOptions,
    state::{State, document::DocumentId, notifications::Severity, project::OpenProject},
    ui::theme,
};
use crate::{
    recognition::PageReader,
    storage::{Bin, RendererChoice, Settings, UnsavedPages},
};

/// What frames of windows and bars of desktops take of the screen, in points.
const ROOM_FOR_FRAME: Vec2 = vec2(8.0, 64.0);

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
    /// Why the graphics card does not draw the window, if it was to and does not.
    pub renderer_failed: Option<String>,
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
    /// The bin, unless nothing is kept.
    bin: Option<Bin>,
    lab_options: LabOptions,
    started: Option<Instant>,
    /// The window's clock in the present frame, in seconds.
    now_secs: f64,
    next_id: u64,
    /// The window's title.
    title: String,
    /// Whether the window was compared with the screen.
    is_fitted: bool,
    /// The drawing to be read once the pen has rested, and when.
    pen_rests_at_secs: Option<(DocumentId, f64)>,
}

impl LonghandApp {
    /// Sets the window up, starts to load the reader, and sends a command to open `files`.
    pub fn new(ctx: &Context, files: Vec<PathBuf>, options: Options) -> Self {
        let Options { load_reader, settings_path, recovery_folder, lab, renderer_failed, started } = options;
        let (settings, warnings) = settings_path.as_deref().map(Settings::load).unwrap_or_default();
        theme::install(ctx, settings.theme);
        ctx.set_zoom_factor(settings.text_scale);
        let wake_ctx = ctx.clone();
        let mut app = Self {
            saved_settings: settings.clone(),
            state: State::new(settings),
            commands: Vec::new(),
            running: Running::new(Arc::new(move || wake_ctx.request_repaint())),
            autosave: Autosave::default(),
            settings_path,
            bin: recovery_folder.as_ref().map(|folder| Bin::new(folder.join("bin"))),
            recovery_folder,
            unsaved_pages: None,
            lab_options: lab,
            started: Some(started),
            now_secs: 0.0,
            next_id: 0,
            title: String::new(),
            is_fitted: false,
            pen_rests_at_secs: None,
        };
        app.purge_removed_models();
        app.find_kept_pages();
        for warning in warnings {
            app.warn(warning.to_string());
        }
        if let Some(reason) = renderer_failed {
            app.remember_failed_renderer(&reason);
        }
        app.load_reader(load_reader);
        if !files.is_empty() {
            app.send(Command::OpenFiles(files));
        }
        app
    }

    /// Draws by the processor from now on, and tells why.
    fn remember_failed_renderer(&mut self, reason: &str) {
        self.state.settings.renderer = RendererChoice::Software;
        self.warn(format!(
            "The graphics card cannot draw the window ({reason}), so the processor does, now and later. \
             `longhand --renderer auto` tries the card again"
        ));
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
        self.update_matches();
        self.guard_closing(ctx);
        self.name_window(ctx);
        self.fit_into_screen(ctx);
        self.read_rested_drawing(ctx);
        self.start_due_jobs(ctx);
        self.save_due(ctx);
        self.autosave_project();
        let now_secs = self.now_secs;
        let marks = self.state.documents.iter_mut().filter_map(|document| document.first_readings.expire(now_secs));
        if let Some(secs) = marks.reduce(f64::min) {
            ctx.request_repaint_after(Duration::from_secs_f64(secs.max(0.0)));
        }
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

    /// Makes dialogs belong to the window of `frame`.
    pub(super) fn adopt_dialogs(&mut self, frame: &eframe::Frame) {
        self.running.dialogs.adopt(frame);
    }

    /// A first window that is taller or wider than the screen leaves for its frame and for bars is made smaller, once.
    fn fit_into_screen(&mut self, ctx: &Context) {
        let (screen, inner) = ctx.input(|input| (input.viewport().monitor_size, input.viewport().inner_rect));
        let (Some(screen), Some(inner)) = (screen.filter(|_| !self.is_fitted), inner) else { return };
        self.is_fitted = true;
        let room = screen - ROOM_FOR_FRAME;
        if inner.width() > room.x || inner.height() > room.y {
            ctx.send_viewport_cmd(ViewportCommand::InnerSize(inner.size().min(room)));
            ctx.send_viewport_cmd(ViewportCommand::OuterPosition(pos2(0.0, 0.0)));
        }
    }

    /// The window has the name of the page, and of the project.
    fn name_window(&mut self, ctx: &Context) {
        let page = self.state.document().map(|document| document.name.clone());
        let project = self.state.project.as_ref().map(OpenProject::name);
        let parts: Vec<String> = page.into_iter().chain(project).chain(["Longhand".to_owned()]).collect();
        let title = parts.join(" \u{2013} ");
        if title != self.title {
            ctx.send_viewport_cmd(ViewportCommand::Title(title.clone()));
            self.title = title;
        }
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
