//! Drives the lab with the built-in model and one that confuses letters, and holds its numbers against those of the
//! commands.

use std::{fmt::Write as _, fs, path::Path, time::Duration};

use eframe::egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use longhand::{
    app::{
        CompareCommand, ExportFormat, LabCommand, LabOptions, LabPanel, LatencyCommand, LinesFrom, ModelListCommand,
        ModelsCommand, SavedFile, Side,
    },
    recognition::{CtcDecoder, ModelLibrary, ModelPackage, PageReader, UserModels, ink_labeller},
    storage::{Settings, UserLines},
};
use serde_json::Value;

use super::{
    program::longhand,
    window::{Window, WindowBuilder},
};

/// The window, with models, the user's own folders and a labelled set in its folder.
fn builder() -> WindowBuilder {
    let builder = Window::builder();
    write_confused_model(&builder.path("models/confused"));
    write_worse_model(&builder.path("models/worse"));
    write_set(&builder.path("set"));
    let lab = LabOptions {
        library: ModelLibrary::new(["models", "own"].map(|name| builder.path(name)).to_vec()),
        own_models: Some(UserModels::new(builder.path("own"))),
        user_lines: Some(UserLines::new(builder.path("lines"))),
        ..LabOptions::default()
    };
    builder
        .reader(|| Ok(PageReader::open(&ModelLibrary::default().open("student")?, 1, CtcDecoder::Greedy)?))
        .without_recovery()
        .lab(lab)
        .height(1600.0)
        .deadline(Duration::from_mins(1))
}

/// What the command line answers to the same question.
fn answer(window: &Window, arguments: &[&str]) -> Value {
    serde_json::from_str(&longhand(window.folder.path(), arguments)).unwrap()
}

/// The shipped model with two letters exchanged: it reads as well, but says a where there is e.
fn write_confused_model(folder: &Path) {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/student");
    fs::create_dir_all(folder).unwrap();
    for file in ["model.toml", "model.onnx", "README.md"] {
        fs::copy(shipped.join(file), folder.join(file)).unwrap();
    }
    let characters = fs::read_to_string(shipped.join("charset.txt")).unwrap();
    let exchanged = characters.lines().map(|line| match line {
        "a" => "e",
        "e" => "a",
        other => other,
    });
    fs::write(folder.join("charset.txt"), exchanged.flat_map(|line| [line, "\n"]).collect::<String>()).unwrap();
}

/// The shipped model with a worse figure.
fn write_worse_model(folder: &Path) {
    let package = ModelPackage::built_in().unwrap();
    package.save(folder).unwrap();
    let mut manifest = package.manifest;
    for metrics in manifest.metrics.values_mut() {
        metrics.cer = metrics.cer.map(|cer| cer + 90.0);
    }
    fs::write(folder.join("model.toml"), toml::to_string_pretty(&manifest).unwrap()).unwrap();
}

/// Three pieces of the sample page as labelled lines; what they say is not so important.
fn write_set(folder: &Path) {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/samples/notes.jpg");
    let page = longhand::imaging::PageImage::open(&sample).unwrap();
    let prepared = longhand::imaging::prepare(&page);
    let lines = longhand::imaging::segment(&prepared, ink_labeller()).lines;
    assert!(lines.len() >= 3, "the sample page has lines");
    fs::create_dir_all(folder).unwrap();
    let reader = PageReader::open(&ModelLibrary::default().open("student").unwrap(), 1, CtcDecoder::Greedy).unwrap();
    let mut table = "file\ttext\n".to_owned();
    for (index, line) in lines.iter().take(3).enumerate() {
        let image = longhand::imaging::crop_line(&prepared, line);
        image.pixels.save(folder.join(format!("{index}.png"))).unwrap();
        // The last line is one that neither model can be right about.
        let read = reader.line_recognizer().recognize(&image).unwrap().text;
        writeln!(table, "{index}.png\t{}", if index == 2 { "\u{20ac}" } else { &read }).unwrap();
    }
    fs::write(folder.join("lines.tsv"), table).unwrap();
}

