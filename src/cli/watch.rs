//! `longhand watch`: reads what arrives in a folder, such as that of a scanner.
//!
//! What is done is told by the results themselves, which are written whole: so the command may be ended at any moment
//! and started again, and it goes on with what has none.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    thread,
    time::{Duration, SystemTime},
};

use anyhow::Context as _;
use clap::Args;

use super::{
    export::DocumentOptions,
    inputs::{file_name, is_own_result},
    outcome::Outcome,
    output::{Answers, complain, shown},
    page_reading::Readers,
    results::Results,
};
use crate::{formats::ExportFormat, storage::page_files_in};

/// Read every page that arrives in a folder, and write its text beside it.
///
/// Each file gets a document of its whole name and the format's ending: `scan.jpg.pdf` of `scan.jpg`. A file is read
/// once its size and time have stayed the same between two looks, so that a scanner may take its time to write it. A
/// file with a result is left alone, also after a restart; one that changed later is told of, and read again with
/// `--overwrite`. What cannot be read is complained about once, and read again if it changes. PDFs that Longhand wrote,
/// hidden files and subfolders are passed over. The names of the files written come out, a line each. The command goes
/// on until it is ended; nothing is lost by ending it at any moment.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  longhand watch ~/Scans
  longhand watch --format txt --paragraphs --out texts ~/Scans
  longhand watch --once --format docx ~/Scans     as a scheduled job")]
pub(super) struct Watch {
    #[command(flatten)]
    document: DocumentOptions,
    /// The folder to write to, if it is not the watched one.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Read files again that changed after their result was written, and replace it.
    #[arg(long)]
    overwrite: bool,
    /// Seconds between two looks at the folder.
    #[arg(long, value_name = "SECONDS", default_value_t = 2.0, value_parser = interval)]
    interval: f32,
    /// End when everything that is there has been read.
    #[arg(long)]
    once: bool,
    /// The folder to watch.
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
}

fn interval(text: &str) -> Result<f32, String> {
    let secs: f32 = text.parse().map_err(|_no_number| "it is not a number".to_owned())?;
    if (0.1..=86_400.0).contains(&secs) { Ok(secs) } else { Err("it has to be 0.1 to 86400".to_owned()) }
}

/// A file's size in bytes and its time of change: another state means other contents.
type FileState = (u64, Option<SystemTime>);

/// What is known of the watched files.
#[derive(Default)]
struct Watched {
    /// Their states at the last look.
    seen: BTreeMap<PathBuf, FileState>,
    /// The states in which they were read, failed or were told of.
    settled: BTreeMap<PathBuf, FileState>,
}

impl Watched {
    /// The files to be read now: those not settled whose state is that of the last look. Forgets files that are gone.
    fn ready(&mut self, files: Vec<(PathBuf, FileState)>) -> Vec<(PathBuf, FileState)> {
        let now: BTreeMap<PathBuf, FileState> = files.into_iter().collect();
        let (seen, settled) = (&self.seen, &self.settled);
        let is_ready = |(path, state): &(&PathBuf, &FileState)| {
            seen.get(*path) == Some(*state) && settled.get(*path) != Some(*state)
        };
        let ready = now.iter().filter(is_ready).map(|(path, state)| (path.clone(), *state)).collect();
        self.settled.retain(|path, _| now.contains_key(path));
        self.seen = now;
        ready
    }

    /// Whether every file is settled in its present state.
    fn is_all_settled(&self) -> bool {
        self.seen.iter().all(|(path, state)| self.settled.get(path) == Some(state))
    }
}

impl Watch {
    pub(super) fn run(&self) -> anyhow::Result<Outcome> {
        let format = self.document.format();
        anyhow::ensure!(
            !format.is_of_one_page(),
            "{} holds one page alone: take pdf, docx, markdown, txt, hocr or json here, or `longhand export`",
            format.name()
        );
        if let Some(out) = &self.out {
            fs::create_dir_all(out).with_context(|| format!("cannot make the folder {}", out.display()))?;
        }
        // Looked at once before the model is loaded: a folder that is not there is told at once.
        self.look()?;
        let readers = self.document.readers(&[])?;
        let (mut watched, mut outcome) = (Watched::default(), Outcome::Complete);
        let mut answers = Answers::new();
        loop {
            for (file, state) in watched.ready(self.look()?) {
                outcome = outcome.and(self.settle(&file, format, &readers, &mut answers)?);
                watched.settled.insert(file, state);
            }
            if self.once && watched.is_all_settled() {
                return Ok(outcome);
            }
            thread::sleep(Duration::from_secs_f32(self.interval));
        }
    }

    /// The page files of the folder and their states.
    fn look(&self) -> anyhow::Result<Vec<(PathBuf, FileState)>> {
        let files =
            page_files_in(&self.folder).with_context(|| format!("cannot read the folder {}", self.folder.display()))?;
        // A file that has gone meanwhile has no state.
        Ok(files.into_iter().filter_map(|file| state_of(&file).map(|state| (file, state))).collect())
    }

    /// Reads a file that has no result yet.
    fn settle(
        &self,
        file: &Path,
        format: ExportFormat,
        readers: &Readers,
        answers: &mut Answers,
    ) -> anyhow::Result<Outcome> {
        if is_own_result(file) {
            return Ok(Outcome::Complete);
        }
        let folder = self.out.as_deref().unwrap_or(&self.folder);
        let mut results = Results::new(folder, self.overwrite, &[file.to_owned()]);
        let name = file_name(file);
        let result = Results::new(folder, false, &[]).path(&name, format.ending());
        if let Ok(written) = fs::metadata(&result).and_then(|result| result.modified()) {
            let is_newer = fs::metadata(file).and_then(|file| file.modified()).is_ok_and(|changed| changed > written);
            if !is_newer {
                return Ok(Outcome::Complete);
            }
            if !self.overwrite {
                complain(&format!(
                    "{} changed after {} was written: `--overwrite` reads it again",
                    shown(file),
                    shown(&result)
                ));
                return Ok(Outcome::Incomplete);
            }
        }
        self.document.export(file, &name, readers, &mut results, answers)
    }
}

fn state_of(file: &Path) -> Option<FileState> {
    let metadata = fs::metadata(file).ok()?;
    Some((metadata.len(), metadata.modified().ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(ready: Vec<(PathBuf, FileState)>) -> Vec<String> {
        ready.into_iter().map(|(path, _)| path.display().to_string()).collect()
    }

    #[test]
    fn a_file_is_read_once_it_stays_the_same_and_again_when_it_changed() {
        let mut watched = Watched::default();
        let file = |name: &str, n_bytes| (PathBuf::from(name), (n_bytes, None));
        assert!(watched.ready(vec![file("a", 1)]).is_empty(), "it may be half written");
        assert!(watched.ready(vec![file("a", 2), file("b", 5)]).is_empty(), "it grew");
        assert!(!watched.is_all_settled());
        assert_eq!(names(watched.ready(vec![file("a", 2), file("b", 5)])), ["a", "b"]);
        watched.settled.extend([file("a", 2), file("b", 5)]);
        assert!(watched.ready(vec![file("a", 2), file("b", 5)]).is_empty() && watched.is_all_settled());
        assert!(watched.ready(vec![file("b", 9)]).is_empty());
        assert!(!watched.is_all_settled());
        assert_eq!(names(watched.ready(vec![file("b", 9)])), ["b"]);
        assert!(watched.ready(vec![file("a", 2)]).is_empty(), "a file that was gone is a new one");
    }
}
