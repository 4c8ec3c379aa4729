//! The operating system's window around the program.

use std::path::PathBuf;

use eframe::{
    egui::{self, Context, IconData, ViewportBuilder, vec2},
    glow,
};
use thiserror::Error;

use super::{
    logic::{LonghandApp, Options},
    views,
};

/// Names the program to the desktop; the same everywhere.
pub const APP_ID: &str = "app.longhand.Longhand";

/// Why there is no window.
#[derive(Debug, Error)]
pub enum WindowError {
    /// There is no display.
    #[error("there is no display to open the window on; the commands need none, see `longhand --help`")]
    NoDisplay,
    /// The program made a mistake while the window was there.
    #[error("Longhand made a mistake of its own and ended; your pages are kept and come back when it is started again")]
    Crashed,
    /// The display cannot show the window.
    #[error("the window cannot be opened: {reason}")]
    Unavailable {
        /// The windowing system's message.
        reason: String,
    },
}

/// Shows the window with `files` opened until the user closes it. `on_shown` is called once the window is there.
pub fn run(files: Vec<PathBuf>, on_shown: Box<dyn FnOnce()>, options: Options) -> Result<(), WindowError> {
    let viewport = ViewportBuilder::default()
        .with_app_id(APP_ID)
        .with_title("Longhand")
        .with_inner_size(vec2(1280.0, 820.0))
        .with_min_inner_size(vec2(720.0, 480.0))
        .with_icon(icon());
    let native = eframe::NativeOptions { viewport, renderer: eframe::Renderer::Glow, ..Default::default() };
    let ended = eframe::run_native(
        APP_ID,
        native,
        Box::new(move |creation| {
            let app = LonghandApp::new(&creation.egui_ctx, files, options);
            Ok(Box::new(Window { app, has_drawn: false, on_shown: Some(on_shown) }))
        }),
    );
    ended.map_err(|error| match error {
        // Without a display there is no event loop, and the system's message for it names environment variables.
        eframe::Error::WinitEventLoop(_) => WindowError::NoDisplay,
        // Its own message is a page of numbers.
        eframe::Error::NoGlutinConfigs(..) => unavailable("OpenGL has no way to draw here"),
        other => unavailable(&other.to_string()),
    })
}

fn unavailable(reason: &str) -> WindowError {
    WindowError::Unavailable { reason: reason.to_owned() }
}

fn icon() -> IconData {
    // The icon is compiled in; if it cannot be decoded the window has none.
    eframe::icon_data::from_png_bytes(include_bytes!("../../icons/longhand-256.png")).unwrap_or_default()
}

/// The program in the system's window.
struct Window {
    app: LonghandApp,
    has_drawn: bool,
    /// To be called once a frame was drawn.
    on_shown: Option<Box<dyn FnOnce()>>,
}

impl eframe::App for Window {
    fn logic(&mut self, ctx: &Context, frame: &mut eframe::Frame) {
        if !self.has_drawn {
            self.has_drawn = true;
            ctx.request_repaint();
        } else if let Some(on_shown) = self.on_shown.take() {
            on_shown();
        }
        self.app.logic(ctx, frame);
    }

    fn ui(&mut self, ui: &mut egui::Ui, frame: &mut eframe::Frame) {
        self.app.ui(ui, frame);
    }

    fn on_exit(&mut self, gl: Option<&glow::Context>) {
        self.app.on_exit(gl);
    }
}

impl eframe::App for LonghandApp {
    fn logic(&mut self, ctx: &Context, frame: &mut eframe::Frame) {
        self.adopt_dialogs(frame);
        self.step(ctx);
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        if self.draw(|state, commands| views::ui(ui, state, commands)) {
            ui.ctx().request_repaint();
        }
    }

    fn on_exit(&mut self, _gl: Option<&glow::Context>) {
        self.save_everything();
    }
}