#[test]
fn one_goes_to_the_lab_and_back_and_finds_the_page_as_it_was() {
    let mut window = builder().files(&["set/0.png"]).start();
    window.wait_for("Timings");
    window.click("Lab");
    assert!(window.has("Compare") && window.has("Latency") && window.has("Models"));
    assert!(!window.has("Open…") && !window.shows("Text of line 1"));
    window.click("Latency");
    window.press(Modifiers::COMMAND, Key::PageDown);
    assert!(!window.shows("Where a line's milliseconds go"), "the next panel is shown");
    window.press(Modifiers::COMMAND, Key::PageUp);
    window.wait_for("Where a line's milliseconds go");
    window.click("Pages");
    assert!(window.shows("Text of line 1"));
    window.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::L);
    assert!(window.shows("Where a line's milliseconds go"), "the lab opens where it was left");
    window.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::L);
    assert!(window.shows("Text of line 1"));
}

#[test]
fn models_are_chosen_imported_deleted_and_brought_back() {
    let mut window = builder().start();
    window.click("Lab");
    window.click("Models");
    window.wait_for("Longhand student");
    let measured = ModelLibrary::default().open("student").unwrap().manifest.metrics["valid"].cer.unwrap();
    assert!(window.has("Reads your pages") && window.shows("Licence:"));
    assert!(window.shows(&format!("CER {measured:.2}")), "its error rate is told");
    assert!(!window.has("Delete confused"), "only one's own can be deleted");

    window.click("Card of confused");
    window.wait_for("DarkNet-DBLSTM of Ding et al.");
    window.click("All models");
    assert!(window.has("Finds the lines") && !window.has("Read with ink-labeller"));
    window.click("Card of ink-labeller");
    window.wait_for("tells writing from drawing");
    window.click("All models");

    let package = window.path("models/confused");
    window.lab(LabCommand::Models(ModelsCommand::Import(package)));
    window.wait_for("Imported the model confused");
    let twin = window.path("own/confused");
    assert!(twin.join("model.onnx").is_file());
    // The package in the folder that comes first hides its twin, so the twin gets a name of its own.
    fs::rename(&twin, window.path("own/mine")).unwrap();
    window.lab(LabCommand::ModelList(ModelListCommand::List));
    window.wait_until("the list", |window| window.has("Delete mine"));

    window.click("Read with mine");
    window.wait_for("Pages are read with mine from now on");
    let settings = window.path("settings.toml");
    window.wait_until("the settings", |_| Settings::load(&settings).0.model.as_deref() == Some("mine"));

    window.click("Delete mine");
    window.wait_for("Deleted the model mine");
    window.wait_until("the model to go", |window| !window.has("Read with mine") && !window.has("Card of mine"));
    window.wait_until("the default to change", |_| Settings::load(&settings).0.model.is_none());
    window.press(Modifiers::COMMAND, Key::Z);
    window.wait_until("the model to come back", |window| window.has("Delete mine"));
    window.wait_until("the default to come back", |_| Settings::load(&settings).0.model.as_deref() == Some("mine"));

    window.click("Read with worse");
    window.wait_for(&format!("worse reads worse on 211 lines: CER 9{measured:.2} %"));
    window.click("Keep the present one");
    assert!(!window.shows("reads worse on") && Settings::load(&settings).0.model.as_deref() == Some("mine"));
    window.click("Read with worse");
    window.click("Read with it all the same");
    window.wait_for("Pages are read with worse from now on");

    let broken = window.path("set");
    window.lab(LabCommand::Models(ModelsCommand::Import(broken)));
    window.wait_for("model.toml is missing");
}

