//! Rust source as tokens: words, `::` and single marks, each with its line. Comments, literals and lifetimes are left
//! out.

/// A word, `::`, or one character of punctuation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    pub(crate) text: &'a str,
    /// Counted from 1.
    pub(crate) line: usize,
}

impl Token<'_> {
    pub(crate) fn is_word(&self) -> bool {
        self.text.starts_with(is_word_character)
    }
}

pub(crate) fn tokens(source: &str) -> Vec<Token<'_>> {
    let (mut found, mut rest, mut line) = (Vec::new(), source, 1);
    while !rest.is_empty() {
        let (len, is_token) = lexeme(rest);
        let (text, after) = rest.split_at(len);
        if is_token {
            found.push(Token { text, line });
        }
        line += text.matches('\n').count();
        rest = after;
    }
    found
}

/// Bytes of the lexeme at the beginning of `rest`, and whether it is a token.
fn lexeme(rest: &str) -> (usize, bool) {
    let first = rest.chars().next().unwrap_or_default();
    match first {
        '/' if rest.starts_with("//") => (rest.find('\n').unwrap_or(rest.len()), false),
        '/' if rest.starts_with("/*") => (block_comment(rest), false),
        '"' => (string(rest), false),
        '\'' => (quote(rest), false),
        '0'..='9' => (number(rest), false),
        ':' if rest.starts_with("::") => (2, true),
        _ if is_word_character(first) => word(rest),
        _ => (first.len_utf8(), !first.is_whitespace()),
    }
}

fn is_word_character(character: char) -> bool {
    character == '_' || character.is_alphanumeric()
}

fn word_len(rest: &str) -> usize {
    rest.find(|character| !is_word_character(character)).unwrap_or(rest.len())
}

/// A word, or a string with a prefix: `r"…"`, `br#"…"#`, `c"…"`.
fn word(rest: &str) -> (usize, bool) {
    let len = word_len(rest);
    let (prefix, after) = rest.split_at(len);
    let n_hashes = after.len() - after.trim_start_matches('#').len();
    let is_quoted = after[n_hashes..].starts_with('"');
    match prefix {
        "r" | "br" | "cr" if is_quoted => (len + raw_string(after, n_hashes), false),
        "b" | "c" if after.starts_with('"') => (len + string(after), false),
        "b" if after.starts_with('\'') => (len + quote(after), false),
        _ => (len, true),
    }
}

/// `#"…"#` with as many `#` as given.
fn raw_string(rest: &str, n_hashes: usize) -> usize {
    let end = format!("\"{}", "#".repeat(n_hashes));
    let inside = n_hashes + 1;
    rest[inside..].find(&end).map_or(rest.len(), |len| inside + len + end.len())
}

fn string(rest: &str) -> usize {
    closing(rest, '"')
}

/// Bytes up to and with `quote`, which `rest` begins with as well; a backslash escapes.
fn closing(rest: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (at, character) in rest.char_indices().skip(1) {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            _ if character == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// A character (`'a'`, `'\n'`) or a lifetime (`'a`).
fn quote(rest: &str) -> usize {
    let mut characters = rest.chars().skip(1);
    let is_character = characters.next() == Some('\\') || characters.next() == Some('\'');
    if is_character { closing(rest, '\'') } else { 1 + word_len(&rest[1..]) }
}

fn number(rest: &str) -> usize {
    let len = word_len(rest);
    let has_fraction =
        rest[len..].strip_prefix('.').is_some_and(|after| after.starts_with(|c: char| c.is_ascii_digit()));
    if has_fraction { len + 1 + word_len(&rest[len + 1..]) } else { len }
}

fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        let here = &rest[at..];
        let step = if here.starts_with("/*") {
            depth += 1;
            2
        } else if here.starts_with("*/") {
            depth -= 1;
            2
        } else {
            here.chars().next().map_or(1, char::len_utf8)
        };
        at += step;
        if depth == 0 {
            break;
        }
    }
    at
}

#[test]
fn comments_and_literals_are_no_tokens() {
    let source = "a::b // c::d\n/* e /* f */ g */ 'h' '\\'' \"i \\\" j\" r#\"k \" l\"# b'm' &'n o 1.5 0..p 'q'";
    let found: Vec<_> = tokens(source).iter().map(|token| (token.text.to_owned(), token.line)).collect();
    let expected = [("a", 1), ("::", 1), ("b", 1), ("&", 2), ("o", 2), (".", 2), (".", 2), ("p", 2)];
    assert_eq!(found, expected.map(|(text, line)| (text.to_owned(), line)));
}
