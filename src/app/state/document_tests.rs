//! What a document promises: corrections stay, steps can be taken back, selection never points at nothing.

use proptest::prelude::*;

use super::*;
use crate::page::{RecognizedCharacter, Rect};

fn line(id: u32) -> TextLine {
    let top = id as f32 * 40.0;
    TextLine { id: LineId(id), ..TextLine::at(Rect::new(10.0, top, 300.0, top + 30.0)) }
}

fn read(text: &str, confidence: f32) -> Transcription {
    Transcription { text: text.to_owned(), confidence, ..Transcription::default() }
}

fn document(n_lines: u32) -> Document {
    let mut document = Document::new(DocumentId(1), "page".to_owned(), Origin::Clipboard);
    document.begin_reading();
    document.set_layout((0..n_lines).map(line).collect(), Vec::new());
    for id in 0..n_lines {
        document.set_transcription(
            LineId(id),
            read(&format!("line {id}"), if id % 2 == 0 { 0.99 } else { 0.5 }),
            false,
        );
    }
    document.stage = Stage::Done;
    document
}

fn texts(document: &Document) -> Vec<String> {
    document.page.lines.iter().map(|line| line.text().to_owned()).collect()
}

fn read_words(words: &[(&str, f32)]) -> Transcription {
    let letters = |(word, confidence): &(&str, f32)| {
        let confidence = *confidence;
        let read = |character| RecognizedCharacter { character, confidence, start: 0.0, end: 0.0 };
        word.chars().map(read).collect::<Vec<_>>()
    };
    let blank = RecognizedCharacter { character: ' ', confidence: 1.0, start: 0.0, end: 0.0 };
    Transcription::new(words.iter().map(letters).collect::<Vec<_>>().join(&blank))
}

#[test]
fn doubts_belong_to_words_and_outlive_other_corrections_undo_and_reading_again() {
    let mut document = document(1);
    let doubtful = |document: &Document| -> Vec<String> {
        let line = &document.page.lines[0];
        let places = Document::doubtful_words(line, 0.8);
        places.into_iter().map(|at| line.text().chars().skip(at.start).take(at.len()).collect()).collect()
    };
    let read = || read_words(&[("they", 1.0), ("nonsly", 0.5), ("wrote", 1.0), ("letlers", 0.6)]);
    document.set_transcription(LineId(0), read(), false);
    assert_eq!(doubtful(&document), ["nonsly", "letlers"]);
    document.edit_line(LineId(0), "they nonsly wrote letters".to_owned(), 0.0);
    document.edit_line(LineId(0), "They nonsly wrote letters".to_owned(), 9.0);
    assert_eq!(doubtful(&document), ["nonsly"]);
    document.undo();
    assert_eq!(doubtful(&document), ["nonsly"], "of a line corrected twice and undone once");
    document.undo();
    assert_eq!(doubtful(&document), ["nonsly", "letlers"]);
    document.redo();
    document.begin_reading();
    document.set_layout(vec![line(0)], Vec::new());
    document.set_transcription(LineId(0), read(), false);
    assert_eq!(doubtful(&document), ["nonsly"], "read again");
    document.select(LineId(0));
    document.accept_selected();
    assert!(doubtful(&document).is_empty() && document.n_doubtful(0.8) == 0);
    document.undo();
    assert_eq!(doubtful(&document), ["nonsly"]);
}

#[test]
fn typing_without_a_pause_is_one_step() {
    let mut document = document(2);
    for (n, text) in ["h", "he", "hey"].into_iter().enumerate() {
        document.edit_line(LineId(0), text.to_owned(), n as f64 * 0.3);
    }
    document.edit_line(LineId(0), "hey you".to_owned(), 9.0);
    document.undo();
    assert_eq!(texts(&document), ["hey", "line 1"]);
    document.undo();
    assert_eq!(texts(&document), ["line 0", "line 1"]);
    assert_eq!(document.can_undo_redo(), (false, true));
    document.redo();
    assert_eq!(texts(&document), ["hey", "line 1"]);
    document.edit_line(LineId(1), "other".to_owned(), 20.0);
    assert_eq!(document.can_undo_redo(), (true, false), "a new step ends what could be made again");
}

#[test]
fn typing_what_was_read_makes_a_line_uncorrected() {
    let mut document = document(1);
    document.edit_line(LineId(0), "x".to_owned(), 0.0);
    document.edit_line(LineId(0), "line 0".to_owned(), 5.0);
    assert_eq!(document.page.lines[0].correction, None);
}

#[test]
fn accepting_a_doubtful_line_settles_it_and_can_be_undone() {
    let mut document = document(2);
    document.select(LineId(1));
    document.accept_selected();
    assert_eq!(document.n_doubtful(0.8), 0);
    assert!(!document.has_doubts(0.8));
    document.undo();
    assert_eq!(document.n_doubtful(0.8), 1);
}

#[test]
fn practice_makes_no_line_surer_that_says_what_it_said() {
    let mut document = document(2);
    document.set_transcription(LineId(0), read("line 0", 1.0), true);
    document.set_transcription(LineId(1), read("line one", 0.9), true);
    let confidence = |index: usize| document.page.lines[index].transcription.as_ref().unwrap().confidence;
    assert!(confidence(0) < 0.995 && confidence(1) > 0.8);
}

