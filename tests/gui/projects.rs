//! Projects: the open pages with everything done to them, in one file.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, atomic::Ordering},
};

use eframe::egui::{ColorImage, Event};
use longhand::{
    app::Command,
    ink::Stroke,
    page::Point,
    storage::{Project, ProjectPicture},
};

use super::{
    fake_models::TEXT,
    window::{Window, write_page},
};

fn save(window: &mut Window, name: &str, holds_pictures: bool) -> PathBuf {
    let path = window.path(name);
    window.send(Command::SaveProjectTo { path: path.clone(), holds_pictures });
    window.wait_for(&format!("Saved as {}", path.display()));
    path
}

fn saved_texts(path: &Path) -> Vec<String> {
    let pages = Project::open(path).unwrap().pages;
    pages.iter().flat_map(|page| &page.page.lines).map(|line| line.text().to_owned()).collect()
}

#[test]
fn a_project_shows_its_text_at_once_and_without_reading_again() {
    let mut window = Window::new();
    let path = window.path("notes.png");
    write_page(&path, 3);
    window.open(&[path]);
    window.wait_for("Timings");
    let corrected = window.type_into(2, "my ");
    save(&mut window, "work.longhand", false);
    // The corrections are in the project and not only in the recovery folder.
    let builder = window.end();
    std::fs::remove_dir_all(builder.path("recovery")).unwrap();
    let mut window = builder.files(&["work.longhand"]).start();
    window.wait_for("3 lines");
    assert_eq!((window.line_text(1), window.line_text(2)), (TEXT.to_owned(), corrected));
    window.harness.run_steps(30);
    assert_eq!(window.gate.n_read.load(Ordering::Relaxed), 0, "nothing is read again");
}

#[test]
fn a_project_with_pictures_inside_can_be_handed_on() {
    let mut window = Window::new();
    let path = window.path("notes.png");
    write_page(&path, 2);
    window.open(&[path]);
    window.wait_for("Timings");
    let pasted = ColorImage::filled([300, 200], eframe::egui::Color32::WHITE);
    window.harness.event(Event::PasteImage(Arc::new(pasted)));
    window.wait_for("Page Pasted image, read");
    window.send(Command::NewDrawing);
    let points = (0..60).map(|x| Point::new(200.0 + 4.0 * x as f32, 300.0)).collect();
    window.send(Command::DrawStroke(Stroke::new(points, 4.0)));
    window.wait_for("Page Sheet, read");
    let project = save(&mut window, "work.longhand", true);
    let builder = window.end();
    std::fs::remove_file(builder.path("notes.png")).unwrap();
    std::fs::remove_dir_all(builder.path("recovery")).unwrap();
    let mut window = builder.files(&["work.longhand"]).start();
    for name in ["Page notes.png, read", "Page Pasted image, read", "Page Sheet, read"] {
        window.wait_for(name);
    }
    // Its pixels come out of the project.
    let pdf = window.path("notes.pdf");
    window.send(Command::SaveTextTo(pdf.clone()));
    window.wait_until("the file", |_| pdf.exists());
    // Saved over itself, it still holds them.
    window.send(Command::SaveProject);
    window.harness.run_steps(5);
    window.wait_until("the project to be saved", |_| Project::picture(&project, &inside(&project)).is_ok());
}

/// The name of the first picture inside.
fn inside(project: &Path) -> String {
    let pages = Project::open(project).unwrap().pages;
    let name = pages.iter().find_map(|page| match &page.picture {
        ProjectPicture::File { inside, .. } => inside.clone(),
        _ => None,
    });
    name.unwrap()
}

#[test]
fn what_is_done_after_saving_is_saved_too_and_what_a_kill_left_comes_back() {
    let mut window = Window::new();
    let path = window.path("notes.png");
    write_page(&path, 2);
    window.open(&[path]);
    window.wait_for("Timings");
    let project = save(&mut window, "work.longhand", false);
    let corrected = window.type_into(1, "my ");
    let is_recovered = |window: &Window| {
        let files = std::fs::read_dir(window.path("recovery")).unwrap();
        let texts = files.filter_map(|file| std::fs::read_to_string(file.unwrap().path()).ok());
        texts.into_iter().any(|text| text.contains("my the"))
    };
    window.wait_until("the correction to be written ahead", |window| {
        is_recovered(window) || saved_texts(&project).contains(&corrected)
    });
    // Killed before the project was saved again: the file on the disk is that of before.
    let mut window = window.end().files(&["work.longhand"]).start();
    window.wait_for("2 lines");
    window.wait_until("the correction", |window| window.line_text(1) == corrected);
    window.wait_until("the project to hold it", |_| saved_texts(&project).contains(&corrected));
}

#[test]
fn a_newer_project_is_refused_in_words_and_a_damaged_one_too() {
    let mut window = Window::new();
    let (newer, damaged) = (window.path("newer.longhand"), window.path("damaged.longhand"));
    std::fs::write(&damaged, "PK").unwrap();
    Project::new(Vec::new()).save(&newer, &std::collections::BTreeMap::new()).unwrap();
    window.open(&[damaged, newer]);
    window.wait_for("damaged.longhand cannot be opened: it is no project of Longhand");
}
