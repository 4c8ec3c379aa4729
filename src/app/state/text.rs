//! The text of a page as it is copied and saved.

use crate::page::Page;

/// The pages whose text is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextScope {
    /// The page that is shown.
    Page,
    /// All open pages, in their order.
    AllPages,
}

/// One row a line.
pub(crate) fn with_line_breaks(page: &Page) -> String {
    page.text()
}

/// Page after page with an empty line between them; pages without text are left out.
pub(crate) fn of_all<'a>(pages: impl Iterator<Item = &'a Page>) -> String {
    let texts: Vec<String> = pages.map(with_line_breaks).filter(|text| !text.trim().is_empty()).collect();
    texts.join("\n\n")
}

/// One paragraph: lines are joined by blanks, and a word hyphenated at a line's end is joined.
pub(crate) fn without_line_breaks(page: &Page) -> String {
    let mut joined = String::new();
    for line in page.lines.iter().map(|line| line.text().trim()).filter(|text| !text.is_empty()) {
        let is_broken_word = joined.ends_with('-')
            && joined.chars().rev().nth(1).is_some_and(char::is_alphabetic)
            && line.starts_with(char::is_lowercase);
        if is_broken_word {
            joined.pop();
        } else if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(line);
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::{Rect, TextLine};

    #[test]
    fn lines_are_joined_and_broken_words_put_together() {
        let line = |text: &str| TextLine { correction: Some(text.to_owned()), ..TextLine::at(Rect::default()) };
        let lines = ["a note with hyphen-", "ated words - and", "", "one dash -", "here"].map(line).to_vec();
        let page = Page { width: 1, height: 1, lines, drawings: Vec::new() };
        assert_eq!(without_line_breaks(&page), "a note with hyphenated words - and one dash - here");
        assert_eq!(with_line_breaks(&page).lines().count(), 5);
        let empty = Page::default();
        let all = of_all([&page, &empty, &page].into_iter());
        assert_eq!(all, format!("{0}\n\n{0}", with_line_breaks(&page)));
    }
}
