//! `longhand watch`: what arrives is read once, whatever ends the command in between.

use std::{
    fs,
    process::{Child, Stdio},
    thread,
    time::{Duration, Instant},
};

use super::folder::Folder;

/// No test waits longer for a result.
const DEADLINE: Duration = Duration::from_mins(1);
const WATCH: [&str; 6] = ["watch", "--quick", "--format", "txt", "--interval", "0.2"];

/// The command while it watches `in`; it is ended with this.
struct Watching(Child);

impl Watching {
    fn start(folder: &Folder) -> Self {
        let mut command = folder.command(&[&WATCH[..], &["in"]].concat());
        Self(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

#[track_caller]
fn wait_for(folder: &Folder, name: &str) {
    let start = Instant::now();
    while !folder.path(name).exists() {
        assert!(start.elapsed() < DEADLINE, "{name} is not written");
        thread::sleep(Duration::from_millis(20));
    }
}

fn once(folder: &Folder, options: &[&str]) -> super::folder::Answer {
    folder.run(&[&WATCH[..], &["--once"], options, &["in"]].concat())
}

#[test]
fn what_arrives_is_read_once_and_results_are_no_pages() {
    let folder = Folder::new();
    folder.draw_page("in/a.png", 1);
    folder.draw_page("in/a.jpg", 2);
    let watching = Watching::start(&folder);
    wait_for(&folder, "in/a.png.txt");
    wait_for(&folder, "in/a.jpg.txt");
    // It is written in two halves, as scanners do.
    folder.draw_page("b.png", 3);
    let bytes = fs::read(folder.path("b.png")).unwrap();
    folder.write("in/b.png", &bytes[..bytes.len() / 2]);
    folder.write("in/b.png", &bytes);
    wait_for(&folder, "in/b.png.txt");
    drop(watching);
    let text = fs::read_to_string(folder.path("in/b.png.txt")).unwrap();
    assert_eq!(text.trim_end().lines().count(), 3, "all of it was read: {text}");
    // Searchable PDFs beside their pages are not read in their turn.
    let pdfs = ["watch", "--quick", "--interval", "0.2", "--once", "in"];
    assert_eq!(folder.run(&pdfs).assert_status(0).stdout.lines().count(), 3);
    assert_eq!(folder.run(&pdfs).assert_status(0).stdout, "");
}

#[test]
fn it_goes_on_after_a_kill_with_what_has_no_result() {
    let folder = Folder::new();
    for number in 0..8 {
        folder.draw_page(&format!("in/{number}.png"), 1);
    }
    for kill in 0..4 {
        let watching = Watching::start(&folder);
        wait_for(&folder, &format!("in/{kill}.png.txt"));
        drop(watching);
    }
    let n_results = || (0..8).filter(|number| folder.path(&format!("in/{number}.png.txt")).exists()).count();
    let n_before = n_results();
    let answer = once(&folder, &[]).assert_status(0);
    assert_eq!(answer.stdout.lines().count(), 8 - n_before, "{answer:?}");
    assert_eq!(n_results(), 8);
    assert_eq!(once(&folder, &[]).assert_status(0).stdout, "");
}

#[test]
fn what_cannot_be_read_is_told_and_what_changed_is_not_replaced_unasked() {
    let folder = Folder::new();
    folder.draw_page("in/good.png", 1);
    folder.write("in/bad.png", b"no picture");
    let answer = once(&folder, &[]).assert_status(1).assert_says(&["bad.png"]);
    assert_eq!(answer.stdout.trim_end(), "in/good.png.txt");
    fs::remove_file(folder.path("in/bad.png")).unwrap();
    fs::write(folder.path("in/good.png.txt"), "corrected").unwrap();
    let early = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1);
    fs::File::options().write(true).open(folder.path("in/good.png.txt")).unwrap().set_modified(early).unwrap();
    once(&folder, &[]).assert_status(1).assert_says(&["in/good.png changed after", "--overwrite"]);
    assert_eq!(fs::read_to_string(folder.path("in/good.png.txt")).unwrap(), "corrected");
    once(&folder, &["--overwrite"]).assert_status(0);
    assert_ne!(fs::read_to_string(folder.path("in/good.png.txt")).unwrap(), "corrected");
}

#[test]
fn it_writes_elsewhere_and_refuses_what_it_cannot_do() {
    let folder = Folder::new();
    folder.draw_page("in/a.png", 1);
    once(&folder, &["--out", "texts"]).assert_status(0);
    assert!(folder.path("texts/a.png.txt").is_file() && !folder.path("in/a.png.txt").exists());
    folder.run(&["watch", "--format", "alto", "in"]).assert_status(1).assert_says(&["ALTO", "longhand export"]);
    folder.run(&["watch", "--once", "gone"]).assert_status(1).assert_says(&["cannot read the folder gone"]);
    folder.run(&["watch", "--interval", "0", "in"]).assert_status(2);
}
