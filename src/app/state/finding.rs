//! Finding and replacing text over all pages.

use std::ops::Range;

use regex::{Regex, RegexBuilder};

use super::document::{Document, DocumentId};
use crate::page::LineId;

/// Matches shown at most; further ones are counted.
pub(crate) const MAX_SHOWN: usize = 200;

/// What is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FindQuery {
    /// A text, or a regular expression.
    pub text: String,
    /// What matches are replaced by; `$1` stands for the first group of a regular expression.
    pub replacement: String,
    /// Whether upper and lower case differ.
    pub has_case: bool,
    /// Whether a match begins and ends with a word.
    pub is_whole_words: bool,
    /// Whether `text` is a regular expression.
    pub is_regex: bool,
}

/// A place that matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Match {
    pub(crate) document: DocumentId,
    pub(crate) line: LineId,
    /// Its range of characters in the line's text.
    pub(crate) place: Range<usize>,
    /// The line's text before, in and behind the match.
    pub(crate) before: String,
    pub(crate) found: String,
    pub(crate) behind: String,
    /// What stands in its place after replacing.
    pub(crate) replaced: String,
}

/// The search, while it is open.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Finding {
    pub(crate) query: FindQuery,
    /// In the order of pages and lines.
    pub(crate) matches: Vec<Match>,
    /// Why the regular expression cannot be used.
    pub(crate) error: Option<String>,
    /// The match gone to last.
    pub(crate) current: Option<usize>,
    /// The [`change_stamp`](super::project::change_stamp) of the pages that were searched.
    pub(crate) stamp: u64,
}

impl FindQuery {
    /// The expression that finds it; `None` for an empty text.
    pub(crate) fn regex(&self) -> Result<Option<Regex>, String> {
        if self.text.is_empty() {
            return Ok(None);
        }
        let inner = if self.is_regex { self.text.clone() } else { regex::escape(&self.text) };
        let pattern = if self.is_whole_words { format!(r"\b(?:{inner})\b") } else { inner };
        let built = RegexBuilder::new(&pattern).case_insensitive(!self.has_case).build();
        built.map(Some).map_err(|_error| "This is no regular expression".to_owned())
    }

    /// The text with every match replaced, and how many there were.
    pub(crate) fn replaced(&self, regex: &Regex, text: &str) -> (String, usize) {
        let n_matches = regex.find_iter(text).filter(|found| !found.is_empty()).count();
        let all = if self.is_regex {
            regex.replace_all(text, self.replacement.as_str())
        } else {
            regex.replace_all(text, regex::NoExpand(&self.replacement))
        };
        (all.into_owned(), n_matches)
    }
}

/// All matches on these pages.
pub(crate) fn matches(query: &FindQuery, regex: &Regex, documents: &[Document]) -> Vec<Match> {
    let mut matches = Vec::new();
    for document in documents {
        for line in &document.page.lines {
            let text = line.text();
            for found in regex.captures_iter(text) {
                let Some(whole) = found.get(0) else { continue };
                if whole.is_empty() {
                    continue;
                }
                let mut replaced = String::new();
                if query.is_regex {
                    found.expand(&query.replacement, &mut replaced);
                } else {
                    replaced.clone_from(&query.replacement);
                }
                let start = text[..whole.start()].chars().count();
                matches.push(Match {
                    document: document.id,
                    line: line.id,
                    place: start..start + whole.as_str().chars().count(),
                    before: text[..whole.start()].to_owned(),
                    found: whole.as_str().to_owned(),
                    behind: text[whole.end()..].to_owned(),
                    replaced,
                });
            }
        }
    }
    matches
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::state::document::Origin,
        page::{Rect, TextLine},
    };

    fn documents(texts: &[&str]) -> Vec<Document> {
        let mut document = Document::new(DocumentId(1), "a".to_owned(), Origin::Clipboard);
        document.page.lines = (0..)
            .zip(texts)
            .map(|(id, text)| TextLine {
                id: LineId(id),
                correction: Some((*text).to_owned()),
                ..TextLine::at(Rect::default())
            })
            .collect();
        vec![document]
    }

    fn found(query: &FindQuery, texts: &[&str]) -> Vec<(u32, Range<usize>, String)> {
        let regex = query.regex().unwrap().unwrap();
        let matches = matches(query, &regex, &documents(texts));
        matches.into_iter().map(|found| (found.line.0, found.place, found.replaced)).collect()
    }

    #[test]
    fn words_case_and_expressions_are_told_apart() {
        let query =
            |text: &str| FindQuery { text: text.to_owned(), replacement: "x".to_owned(), ..FindQuery::default() };
        let texts = ["Die Katze, die", "größer die.", "diesel a.c abc"];
        assert_eq!(found(&query("die"), &texts).len(), 4);
        assert_eq!(found(&FindQuery { has_case: true, ..query("die") }, &texts).len(), 3);
        let whole = found(&FindQuery { is_whole_words: true, ..query("die") }, &texts);
        assert_eq!(
            whole.iter().map(|found| (found.0, found.1.clone())).collect::<Vec<_>>(),
            [(0, 0..3), (0, 11..14), (1, 7..10)]
        );
        assert_eq!(found(&query("a.c"), &texts).len(), 1, "a text is no expression");
        let swapped = FindQuery { is_regex: true, replacement: "$2$1".to_owned(), ..query("(a)(.)c") };
        assert_eq!(found(&swapped, &texts), [(2, 7..10, ".a".to_owned()), (2, 11..14, "ba".to_owned())]);
        let all = swapped.replaced(&swapped.regex().unwrap().unwrap(), texts[2]);
        assert_eq!(all, ("diesel .a ba".to_owned(), 2));
    }

    #[test]
    fn what_is_no_expression_is_told_and_nothing_matches_nothing() {
        let query = FindQuery { text: "(".to_owned(), is_regex: true, ..FindQuery::default() };
        assert!(query.regex().is_err() && FindQuery::default().regex().unwrap().is_none());
        let empty = FindQuery { text: "x*".to_owned(), is_regex: true, ..FindQuery::default() };
        assert!(found(&empty, &["abc"]).is_empty());
        let dollars = FindQuery { text: "a".to_owned(), replacement: "$1".to_owned(), ..FindQuery::default() };
        assert_eq!(dollars.replaced(&dollars.regex().unwrap().unwrap(), "a").0, "$1");
    }
}
