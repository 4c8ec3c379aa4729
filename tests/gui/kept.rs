//! Pages that no file holds: neither the end of the program nor a slip of the hand loses them.

use std::{path::PathBuf, sync::Arc};

use eframe::egui::{ColorImage, Event};
use egui_kittest::kittest::Queryable as _;
use longhand::{app::Command, ink::Stroke, page::Point};

use super::{
    fake_models::TEXT,
    window::{Window, write_page},
};

/// A wavy line of ink, `top` pixels down the sheet.
fn stroke(top: f32) -> Stroke {
    let points = (0..200).map(|x| Point::new(200.0 + 2.0 * x as f32, top + 24.0 * (x as f32 * 0.35).sin())).collect();
    Stroke::new(points, 4.0)
}

fn paste_page(window: &Window, n_lines: usize) {
    let path = window.path("pasted.png");
    write_page(&path, n_lines);
    let pixels = image::open(path).unwrap().into_luma8();
    let size = [pixels.width() as usize, pixels.height() as usize];
    window.harness.event(Event::PasteImage(Arc::new(ColorImage::from_gray(size, pixels.as_raw()))));
}

fn kept(window: &Window, name: &str) -> PathBuf {
    window.path("recovery/pages/0").join(name)
}

#[test]
fn sheets_and_pasted_images_come_back_after_a_crash() {
    let mut window = Window::new();
    window.send(Command::NewDrawing);
    window.wait_for("A blank sheet");
    window.send(Command::DrawStroke(stroke(300.0)));
    window.wait_until("the sheet's text", |window| window.harness.query_by_label("Text of line 1").is_some());
    paste_page(&window, 2);
    window.wait_for("Page Pasted image, read");
    let corrected = window.type_into(2, "my ");
    window.wait_until("both pages to be kept", |window| {
        let page = std::fs::read_to_string(kept(window, "1.json")).unwrap_or_default();
        kept(window, "0.json").exists() && page.contains(&corrected)
    });

    // The window is gone without a chance to save anything.
    let mut window = window.end().start();
    window.wait_for("Brought back 2 pages");
    window.wait_for("Page Sheet, read");
    assert_eq!(window.line_text(1), TEXT);
    window.send(Command::NextPage);
    window.wait_for("2 lines");
    window.wait_for("Page Pasted image, read");
    assert_eq!(window.line_text(2), corrected);
    // New pages get names and places of their own.
    window.send(Command::NewDrawing);
    window.wait_for("Page Sheet 2");
    window.send(Command::DrawStroke(stroke(200.0)));
    window.wait_until("the third page to be kept", |window| kept(window, "2.json").exists());
}

#[test]
fn a_page_closed_by_mistake_is_opened_again() {
    let mut window = Window::new();
    window.send(Command::NewDrawing);
    window.wait_for("A blank sheet");
    window.send(Command::DrawStroke(stroke(300.0)));
    window.wait_until("the sheet to be kept", |window| kept(window, "0.json").exists());
    window.send(Command::ClosePage);
    window.wait_for("Move to the bin");
    window.click("Keep it open");
    assert!(window.shows("Page Sheet"), "ink asks before it goes");
    window.send(Command::ClosePage);
    window.click("Move to the bin");
    window.wait_until("the sheet to go", |window| !kept(window, "0.json").exists() && !window.shows("Page Sheet"));
    window.send(Command::ReopenPage);
    window.wait_for("Page Sheet");
    window.wait_until("the text", |window| window.harness.query_by_label("Text of line 1").is_some());
    window.wait_until("the sheet to be kept again", |window| kept(window, "1.json").exists());
    window.wait_until("the bin to be empty", |window| n_binned(window) == 0);
    window.send(Command::ClosePage);
    window.click("Move to the bin");
    window.wait_until("the sheet to go", |window| !kept(window, "1.json").exists() && n_binned(window) == 1);
    // The window is gone without a chance to save anything.
    let mut window = window.end().start();
    window.harness.run_steps(20);
    assert!(!window.shows("Page Sheet") && !window.shows("Brought back"));
}

fn n_binned(window: &Window) -> usize {
    std::fs::read_dir(window.path("recovery/bin")).map_or(0, Iterator::count)
}

#[test]
fn closed_ink_and_pasted_images_outlive_the_program_in_the_bin() {
    let mut window = Window::new();
    window.send(Command::NewDrawing);
    window.send(Command::DrawStroke(stroke(300.0)));
    window.wait_until("the sheet's text", |window| window.harness.query_by_label("Text of line 1").is_some());
    let corrected = window.type_into(1, "my ");
    paste_page(&window, 2);
    window.wait_for("Page Pasted image, read");
    for name in ["Pasted image", "Sheet"] {
        window.send(Command::ClosePage);
        window.wait_for(&format!("Close \u{201c}{name}\u{201d}?"));
        window.click("Move to the bin");
    }
    window.wait_until("both pages and the picture to be in the bin", |window| n_binned(window) == 3);

    let mut window = window.end().start();
    window.send(Command::ShowBin);
    window.wait_for("1 stroke");
    window.click("Open Sheet again");
    window.wait_until("the ink and its text", |window| window.harness.query_by_label("Text of line 1").is_some());
    assert_eq!(window.line_text(1), corrected);
    window.wait_until("the sheet to leave the bin", |window| n_binned(window) == 2);
    window.send(Command::ShowBin);
    window.wait_for("Delete Pasted image");
    window.harness.run_steps(3);
    window.click("Delete Pasted image");
    assert_eq!(n_binned(&window), 2, "it is asked first");
    window.click("Delete for good");
    window.wait_for("The bin is empty");
    assert_eq!(n_binned(&window), 0);
}

#[test]
fn a_blank_sheet_is_closed_without_a_question() {
    let mut window = Window::new();
    window.send(Command::NewDrawing);
    window.wait_for("A blank sheet");
    window.send(Command::ClosePage);
    window.wait_until("the sheet to go", |window| !window.shows("Page Sheet"));
    assert_eq!(n_binned(&window), 0);
}

#[test]
fn ink_is_exported_as_a_drawing_and_as_ink() {
    let mut window = Window::new();
    window.send(Command::NewDrawing);
    window.send(Command::DrawStroke(stroke(300.0)));
    for (name, must_have) in [("sheet.svg", "<polyline"), ("sheet.inkml", "<trace ")] {
        let path = window.path(name);
        window.send(Command::SaveTextTo(path.clone()));
        window.wait_until("the file", |_| path.exists());
        assert!(std::fs::read_to_string(&path).unwrap().contains(must_have), "{name}");
    }
}
