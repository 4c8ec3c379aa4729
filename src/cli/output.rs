//! Answers on standard output, complaints on standard error.

use std::{
    io::{self, StdoutLock, Write as _},
    path::Path,
};

use serde::Serialize;

/// Standard output. Every write can fail, because the reader may have closed it.
pub(super) struct Answers {
    stdout: StdoutLock<'static>,
}

impl Answers {
    pub(super) fn new() -> Self {
        Self { stdout: io::stdout().lock() }
    }

    /// Writes one line and flushes it.
    pub(super) fn line(&mut self, line: &str) -> io::Result<()> {
        // One write for text and line end, so that a reader never sees half a line.
        self.stdout.write_all(format!("{line}\n").as_bytes())?;
        self.stdout.flush()
    }

    /// Writes a JSON document.
    pub(super) fn json(&mut self, document: &impl Serialize) -> anyhow::Result<()> {
        Ok(self.line(&serde_json::to_string_pretty(document)?)?)
    }
}

/// Reports an error on standard error, in one line.
pub(super) fn complain(sentence: &str) {
    // Ignored: if standard error is closed, there is nowhere left to report to.
    writeln!(io::stderr(), "longhand: {}", escaped(sentence)).ok();
}

/// The sentence, after it was reported.
pub(super) fn complained(sentence: String) -> String {
    complain(&sentence);
    sentence
}

/// A path in a line of text: line ends and other control characters are escaped.
pub(super) fn shown(path: &Path) -> String {
    escaped(&path.to_string_lossy())
}

/// The text with its control characters as Rust writes them, `\n` or `\u{1b}`: names of files may hold any, and
/// terminals obey some.
fn escaped(text: &str) -> String {
    let escape = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
    text.chars().map(escape).collect()
}

/// Whether the reader closed standard output, as `head` does.
pub(super) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_in_its_line() {
        assert_eq!(shown(Path::new("a\n\u{1b}[2J\tü.png")), "a\\n\\u{1b}[2J\\tü.png");
    }
}
