//! Drives the lab's panels that train and measure, by the names that a screen reader would read.
#![cfg(all(feature = "gui", feature = "train"))]
#![expect(clippy::unwrap_used, reason = "helpers of tests are not tests to clippy")]

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
    process,
    time::{Duration, Instant},
};

use egui_kittest::{
    Harness,
    kittest::{NodeT as _, Queryable as _},
};
use image::{GrayImage, Luma};
use longhand::{
    app::{Command, DistillCommand, EvaluateCommand, LabCommand, LabOptions, LabPanel, LonghandApp, Options, Plan},
    imaging::{LineImage, ModelInput},
    page::CharacterSet,
    recognition::{CtcDecoder, LabelPosteriors, LineModel, ModelError, ModelLibrary, PageReader, UserModels},
    storage::UserLines,
};

const DEADLINE: Duration = Duration::from_mins(2);

/// Reads "i" in every line, with the second as the logarithm of its probability: these panels bring models of their own.
struct SimpleModel(CharacterSet, f32);

impl LineModel for SimpleModel {
    fn character_set(&self) -> &CharacterSet {
        &self.0
    }

    fn run(&mut self, input: &ModelInput) -> Result<LabelPosteriors, ModelError> {
        let n_labels = self.0.n_labels();
        let mut log_probs = vec![-9.0; input.n_frames() * n_labels];
        let read = self.0.label('i').unwrap_or_default();
        for (frame, row) in log_probs.chunks_exact_mut(n_labels).enumerate() {
            row[if frame == 0 { read } else { 0 }] = self.1;
        }
        Ok(LabelPosteriors { log_probs, n_labels })
    }
}

struct Window {
    harness: Harness<'static, LonghandApp>,
    folder: tempfile::TempDir,
    user_lines: UserLines,
    own_models: UserModels,
}

impl Window {
    fn new(panel: LabPanel) -> Self {
        Self::with_own_lines(panel, 0)
    }

    fn with_own_lines(panel: LabPanel, n_lines: usize) -> Self {
        Self::with_reader(panel, n_lines, 0.0)
    }

