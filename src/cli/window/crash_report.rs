//! Reports of the program's own mistakes: every panic leaves a file that the user can read and pass on.

use std::{
    backtrace::Backtrace,
    fmt::Write as _,
    fs, io,
    panic::{self, PanicHookInfo},
    path::{Path, PathBuf},
    process,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{SystemTime, UNIX_EPOCH},
};

use crate::{
    cli::output::{complain, shown},
    storage::{crash_reports_folder, recovery_folder, write_new},
};

/// The most reports of one run; a mistake that repeats itself is told often enough by then.
const MAX_REPORTS_OF_RUN: usize = 5;
/// Reports that are kept; older ones are removed.
const MAX_REPORTS_KEPT: usize = 20;

/// Whether the window is being opened, and what went wrong then: the libraries of windowing systems panic where others
/// are missing, which is no mistake of the program and needs no report.
static OPENING: Mutex<Stage> = Mutex::new(Stage::Usual);

/// Where the program is.
enum Stage {
    /// Not opening the window.
    Usual,
    /// Opening it.
    #[cfg(feature = "gui")]
    Opening,
    /// A panic ended the opening, and said this.
    #[cfg_attr(not(feature = "gui"), expect(dead_code, reason = "only the window asks what it said"))]
    Failed(String),
}

/// From now on, panics of the main thread are kept for [`failed_opening`] and not reported.
#[cfg(feature = "gui")]
pub(super) fn begin_opening() {
    *opening() = Stage::Opening;
}

/// The window is there.
#[cfg(feature = "gui")]
pub(super) fn end_opening() {
    *opening() = Stage::Usual;
}

/// What a panic said before the window was there.
#[cfg(feature = "gui")]
pub(super) fn failed_opening() -> Option<String> {
    match std::mem::replace(&mut *opening(), Stage::Usual) {
        Stage::Failed(reason) => Some(reason),
        Stage::Usual | Stage::Opening => None,
    }
}

fn opening() -> MutexGuard<'static, Stage> {
    OPENING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether the panic was one of opening the window, which is kept.
fn is_of_opening(info: &PanicHookInfo<'_>) -> bool {
    let is_main = thread::current().name() == Some("main");
    let mut stage = opening();
    let is_kept = is_main && !matches!(*stage, Stage::Usual);
    if is_kept {
        *stage = Stage::Failed(info.payload_as_str().unwrap_or("a library of the desktop gave up").to_owned());
    }
    is_kept
}

/// From now on, a panic writes a report beside what it prints.
pub fn install() {
    report_to(crash_reports_folder(), recovery_folder());
}

fn report_to(folder: Option<PathBuf>, recovery: Option<PathBuf>) {
    static N_REPORTS: AtomicUsize = AtomicUsize::new(0);
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if is_of_opening(info) {
            return;
        }
        usual(info);
        let number = N_REPORTS.fetch_add(1, Ordering::Relaxed);
        let Some(folder) = folder.as_deref().filter(|_| number < MAX_REPORTS_OF_RUN) else { return };
        match write(folder, number, &text(info, recovery.as_deref())) {
            Ok(path) => complain(&format!("this is a mistake in Longhand; what is known of it is in {}", shown(&path))),
            Err(error) => complain(&format!("the report on this mistake cannot be written: {error}")),
        }
    }));
}

fn text(info: &PanicHookInfo<'_>, recovery: Option<&Path>) -> String {
    let message = info.payload_as_str().unwrap_or("no reason was given");
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    let kept = recovery.map_or_else(
        || "This system has no home folder, so that corrections are not kept.".to_owned(),
        |folder| {
            format!(
                "Corrections, sheets and pasted pages are kept in\n{}\nand come back when Longhand is started again. \
                 Files that were opened are as they were.",
                folder.display()
            )
        },
    );
    let mut text = format!(
        "Longhand {} made a mistake of its own. Nobody was told of it: this file is all there is. Please pass it on to \
         those who make Longhand, with the page that brought it out if you may.\n\n{kept}\n\n",
        env!("CARGO_PKG_VERSION")
    );
    let thread = thread::current();
    // Writing to a string cannot fail.
    writeln!(text, "What happened: {message}").ok();
    writeln!(text, "Where: {place}, thread {}", thread.name().unwrap_or("without a name")).ok();
    writeln!(text, "System: {} {}", std::env::consts::OS, std::env::consts::ARCH).ok();
    writeln!(text, "\n{}", Backtrace::force_capture()).ok();
    text
}

/// Writes a report, and removes the oldest beyond those that are kept.
fn write(folder: &Path, number: usize, text: &str) -> io::Result<PathBuf> {
    let secs = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let path = folder.join(format!("{secs}-{}-{number}.txt", process::id()));
    write_new(&path, text.as_bytes())?;
    let mut reports: Vec<PathBuf> = fs::read_dir(folder)?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    reports.retain(|report| report.extension().is_some_and(|ending| ending == "txt"));
    reports.sort();
    let n_old = reports.len().saturating_sub(MAX_REPORTS_KEPT);
    for old in &reports[..n_old] {
        // Ignored: a report too many does no harm.
        fs::remove_file(old).ok();
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    /// Names the folder to which the child process reports.
    const REPORTS: &str = "LONGHAND_TEST_REPORTS";

    #[test]
    #[ignore = "the process whose panics the other test reads"]
    fn panics() {
        let Some(folder) = std::env::var_os(REPORTS).map(PathBuf::from) else { return };
        report_to(Some(folder.clone()), Some(folder.join("recovery")));
        for _ in 0..9 {
            thread::Builder::new().name("reader".to_owned()).spawn(|| panic!("line 7 was lost")).unwrap().join().ok();
        }
        assert!(crate::jobs::contain(|| panic!("a bad file")).is_err());
    }

    #[test]
    fn a_panic_leaves_a_report_that_says_where_pages_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        for n in 0..MAX_REPORTS_KEPT {
            fs::write(folder.path().join(format!("{n}.txt")), "an old one").unwrap();
        }
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "--nocapture", "cli::window::crash_report::tests::panics"])
            .env(REPORTS, folder.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("line 7 was lost") && said.contains("this is a mistake in Longhand"), "{said}");
        let reports: Vec<String> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap())
            .collect();
        assert_eq!(reports.len(), MAX_REPORTS_KEPT, "the oldest make way");
        let new: Vec<&String> = reports.iter().filter(|report| report.contains("line 7 was lost")).collect();
        assert_eq!(new.len(), MAX_REPORTS_OF_RUN, "and no run writes more, nor on what is contained");
        for part in ["thread reader", "crash_report.rs", "recovery", env!("CARGO_PKG_VERSION")] {
            assert!(new[0].contains(part), "{part}: {}", new[0]);
        }
    }
}
