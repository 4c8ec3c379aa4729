//! Working on pages: proof-reading over pages, finding and replacing, line tools, commands by their names.

use std::sync::{Arc, atomic::Ordering};

use eframe::egui::{Key, Modifiers, vec2};
use egui_kittest::kittest::Queryable as _;
use longhand::{
    app::{Command, FindQuery},
    page::CharacterSet,
    recognition::{CtcDecoder, LineModel, PageReader},
};

use super::{
    fake_models::{Gate, HastyModel, TEXT},
    window::{Window, opened_page, write_framed_page, write_page},
};

/// Two pages, of two lines each; the second line of the first is doubtful.
fn two_pages() -> Window {
    let mut window = Window::new();
    let paths = [window.path("a.png"), window.path("b.png")];
    for path in &paths {
        write_page(path, 2);
    }
    window.open(&paths);
    window.wait_for("Page b.png, read");
    window
}

#[test]
fn enter_leads_from_doubt_to_doubt_over_pages_and_says_when_it_is_done() {
    let mut window = two_pages();
    window.send(Command::NextPage);
    window.wait_for("Page b.png");
    window.press(Modifiers::NONE, Key::F8);
    assert!(window.harness.get_by_label("Text of line 2").is_focused(), "the doubt on the other page");
    assert!(window.shows("1 doubtful"));
    window.press(Modifiers::NONE, Key::Enter);
    window.wait_for("Done: no doubtful word is left");
    assert!(!window.shows("1 doubtful"));
}

#[test]
fn a_click_on_a_word_of_the_page_selects_it_in_the_text() {
    let mut window = opened_page(3);
    // The model tells no places but an order.
    for (part, word, expected) in [(0.95, "cat", "the quick brown cat"), (0.001, "one", "one quick brown cat")] {
        let line = window.harness.get_by_label_contains("Line 3: ").rect();
        let at = line.left_center() + vec2(line.width() * part, 0.0);
        window.harness.hover_at(at);
        window.harness.run_steps(2);
        window.harness.drag_at(at);
        window.harness.step();
        window.harness.drop_at(at);
        window.harness.run_steps(4);
        window.harness.get_by_label("Text of line 3").type_text(word);
        window.harness.run_steps(3);
        assert_eq!(window.line_text(3), expected);
    }
}

#[test]
fn text_is_found_and_replaced_on_all_pages() {
    let mut window = two_pages();
    window.press(Modifiers::COMMAND, Key::F);
    window.wait_for("Whole words");
    let query = |text: &str, replacement: &str| FindQuery {
        text: text.to_owned(),
        replacement: replacement.to_owned(),
        ..FindQuery::default()
    };
    window.send(Command::SetFindQuery(query("quick", "slow")));
    window.wait_for("4 places");
    assert!(window.shows("Match: the [quick \u{2192} slow] brown fox, b.png"), "what it would become");
    window.send(Command::NextMatch);
    window.wait_for("1 of 4");
    window.send(Command::ReplaceMatch);
    window.wait_for("1 of 3");
    window.send(Command::ReplaceAllMatches);
    window.wait_for("Replaced in 3 places on 2 pages");
    window.wait_for("Not found");
    assert_eq!(window.line_text(1), "the slow brown fox");
    window.send(Command::SetFindQuery(FindQuery { is_regex: true, ..query("(", "") }));
    window.wait_for("This is no regular expression");
    window.harness.run_steps(3);
    window.click("Close the search");
    assert!(!window.shows("Whole words"));
}

#[test]
fn the_search_is_opened_and_left_by_keys_alone() {
    let mut window = opened_page(1);
    for leave in [(Modifiers::NONE, Key::Escape), (Modifiers::COMMAND, Key::F), (Modifiers::NONE, Key::Escape)] {
        window.press(Modifiers::COMMAND, Key::F);
        window.wait_for("Whole words");
        window.harness.run_steps(3);
        assert!(window.harness.get_by_label("Find").is_focused(), "one types at once what is looked for");
        window.press(leave.0, leave.1);
        assert!(!window.shows("Whole words"), "{leave:?}");
    }
}

#[test]
fn commands_are_found_by_their_names() {
    let mut window = opened_page(1);
    window.press(Modifiers::COMMAND, Key::K);
    window.wait_for("Run Copy text");
    window.harness.get_by_label("Command").type_text("shortc");
    window.harness.run_steps(3);
    assert!(!window.shows("Run Copy text"));
    window.press(Modifiers::NONE, Key::Enter);
    window.wait_for("Keyboard shortcuts");
    assert!(!window.shows("Run "));
}

#[test]
fn the_first_reading_stands_there_until_the_careful_one_replaces_it() {
    let gate = Arc::new(Gate::default());
    gate.is_closed.store(true, Ordering::Relaxed);
    let model_gate = Arc::clone(&gate);
    let make_model = move || -> Box<dyn LineModel> { Box::new(HastyModel::new(Arc::clone(&model_gate), 2)) };
    let english = CtcDecoder::english(&CharacterSet::ascii());
    let mut window = Window::builder().reader(move || Ok(PageReader::with_model(make_model, 1, english))).start();
    let path = window.path("a.png");
    write_page(&path, 2);
    window.open(&[path]);
    let first = "thc quick brown fox";
    window.wait_until("the first readings", |window| {
        window.shows("Text of line 2") && window.line_text(1) == first && window.line_text(2) == first
    });
    let mine = window.type_into(2, "mine");
    assert!(mine.contains(first) && mine.contains("mine"), "{mine}");
    gate.is_closed.store(false, Ordering::Relaxed);
    window.wait_for("Timings");
    assert_eq!(window.line_text(1), "the quick brown fox");
    assert_eq!(window.line_text(2), mine, "what the user wrote is never touched");
}

