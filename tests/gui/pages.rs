//! Pages are opened, read, corrected and saved.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, atomic::Ordering},
};

use egui_kittest::kittest::Queryable as _;
use image::{GrayImage, Luma};
use longhand::app::Command;

use super::{
    fake_models::TEXT,
    window::{Window, opened_page, write_page},
};

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
fn a_doubtful_word_is_chosen_among_what_else_it_may_be() {
    use eframe::egui::{Key, Modifiers};
    let mut window = opened_page(3);
    window.press(Modifiers::NONE, Key::F8);
    for expected in ["the quack brown fox", TEXT, "the quack brown fox"] {
        window.press(Modifiers::ALT, Key::ArrowDown);
        assert_eq!(window.line_text(2), expected, "the doubtful word is the one that the keys change");
    }
    window.press(Modifiers::ALT, Key::ArrowUp);
    assert_eq!(window.line_text(2), TEXT);

    window.harness.get_by_label("quack").click();
    window.harness.run_steps(3);
    assert_eq!(window.line_text(2), "the quack brown fox");
    assert!(window.harness.get_by_label("Text of line 2").is_focused());
    window.harness.get_by_label("Text of line 2").type_text("quiet");
    window.harness.run_steps(3);
    assert_eq!(window.line_text(2), "the quiet brown fox", "typing replaces the word");
}

#[test]
fn one_goes_from_doubtful_word_to_doubtful_word() {
    use eframe::egui::{Key, Modifiers};
    let mut window = opened_page(3);
    let steps = [
        (Modifiers::NONE, Key::F8, TEXT),
        (Modifiers::ALT, Key::ArrowDown, "the quack brown fox"),
        // The other words of a line that is being corrected stay doubtful.
        (Modifiers::NONE, Key::F8, "the quack brown fox"),
        (Modifiers::NONE, Key::F8, "the quack brown fox"),
        (Modifiers::ALT, Key::ArrowDown, "the quack brown fax"),
        (Modifiers::SHIFT, Key::F8, "the quack brown fax"),
        (Modifiers::ALT, Key::ArrowDown, "the quack brawn fax"),
        // None is left, so that the last stays marked.
        (Modifiers::NONE, Key::F8, "the quack brawn fax"),
        (Modifiers::ALT, Key::ArrowUp, "the quack brown fax"),
    ];
    for (place, (modifiers, key, expected)) in steps.into_iter().enumerate() {
        window.press(modifiers, key);
        assert_eq!(window.line_text(2), expected, "after step {place}");
    }
    window.press(Modifiers::NONE, Key::Enter);
    assert!(window.harness.get_by_label("Text of line 3").is_focused());
    assert!(!window.shows("Perhaps"), "the third line leaves no choice");
}

#[test]
fn text_is_saved_where_the_user_says() {
    let mut window = opened_page(2);
    let path = window.path("notes.txt");
    window.send(Command::SaveTextTo(path.clone()));
    window.wait_for("Saved as");
    assert_eq!(std::fs::read_to_string(path).unwrap(), format!("{TEXT}\n{TEXT}\n"));

    window.send(Command::SaveTextTo(window.folder.path().to_owned()));
    window.wait_for("could not be saved");
}

#[test]
fn names_that_no_format_has_are_refused_and_open_pictures_are_not_replaced() {
    let mut window = opened_page(2);
    for name in ["notes.odt", "notes"] {
        let path = window.path(name);
        window.send(Command::SaveTextTo(path.clone()));
        window.wait_for(&format!("no format has names like {name}"));
        assert!(!path.exists());
    }
    let (picture, before) = (window.path("notes.png"), std::fs::read(window.path("notes.png")).unwrap());
    window.send(Command::SaveTextTo(picture.clone()));
    window.wait_for("is open here and is not replaced");
    assert_eq!(std::fs::read(picture).unwrap(), before);
}