#[test]
fn a_teacher_is_asked_for_where_none_is_and_compared_with_where_one_is() {
    let mut window = builder().start();
    window.click("Lab");
    for panel in [LabPanel::Compare, LabPanel::Latency, LabPanel::Models] {
        window.lab(LabCommand::Show(panel));
        window.wait_for("No teacher is installed");
    }
    let teacher = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/teacher");
    window.lab(LabCommand::Models(ModelsCommand::Import(teacher)));
    window.wait_until("the teacher", |window| !window.shows("No teacher is installed"));
    window.wait_for("Longhand teacher");
    window.lab(LabCommand::Show(LabPanel::Compare));
    let chosen = |window: &Window, side: &str| window.harness.get_by_label(&format!("Model {side}")).value();
    let both = |window: &Window| [chosen(window, "A"), chosen(window, "B")].map(Option::unwrap_or_default);
    assert_eq!(both(&window), ["teacher", "student"]);
    window.lab(LabCommand::Compare(CompareCommand::Choose(Side::A, "student".to_owned())));
    assert_eq!(both(&window), ["student", "teacher"], "no model is compared with itself");
    window.click("Swap the models");
    assert_eq!(both(&window), ["teacher", "student"]);
}

#[test]
fn a_comparison_tells_what_the_command_tells() {
    let mut window = builder().start();
    let set = window.path("set");
    window.click("Lab");
    window.lab(LabCommand::Compare(CompareCommand::TakeLines(LinesFrom::Path(set))));
    window.lab(LabCommand::Compare(CompareCommand::Choose(Side::A, "student".to_owned())));
    window.lab(LabCommand::Compare(CompareCommand::Choose(Side::B, "confused".to_owned())));
    window.click("Start comparing");
    window.wait_for("lines read alike");
    window.wait_until("the end", |window| !window.has("Stop comparing"));

    let told = answer(
        &window,
        &["compare", "student", "confused", "set", "--models", "models", "--format", "json", "--lines", "all"],
    );
    let totals = &told["totals"];
    for (side, rates) in [("a", ["cer", "wer"]), ("b", ["cer", "wer"])] {
        for rate in rates {
            let text = format!("{:.2}", totals[side][rate].as_f64().unwrap());
            assert!(window.has(&text), "{rate} of {side} is {text}: {:#?}", window.harness);
        }
    }
    assert!(window.has(&format!("{} of {}", totals["same_lines"], totals["lines"])));
    assert_eq!((&totals["only_a_right"], &totals["both_wrong"]), (&Value::from(2), &Value::from(1)));
    for line in told["lines"].as_array().unwrap() {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let row = format!("{}: {} / {}", text(&line["name"]), text(&line["a"]["text"]), text(&line["b"]["text"]));
        assert!(window.has(&row), "{row}");
    }

    let table = window.path("compared.csv");
    window.lab(LabCommand::Compare(CompareCommand::SaveTable(table.clone())));
    window.wait_for("Table saved as");
    assert_eq!(fs::read_to_string(table).unwrap().lines().count(), 4);

    window.press(Modifiers::NONE, Key::ArrowDown);
    window.wait_for("Picture of 0.png");
    window.press(Modifiers::NONE, Key::ArrowDown);
    window.wait_for("Picture of 1.png");

    window.click("A right, B wrong");
    assert!(window.shows("1.png: ") && !window.shows("2.png: "));
    let own = UserLines::new(window.path("lines"));
    window.click("Learn from the lines shown");
    window.wait_for("Added 2 lines to your own");
    assert_eq!(own.list().unwrap()[1].text, told["lines"][1]["a"]["text"]);
    window.press(Modifiers::COMMAND, Key::Z);
    window.wait_for("out of your own again");
    assert_eq!(own.count().unwrap(), 0);
}

