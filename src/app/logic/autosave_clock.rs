//! When corrections are written to the recovery folder: 1 s after the last change, and at the latest after 30 s.

use std::collections::BTreeMap;

use crate::app::state::document::DocumentId;

const PAUSE_SECS: f64 = 1.0;
const LONGEST_WAIT_SECS: f64 = 30.0;

/// The change counters of one page.
#[derive(Clone, Copy, Debug, Default)]
struct Watch {
    seen_count: u64,
    seen_at_secs: f64,
    saved_count: u64,
    unsaved_since_secs: f64,
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
        if watch.seen_count == watch.saved_count {
            watch.unsaved_since_secs = now_secs;
        }
        if watch.seen_count != edit_count {
            watch.seen_count = edit_count;
            watch.seen_at_secs = now_secs;
        }
        now_secs - watch.seen_at_secs >= PAUSE_SECS || now_secs - watch.unsaved_since_secs >= LONGEST_WAIT_SECS
    }

    /// Whether page `id` has changes that are not written.
    pub(super) fn is_unsaved(&self, id: DocumentId, edit_count: u64) -> bool {
        self.watches.get(&id).map_or(0, |watch| watch.saved_count) != edit_count
    }

    /// The changes up to `edit_count` are being written.
    pub(super) fn saved(&mut self, id: DocumentId, edit_count: u64) {
        let watch = self.watches.entry(id).or_default();
        watch.saved_count = edit_count;
        watch.seen_count = edit_count;
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
    fn changes_are_written_after_a_pause_or_half_a_minute() {
        let (mut autosave, id) = (Autosave::default(), DocumentId(1));
        assert!(!autosave.is_due(id, 0, 100.0));
        assert!(!autosave.is_due(id, 1, 100.0));
        assert!(autosave.is_due(id, 1, 101.1));
        autosave.saved(id, 1);
        assert!(!autosave.is_due(id, 1, 200.0) && !autosave.is_unsaved(id, 1));
        // Typing without a pause.
        let first_due = (0..100).find(|&n| autosave.is_due(id, 2 + n, 200.0 + n as f64 * 0.5));
        assert_eq!(first_due, Some(60));
    }
}