#[test]
fn each_name_gets_the_format_that_it_says() {
    let mut window = opened_page(2);
    let corrected = window.type_into(1, "# Corrected");
    for (name, begins) in [
        ("notes.docx", b"PK".as_slice()),
        ("notes.md", TEXT.as_bytes()),
        ("notes.json", b"{"),
        ("cleaned.png", b"\x89PNG"),
    ] {
        let path = window.path(name);
        window.send(Command::SaveTextTo(path.clone()));
        window.wait_until("the file", |_| path.exists());
        let bytes = std::fs::read(&path).unwrap();
        assert!(bytes.starts_with(begins), "{name} of {corrected}: {}", String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn the_export_sheet_says_what_is_in_the_file() {
    use eframe::egui::{Key, Modifiers};
    let mut window = opened_page(3);
    window.press(Modifiers::COMMAND, Key::S);
    window.wait_for("1 page, 3 lines, 1 of them doubtful");
    assert!(window.has("notes.txt"));
    window.click("Format: Word (DOCX)");
    assert!(window.has("notes.docx") && window.shows("Lines joined to paragraphs"));
    window.click("Format: Cleaned picture (PNG)");
    assert!(window.has("notes text.png"), "never the picture's own name");
    assert!(!window.has("Format: Drawing (SVG)"), "there is no ink");
    window.click("Cancel the export");
    assert!(!window.has("What is in it"));
}

#[test]
fn pages_that_are_not_read_are_named_before_they_are_saved() {
    let mut window = Window::new();
    let paths = [window.path("a.png"), window.path("b.png")];
    for path in &paths {
        write_page(path, 2);
    }
    window.gate.is_closed.store(true, Ordering::Relaxed);
    window.open(&paths);
    window.wait_for("Reading line 1 of 2");
    window.send(Command::StopReading);
    window.gate.is_closed.store(false, Ordering::Relaxed);
    window.send(Command::ExportAllPages);
    window.wait_for("Not read yet: a.png and b.png");
    assert!(window.has("Save without the text of 2 pages…"));
    let path = window.path("all.txt");
    window.send(Command::SaveTextOfAllPagesTo(path.clone()));
    window.wait_for("Not read, and so without their text: a.png and b.png");
    window.send(Command::ExportAllPages);
    window.wait_for("Read them first");
    window.harness.run_steps(3);
    window.click("Read them first");
    window.wait_until("both pages to be read", |window| window.has("Save as…"));
    assert!(!window.shows("Not read yet"));
}

#[test]
fn corrections_belong_to_the_picture_and_not_to_its_name() {
    let mut window = opened_page(3);
    let corrected = window.type_into(2, "my ");
    window.send(Command::ClosePage);
    let builder = window.end();
    // Another picture under the name, the old one under another.
    std::fs::rename(builder.path("notes.png"), builder.path("moved.png")).unwrap();
    write_page(&builder.path("notes.png"), 4);
    let mut window = builder.files(&["moved.png", "notes.png"]).start();
    window.wait_for("Restored 1 correction made earlier in moved.png");
    window.wait_for("Page moved.png, read");
    assert_eq!(window.line_text(2), corrected);
    window.wait_for("Page notes.png, read");
    window.send(Command::NextPage);
    window.wait_for("4 lines");
    for line in 1..=4 {
        assert_eq!(window.line_text(line), TEXT, "another picture never gets them by itself");
    }
    // The model reads the same in every line, so this could be an edited version.
    window.wait_for("The picture has changed since 1 correction was made");
    window.click("Leave them");
    window.wait_until("the question to go", |window| !window.shows("The picture has changed"));
    window.send(Command::ClosePage);
    let mut window = window.end().files(&["notes.png"]).start();
    window.wait_for("Page notes.png");
    window.wait_for("Timings");
    assert!(!window.shows("The picture has changed"), "it is asked once");
}

#[test]
fn an_edited_picture_gets_its_corrections_when_the_user_says_so() {
    let mut window = opened_page(3);
    let corrected = window.type_into(2, "my ");
    window.send(Command::ClosePage);
    let builder = window.end();
    write_page(&builder.path("notes.png"), 3);
    let mut edited = image::open(builder.path("notes.png")).unwrap().into_luma8();
    edited.put_pixel(0, 0, Luma([7]));
    edited.save(builder.path("notes.png")).unwrap();
    let mut window = builder.files(&["notes.png"]).start();
    window.wait_for("The picture has changed since 1 correction was made");
    window.click("Use the corrections");
    window.wait_for("1 line has the correction made before the picture changed");
    assert!((1..=3).any(|line| window.line_text(line) == corrected));
    window.send(Command::ClosePage);
    let mut window = window.end().files(&["notes.png"]).start();
    window.wait_for("Restored 1 correction");
}

#[test]
fn pages_are_saved_as_pdf_and_xml_with_what_the_user_corrected() {
    let mut window = opened_page(2);
    let corrected = window.type_into(1, " Corrected");
    for (name, must_have) in
        [("notes.pdf", "(Corrected)"), ("notes.xml", "fox Corrected</Unicode>"), ("notes.hocr", ">Corrected<")]
    {
        let path = window.path(name);
        window.send(Command::SaveTextTo(path.clone()));
        window.wait_until("the file", |_| path.exists());
        let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        assert!(text.contains(must_have) && corrected.contains("Corrected"), "{name} of {corrected}");
    }
    let two = [window.path("notes.png"), window.path("more.png")];
    write_page(&two[1], 1);
    window.open(&two[1..]);
    window.wait_until("the second page", |window| window.shows("1 line"));
    let path = window.path("all.alto.xml");
    window.send(Command::SaveTextOfAllPagesTo(path.clone()));
    window.wait_for("one page a file");
    assert!(!path.exists());
}

#[test]
fn a_correction_outlives_reading_again_and_the_program() {
    let mut window = opened_page(2);
    let corrected = window.type_into(2, "my ");
    assert_ne!(corrected, TEXT);

    let n_read = window.gate.n_read.load(Ordering::Relaxed);
    window.send(Command::ReadAgain);
    window.wait_until("the second reading", |window| window.gate.n_read.load(Ordering::Relaxed) == n_read + 2);
    window.wait_for("Timings");
    assert_eq!(window.line_text(2), corrected);

    window.send(Command::ClosePage);
    let mut window = window.end().files(&["notes.png"]).start();
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
fn a_panic_in_a_line_fails_the_line_alone() {
    let mut window = Window::new();
    let path = window.path("notes.png");
    write_page(&path, 2);
    window.gate.is_trapped.store(true, Ordering::Relaxed);
    window.open(&[path]);
    window.wait_for("Timings");
    let mut texts = [window.line_text(1), window.line_text(2)];
    texts.sort();
    assert_eq!(texts, ["", TEXT], "one line failed, the other was read");
}

#[test]
fn a_line_read_as_nothing_tells_no_confidence() {
    let mut window = Window::new();
    window.gate.hides_ink.store(true, Ordering::Relaxed);
    let path = window.path("blank.png");
    write_page(&path, 1);
    window.open(&[path]);
    window.wait_for("Timings");
    assert_eq!(window.line_text(1), "");
    assert!(!window.shows("100 %"), "sure of nothing");
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
    let builder = Window::builder().reader(|| anyhow::bail!("the model package is damaged"));
    let mut window = builder.without_recovery().start();
    window.wait_for("Pages cannot be read: the model package is damaged");
    window.wait_for("There is no model to read with");
}

#[test]
fn in_place_of_an_own_model_that_cannot_be_loaded_comes_the_one_inside() {
    let builder = Window::builder().reader(|| anyhow::bail!("it was trained behind normalization 1"));
    std::fs::write(builder.path("settings.toml"), "model = \"my-hand\"\n").unwrap();
    write_page(&builder.path("notes.png"), 1);
    let mut window = builder.without_recovery().files(&["notes.png"]).start();
    window.wait_for("my-hand cannot be used, so pages are read with student: it was trained behind normalization 1");
    window.wait_for("Timings");
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
    window.harness.get_by_label("Menu").click();
    window.harness.run_steps(2);
    window.harness.get_by_label("Doubtful words: Few").click();
    window.harness.run_steps(2);
    let builder = window.end();
    let path = builder.path("settings.toml");
    let kept = Settings::load(&path).0;
    assert_eq!(kept.theme, ThemeChoice::Dark);
    assert!((kept.doubt_threshold - 0.35).abs() < 1e-6);
    std::fs::write(&path, "theme = 3").unwrap();
    let mut window = builder.start();
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
