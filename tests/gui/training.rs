//! Drives the lab's panels that train and measure.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use egui_kittest::kittest::{NodeT as _, Queryable as _};
use longhand::{
    app::{
        Command, DistillCommand, DistillFile, EvaluateCommand, LabCommand, LabOptions, LabPanel, Plan, SavedFile,
        SourceKind,
    },
    imaging::LineImage,
    recognition::{CtcDecoder, LineModel, ModelLibrary, PageReader, UserModels},
    storage::UserLines,
};

use super::{
    bars::{bars, text_of_bars, write_labelled_bars},
    fake_models::LetterModel,
    program::longhand,
    window::{Window, WindowBuilder},
};

/// A window that shows a panel, with as many collected lines, and a reader of this logarithm of a probability.
struct Started {
    panel: LabPanel,
    n_lines: usize,
    log_prob: f32,
}

impl Started {
    fn at(panel: LabPanel) -> Self {
        Self { panel, n_lines: 0, log_prob: 0.0 }
    }

    fn window(self) -> Window {
        self.in_place_of(Window::builder())
    }

    /// With what an earlier window left.
    fn in_place_of(self, builder: WindowBuilder) -> Window {
        let Self { panel, n_lines, log_prob } = self;
        let (lines, models) = (UserLines::new(builder.path("lines")), UserModels::new(builder.path("models")));
        for index in 0..n_lines {
            let image = LineImage::from_gray(bars(index));
            lines.add(&image, &text_of_bars(index), "notes.jpg").unwrap();
        }
        let make_model = move || -> Box<dyn LineModel> { Box::new(LetterModel::new(log_prob)) };
        let lab = LabOptions {
            library: ModelLibrary::new(vec![models.folder().to_owned()]),
            own_models: Some(models),
            user_lines: Some(lines),
            runs: Some(builder.path("runs")),
            program: Some(PathBuf::from(env!("CARGO_BIN_EXE_longhand"))),
            learning_arguments: ["--steps", "1"].map(str::to_owned).to_vec(),
        };
        let builder = builder.reader(move || Ok(PageReader::with_model(make_model, 1, CtcDecoder::Greedy)));
        let builder = builder.without_recovery().lab(lab).height(1000.0).deadline(Duration::from_mins(2));
        let mut window = builder.start();
        window.lab(LabCommand::Show(panel));
        window
    }
}

/// Opens one of the pages with known lines, and shows the panel again.
fn open_fixture(window: &mut Window, name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pages").join(name);
    window.open(&[path]);
    window.wait_for(name);
    window.lab(LabCommand::Show(LabPanel::Adapt));
}

/// Lines of the open pages that the reader could adapt to.
fn n_lines_to_adapt_to(window: &Window) -> usize {
    let button = window.harness.query_all_by_label_contains("Get used to this hand (").next().unwrap();
    let label = button.accesskit_node().label().unwrap();
    label.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap()
}

#[test]
fn a_hand_is_learnt_judged_and_kept() {
    let mut window = Started { n_lines: 20, ..Started::at(LabPanel::Adapt) }.window();
    window.wait_for("20 lines collected");
    window.click("Learn my handwriting");
    window.wait_for("Measured on lines that were not practised on");
    assert!(window.shows("Your hand") && window.shows("Other hands") && window.shows("on 5 lines"));

    window.click("Throw away");
    assert!(!window.shows("Other hands"));
    window.click("Undo throwing away");
    window.click("Keep");
    window.wait_for("Pages are read with your own reader");
    let package = window.path("models/my-handwriting");
    let card = fs::read_to_string(package.join("README.md")).unwrap();
    assert!(card.contains("Before and after learning") && card.contains("non-commercial"), "{card}");
    window.click("Use the original reader again");
    window.wait_for("Pages are read with the original reader");
    assert!(package.is_dir(), "the learnt reader stays in the list");
}

#[test]
fn a_reader_gets_used_to_the_hand_on_the_open_pages_and_reads_them_again() {
    let mut window = Started::at(LabPanel::Adapt).window();
    open_fixture(&mut window, "sheet.jpg");
    window.wait_until("the sheet is read", |window| n_lines_to_adapt_to(window) >= 4);
    window.click(&format!("Get used to this hand ({} lines)", n_lines_to_adapt_to(&window)));
    assert!(!window.shows("Getting used"), "it takes ten lines");

    open_fixture(&mut window, "letter.jpg");
    window.wait_until("the letter is read", |window| n_lines_to_adapt_to(window) >= 15);
    let n_lines = n_lines_to_adapt_to(&window);
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
    window.send(Command::ShowPages);
    window.wait_for("Read with a reader that is used to a hand");
    window.click("Use the original reader");
    window.wait_for("Read on this machine");
    let card = fs::read_to_string(window.path("models/used-to-a-hand/README.md")).unwrap();
    assert!(card.contains("lines of one hand, as it read them itself"), "{card}");
    assert!(card.contains("Used to the hand of sheet.jpg"), "{card}");
}

