//! The runs that wait for the one before. They are kept in a file, so that a window that closes does not forget them.

use std::{
    collections::VecDeque,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::plan::Plan;
use crate::{
    app::{lab::context::LabContext, tasks::job_slot::JobSlot},
    storage::{read_limited, write_atomically},
};

/// The largest file that is read, in bytes: a plan takes less than one kilobyte, and a long path for every source.
const MAX_BYTES: u64 = 1_000_000;

/// A run that waits for the one before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Waiting {
    /// It is begun when its turn comes.
    New(Box<Plan>),
    /// It goes on from its last checkpoint.
    Begun(String),
}

/// The runs that are started one after the other.
#[derive(Default)]
pub(super) struct Queue {
    pub(super) waiting: VecDeque<Waiting>,
    /// What the file holds, or will when it is written.
    kept: Vec<Waiting>,
    keeping: JobSlot<String>,
}

impl Queue {
    /// Takes over the runs that an earlier window left, unless others wait already.
    pub(super) fn bring_back(&mut self, left: Vec<Waiting>) {
        if self.waiting.is_empty() {
            self.waiting.extend(left.iter().cloned());
        }
        self.kept = left;
    }

    /// Writes the file beside the folder of runs if others wait now. The run that is `active` comes first: it goes on
    /// if the window closes before its end.
    pub(super) fn keep(&mut self, active: Option<&str>, cx: &mut LabContext<'_>) {
        for reason in self.keeping.poll(&mut cx.jobs) {
            cx.fail(format!("The runs that wait could not be kept: {reason}"));
        }
        let first = active.filter(|_| !self.waiting.is_empty()).map(|name| Waiting::Begun(name.to_owned()));
        let now: Vec<Waiting> = first.into_iter().chain(self.waiting.iter().cloned()).collect();
        let Some(path) = cx.options.runs.as_deref().map(path_beside).filter(|_| now != self.kept) else { return };
        if !self.keeping.is_running() {
            self.kept.clone_from(&now);
            self.keeping.start("Keeping the runs that wait", &mut cx.jobs, move |job| {
                let written = serde_json::to_vec(&now).map_err(Into::into);
                match written.and_then(|bytes| write_atomically(&path, &bytes)) {
                    Ok(()) => Ok(()),
                    Err(error) => job.tell(error.to_string()),
                }
            });
        }
    }
}

/// The runs that were left waiting beside the folder of runs; none where the file is missing or damaged.
pub(super) fn left_waiting(runs: &Path) -> Vec<Waiting> {
    let bytes = read_limited(&path_beside(runs), MAX_BYTES).unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_default()
}

fn path_beside(runs: &Path) -> PathBuf {
    runs.with_file_name("waiting-runs.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_runs_are_read_as_they_were_written() {
        let folder = tempfile::tempdir().unwrap();
        let runs = folder.path().join("runs");
        assert!(left_waiting(&runs).is_empty());
        let waiting = vec![Waiting::Begun("a".to_owned()), Waiting::New(Box::default())];
        std::fs::write(path_beside(&runs), serde_json::to_vec(&waiting).unwrap()).unwrap();
        assert_eq!(left_waiting(&runs), waiting);
        std::fs::write(path_beside(&runs), "[{\"new\":").unwrap();
        assert!(left_waiting(&runs).is_empty());
    }
}