#[test]
#[cfg(feature = "train")]
fn a_page_is_hard_to_read_until_its_lines_are_corrected() {
    let mut document = document(10);
    assert!(document.is_hard_to_read());
    document.edit_line(LineId(0), "hey".to_owned(), 0.0);
    assert!(!document.is_hard_to_read(), "nine lines are too few to practise on");
    document.undo();
    assert!(document.is_hard_to_read());
    for id in 0..10 {
        document.set_transcription(LineId(id), read("line", if id == 0 { 0.5 } else { 0.95 }), false);
    }
    assert!(!document.is_hard_to_read());
}

#[test]
fn reverting_goes_back_to_what_the_line_said_when_it_was_selected() {
    let mut document = document(2);
    document.edit_line(LineId(0), "first".to_owned(), 0.0);
    document.select(LineId(0));
    document.edit_line(LineId(0), "second".to_owned(), 5.0);
    document.revert_selected();
    assert_eq!(texts(&document), ["first", "line 1"]);
}

#[test]
fn a_correction_typed_before_its_line_is_read_stays() {
    let mut document = document(0);
    document.set_layout(vec![line(0)], Vec::new());
    document.edit_line(LineId(0), "mine".to_owned(), 0.0);
    document.set_transcription(LineId(0), read("theirs", 1.0), false);
    assert_eq!(texts(&document), ["mine"]);
    document.undo();
    assert_eq!(texts(&document), ["theirs"]);
}

#[test]
fn a_first_reading_stands_until_the_careful_one_which_marks_what_it_changed_for_a_while() {
    let mut document = document(0);
    document.set_layout(vec![line(0), line(1)], Vec::new());
    document.set_first_text(LineId(0), read("the cot sat", 0.9));
    document.set_first_text(LineId(1), read("on thc mat", 0.9));
    assert_eq!(
        (texts(&document), document.progress()),
        (vec!["the cot sat".to_owned(), "on thc mat".to_owned()], (0, 2))
    );
    document.edit_line(LineId(1), "mine".to_owned(), 0.0);
    document.set_transcription(LineId(0), read("the cat sat", 1.0), true);
    document.set_transcription(LineId(1), read("on the mat", 1.0), true);
    assert_eq!((texts(&document), document.progress()), (vec!["the cat sat".to_owned(), "mine".to_owned()], (2, 2)));
    assert!((document.page.lines[0].transcription.as_ref().unwrap().confidence - 1.0).abs() < f32::EPSILON);
    let marked = |document: &Document, index: usize| {
        let line = &document.page.lines[index];
        let changed = document.first_readings.changed(line.id, line.text());
        changed.iter().map(|place| (place.start, place.end)).collect::<Vec<_>>()
    };
    assert!(document.first_readings.expire(10.0).is_some_and(|secs| secs > 1.0));
    assert_eq!((marked(&document, 0), marked(&document, 1)), (vec![(4, 7)], vec![]));
    assert_eq!(document.first_readings.expire(20.0), None);
    assert!(marked(&document, 0).is_empty());
}

#[test]
fn a_first_reading_does_not_replace_a_careful_one() {
    let mut document = document(1);
    document.begin_reading();
    document.set_layout(vec![line(0)], Vec::new());
    document.set_first_text(LineId(0), read("l1ne", 0.9));
    assert_eq!(texts(&document), ["line 0"]);
}

#[test]
fn corrections_of_erased_ink_come_back_with_the_ink() {
    let mut document = document(2);
    document.drawing = Some(Drawing::default());
    document.edit_line(LineId(1), "mine".to_owned(), 0.0);
    document.begin_reading();
    document.set_layout(vec![line(0)], Vec::new());
    assert_eq!(texts(&document), ["line 0"]);
    document.begin_reading();
    document.set_layout(vec![line(0), line(1)], Vec::new());
    assert_eq!(texts(&document), ["line 0", "mine"]);
}

proptest! {
    #[test]
    fn undoing_everything_gives_the_page_as_it_was_read(steps in proptest::collection::vec((0_u8..6, 0_u32..4, "[a-c]{0,3}"), 0..30)) {
        let mut document = document(4);
        let before = document.page.clone();
        for (n, (kind, id, text)) in steps.into_iter().enumerate() {
            match kind {
                0 => document.select(LineId(id)),
                1 => document.accept_selected(),
                2 => document.revert_selected(),
                3 => drop(document.undo()),
                _ => document.edit_line(LineId(id), text, n as f64 * 0.7),
            }
        }
        let after = document.page.clone();
        let mut n_undone = 0;
        while document.can_undo_redo().0 {
            document.undo();
            n_undone += 1;
        }
        prop_assert_eq!(&document.page, &before);
        for _ in 0..n_undone {
            document.redo();
        }
        prop_assert_eq!(&document.page, &after);
    }

    #[test]
    fn reading_again_never_changes_a_correction(shift in 0.0_f32..8.0, n_lines in 1_u32..6, corrected in 0_u32..6) {
        let mut document = document(n_lines);
        let corrected = LineId(corrected % n_lines);
        document.edit_line(corrected, "mine".to_owned(), 0.0);
        document.begin_reading();
        let moved = |id| {
            let mut moved = line(id);
            moved.bounds.y0 += shift;
            moved.bounds.y1 += shift;
            moved
        };
        document.set_layout((0..n_lines).map(moved).collect(), Vec::new());
        for id in 0..n_lines {
            document.set_transcription(LineId(id), read("theirs", 1.0), false);
        }
        for line in &document.page.lines {
            prop_assert_eq!(line.text(), if line.id == corrected { "mine" } else { "theirs" });
        }
    }
}