#[test]
fn a_page_that_is_hard_to_read_offers_to_get_used_to_its_hand() {
    let mut window = Started { log_prob: -0.5, ..Started::at(LabPanel::Adapt) }.window();
    open_fixture(&mut window, "letter.jpg");
    window.wait_until("the letter is read", |window| n_lines_to_adapt_to(window) >= 15);
    window.send(Command::ShowPages);
    window.wait_for("This hand is hard to read");
    let bottom = |label| window.harness.get_by_label_contains(label).rect().max.y;
    assert!(
        bottom("This hand is hard to read") < bottom("Line 1: ") && bottom("Line 1: ") < 300.0,
        "the text is below it"
    );
    window.click("Get used to it");
    window.wait_for("Getting used to the hand");
    window.send(Command::ShowPages);
    window.harness.run_steps(3);
    assert!(!window.shows("This hand is hard to read"), "it is at it");
    window.lab(LabCommand::Show(LabPanel::Adapt));
    window.wait_for("The reader has practised");
    window.click("Throw away");
    window.send(Command::ShowPages);
    window.wait_for("This hand is hard to read");
}

#[test]
fn too_few_lines_are_told_and_a_removed_line_comes_back() {
    let mut window = Started { n_lines: 3, ..Started::at(LabPanel::Adapt) }.window();
    window.wait_for("3 lines collected; 17 more to start");
    window.click("Show lines");
    window.click("Remove iiii");
    window.wait_for("2 lines collected");
    window.click("Undo removing the line");
    window.wait_for("3 lines collected");
    assert_eq!(UserLines::new(window.path("lines")).count().unwrap(), 3);
}

fn small_plan(set: PathBuf) -> Plan {
    Plan {
        name: "small".to_owned(),
        steps: 4,
        fine_tune_steps: 2,
        minutes: 0.0,
        uses_own_lines: false,
        uses_bundled: false,
        sources: vec![(SourceKind::Labelled, set.clone())],
        valid: Some(set),
        ..Plan::default()
    }
}

#[test]
fn a_student_is_distilled_and_ends_among_the_models() {
    let mut window = Started::at(LabPanel::Distill).window();
    window.wait_for("New run");
    let set = write_labelled_bars(window.folder.path(), 4);
    window.lab(LabCommand::Distill(DistillCommand::Edit(Box::new(small_plan(set)))));
    window.click("Start");
    window.wait_for("Training small");
    window.wait_for("small is among your models now");
    window.wait_for("model made");
    for (file, name) in [(DistillFile::Curves, "curves.csv"), (DistillFile::Picture, "curves.png")] {
        let path = window.path(name);
        window.lab(LabCommand::Distill(DistillCommand::Save(file, path.clone())));
        window.wait_until("the file", |_| path.is_file());
    }
    let curves = fs::read_to_string(window.path("curves.csv")).unwrap();
    assert!(curves.starts_with("run,series,step,value\nsmall,CER %,"), "{curves}");
    assert!(image::open(window.path("curves.png")).unwrap().width() > 1000);
    assert!(window.shows("Error rates, lowest: small") && window.shows("Lines as they are read"));
    assert!(window.path("models/small/model.toml").is_file());
    let events = fs::read_to_string(window.path("runs/small/events.jsonl")).unwrap();
    assert!(events.contains("\"event\":\"teacher\"") && events.contains("cnn-mah"), "{events}");

    window.click("Delete the run small");
    window.wait_for("Undo");
    window.click("Undo deleting the run");
    window.wait_for("model made");
}

#[test]
fn every_criterion_is_tried_one_after_the_other_and_compared_in_a_table() {
    let mut window = Started::at(LabPanel::Distill).window();
    window.wait_for("New run");
    let set = write_labelled_bars(window.folder.path(), 4);
    let plan = Plan { steps: 1, fine_tune_steps: 1, ..small_plan(set) };
    window.lab(LabCommand::Distill(DistillCommand::Edit(Box::new(plan))));
    window.click("Try every criterion");
    window.wait_for("5 more runs wait");
    window.click("Pause training");
    window.wait_for("Start the next");
    let unfinished: Vec<_> = fs::read_dir(window.path("runs")).unwrap().collect();
    assert_eq!(unfinished.len(), 1);
    window.lab(LabCommand::Distill(DistillCommand::StartAllCriteria));
    let criteria = ["softmax-ce", "ip-l2", "lstm-l2", "cnn-mah", "cnn-l2", "ctc"];
    window.wait_until("all models", |window| {
        criteria.iter().all(|name| window.path(&format!("models/small-{name}/model.toml")).is_file())
    });
    window.wait_for("Compared");
    let table = window.path("criteria.csv");
    window.lab(LabCommand::Distill(DistillCommand::Save(DistillFile::Runs, table.clone())));
    window.wait_until("the table", |_| table.is_file());
    let rows = fs::read_to_string(table).unwrap();
    assert_eq!(rows.lines().count(), 7, "{rows}");
    assert!(criteria.iter().all(|name| rows.contains(&format!("small-{name},{name},2,"))), "{rows}");
}