#[test]
fn the_open_page_is_compared_and_the_comparison_stopped() {
    let mut window = builder().files(&["set/1.png"]).start();
    window.wait_for("Timings");
    window.click("Lab");
    window.lab(LabCommand::Compare(CompareCommand::Choose(Side::A, "confused".to_owned())));
    window.lab(LabCommand::Compare(CompareCommand::Start));
    window.wait_for("lines read alike");
    assert!(!window.has("Both wrong"), "nobody knows what the page says");
    window.wait_until("the end", |window| !window.has("Stop comparing"));
    window.press(Modifiers::NONE, Key::ArrowDown);
    window.wait_for("Picture of line 1");
    window.click("Learn as B reads");
    window.wait_for("Added 1 line to your own");

    let sets = window.path("no-such-set.tsv");
    window.lab(LabCommand::Compare(CompareCommand::TakeLines(LinesFrom::Path(sets))));
    window.lab(LabCommand::Compare(CompareCommand::Start));
    window.wait_for("no-such-set.tsv");
    window.lab(LabCommand::Compare(CompareCommand::Choose(Side::A, "nobody".to_owned())));
    window.lab(LabCommand::Compare(CompareCommand::Start));
    window.wait_for("there is no model called \"nobody\"");
    window.lab(LabCommand::Compare(CompareCommand::Start));
    window.lab(LabCommand::Compare(CompareCommand::Stop));
    assert!(!window.has("Stop comparing"));
}

#[test]
fn latencies_are_measured_and_leave_as_the_command_tells_them() {
    let mut window = builder().start();
    window.click("Lab");
    window.click("Latency");
    window.lab(LabCommand::Latency(LatencyCommand::SetWidth(128)));
    window.lab(LabCommand::Latency(LatencyCommand::Choose(Side::A, Some("student".to_owned()))));
    window.lab(LabCommand::Latency(LatencyCommand::Choose(Side::B, Some("confused".to_owned()))));
    window.click("Measure");
    window.wait_for("By kind of layer");
    window.wait_until("both networks", |window| window.has("Export student") && window.has("Export confused"));
    window.wait_until("which is faster", |window| window.shows("B is faster") || window.shows("B is slower"));
    assert!(window.has("Conv3x3") && window.has("DBLSTM") && window.shows("% of the roof"));
    for (file, name) in [(SavedFile::Picture, "cost.png"), (SavedFile::Table, "cost.csv")] {
        let path = window.path(name);
        window.lab(LabCommand::Latency(LatencyCommand::SaveCurves(file, path.clone())));
        window.wait_until("the file", |_| path.is_file());
    }
    assert!(image::open(window.path("cost.png")).unwrap().width() > 1000);
    window.click("Stop measuring");
    assert!(!window.has("Stop measuring") && window.shows("Layers add up to"));

    window.lab(LabCommand::Latency(LatencyCommand::Choose(Side::B, Some("ink-labeller".to_owned()))));
    window.click("Measure");
    window.wait_until("the ink labeller", |window| window.has("Export ink-labeller"));
    assert!(window.shows("a page of 768×1056 pixels"));
    window.click("Stop measuring");

    for (format, name) in
        [(ExportFormat::Json, "a.json"), (ExportFormat::Csv, "a.csv"), (ExportFormat::Trace, "t.json")]
    {
        let path = window.path(name);
        window.lab(LabCommand::Latency(LatencyCommand::ExportTo(Side::A, format, path.clone())));
        window.wait_until("the file", |_| path.is_file());
    }
    let read = |name: &str| -> Value { serde_json::from_slice(&fs::read(window.path(name)).unwrap()).unwrap() };
    let (saved, told) = (read("a.json"), answer(&window, &["profile", "--width", "128", "--format", "json"]));
    let without_times = |profile: &Value| {
        let mut profile = profile.clone();
        profile["total_ms"] = Value::Null;
        profile["layers"].as_array_mut().unwrap().iter_mut().for_each(|layer| layer["ms"] = Value::Null);
        profile
    };
    assert_eq!(without_times(&saved), without_times(&told));
    let n_rows = fs::read_to_string(window.path("a.csv")).unwrap().lines().count();
    assert_eq!(n_rows, 1 + saved["layers"].as_array().unwrap().len());
    assert!(read("t.json")["traceEvents"].as_array().unwrap().len() > 20);
}
