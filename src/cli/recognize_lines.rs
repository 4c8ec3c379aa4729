//! `longhand recognize-lines`: images of single lines, one answer for each path on standard input.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    io::{self, BufRead as _},
    path::PathBuf,
    thread,
};

use anyhow::Context as _;
use clap::Args;
use crossbeam_channel::{Receiver, Sender, bounded};

use super::{
    options::ReaderOptions,
    outcome::Outcome,
    output::{Answers, complain},
};
use crate::{imaging::LineImage, jobs::contain, page::Transcription, recognition::PageReader};

/// Read images of single lines, whose paths come from standard input.
///
/// Every line of standard input is the path of an image that shows one line of writing. It is answered by one line of
/// text, in order and at once, so that another program can ask and wait. An image that cannot be read is answered by
/// an empty line and complained about on standard error.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  ls lines/*.png | longhand recognize-lines
  ls lines/*.png | longhand recognize-lines --threads 1 --timing | cut -f 2")]
pub(super) struct RecognizeLines {
    #[command(flatten)]
    reader: ReaderOptions,
    /// The paths end with a zero byte each, as `find -print0` writes them, so that they may have line ends in them.
    #[arg(long, short = '0')]
    null: bool,
    /// Append a tab and the milliseconds from the decoded image to its text.
    #[arg(long)]
    timing: bool,
}

type Question = (usize, PathBuf);
type Answer = (usize, Result<Transcription, String>);

impl RecognizeLines {
    pub(super) fn run(&self) -> anyhow::Result<Outcome> {
        let reader = self.reader.reader()?;
        let questions = questions(self.null)?;
        let replies = replies(&reader, &questions)?;
        let mut answers = Answers::new();
        let mut outcome = Outcome::Complete;
        // Workers finish in any order; early replies wait here for their turn.
        let mut early = BTreeMap::new();
        let mut next = 0;
        for (index, reply) in replies {
            early.insert(index, reply);
            while let Some(reply) = early.remove(&next) {
                next += 1;
                let transcription = reply.unwrap_or_else(|reason| {
                    complain(&reason);
                    outcome = Outcome::Incomplete;
                    Transcription::default()
                });
                answers.line(&self.answer(&transcription))?;
            }
        }
        Ok(outcome)
    }

    fn answer(&self, transcription: &Transcription) -> String {
        let text = &transcription.text;
        if self.timing { format!("{text}\t{:.3}", transcription.elapsed_ms) } else { text.clone() }
    }
}

/// The paths on standard input, read on a thread of their own, so that answers do not wait for further paths.
///
/// This thread and the workers are not joined. If the reader closes standard output they may still wait for standard
/// input, and end with the program.
fn questions(are_null_terminated: bool) -> anyhow::Result<Receiver<Question>> {
    let (sender, questions) = bounded(64);
    let read_paths = move || {
        let end = if are_null_terminated { 0 } else { b'\n' };
        for (index, line) in io::stdin().lock().split(end).enumerate() {
            let mut line = match line {
                Ok(line) => line,
                Err(error) => return complain(&format!("cannot read standard input: {error}")),
            };
            if !are_null_terminated && line.ends_with(b"\r") {
                line.pop();
            }
            if sender.send((index, PathBuf::from(path_of(line)))).is_err() {
                return;
            }
        }
    };
    thread::Builder::new().name("standard input".to_owned()).spawn(read_paths).context("starting a thread")?;
    Ok(questions)
}

/// A path of any bytes, as file systems of Unix have them; elsewhere of UTF-8.
fn path_of(bytes: Vec<u8>) -> OsString {
    #[cfg(unix)]
    return std::os::unix::ffi::OsStringExt::from_vec(bytes);
    #[cfg(not(unix))]
    String::from_utf8_lossy(&bytes).into_owned().into()
}

fn replies(reader: &PageReader, questions: &Receiver<Question>) -> anyhow::Result<Receiver<Answer>> {
    let (sender, replies) = bounded(reader.n_threads());
    for number in 0..reader.n_threads() {
        let (questions, sender) = (questions.clone(), sender.clone());
        let reader = reader.clone();
        thread::Builder::new()
            .name(format!("worker {number}"))
            .spawn(move || answer_all(&questions, &sender, &reader))
            .context("starting a thread")?;
    }
    Ok(replies)
}

fn answer_all(questions: &Receiver<Question>, replies: &Sender<Answer>, reader: &PageReader) {
    let mut recognizer = reader.line_recognizer();
    for (index, path) in questions {
        let image = LineImage::open(&path).map_err(|error| error.to_string());
        let reply = image.and_then(|image| {
            let read = contain(|| recognizer.recognize(&image)).map_err(|panicked| {
                recognizer = reader.line_recognizer();
                panicked.to_string()
            });
            let read = read.and_then(|read| read.map_err(|error| error.to_string()));
            read.map_err(|reason| format!("cannot read {}: {reason}", path.display()))
        });
        if replies.send((index, reply)).is_err() {
            return;
        }
    }
}
