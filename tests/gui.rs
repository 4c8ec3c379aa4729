//! Drives the whole window by the names that a screen reader would read, with a model that always reads the same.
#![cfg(feature = "gui")]
#![expect(clippy::unwrap_used, reason = "helpers of tests are not tests to clippy")]

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use egui_kittest::{Harness, kittest::Queryable as _};
use image::{GrayImage, Luma};
use longhand::{
    app::{Command, LabOptions, LonghandApp, Options},
    imaging::ModelInput,
    ink::{Stroke, rasterize},
    page::{CharacterSet, Point},
    recognition::{CtcDecoder, LabelPosteriors, LineModel, ModelError, PageReader},
};

const DEADLINE: Duration = Duration::from_secs(20);
const TEXT: &str = "the quick brown fox";

/// Reads [`TEXT`] in every line, surely in the first and doubtfully in the second, as soon as it may.
struct FakeModel {
    set: CharacterSet,
    gate: Arc<Gate>,
}

/// Holds the model back: it reads a line only while the gate is open.
#[derive(Default)]
struct Gate {
    is_closed: AtomicBool,
    /// The next line is the model's last.
    is_trapped: AtomicBool,
    n_read: AtomicUsize,
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
        let best: f32 = if line == 1 { 0.4 } else { 0.99 };
        let n_labels = self.set.n_labels();
        let mut log_probs = Vec::new();
        for label in self.set.encode(TEXT).into_iter().flat_map(|label| [label, 0]) {
            let rest = ((1.0 - best) / (n_labels - 1) as f32).ln();
            log_probs.extend((0..n_labels).map(|other| if other == label { best.ln() } else { rest }));
        }
        Ok(LabelPosteriors { log_probs, n_labels })
    }
}

struct Window {
    harness: Harness<'static, LonghandApp>,
    gate: Arc<Gate>,
    folder: tempfile::TempDir,
}

impl Window {
    fn new() -> Self {
        Self::in_folder(tempfile::tempdir().unwrap(), Vec::new())
    }