    fn with_reader(panel: LabPanel, n_lines: usize, log_prob: f32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let user_lines = UserLines::new(folder.path().join("lines"));
        for index in 0..n_lines {
            user_lines.add(&line_image(index), &"i".repeat(2 + index % 3), "notes.jpg").unwrap();
        }
        let own_models = UserModels::new(folder.path().join("models"));
        let make_model = move || -> Box<dyn LineModel> { Box::new(SimpleModel(CharacterSet::ascii(), log_prob)) };
        let options = Options {
            load_reader: Box::new(move || Ok(PageReader::with_model(make_model, 1, CtcDecoder::Greedy))),
            settings_path: Some(folder.path().join("settings.toml")),
            recovery_folder: None,
            lab: LabOptions {
                library: ModelLibrary::new(vec![own_models.folder().to_owned()]),
                own_models: Some(own_models.clone()),
                user_lines: Some(user_lines.clone()),
                runs: Some(folder.path().join("runs")),
                program: Some(PathBuf::from(env!("CARGO_BIN_EXE_longhand"))),
                learning_arguments: ["--steps", "1"].map(str::to_owned).to_vec(),
            },
            started: Instant::now(),
        };
        let harness = Harness::builder()
            .with_size([1200.0, 1000.0])
            .build_eframe(move |creation| LonghandApp::new(&creation.egui_ctx, Vec::new(), options));
        let mut window = Self { harness, folder, user_lines, own_models };
        window.lab(LabCommand::Show(panel));
        window
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn lab(&mut self, command: LabCommand) {
        self.harness.state_mut().send(Command::Lab(command));
        self.harness.step();
    }

    fn shows(&self, text: &str) -> bool {
        self.harness.query_all_by_label_contains(text).next().is_some()
    }

    fn wait_for(&mut self, text: &str) {
        self.wait_until(text, |window| window.shows(text));
    }

    fn wait_until(&mut self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let start = Instant::now();
        while !is_so(self) {
            assert!(start.elapsed() < DEADLINE, "waited in vain for {what}; the window: {:#?}", self.harness);
            self.harness.step();
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Opens one of the pages with known lines, and shows the panel again.
    fn open(&mut self, name: &str) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pages").join(name);
        self.harness.state_mut().send(Command::OpenFiles(vec![path]));
        self.wait_for(name);
        self.lab(LabCommand::Show(LabPanel::Adapt));
        self.harness.run_steps(3);
    }

    /// How many lines of the open pages the reader could get used to their hand by.
    fn n_lines_to_get_used_by(&self) -> usize {
        let button = self.harness.query_all_by_label_contains("Get used to this hand (").next().unwrap();
        let label = button.accesskit_node().label().unwrap();
        label.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap()
    }

    fn click(&mut self, name: &str) {
        self.harness.get_by_label(name).click();
        self.harness.run_steps(3);
    }
}

/// Upright bars: as many as the line says `i`.
fn line_image(index: usize) -> LineImage {
    let (n_bars, shift) = (2 + index as u32 % 3, index as u32 / 3);
    let is_ink = |x: u32, y: u32| {
        (8..24).contains(&y) && x >= 8 + shift && (x - 8 - shift) % 8 < 3 && (x - 8 - shift) / 8 < n_bars
    };
    LineImage::from_gray(GrayImage::from_fn(60, 32, |x, y| Luma([if is_ink(x, y) { 20 } else { 250 }])))
}

/// A labelled set of `n` lines in `folder`.
fn write_set(folder: &Path, n: usize) -> PathBuf {
    let mut table = "file\ttext\n".to_owned();
    for index in 0..n {
        line_image(index).pixels.save(folder.join(format!("{index}.png"))).unwrap();
        writeln!(table, "{index}.png\t{}", "i".repeat(2 + index % 3)).unwrap();
    }
    let path = folder.join("set.tsv");
    std::fs::write(&path, table).unwrap();
    path
}

#[test]
fn a_hand_is_learnt_judged_and_kept() {
    let mut window = Window::with_own_lines(LabPanel::Adapt, 20);
    window.wait_for("20 lines collected");
    window.click("Learn my handwriting");
    window.wait_for("Measured on lines that were not practised on");
    assert!(window.shows("Your hand") && window.shows("Other hands") && window.shows("on 5 lines"));

    window.click("Throw away");
    assert!(!window.shows("Other hands"));
    window.click("Undo throwing away");
    window.click("Keep");
    window.wait_for("Pages are read with your own reader");
    let package = window.own_models.folder().join("my-handwriting");
    let card = std::fs::read_to_string(package.join("README.md")).unwrap();
    assert!(card.contains("Before and after learning") && card.contains("non-commercial"), "{card}");
    window.click("Use the original reader again");
    window.wait_for("Pages are read with the original reader");
    assert!(package.is_dir(), "the learnt reader stays in the list");
}

#[test]
fn a_reader_gets_used_to_the_hand_on_the_open_pages_and_reads_them_again() {
    let mut window = Window::new(LabPanel::Adapt);
    window.open("sheet.jpg");
    window.wait_until("the sheet is read", |window| window.n_lines_to_get_used_by() >= 4);
    window.click(&format!("Get used to this hand ({} lines)", window.n_lines_to_get_used_by()));
    assert!(!window.shows("Getting used"), "it takes ten lines");

    window.open("letter.jpg");
    window.wait_until("the letter is read", |window| window.n_lines_to_get_used_by() >= 15);
    let n_lines = window.n_lines_to_get_used_by();
    window.click(&format!("Get used to this hand ({n_lines} lines)"));
    window.wait_for("Getting used to the hand");
    window.wait_for("The reader has practised");
    assert!(window.shows("Other hands") && !window.shows("Your hand"), "nobody said what the lines say");
    window.click("Throw away");
    window.click("Undo throwing away");
    window.click("Keep and read again");
    // The new reader takes this hand for something else than "i".
    window.wait_until("the pages are read again", |window| {
        window.shows("Line 1: ") && (1..20).all(|n| window.harness.query_by_label(&format!("Line {n}: i")).is_none())
    });
    window.lab(LabCommand::Show(LabPanel::Adapt));
    window.wait_for("Pages are read with a reader that is used to a hand");
    window.harness.state_mut().send(Command::ShowPages);
    window.wait_for("Read with a reader that is used to a hand");
    window.click("Use the original reader");
    window.wait_for("Read on this machine");
    let card = std::fs::read_to_string(window.own_models.folder().join("used-to-a-hand/README.md")).unwrap();
    assert!(card.contains("lines of one hand, as it read them itself"), "{card}");
    assert!(card.contains("Used to the hand of sheet.jpg"), "{card}");
}

#[test]
fn a_page_that_is_hard_to_read_offers_to_get_used_to_its_hand() {
    let mut window = Window::with_reader(LabPanel::Adapt, 0, -0.5);
    window.open("letter.jpg");
    window.wait_until("the letter is read", |window| window.n_lines_to_get_used_by() >= 15);
    window.harness.state_mut().send(Command::ShowPages);
    window.wait_for("This hand is hard to read");
    let bottom = |label| window.harness.get_by_label_contains(label).rect().max.y;
    assert!(
        bottom("This hand is hard to read") < bottom("Line 1: ") && bottom("Line 1: ") < 300.0,
        "the text is below it"
    );
    window.click("Get used to it");
    window.wait_for("Getting used to the hand");
    window.harness.state_mut().send(Command::ShowPages);
    window.harness.run_steps(3);
    assert!(!window.shows("This hand is hard to read"), "it is at it");
    window.lab(LabCommand::Show(LabPanel::Adapt));
    window.wait_for("The reader has practised");
    window.click("Throw away");
    window.harness.state_mut().send(Command::ShowPages);
    window.wait_for("This hand is hard to read");
}

#[test]
fn too_few_lines_are_told_and_a_removed_line_comes_back() {
    let mut window = Window::with_own_lines(LabPanel::Adapt, 3);
    window.wait_for("3 lines collected; 17 more to start");
    window.click("Show lines");
    window.click("Remove iiii");
    window.wait_for("2 lines collected");
    window.click("Undo removing the line");
    window.wait_for("3 lines collected");
    assert_eq!(window.user_lines.count().unwrap(), 3);
}

fn small_plan(set: PathBuf) -> Plan {
    Plan {
        name: "small".to_owned(),
        steps: 4,
        fine_tune_steps: 2,
        uses_own_lines: false,
        uses_bundled: false,
        sources: vec![(longhand::app::SourceKind::Labelled, set.clone())],
        valid: Some(set),
        ..Plan::default()
    }
}

#[test]
fn a_student_is_distilled_and_ends_among_the_models() {
    let mut window = Window::new(LabPanel::Distill);
    window.wait_for("New run");
    let set = write_set(window.folder.path(), 4);
    window.lab(LabCommand::Distill(DistillCommand::Edit(Box::new(small_plan(set)))));
    window.harness.run_steps(3);
    window.click("Start");
    window.wait_for("Training small");
    window.wait_for("small is among your models now");
    window.wait_for("model made");
    assert!(window.shows("Error rates, lowest: small") && window.shows("Lines as they are read"));
    assert!(window.own_models.folder().join("small/model.toml").is_file());
    let events = std::fs::read_to_string(window.path("runs/small/events.jsonl")).unwrap();
    assert!(events.contains("\"event\":\"teacher\"") && events.contains("cnn-mah"), "{events}");

    window.click("Delete the run small");
    window.wait_for("Undo");
    window.click("Undo deleting the run");
    window.wait_for("model made");
}

#[test]
fn the_window_asks_before_it_stops_a_training() {
    let mut window = Window::new(LabPanel::Distill);
    window.wait_for("New run");
    let set = write_set(window.folder.path(), 4);
    let plan = Plan { steps: 100_000, ..small_plan(set) };
    window.lab(LabCommand::Distill(DistillCommand::Edit(Box::new(plan))));
    window.lab(LabCommand::Distill(DistillCommand::Start));
    window.wait_for("of 100002 steps");
    window.harness.state_mut().send(Command::Quit);
    window.wait_for("A model is being trained");
    window.click("Keep the window open");
    assert!(!window.shows("A model is being trained") && window.shows("Training small"));

    window.click("Pause training");
    window.wait_for("Resume");
    assert!(window.path("runs/small/last.safetensors").is_file());
    assert!(!window.own_models.folder().join("small").exists(), "a paused run makes no model");
    window.click("Resume small");
    window.wait_for("Training small");
    window.click("End training here");
    window.wait_for("small is among your models now");
}

#[test]
fn the_panel_s_numbers_are_the_command_s() {
    let mut window = Window::new(LabPanel::Evaluate);
    let set = write_set(window.folder.path(), 6);
    window.lab(LabCommand::Evaluate(EvaluateCommand::TakeSet(set.clone())));
    window.harness.run_steps(3);
    agrees_with_the_command(&mut window, &set, "greedy");
    window.click("With the language model");
    agrees_with_the_command(&mut window, &set, "language");
}

fn agrees_with_the_command(window: &mut Window, set: &Path, decoder: &str) {
    window.click("Measure");
    window.wait_for(&format!("decoder: {decoder}"));
    let output = process::Command::new(env!("CARGO_BIN_EXE_longhand"))
        .args(["evaluate", "--format", "json", "--decoder", decoder, "--report"])
        .arg(window.path("command.html"))
        .arg(set)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let number = |key: &str| report[key].as_f64().unwrap();
    for text in [
        format!("{:.2} %", number("cer")),
        format!("{:.2} %", number("wer")),
        format!("{} of {}", number("exact_lines"), number("lines")),
    ] {
        assert!(window.shows(&text), "the panel does not show {text}: {:#?}", window.harness);
    }
    let saved = window.path(&format!("{decoder}.html"));
    window.lab(LabCommand::Evaluate(EvaluateCommand::SaveReport(saved.clone())));
    window.wait_for(&format!("Report saved as {}", saved.display()));
    // All but the times is the same.
    let read = |path: &Path| {
        let page = std::fs::read_to_string(path).unwrap();
        page.lines().filter(|line| !line.contains(" ms<")).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(read(&saved), read(&window.path("command.html")));
}