#[test]
fn the_sample_page_is_read_and_closed_without_a_question() {
    let mut window = Window::new();
    window.click("Try a sample page");
    window.wait_for("Page Sample page");
    window.wait_for("Timings");
    assert!(window.shows("lines"));
    window.send(Command::ClosePage);
    window.wait_for("Read a page of handwriting");
}

#[test]
fn lines_are_split_merged_deleted_reordered_and_only_they_are_read_again() {
    let mut window = opened_page(3);
    let n_read = |window: &Window| window.gate.n_read.load(Ordering::Relaxed);
    let before = n_read(&window);
    window.harness.get_by_label("Text of line 2").focus();
    window.harness.run_steps(3);
    window.press(Modifiers::NONE, Key::End);
    window.send(Command::SplitLine);
    window.wait_for("4 lines");
    window.wait_until("both parts to be read", |window| n_read(window) == before + 2);
    window.wait_for("Timings");
    window.press(Modifiers::COMMAND, Key::Z);
    window.wait_for("3 lines");
    assert_eq!(n_read(&window), before + 2, "what was read once is not read again");
    window.harness.get_by_label("Text of line 2").focus();
    window.harness.run_steps(3);
    window.send(Command::MergeLines);
    window.wait_for("2 lines");
    window.wait_until("the merged line to be read", |window| n_read(window) == before + 3);
    window.send(Command::MoveLineUp);
    window.send(Command::DeleteLines);
    window.wait_for("1 line");
    window.send(Command::ReadAgain);
    window.wait_until("the line to be read", |window| n_read(window) == before + 4);
    window.wait_for("Timings");
    assert!(window.shows("1 line"), "the user's lines are not found anew");

    // They outlive the program.
    window.send(Command::ClosePage);
    let mut window = window.end().files(&["notes.png"]).start();
    window.wait_for("Timings");
    assert!(window.shows("1 line"));
    window.send(Command::FindLinesAnew);
    window.wait_for("3 lines");
}

#[test]
fn a_line_is_drawn_with_the_pointer() {
    let mut window = opened_page(2);
    window.send(Command::EditLines);
    window.harness.run_steps(3);
    let page = window.harness.get_by_label_contains("Page notes.png").rect();
    let first = window.harness.get_by_label(&format!("Line 1: {TEXT}")).rect();
    let from = first.left_top() - vec2(8.0, 4.0);
    assert!(page.contains(from));
    window.harness.hover_at(from);
    window.harness.run_steps(2);
    window.harness.drag_at(from);
    window.harness.run_steps(2);
    let to = first.center_bottom() + vec2(0.0, 4.0);
    for part in [0.4, 1.0] {
        window.harness.hover_at(from + (to - from) * part);
        window.harness.run_steps(2);
    }
    window.harness.drop_at(to);
    window.harness.run_steps(2);
    window.wait_for("3 lines");
    window.wait_for("Timings");
    for line in 1..=3 {
        assert_eq!(window.line_text(line), TEXT, "it is read");
    }
}

#[test]
fn page_xml_opens_with_its_lines_their_order_and_text() {
    let mut window = opened_page(2);
    let corrected = window.type_into(1, "my ");
    let (xml, picture) = (window.path("notes.xml"), window.path("notes.png"));
    window.send(Command::SaveTextTo(xml.clone()));
    window.wait_until("the file", |_| xml.exists());
    let text = std::fs::read_to_string(&xml).unwrap();
    assert!(text.contains("<ReadingOrder>") && text.contains("readingOrder {index:1;}"), "{text}");
    let mut other = Window::new();
    let paths = [other.path("notes.xml"), other.path("notes.png")];
    std::fs::copy(xml, &paths[0]).unwrap();
    std::fs::copy(picture, &paths[1]).unwrap();
    other.open(&paths[..1]);
    other.wait_for("2 lines");
    other.wait_for("Timings");
    assert_eq!(other.line_text(1), corrected);
}

#[test]
fn drawings_are_shown_and_read_as_text_after_all_and_back() {
    let mut window = Window::new();
    let path = window.path("framed.png");
    write_framed_page(&path, 2);
    window.open(&[path]);
    window.wait_for("2 lines");
    assert!(!window.shows("Drawing 1"));
    window.send(Command::ToggleDrawings);
    window.wait_for("Drawing 1");
    window.click("Drawing 1");
    window.wait_for("3 lines");
    assert!(!window.shows("Drawing 1"), "it is text now");
    window.send(Command::LinesAreDrawings);
    window.wait_for("2 lines");
    window.wait_for("Drawing 1");
    window.send(Command::Undo);
    window.wait_for("3 lines");
    window.send(Command::Undo);
    window.wait_for("2 lines");
}
