//! Typographic punctuation: curved quotation marks, dashes and ellipses in place of the typewriter's.
//!
//! A pen does not show which of them a writer meant, so that a reader writes `"`, `'`, `-` and `...`; what stands
//! around them shows it nearly always.

use super::{Page, TextLine};

/// `text` with curved quotation marks and apostrophes, a dash for a hyphen between blanks and for two hyphens, and an
/// ellipsis for three stops. Code, addresses, feet and inches stay.
pub fn typographic(text: &str) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let typeset = words.iter().enumerate().map(|(index, word)| match *word {
        "-" if is_dash(index.checked_sub(1).and_then(|i| words.get(i)), words.get(index + 1)) => "–".to_owned(),
        word if is_code(word) => word.to_owned(),
        word => typeset_word(word),
    });
    typeset.collect::<Vec<_>>().join(" ")
}

impl Page {
    /// The page with [`typographic`] texts.
    #[must_use]
    pub fn typographic(&self) -> Self {
        let mut page = self.clone();
        page.lines.iter_mut().for_each(typeset_line);
        page
    }
}

fn typeset_line(line: &mut TextLine) {
    let typeset = typographic(line.text());
    if typeset != line.text() {
        line.correction = Some(typeset);
    }
}

/// Whether a hyphen alone between these words is a dash: between words, and neither a list's mark nor a minus.
fn is_dash(before: Option<&&str>, after: Option<&&str>) -> bool {
    let has_letters = |word: Option<&&str>| word.is_some_and(|word| word.chars().any(char::is_alphabetic));
    has_letters(before) && has_letters(after)
}

fn is_code(word: &str) -> bool {
    word.contains(['{', '}', '<', '>', '=', '\\', '_', '@', '`', '|', '#', '$', '^', '~', '*']) || word.contains("://")
}

fn typeset_word(word: &str) -> String {
    let letters: Vec<char> = word.replace("...", "…").replace("--", "—").chars().collect();
    let mut out = String::with_capacity(word.len());
    for (at, &character) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|i| letters[i]);
        let rest = &letters[at + 1..];
        // A quotation opens before a word and behind brackets, dashes and other opening marks.
        let opens = before.is_none_or(|c| "([{—–-/\"'".contains(c)) && rest.iter().any(|c| c.is_alphanumeric());
        out.push(match character {
            '"' | '\'' if before.is_some_and(|c| c.is_ascii_digit()) && rest.is_empty() => character,
            '"' if opens => '“',
            '"' => '”',
            '\'' if opens && !is_elision(rest) => '‘',
            '\'' => '’',
            other => other,
        });
    }
    out
}

/// Whether an apostrophe before these letters stands for left out ones: 'tis, 'em, '90s.
fn is_elision(rest: &[char]) -> bool {
    let word: String = rest.iter().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    rest.first().is_some_and(char::is_ascii_digit)
        || ["tis", "twas", "em", "til", "cause", "n", "bout", "round"].contains(&word.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::{Rect, Transcription};

    #[test]
    fn marks_follow_from_what_stands_around_them() {
        for (typed, typeset) in [
            (r#""Come in," he said - and then..."#, "“Come in,” he said – and then…"),
            ("It's Anna's, isn't it?", "It’s Anna’s, isn’t it?"),
            ("the 'old' way of the '90s, 'tis said", "the ‘old’ way of the ’90s, ’tis said"),
            (r#"("quoted") and "'nested'""#, "(“quoted”) and “‘nested’”"),
            ("wait--what?", "wait—what?"),
            ("- milk", "- milk"),
            ("5 - 3 = 2", "5 - 3 = 2"),
            (r#"a 12" screen, 6' tall"#, r#"a 12" screen, 6' tall"#),
            (r#"x="1" and C:\a 'b'"#, r#"x="1" and C:\a ‘b’"#),
            ("well-known 10-12", "well-known 10-12"),
            ("the end.\"", "the end.”"),
            ("", ""),
        ] {
            assert_eq!(typographic(typed), typeset);
            assert_eq!(typographic(typeset), typeset, "once more changes nothing");
        }
    }

    #[test]
    fn a_page_keeps_lines_that_have_no_such_marks() {
        let line = |text: &str| TextLine {
            transcription: Some(Transcription { text: text.to_owned(), ..Transcription::default() }),
            ..TextLine::at(Rect::new(0.0, 0.0, 90.0, 20.0))
        };
        let page = Page { lines: vec![line("plain"), line("it's")], ..Page::default() };
        let typeset = page.typographic();
        assert_eq!(typeset.lines[0], page.lines[0]);
        assert_eq!(typeset.lines[1].text(), "it’s");
    }
}
