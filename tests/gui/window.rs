//! The window under test, and pages for it.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use eframe::egui::{Key, Modifiers, OutputCommand};
use egui_kittest::{Harness, kittest::Queryable as _};
use longhand::{
    app::{Command, LabCommand, LabOptions, LonghandApp, Options},
    ink::{Stroke, rasterize},
    page::Point,
    recognition::{CtcDecoder, LineModel, PageReader},
};
use tempfile::TempDir;

use super::{
    fake_models::{Gate, SentenceModel},
    screens::Textures,
};

/// How a window is started. Everything that it keeps is in one fresh folder.
pub(crate) struct WindowBuilder {
    folder: TempDir,
    files: Vec<PathBuf>,
    gate: Arc<Gate>,
    load_reader: Box<dyn FnOnce() -> anyhow::Result<PageReader> + Send>,
    keeps_pages: bool,
    lab: LabOptions,
    renderer_failed: Option<String>,
    size: [f32; 2],
    renderer: Option<Textures>,
    deadline: Duration,
}

impl WindowBuilder {
    /// The folder, of a window before or with files in it.
    pub(crate) fn in_folder(folder: TempDir) -> Self {
        let gate = Arc::new(Gate::default());
        let model_gate = Arc::clone(&gate);
        let make_model = move || -> Box<dyn LineModel> { Box::new(SentenceModel::new(Arc::clone(&model_gate))) };
        Self {
            folder,
            files: Vec::new(),
            gate,
            load_reader: Box::new(move || Ok(PageReader::with_model(make_model, 1, CtcDecoder::DEFAULT_BEAM))),
            keeps_pages: true,
            lab: LabOptions::default(),
            renderer_failed: None,
            size: [1200.0, 800.0],
            renderer: None,
            deadline: Duration::from_secs(20),
        }
    }

    /// Opens these files of the folder.
    pub(crate) fn files(mut self, names: &[&str]) -> Self {
        self.files = names.iter().map(|name| self.path(name)).collect();
        self
    }

    /// Reads with another model than the one behind the gate.
    pub(crate) fn reader(mut self, load: impl FnOnce() -> anyhow::Result<PageReader> + Send + 'static) -> Self {
        self.load_reader = Box::new(load);
        self
    }

    pub(crate) fn without_recovery(mut self) -> Self {
        self.keeps_pages = false;
        self
    }

    pub(crate) fn lab(mut self, lab: LabOptions) -> Self {
        self.lab = lab;
        self
    }

    /// As after a graphics card that could not draw.
    pub(crate) fn renderer_failed(mut self, reason: &str) -> Self {
        self.renderer_failed = Some(reason.to_owned());
        self
    }

    /// In points; what is scrolled out of a window has no name.
    pub(crate) fn height(mut self, height: f32) -> Self {
        self.size[1] = height;
        self
    }

    /// Width and height in points.
    pub(crate) fn size(mut self, size: [f32; 2]) -> Self {
        self.size = size;
        self
    }

    /// Keeps the window's textures there.
    pub(crate) fn renderer(mut self, textures: Textures) -> Self {
        self.renderer = Some(textures);
        self
    }

    /// The longest that the window may take for one step.
    pub(crate) fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn start(self) -> Window {
        let options = Options {
            settings_path: Some(self.path("settings.toml")),
            recovery_folder: self.keeps_pages.then(|| self.path("recovery")),
            load_reader: self.load_reader,
            lab: self.lab,
            renderer_failed: self.renderer_failed,
            started: Instant::now(),
        };
        let files = self.files;
        let builder = Harness::builder().with_size(self.size);
        let builder = match self.renderer {
            Some(textures) => builder.renderer(textures),
            None => builder,
        };
        let harness = builder.build_eframe(move |creation| LonghandApp::new(&creation.egui_ctx, files, options));
        Window { harness, gate: self.gate, folder: self.folder, deadline: self.deadline }
    }
}

pub(crate) struct Window {
    pub(crate) harness: Harness<'static, LonghandApp>,
    pub(crate) gate: Arc<Gate>,
    pub(crate) folder: TempDir,
    deadline: Duration,
}

impl Window {
    pub(crate) fn new() -> Self {
        Self::builder().start()
    }

    pub(crate) fn builder() -> WindowBuilder {
        WindowBuilder::in_folder(tempfile::tempdir().unwrap())
    }

