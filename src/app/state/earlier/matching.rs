//! Corrections of the picture that lay at a page's path before. If the page is an edited version of that picture, the
//! user is asked whether to take them over; another picture never gets them.

use super::EarlierCorrections;
use crate::{
    app::state::{document::Document, history::LineWork},
    page::{LineId, edit_distance},
    storage::{Recovery, SavedLine},
};

/// Least similarity of a line's text with the text that was read or corrected before, for both to be the same line: one
/// minus the edit distance in lengths of the longer text. No measurement recorded.
const MIN_SIMILARITY: f32 = 0.6;

impl Document {
    /// Compares the text read on the page with that of the earlier picture: it is an edited version if at least half of
    /// the corrected lines are found on it.
    pub(crate) fn weigh_earlier_corrections(&mut self) {
        if let EarlierCorrections::Unweighed(saved) = std::mem::take(&mut self.earlier)
            && 2 * self.matching_lines(&saved).len() >= saved.lines.len().max(1)
        {
            self.earlier = EarlierCorrections::Offered(saved);
        }
    }

    /// How many lines were corrected in the earlier picture, while the user is asked about them.
    pub(crate) fn n_offered(&self) -> Option<usize> {
        match &self.earlier {
            EarlierCorrections::Offered(saved) => Some(saved.lines.len()),
            _ => None,
        }
    }

    /// Takes the corrections over, as steps that can be undone. Returns how many lines got one.
    pub(crate) fn use_earlier_corrections(&mut self) -> usize {
        let EarlierCorrections::Offered(saved) = std::mem::take(&mut self.earlier) else { return 0 };
        let matches = self.matching_lines(&saved);
        for (id, saved) in &matches {
            self.set_work(*id, LineWork { correction: Some(saved.correction.clone()), is_checked: saved.is_checked });
        }
        self.edit_count += 1;
        matches.len()
    }

    /// Leaves them; the user is not asked about them again.
    pub(crate) fn leave_earlier_corrections(&mut self) {
        self.earlier = EarlierCorrections::None;
        self.edit_count += 1;
    }

    /// The uncorrected lines that read as the earlier ones did, each with the correction of one.
    fn matching_lines(&self, saved: &Recovery) -> Vec<(LineId, SavedLine)> {
        let mut free: Vec<_> = self.page.lines.iter().filter(|line| line.correction.is_none()).collect();
        let mut matches = Vec::new();
        for saved in &saved.lines {
            let alike = |text: &str| similarity(text, &saved.correction).max(similarity(text, as_read(saved)));
            let likeness = free.iter().map(|line| alike(line.text())).enumerate();
            let best = likeness.max_by(|(_, a), (_, b)| a.total_cmp(b)).filter(|(_, best)| *best >= MIN_SIMILARITY);
            if let Some((index, _)) = best {
                matches.push((free.remove(index).id, saved.clone()));
            }
        }
        matches
    }
}

fn as_read(saved: &SavedLine) -> &str {
    saved.read.as_deref().unwrap_or_default()
}

fn similarity(a: &str, b: &str) -> f32 {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let longer = a.len().max(b.len());
    if longer == 0 { 0.0 } else { 1.0 - edit_distance(&a, &b) as f32 / longer as f32 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::state::document::{DocumentId, Origin},
        imaging::PageAdjustments,
        page::{Page, Rect, TextLine, Transcription},
        storage::PictureKey,
    };

    fn line(id: u32, text: &str) -> TextLine {
        TextLine {
            id: LineId(id),
            transcription: Some(Transcription { text: text.to_owned(), ..Transcription::default() }),
            ..TextLine::at(Rect::new(0.0, id as f32 * 40.0, 300.0, id as f32 * 40.0 + 30.0))
        }
    }

    fn earlier() -> Recovery {
        let corrected = |id, read, text: &str| TextLine { correction: Some(text.to_owned()), ..line(id, read) };
        let lines =
            vec![corrected(0, "dear sir roj", "Dear Sir Roy"), corrected(1, "we mect at noon", "we meet at noon")];
        let key = PictureKey { content: None, path: "scan.jpg".into(), index: 0 };
        Recovery::from_page(
            key,
            PageAdjustments::default(),
            &Page { width: 300, height: 90, lines, drawings: Vec::new() },
        )
    }

    fn document(texts: &[&str]) -> Document {
        let mut document = Document::new(DocumentId(1), "scan.jpg".to_owned(), Origin::Clipboard);
        document.page.lines = (0..).zip(texts).map(|(id, text)| line(id, text)).collect();
        document.earlier = EarlierCorrections::Unweighed(earlier());
        document
    }

    #[test]
    fn an_edited_version_is_offered_the_corrections_and_takes_them_by_text() {
        let mut document = document(&["a new line", "we mect at noon", "dear sir roy"]);
        document.weigh_earlier_corrections();
        assert_eq!(document.n_offered(), Some(2));
        assert_eq!(document.use_earlier_corrections(), 2);
        let texts: Vec<&str> = document.page.lines.iter().map(TextLine::text).collect();
        assert_eq!(texts, ["a new line", "we meet at noon", "Dear Sir Roy"]);
        assert_eq!(document.n_offered(), None);
        document.undo();
        document.undo();
        assert_eq!(document.page.lines[1].correction, None);
    }

    #[test]
    fn another_picture_is_offered_nothing() {
        let mut document = document(&["the shopping list", "milk and butter"]);
        document.weigh_earlier_corrections();
        assert_eq!(document.n_offered(), None);
        assert_eq!(document.use_earlier_corrections(), 0);
    }
}