#[test]
fn runs_that_wait_outlive_the_window() {
    let mut window = Started::at(LabPanel::Distill).window();
    window.wait_for("New run");
    let set = write_labelled_bars(window.folder.path(), 4);
    let plan = Plan { steps: 100_000, ..small_plan(set) };
    window.lab(LabCommand::Distill(DistillCommand::Edit(Box::new(plan))));
    window.click("Try every criterion");
    window.wait_for("5 more runs wait");
    window.wait_for("of 100002 steps");

    // The window is gone without a chance to save anything, and the run that it worked on waits as well.
    let mut window = Started::at(LabPanel::Distill).in_place_of(window.end());
    window.wait_for("6 more runs wait");
    // The note moves what is below it.
    window.wait_for("No teacher is installed");
    window.harness.run_steps(2);
    window.click("Start the next");
    window.wait_for("Training small-softmax-ce");
    window.wait_for("5 more runs wait");
    window.click("Forget the runs that wait");
    let kept = window.path("waiting-runs.json");
    window.wait_until("nothing to be kept", |_| fs::read_to_string(&kept).unwrap() == "[]");
    let mut window = Started::at(LabPanel::Distill).in_place_of(window.end());
    window.wait_for("small-softmax-ce");
    assert!(!window.shows("wait"), "what was forgotten stays so");
}

#[test]
fn the_window_asks_before_it_stops_a_training() {
    let mut window = Started::at(LabPanel::Distill).window();
    window.wait_for("New run");
    let set = write_labelled_bars(window.folder.path(), 4);
    let plan = Plan { steps: 100_000, ..small_plan(set) };
    window.lab(LabCommand::Distill(DistillCommand::Edit(Box::new(plan))));
    window.lab(LabCommand::Distill(DistillCommand::Start));
    window.wait_for("of 100002 steps");
    window.send(Command::Quit);
    window.wait_for("A model is being trained");
    window.click("Keep the window open");
    assert!(!window.shows("A model is being trained") && window.shows("Training small"));

    window.click("Pause training");
    window.wait_for("Resume");
    assert!(window.path("runs/small/last.safetensors").is_file());
    assert!(!window.path("models/small").exists(), "a paused run makes no model");
    window.click("Resume small");
    window.wait_for("Training small");
    window.click("End training here");
    window.wait_for("small is among your models now");
}

#[test]
fn the_panel_s_numbers_are_the_command_s() {
    let mut window = Started::at(LabPanel::Evaluate).window();
    let set = write_labelled_bars(window.folder.path(), 6);
    window.lab(LabCommand::Evaluate(EvaluateCommand::TakeSet(set.clone())));
    window.harness.run_steps(3);
    agrees_with_the_command(&mut window, &set, "greedy");
    window.click("With the language model");
    agrees_with_the_command(&mut window, &set, "language");
}

fn agrees_with_the_command(window: &mut Window, set: &Path, decoder: &str) {
    window.click("Measure");
    window.wait_for(&format!("decoder: {decoder}"));
    let set = set.to_str().unwrap();
    let arguments = ["evaluate", "--format", "json", "--decoder", decoder, "--report", "command.html", set];
    let report: serde_json::Value = serde_json::from_str(&longhand(window.folder.path(), &arguments)).unwrap();
    let number = |key: &str| report[key].as_f64().unwrap();
    for text in [
        format!("{:.2} %", number("cer")),
        format!("{:.2} %", number("wer")),
        format!("{} of {}", number("exact_lines"), number("lines")),
    ] {
        assert!(window.shows(&text), "the panel does not show {text}: {:#?}", window.harness);
    }
    let saved = window.path(&format!("{decoder}.html"));
    window.lab(LabCommand::Evaluate(EvaluateCommand::Save(SavedFile::Report, saved.clone())));
    window.wait_for(&format!("Report saved as {}", saved.display()));
    let table = window.path(&format!("{decoder}.csv"));
    window.lab(LabCommand::Evaluate(EvaluateCommand::Save(SavedFile::Table, table.clone())));
    window.wait_for("Table saved as");
    assert_eq!(fs::read_to_string(table).unwrap().lines().count(), 7);
    // All but the times is the same.
    let read = |path: &Path| {
        let page = fs::read_to_string(path).unwrap();
        page.lines().filter(|line| !line.contains(" ms<")).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(read(&saved), read(&window.path("command.html")));
}
