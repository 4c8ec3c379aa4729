//! Answers on standard output, complaints on standard error.

use std::io::{self, StdoutLock, Write as _};

use serde::Serialize;

/// Standard output. Every write can fail, as the reader may have gone.
pub(super) struct Answers {
    stdout: StdoutLock<'static>,
}

impl Answers {
    pub(super) fn new() -> Self {
        Self { stdout: io::stdout().lock() }
    }

    /// Writes one line, at once.
    pub(super) fn line(&mut self, line: &str) -> io::Result<()> {
        // One write for text and line end, so that nobody reads half a line.
        self.stdout.write_all(format!("{line}\n").as_bytes())?;
        self.stdout.flush()
    }

    /// Writes a JSON document.
    pub(super) fn json(&mut self, document: &impl Serialize) -> anyhow::Result<()> {
        Ok(self.line(&serde_json::to_string_pretty(document)?)?)
    }
}

/// Says on standard error what went wrong.
pub(super) fn complain(sentence: &str) {
    // Where nobody listens on standard error there is nowhere left to say it.
    writeln!(io::stderr(), "longhand: {sentence}").ok();
}

/// Whether the reader of our answers has gone, as `head` does.
pub(super) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
