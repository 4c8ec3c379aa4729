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
    /// The display cannot show the window.
    #[error("the window cannot be opened: {reason}")]
    Unavailable {
        /// The windowing system's message.
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
        // Without a display there is no event loop, and the system's message for it names environment variables.
        eframe::Error::WinitEventLoop(_) => WindowError::NoDisplay,
        other => WindowError::Unavailable { reason: other.to_string() },
    })
}

fn icon() -> IconData {
    // The icon is compiled in; if it cannot be decoded the window has none.
    eframe::icon_data::from_png_bytes(include_bytes!("../../icons/longhand-256.png")).unwrap_or_default()
}

impl eframe::App for LonghandApp {
    fn logic(&mut self, ctx: &Context, _frame: &mut eframe::Frame) {
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
