//! First readings: texts that stand in lines until these are read carefully, and marks on the words that change then.

use std::{collections::BTreeMap, ops::Range};

use crate::page::{LineId, changed_words};

/// How long changed words are marked, in seconds. No measurement recorded.
const MARK_SECS: f64 = 3.0;

/// The first readings of a page's lines.
#[derive(Debug, Default)]
pub(crate) struct FirstReadings {
    /// The texts of lines that were read once.
    texts: BTreeMap<LineId, String>,
    marks: BTreeMap<LineId, Mark>,
}

#[derive(Debug)]
struct Mark {
    /// The text whose words are marked.
    text: String,
    /// Its changed words, as ranges of characters.
    words: Vec<Range<usize>>,
    /// When the mark ends, in seconds of the window's clock; `None` before it is shown.
    until_secs: Option<f64>,
}

impl FirstReadings {
    /// A line was read once.
    pub(super) fn add(&mut self, line: LineId, text: String) {
        self.texts.insert(line, text);
    }

    /// Whether the line was read only once.
    pub(super) fn holds(&self, line: LineId) -> bool {
        self.texts.contains_key(&line)
    }

    /// `text` replaces the first reading of the line, if it has one; returns whether it had.
    pub(super) fn replaced(&mut self, line: LineId, text: &str) -> bool {
        let Some(first) = self.texts.remove(&line) else { return false };
        let words = changed_words(&first, text);
        if !words.is_empty() {
            self.marks.insert(line, Mark { text: text.to_owned(), words, until_secs: None });
        }
        true
    }

    /// The words of the line's `text` that its careful reading has just changed, as ranges of characters. None where
    /// the user has written since.
    pub(crate) fn changed(&self, line: LineId, text: &str) -> &[Range<usize>] {
        self.marks.get(&line).filter(|mark| mark.text == text).map_or(&[], |mark| &mark.words)
    }

    /// Begins and ends marks; returns the seconds until the next one ends.
    pub(crate) fn expire(&mut self, now_secs: f64) -> Option<f64> {
        self.marks.retain(|_, mark| *mark.until_secs.get_or_insert(now_secs + MARK_SECS) > now_secs);
        self.marks.values().filter_map(|mark| Some(mark.until_secs? - now_secs)).reduce(f64::min)
    }
}
