//! Answers on standard output, complaints on standard error.

use std::io::{self, StdoutLock, Write as _};

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

/// Reports an error on standard error.
pub(super) fn complain(sentence: &str) {
    // Ignored: if standard error is closed, there is nowhere left to report to.
    writeln!(io::stderr(), "longhand: {sentence}").ok();
}

/// Whether the reader closed standard output, as `head` does.
pub(super) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