    fn in_folder(folder: tempfile::TempDir, files: Vec<PathBuf>) -> Self {
        let gate = Arc::new(Gate::default());
        let model_gate = Arc::clone(&gate);
        let make_model = move || -> Box<dyn LineModel> {
            Box::new(FakeModel { set: CharacterSet::ascii(), gate: Arc::clone(&model_gate) })
        };
        let options = Options {
            load_reader: Box::new(move || Ok(PageReader::with_model(make_model, 1, CtcDecoder::Greedy))),
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

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn send(&mut self, command: Command) {
        self.harness.state_mut().send(command);
        self.harness.step();
    }

    fn open(&mut self, paths: &[PathBuf]) {
        self.send(Command::OpenFiles(paths.to_vec()));
    }

    fn shows(&self, text: &str) -> bool {
        self.harness.query_all_by_label_contains(text).next().is_some()
    }

    fn wait_for(&mut self, text: &str) {
        self.wait_until(text, |window| window.shows(text));
    }

    fn wait_until(&mut self, description: &str, is_true: impl Fn(&Self) -> bool) {
        let start = Instant::now();
        while !is_true(self) {
            assert!(start.elapsed() < DEADLINE, "waited in vain for {description}; the window: {:#?}", self.harness);
            self.harness.step();
            std::thread::yield_now();
        }
    }

    /// What the last frame put on the clipboard.
    fn copied(&self) -> Option<String> {
        self.harness.output().platform_output.commands.iter().find_map(|command| match command {
            eframe::egui::OutputCommand::CopyText(text) => Some(text.clone()),
            _ => None,
        })
    }

    fn line_text(&self, line: usize) -> String {
        self.harness.get_by_label(&format!("Text of line {line}")).value().unwrap_or_default()
    }

    fn press(&mut self, modifiers: eframe::egui::Modifiers, key: eframe::egui::Key) {
        self.harness.key_press_modifiers(modifiers, key);
        self.harness.run_steps(3);
    }
}

/// A page with `n_lines` wavy lines of ink.
fn write_page(path: &Path, n_lines: usize) {
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

fn opened_page(n_lines: usize) -> Window {
    let mut window = Window::new();
    let path = window.path("notes.png");
    write_page(&path, n_lines);
    window.open(&[path]);
    window.wait_for("Timings");
    window
}

#[test]
fn a_page_is_opened_read_selected_corrected_and_copied() {
    use eframe::egui::{Key, Modifiers};
    let mut window = opened_page(3);
    assert!(window.shows("3 lines") && window.shows("1 doubtful"));
    assert_eq!(window.line_text(1), TEXT);

    window.harness.get_by_label(&format!("Line 3: {TEXT}")).click();
    window.harness.run_steps(3);
    let editor = window.harness.get_by_label("Text of line 3");
    assert!(editor.is_focused(), "selecting a line on the page leads to its text");
    editor.type_text("!");
    window.harness.run_steps(3);
    let corrected = window.line_text(3);
    assert_ne!(corrected, TEXT);
    assert!(window.shows(&format!("Line 3: {corrected}")), "the page shows the correction");

    window.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.line_text(3), TEXT);
    window.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    assert_eq!(window.line_text(3), corrected);

    window.send(Command::CopyText);
    assert_eq!(window.copied(), Some(format!("{TEXT}\n{TEXT}\n{corrected}")));
    window.send(Command::CopyTextWithoutLineBreaks);
    assert_eq!(window.copied(), Some(format!("{TEXT} {TEXT} {corrected}")));
}

#[test]
fn lines_are_proofread_by_keyboard_alone() {
    use eframe::egui::{Key, Modifiers};
    let mut window = opened_page(3);
    window.press(Modifiers::NONE, Key::F8);
    assert!(window.harness.get_by_label("Text of line 2").is_focused(), "the doubtful line comes first");
    window.press(Modifiers::NONE, Key::Enter);
    assert!(window.harness.get_by_label("Text of line 3").is_focused(), "Enter leads on");
    assert!(!window.shows("1 doubtful"), "an accepted line is no longer doubtful");
    window.press(Modifiers::SHIFT, Key::Enter);
    window.press(Modifiers::NONE, Key::ArrowUp);
    assert!(window.harness.get_by_label("Text of line 1").is_focused());

    window.harness.get_by_label("Text of line 1").type_text("wrong");
    window.harness.run_steps(3);
    assert_ne!(window.line_text(1), TEXT);
    window.press(Modifiers::NONE, Key::Escape);
    assert_eq!(window.line_text(1), TEXT, "Escape reverts the line");
}

#[test]
fn text_is_saved_where_the_user_says() {
    let mut window = opened_page(2);
    let path = window.path("notes.txt");
    window.send(Command::SaveTextTo(path.clone()));
    window.wait_for("Text saved as");
    assert_eq!(std::fs::read_to_string(path).unwrap(), format!("{TEXT}\n{TEXT}\n"));

    window.send(Command::SaveTextTo(window.folder.path().to_owned()));
    window.wait_for("could not be saved");
}

#[test]
fn a_correction_outlives_reading_again_and_the_program() {
    let mut window = opened_page(2);
    window.harness.get_by_label("Text of line 2").focus();
    window.harness.run_steps(2);
    window.harness.get_by_label("Text of line 2").type_text("my ");
    window.harness.run_steps(3);
    let corrected = window.line_text(2);
    assert_ne!(corrected, TEXT);

    let n_read = window.gate.n_read.load(Ordering::Relaxed);
    window.send(Command::ReadAgain);
    window.wait_until("the second reading", |window| window.gate.n_read.load(Ordering::Relaxed) == n_read + 2);
    window.wait_for("Timings");
    assert_eq!(window.line_text(2), corrected);

    window.send(Command::ClosePage);
    let Window { harness, folder, .. } = window;
    drop(harness);
    let page = folder.path().join("notes.png");
    let mut window = Window::in_folder(folder, vec![page]);
    window.wait_for("Restored 1 correction");
    window.wait_for("Timings");
    assert_eq!(window.line_text(2), corrected);
}

#[test]
fn reading_is_stopped_and_what_was_read_stays() {
    let mut window = Window::new();
    let path = window.path("notes.png");
    write_page(&path, 4);
    window.gate.is_closed.store(true, Ordering::Relaxed);
    window.open(&[path]);
    window.wait_for("Reading line 1 of 4");
    window.harness.get_by_label("Stop reading").click();
    window.wait_for("Stopped");
    window.gate.is_closed.store(false, Ordering::Relaxed);
    assert!(window.shows("4 lines"));
    window.send(Command::ReadAgain);
    window.wait_for("Timings");
    assert_eq!(window.line_text(4), TEXT);
}

#[test]
fn one_broken_file_is_told_and_leaves_the_others() {
    let mut window = Window::new();
    let (good, broken, missing) = (window.path("good.png"), window.path("broken.png"), window.path("missing.png"));
    write_page(&good, 2);
    std::fs::write(&broken, "this is a shopping list").unwrap();
    window.open(&[broken, good, missing]);
    window.wait_for("broken.png is not an image");
    window.wait_for("missing.png: there is no such file");
    window.wait_until("the broken pages to go", |window| {
        !window.shows("Page broken.png") && !window.shows("Page missing.png")
    });
    window.wait_for("Timings");
    assert_eq!(window.line_text(2), TEXT);
}

#[test]
fn a_panic_in_a_job_ends_the_job_and_not_the_window() {
    let mut window = Window::new();
    let path = window.path("notes.png");
    write_page(&path, 2);
    window.gate.is_trapped.store(true, Ordering::Relaxed);
    window.open(&[path]);
    window.wait_for("Reading notes.png broke off");
    window.wait_for("could not be read to the end");
    assert!(window.shows("2 lines"), "the lines found so far stay");
}

#[test]
fn files_are_dropped_and_images_pasted() {
    use eframe::egui::{Color32, ColorImage, DroppedFile, Event, HoveredFile};
    #[derive(Debug)]
    struct Dropped(PathBuf);
    impl DroppedFile for Dropped {
        fn path(&self) -> &Path {
            &self.0
        }
        fn bytes(&self) -> Result<Vec<u8>, String> {
            std::fs::read(&self.0).map_err(|error| error.to_string())
        }
    }
    let mut window = Window::new();
    let path = window.path("dropped.png");
    write_page(&path, 1);
    window.harness.input_mut().hovered_files.push(HoveredFile { path: Some(path.clone()), mime: String::new() });
    window.harness.step();
    window.harness.input_mut().hovered_files.clear();
    window.harness.input_mut().dropped_files.push(Arc::new(Dropped(path)));
    window.harness.step();
    window.wait_for("dropped.png");
    window.wait_for("Timings");

    window.harness.event(Event::PasteImage(Arc::new(ColorImage::filled([300, 200], Color32::WHITE))));
    window.wait_for("Page Pasted image");
    window.wait_for("No handwriting found on this page");
}

#[test]
fn an_empty_page_says_so() {
    let mut window = Window::new();
    let path = window.path("blank.png");
    GrayImage::from_pixel(400, 300, Luma([250])).save(&path).unwrap();
    window.open(&[path]);
    window.wait_for("No handwriting found on this page");
}

#[test]
fn a_model_that_cannot_be_loaded_is_told() {
    let options = Options {
        load_reader: Box::new(|| anyhow::bail!("the model package is damaged")),
        settings_path: None,
        recovery_folder: None,
        lab: LabOptions::default(),
        started: Instant::now(),
    };
    let harness = Harness::builder()
        .with_size([1200.0, 800.0])
        .build_eframe(move |creation| LonghandApp::new(&creation.egui_ctx, Vec::new(), options));
    let mut window = Window { harness, gate: Arc::default(), folder: tempfile::tempdir().unwrap() };
    window.wait_for("Pages cannot be read: the model package is damaged");
    window.wait_for("There is no model to read with");
}

#[test]
fn writing_on_a_sheet_becomes_text_and_can_be_undone() {
    use eframe::egui::{Key, Modifiers, PointerButton, pos2};
    let mut window = Window::new();
    window.send(Command::NewDrawing);
    window.wait_for("A blank sheet");
    let paper = window.harness.get_by_label("Page Sheet").rect();
    let at = |x: f32| pos2(paper.left() + 120.0 + x, paper.center().y + (x * 0.35).sin() * 12.0);
    window.harness.drag_at(at(0.0));
    for x in 1..200 {
        window.harness.hover_at(at(x as f32));
    }
    window.harness.event(eframe::egui::Event::PointerButton {
        pos: at(200.0),
        button: PointerButton::Primary,
        pressed: false,
        modifiers: Modifiers::NONE,
    });
    window.wait_until("the text", |window| window.harness.query_by_label("Text of line 1").is_some());
    window.wait_until("the reading", |window| window.line_text(1) == TEXT);

    window.press(Modifiers::COMMAND, Key::Z);
    window.wait_for("A blank sheet");
    window.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    window.wait_until("the text again", |window| window.harness.query_by_label("Text of line 1").is_some());
}

#[test]
fn several_pages_are_shown_in_turn() {
    let mut window = Window::new();
    let paths: Vec<PathBuf> = (1..=3).map(|n| window.path(&format!("page {n}.png"))).collect();
    for (n_lines, path) in (1..).zip(&paths) {
        write_page(path, n_lines);
    }
    window.open(&paths);
    window.wait_for("Page page 3.png, read");
    window.harness.get_by_label("Page page 3.png, read").click();
    window.wait_for("3 lines");
    window.send(Command::PreviousPage);
    window.wait_for("2 lines");
    window.send(Command::ClosePage);
    window.wait_until("the page to go", |window| !window.shows("Page page 2.png"));
    assert!(window.shows("Page page 1.png") && window.shows("Page page 3.png"));
}

#[test]
fn settings_are_kept_and_a_damaged_file_is_told() {
    use longhand::storage::{Settings, ThemeChoice};
    let mut window = Window::new();
    window.send(Command::SetTheme(ThemeChoice::Dark));
    window.harness.run_steps(2);
    let Window { harness, folder, .. } = window;
    drop(harness);
    let path = folder.path().join("settings.toml");
    assert_eq!(Settings::load(&path).0.theme, ThemeChoice::Dark);
    std::fs::write(&path, "theme = 3").unwrap();
    let mut window = Window::in_folder(folder, Vec::new());
    window.wait_for("could not be used");
}

#[test]
fn shortcuts_are_listed() {
    use eframe::egui::{Key, Modifiers};
    let mut window = Window::new();
    window.press(Modifiers::NONE, Key::F1);
    window.wait_for("Keyboard shortcuts");
    window.harness.get_by_label("Close").click();
    window.wait_until("the list to close", |window| !window.shows("Keyboard shortcuts"));
}

/// A page with `n_lines` wavy lines of ink.
fn drawn_page(n_lines: usize) -> GrayImage {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("page.png");
    write_page(&path, n_lines);
    image::open(path).unwrap().into_luma8()
}

/// A TIFF of several grey pages; a page of `None` says that its pixels lie where the file has ended.
fn write_tiff(path: &Path, pages: &[Option<GrayImage>]) {
    let mut bytes = b"II*\0\0\0\0\0".to_vec();
    let mut link_at = 4;
    for page in pages {
        let (width, height) = page.as_ref().map_or((900, 700), GrayImage::dimensions);
        let pixels_at = if page.is_some() { bytes.len() as u32 } else { u32::MAX - 9 };
        bytes.extend(page.as_ref().map(|page| page.as_raw().as_slice()).unwrap_or_default());
        let directory_at = bytes.len() as u32;
        bytes[link_at..link_at + 4].copy_from_slice(&directory_at.to_le_bytes());
        let entries = [
            (256_u16, width),
            (257, height),
            (258, 8),
            (259, 1),
            (262, 1),
            (273, pixels_at),
            (277, 1),
            (278, height),
            (279, width * height),
        ];
        bytes.extend((entries.len() as u16).to_le_bytes());
        for (tag, value) in entries {
            bytes.extend(tag.to_le_bytes());
            bytes.extend([4, 0, 1, 0, 0, 0]);
            bytes.extend(value.to_le_bytes());
        }
        link_at = bytes.len();
        bytes.extend([0; 4]);
    }
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn pages_of_one_file_stay_together_and_keep_their_own_corrections() {
    let mut window = Window::new();
    let (scan, single) = (window.path("scan.tif"), window.path("single.png"));
    write_tiff(&scan, &[Some(drawn_page(1)), Some(drawn_page(2)), Some(drawn_page(3))]);
    write_page(&single, 1);
    window.open(&[scan.clone(), single]);
    for name in ["Page scan.tif, page 1 of 3, read", "Page scan.tif, page 3 of 3, read", "Page single.png, read"] {
        window.wait_for(name);
    }
    assert!(window.harness.query_by_label("scan.tif").is_some(), "the file's name stands above its pages");
    window.send(Command::NextPage);
    window.wait_for("2 lines");
    window.harness.get_by_label("Text of line 2").focus();
    window.harness.run_steps(2);
    window.harness.get_by_label("Text of line 2").type_text("my ");
    window.harness.run_steps(3);
    let corrected = window.line_text(2);

    window.send(Command::CopyTextOfAllPages);
    let all = format!("{TEXT}\n\n{TEXT}\n{corrected}\n\n{TEXT}\n{TEXT}\n{TEXT}\n\n{TEXT}");
    assert_eq!(window.copied(), Some(all.clone()));
    let path = window.path("all.txt");
    window.send(Command::SaveTextOfAllPagesTo(path.clone()));
    window.wait_for("Text saved as");
    assert_eq!(std::fs::read_to_string(path).unwrap(), all + "\n");

    window.send(Command::CloseFile);
    window.wait_until("the file's pages to go", |window| !window.shows("Page scan.tif"));
    let Window { harness, folder, .. } = window;
    drop(harness);
    let mut window = Window::in_folder(folder, vec![scan]);
    window.wait_for("Restored 1 correction made earlier in scan.tif");
    window.wait_for("Page scan.tif, page 3 of 3, read");
    assert_eq!(window.line_text(1), TEXT);
    window.send(Command::NextPage);
    window.wait_for("2 lines");
    assert_eq!(window.line_text(2), corrected);
}

#[test]
fn a_broken_page_leaves_the_others_of_its_file() {
    let mut window = Window::new();
    let scan = window.path("scan.tif");
    write_tiff(&scan, &[Some(drawn_page(1)), None, Some(drawn_page(3))]);
    window.open(&[scan]);
    window.wait_for("page 2 of ");
    window.wait_for("Page scan.tif, page 3 of 3, read");
    assert!(!window.shows("Page scan.tif, page 2 of 3"));
}

#[test]
fn folders_open_in_the_order_of_their_numbers() {
    let mut window = Window::new();
    let folder = window.path("scans");
    std::fs::create_dir(&folder).unwrap();
    for (name, n_lines) in [("page 10.png", 3), ("page 9.png", 2), ("page 1.png", 1)] {
        write_page(&folder.join(name), n_lines);
    }
    window.open(&[folder]);
    window.wait_for("Page page 10.png, read");
    assert!(window.shows("1 line"));
    window.send(Command::NextPage);
    window.wait_for("2 lines");
}

#[test]
fn a_page_is_turned_with_its_corrections_and_turned_back() {
    use eframe::egui::{Key, Modifiers};
    let mut window = opened_page(3);
    window.harness.get_by_label("Text of line 3").focus();
    window.harness.run_steps(2);
    window.harness.get_by_label("Text of line 3").type_text("my ");
    window.harness.run_steps(3);
    let corrected = window.line_text(3);
    window.press(Modifiers::COMMAND, Key::R);
    window.press(Modifiers::COMMAND, Key::R);
    window.wait_until("the page upside down", |window| window.shows("Timings"));
    assert_eq!(window.line_text(1), corrected, "the last line is the first now, with its correction");
    window.press(Modifiers::COMMAND, Key::Z);
    window.press(Modifiers::COMMAND, Key::Z);
    window.wait_until("the page as it was", |window| window.shows("3 lines") && window.shows("Timings"));
    window.wait_until("the correction where it was", |window| window.line_text(3) == corrected);
    // The adjustment outlives the program.
    window.send(Command::RotateLeft);
    window.send(Command::ClosePage);
    let Window { harness, folder, .. } = window;
    drop(harness);
    let page = folder.path().join("notes.png");
    let mut window = Window::in_folder(folder, vec![page]);
    window.wait_for("Timings");
    let sheet = window.harness.get_by_label_contains("Page notes.png").rect();
    window.send(Command::EditCorners);
    window.harness.run_steps(3);
    let corner = |name: &str| window.harness.get_by_label_contains(name).rect().center();
    let (left, right) = (corner("Upper left corner"), corner("Upper right corner"));
    let lower = corner("Lower right corner");
    assert!(sheet.contains(left) && (right.x - left.x) < (lower.y - right.y), "an upright page lies on its side");
}

#[test]
fn a_sheet_is_cut_out_by_its_corners() {
    use eframe::egui::{Key, Modifiers};
    let mut window = opened_page(3);
    window.press(Modifiers::COMMAND, Key::K);
    window.wait_for("Upper left corner, 0, 0");
    assert!(!window.shows("Line 1:"), "lines are out of the way");
    // With the keyboard.
    window.harness.get_by_label_contains("Upper left corner").focus();
    window.harness.run_steps(3);
    window.press(Modifiers::SHIFT, Key::ArrowRight);
    window.press(Modifiers::NONE, Key::ArrowDown);
    assert!(!window.shows("Upper left corner, 0, 0"));
    window.press(Modifiers::NONE, Key::Escape);
    window.wait_until("the corners to go", |window| !window.shows("Upper left corner"));
    assert!(window.shows("3 lines"));

    // With the pointer: both lower corners go up between the second and the third line.
    window.send(Command::EditCorners);
    window.harness.run_steps(3);
    let corner = |window: &Window, name: &str| window.harness.get_by_label_contains(name).rect().center();
    let (top, bottom) = (corner(&window, "Upper right corner"), corner(&window, "Lower right corner"));
    let height = bottom.y - top.y;
    for name in ["Lower right corner", "Lower left corner"] {
        let from = corner(&window, name);
        window.harness.hover_at(from);
        window.harness.run_steps(2);
        window.harness.drag_at(from);
        window.harness.run_steps(2);
        let to = from - eframe::egui::vec2(0.0, height * 195.0 / 450.0);
        for part in [0.3, 0.7, 1.0] {
            window.harness.hover_at(from + (to - from) * part);
            window.harness.run_steps(2);
        }
        window.harness.drop_at(to);
        window.harness.run_steps(2);
    }
    window.harness.get_by_label("Apply").click();
    window.wait_for("2 lines");
    window.wait_for("Timings");
    assert_eq!(window.line_text(2), TEXT);
    window.press(Modifiers::COMMAND, Key::Z);
    window.wait_for("3 lines");
}

#[test]
fn how_much_is_cleaned_up_is_chosen_in_the_menu() {
    let mut window = opened_page(2);
    let n_read = window.gate.n_read.load(Ordering::Relaxed);
    window.harness.get_by_label("Menu").click();
    window.wait_for("Clean up: Strong");
    window.harness.get_by_label("Clean up: Strong").click();
    window.wait_until("another reading", |window| window.gate.n_read.load(Ordering::Relaxed) == n_read + 2);
    window.wait_for("Timings");
    window.send(Command::Undo);
    window.wait_until("the reading before", |window| window.gate.n_read.load(Ordering::Relaxed) == n_read + 4);
}
