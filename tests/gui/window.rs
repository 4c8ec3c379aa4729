//! The window under test, with a model that always reads the same, and pages for it.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use egui_kittest::{Harness, kittest::Queryable as _};
use longhand::{
    app::{Command, LabOptions, LonghandApp, Options},
    imaging::ModelInput,
    ink::{Stroke, rasterize},
    page::{CharacterSet, Point},
    recognition::{CtcDecoder, LabelPosteriors, LineModel, ModelError, PageReader},
};

pub(crate) const DEADLINE: Duration = Duration::from_secs(20);
pub(crate) const TEXT: &str = "the quick brown fox";

/// Reads [`TEXT`] in every line as soon as it may, surely but for the second, where "quick" may be "quack", "brown"
/// "brawn" and "fox" "fax".
struct FakeModel {
    set: CharacterSet,
    pub(crate) gate: Arc<Gate>,
}

/// Holds the model back: it reads a line only while the gate is open.
#[derive(Default)]
pub(crate) struct Gate {
    pub(crate) is_closed: AtomicBool,
    /// The next line is the model's last.
    pub(crate) is_trapped: AtomicBool,
    /// Every line is blank to the model.
    pub(crate) hides_ink: AtomicBool,
    pub(crate) n_read: AtomicUsize,
}

impl LineModel for FakeModel {
    fn character_set(&self) -> &CharacterSet {
        &self.set
    }

    fn run(&mut self, _input: &ModelInput) -> Result<LabelPosteriors, ModelError> {
        let start = Instant::now();
        while self.gate.is_closed.load(Ordering::Relaxed) && start.elapsed() < DEADLINE {
            std::thread::yield_now();
        }
        assert!(!self.gate.is_trapped.swap(false, Ordering::Relaxed), "the model stumbled");
        let line = self.gate.n_read.fetch_add(1, Ordering::Relaxed);
        let n_labels = self.set.n_labels();
        let mut log_probs = Vec::new();
        let sees = |label| if self.gate.hides_ink.load(Ordering::Relaxed) { 0 } else { label };
        for label in self.set.encode(TEXT).into_iter().flat_map(|label| [sees(label), 0]) {
            let mut frame = vec![1e-5_f32; n_labels];
            frame[label] = 0.99;
            if line == 1 && matches!(self.set.character(label), Some('i' | 'o')) {
                frame[label] = 0.5;
                self.set.label('a').into_iter().for_each(|other| frame[other] = 0.4);
            }
            log_probs.extend(frame.into_iter().map(f32::ln));
        }
        Ok(LabelPosteriors { log_probs, n_labels })
    }
}

pub(crate) struct Window {
    pub(crate) harness: Harness<'static, LonghandApp>,
    pub(crate) gate: Arc<Gate>,
    pub(crate) folder: tempfile::TempDir,
}

impl Window {
    pub(crate) fn new() -> Self {
        Self::in_folder(tempfile::tempdir().unwrap(), Vec::new())
    }

    pub(crate) fn in_folder(folder: tempfile::TempDir, files: Vec<PathBuf>) -> Self {
        let gate = Arc::new(Gate::default());
        let model_gate = Arc::clone(&gate);
        let make_model = move || -> Box<dyn LineModel> {
            Box::new(FakeModel { set: CharacterSet::ascii(), gate: Arc::clone(&model_gate) })
        };
        let options = Options {
            load_reader: Box::new(move || Ok(PageReader::with_model(make_model, 1, CtcDecoder::DEFAULT_BEAM))),
            settings_path: Some(folder.path().join("settings.toml")),
            recovery_folder: Some(folder.path().join("recovery")),
            lab: LabOptions::default(),
            started: Instant::now(),
        };
        let harness = Harness::builder()
            .with_size([1200.0, 800.0])
            .build_eframe(move |creation| LonghandApp::new(&creation.egui_ctx, files, options));
        Self { harness, gate, folder }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn send(&mut self, command: Command) {
        self.harness.state_mut().send(command);
        self.harness.step();
    }

    /// All within one frame.
    pub(crate) fn send_together(&mut self, commands: impl IntoIterator<Item = Command>) {
        for command in commands {
            self.harness.state_mut().send(command);
        }
        self.harness.step();
    }

    pub(crate) fn open(&mut self, paths: &[PathBuf]) {
        self.send(Command::OpenFiles(paths.to_vec()));
    }

    pub(crate) fn shows(&self, text: &str) -> bool {
        self.harness.query_all_by_label_contains(text).next().is_some()
    }

    pub(crate) fn wait_for(&mut self, text: &str) {
        self.wait_until(text, |window| window.shows(text));
    }

    pub(crate) fn wait_until(&mut self, description: &str, is_true: impl Fn(&Self) -> bool) {
        let start = Instant::now();
        while !is_true(self) {
            assert!(start.elapsed() < DEADLINE, "waited in vain for {description}; the window: {:#?}", self.harness);
            self.harness.step();
            std::thread::yield_now();
        }
    }

    /// What the last frame put on the clipboard.
    pub(crate) fn copied(&self) -> Option<String> {
        self.harness.output().platform_output.commands.iter().find_map(|command| match command {
            eframe::egui::OutputCommand::CopyText(text) => Some(text.clone()),
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

    pub(crate) fn press(&mut self, modifiers: eframe::egui::Modifiers, key: eframe::egui::Key) {
        self.harness.key_press_modifiers(modifiers, key);
        self.harness.run_steps(3);
    }
}

/// A page with `n_lines` wavy lines of ink.
pub(crate) fn write_page(path: &Path, n_lines: usize) {
    // As in writing, every fourth letter has an ascender, and letters do not stand in columns.
    let letter = |line: usize, index: usize| {
        let (x, foot) = (60.0 + (index * (17 + 3 * line)) as f32, 100.0 + line as f32 * 110.0);
        let height = if index.is_multiple_of(4) { 54.0 } else { 30.0 };
        let points = [(0.0, 0.0), (5.0, 0.5), (12.0, 0.9), (14.0, 1.0)];
        Stroke { points: points.map(|(right, up)| Point::new(x + right, foot - up * height)).to_vec(), width: 5.0 }
    };
    let strokes: Vec<Stroke> =
        (0..n_lines).flat_map(|line| (0..720 / (17 + 3 * line)).map(move |index| letter(line, index))).collect();
    rasterize(&strokes, 860, 120 + n_lines as u32 * 110).save(path).unwrap();
}

pub(crate) fn opened_page(n_lines: usize) -> Window {
    let mut window = Window::new();
    let path = window.path("notes.png");
    write_page(&path, n_lines);
    window.open(&[path]);
    window.wait_for("Timings");
    window
}
