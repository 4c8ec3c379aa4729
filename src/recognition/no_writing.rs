//! Photos without writing: what line finding takes for lines there reads as nothing that a person wrote.
//!
//! Confidences are calibrated. The numbers, before calibration, were chosen on 87 pictures of libraries' test suites,
//! most of them photos without writing: 10 gave more than 3 lines before and 5 after, all of these with printed or
//! drawn words. On the five photos, the eight letters and the 21 valid diagrams no page comes near them.

use crate::page::TextLine;

/// Characters of a text from which on its confidence counts by itself: `I` and `O` are easily found in drawings.
const WORD: usize = 3;
/// Lines up to which a page has few.
const FEW_LINES: usize = 3;
/// Lines from which on there are too many of one height below one another for anything but writing.
const MANY_LINES: usize = 15;
/// Confidence of the surest word-like line below which nothing is writing, on pages of few lines and on others.
const SUREST_OF_FEW: f32 = 0.4;
const SUREST: f32 = 0.52;
/// Mean confidence of all characters below which nothing is writing.
const MEAN: f32 = 0.46;

/// Whether none of the lines, which were read carefully, seems to be writing. A line that could not be read may be.
pub(super) fn is_without_writing(lines: &[TextLine]) -> bool {
    if lines.is_empty() || lines.len() >= MANY_LINES {
        return false;
    }
    let (mut surest, mut sum, mut n_characters) = (0.0_f32, 0.0, 0);
    for line in lines {
        let Some(read) = &line.transcription else { return false };
        let n = read.text.chars().count();
        sum += n as f32 * read.confidence;
        n_characters += n;
        if n >= WORD {
            surest = surest.max(read.confidence);
        }
    }
    let least = if lines.len() <= FEW_LINES { SUREST_OF_FEW } else { SUREST };
    surest < least && sum < MEAN * n_characters as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::{Rect, Transcription};

    fn is_without(read: &[(&str, f32)]) -> bool {
        let line = |&(text, confidence): &(&str, f32)| TextLine {
            transcription: Some(Transcription { text: text.to_owned(), confidence, ..Transcription::default() }),
            ..TextLine::at(Rect::new(0.0, 0.0, 90.0, 20.0))
        };
        is_without_writing(&read.iter().map(line).collect::<Vec<_>>())
    }

    #[test]
    fn rubbish_is_told_from_writing_that_is_hard_to_read() {
        let cat = [("it", 0.37), ("\"I", 0.06), ("this", 0.08), ("they are", 0.21), ("resent", 0.17), ("→ wit", 0.31)];
        assert!(is_without(&cat));
        let board = [cat.as_slice(), &[("Middleware", 0.6)]].concat();
        assert!(!is_without(&board), "one word is surely read");
        assert!(!is_without(&cat.repeat(3)), "a full page");
        assert!(is_without(&[("kind", 0.2)]));
        assert!(!is_without(&[("kind", 0.43)]), "of a single label much is left to the user");
        assert!(!is_without(&[("7", 0.9), ("12", 0.8)]), "numbers are no words, and sure");
        assert!(!is_without(&[]));
        let unread = TextLine::at(Rect::new(0.0, 0.0, 90.0, 20.0));
        assert!(!is_without_writing(&[unread]));
    }
}
