//! Files of several pages, folders, and what is done to a page before it is read.

use std::{
    path::{Path, PathBuf},
    sync::atomic::Ordering,
};

use egui_kittest::kittest::Queryable as _;
use image::GrayImage;
use longhand::app::Command;

use super::{
    fake_models::TEXT,
    window::{Window, opened_page, write_page},
};

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
    window.open(&[scan, single]);
    for name in ["Page scan.tif, page 1 of 3, read", "Page scan.tif, page 3 of 3, read", "Page single.png, read"] {
        window.wait_for(name);
    }
    assert!(window.harness.query_by_label("scan.tif").is_some(), "the file's name stands above its pages");
    window.send(Command::NextPage);
    window.wait_for("2 lines");
    let corrected = window.type_into(2, "my ");

    window.send(Command::CopyTextOfAllPages);
    let all = format!("{TEXT}\n\n{TEXT}\n{corrected}\n\n{TEXT}\n{TEXT}\n{TEXT}\n\n{TEXT}");
    assert_eq!(window.copied(), Some(all.clone()));
    let path = window.path("all.txt");
    window.send(Command::SaveTextOfAllPagesTo(path.clone()));
    window.wait_for("Saved as");
    assert_eq!(std::fs::read_to_string(path).unwrap(), all + "\n");

    window.send(Command::CloseFile);
    window.wait_until("the file's pages to go", |window| !window.shows("Page scan.tif"));
    let mut window = window.end().files(&["scan.tif"]).start();
    window.wait_for("Restored 1 correction made earlier in scan.tif");
    window.wait_for("Page scan.tif, page 3 of 3, read");
    assert_eq!(window.line_text(1), TEXT);
    window.send(Command::NextPage);
    window.wait_for("2 lines");
    assert_eq!(window.line_text(2), corrected);
}

#[test]
fn saving_pages_as_pdf_tells_how_far_it_is_and_can_be_stopped() {
    let mut window = Window::new();
    let pages: Vec<PathBuf> = (1..=3)
        .map(|n| {
            let path = window.path(&format!("{n}.png"));
            write_page(&path, n);
            path
        })
        .collect();
    window.open(&pages);
    window.wait_for("Page 3.png, read");
    let file = window.path("all.pdf");
    std::fs::write(&file, "what was there").unwrap();

    window.send_together([Command::SaveTextOfAllPagesTo(file.clone()), Command::StopSaving]);
    window.wait_for("Stopped saving");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "what was there");

    window.send(Command::SaveTextOfAllPagesTo(file.clone()));
    window.wait_for("Saved as");
    assert!(std::fs::read(&file).unwrap().starts_with(b"%PDF"));
    window.wait_until("the bar to rest again", |window| !window.shows("Saving page"));
}

#[test]
fn the_window_does_not_close_on_pages_that_are_being_saved() {
    let mut window = Window::new();
    let pages: Vec<PathBuf> = (1..=3).map(|n| window.path(&format!("{n}.png"))).collect();
    for page in &pages {
        write_page(page, 2);
    }
    window.open(&pages);
    window.wait_for("Page 3.png, read");
    let file = window.path("all.pdf");
    window.send_together([Command::SaveTextOfAllPagesTo(file.clone()), Command::Quit]);
    window.harness.step();
    // Saving may be faster than the next frame.
    if window.shows("Pages are being saved") {
        window.click("Keep the window open");
    }
    window.wait_until("the file", |_| file.exists());
}

#[test]
fn each_page_becomes_a_file_of_its_own_in_a_folder() {
    let mut window = Window::new();
    let scan = window.path("scan.tif");
    write_tiff(&scan, &[Some(drawn_page(1)), Some(drawn_page(2))]);
    window.open(&[scan]);
    window.wait_for("Page scan.tif, page 2 of 2, read");
    window.send(Command::ExportAllPages);
    window.wait_for("All 2 pages");
    window.click("Format: ALTO XML");
    assert!(window.shows("Files like scan.alto.xml in a folder"));
    assert!(window.has("Choose a folder…"));
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
    let mut window = window.end().files(&["notes.png"]).start();
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
    window.press(Modifiers::ALT, Key::C);
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
fn a_sheet_seen_aslant_is_set_straight_when_the_user_says_so() {
    use eframe::egui::{Key, Modifiers};
    // A white sheet on a dark table, narrower at its upper edge, with three lines on it.
    let lines = drawn_page(3);
    let photo = image::RgbImage::from_fn(1300, 800, |x, y| {
        let (x, y) = (x as f32 - 650.0, y as f32 - 60.0);
        let half_width = 420.0 + 0.2 * y;
        let is_sheet = (0.0..680.0).contains(&y) && x.abs() < half_width;
        let (x, y) = ((x + 430.0) as u32, (y / 1.3) as u32);
        let ink = if x < lines.width() && y < lines.height() { lines.get_pixel(x, y).0[0] } else { 255 };
        image::Rgb(if is_sheet { [ink.min(235); 3] } else { [80, 62, 44] })
    });
    let mut window = Window::new();
    let path = window.path("photo.png");
    photo.save(&path).unwrap();
    window.open(&[path]);
    window.wait_for("This looks like a sheet seen aslant");
    window.wait_for("Timings");
    window.press(Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::K);
    window.wait_until("the question to go", |window| !window.shows("seen aslant"));
    window.wait_for("Timings");
    assert!(window.shows("3 lines"));
    window.press(Modifiers::COMMAND, Key::Z);
    window.wait_for("Timings");
    assert!(!window.shows("seen aslant"), "what was taken back is not asked again");
}

#[test]
fn a_photo_of_several_sheets_is_parted_into_pages_when_the_user_says_so() {
    use eframe::egui::{Key, Modifiers};
    let lines = drawn_page(3);
    let photo = image::RgbImage::from_fn(2400, 900, |x, y| {
        let on_sheet = |left: u32| x.checked_sub(left).filter(|x| *x < lines.width()).zip(y.checked_sub(120));
        match [120, 1300].into_iter().find_map(on_sheet).filter(|&(_, y)| y < lines.height()) {
            Some((x, y)) => image::Rgb([lines.get_pixel(x, y).0[0].min(238); 3]),
            None => image::Rgb([70, 55, 44]),
        }
    });
    let mut window = Window::new();
    let path = window.path("notes.png");
    photo.save(&path).unwrap();
    window.open(&[path]);
    window.wait_for("This photo shows 2 sheets");
    window.wait_for("Timings");
    window.click("Part into pages");
    window.wait_for("notes.png is 2 pages now; Reopen page brings the photo back");
    window.wait_until("the sheets to be read", |window| window.shows("3 lines"));
    assert!(!window.shows("This photo shows"), "a sheet is not parted again");
    window.press(Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::T);
    window.wait_for("6 lines");
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

#[test]
fn a_graphics_card_that_failed_is_told_of_and_remembered() {
    let mut window = Window::builder().renderer_failed("no configuration").start();
    window.wait_for("The graphics card cannot draw the window (no configuration)");
    window.wait_until("the settings to be written", |window| {
        std::fs::read_to_string(window.path("settings.toml"))
            .is_ok_and(|settings| settings.contains("renderer = \"software\""))
    });
}
