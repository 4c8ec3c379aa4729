//! The window is killed at any moment while it keeps corrections and saves a project: what was saved stays.

use std::{
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use longhand::{app::Command as WindowCommand, page::LineId, storage::Project};

use super::window::{Window, WindowBuilder, write_page};

/// Names the folder of the child process.
const FOLDER: &str = "LONGHAND_TEST_WINDOW_UNTIL_KILLED";
/// How often a window is killed, where `trials/kills.sh` asks for more than a few times.
const N_KILLS: &str = "LONGHAND_TEST_KILLS";
/// What the child has done, a line each: `edit NUMBER MILLISECONDS` or `saved NUMBER MILLISECONDS`.
const LOG: &str = "log";
/// A correction is kept after half a second; the rest is for a busy machine to write it.
const KEPT_AFTER_MS: u64 = 1500;

/// The window's own folder in that of the child.
fn own_folder(folder: &Path) -> PathBuf {
    folder.join("window")
}

#[test]
#[ignore = "the window that nothing_saved_is_lost_in_a_kill kills"]
fn corrects_and_saves_until_it_is_killed() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else { return };
    let own = tempfile::Builder::new().prefix("window").rand_bytes(0).tempdir_in(&folder).unwrap();
    let mut window = WindowBuilder::in_folder(own).deadline(Duration::from_mins(2)).start();
    let path = window.path("notes.png");
    write_page(&path, 2);
    window.open(&[path]);
    window.wait_for("Timings");
    let mut log = File::create(folder.join(LOG)).unwrap();
    let start = Instant::now();
    let mut tell = |what: &str, number: u64| {
        log.write_all(format!("{what} {number} {}\n", start.elapsed().as_millis()).as_bytes()).unwrap();
    };
    let project = window.path("work.longhand");
    let mut waits_for = 0;
    for number in 1..100_000 {
        window.send(WindowCommand::EditLine { line: LineId(0), text: format!("edit {number}") });
        tell("edit", number);
        if number_in_project(&project) >= waits_for {
            tell("saved", waits_for);
            waits_for = number;
            window.send(WindowCommand::SaveProjectTo { path: project.clone(), holds_pictures: true });
        }
        window.harness.run_steps(2);
        sleep(Duration::from_millis(5));
    }
}

/// The number of the edit that the project holds; 0 where there is none.
#[track_caller]
fn number_in_project(path: &Path) -> u64 {
    if !path.exists() {
        return 0;
    }
    let lines = Project::open(path).unwrap().pages.into_iter().flat_map(|page| page.page.lines);
    lines.filter_map(|line| line.text().strip_prefix("edit ")?.parse().ok()).max().unwrap_or_default()
}

/// The number of the edit that the folder of corrections holds; 0 where there is none. Every file in it is whole.
#[track_caller]
fn number_kept(folder: &Path) -> u64 {
    let files = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    let kept = files.filter(|path| path.extension().is_some_and(|ending| ending == "json")).filter_map(|path| {
        let corrections: serde_json::Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
        let lines = corrections["lines"].as_array().unwrap().clone();
        lines.iter().filter_map(|line| line["correction"].as_str()?.strip_prefix("edit ")?.parse().ok()).max()
    });
    kept.max().unwrap_or_default()
}

/// What the child told last of this kind, no later than `until_ms`.
fn last_told(log: &str, kind: &str, until_ms: u64) -> u64 {
    let told = log.lines().filter_map(|line| {
        let mut words = line.strip_prefix(kind)?.split_whitespace();
        let (number, at) = (words.next()?.parse().ok()?, words.next()?.parse::<u64>().ok()?);
        (at <= until_ms).then_some(number)
    });
    told.max().unwrap_or_default()
}

#[test]
fn nothing_saved_is_lost_in_a_kill() {
    let n_kills = std::env::var(N_KILLS).map_or(3, |n_kills| n_kills.parse().unwrap());
    for kill in 0..n_kills {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join(LOG);
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "kills::corrects_and_saves_until_it_is_killed"])
            .env(FOLDER, folder.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        while fs::read_to_string(&log).unwrap_or_default().is_empty() {
            assert!(child.try_wait().unwrap().is_none(), "it works");
            sleep(Duration::from_millis(1));
        }
        // Spread over two seconds without a pattern, by a multiple of the golden ratio.
        sleep(Duration::from_millis((f64::from(kill) * 0.618_034 * 2000.0) as u64 % 2000));
        child.kill().unwrap();
        child.wait().unwrap();

        let told = fs::read_to_string(&log).unwrap();
        let end_ms = told.lines().filter_map(|line| line.split(' ').nth(2)?.parse().ok()).max().unwrap_or(0_u64);
        let own = own_folder(folder.path());
        let (saved, kept) = (number_in_project(&own.join("work.longhand")), number_kept(&own.join("recovery")));
        assert!(saved >= last_told(&told, "saved", end_ms), "kill {kill}: the project holds {saved}; {told}");
        let must_be_kept = last_told(&told, "edit", end_ms.saturating_sub(KEPT_AFTER_MS));
        assert!(kept.max(saved) >= must_be_kept, "kill {kill}: {kept} is kept and {must_be_kept} was written; {told}");
        if kill % 50 == 0 && kept.max(saved) > 0 {
            reopens(&own, kept.max(saved));
        }
    }
}

/// Opens what a killed window left in a window of its own.
#[track_caller]
fn reopens(own: &Path, number: u64) {
    let folder = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(own).unwrap() {
        let entry = entry.unwrap();
        fs::rename(entry.path(), folder.path().join(entry.file_name())).unwrap();
    }
    let name = if folder.path().join("work.longhand").exists() { "work.longhand" } else { "notes.png" };
    let mut window: Window = WindowBuilder::in_folder(folder).files(&[name]).deadline(Duration::from_mins(2)).start();
    window.wait_until("what was kept last", |window| {
        window.has("Text of line 1") && window.line_text(1) == format!("edit {number}")
    });
}