    /// Ends the program, with nothing but the files in the folder to begin again with.
    pub(crate) fn end(self) -> WindowBuilder {
        let Self { harness, folder, .. } = self;
        drop(harness);
        WindowBuilder::in_folder(folder)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn send(&mut self, command: Command) {
        self.send_together([command]);
    }

    /// All within one frame.
    pub(crate) fn send_together(&mut self, commands: impl IntoIterator<Item = Command>) {
        for command in commands {
            self.harness.state_mut().send(command);
        }
        self.harness.step();
    }

    pub(crate) fn lab(&mut self, command: LabCommand) {
        self.send(Command::Lab(command));
        self.harness.run_steps(2);
    }

    pub(crate) fn open(&mut self, paths: &[PathBuf]) {
        self.send(Command::OpenFiles(paths.to_vec()));
    }

    pub(crate) fn click(&mut self, name: &str) {
        self.harness.get_by_label(name).click();
        self.harness.run_steps(3);
    }

    pub(crate) fn press(&mut self, modifiers: Modifiers, key: Key) {
        self.harness.key_press_modifiers(modifiers, key);
        self.harness.run_steps(3);
    }

    /// Whether something is called so.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.harness.query_all_by_label(name).next().is_some()
    }

    /// Whether the name of something contains the text.
    pub(crate) fn shows(&self, text: &str) -> bool {
        self.harness.query_all_by_label_contains(text).next().is_some()
    }

    #[track_caller]
    pub(crate) fn wait_for(&mut self, text: &str) {
        self.wait_until(text, |window| window.shows(text));
    }

    #[track_caller]
    pub(crate) fn wait_until(&mut self, description: &str, is_true: impl Fn(&Self) -> bool) {
        let start = Instant::now();
        while !is_true(self) {
            assert!(
                start.elapsed() < self.deadline,
                "waited in vain for {description}; the window: {:#?}",
                self.harness
            );
            self.harness.step();
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// What the last frame put on the clipboard.
    pub(crate) fn copied(&self) -> Option<String> {
        self.harness.output().platform_output.commands.iter().find_map(|command| match command {
            OutputCommand::CopyText(text) => Some(text.clone()),
            _ => None,
        })
    }

    pub(crate) fn line_text(&self, line: usize) -> String {
        self.harness.get_by_label(&format!("Text of line {line}")).value().unwrap_or_default()
    }

    /// Types before the text of a line, counted from 1; tells what it says then.
    pub(crate) fn type_into(&mut self, line: usize, text: &str) -> String {
        let label = format!("Text of line {line}");
        self.harness.get_by_label(&label).focus();
        self.harness.run_steps(2);
        self.harness.get_by_label(&label).type_text(text);
        self.harness.run_steps(3);
        self.line_text(line)
    }
}

/// A page with `n_lines` wavy lines of ink.
pub(crate) fn write_page(path: &Path, n_lines: usize) {
    rasterize(&lines_of_ink(n_lines), 860, 120 + n_lines as u32 * 110).save(path).unwrap();
}

/// The same with a frame below the lines.
pub(crate) fn write_framed_page(path: &Path, n_lines: usize) {
    let top = 60.0 + n_lines as f32 * 110.0;
    let corners = [(200.0, top), (600.0, top), (600.0, top + 220.0), (200.0, top + 220.0), (200.0, top)];
    let frame = Stroke::new(corners.map(|(x, y)| Point::new(x, y)).to_vec(), 5.0);
    let strokes: Vec<Stroke> = lines_of_ink(n_lines).into_iter().chain([frame]).collect();
    rasterize(&strokes, 860, 360 + n_lines as u32 * 110).save(path).unwrap();
}

fn lines_of_ink(n_lines: usize) -> Vec<Stroke> {
    // As in writing, every fourth letter has an ascender, and letters do not stand in columns.
    let letter = |line: usize, index: usize| {
        let (x, foot) = (60.0 + (index * (17 + 3 * line)) as f32, 100.0 + line as f32 * 110.0);
        let height = if index.is_multiple_of(4) { 54.0 } else { 30.0 };
        let points = [(0.0, 0.0), (5.0, 0.5), (12.0, 0.9), (14.0, 1.0)];
        Stroke::new(points.map(|(right, up)| Point::new(x + right, foot - up * height)).to_vec(), 5.0)
    };
    (0..n_lines).flat_map(|line| (0..720 / (17 + 3 * line)).map(move |index| letter(line, index))).collect()
}

pub(crate) fn opened_page(n_lines: usize) -> Window {
    let mut window = Window::new();
    let path = window.path("notes.png");
    write_page(&path, n_lines);
    window.open(&[path]);
    window.wait_for("Timings");
    window
}
