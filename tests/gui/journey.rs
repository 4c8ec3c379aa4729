//! The whole way of a page, from opening it to a file of every format, with a kill in between.

use std::{path::PathBuf, sync::atomic::Ordering};

use eframe::egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use longhand::{app::Command, formats::ExportFormat, ink::Stroke, page::Point};

use super::window::{Window, opened_page};

/// Saves what is shown by the ending of the format.
fn export(window: &mut Window, format: ExportFormat) -> Vec<u8> {
    let path = window.path(&format!("out/result{}", format.ending()));
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    window.send(Command::SaveTextTo(path.clone()));
    window.wait_until("the file", |_| path.exists());
    std::fs::read(path).unwrap()
}

#[test]
fn a_page_is_opened_corrected_split_saved_killed_and_leaves_in_every_format() {
    let mut window = opened_page(2);
    let corrected = window.type_into(1, "my ");
    window.harness.get_by_label("Text of line 2").focus();
    window.harness.run_steps(3);
    window.press(Modifiers::NONE, Key::End);
    window.send(Command::SplitLine);
    window.wait_for("3 lines");
    window.wait_for("Timings");
    window.press(Modifiers::COMMAND, Key::Z);
    window.wait_for("2 lines");
    let project: PathBuf = window.path("work.longhand");
    window.send(Command::SaveProjectTo { path: project.clone(), holds_pictures: true });
    window.wait_for(&format!("Saved as {}", project.display()));

    // Killed; what it kept beside the project is gone, too, and so is the picture.
    let builder = window.end();
    std::fs::remove_dir_all(builder.path("recovery")).unwrap();
    std::fs::remove_file(builder.path("notes.png")).unwrap();
    let mut window = builder.files(&["work.longhand"]).start();
    window.wait_for("2 lines");
    assert_eq!(window.line_text(1), corrected);
    assert_eq!(window.gate.n_read.load(Ordering::Relaxed), 0, "nothing is read again");

    for format in ExportFormat::ALL.into_iter().filter(|format| !format.is_of_ink()) {
        let bytes = export(&mut window, format);
        let text = String::from_utf8_lossy(&bytes);
        match format {
            ExportFormat::Docx => assert!(bytes.starts_with(b"PK")),
            ExportFormat::Pdf => assert!(bytes.starts_with(b"%PDF")),
            ExportFormat::Png => assert!(image::load_from_memory(&bytes).is_ok()),
            _ => assert!(corrected.split(' ').all(|word| text.contains(word)), "{}: {text}", format.name()),
        }
    }
    window.send(Command::NewDrawing);
    let points = (0..60).map(|x| Point::new(200.0 + 4.0 * x as f32, 300.0)).collect();
    window.send(Command::DrawStroke(Stroke::new(points, 4.0)));
    window.wait_for("Page Sheet, read");
    for format in ExportFormat::ALL.into_iter().filter(|format| format.is_of_ink()) {
        let text = String::from_utf8(export(&mut window, format)).unwrap();
        assert!(text.contains("<polyline") || text.contains("<trace"), "{}: {text}", format.name());
    }
}
