//! When changes are written to the recovery folder: half a second after the first that is not written, so that a crash
//! loses less than a second of work.

use std::collections::BTreeMap;

use crate::app::state::document::DocumentId;

/// The longest that a change waits for the writer, in seconds.
pub(super) const LONGEST_WAIT_SECS: f64 = 0.5;

/// The change counters of one page.
#[derive(Clone, Copy, Debug, Default)]
struct Watch {
    saved_count: u64,
    /// When the first change was seen that is not written.
    unsaved_since_secs: Option<f64>,
}

/// Watches the change counters of the open pages.
#[derive(Debug, Default)]
pub(super) struct Autosave {
    watches: BTreeMap<DocumentId, Watch>,
}

impl Autosave {
    /// Whether page `id`, after `edit_count` changes so far, is to be written now.
    pub(super) fn is_due(&mut self, id: DocumentId, edit_count: u64, now_secs: f64) -> bool {
        let watch = self.watches.entry(id).or_default();
        if edit_count == watch.saved_count {
            return false;
        }
        now_secs - *watch.unsaved_since_secs.get_or_insert(now_secs) >= LONGEST_WAIT_SECS
    }

    /// Whether page `id` has changes that are not written.
    pub(super) fn is_unsaved(&self, id: DocumentId, edit_count: u64) -> bool {
        self.watches.get(&id).map_or(0, |watch| watch.saved_count) != edit_count
    }

    /// The changes up to `edit_count` are being written.
    pub(super) fn saved(&mut self, id: DocumentId, edit_count: u64) {
        self.watches.insert(id, Watch { saved_count: edit_count, unsaved_since_secs: None });
    }

    /// Forgets page `id`, which was closed.
    pub(super) fn forget(&mut self, id: DocumentId) {
        self.watches.remove(&id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_change_waits_for_a_pause() {
        let (mut autosave, id) = (Autosave::default(), DocumentId(1));
        assert!(!autosave.is_due(id, 0, 100.0));
        assert!(!autosave.is_due(id, 1, 100.0));
        assert!(autosave.is_due(id, 1, 100.6));
        autosave.saved(id, 1);
        assert!(!autosave.is_due(id, 1, 200.0) && !autosave.is_unsaved(id, 1));
        // Typing without a pause.
        let first_due = (0..100).find(|&n| autosave.is_due(id, 2 + n, 200.0 + n as f64 * 0.1));
        assert_eq!(first_due, Some(5));
        assert!(autosave.is_unsaved(id, 7));
    }
}
